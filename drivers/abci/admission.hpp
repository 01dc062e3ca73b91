/// Who was let in behind one block.  Not part of the door.
#pragma once

#include <ballast/engine/machine.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <map>

namespace ballast::abci {

/// Transactions that may stand together in the next block, as far as nonces and fees go: nobody is
/// let in twice by one nonce, nor many times by a balance that covers one fee.
class Admission {
public:
    /// Whether the next block, of time `now`, may try the transaction behind those that were let
    /// in: Machine::check_authority with the signature left out, bad_nonce where another one has
    /// its nonce, fee_not_covered where the sender's fees together exceed what it holds.
    [[nodiscard]] Result<void> check(const engine::Machine& machine,
                                     const engine::Transaction& transaction,
                                     const crypto::Digest& id, u64 now) const;
    /// Whether this very transaction was let in.
    [[nodiscard]] bool holds(const engine::Transaction& transaction,
                             const crypto::Digest& id) const;
    /// Lets it in, once.
    void admit(const engine::Genesis& genesis, const engine::Transaction& transaction,
               const crypto::Digest& id);
    void clear() { senders_.clear(); }

private:
    struct Sender {
        std::map<u64, crypto::Digest> ids;  ///< By nonce; at most access::nonce_window.
        Amount fees;
    };
    boost::unordered_flat_map<u32, Sender> senders_;
};

}  // namespace ballast::abci
