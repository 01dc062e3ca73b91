#include <ballast/auctions/terms.hpp>

#include <gtest/gtest.h>

namespace ballast::auctions {
namespace {

// Maker's ETH-A as deployed in 2021.
AuctionTerms maker() {
    AuctionTerms terms;
    terms.curve.kind = CurveKind::stepped;
    terms.curve.step_seconds = 90;
    terms.curve.cut = Ray::units(ray_one / 100 * 99);
    terms.buffer = Ratio::units(1'300'000'000);
    terms.tail_seconds = 8400;
    terms.cusp = Ratio::units(400'000'000);
    terms.penalty = Ratio::units(130'000'000);
    terms.tip = Amount::units(i128{300} * amount_one);
    terms.chip = Ratio::units(1'000'000);
    terms.debt_at_auction_max = Amount::units(i128{22'000'000} * amount_one);
    terms.restarts_max = 10;
    terms.remainder_min = Amount::units(i128{5650} * amount_one);
    return terms;
}

AuctionTerms in_place_terms() {
    AuctionTerms terms;
    terms.curve.kind = CurveKind::health_discount;
    terms.curve.discount = Ratio::units(150'000'000);
    terms.curve.close_factor = Ratio::units(ratio_one);
    return terms;
}

TEST(Terms, PeersAreValid) {
    EXPECT_FALSE(validate(maker()));
    EXPECT_FALSE(validate(in_place_terms()));
}

template <class Change>
std::string fault(AuctionTerms terms, Change change) {
    change(terms);
    const auto found = validate(terms);
    return found ? found->key : "none";
}

TEST(Terms, EachFaultNamesItsKey) {
    using T = AuctionTerms;
    const Ratio two = Ratio::units(2 * ratio_one);
    const auto of = [](auto change) { return fault(maker(), change); };
    EXPECT_EQ(of([](T& t) { t.curve.kind = CurveKind::linear; }), "curve.duration_seconds");
    EXPECT_EQ(of([](T& t) { t.curve.step_seconds = 0; }), "curve.step_seconds");
    EXPECT_EQ(of([](T& t) { t.curve.step_seconds = limits::step_seconds_max + 1; }),
              "curve.step_seconds");
    EXPECT_EQ(of([](T& t) { t.curve.cut = Ray(); }), "curve.cut");
    EXPECT_EQ(of([](T& t) { t.curve.cut = Ray::units(ray_one + 1); }), "curve.cut");
    EXPECT_EQ(of([](T& t) { t.buffer = Ratio(); }), "buffer");
    EXPECT_EQ(of([](T& t) { t.tail_seconds = 0; }), "tail_seconds");
    EXPECT_EQ(of([](T& t) { t.cusp = Ratio::units(ratio_one); }), "cusp");
    EXPECT_EQ(of([](T& t) { t.restarts_max = restarts_limit + 1; }), "restarts_max");
    EXPECT_EQ(of([&](T& t) { t.penalty = two; }), "penalty");
    EXPECT_EQ(of([](T& t) { t.tip = Amount::units(-1); }), "tip");
    EXPECT_EQ(of([](T& t) { t.chip = Ratio::units(115'044'248); }), "chip");  // Over 0.13 / 1.13.
    EXPECT_EQ(of([](T& t) { t.chip = Ratio::units(115'044'247); }), "none");
    EXPECT_EQ(of([](T& t) { t.debt_at_auction_max = Amount::units(-1); }), "debt_at_auction_max");
    EXPECT_EQ(of([](T& t) { t.remainder_min = Amount::units(-1); }), "remainder_min");

    const auto in = [](auto change) { return fault(in_place_terms(), change); };
    EXPECT_EQ(in([](T& t) { t.curve.discount = Ratio::units(ratio_one); }), "curve.discount");
    EXPECT_EQ(in([](T& t) { t.curve.close_factor = Ratio(); }), "curve.close_factor");
    EXPECT_EQ(in([&](T& t) { t.curve.full_close_health = two; }), "curve.full_close_health");
}

TEST(Terms, TabRoundsUp) {
    EXPECT_EQ(tab_of(maker(), Amount::units(100)).units(), 113);
    EXPECT_EQ(tab_of(maker(), Amount::units(1)).units(), 2);
    EXPECT_EQ(tab_of(maker(), Amount()).units(), 0);
}

TEST(Terms, EncodeAndDecode) {
    const auto bytes = encode(maker());
    const auto back = decode<AuctionTerms>(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(encode(*back), bytes);
}

}  // namespace
}  // namespace ballast::auctions
