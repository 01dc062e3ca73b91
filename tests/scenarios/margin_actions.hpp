/// What accounts ask of the clearing house.
#pragma once

#include "actions.hpp"

namespace ballast::scenarios {

/// The verbs of the clearing house.
[[nodiscard]] std::vector<std::string> margin_verbs();

/// Reads what follows `VERB ACCOUNT`; `verb` is one of `margin_verbs`.  Fills are signed by both
/// sides.
[[nodiscard]] Attempt<Asked> read_margin_action(const std::string& verb, Words& words,
                                                const Stage& stage, AccountId sender);

/// The key with which the account signs its fills; it is made of the account's id.
[[nodiscard]] crypto::PublicKey key_of(AccountId account);

}  // namespace ballast::scenarios
