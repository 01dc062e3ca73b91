/// Drift's pure functions as a small model of that peer: margin and liquidation
/// (drift_account.cpp), its market maker (drift_maker.cpp).  Figures are in the peer's precisions:
/// price, quote, fees and percentages 10^-6, base 10^-9, margin ratios and weights 10^-4, funding
/// 10^-9.
#pragma once

#include <ballast/conform_notional/whole.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace ballast::conformance::drift {

/// Arguments of a call, in the order of the peer's parameters.
using Arguments = std::span<const Whole>;
/// What it returns; of one figure, a list of one.
using Figures = std::vector<Whole>;

struct Function {
    std::size_t parameters;
    Figures (*answer)(Arguments arguments);
};
using Functions = std::map<std::string, Function, std::less<>>;

/// Stands for an argument that is not given.
inline const Whole not_given{i128{1} << 100};

inline const Whole million{1'000'000};
inline const Whole base_one{1'000'000'000};
/// What the peer answers where a figure has no bound.
inline const Whole most_u64{false, math::U256(u128{~u64{0}})};
inline const Whole most_u128{false, math::U256(math::u128_max)};

void add_account_functions(Functions& functions);
void add_maker_functions(Functions& functions);

}  // namespace ballast::conformance::drift
