#include <ballast/scenario/test_market.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace ballast::scenario {
namespace {

using namespace test;

struct Row {
    std::string key;
    std::function<void(Terms&)> set;
    std::string what = {};  ///< Where it is given, the whole sentence.
};

const Fine below = Fine::units(-1);
const Fine above = Fine::units(1000 * pricing::fine_one + 1);

std::vector<Row> rows() {
    return {
        {"scenarios", [](Terms& t) { t.scenarios.clear(); }, "are none, must be at least 1"},
        {"scenarios", [](Terms& t) { t.scenarios.resize(129); }, "is 129, must be at most 128"},
        {"scenarios[1].spot", [](Terms& t) { t.scenarios[1].spot = Fine{}; },
         "is 0, must be at least 0.000000000001"},
        {"scenarios[2].weight", [](Terms& t) { t.scenarios[2].weight = below; }},
        {"scenarios[0].shift", [](Terms& t) { t.scenarios[0].shift = thousandths(1); },
         "is 0.001, must be at most 0"},
        {"scenarios[0].spot", [](Terms& t) { t.scenarios[0].skew = SkewRule::linear; }},
        {"scenarios[1].volatility",
         [](Terms& t) {
             t.scenarios[1].skew = SkewRule::absolute;
             t.scenarios[1].volatility = VolatilityRule::up;
         }},
        {"skew.width_minimum", [](Terms& t) { t.scenarios[1].skew = SkewRule::linear; }},
        {"quick[0]", [](Terms& t) { t.quick = {3}; }},
        {"quick[1]", [](Terms& t) { t.quick = {1, 1}; }},
        {"volatility.range_up", [](Terms& t) { t.volatility.range_up = above; }},
        {"volatility.range_down", [](Terms& t) { t.volatility.range_down = below; }},
        {"volatility.power_short", [](Terms& t) { t.volatility.power_short = above; }},
        {"volatility.power_long", [](Terms& t) { t.volatility.power_long = below; }},
        {"volatility.minimum_up", [](Terms& t) { t.volatility.minimum_up = below; }},
        {"volatility.reference_seconds", [](Terms& t) { t.volatility.reference_seconds = 0; }},
        {"volatility.floor_seconds", [](Terms& t) { t.volatility.floor_seconds = ~u64{0}; }},
        {"skew.linear_cap", [](Terms& t) { t.skew.linear_cap = above; }},
        {"skew.width_scale", [](Terms& t) { t.skew.width_scale = below; }},
        {"discount.long_base", [](Terms& t) { t.discount.long_base = thousandths(1001); },
         "is 1.001, must be at most 1"},
        {"discount.short_base", [](Terms& t) { t.discount.short_base = thousandths(999); }},
        {"basis.up", [](Terms& t) { t.basis.up = thousandths(999); }},
        {"basis.down", [](Terms& t) { t.basis.down = thousandths(1001); }},
        {"basis.per_year", [](Terms& t) { t.basis.per_year = below; }},
        {"contingency.linear_initial",
         [](Terms& t) { t.contingency.linear_initial = percent(-1); }},
        {"contingency.naked_maintenance",
         [](Terms& t) { t.contingency.naked_maintenance = percent(-1); }},
        {"confidence.threshold", [](Terms& t) { t.confidence.threshold = percent(101); }},
        {"depeg.factor", [](Terms& t) { t.depeg.factor = percent(-1); }},
        {"floor.short_option", [](Terms& t) { t.floor.short_option = percent(-1); }},
        {"delay.jump", [](Terms& t) { t.delay.jump = percent(101); }},
        {"delay.seconds", [](Terms& t) { t.delay.seconds = pricing::year_seconds + 1; }},
        {"maintenance_factor", [](Terms& t) { t.maintenance_factor = percent(-1); }},
        {"initial_factor", [](Terms& t) { t.initial_factor = percent(99); },
         "is 0.99, must be at least 1"},
        {"order_reserve", [](Terms& t) { t.order_reserve = percent(-1); }},
        {"collateral[0].maintenance",
         [](Terms& t) { t.collateral = {{percent(101), {}, Follow::none, {}, one}}; }},
        {"collateral[0].underlying",
         [](Terms& t) { t.collateral = {{{}, {}, Follow::both, UnderlyingId(32), one}}; }},
        {"underlyings[0].common", [](Terms& t) { t.underlyings = {{percent(101), 0, {}}}; }},
        {"underlyings[0].depth", [](Terms& t) { t.underlyings = {{{}, -1, {}}}; }},
        {"underlyings", [](Terms& t) { t.underlyings.resize(33); }},
    };
}

TEST(Terms, PlainOnesHaveNoFault) {
    EXPECT_FALSE(validate(plain_terms()));
}

TEST(Terms, EveryRuleNamesItsKey) {
    for (const Row& row : rows()) {
        Terms terms = plain_terms();
        row.set(terms);
        const auto fault = validate(terms);
        ASSERT_TRUE(fault) << row.key;
        EXPECT_EQ(fault->key, row.key) << fault->what;
        if (row.what.empty()) continue;
        EXPECT_EQ(fault->what, row.what) << row.key;
    }
}

TEST(Terms, ComeBackFromTheirBytes) {
    Terms terms = plain_terms();
    terms.quick = {0, 2};
    terms.collateral = {{percent(5), percent(1), Follow::losses, UnderlyingId(3), percent(110)}};
    terms.underlyings = {{percent(60), 5, percent(3)}};
    terms.discount.undiscounted = true;
    const Bytes bytes = encode(terms);
    const auto back = decode<Terms>(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(encode(*back), bytes);
    Bytes broken = bytes;
    broken.pop_back();
    EXPECT_FALSE(decode<Terms>(broken));
}

}  // namespace
}  // namespace ballast::scenario
