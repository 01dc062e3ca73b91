/// The same numbers in every run (splitmix64).
#pragma once

#include <ballast/base/integers.hpp>

namespace ballast::bench {

class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}
    u64 below(u64 count) {
        state_ += 0x9e3779b97f4a7c15;
        u64 mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return static_cast<u64>(u128{mixed ^ (mixed >> 31)} * count >> 64);
    }

private:
    u64 state_;
};

}  // namespace ballast::bench
