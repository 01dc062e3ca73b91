#include <ballast/base/codec.hpp>
#include <ballast/pool/quote.hpp>
#include <ballast/pool/test_pool.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace ballast::pool {
namespace {

using namespace test;

/// Terms that price nothing.
Terms free_terms() {
    Terms terms = sample_terms();
    terms.spread = terms.spread_spot = Ratio();
    terms.prices = {};
    return terms;
}

Book sample_book() {
    Book book;
    book.standing = {cash(1'000'000), cash(1'000'000), Ratio::units(ratio_one)};
    return book;
}

TEST(pool_quote, spread_of_mark_spot_and_confidence) {
    Terms terms = free_terms();
    Market market = sample_market();
    const Request buy{3 * unit, {}};
    const Request sell{-3 * unit, {}};
    EXPECT_EQ(quote(terms, sample_book(), market, buy),
              (Quote{cash(300), Cash(), {}, {}, price(100)}));
    terms.spread = ratio(10'000);
    terms.spread_spot = ratio(200);
    market.confidence = Price::units(unit / 10);
    // 3 * (1 + 0.4 + 0.1).
    EXPECT_EQ(quote(terms, sample_book(), market, buy),
              (Quote{cash(300), Cash::units(450'000'000), {}, {}, Price::units(10'150'000'000)}));
    EXPECT_EQ(quote(terms, sample_book(), market, sell),
              (Quote{cash(-300), Cash::units(450'000'000), {}, {}, Price::units(9'850'000'000)}));
    market.mark = price(-100);
    EXPECT_EQ(quote(terms, sample_book(), market, buy),
              (Quote{cash(-300), Cash::units(450'000'000), {}, {}, Price::units(-9'850'000'000)}));
}

TEST(pool_quote, each_risk_costs_its_price_times_its_square_over_twice_the_capital) {
    Market market = sample_market();
    market.unit.delta = pricing::Fine::units(pricing::fine_one / 2);
    market.unit.gamma = pricing::Fine::units(pricing::fine_one / 1000);
    market.unit.vega = price(500);
    struct Case {
        Ratio Prices::* which;
        i128 exposure;  // Dollars of ten units.
    };
    const Case cases[]{{&Prices::inventory, 20'000},
                       {&Prices::delta, 10'000},
                       {&Prices::gamma, 400},  // 10 * 0.001 * 2000^2 / 100.
                       {&Prices::vega, 50},
                       {&Prices::margin, 7'000}};
    for (const Case& one : cases) {
        Terms terms = free_terms();
        terms.prices.*one.which = ratio(100'000);
        const auto fresh = quote(terms, sample_book(), market, {10 * unit, cash(7'000)});
        ASSERT_TRUE(fresh);
        // 0.1 * x^2 / 2'000'000 dollars.
        EXPECT_TRUE(fresh->charge.units() == one.exposure * one.exposure * 5);
        // From a pool that is short as much already: from x to 2x adds three times that.
        Book book = sample_book();
        book.inventory = -10 * unit;
        book.greeks = totals(-10 * unit, market.unit);
        book.margin = cash(7'000);
        const auto more = quote(terms, book, market, {10 * unit, cash(14'000)});
        ASSERT_TRUE(more);
        EXPECT_TRUE(more->charge.units() == one.exposure * one.exposure * 15);
        // Half of it is paid back to who brings the pool to zero, and no more.
        const auto back = quote(terms, book, market, {-10 * unit, Cash()});
        ASSERT_TRUE(back);
        EXPECT_TRUE(back->charge.units() * 2 == -one.exposure * one.exposure * 5);
        // Through zero to the other side: half a rebate for the one half, all of the price of the
        // other.
        if (one.which == &Prices::margin) continue;
        const auto through = quote(terms, book, market, {-20 * unit, Cash()});
        ASSERT_TRUE(through);
        EXPECT_TRUE(through->charge.units() * 2 == one.exposure * one.exposure * 5);
    }
}

TEST(pool_quote, what_does_not_come_out_even_goes_against_the_taker) {
    Terms terms = free_terms();
    terms.spread = ratio(1);
    Market market = sample_market();
    market.mark = Price::units(1);
    // A third of a unit is a unit; per unit of size it is 2/3 more or less than the mark.
    EXPECT_EQ(quote(terms, sample_book(), market, {3 * unit, {}}),
              (Quote{Cash::units(3), Cash::units(1), {}, {}, Price::units(2)}));
    EXPECT_EQ(quote(terms, sample_book(), market, {-3 * unit, {}}),
              (Quote{Cash::units(-3), Cash::units(1), {}, {}, Price::units(0)}));
    EXPECT_EQ(quote(terms, sample_book(), market, {1, {}}),
              (Quote{Cash::units(1), Cash::units(1), {}, {}, price(2)}));
    EXPECT_EQ(quote(terms, sample_book(), market, {-1, {}}),
              (Quote{Cash(), Cash::units(1), {}, {}, price(-1)}));
    terms = free_terms();
    terms.prices.inventory = ratio(1);
    EXPECT_EQ(quote(terms, sample_book(), market, {100, {}})->charge, Cash::units(1));
}

TEST(pool_quote, the_rebate_is_capped) {
    Terms terms = free_terms();
    terms.prices.inventory = ratio(1'000'000);
    terms.rebate_max = ratio(1'000);
    Book book = sample_book();
    book.inventory = -100 * unit;  // A fifth of the capital: 20'000 dollars of potential.
    const auto back = quote(terms, book, sample_market(), {-100 * unit, {}});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->charge, cash(-200));  // 0.1 % of 200'000.
    EXPECT_EQ(back->worth, cash(-10'000));
    EXPECT_EQ(back->price, price(102));
}

TEST(pool_quote, rejections_in_order) {
    const Terms terms = sample_terms();
    Book book = sample_book();
    Market market = sample_market();
    market.unit.delta = pricing::Fine::units(pricing::fine_one);
    const auto why = [&](const Request& request) {
        const auto answer = quote(terms, book, market, request);
        return answer ? Reject{} : answer.error();
    };
    EXPECT_EQ(why({0, {}}), Reject::amount_not_positive);
    EXPECT_EQ(why({limits::size_max + 1, {}}), Reject::amount_over_limit);
    EXPECT_EQ(why({std::numeric_limits<i64>::min(), {}}), Reject::amount_over_limit);
    book.inventory = 1;
    EXPECT_EQ(why({-limits::size_max, {}}), Reject::amount_over_limit);
    book.inventory = 0;
    market.spot = Price();
    EXPECT_EQ(why({unit, {}}), Reject::price_not_positive);
    market.spot = price(2000);
    market.feed = Feed::halted;
    EXPECT_EQ(why({unit, {}}), Reject::feed_halted);
    market.feed = Feed::degraded;
    EXPECT_EQ(why({unit, {}}), Reject::feed_degraded);
    market.feed = Feed::live;
    book.standing.capital = Cash();
    EXPECT_EQ(why({unit, {}}), Reject::pool_without_capital);
    book.standing.capital = cash(1'000'000);
    EXPECT_EQ(why({501 * unit, {}}), Reject::pool_delta_budget);
    EXPECT_EQ(why({-501 * unit, {}}), Reject::pool_delta_budget);
    EXPECT_EQ(why({500 * unit, {}}), Reject{});
    market.unit = {};
    market.unit.gamma = pricing::Fine::units(pricing::fine_one);  // 40'000 dollars a unit.
    EXPECT_EQ(why({26 * unit, {}}), Reject::pool_gamma_budget);
    EXPECT_EQ(why({25 * unit, {}}), Reject{});
    market.unit = {};
    market.unit.vega = price(1'000'000);  // 10'000 dollars a unit.
    EXPECT_EQ(why({101 * unit, {}}), Reject::pool_vega_budget);
    EXPECT_EQ(why({-100 * unit, {}}), Reject{});
    market.unit = {};
    EXPECT_EQ(why({2501 * unit, {}}), Reject::pool_notional_budget);
    EXPECT_EQ(why({2500 * unit, {}}), Reject{});
    EXPECT_EQ(why({unit, cash(800'001)}), Reject::pool_margin_budget);
    EXPECT_EQ(why({unit, cash(800'000)}), Reject{});
    market.mark = limits::price_max;  // With the spread on top.
    EXPECT_EQ(why({unit, {}}), Reject::overflow);
}

TEST(pool_quote, beyond_a_budget_only_the_reducing_side) {
    Terms terms = sample_terms();
    Book book = sample_book();
    Market market = sample_market();
    market.unit.delta = pricing::Fine::units(pricing::fine_one);
    book.inventory = -600 * unit;  // 1.2 million of delta on a million.
    book.greeks = totals(book.inventory, market.unit);
    book.notional = cash(1'200'000);
    const auto why = [&](i64 size) {
        const auto answer = quote(terms, book, market, {size, {}});
        return answer ? Reject{} : answer.error();
    };
    EXPECT_EQ(why(1), Reject::pool_delta_budget);
    EXPECT_EQ(why(-1), Reject{});
    EXPECT_EQ(why(-600 * unit), Reject{});
    EXPECT_EQ(why(-1100 * unit), Reject{});  // Across zero to the budget of the other side,
    EXPECT_EQ(why(-1101 * unit), Reject::pool_delta_budget);  // not beyond it, though it is less.
    // A ruined pool only sheds risk, at the spread, without a rebate.
    book.standing.capital = cash(-5);
    EXPECT_EQ(why(1), Reject::pool_without_capital);
    EXPECT_EQ(why(-601 * unit), Reject::pool_without_capital);
    const auto out = quote(terms, book, market, {-600 * unit, {}});
    ASSERT_TRUE(out);
    EXPECT_EQ(out->charge, cash(600 + 240));
}

TEST(pool_quote, a_degraded_feed_leaves_what_shrinks_without_rebate) {
    Terms terms = free_terms();
    terms.prices.inventory = ratio(1'000'000);
    Book book = sample_book();
    book.inventory = -100 * unit;
    Market market = sample_market();
    market.feed = Feed::degraded;
    EXPECT_EQ(quote(terms, book, market, {1, {}}).error(), Reject::feed_degraded);
    EXPECT_EQ(quote(terms, book, market, {-100 * unit - 1, {}}).error(), Reject::feed_degraded);
    const auto back = quote(terms, book, market, {-100 * unit, {}});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->charge, Cash());
}

// Deri V4's DPMM for options: k = S^2 / theo * |delta| * alpha / liquidity, mark = theo (1 + k
// net), cost = theo ((net + v)^2 - net^2) k / 2 + theo v.  Figures from its contracts
// (deriprotocol-v4 at d6e27f59), rounded to ten digits.
TEST(pool_quote, configured_as_deri_it_gives_deris_cost) {
    struct Case {
        double alpha, index, theoretical, delta, liquidity, net, volume, cost;
    };
    const Case cases[]{
        {1.873966711, 132.0299713, 36.57856523, 0.2818548077, 47720.06373, 0.4879904, -0.1904240835,
         -6.979870906},
        {0.865310072, 2.617766631, 0.7840557618, 0.6647130123, 18847.30293, 33.06467606,
         1.804928986, 1.427986437},
        {1.078416542, 10.60816650, 1.719719627, 0.0331791455, 31672.33294, -31.55972421,
         5.798824122, 9.951222936},
        {0.221318660, 2.874930857, 0.9707727842, 0.4969801528, 1532.862291, -45.60798409,
         7.840411754, 7.417412561},
        {0.559811070, 1418.214885, 621.8777071, -0.6430648706, 1000, 43.65775773, 4.467528063,
         151228.2195},
        {0.500017660, 15892.47949, 5347.057784, 0.9931956098, 4156883.824, -0.9541234353,
         -6.721397596, -35064.60058},
    };
    for (const Case& one : cases) {
        Terms terms = free_terms();
        terms.inventory_by_delta = true;
        terms.prices.inventory = Ratio::units(std::llround(one.alpha * ratio_one));
        terms.skew = terms.rebate_max = Ratio::units(ratio_one);
        terms.budgets.delta = terms.budgets.notional = limits::ratio_max;
        Market market = sample_market();
        const auto units = [](double value) { return std::llround(value * unit); };
        market.spot = Price::units(units(one.index));
        market.mark = Price::units(units(one.theoretical));
        market.unit.delta = pricing::Fine::units(std::llround(one.delta * pricing::fine_one));
        Book book;
        book.standing = {Cash::units(units(one.liquidity)), cash(1'000'000),
                         Ratio::units(ratio_one)};
        book.inventory = -units(one.net);
        const auto answer = quote(terms, book, market, {units(one.volume), {}});
        ASSERT_TRUE(answer) << one.alpha;
        const double cost = static_cast<double>((answer->worth + answer->charge).units()) / unit;
        EXPECT_NEAR(cost, one.cost, 2e-8 * std::abs(one.cost) + 2e-8) << one.alpha;
    }
}

TEST(pool_hedge, back_to_the_target_from_outside_the_band) {
    const Terms terms = sample_terms();  // Band 200'000, target 50'000 dollars of delta.
    Book book = sample_book();
    const pricing::Fine whole = pricing::Fine::units(pricing::fine_one);
    const auto plan = [&](i64 units_of_delta) {
        book.greeks.delta = i128{units_of_delta} * unit * pricing::fine_one;
        return hedge_plan(terms, book, price(2000), whole);
    };
    EXPECT_EQ(plan(0), 0);
    EXPECT_EQ(plan(100), 0);
    EXPECT_EQ(plan(-100), 0);
    EXPECT_EQ(plan(101), -76 * unit);
    EXPECT_EQ(plan(-101), 76 * unit);
    EXPECT_EQ(plan(1'000'000'000), -limits::size_max + 25 * unit);
    EXPECT_EQ(hedge_plan(terms, book, price(2000), pricing::Fine::units(pricing::fine_one / 2)),
              -limits::size_max);
    book.standing.capital = cash(-1);  // A ruined pool wants no delta at all.
    EXPECT_EQ(plan(1), -unit);
}

TEST(pool_value, spread_and_potential_on_both_sides) {
    Terms terms = sample_terms();
    terms.prices = {};
    terms.prices.delta = ratio(100'000);
    const Market market = sample_market();
    const Position positions[]{{-10 * unit, market}};
    const Underlying underlyings[]{{price(2000), {i128{20 * unit} * pricing::fine_one, 0, 0}}};
    const Portfolio all{positions, underlyings, {}};
    // Spread 10 * (1 + 0.4); potential 0.1 * 40'000^2 / 200'000.
    EXPECT_EQ(valuation(terms, cash(100'000), all),
              (Valuation{cash(100'000 - 14 - 800), cash(100'000 + 14 + 800)}));
    EXPECT_EQ(valuation(terms, cash(-3), all), (Valuation{cash(-3 - 14), cash(-3 + 14)}));
    EXPECT_EQ(valuation(terms, cash(7), {}), (Valuation{cash(7), cash(7)}));
}

TEST(pool_value, the_fund_is_cut_to_the_potential_and_backs_no_more_than_it_is) {
    Terms terms = sample_terms();
    terms.prices = {};
    terms.prices.delta = ratio(100'000);
    const Underlying underlyings[]{{price(2000), {i128{20 * unit} * pricing::fine_one, 0, 0}}};
    const Portfolio all{{}, underlyings, {}};
    const Valuation value{cash(100'000), cash(100'001)};  // 800 of potential.
    EXPECT_EQ(renew(terms, {{}, cash(1000), {}}, value, all),
              (Standing{cash(100'000), cash(800), ratio(1'000'000)}));
    EXPECT_EQ(renew(terms, {{}, cash(600), {}}, value, all),
              (Standing{cash(100'000), cash(600), ratio(750'000)}));
    EXPECT_EQ(renew(terms, {{}, cash(600), {}}, value, {}),
              (Standing{cash(100'000), Cash(), ratio(1'000'000)}));
    EXPECT_EQ(renew(terms, {{}, cash(600), {}}, {Cash(), cash(5)}, all), (Standing{}));
}

TEST(pool_quote, the_rebate_is_what_the_fund_backs) {
    Terms terms = free_terms();
    terms.prices.inventory = ratio(1'000'000);
    terms.skew = ratio(1'000'000);
    terms.rebate_max = ratio(1'000'000);
    Book book = sample_book();
    book.inventory = -100 * unit;  // 20'000 dollars of potential.
    const auto rebate = [&](Cash fund, Ratio backing) {
        book.standing.fund = fund;
        book.standing.backing = backing;
        return quote(terms, book, sample_market(), {-100 * unit, {}})->rebate;
    };
    EXPECT_EQ(rebate(cash(20'000), ratio(1'000'000)), cash(20'000));
    EXPECT_EQ(rebate(cash(20'000), ratio(250'000)), cash(5'000));
    EXPECT_EQ(rebate(cash(3'000), ratio(250'000)), cash(3'000));
    EXPECT_EQ(rebate(Cash(), ratio(1'000'000)), Cash());
    Standing standing = book.standing;
    apply(*quote(terms, book, sample_market(), {100 * unit, {}}), standing);
    EXPECT_EQ(standing.fund, cash(60'000));  // From 20'000 to 80'000.
}

TEST(pool_terms, validate) {
    EXPECT_FALSE(validate(sample_terms()));
    Terms terms = sample_terms();
    terms.skew = Ratio::units(ratio_one + 1);
    EXPECT_EQ(validate(terms)->key, "skew");
    terms = sample_terms();
    terms.hedge_target = terms.hedge_band + Ratio::units(1);
    EXPECT_EQ(validate(terms)->key, "hedge_target");
    terms = sample_terms();
    terms.withdrawal_delay_epochs = 0;
    EXPECT_EQ(*validate(terms),
              (TermsFault{"withdrawal_delay_epochs", "is 0, must be at least 1"}));
    terms = sample_terms();
    terms.epoch_seconds = 0;
    EXPECT_EQ(validate(terms)->key, "epoch_seconds");
    terms = sample_terms();
    terms.budgets.margin = Ratio::units(ratio_one + 1);
    EXPECT_EQ(validate(terms)->key, "budgets.margin");
}

TEST(pool_terms, travel_through_the_codec) {
    const auto back = decode<Terms>(encode(sample_terms()));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, sample_terms());
}

}  // namespace
}  // namespace ballast::pool
