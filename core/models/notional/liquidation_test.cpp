#include <ballast/notional/liquidation.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::notional {
namespace {

Cash cash(i128 units) {
    return Cash::units(units);
}
Ratio ratio(i64 millionths) {
    return Ratio::units(millionths * 1000);
}
Danger danger(i128 net, i128 maintenance) {
    return {cash(net), cash(maintenance)};
}

TEST(Liquidatable, NeedsARequirementThatIsNotMet) {
    EXPECT_FALSE(liquidatable(danger(100, 0)));
    EXPECT_FALSE(liquidatable(danger(-100, 0)));
    EXPECT_FALSE(liquidatable(danger(100, 100)));
    EXPECT_TRUE(liquidatable(danger(99, 100)));
    EXPECT_TRUE(liquidatable(danger(-1, 100)));
}

TEST(CompareDanger, OrdersByWorthInMultiplesOfTheRequirement) {
    // From safe to dangerous.
    const Danger accounts[] = {danger(300, 0),   danger(200, 100), danger(100, 100),
                               danger(200, 200), danger(0, 100),   danger(-100, 100),
                               danger(-100, 50)};
    for (std::size_t i = 0; i < std::size(accounts); ++i)
        for (std::size_t j = 0; j < std::size(accounts); ++j)
            EXPECT_EQ(compare_danger(accounts[i], accounts[j]), i <=> j) << i << ' ' << j;
}

TEST(CompareDanger, OfEqualOnesTheGreaterRequirementAndTheSmallerWorth) {
    EXPECT_EQ(compare_danger(danger(0, 0), danger(200, 100)), std::strong_ordering::less);
    EXPECT_EQ(compare_danger(danger(100, 0), danger(200, 0)), std::strong_ordering::greater);
}

// dYdX v4, protocol/x/clob/keeper/liquidations_test.go: a long of 0.1 at 50'000 dollars with a
// requirement of 10 %; quote in 10^-6 dollars.
TEST(BankruptcyValue, IsTheMarkLessTheWorthInProportion) {
    const Danger position = danger(5'000'000'000, 500'000'000);
    const Danger nothing = danger(0, 0);
    // Owes 5'100: worth -100.
    EXPECT_EQ(bankruptcy_value(danger(-100'000'000, 500'000'000), position, nothing),
              cash(5'100'000'000));
    // Worth 300: half of the position carries half of that.
    const Danger half = danger(2'500'000'000, 250'000'000);
    EXPECT_EQ(bankruptcy_value(danger(300'000'000, 500'000'000), position, half),
              cash(2'350'000'000));
    // A short is bought back: worth 100.
    const Danger short_position = danger(-5'000'000'000, 500'000'000);
    EXPECT_EQ(bankruptcy_value(danger(100'000'000, 500'000'000), short_position, nothing),
              cash(-5'100'000'000));
    // 7 * 1 / 3 = 2.33 is lost at most, so 100 - 2 must come in; -7 * 1 / 3 takes 3 more.
    EXPECT_EQ(bankruptcy_value(danger(7, 3), danger(300, 3), danger(200, 2)), cash(98));
    EXPECT_EQ(bankruptcy_value(danger(-7, 3), danger(300, 3), danger(200, 2)), cash(103));
}

// The same file: owes 4'501, so worth 499 of a requirement of 500; spread 10 %.
TEST(FillableSpread, OpensAsTheAccountNearsBankruptcy) {
    const FillableTerms terms{ratio(1'000'000), ratio(100'000)};
    const auto spread = [&](i128 net) {
        return fillable_spread(terms, danger(net, 500'000'000), cash(500'000'000));
    };
    EXPECT_EQ(spread(600'000'000), cash(0));
    EXPECT_EQ(spread(500'000'000), cash(0));
    EXPECT_EQ(spread(499'000'000), cash(100'000));
    EXPECT_EQ(spread(0), cash(50'000'000));
    EXPECT_EQ(spread(-500'000'000), cash(50'000'000));
}

TEST(InsuranceDelta, TakesWhatIsLeftUpToTheFeeAndGivesWhatIsMissing) {
    const Ratio half_percent = ratio(5'000);
    const Cash bankruptcy = cash(5'100'000'000);
    EXPECT_EQ(insurance_delta(cash(5'610'000'000), bankruptcy, half_percent), cash(28'050'000));
    EXPECT_EQ(insurance_delta(cash(5'105'100'000), bankruptcy, half_percent), cash(5'100'000));
    EXPECT_EQ(insurance_delta(cash(5'100'000'000), bankruptcy, half_percent), cash(0));
    EXPECT_EQ(insurance_delta(cash(-4'949'000'000), cash(-4'900'000'000), half_percent),
              cash(-49'000'000));
}

TEST(LiquidatableNotional, StaysInThePosition) {
    const Span span = liquidatable_notional(cash(-50'000), cash(100), ratio(500'000));
    EXPECT_EQ(span.least, cash(100));
    EXPECT_EQ(span.most, cash(25'000));
    const Span small = liquidatable_notional(cash(50), cash(100), ratio(500'000));
    EXPECT_EQ(small.least, cash(50));
    EXPECT_EQ(small.most, cash(50));
}

// Closed in two steps at the bankruptcy value, an account ends as if closed in one, up to rounding:
// with worth 0 when nothing is left.
TEST(Property, ClosingAtTheBankruptcyValueLeavesNothing) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 3000; ++round) {
        const auto below = [&](u64 end) { return static_cast<i128>(random() % end); };
        const i128 maintenance = 1 + below(1'000'000'000);
        const i128 net = below(2'000'000'000) - 1'000'000'000;
        const i128 value = below(20'000'000'000) - 10'000'000'000;
        const i128 part = below(static_cast<u64>(maintenance) + 1);
        const Danger half = danger(value * part / maintenance, part);
        const Cash first =
            bankruptcy_value(danger(net, maintenance), danger(value, maintenance), half);
        const Danger after = {cash(net) - (cash(value) - half.net) + first, half.maintenance};
        if (part == 0) {
            EXPECT_EQ(after.net, cash(0));
            continue;
        }
        const Cash second = bankruptcy_value(after, half, danger(0, 0));
        EXPECT_EQ(after.net - half.net + second, cash(0));
        EXPECT_LE(insurance_delta(second, second, ratio(5'000)), cash(0));
    }
}

}  // namespace
}  // namespace ballast::notional
