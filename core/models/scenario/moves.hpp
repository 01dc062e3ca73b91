/// What scenarios do to one instrument: the multipliers of its volatility, computed once, and the
/// point that follows.  docs/methods/margin.md, sections 1 to 3.
#pragma once

#include <ballast/scenario/market.hpp>
#include <ballast/scenario/terms.hpp>

namespace ballast::scenario {

/// Multipliers of an instrument's volatility, by rule; >= 0.
struct Moves {
    Fine up;
    Fine down;
    Fine linear;
    Fine absolute;
};

/// Seconds over which the instrument's value is at risk of time: to its expiry, or, without one,
/// its funding period.
[[nodiscard]] u64 horizon(const Instrument& instrument);

/// a * b, rounded down; between -fine_most and fine_most.
[[nodiscard]] Fine times(Fine a, Fine b);
inline constexpr Fine fine_most = Fine::units(4'000'000'000'000'000'000);

[[nodiscard]] Moves moves_of(const Terms& terms, const Instrument& instrument);

/// The instrument's point with spot and the open part of the forward times `factor`.
[[nodiscard]] pricing::Point moved(const Terms& terms, const Instrument& instrument, Fine factor);

/// The point of `instrument` in `scenario`, of which `moves` are the multipliers.
[[nodiscard]] pricing::Point shocked(const Terms& terms, const Scenario& scenario,
                                     const Instrument& instrument, const Moves& moves);

}  // namespace ballast::scenario
