#include <ballast/notional/requirement.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::notional {
namespace {

constexpr Ratio ppm = Ratio::units(1000);
constexpr Ratio hundredth_percent = Ratio::units(100'000);

Ratio ratio(i64 millionths) {
    return Ratio::units(millionths * 1000);
}
Cash dollars(i64 whole) {
    return Cash::units(i128{whole} * amount_one);
}

LinearTerms tier(i64 initial_millionths, i64 low, i64 high) {
    LinearTerms terms;
    terms.initial = ratio(initial_millionths);
    terms.open_interest_low = dollars(low);
    terms.open_interest_high = dollars(high);
    return terms;
}

// dYdX v4, protocol/x/perpetuals: 20 % from 25 to 60 million dollars; cut to parts per million.
TEST(InitialAt, GrowsOnALineFromTheLowerToTheUpperOpenInterest) {
    const LinearTerms terms = tier(200'000, 25'000'000, 60'000'000);
    EXPECT_EQ(initial_at(terms, dollars(0), ppm), ratio(200'000));
    EXPECT_EQ(initial_at(terms, dollars(25'000'000), ppm), ratio(200'000));
    EXPECT_EQ(initial_at(terms, Cash::units(2'812'345'678'912'300), ppm), ratio(271'393));
    EXPECT_EQ(initial_at(terms, dollars(42'500'000), ppm), ratio(600'000));
    EXPECT_EQ(initial_at(terms, dollars(60'000'000), ppm), ratio(1'000'000));
    EXPECT_EQ(initial_at(terms, dollars(80'000'000), ppm), ratio(1'000'000));
}

TEST(InitialAt, IsRoundedUpWithoutAStep) {
    const LinearTerms terms = tier(200'000, 25'000'000, 60'000'000);
    // 0.2 + 0.8 * 3.123456789123 / 35 = 0.27139329803...
    EXPECT_EQ(initial_at(terms, Cash::units(2'812'345'678'912'300), Ratio()).units(), 271'393'299);
}

TEST(InitialAt, StaysWithoutLimitsOnOpenInterest) {
    EXPECT_EQ(initial_at(tier(50'000, 0, 0), dollars(1'000'000'000), ppm), ratio(50'000));
}

// Drift, programs/drift/src/math/margin.rs: max(r, 4/5 r + imf * sqrt(size)), in 10^-4.
TEST(Grown, AddsThePremiumOfSizeToFourFifths) {
    const Ratio five_percent = ratio(50'000);
    // sqrt(10'000) = 100; 0.04 + 0.0003 * 100 = 0.07.
    EXPECT_EQ(grown(five_percent, ratio(300), 1'000'000'000'000, hundredth_percent), ratio(70'000));
    EXPECT_EQ(grown(five_percent, ratio(300), -1'000'000'000'000, hundredth_percent),
              ratio(70'000));
    // sqrt(1000) = 31.62; 0.04 + 0.0095 is under 0.05.
    EXPECT_EQ(grown(five_percent, ratio(300), 100'000'000'000, hundredth_percent), five_percent);
    // sqrt(2000) = 44.7213; 0.0003 * 44.7213 = 0.01341639, cut to 0.0134.
    EXPECT_EQ(grown(five_percent, ratio(300), 200'000'000'000, hundredth_percent), ratio(53'400));
    EXPECT_EQ(grown(five_percent, ratio(300), 200'000'000'000, Ratio()).units(), 53'416'408);
    EXPECT_EQ(grown(five_percent, Ratio(), 1'000'000'000'000, Ratio()), five_percent);
}

// Drift: min(w, 1.1 / (1 + imf * sqrt(size))), in 10^-4.
TEST(Shrunk, TakesFromTheWeightOfALargeAmount) {
    const Amount million = Amount::units(100'000'000'000'000);
    const Ratio weight = ratio(800'000);
    EXPECT_EQ(shrunk(weight, ratio(30), million, hundredth_percent), weight);
    // Drift's documentation: 2000 SOL at 0.003, 1.1 / (1 + 0.003 * sqrt(2000)) = 0.96987.
    EXPECT_EQ(
        shrunk(ratio(1'000'000), ratio(3'000), Amount::units(200'000'000'000), {}).units() / 10'000,
        96'987);
    // 1.1 / (1 + 0.0006 * 1000) = 0.6875.
    EXPECT_EQ(shrunk(weight, ratio(600), million, hundredth_percent), ratio(687'500));
    // 1.1 / 1.7 = 0.647058823...
    EXPECT_EQ(shrunk(weight, ratio(700), million, hundredth_percent), ratio(647'000));
    EXPECT_EQ(shrunk(weight, ratio(700), million, Ratio()).units(), 647'058'823);
    EXPECT_EQ(shrunk(weight, Ratio(), million, Ratio()), weight);
}

TEST(Ratios, OnlyGrowWithWhatTheyGrowWith) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 2000; ++round) {
        const Ratio base = Ratio::units(static_cast<i64>(random() % ratio_one));
        const Ratio premium = Ratio::units(static_cast<i64>(random() % 1'000'000));
        const Ratio step = round % 2 == 0 ? Ratio() : hundredth_percent;
        const i64 size = static_cast<i64>(random() % limits::size_max);
        const Amount amount = Amount::units(size);
        const Amount twice = Amount::units(i128{2} * size);
        EXPECT_LE(base, grown(base, premium, size / 2, step));
        EXPECT_LE(grown(base, premium, size / 2, step), grown(base, premium, size, step));
        EXPECT_LE(shrunk(base, premium, twice, step), shrunk(base, premium, amount, step));
        EXPECT_LE(shrunk(base, premium, amount, step), base);
    }
}

TEST(Required, RoundsUpWhateverTheSign) {
    EXPECT_EQ(required(Cash::units(1), ratio(100'000)), Cash::units(1));
    EXPECT_EQ(required(Cash::units(-123'456), ratio(567'243)), Cash::units(70'030));
    EXPECT_EQ(required(Cash(), ratio(100'000)), Cash());
}

}  // namespace
}  // namespace ballast::notional
