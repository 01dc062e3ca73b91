/// Greeks of a compartment's open interest.  docs/methods/clearing.md, section 4.
#pragma once

#include <ballast/clearing/transactions.hpp>

namespace ballast::clearing {

/// Sums over the compartment's open instruments on the underlying: open interest times the size of
/// each Greek, in the dollars of GreeksLimits.  What longs have, shorts have against it, so this is
/// how much of each risk the compartment carries in all.
[[nodiscard]] GreeksSum open_interest_greeks(const Sight& sight, CompartmentId compartment,
                                             UnderlyingId underlying);

/// Whether a fill leaves every sum of the compartment within its limits, or no higher than it was:
/// greeks_over_limit.
[[nodiscard]] Result<void> check_compartment_greeks(const Facts& facts, const FillPlan& plan);

/// Watches the sums between fills: a compartment that goes over a limit, or comes back, is an event
/// compartment_greeks.
void watch_compartment(House& house, CompartmentId id) noexcept;

}  // namespace ballast::clearing
