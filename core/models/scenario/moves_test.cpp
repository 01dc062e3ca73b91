// The moves of one instrument against figures of the peers that use them.
#include <ballast/scenario/moves.hpp>
#include <ballast/scenario/test_market.hpp>

#include <gtest/gtest.h>

namespace ballast::scenario {
namespace {

using namespace test;

i64 distance(Fine a, Fine b) {
    const i64 units = (a - b).units();
    return units < 0 ? -units : units;
}

Instrument option_of(i64 forward_units, i64 strike, u64 seconds) {
    Instrument out;
    out.series.strike = dollars(strike);
    out.series.expiry = 1;
    out.now.spot = out.now.forward = Price::units(forward_units);
    out.now.volatility = thousandths(600);
    out.now.seconds = seconds;
    return out;
}

// Deribit's multipliers at +50 % and -25 %: vectors/quant/deribit_vol_shock.csv.
TEST(Moves, VolatilityMovesMoreTheNearerTheExpiry) {
    struct Row {
        u64 seconds;
        i64 up, down;
    };
    const std::vector<Row> rows{{43'200, 2'387'095'557'336, 306'452'221'331},
                                {86'400, 2'387'095'557'336, 306'452'221'331},
                                {7 * 86'400, 1'773'707'788'605, 613'146'105'697},
                                {30 * 86'400, 1'500'000'000'000, 750'000'000'000},
                                {31 * 86'400, 1'497'873'197'672, 751'063'401'163},
                                {365 * 86'400, 1'361'324'736'860, 819'337'631'569}};
    Terms terms = plain_terms();
    terms.volatility.range_up = thousandths(500);
    terms.volatility.range_down = thousandths(250);
    terms.volatility.power_short = thousandths(300);
    terms.volatility.power_long = thousandths(130);
    for (const Row& row : rows) {
        const Moves moves = moves_of(terms, option_of(unit, 1, row.seconds));
        EXPECT_LE(distance(moves.up, Fine::units(row.up)), 3) << row.seconds;
        EXPECT_LE(distance(moves.down, Fine::units(row.down)), 3) << row.seconds;
    }
}

// Derive's test 67: the multipliers that the peer states beside its option.
TEST(Moves, TheSmileMovesAsDerivesDoes) {
    Terms terms = plain_terms();
    terms.scenarios[1].skew = SkewRule::linear;
    terms.skew = {.linear_cap = thousandths(9900),
                  .linear_slope = thousandths(-50),
                  .absolute_cap = thousandths(150),
                  .absolute_slope = thousandths(-50),
                  .width_minimum = thousandths(10),
                  .width_scale = thousandths(4900),
                  .volatility_static = thousandths(2500),
                  .volatility_slope = thousandths(-900)};
    const Moves moves = moves_of(terms, option_of(269'578'149'428, 2500, 3'214'052));
    EXPECT_LE(distance(moves.linear, Fine::units(784'695'572'572)), 100);
    EXPECT_LE(distance(moves.absolute, Fine::units(1'002'919'750'938)), 100);
}

// k = ln(1000/100) = 2.3, width 1: the cap holds; under zero, it turns the sides around.
TEST(Moves, TheCapHolds) {
    Terms terms = plain_terms();
    terms.scenarios[1].skew = SkewRule::linear;
    terms.skew.width_minimum = fine_one;
    terms.skew.linear_cap = thousandths(250);
    terms.skew.absolute_cap = thousandths(-250);
    const auto at = [&](i64 strike) {
        return moves_of(terms, option_of(100 * unit, strike, 86'400));
    };
    EXPECT_EQ(at(1000).linear, thousandths(1250));
    EXPECT_EQ(at(10).linear, thousandths(750));
    EXPECT_EQ(at(100).linear, thousandths(1000));
    EXPECT_LE(distance(at(1000).absolute, Fine::units(424'353'726'751)), 3);  // 1 - 0.25 ln 10.
    EXPECT_EQ(at(101).absolute, thousandths(750));
}

TEST(Moves, TheSettledPartOfAForwardStays) {
    Instrument option = option_of(1000 * unit, 1000, 900);
    option.fixed = dollars(750);
    const auto point = moved(plain_terms(), option, thousandths(1200));
    EXPECT_EQ(point.forward, dollars(1050));
    EXPECT_EQ(point.spot, dollars(1200));
}

TEST(Moves, WithoutAnExpiryTheFundingPeriodIsTheTime) {
    Instrument option = option_of(1000 * unit, 1000, 5);
    option.series.expiry = 0;
    option.series.period = 7 * 86'400;
    EXPECT_EQ(horizon(option), 7u * 86'400);
}

}  // namespace
}  // namespace ballast::scenario
