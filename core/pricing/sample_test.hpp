/// Random inputs of the tests, the same on every compiler.
#pragma once

#include <ballast/pricing/kernel.hpp>

#include <vector>

namespace ballast::pricing {

/// splitmix64.
class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}
    u64 next() {
        u64 z = (state_ += 0x9e37'79b9'7f4a'7c15);
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }
    u64 below(u64 bound) { return next() % bound; }
    /// From `low` to `high`.
    double between(double low, double high) {
        return low + (high - low) * (static_cast<double>(next() >> 11) * 0x1p-53);
    }
    /// e to a power between the two.
    double spread(double low, double high) { return kernel::exponential(between(low, high)); }

private:
    u64 state_;
};

using Column = std::vector<double>;

/// Options from every corner: near and far from the money, seconds to decades, no volatility to
/// thousands of per cent.
struct Book {
    Column spot, forward, strike, volatility, root, discount, rate, carry;

    Book(u64 seed, std::size_t rows) {
        Random random(seed);
        for (std::size_t row = 0; row < rows; ++row) {
            const bool tiny = random.below(8) == 0;
            const double years = random.spread(-18, 4);
            spot.push_back(random.spread(-15, 40));
            carry.push_back(random.between(-0.3, 0.3));
            rate.push_back(random.between(-0.1, 0.3));
            forward.push_back(spot[row] * random.spread(-0.1, 0.1));
            strike.push_back(random.below(16) == 0 ? forward[row]
                                                   : forward[row] * random.spread(-2, 2));
            volatility.push_back(tiny ? 0.0 : random.spread(-6, 3));
            root.push_back(tiny ? 0.0 : random.spread(-9, 2));
            discount.push_back(kernel::exponential(-rate[row] * years));
        }
    }
    [[nodiscard]] kernel::EuropeanIn in() const {
        return {spot.data(), forward.data(),  strike.data(), volatility.data(),
                root.data(), discount.data(), rate.data(),   carry.data()};
    }
};

}  // namespace ballast::pricing
