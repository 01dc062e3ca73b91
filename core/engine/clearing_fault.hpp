/// What is wrong between the clearing house and the rest of a market.  Not part of the door.
#pragma once

#include <ballast/engine/genesis.hpp>

namespace ballast::engine {

/// The clearing house's own rules, and what only the whole can know: assets, feeds and accounts
/// that it names exist and fit.
[[nodiscard]] std::optional<TermsFault> clearing_fault(const Genesis& genesis);

}  // namespace ballast::engine
