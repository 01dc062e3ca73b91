// Against figures computed elsewhere with 20 digits and more.
#include <ballast/derivatives/statistics.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace ballast::derivatives {
namespace {

struct Case {
    u64 count;
    double p;
    u64 exceptions;
    double ratio;
    double p_value;
};

// Kupiec's proportion of failures in arbitrary precision; 0.00 means exactly expected.
constexpr std::array cases{
    Case{250, 0.01, 1, 1.176491135321076, 0.2780714900139562},
    Case{250, 0.01, 2, 0.1084352162368033, 0.7419327009526234},
    Case{250, 0.01, 3, 0.09494012266443655, 0.7579883213732852},
    Case{1000, 0.01, 10, 0, 1},
};

TEST(Statistics, KupiecGivesTheFiguresOfOthers) {
    for (const Case& one : cases) {
        const auto test = kupiec(one.count, one.exceptions, one.p);
        EXPECT_NEAR(test.ratio, one.ratio, 1e-12) << one.exceptions;
        EXPECT_NEAR(test.p, one.p_value, 1e-12) << one.exceptions;
    }
}

// 255 days at 1 %: 1 to 6; 1000 at 5 %: 38 to 64 (the open interval of a ratio under 3.84).
TEST(Statistics, KupiecAcceptsBetweenTheBounds) {
    const Accepted year = kupiec_accepted(255, 0.01);
    EXPECT_EQ(year.least, 1u);
    EXPECT_EQ(year.most, 6u);
    const Accepted long_run = kupiec_accepted(1000, 0.05);
    EXPECT_EQ(long_run.least, 38u);
    EXPECT_EQ(long_run.most, 64u);
    EXPECT_EQ(kupiec_accepted(510, 0.05).least, 17u);
    EXPECT_EQ(kupiec_accepted(510, 0.05).most, 35u);
}

TEST(Statistics, NothingIsNoEvidence) {
    EXPECT_EQ(kupiec(0, 0, 0.01).p, 1);
    EXPECT_GT(kupiec(1000, 0, 0.01).ratio, 20);  // 2 * 1000 * -ln(0.99) = 20.1.
    EXPECT_LT(kupiec(100, 100, 0.01).p, 1e-9);
}

// Transition counts 45/45/10 at 5 %: clustered, though as many as there should be.
TEST(Statistics, ChristoffersenSeesClusters) {
    const Coverage even = christoffersen({980, 9, 9, 1}, 0.01);
    EXPECT_NEAR(even.independence.ratio, 2.972993367353379, 1e-10);
    EXPECT_NEAR(even.conditional.p, 0.22616244888017993, 1e-10);
    const Coverage clustered = christoffersen({900, 45, 45, 10}, 0.05);
    EXPECT_NEAR(clustered.unconditional.p, 0.4749303378706978, 1e-10);
    EXPECT_NEAR(clustered.independence.p, 0.0005378164616095702, 1e-12);
    EXPECT_NEAR(clustered.conditional.p, 0.00193990054345598, 1e-12);
}

// Patton's loss over four pairs.
TEST(Statistics, QlikeGivesTheFigureOfOthers) {
    const std::array realised{0.001, 0.0009, 0.0025, 0.002};
    const std::array forecast{0.0008, 0.001, 0.0012, 0.003};
    EXPECT_NEAR(qlike(realised, forecast), 0.1134282234428951, 1e-8);
    EXPECT_EQ(qlike(realised, realised), 0);
}

// One bar worked by hand: ln(110/100)^2 = 0.00908403, ln(105/102)^2 = 0.000840277.
TEST(Statistics, RangesOfOneBar) {
    const Bar bar{102, 110, 100, 105};
    EXPECT_NEAR(parkinson(bar), 0.0090840304 / (4 * std::log(2.0)), 1e-10);
    EXPECT_NEAR(garman_klass(bar), 0.5 * 0.0090840304 - 0.3862943611 * 0.0008402773, 1e-9);
    const Bar flat{100, 100, 100, 100};
    EXPECT_EQ(range_variance(flat), 0);
    // A bar that only rises has no range beyond its move, to Rogers and Satchell.
    EXPECT_NEAR(rogers_satchell({100, 110, 100, 110}), 0, 1e-15);
}

TEST(Statistics, HExpForgetsAtThreeSpeeds) {
    HExp forecast(1);
    EXPECT_DOUBLE_EQ(forecast.forecast(), 1);
    forecast.add(0, 1);
    EXPECT_NEAR(forecast.forecast(), 0.4 * 0.5 + 0.35 * 0.85 + 0.25 * 0.97, 1e-15);
    // Twenty-four hours of the same are a day of it.
    HExp hours(1);
    for (int i = 0; i < 24; ++i) hours.add(0, 1.0 / 24);
    EXPECT_NEAR(hours.forecast(), forecast.forecast(), 1e-12);
}

}  // namespace
}  // namespace ballast::derivatives
