/// What a market says about who may act: whether transactions must be signed, and what one costs.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/ledger/ledger.hpp>

namespace ballast::access {

/// Nonces that may be in flight at one time: an account may use any of its next `nonce_window`
/// nonces, each once, in any order.
inline constexpr u32 nonce_window = ledger::nonce_window;
inline constexpr u32 grants_max = 16;  ///< Keys of one account.

/// Constants of a market.
struct Terms {
    /// Whether every transaction must carry an authorisation.  A market without is for replays and
    /// simulations, where who brings the blocks vouches for the senders.
    bool signed_transactions = false;
    AssetId fee_asset;  ///< What fees are paid in.
    Amount fee;         ///< Of one action, paid before it is tried; 0: free.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.signed_transactions), visit(row.fee_asset), visit(row.fee);
    }
};

}  // namespace ballast::access
