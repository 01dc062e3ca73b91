// Each rule of the sum by itself, with figures worked by hand.  Spot 1000; an option is worth its
// payoff plus 100 dollars per 1.00 of volatility (test_market.hpp).
#include <ballast/scenario/test_market.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace ballast::scenario {
namespace {

using namespace test;
using pricing::Right;

struct Desk {
    Place place;
    Account account;
    Terms terms = plain_terms();
};

struct Row {
    std::string name;
    std::function<void(Desk&)> set;
    Cash equity;
    Cash initial;
    Cash maintenance;
};

// A short option owes a unit of price more than its value, so some figures end in 10^-8.
Cash less(i64 whole, i64 units) {
    return cash(whole) - Cash::units(units);
}

std::vector<Row> linear_rows() {
    return {
        {"a long perp loses what spot loses",
         [](Desk& d) { d.account.add(d.place.add_perp(0, 1000), 2); }, cash(0), cash(-200),
         cash(-200)},
        {"a perp moves by its own mark",
         [](Desk& d) { d.account.add(d.place.add_perp(0, 1010), -2); }, cash(0), cash(-202),
         cash(-202)},
        {"factors multiply the loss",
         [](Desk& d) {
             d.terms.initial_factor = percent(150);
             d.terms.maintenance_factor = percent(80);
             d.account.add(d.place.add_perp(0, 1000), 2);
         },
         cash(0), cash(-300), cash(-160)},
        {"weights multiply a scenario's profit",
         [](Desk& d) {
             d.terms.scenarios[0].weight = thousandths(250);
             d.account.add(d.place.add_perp(0, 1000), 2);
         },
         cash(0), cash(-50), cash(-50)},
        {"contingencies are of the notional at spot",
         [](Desk& d) {
             d.terms.contingency.linear_maintenance = percent(3);
             d.terms.contingency.linear_initial = percent(1);
             d.account.add(d.place.add_perp(0, 1010), 2);
         },
         cash(0), cash(-282), cash(-262)},
        {"scaled contingencies are inside the factor",
         [](Desk& d) {
             d.terms.contingency.linear_maintenance = percent(3);
             d.terms.contingency.scaled = true;
             d.terms.initial_factor = percent(150);
             d.account.add(d.place.add_perp(0, 1000), 2);
         },
         cash(0), cash(-390), cash(-260)},
    };
}

std::vector<Row> fact_rows() {
    return {
        {"an unsure feed costs initial margin alone",
         [](Desk& d) {
             d.terms.confidence = {percent(55), percent(50)};
             d.account.add(d.place.add_perp(0, 1000), 2);
             d.place.instruments[0].confidence = percent(40);
         },
         cash(0), cash(-800), cash(-200)},
        {"a feed at the threshold is sure",
         [](Desk& d) {
             d.terms.confidence = {percent(55), percent(50)};
             d.account.add(d.place.add_perp(0, 1000), 2);
             d.place.underlyings[0].confidence = percent(55);
         },
         cash(0), cash(-200), cash(-200)},
        {"a depeg raises the initial factor",
         [](Desk& d) {
             d.terms.depeg = {dollars(1), percent(400)};
             d.place.settlement_price = Price::units(unit * 9 / 10);
             d.account.add(d.place.add_perp(0, 1000), 2);
         },
         cash(0), cash(-280), cash(-200)},
        {"orders are reserved for",
         [](Desk& d) {
             d.terms.order_reserve = percent(1);
             const u32 perp = d.place.add_perp(0, 1000);
             d.account.orders = {{InstrumentId(perp), -3 * unit}};
         },
         cash(0), cash(-30), cash(0)},
    };
}

std::vector<Row> option_rows() {
    return {
        {"a long option is worth its price, and all of it may go",
         [](Desk& d) { d.account.add(d.place.add_option(0, Right::call, 950, 30), 1); }, cash(100),
         cash(50), cash(50)},
        {"a short option owes its worst price",
         [](Desk& d) { d.account.add(d.place.add_option(0, Right::call, 1000, 30), -1); },
         less(-50, 1), less(-150, 1), less(-150, 1)},
        {"volatility up by its range, at thirty days",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000, VolatilityRule::up)};
             d.terms.volatility.range_up = thousandths(400);
             d.terms.volatility.power_short = thousandths(300);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), -1);
         },
         less(-50, 1), less(-70, 1), less(-70, 1)},
        {"volatility up is at least the minimum",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000, VolatilityRule::up)};
             d.terms.volatility.minimum_up = thousandths(2000);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), -1);
         },
         less(-50, 1), less(-200, 1), less(-200, 1)},
        {"volatility down, never under nothing",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000, VolatilityRule::down)};
             d.terms.volatility.range_down = thousandths(3000);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), 1);
         },
         cash(50), cash(0), cash(0)},
        {"volatility shifted by points",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000, VolatilityRule::shift)};
             d.terms.scenarios[0].shift = thousandths(-200);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), 1);
         },
         cash(50), cash(30), cash(30)},
    };
}

