/// Numbers that look random and are the same for the same seed on every machine (splitmix64,
/// Sebastiano Vigna, 2015).
#pragma once

#include <ballast/base/integers.hpp>

#include <span>

namespace ballast::simulation {

class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}

    u64 next() {
        state_ += 0x9e3779b97f4a7c15;
        u64 mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    /// From 0 to count - 1.
    u64 below(u64 count) { return static_cast<u64>(u128{next()} * count >> 64); }
    /// From least to most.
    i64 between(i64 least, i64 most) {
        return least + static_cast<i64>(below(static_cast<u64>(most - least) + 1));
    }
    /// True so many times in a thousand.
    bool chance(u64 per_mille) { return below(1000) < per_mille; }
    template <class T>
    const T& one_of(std::span<const T> values) {
        return values[static_cast<std::size_t>(below(values.size()))];
    }

private:
    u64 state_;
};

}  // namespace ballast::simulation
