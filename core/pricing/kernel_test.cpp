#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace ballast::pricing {
namespace {

long double normal(long double x) {
    return 0.5L * std::erfc(-x / std::sqrt(2.0L));
}

// Black-76 of a call as the textbooks have it, in 64 bits of mantissa.
long double textbook(const Book& book, std::size_t row) {
    const long double f = book.forward[row];
    const long double k = book.strike[row];
    const long double s = static_cast<long double>(book.volatility[row]) * book.root[row];
    const long double d1 = std::log(f / k) / s + 0.5L * s;
    return book.discount[row] * (f * normal(d1) - k * normal(d1 - s));
}

TEST(European, AgreesWithTheTextbook) {
    constexpr std::size_t rows = 20'000;
    const Book book(11, rows);
    Column call(rows);
    Column put(rows);
    kernel::kernels().call.european(book.in(), call.data(), rows);
    kernel::kernels().put.european(book.in(), put.data(), rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const double greater = book.discount[row] * std::max(book.forward[row], book.strike[row]);
        const double gain = book.discount[row] * (book.forward[row] - book.strike[row]);
        EXPECT_NEAR((call[row] - put[row] - gain) / greater, 0, 4e-16) << row;  // Parity.
        EXPECT_GE(call[row], std::max(gain, 0.0)) << row;
        EXPECT_LE(call[row], book.discount[row] * book.forward[row] * (1 + 1e-15)) << row;
        if (book.volatility[row] * book.root[row] == 0) {
            EXPECT_NEAR(call[row], std::max(gain, 0.0), 1e-150 * greater) << row;
            continue;
        }
        EXPECT_NEAR((call[row] - static_cast<double>(textbook(book, row))) / greater, 0, 6e-16)
            << row;
    }
}

// Options so far out of the money that the two legs agree to many digits.  To 80 digits by mpmath.
TEST(European, TailsKeepTheirDigits) {
    const struct {
        kernel::Contract contract;
        double price;
    } cases[] = {
        {{Right::put, 100, 60, 0.05, 0.02, 0.01, 0.2}, 1.412194942957641721809089e-145},
        {{Right::call, 100, 101, 0, 0, 3.8051750380517503805e-7, 0.8},
         2.52072345563976679199115e-93},
        {{Right::call, 100, 110, 0, 0, 1.1415525114155251142e-4, 0.6},
         1.199401100522805977430596e-51},
        {{Right::put, 100, 5, 0, 0, 0.0833333333333333333333, 0.5}, 8.521184269955053989665974e-97},
    };
    for (const auto& [contract, price] : cases)
        EXPECT_NEAR(kernel::all_greeks(contract).price / price, 1, 1e-12) << price;
}

// BTC, 30 days, 65 %, a call a third out of the money; and 12 seconds at the money.  mpmath.
TEST(European, GreeksOfKnownOptions) {
    const kernel::AllGreeks btc =
        kernel::all_greeks({Right::call, 60000, 80000, 0, 0, 0.0821917808219178082192, 0.65});
    EXPECT_NEAR(btc.price / 341.0949478016591953841914, 1, 1e-13);
    EXPECT_NEAR(btc.delta / 0.07344496683524047595, 1, 1e-13);
    const kernel::AllGreeks second =
        kernel::all_greeks({Right::put, 100, 100, 0, 0, 3.8051750380517503805e-7, 0.8});
    EXPECT_NEAR(second.price / 0.01968735479390349663305096, 1, 1e-12);
    EXPECT_NEAR(second.delta / -0.49990156322603048251683, 1, 1e-12);
}

// Each Greek is the slope of what it is the slope of.
TEST(European, GreeksAreSlopes) {
    Random random(12);
    for (u32 i = 0; i < 300; ++i) {
        const kernel::Contract at{.right = i % 2 == 0 ? Right::call : Right::put,
                                  .spot = 100,
                                  .strike = random.between(60, 150),
                                  .rate = random.between(-0.05, 0.2),
                                  .yield = random.between(-0.05, 0.2),
                                  .years = random.between(0.05, 2),
                                  .volatility = random.between(0.2, 1.5)};
        const auto slope = [&](double kernel::Contract::* input, double kernel::AllGreeks::* of,
                               double step) {
            kernel::Contract up = at;
            kernel::Contract down = at;
            up.*input += step;
            down.*input -= step;
            return (kernel::all_greeks(up).*of - kernel::all_greeks(down).*of) / (2 * step);
        };
        using C = kernel::Contract;
        using G = kernel::AllGreeks;
        const G greeks = kernel::all_greeks(at);
        EXPECT_NEAR(greeks.delta, slope(&C::spot, &G::price, 1e-3), 1e-8);
        EXPECT_NEAR(greeks.gamma, slope(&C::spot, &G::delta, 1e-3), 1e-9);
        EXPECT_NEAR(greeks.speed, slope(&C::spot, &G::gamma, 1e-3), 1e-9);
        EXPECT_NEAR(greeks.vega, slope(&C::volatility, &G::price, 1e-5), 1e-5);
        EXPECT_NEAR(greeks.vanna, slope(&C::volatility, &G::delta, 1e-5), 1e-7);
        EXPECT_NEAR(greeks.volga, slope(&C::volatility, &G::vega, 1e-5), 1e-4);
        EXPECT_NEAR(greeks.zomma, slope(&C::volatility, &G::gamma, 1e-5), 1e-7);
        EXPECT_NEAR(greeks.theta, -slope(&C::years, &G::price, 1e-6), 1e-4);
        EXPECT_NEAR(greeks.charm, -slope(&C::years, &G::delta, 1e-6), 1e-6);
        EXPECT_NEAR(greeks.color, -slope(&C::years, &G::gamma, 1e-6), 1e-6);
        EXPECT_NEAR(greeks.rho, slope(&C::rate, &G::price, 1e-5), 1e-5);
        EXPECT_NEAR(greeks.phi, slope(&C::yield, &G::price, 1e-5), 1e-5);
        EXPECT_NEAR(greeks.dual_delta, slope(&C::strike, &G::price, 1e-3), 1e-8);
        EXPECT_NEAR(greeks.dual_gamma, slope(&C::strike, &G::dual_delta, 1e-3), 1e-8);
    }
}

// What is implied is what was put in, as far as the value's own rounding lets it be known.
TEST(Implied, ComesBack) {
    Random random(13);
    u32 tried = 0;
    for (u32 i = 0; i < 100'000; ++i) {
        const double lo = 1;
        const double hi = i % 50 == 0 ? 1.0 : 1.0 + random.spread(-25, 4);
        const double s = random.spread(-25, 3.3);
        const double one = 1;
        const double none = 0;
        const kernel::EuropeanIn in{&one, &lo, &hi, &s, &one, &one, &none, &none};
        double value = 0;
        kernel::kernels().call.european(in, &value, 1);
        if (value < 1e-250 || value >= 1) continue;
        ++tried;
        const double x = kernel::log_ratio(hi, lo);
        double got = 0;
        kernel::kernels().implied({&value, &x}, &got, 1);
        const double a = x / s - 0.5 * s;
        const double condition = value / (kernel::normal_density(a) * s);
        EXPECT_NEAR(got / s, 1, 3e-14 * (1 + condition)) << x << " " << s;
    }
    EXPECT_GT(tried, 40'000u);
}

}  // namespace
}  // namespace ballast::pricing
