/// The margin of options that expire together.  docs/methods/notional_margin.md, section 3.
#pragma once

#include <ballast/notional/notional.hpp>

namespace ballast::notional {

struct Leg {
    const Instrument* instrument = nullptr;
    i64 size = 0;
};

/// An initial and a maintenance figure of the same thing.
struct Pair {
    Cash initial;
    Cash maintenance;
};

/// What one short option is worth, less its requirement, as if nothing stood against it: never
/// above 0, rounded down.  `size` < 0.
[[nodiscard]] Pair isolated(const ShortTerms& terms, const Instrument& option, i64 size,
                            Price spot);

/// The least that `legs` pay together at expiry, at most 0, less the charge for calls that are
/// short on balance: rounded down.
[[nodiscard]] Pair worst(const OptionTerms& terms, std::span<const Leg> legs, Price forward);

/// What options of one expiry count for, their marks included: the better of both views for those
/// that are paid upfront; for others without their marks, which the account's cash holds already.
[[nodiscard]] Pair expiry_margin(const OptionTerms& terms, std::span<const Leg> legs, Price spot);

}  // namespace ballast::notional
