#include <ballast/math/money.hpp>
#include <ballast/portfolio/remedy.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace ballast::portfolio {
namespace {

Cash dollars(i64 whole) {
    return Cash::units(whole * i128{amount_one});
}
Ratio percent(i64 points) {
    return Ratio::units(points * 10'000'000);
}

Economics cheap() {
    return {dollars(1), Ratio(), percent(5)};
}

constexpr AssetId ether{1};
constexpr AssetId bitcoin{2};

// An account with nothing but collateral and what it owes.
Sickness indebted(std::span<const Holding> holdings, i64 owed) {
    Cash worth;
    Cash counted;
    for (const Holding& holding : holdings) {
        worth += holding.worth;
        counted += holding.worth - math::portion(holding.worth, holding.haircut, Round::down);
    }
    return {{worth - dollars(owed), counted - dollars(owed), worth}, {}, holdings, false};
}

TEST(Remedy, NoneForTheHealthy) {
    const Choice choice =
        choose_remedy({}, cheap(), {{dollars(100), Cash(), {}}, dollars(5), {}, false});
    EXPECT_EQ(choice.remedy, Remedy::none);
    EXPECT_FALSE(choice.cancel_orders);
}

TEST(Remedy, CancelsOrdersFirst) {
    Sickness sickness{{dollars(100), dollars(-5), dollars(1000)}, dollars(5), {}, false};
    Choice choice = choose_remedy({}, cheap(), sickness);
    EXPECT_TRUE(choice.cancel_orders);
    EXPECT_EQ(choice.remedy, Remedy::none);
    sickness.orders_relief = dollars(5) - Cash::units(1);
    choice = choose_remedy({}, cheap(), sickness);
    EXPECT_TRUE(choice.cancel_orders);
    EXPECT_EQ(choice.remedy, Remedy::whole_portfolio);
}

TEST(Remedy, SellsCollateralWhereThatSuffices) {
    const std::array holdings{Holding{ether, dollars(1000), percent(20)}};
    const Sickness sickness = indebted(holdings, 850);
    const Terms terms;  // Buffer 15 %: 80 short of 1000 * 0.2 * 1.15 + 850 - 1000.
    ASSERT_EQ(buffer_margin(terms, sickness.standing), dollars(-80));
    const Choice choice = choose_remedy(terms, cheap(), sickness);
    ASSERT_EQ(choice.remedy, Remedy::sell_collateral);
    ASSERT_EQ(choice.sales.size(), 1);
    EXPECT_EQ(choice.sales[0].asset, ether);
    // Each dollar sold relieves 0.2 * 1.15 - 0.05 / 1.05.
    const i64 relief = 230'000'000 - 47'619'048;
    const Cash expected = Cash::units(80 * i128{amount_one} * ratio_one / relief);
    EXPECT_LE(math::magnitude((choice.sales[0].worth - expected).units()), 200);
}

TEST(Remedy, SellsTheLargestHaircutFirst) {
    const std::array holdings{Holding{ether, dollars(400), percent(10)},
                              Holding{bitcoin, dollars(100), percent(60)},
                              Holding{AssetId{3}, dollars(300), percent(60)}};
    const Choice choice = choose_remedy({}, cheap(), indebted(holdings, 560));
    ASSERT_EQ(choice.remedy, Remedy::sell_collateral);
    ASSERT_EQ(choice.sales.size(), 2);
    EXPECT_EQ(choice.sales[0], (Sale{bitcoin, dollars(100)}));
    EXPECT_EQ(choice.sales[1].asset, AssetId{3});
}

TEST(Remedy, DoesNotSellCollateralWhereThatDoesNotHelp) {
    const auto remedy = [](Ratio haircut, i64 owed, const Economics& economics) {
        const std::array holdings{Holding{ether, dollars(1000), haircut}};
        return choose_remedy({}, economics, indebted(holdings, owed)).remedy;
    };
    EXPECT_EQ(remedy(percent(20), 850, cheap()), Remedy::sell_collateral);
    // The haircut is less than what the incentive costs.
    EXPECT_EQ(remedy(percent(4), 961, cheap()), Remedy::whole_portfolio);
    // Loan to value 953 / 1000 is past 1 / 1.05.
    EXPECT_EQ(remedy(percent(20), 952, cheap()), Remedy::sell_collateral);
    EXPECT_EQ(remedy(percent(20), 953, cheap()), Remedy::whole_portfolio);
    // The incentive does not pay the keeper's cost, the whole account does, and then neither.
    EXPECT_EQ(remedy(percent(20), 850, {dollars(50), Ratio(), percent(5)}),
              Remedy::whole_portfolio);
    EXPECT_EQ(remedy(percent(20), 850, {dollars(150), Ratio(), percent(5)}), Remedy::backstop);
    EXPECT_EQ(remedy(percent(20), 850, {Cash(), percent(10), percent(5)}), Remedy::whole_portfolio);
    EXPECT_EQ(remedy(percent(20), 850, {Cash(), percent(15), percent(5)}), Remedy::backstop);
}

TEST(Remedy, TakesOverTheOneMarketOfAnIsolatedAccount) {
    Sickness sickness{{dollars(100), dollars(-5), dollars(1000)}, {}, {}, true};
    EXPECT_EQ(choose_remedy({}, cheap(), sickness).remedy, Remedy::isolated_market);
    sickness.isolated = false;
    EXPECT_EQ(choose_remedy({}, cheap(), sickness).remedy, Remedy::whole_portfolio);
}

TEST(Remedy, AnInsolventAccountPaysAKeeperItsRequirement) {
    Terms terms;
    const Standing under{dollars(-50), dollars(-90), dollars(1000)};
    EXPECT_EQ(keeper_gain_max(terms, cheap(), under), dollars(39));
    terms.tip = dollars(2);
    EXPECT_EQ(keeper_gain_max(terms, cheap(), under), dollars(41));
    EXPECT_EQ(
        choose_remedy(terms, {dollars(42), Ratio(), percent(5)}, {under, {}, {}, false}).remedy,
        Remedy::backstop);
}

// Whatever it sells restores the buffer margin, and one part in a million less would not.
TEST(Remedy, SalesRestoreTheBufferAndNoMore) {
    std::mt19937_64 random(20'260'106);
    const auto in = [&random](i64 least, i64 most) {
        return least + static_cast<i64>(random() % static_cast<u64>(most - least + 1));
    };
    u32 sold = 0;
    for (int round = 0; round < 5000; ++round) {
        std::vector<Holding> holdings;
        const i64 count = in(1, 4);
        i64 worth = 0;
        for (i64 i = 0; i < count; ++i) {
            holdings.push_back(
                {AssetId{static_cast<u16>(i)}, dollars(in(1, 5000)), percent(in(0, 60))});
            worth += static_cast<i64>(holdings.back().worth.units() / amount_one);
        }
        Terms terms;
        terms.buffer = percent(in(0, 100));
        const Economics economics{Cash(), Ratio(), percent(in(0, 15))};
        const Sickness sickness = indebted(holdings, worth * in(20, 110) / 100);
        const Choice choice = choose_remedy(terms, economics, sickness);
        if (choice.remedy != Remedy::sell_collateral) continue;
        ++sold;
        const auto after = [&](i128 parts) {
            Standing standing = sickness.standing;
            for (const Sale& sale : choice.sales) {
                const Holding& holding = holdings[sale.asset.value()];
                const Cash gone = Cash::units(sale.worth.units() * parts / 1'000'000);
                const Cash paid = Cash::units(gone.units() * ratio_one /
                                              (ratio_one + economics.incentive.units()));
                const Cash counted = gone - math::portion(gone, holding.haircut, Round::down);
                standing.mark += paid - gone;
                standing.maintenance += paid - counted;
            }
            return buffer_margin(terms, standing);
        };
        ASSERT_GE(after(1'000'000), Cash()) << round;
        ASSERT_LT(after(999'000), Cash()) << round;
    }
    EXPECT_GT(sold, 200);
}

TEST(IncentiveHeals, OnlyUnderTheFrontier) {
    EXPECT_TRUE(incentive_heals(dollars(10), dollars(11) + Cash::units(1), percent(10)));
    EXPECT_FALSE(incentive_heals(dollars(10), dollars(11), percent(10)));
    EXPECT_TRUE(incentive_heals(Cash(), Cash(), percent(10)));
    EXPECT_FALSE(incentive_heals(Cash::units(1), Cash(), percent(10)));
}

// It heals exactly where one more repayment lowers loan to value (arXiv 2212.07306).
TEST(IncentiveHeals, AgreesWithWhatARepaymentDoes) {
    for (i64 debt = 1; debt <= 120; ++debt) {
        for (const i64 points : {0, 5, 10, 20}) {
            const Loan loan{dollars(100), dollars(debt)};
            const Loan next = liquidate(loan, percent(points), percent(1));
            const bool lower = next.debt.units() * loan.collateral.units() <
                               loan.debt.units() * next.collateral.units();
            EXPECT_EQ(incentive_heals(loan.debt, loan.collateral, percent(points)), lower)
                << debt << " at " << points;
        }
    }
}

// The path of 0.92 at 10 % and a close factor of a half, which ends in bad debt.
TEST(Liquidate, ASpiralEndsWithoutCollateral) {
    Loan loan{Cash::units(1'000'000'000'000'000), Cash::units(920'000'000'000'000)};
    for (int step = 0; step < 7; ++step) loan = liquidate(loan, percent(10), percent(50));
    EXPECT_EQ(loan.collateral, Cash());
    EXPECT_EQ(loan.debt.units(), 10'909'090'909'091);
}

TEST(RepayPart, Table) {
    const auto part_of = [](i64 debt, i64 threshold, i64 incentive) {
        return repay_part({dollars(10'000), dollars(debt)},
                          {percent(threshold), Ratio::units(1'050'000'000), percent(incentive)});
    };
    EXPECT_EQ(part_of(5000, 75, 5), Ray());
    EXPECT_EQ(part_of(8000, 75, 5).value().units(), (ray_one * 3 + 6) / 7);  // 900 / 2100, rounded
                                                                             // up.
    // Each repayment costs more collateral than it relieves.
    EXPECT_EQ(part_of(9900, 98, 10), std::nullopt);
}

TEST(Economics, Validate) {
    EXPECT_EQ(validate(cheap()), std::nullopt);
    EXPECT_EQ(validate(Economics{Cash::units(-1), {}, {}})->key, "keeper_cost");
    EXPECT_EQ(validate(Economics{{}, percent(101), {}})->key, "keeper_slip");
    EXPECT_EQ(validate(Economics{{}, {}, percent(101)})->key, "incentive");
}

}  // namespace
}  // namespace ballast::portfolio
