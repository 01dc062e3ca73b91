/// Who may ask for what, and what it costs.  Not part of the door.
#pragma once

#include <ballast/engine/desk.hpp>

namespace ballast::engine {

/// What decides whether a transaction may be tried.
struct Grounds {
    const Genesis& genesis;
    const State& state;
    const crypto::Digest& chain;
    u64 now;  ///< The block's time.
};

/// The rights that a key needs for this action of `sender`: manage for accounts, keys and margin
/// models, withdraw for what sends money to another account, trade for all else; a margin account's
/// own key is given to it by who may both trade and manage.  A vault or margin account that does
/// not exist yet can only become the sender's.
[[nodiscard]] u8 rights_needed(const State& state, AccountId sender, const Action& action);

/// Whether the transaction may be tried: unknown_account, system_account_forbidden,
/// transaction_expired, bad_nonce; where transactions are signed, batch_too_long,
/// signature_missing, signature_wrong, key_not_granted, key_expired, right_missing;
/// fee_not_covered.
[[nodiscard]] Result<void> check_authority(const Grounds& grounds, const Transaction& transaction,
                                           Verdict verdict);

/// Uses the nonce and posts the fee of a transaction that may be tried.  Event: fee_paid.
void charge_sender(Desk& desk, const Transaction& transaction) noexcept;

}  // namespace ballast::engine
