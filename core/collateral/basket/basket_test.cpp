#include <ballast/basket/basket.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace ballast::basket {
namespace {

constexpr Ratio percent(i64 count) {
    return Ratio::units(count * 10'000'000);
}
constexpr Amount whole(i64 count) {
    return Amount::units(i128{count} * amount_one);
}

CollateralTerms good() {
    return {AssetId{1},       FeedId{0},   std::nullopt, percent(10),
            whole(1'000'000), percent(20), whole(1'000), percent(5)};
}

TEST(concentration, grows_in_proportion_up_to_the_whole_charge) {
    const CollateralTerms terms = good();
    EXPECT_EQ(concentration(terms, whole(0)), percent(0));
    EXPECT_EQ(concentration(terms, whole(500)), percent(10));
    EXPECT_EQ(concentration(terms, whole(1'000)), percent(20));
    EXPECT_EQ(concentration(terms, whole(900'000)), percent(20));
    EXPECT_EQ(concentration(terms, Amount::units(1)).units(), 1);  // Rounded up.
}

TEST(weight, is_the_price_less_all_charges_rounded_down) {
    const CollateralTerms terms = good();
    const Price price = Price::units(200'000'000'000);  // 2000 dollars.
    EXPECT_EQ(weight(terms, price, whole(0)).units(), 170'000'000'000);
    EXPECT_EQ(weight(terms, price, whole(500)).units(), 150'000'000'000);
    EXPECT_EQ(weight(terms, price, whole(5'000)).units(), 130'000'000'000);
    EXPECT_EQ(weight(terms, Price::units(3), whole(0)).units(), 2);  // 2.55
    EXPECT_EQ(weight(terms, Price::units(0), whole(0)).units(), 0);
    EXPECT_EQ(weight(terms, limits::price_max, whole(0)).units(), 3'400'000'000'000'000'000);
}

TEST(weight, never_rises_with_what_is_locked) {
    const CollateralTerms terms = good();
    Price before = limits::price_max;
    for (i64 locked = 0; locked < 1'200; locked += 7) {
        const Price now = weight(terms, Price::units(123'456'789), whole(locked));
        EXPECT_LE(now, before);
        before = now;
    }
}

TEST(value, is_linear_and_exact) {
    const std::array<Held, 3> amounts{Held::units(3), Held::units(0), Held::units(1'000'000'007)};
    const std::array<Price, 3> weights{Price::units(7), Price::units(999),
                                       Price::units(998'244'353)};
    EXPECT_EQ(value(amounts, weights).units(), i128{21} + i128{1'000'000'007} * 998'244'353);
}

TEST(value, a_full_basket_at_the_bounds_fits) {
    std::array<Held, limits::basket_max> amounts;
    std::array<Price, limits::basket_max> weights;
    amounts.fill(Held::units(static_cast<i64>(limits::amount_max.units())));
    weights.fill(limits::price_max);
    EXPECT_EQ(value(amounts, weights).units(),
              limits::amount_max.units() * limits::price_max.units() * limits::basket_max);
}

TEST(validate, names_the_key_that_is_wrong) {
    EXPECT_FALSE(validate(good()));
    const struct {
        const char* key;
        std::function<void(CollateralTerms&)> spoil;
    } cases[] = {
        {"haircut", [](CollateralTerms& t) { t.haircut = Ratio::units(-1); }},
        {"haircut", [](CollateralTerms& t) { t.haircut = percent(101); }},
        {"haircut", [](CollateralTerms& t) { t.haircut = percent(75); }},  // 75 + 20 + 5.
        {"cap", [](CollateralTerms& t) { t.cap = Amount::units(-1); }},
        {"cap", [](CollateralTerms& t) { t.cap = limits::supply_max + Amount::units(1); }},
        {"concentration_charge", [](CollateralTerms& t) { t.concentration_charge = percent(-1); }},
        {"concentration_depth", [](CollateralTerms& t) { t.concentration_depth = whole(0); }},
        {"concentration_depth", [](CollateralTerms& t) { t.concentration_depth = whole(-1); }},
        {"correlation_charge", [](CollateralTerms& t) { t.correlation_charge = percent(-1); }},
    };
    for (const auto& bad : cases) {
        CollateralTerms terms = good();
        bad.spoil(terms);
        const auto fault = validate(terms);
        ASSERT_TRUE(fault) << bad.key;
        EXPECT_EQ(fault->key, bad.key);
    }
    CollateralTerms edge = good();
    edge.haircut = Ratio::units(percent(75).units() - 1);
    EXPECT_FALSE(validate(edge));
}

TEST(collateral_terms, survive_the_codec) {
    CollateralTerms terms = good();
    terms.rate_feed = FeedId{9};
    Bytes bytes;
    bytes.reserve(256);
    Writer writer(bytes);
    writer(terms);
    EXPECT_EQ(*decode<CollateralTerms>(bytes), terms);
}

}  // namespace
}  // namespace ballast::basket
