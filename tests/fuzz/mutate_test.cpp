#include "targets.hpp"

#include <random.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::fuzz {
namespace {

using simulation::Random;

/// One of the ways in which bytes go wrong.
void mutate(Random& random, const Bytes& other, Bytes& bytes) {
    const auto at = [&] { return static_cast<std::size_t>(random.below(bytes.size())); };
    if (bytes.empty()) return bytes.push_back(static_cast<u8>(random.next()));
    switch (random.below(8)) {
        case 0: bytes[at()] ^= static_cast<u8>(1 << random.below(8)); return;
        case 1: bytes[at()] = static_cast<u8>(random.next()); return;
        case 2: bytes[at()] = random.chance(500) ? 0xff : 0; return;
        case 3: bytes.resize(at()); return;
        case 4:
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at()),
                         static_cast<u8>(random.next()));
            return;
        case 5: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at())); return;
        case 6: {
            const std::size_t end = std::min(bytes.size(), at() + 16);
            for (std::size_t i = end > 16 ? end - 16 : 0; i < end; ++i)
                bytes[i] = random.chance(500) ? 0xff : 0x7f;
            return;
        }
        default: {
            const std::size_t from = at();
            for (std::size_t i = 0; i < 32 && from + i < bytes.size() && i < other.size(); ++i)
                bytes[from + i] = other[i];
        }
    }
}

class Fuzz : public testing::TestWithParam<Target> {};

TEST_P(Fuzz, SeedsAndWhatTheyBecomeAreHandled) {
    const std::vector<Bytes> seeds = GetParam().seeds();
    ASSERT_FALSE(seeds.empty());
    for (const Bytes& seed : seeds) GetParam().run(seed);
    GetParam().run({});
    Random random(11);
    for (u32 i = 0; i < 400; ++i) {
        Bytes bytes = seeds[static_cast<std::size_t>(random.below(seeds.size()))];
        const Bytes& other = seeds[static_cast<std::size_t>(random.below(seeds.size()))];
        const u64 times = 1 + random.below(4);
        for (u64 k = 0; k < times; ++k) mutate(random, other, bytes);
        GetParam().run(bytes);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Fuzz, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace ballast::fuzz
