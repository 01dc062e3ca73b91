#include <ballast/base/limits.hpp>
#include <ballast/yield/yield.hpp>

#include <gtest/gtest.h>

namespace ballast::yield {
namespace {

TEST(through_rate, multiplies_and_rounds_as_told) {
    const auto price = [](i64 units) { return Price::units(units); };
    // One staked ether is 1.15 ether at 2000 dollars.
    EXPECT_EQ(through_rate(price(200'000'000'000), price(115'000'000), Round::down),
              price(230'000'000'000));
    EXPECT_EQ(through_rate(price(3), price(150'000'000), Round::down), price(4));
    EXPECT_EQ(through_rate(price(3), price(150'000'000), Round::up), price(5));
    EXPECT_EQ(through_rate(price(0), price(150'000'000), Round::up), price(0));
    EXPECT_EQ(through_rate(price(7), price(0), Round::up), price(0));
}

TEST(through_rate, stays_within_the_largest_price) {
    EXPECT_EQ(through_rate(limits::price_max, limits::price_max, Round::up), limits::price_max);
    EXPECT_EQ(through_rate(limits::price_max, Price::units(amount_one), Round::up),
              limits::price_max);
    EXPECT_EQ(through_rate(limits::price_max, Price::units(amount_one - 1), Round::down).units(),
              3'999'999'960'000'000'000);
}

}  // namespace
}  // namespace ballast::yield
