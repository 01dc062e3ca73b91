#include <ballast/backstop/product_sum.hpp>
#include <ballast/math/mul_div.hpp>

#include <gtest/gtest.h>

#include <array>

namespace ballast::backstop {
namespace {

using math::U256;

U256 number(const char* digits) {
    return *math::from_decimal(digits);
}
u128 amount(const char* digits) {
    return number(digits).to_u128();
}
std::string text(const U256& value) {
    return math::to_decimal(value);
}

// Figures of the executed StabilityPool.sol (liquity/dev 39f1f7f8, solc 0.6.11, stub peers): one
// depositor of 16806.6, one of 140.2, a loss, a loss down to the last 10^18, a deposit, a loss.
TEST(ProductSum, LiquityV1DigitForDigit) {
    const Rules& rules = liquity_v1_rules;
    const U256 one = rules.precision;
    const u128 first = amount("16806600872262649929375");
    const u128 second = amount("140234638473085757188");
    u128 total = first + second;

    const u128 debt_1 = amount("13483512764827115604528");
    const Added sum_1 = share(rules, one, amount("4921482159161897195"), total, {});
    const Shrunk p_1 = shrink(rules, one, debt_1, total, {});
    total -= debt_1;
    EXPECT_EQ(text(p_1.product), "204363979559170348");
    EXPECT_EQ(p_1.scale_changes, 0u);
    EXPECT_EQ(text(compounded(rules, second, one, p_1.product, 0)), "28658908790401341343");
    EXPECT_EQ(text(compounded(rules, first, one, p_1.product, 0)), "3434663837118218731091");
    EXPECT_EQ(text(gained(rules, second, one, sum_1.sum)), "40725141334179696");
    EXPECT_EQ(text(gained(rules, first, one, sum_1.sum)), "4880757017827703555");

    const u128 debt_2 = absorbable(total, one.to_u128());
    EXPECT_EQ(text(debt_2), "3462322745908620082035");
    const Added sum_2 = share(rules, p_1.product, amount("882892300206698120"), total, sum_1.error);
    const Shrunk p_2 = shrink(rules, p_1.product, debt_2, total, p_1.error);
    total -= debt_2;
    EXPECT_EQ(text(p_2.product), "59008066689885");
    EXPECT_EQ(text(compounded(rules, first, one, p_2.product, 0)), "991725025100753859");
    EXPECT_EQ(text(gained(rules, first, one, sum_1.sum + sum_2.sum)), "5756343406411462231");

    const u128 third = amount("60490254133158127529902");
    total += third;
    const u128 debt_3 = amount("8091156566365442437642");
    const Added sum_3 =
        share(rules, p_2.product, amount("2305979621414151094"), total, sum_2.error);
    const Shrunk p_3 = shrink(rules, p_2.product, debt_3, total, p_2.error);
    EXPECT_EQ(text(p_3.product), "51115297510138");
    EXPECT_EQ(text(compounded(rules, third, p_2.product, p_3.product, 0)),
              "52399231324253006317874");
    EXPECT_EQ(text(gained(rules, third, p_2.product, sum_3.sum)), "2305941500537703196");
    EXPECT_EQ(text(gained(rules, first, one, sum_1.sum + sum_2.sum + sum_3.sum)),
              "5756381211838555784");
}

// Liquity V1's test of the scale boundary (StabilityPool_SPWithdrawalTest.js, same commit): 99999
// of 10^5 are lost; the depositor leaves, and two others bring the pool back to 10^5; 99999 of them
// are lost.
TEST(ProductSum, LiquityV1ScaleChange) {
    const Rules& rules = liquity_v1_rules;
    const u128 total = amount("100000000000000000000000");
    const u128 debt = amount("99999000000000000000000");
    const Shrunk first = shrink(rules, rules.precision, debt, total, {});
    EXPECT_EQ(text(first.product), "9999999999999");
    const u128 left = compounded(rules, total, rules.precision, first.product, 0);
    EXPECT_EQ(text(left), "999999999999900000");

    const u128 again = total - debt + amount("1000000000000000000") - left + debt;
    const Shrunk second = shrink(rules, first.product, debt, again, first.error);
    EXPECT_EQ(second.scale_changes, 1u);
    EXPECT_EQ(text(second.product), "99999999999999999");
    // Upstream asserts 10^18 within 10^13.
    EXPECT_EQ(text(compounded(rules, debt, first.product, second.product, 1)),
              "999990000000099989");
}

TEST(ProductSum, OldDepositsAreWorthNothing) {
    const U256 one = liquity_v1_rules.precision;
    EXPECT_EQ(text(compounded(liquity_v1_rules, 5'000'000'000, one, one, 1)), "5");
    EXPECT_EQ(text(compounded(liquity_v1_rules, 5'000'000'000, one, one, 2)), "0");
    // Less than a billionth of the deposit: Liquity V1 calls it nothing.
    EXPECT_EQ(text(compounded(liquity_v1_rules, 5'000'000'000, one, one - U256(1), 1)), "0");

    const U256 ours = ballast_rules.precision;
    const u128 whale = amount("4000000000000000000");
    EXPECT_EQ(text(compounded(ballast_rules, whale, ours, ours, 2)), "4");
    EXPECT_EQ(text(compounded(ballast_rules, whale, ours, ours, 4)), "0");
}

TEST(ProductSum, GainsReachOverScales) {
    const U256 one = ballast_rules.precision;
    const std::array<U256, 4> sums{one, one * ten_to_9 * U256(2), one * ten_to_9 * ten_to_9, {}};
    EXPECT_EQ(grown(ballast_rules, sums), one * U256(4));
    // Liquity V1 looks no further than the next scale.
    EXPECT_EQ(grown(liquity_v1_rules, sums), one * U256(3));
}

// The extremes of limits.hpp: the whole supply shrinks to the smallest remainder at the lowest P.
TEST(ProductSum, ExtremesFit) {
    const u128 supply = amount("100000000000000000000000000");
    const U256 lowest = ballast_rules.precision / ballast_rules.scale_factor;
    const Shrunk shrunk = shrink(ballast_rules, lowest, supply - 1'000'000, supply, {});
    EXPECT_EQ(shrunk.scale_changes, 3u);
    EXPECT_GE(shrunk.product, lowest);
    const Added added =
        share(ballast_rules, ballast_rules.precision, amount("4000000000000000000"), 1'000'000, {});
    // Room for more absorptions than there can be vaults and auctions.
    EXPECT_TRUE(math::mul(added.sum, U256(1'000'000'000)));
}

struct LeaveCase {
    u128 total, amount, remainder;
    bool allowed;
};

TEST(ProductSum, Remainder) {
    for (const LeaveCase& c :
         {LeaveCase{10, 9, 1, true}, LeaveCase{10, 10, 1, false}, LeaveCase{1, 1, 1, false},
          LeaveCase{0, 1, 1, false}, LeaveCase{5, 5, 0, true}})
        EXPECT_EQ(may_leave(c.total, c.amount, c.remainder), c.allowed);
    EXPECT_EQ(text(absorbable(3, 5)), "0");
}

// P is never above its true value, and never below it by more than the bound of
// docs/methods/backstop.md, section 6.
TEST(ProductSum, ProductErrs_AgainstDepositors_WithinTheBound) {
    u64 seed = 7;
    const U256 one = ballast_rules.precision;
    for (u32 round = 0; round < 5000; ++round) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const u128 total = (u128{1'000'000} << (seed >> 60)) * ((seed >> 20) % 1'000'000 + 2);
        const u128 left = round % 2 == 0 ? 1'000'000 + seed % 1000 : total / (2 + seed % 7) + 1;
        if (left >= total) continue;
        const Shrunk shrunk = shrink(ballast_rules, one, total - left, total, {});
        const u128 deposit = total;
        const u128 now =
            compounded(ballast_rules, deposit, one, shrunk.product, shrunk.scale_changes);
        EXPECT_LE(now, left);
        EXPECT_LE(left - now, total / amount("1000000000000000000000000000") +
                                  left / (ten_to_9 * ten_to_9) + 2);
    }
}

}  // namespace
}  // namespace ballast::backstop