std::vector<Row> expiry_rows() {
    return {
        {"what is held is discounted, what is owed is marked up",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.discount.long_base = thousandths(900);
             d.terms.discount.short_base = thousandths(1200);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), 2);
             d.account.add(d.place.add_option(0, Right::call, 1000, 60), 1);
         },
         cash(150), cash(135), cash(135)},
        {"what is owed is marked up from the unit above its price",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.discount.short_base = thousandths(1200);
             d.account.add(d.place.add_option(0, Right::put, 900, 30), -1);
             d.place.instruments[0].now.rate = thousandths(4000);  // 1 / D is over 1.2.
         },
         less(-50, 1), less(-60, 2), less(-60, 2)},
        {"an expiry is discounted as a whole",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.discount.long_base = thousandths(900);
             d.account.add(d.place.add_option(0, Right::call, 900, 30), 1);    // 150
             d.account.add(d.place.add_option(0, Right::call, 1000, 30), -1);  // -50
         },
         less(100, 1), less(90, 1), less(90, 1)},
        {"forwards alone: a part of the loss, by expiry",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.basis = {thousandths(1050), thousandths(950), thousandths(500), {}};
             d.account.add(d.place.add_option(0, Right::call, 1000, 30), -1);  // -50 up
             d.account.add(d.place.add_option(0, Right::call, 1000, 60), 1);   // 0 down
         },
         less(0, 1), less(-25, 1), less(-25, 1)},
    };
}

std::vector<Row> short_rows() {
    return {
        {"naked shorts are those that the other right does not cover",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.contingency.naked_maintenance = percent(10);
             d.terms.contingency.naked_initial = percent(5);
             d.account.add(d.place.add_option(0, Right::call, 1000, 30), -3);
             d.account.add(d.place.add_option(0, Right::put, 1000, 30), 1);
             d.account.add(d.place.add_option(0, Right::put, 990, 30), 1);
         },
         less(-50, 3), less(-350, 3), less(-250, 3)},
        {"a short option requires a minimum",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.floor.short_option = percent(2);
             d.account.add(d.place.add_option(0, Right::call, 1000, 30), -3);
         },
         less(-150, 3), less(-210, 3), less(-210, 3)},
        {"net and hedged delta require a minimum",
         [](Desk& d) {
             d.terms.scenarios = {spot_move(1000)};
             d.terms.floor = {percent(2), percent(1), {}};
             d.account.add(d.place.add_option(0, Right::put, 1000, 30), 1);  // Delta -500 dollars.
             d.account.add(d.place.add_perp(0, 1000), 2);                    // 2000.
         },
         cash(50), cash(15), cash(15)},
    };
}

std::vector<Row> collateral_rows() {
    const auto holds = [](Follow follow, i64 beta) {
        return [follow, beta](Desk& d) {
            d.place.add_asset(1000);
            d.terms.collateral = {
                {percent(10), percent(5), follow, UnderlyingId(0), percent(beta)}};
            d.account.hold(0, 2);
            d.account.add(d.place.add_perp(0, 1000), -1);
        };
    };
    return {
        {"haircuts; the short perp loses a hundred", holds(Follow::none, 100), cash(2000),
         cash(1600), cash(1700)},
        {"collateral that follows hedges", holds(Follow::both, 100), cash(2000), cash(1600),
         cash(1700)},
        {"half of it does", holds(Follow::both, 50), cash(2000), cash(1700), cash(1800)},
        {"losses alone: no hedge, but wrong-way risk", holds(Follow::losses, 100), cash(2000),
         cash(1600), cash(1700)},
        {"a long perp and collateral that follows lose together",
         [](Desk& d) {
             d.place.add_asset(1000);
             d.terms.collateral = {{{}, {}, Follow::losses, UnderlyingId(0), percent(110)}};
             d.account.hold(0, 2);
             d.account.add(d.place.add_perp(0, 1000), 1);
         },
         cash(2000), cash(1680), cash(1680)},
        {"an asset without terms counts nothing",
         [](Desk& d) {
             d.place.add_asset(1000);
             d.account.hold(0, 2);
         },
         cash(2000), cash(0), cash(0)},
        {"worth is in the settlement asset",
         [](Desk& d) {
             d.place.add_asset(1000);
             d.place.settlement_price = Price::units(unit / 2);
             d.terms.collateral = {CollateralTerms{}};
             d.account.hold(0, 2);
         },
         cash(4000), cash(4000), cash(4000)},
        {"collateral is unsure where its own feed or a spot in play is",
         [](Desk& d) {
             d.place.add_asset(1000);
             d.terms.collateral = {CollateralTerms{}};
             d.terms.confidence = {percent(50), percent(100)};
             d.place.underlyings[0].confidence = percent(40);
             d.account.hold(0, 2);
             d.account.add(d.place.add_option(0, Right::put, 500, 30), 0);
         },
         cash(2000), cash(800), cash(2000)},
    };
}

