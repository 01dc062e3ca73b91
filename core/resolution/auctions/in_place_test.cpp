#include <ballast/auctions/in_place.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballast::auctions {
namespace {

Ratio ratio(i64 thousandths) {
    return Ratio::units(thousandths * (ratio_one / 1000));
}
Amount amount(i64 whole) {
    return Amount::units(i128{whole} * amount_one);
}
Cash cash(i64 whole) {
    return Cash::units(i128{whole} * amount_one);
}

// Aave V2: a bonus of 5 %, half of the debt at a time.
Curve fixed() {
    Curve curve;
    curve.kind = CurveKind::fixed_discount;
    curve.discount = ratio(50);
    curve.close_factor = ratio(500);
    return curve;
}

// Euler: 1 - health, at most 15 %, all of the debt.
Curve by_health() {
    Curve curve;
    curve.kind = CurveKind::health_discount;
    curve.discount = ratio(150);
    curve.close_factor = ratio(1000);
    return curve;
}

InPlaceInput vault(i64 owed, i64 collateral, Ratio health, i64 pay_max) {
    return {amount(owed), cash(owed), cash(collateral), health, amount(pay_max), amount(100)};
}

struct Case {
    const char* what;
    Curve curve;
    InPlaceInput input;
    Amount repay;
    Cash handed;
    bool takes_all;
    bool cut_back;
};

Curve with(Curve curve, auto change) {
    change(curve);
    return curve;
}

TEST(InPlace, Cases) {
    const Curve spiral = with(fixed(), [](Curve& c) { c.allow_spiral = true; });
    const Curve full = with(fixed(), [](Curve& c) { c.full_close_health = ratio(950); });
    const Curve full_spiral = with(full, [](Curve& c) { c.allow_spiral = true; });
    const Case cases[] = {
        {"the bonus on what is paid", fixed(), vault(1000, 1200, ratio(960), 200), amount(200),
         cash(210), false, false},
        {"the close factor caps", fixed(), vault(1000, 1200, ratio(960), 5000), amount(500),
         cash(525), false, false},
        {"under the full-close health it does not", full, vault(1000, 1200, ratio(940), 5000),
         amount(1000), cash(1050), false, false},
        {"at that health it does", full, vault(1000, 1200, ratio(950), 5000), amount(500),
         cash(525), false, false},
        {"a remainder under the minimum is paid in full", fixed(), vault(150, 200, ratio(960), 150),
         amount(150), Cash::units(15'750'000'000), false, false},
        {"or cut back to the minimum", fixed(), vault(150, 200, ratio(960), 149), amount(50),
         Cash::units(5'250'000'000), false, false},
        {"past the frontier the bonus is cut to the collateral's share", fixed(),
         vault(1000, 1020, ratio(850), 100), amount(100), cash(102), false, true},
        {"unless the spiral is allowed", spiral, vault(1000, 1020, ratio(850), 100), amount(100),
         cash(105), false, false},
        {"no more than all collateral, for what it is worth", full_spiral,
         vault(1000, 840, ratio(700), 5000), amount(800), cash(840), true, false},
        {"discount by ill-health", by_health(), vault(1000, 1200, ratio(900), 90), amount(90),
         cash(100), false, false},
        {"discount at its cap", by_health(), vault(1000, 1200, ratio(500), 85), amount(85),
         cash(100), false, false},
        {"the whole debt", by_health(), vault(1000, 1200, ratio(900), 1000), amount(1000),
         Cash::units(111'111'111'111), false, false},
    };
    for (const Case& c : cases) {
        const auto plan = decide_in_place(c.curve, c.input);
        ASSERT_TRUE(plan) << c.what;
        EXPECT_TRUE(plan->repay == c.repay) << c.what;
        EXPECT_TRUE(plan->handed == c.handed) << c.what;
        EXPECT_EQ(plan->takes_all, c.takes_all) << c.what;
        EXPECT_EQ(plan->cut_back, c.cut_back) << c.what;
    }
}

TEST(InPlace, Rejects) {
    EXPECT_EQ(decide_in_place(fixed(), vault(1000, 1200, ratio(900), 0)).error(),
              Reject::amount_not_positive);
    EXPECT_EQ(decide_in_place(fixed(), vault(1000, 1200, ratio(1000), 10)).error(),
              Reject::auction_healthy);
    EXPECT_EQ(decide_in_place(fixed(), vault(100, 120, ratio(900), 60)).error(),
              Reject::auction_leaves_dust);
    InPlaceInput tiny = vault(1000, 1200, ratio(900), 10);
    tiny.owed = Amount::units(1);
    EXPECT_EQ(decide_in_place(fixed(), tiny).error(), Reject::auction_close_factor);
    InPlaceInput large = vault(1000, 1200, ratio(900), 10);
    large.owed = large.pay_max = Amount::units(1);
    large.owed_worth = Cash::units(~u128{0} >> 1);
    large.debt_min = Amount();
    EXPECT_EQ(decide_in_place(by_health(), large).error(), Reject::overflow);
}

TEST(InPlace, PriceOfAPlan) {
    EXPECT_EQ(price_of({amount(90), cash(100), false, false})->units(), ray_one / 10 * 9);
    EXPECT_EQ(price_of({Amount::units(1), Cash::units(3), false, false})->units(), ray_one / 3 + 1);
    EXPECT_EQ(price_of({amount(1), Cash(), false, false}).error(),
              Reject::auction_price_over_limit);
}

TEST(InPlace, HandsOverTheSameShareOfEveryAsset) {
    EXPECT_EQ(handed_over(Amount::units(10), cash(1), cash(3)).units(), 3);
    EXPECT_EQ(handed_over(Amount::units(10), cash(3), cash(3)).units(), 10);
}

// Whatever the vault: bounds hold, and without `allow_spiral` no take raises debt / collateral.
TEST(InPlace, Properties) {
    std::mt19937_64 random(2206);
    u32 decided = 0;
    for (int round = 0; round < 20000; ++round) {
        Curve curve = round % 2 == 0 ? fixed() : by_health();
        curve.allow_spiral = round % 3 == 0;
        curve.full_close_health = ratio(static_cast<i64>(random() % 1000));
        const i64 owed = static_cast<i64>(random() % 5000 + 1);
        InPlaceInput input =
            vault(owed, static_cast<i64>(random() % 6000 + 1),
                  ratio(static_cast<i64>(random() % 1000)), static_cast<i64>(random() % 6000 + 1));
        input.owed_worth = Cash::units(input.owed.units() * 3 / 2 + 1);
        const auto plan = decide_in_place(curve, input);
        if (!plan) {
            ASSERT_EQ(plan.error(), Reject::auction_leaves_dust);
            continue;
        }
        ++decided;
        ASSERT_GT(plan->repay, Amount());
        ASSERT_LE(plan->repay, std::min(input.owed, input.pay_max));
        ASSERT_LE(plan->handed, input.collateral_worth);
        const Amount left = input.owed - plan->repay;
        ASSERT_TRUE(left.zero() || left >= input.debt_min || plan->takes_all);
        if (curve.allow_spiral) continue;
        // owed' / collateral' <= owed / collateral, multiplied out; exact, as handed rounds down.
        const i128 collateral_left = (input.collateral_worth - plan->handed).units();
        ASSERT_LE(left.units() * input.collateral_worth.units(),
                  input.owed.units() * collateral_left);
    }
    EXPECT_GT(decided, 15000u);
}

}  // namespace
}  // namespace ballast::auctions
