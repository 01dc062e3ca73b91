#include <ballast/deleverage/deleverage.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace ballast::deleverage {
namespace {

constexpr i64 unit = 100'000'000;  // One unit of an instrument, one dollar.

Cash dollars(i64 whole) {
    return Cash::units(whole * i128{unit});
}
Price price(i64 whole) {
    return Price::units(whole * unit);
}

// An account that is short `size` units at 90 dollars with `gain` dollars on each, and so much
// equity.
Candidate shorts(u32 id, i64 size, i64 gain, i64 equity) {
    return {MarginAccountId{id}, -size * unit, dollars(size * gain), dollars(equity),
            dollars(size * 90)};
}

// Ten units long, marked at 90, bankrupt at 95: a deficit of 50.
constexpr Bankrupt ten_long{10 * unit, Price::units(90 * unit), Price::units(95 * unit)};

Closure closed(u32 id, i64 size, i64 haircut) {
    return {MarginAccountId{id}, size * unit, 0, dollars(haircut)};
}

std::vector<Closure> closures(Ranking ranking, const std::vector<Candidate>& candidates) {
    return plan(ranking, ten_long, candidates).value().closures;
}

TEST(Plan, LeastOvershootTakesTheSmallestProfitThatPays) {
    const std::vector<Candidate> candidates{shorts(1, 6, 30, 1000), shorts(2, 6, 4, 1000),
                                            shorts(3, 6, 8, 1000), shorts(4, 6, 5, 1000)};
    EXPECT_EQ(closures(Ranking::least_overshoot, candidates),
              (std::vector{closed(3, 4, 20), closed(4, 6, 30)}));
}

TEST(Plan, LeastOvershootTakesPrincipalLastAndFromTheLargestProfit) {
    const std::vector<Candidate> candidates{shorts(1, 3, 30, 1000), shorts(2, 6, 1, 1000),
                                            shorts(3, 6, 4, 1000), shorts(4, 6, -3, 1000)};
    EXPECT_EQ(closures(Ranking::least_overshoot, candidates),
              (std::vector{closed(1, 3, 15), closed(2, 1, 5), closed(3, 6, 30)}));
}

TEST(Plan, QueueTakesProfitTimesLeverage) {
    // Profit over entry is equal for 1 and 2, leverage is not; 3 gains more at less leverage.
    const std::vector<Candidate> candidates{shorts(1, 6, 10, 300), shorts(2, 6, 10, 150),
                                            shorts(3, 6, 20, 3000)};
    EXPECT_EQ(closures(Ranking::queue, candidates),
              (std::vector{closed(1, 4, 20), closed(2, 6, 30)}));
}

TEST(Plan, QueueTakesLosersLastTheMostLeveredFirst) {
    const std::vector<Candidate> candidates{shorts(1, 4, -10, 60), shorts(2, 4, -10, 600),
                                            shorts(3, 4, 1, 6000)};
    EXPECT_EQ(closures(Ranking::queue, candidates),
              (std::vector{closed(1, 4, 20), closed(2, 2, 10), closed(3, 4, 20)}));
}

TEST(Plan, ProRataSharesByWhatCanBeBorne) {
    const std::vector<Candidate> candidates{shorts(1, 10, 10, 1000), shorts(2, 20, 10, 1000),
                                            shorts(3, 20, 10, 50)};  // 3 can bear ten.
    EXPECT_EQ(
        closures(Ranking::pro_rata, candidates),
        (std::vector<Closure>{{MarginAccountId{1}, 250'000'000, 0, Cash::units(1'250'000'000)},
                              {MarginAccountId{2}, 500'000'000, 0, Cash::units(2'500'000'000)},
                              {MarginAccountId{3}, 250'000'000, 0, Cash::units(1'250'000'000)}}));
}

TEST(Plan, TiesGoToTheLowerId) {
    const std::vector<Candidate> candidates{shorts(9, 6, 8, 1000), shorts(4, 6, 8, 1000),
                                            shorts(7, 6, 8, 1000)};
    for (const Ranking ranking : {Ranking::least_overshoot, Ranking::queue})
        EXPECT_EQ(closures(ranking, candidates), (std::vector{closed(4, 6, 30), closed(7, 4, 20)}));
    // Three times three and a third: the unit left over goes to the first.
    const auto shares = closures(Ranking::pro_rata, candidates);
    ASSERT_EQ(shares.size(), 3);
    EXPECT_EQ(shares[0].at_bankruptcy, 333'333'334);
    EXPECT_EQ(shares[1].at_bankruptcy, 333'333'333);
    EXPECT_EQ(shares[2].at_bankruptcy, 333'333'333);
}

TEST(Plan, WorksForAShortToo) {
    const Bankrupt bankrupt{-10 * unit, price(90), price(85)};
    const std::vector<Candidate> longs{
        {MarginAccountId{1}, 30 * unit, dollars(300), dollars(900), dollars(2700)}};
    for (const Ranking ranking : {Ranking::least_overshoot, Ranking::queue, Ranking::pro_rata}) {
        const Plan result = plan(ranking, bankrupt, longs).value();
        EXPECT_EQ(result.closures, std::vector{closed(1, 10, 50)});
        EXPECT_EQ(result.covered, dollars(50));
    }
}

TEST(Plan, AnAccountLosesNoMoreThanItsEquity) {
    const std::vector<Candidate> candidates{shorts(1, 10, 10, 20), shorts(2, 4, 10, 1000)};
    for (const Ranking ranking : {Ranking::least_overshoot, Ranking::queue, Ranking::pro_rata}) {
        const Plan result = plan(ranking, ten_long, candidates).value();
        // Four units each at the bankruptcy price; two more of the first close at the mark.
        EXPECT_EQ(result.closures,
                  (std::vector<Closure>{{MarginAccountId{1}, 4 * unit, 2 * unit, dollars(20)},
                                        {MarginAccountId{2}, 4 * unit, 0, dollars(20)}}));
        EXPECT_EQ(result.deficit, dollars(50));
        EXPECT_EQ(result.covered, dollars(40));
        EXPECT_EQ(result.uncovered, dollars(10));
        EXPECT_EQ(result.left, 0);
    }
}

TEST(Plan, AtTheMarkNobodyLosesAnything) {
    const Bankrupt solvent{10 * unit, price(90), price(90)};
    const Plan result =
        plan(Ranking::least_overshoot, solvent, std::vector{shorts(1, 10, 10, -5)}).value();
    EXPECT_EQ(result.closures, std::vector{closed(1, 10, 0)});
    EXPECT_EQ(result.deficit, Cash());
}

TEST(Plan, RoundsTheDeficitUpAndSharesItExactly) {
    // Three units of 10^-8 at a haircut of a third of a cent each lose one unit of cash together.
    const Bankrupt dust{3, price(90), price(90) + Price::units(333'333)};
    std::vector<Candidate> candidates;
    for (u32 id = 1; id <= 3; ++id)
        candidates.push_back({MarginAccountId{id}, -1, {}, dollars(1), {}});
    const Plan result = plan(Ranking::pro_rata, dust, candidates).value();
    EXPECT_EQ(result.deficit, Cash::units(1));
    EXPECT_EQ(result.covered, Cash::units(1));
    ASSERT_EQ(result.closures.size(), 3);
    EXPECT_EQ(result.closures[0].haircut, Cash::units(1));
    EXPECT_EQ(result.closures[2].haircut, Cash());
}

// The case that halted a chain: all open interest of an isolated market is inside one liquidation,
// so nobody is left to take the other side.  The position stays as `left`, its whole deficit goes
// to insurance, and what that does not pay is socialised; nothing is divided by nothing and no pool
// falls below zero.
TEST(Plan, AllOpenInterestInsideOneLiquidation) {
    struct Row {
        const char* name;
        std::vector<Candidate> candidates;
        i64 covered;
        i64 left;
    };
    const std::vector<Row> rows{
        {"nobody", {}, 0, 10},
        {"who is left has nothing", {shorts(1, 10, 10, 0)}, 0, 0},
        {"who is left is bankrupt himself", {shorts(1, 10, 10, -500)}, 0, 0},
        {"half of it is there", {shorts(1, 5, 10, 500)}, 25, 5},
        {"half of it is there, and poor", {shorts(1, 5, 10, 10)}, 10, 5},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        for (const Ranking ranking :
             {Ranking::least_overshoot, Ranking::queue, Ranking::pro_rata}) {
            const Plan result = plan(ranking, ten_long, row.candidates).value();
            EXPECT_EQ(result.deficit, dollars(50));
            EXPECT_EQ(result.covered, dollars(row.covered));
            EXPECT_EQ(result.uncovered, dollars(50 - row.covered));
            EXPECT_EQ(result.left, row.left * unit);
            const Fairness figures = fairness(row.candidates, result);
            EXPECT_EQ(figures.hit, result.closures.size());

            const Cash insurance = dollars(20);
            const Cash paid = std::min(insurance, result.uncovered);
            std::vector<Holder> holders;
            for (const Candidate& candidate : row.candidates) {
                Cash equity = candidate.equity;
                for (const Closure& closure : result.closures) equity -= closure.haircut;
                holders.push_back({candidate.account, equity});
            }
            const Socialised rest = socialise(result.uncovered - paid, holders).value();
            Cash borne = rest.booked;
            for (const Share& share : rest.shares) borne += share.cash;
            EXPECT_EQ(borne, result.uncovered - paid);
            EXPECT_GE(rest.booked, Cash());
        }
    }
}

TEST(Plan, Rejects) {
    const auto answer = [](const Bankrupt& bankrupt, const std::vector<Candidate>& candidates) {
        return plan(Ranking::queue, bankrupt, candidates).error();
    };
    EXPECT_EQ(answer({0, price(90), price(95)}, {}), Reject::deleverage_nothing);
    EXPECT_EQ(answer({unit, price(90), price(89)}, {}), Reject::deleverage_not_bankrupt);
    EXPECT_EQ(answer({-unit, price(90), price(91)}, {}), Reject::deleverage_not_bankrupt);
    EXPECT_EQ(answer(ten_long, {shorts(1, -5, 1, 1)}), Reject::deleverage_wrong_side);
    EXPECT_EQ(answer(ten_long, {shorts(1, 0, 1, 1)}), Reject::deleverage_wrong_side);
    EXPECT_EQ(answer(ten_long, {shorts(1, 5, 1, 1), shorts(2, 5, 1, 1), shorts(1, 5, 1, 1)}),
              Reject::deleverage_twice);
    Candidate huge = shorts(1, 5, 1, 1);
    huge.equity = cash_max + Cash::units(1);
    EXPECT_EQ(answer(ten_long, {huge}), Reject::overflow);
    EXPECT_EQ(answer({limits::size_max + 1, price(90), price(95)}, {}), Reject::overflow);
}

TEST(Plan, HoldsAtTheLimits) {
    const Bankrupt largest{limits::size_max, Price(), limits::price_max};
    const std::vector<Candidate> candidates{
        {MarginAccountId{1}, -limits::size_max, cash_max, cash_max, cash_max},
        {MarginAccountId{2}, -limits::size_max, -cash_max, cash_max, cash_max}};
    for (const Ranking ranking : {Ranking::least_overshoot, Ranking::queue, Ranking::pro_rata}) {
        const Plan result = plan(ranking, largest, candidates).value();
        i128 closed_units = result.left;
        for (const Closure& closure : result.closures)
            closed_units += closure.at_bankruptcy + closure.at_mark;
        EXPECT_EQ(closed_units, limits::size_max);
        EXPECT_EQ(result.covered + result.uncovered, result.deficit);
        EXPECT_GT(fairness(candidates, result).hit, 0);
    }
}

TEST(Fairness, OfAPlanByHand) {
    const std::vector<Candidate> candidates{shorts(1, 8, 10, 240), shorts(2, 4, 2, 180),
                                            shorts(3, 10, 10, 9000), shorts(4, 10, 10, 9000)};
    Plan by_hand;
    by_hand.closures = {closed(1, 6, 30), closed(2, 4, 20)};
    const Fairness figures = fairness(candidates, by_hand);
    EXPECT_EQ(figures.overshoot, dollars(30));  // 6 * (10 - 5)
    EXPECT_EQ(figures.principal, dollars(12));  // 4 * (5 - 2)
    EXPECT_EQ(figures.hit, 2);
    // 0, 0, 4, 6: 2 * (3 * 4 + 4 * 6) / (4 * 10) - 5 / 4.
    EXPECT_EQ(figures.gini.units(), 550'000'000);
    EXPECT_EQ(figures.concentration.units(), 520'000'000);      // 0.4^2 + 0.6^2
    EXPECT_EQ(figures.leverage_median.units(), 2'000'000'000);  // Of 3 and 2, the lower.
    EXPECT_EQ(figures.partial_share.units(), 500'000'000);
}

TEST(Fairness, OfNothing) {
    const Fairness figures = fairness({}, Plan{});
    EXPECT_EQ(figures.hit, 0);
    EXPECT_EQ(figures.gini, Ratio());
    EXPECT_EQ(figures.concentration, Ratio());
    EXPECT_EQ(figures.partial_share, Ratio());
}

// dYdX v4, GetBankruptcyPriceInQuoteQuantums, in quote quantums: half of a short of 0.1 BTC at
// 50,000 beside 5,000 in cash, which leaves the account nothing; 20 % / 10 % margin.
TEST(BankruptcyValue, OfAnAccountThatIsWorthNothing) {
    const Carried half{Cash::units(2'500'000'000), Cash::units(250'000'000), Cash(),
                       Cash::units(500'000'000)};
    EXPECT_EQ(bankruptcy_value(half), Cash::units(-2'500'000'000));
}

TEST(BankruptcyValue, SharesEquityByRequirementAndRoundsUp) {
    // A long worth 100 that carries a third of the requirement of an account worth 10: sold for
    // 96.67 its third of the equity is gone.
    const Carried third{dollars(-100), dollars(1), dollars(10), dollars(3)};
    EXPECT_EQ(bankruptcy_value(third).value().units(), 9'666'666'667);
    const Carried owing{dollars(-100), dollars(1), dollars(-10), dollars(3)};
    EXPECT_EQ(bankruptcy_value(owing).value().units(), 10'333'333'334);
    const Carried wild{dollars(-100), Cash::units(i128{1} << 120), Cash::units(i128{1} << 120),
                       Cash::units(1)};
    EXPECT_EQ(bankruptcy_value(wild).error(), Reject::overflow);
}

TEST(BankruptcyPrice, LeavesTheAccountNoLess) {
    EXPECT_EQ(bankruptcy_price(3, Cash::units(10)).units(), 333'333'334);
    EXPECT_EQ(bankruptcy_price(-3, Cash::units(-10)).units(), 333'333'333);
    EXPECT_EQ(bankruptcy_price(unit, dollars(-5)), Price());  // A long pays nobody to be rid of it.
    EXPECT_EQ(bankruptcy_price(-unit, dollars(5)), Price());  // Nor does a short get less than for
                                                              // nothing.
    EXPECT_EQ(bankruptcy_price(1, cash_max), limits::price_max);
}

TEST(Socialise, Table) {
    const std::vector<Holder> holders{{MarginAccountId{3}, dollars(100)},
                                      {MarginAccountId{1}, dollars(200)},
                                      {MarginAccountId{2}, dollars(-50)},
                                      {MarginAccountId{5}, Cash()}};
    const Socialised part = socialise(dollars(30), holders).value();
    EXPECT_EQ(part.shares, (std::vector{Share{MarginAccountId{1}, dollars(20)},
                                        Share{MarginAccountId{3}, dollars(10)}}));
    EXPECT_EQ(part.booked, Cash());
    const Socialised all = socialise(dollars(301), holders).value();
    EXPECT_EQ(all.shares, (std::vector{Share{MarginAccountId{1}, dollars(200)},
                                       Share{MarginAccountId{3}, dollars(100)}}));
    EXPECT_EQ(all.booked, dollars(1));
    EXPECT_EQ(socialise(dollars(7), {}).value().booked, dollars(7));
    EXPECT_TRUE(socialise(Cash(), holders).value().shares.empty());
    EXPECT_EQ(socialise(Cash::units(-1), holders).error(), Reject::overflow);
    EXPECT_EQ(socialise(Cash(), std::vector{holders[0], holders[0]}).error(),
              Reject::deleverage_twice);
}

}  // namespace
}  // namespace ballast::deleverage
