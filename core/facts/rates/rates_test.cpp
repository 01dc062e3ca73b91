#include <ballast/base/limits.hpp>
#include <ballast/math/mul_div.hpp>
#include <ballast/rates/rates.hpp>

#include <gtest/gtest.h>

namespace ballast::rates {
namespace {

using math::from_decimal;
using math::U256;

struct Drip {
    const char* per_second;
    u64 elapsed;
    const char* before;
    const char* after;
};

// Results of Jug.drip of makerdao/dss at fa4f6630, executed; per_second is base + duty.
constexpr Drip drips[] = {
    {"1000000000000000000000048073", 3900, "1220056958118154990473096048",
     "1220056958118154990701838060"},
    {"1000000000000000000621608949", 232624, "2556231851706470493660850817",
     "2556231851706840127752225538"},
    {"1000000000000000102348492616", 23602109, "2615639034754635424394388450",
     "2615639041073078438941496020"},
    {"1000000000000738914427340510", 57031666, "2026667960760054770296596565",
     "2026753369429736713176293231"},
    {"999999990000000000000000025", 126674, "2487357765211491094576036380",
     "2484208924422593767109239462"},
};

TEST(compound_index, equals_what_the_jug_of_maker_returned) {
    for (const Drip& drip : drips) {
        const auto after = compound_index(*from_decimal(drip.before),
                                          *from_decimal(drip.per_second), drip.elapsed);
        ASSERT_TRUE(after);
        EXPECT_EQ(math::to_decimal(*after), drip.after);
    }
}

TEST(compound_index, overflow_is_a_reject) {
    EXPECT_EQ(compound_index(U256::max(), U256(2 * ray_one), 1).error(), Reject::overflow);
    EXPECT_EQ(compound_index(U256(ray_one), U256(2 * ray_one), 10'000).error(), Reject::overflow);
}

TEST(accrued_index, no_time_and_no_fee_change_nothing) {
    const Ray index = Ray::units(ray_one + 12345);
    EXPECT_EQ(*accrued_index(index, Ray::units(ray_one + 7), 0), index);
    EXPECT_EQ(*accrued_index(index, Ray::units(ray_one), 1'000'000), index);
}

// Both round at the 27th digit: the loop every second, the power at every squaring, after which the
// error is squared along.
TEST(accrued_index, agrees_with_a_loop_over_seconds) {
    const Ray per_second = Ray::units(ray_one + u128{3'022'265'980'097'387'650});  // 10 % a year.
    for (const u64 elapsed : {u64{1}, u64{2}, u64{59}, u64{3'600}, u64{86'400}}) {
        u128 slow = 2 * ray_one;
        for (u64 second = 0; second < elapsed; ++second)
            slow = math::mul_div(U256(slow), U256(per_second.units()), U256(ray_one), Round::down)
                       ->to_u128();
        const u128 fast = accrued_index(Ray::units(2 * ray_one), per_second, elapsed)->units();
        const u128 apart = fast > slow ? fast - slow : slow - fast;
        EXPECT_LE(apart, 2 * u128{elapsed} + 2) << elapsed;
    }
}

TEST(accrued_index, a_year_in_pieces_is_a_year_at_once) {
    const Ray per_second = Ray::units(ray_one + u128{3'022'265'980'097'387'650});
    const Ray whole = *accrued_index(Ray::units(ray_one), per_second, 31'536'000);
    Ray pieces = Ray::units(ray_one);
    for (u32 day = 0; day < 365; ++day) pieces = *accrued_index(pieces, per_second, 86'400);
    const u128 apart =
        whole > pieces ? whole.units() - pieces.units() : pieces.units() - whole.units();
    EXPECT_LT(apart, u128{100'000});  // Of 10^27.
    EXPECT_EQ(whole.units() / 1'000'000'000'000'000'000, u128{1'099'999'999});
}

TEST(accrued_index, rests_at_its_bound) {
    EXPECT_EQ(*accrued_index(Ray::units(ray_one), Ray::units(2 * ray_one), 30), limits::index_max);
    EXPECT_EQ(*accrued_index(Ray::units(ray_one), Ray::units(2 * ray_one), 29),
              Ray::units(ray_one << 29));
    EXPECT_EQ(*accrued_index(Ray::units(ray_one), Ray::units(2 * ray_one), 100'000),
              limits::index_max);
    EXPECT_EQ(*accrued_index(limits::index_max, Ray::units(ray_one + 1), 1), limits::index_max);
}

TEST(accrued_index, refuses_what_would_make_it_fall) {
    const Ray one = Ray::units(ray_one);
    EXPECT_EQ(accrued_index(one, Ray::units(ray_one - 1), 1).error(), Reject::overflow);
    EXPECT_EQ(accrued_index(Ray::units(ray_one - 1), one, 1).error(), Reject::overflow);
    EXPECT_EQ(accrued_index(limits::index_max + Ray::units(1), one, 1).error(), Reject::overflow);
}

}  // namespace
}  // namespace ballast::rates
