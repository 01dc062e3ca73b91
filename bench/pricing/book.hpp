/// The options that every contender prices, and where each leaves its results.
#pragma once

#include <ballast/pricing/kernel.hpp>

#include <vector>

namespace ballast::bench {

using Column = std::vector<double>;

struct Options {
    Column spot, forward, strike, volatility, years, root, discount, rate, carry;

    [[nodiscard]] std::size_t count() const { return spot.size(); }
    [[nodiscard]] pricing::kernel::EuropeanIn in() const {
        return {spot.data(), forward.data(),  strike.data(), volatility.data(),
                root.data(), discount.data(), rate.data(),   carry.data()};
    }
};

struct Figures {
    Column value, delta, gamma, vega, theta;

    explicit Figures(std::size_t count)
        : value(count), delta(count), gamma(count), vega(count), theta(count) {}
    [[nodiscard]] pricing::kernel::EuropeanOut out() {
        return {value.data(), delta.data(), gamma.data(), vega.data(), theta.data()};
    }
};

// QuantLib's BlackCalculator, built for each option as its engines do.
void quantlib_price(const Options& options, Figures& figures);
void quantlib_greeks(const Options& options, Figures& figures);
void quantlib_cash(const Options& options, Figures& figures);

}  // namespace ballast::bench