std::vector<Row> own_rows() {
    return {
        {"delay: deviations times volatility times the root of time, and jumps",
         [](Desk& d) {
             d.terms.delay = {thousandths(3000), pricing::year_seconds / 100, percent(2)};
             d.place.underlyings[0].volatility = thousandths(500);
             d.account.add(d.place.add_perp(0, 1000), 2);  // 2000 * (3 * 0.5 * 0.1 + 0.02).
         },
         cash(0), cash(-540), cash(-540)},
        {"concentration: nothing up to the depth",
         [](Desk& d) {
             d.terms.underlyings = {{{}, 2 * unit, percent(3)}};
             d.account.add(d.place.add_perp(0, 1000), 2);
         },
         cash(0), cash(-200), cash(-200)},
        {"concentration: the excess times impact times its root over the depth",
         [](Desk& d) {
             d.terms.underlyings = {{{}, unit, percent(3)}};
             d.account.add(d.place.add_perp(0, 1000), 5);  // 4000 * 0.03 * sqrt(4).
         },
         cash(0), cash(-740), cash(-740)},
        {"own days for two underlyings without a common part",
         [](Desk& d) {
             d.account.add(d.place.add_perp(0, 1000), 2);
             d.account.add(d.place.add_perp(1, 100), -10);
         },
         cash(0), cash(-300), cash(-300)},
        {"one day for two underlyings that move together",
         [](Desk& d) {
             d.terms.underlyings = {{percent(100), 0, {}}, {percent(100), 0, {}}};
             d.account.add(d.place.add_perp(0, 1000), 2);
             d.account.add(d.place.add_perp(1, 100), -10);
         },
         cash(0), cash(-100), cash(-100)},
        {"and the parts between",
         [](Desk& d) {
             d.terms.underlyings = {{percent(60), 0, {}}, {percent(60), 0, {}}};
             d.account.add(d.place.add_perp(0, 1000), 2);
             d.account.add(d.place.add_perp(1, 100), -10);
         },
         cash(0), cash(-180), cash(-180)},
    };
}

class Rules : public testing::TestWithParam<Row> {};

TEST_P(Rules, ComeToTheFigureWorkedByHand) {
    Desk desk;
    desk.place.add_underlying(1000);
    desk.place.add_underlying(100);
    GetParam().set(desk);
    const auto fault = validate(desk.terms);
    ASSERT_FALSE(fault) << fault->key << ' ' << fault->what;
    const Table table = desk.place.build(desk.terms);
    Workspace workspace;
    const Margin margin = evaluate(desk.terms, table, desk.account.portfolio(), workspace);
    const auto units = [](Cash value) { return static_cast<i64>(value.units()); };
    EXPECT_EQ(units(margin.mark_to_market), units(GetParam().equity));
    EXPECT_EQ(units(margin.initial), units(GetParam().initial));
    EXPECT_EQ(units(margin.maintenance), units(GetParam().maintenance));
}

std::string label(const testing::TestParamInfo<Row>& info) {
    std::string out;
    for (const char c : info.param.name) out += std::isalnum(c) != 0 ? c : '_';
    return out;
}

INSTANTIATE_TEST_SUITE_P(Linear, Rules, testing::ValuesIn(linear_rows()), label);
INSTANTIATE_TEST_SUITE_P(Facts, Rules, testing::ValuesIn(fact_rows()), label);
INSTANTIATE_TEST_SUITE_P(Expiries, Rules, testing::ValuesIn(expiry_rows()), label);
INSTANTIATE_TEST_SUITE_P(Shorts, Rules, testing::ValuesIn(short_rows()), label);
INSTANTIATE_TEST_SUITE_P(Options, Rules, testing::ValuesIn(option_rows()), label);
INSTANTIATE_TEST_SUITE_P(Collateral, Rules, testing::ValuesIn(collateral_rows()), label);
INSTANTIATE_TEST_SUITE_P(Own, Rules, testing::ValuesIn(own_rows()), label);

}  // namespace
}  // namespace ballast::scenario
