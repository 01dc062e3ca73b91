#include <ballast/math/money.hpp>
#include <ballast/replay/keeper.hpp>
#include <ballast/replay/owner.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::replay {
namespace {

Price price(i64 cents) {
    return Price::units(cents * 1'000'000);
}
Cash cash(i64 whole) {
    return Cash::units(i128{whole} * amount_one);
}
Amount amount(i64 whole) {
    return Amount::units(i128{whole} * amount_one);
}
Ratio ratio(i64 thousandths) {
    return Ratio::units(thousandths * 1'000'000);
}

Series flat(const std::string& asset, const std::string& quote, i64 cents,
            const std::string& venue = "v") {
    Series series{asset, quote, venue, 60, false, {}};
    for (u64 t = 0; t < 600; t += 60)
        series.candles.push_back({t, price(cents), price(cents), price(cents), price(cents)});
    return series;
}

TEST(world, prices_are_converted_through_their_quotes) {
    std::vector<std::string> notes;
    const std::vector<Series> all{flat("STETH", "ETH", 95), flat("ETH", "USDT", 200'000),
                                  flat("USDT", "USD", 98)};
    const auto world = draw_world(all, {0, 12, 50}, {}, notes);
    ASSERT_TRUE(world) << world.error().sentence;
    EXPECT_EQ(world->dollars[*world->find("USDT")][7], price(98));
    EXPECT_EQ(world->dollars[*world->find("ETH")][7], price(196'000));
    EXPECT_EQ(world->dollars[*world->find("STETH")][7], price(186'200));
    EXPECT_TRUE(notes.empty());
}

TEST(world, a_dollar_without_a_price_is_at_par_and_anything_else_is_refused) {
    std::vector<std::string> notes;
    const auto par =
        draw_world(std::vector<Series>{flat("ETH", "USDC", 200'000)}, {0, 12, 50}, {}, notes);
    ASSERT_TRUE(par);
    EXPECT_EQ(par->dollars[0][0], price(200'000));
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0], "USDC taken at par with the dollar: it has no price file");
    const auto none =
        draw_world(std::vector<Series>{flat("ETH", "BTC", 7)}, {0, 12, 50}, {}, notes);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().sentence.find("ETH is quoted in something that has no price"),
              std::string::npos);
    const std::vector<Series> circle{flat("ETH", "BTC", 7), flat("BTC", "ETH", 1'400)};
    EXPECT_FALSE(draw_world(circle, {0, 12, 50}, {}, notes));
    const std::vector<Series> twice{flat("ETH", "USD", 7), flat("ETH", "USD", 8)};
    EXPECT_NE(draw_world(twice, {0, 12, 50}, {}, notes)
                  .error()
                  .sentence.find("two price files of ETH at v"),
              std::string::npos);
}

TEST(world, the_outside_price_is_the_median_of_those_that_report) {
    std::vector<Series> all{flat("ETH", "USD", 100, "a"), flat("ETH", "USD", 110, "b"),
                            flat("ETH", "USD", 500, "c")};
    all[1].candles.resize(5);  // b falls silent after 300 s,
    all[0].candles.resize(8);  // a after 480 s,
    all[2].candles.resize(9);  // c after 540 s.
    std::vector<std::string> notes;
    const auto world = draw_world(all, {0, 12, 50}, {}, notes);
    ASSERT_TRUE(world);
    EXPECT_EQ(world->dollars[0][24], price(110));
    EXPECT_EQ(world->dollars[0][25], price(100));  // Of two the lower.
    EXPECT_EQ(world->dollars[0][40], price(500));
    EXPECT_EQ(world->dollars[0][49], price(500));  // The last one known.
}

TEST(book, a_sale_gets_the_mean_of_a_straight_line) {
    const Book book{price(10'000), cash(1'000), cash(0)};  // 1 % per 1,000 dollars.
    EXPECT_EQ(book.slippage(cash(2'000)), ratio(10));
    EXPECT_EQ(book.proceeds(amount(20)), cash(1'980));
    const Book thinner{price(10'000), cash(1'000), cash(5'000)};
    EXPECT_EQ(thinner.slippage(cash(2'000)), ratio(60));
    EXPECT_EQ(thinner.room(ratio(100)), cash(5'000));
    EXPECT_EQ(thinner.room(ratio(40)), cash(0));
    EXPECT_EQ(book.slippage(cash(1'000'000)), ratio(1'000));
    EXPECT_EQ(book.proceeds(amount(10'000)), cash(0));
}

TEST(book, two_sales_in_a_row_cost_what_one_would) {
    const Book book{price(10'000), cash(1'000), cash(0)};
    Book after = book;
    const Cash first = after.proceeds(amount(30));
    after.sold += math::worth(amount(30), after.price, Round::up);
    EXPECT_EQ(first + after.proceeds(amount(50)), book.proceeds(amount(80)));
}

struct Market {
    World world;
    OutsideTerms terms;
};

Market falling() {
    Market market;
    market.world.grid = {0, 12, 6};
    market.world.assets = {"ETH"};
    market.world.dollars = {
        {price(10'000), price(10'000), price(8'000), price(5'000), price(5'000), price(6'000)}};
    market.terms.depth = cash(1'000);
    market.terms.depth_shrink = ratio(1'500);
    market.terms.depth_least = ratio(300);
    market.terms.replenish = ratio(100);
    market.terms.drawdown_seconds = 24;
    return market;
}

TEST(outside, depth_shrinks_with_the_drawdown_and_sales_come_back) {
    const Market market = falling();
    Outside outside(market.terms, market.world);
    outside.advance(0);
    EXPECT_EQ(outside.drawdown(0), Ratio());
    EXPECT_EQ(outside.books()[0].depth, cash(1'000));
    EXPECT_EQ(outside.sell(0, amount(10)), cash(995));
    outside.advance(1);
    EXPECT_EQ(outside.books()[0].sold, cash(900));
    outside.advance(2);
    EXPECT_EQ(outside.books()[0].sold, cash(810));
    EXPECT_EQ(outside.drawdown(0), ratio(200));
    EXPECT_EQ(outside.books()[0].depth, cash(700));
    outside.advance(3);
    EXPECT_EQ(outside.stress(), ratio(500));
    EXPECT_EQ(outside.books()[0].depth, cash(300));  // The least that stays.
    outside.advance(4);
    EXPECT_EQ(outside.drawdown(0), ratio(375));  // The 10,000 have left the window of two blocks.
    outside.advance(5);
    EXPECT_EQ(outside.drawdown(0), Ratio());
}

TEST(outside, actions_cost_more_under_stress_up_to_a_cap) {
    KeeperTerms terms;
    terms.cost = cash(20);
    terms.congestion = Ratio::units(50 * ratio_one);
    terms.cost_max = cash(300);
    EXPECT_EQ(action_cost(terms, Ratio()), cash(20));
    EXPECT_EQ(action_cost(terms, ratio(100)), cash(120));
    EXPECT_EQ(action_cost(terms, ratio(500)), cash(300));
}

Sight sight_of(i64 ask_cents, i64 lot) {
    Sight sight;
    sight.cost = cash(10);
    sight.books = {{price(10'000), cash(1'000), cash(0)}};
    Offer offer;
    offer.auction = AuctionId{3};
    offer.pay = amount(ask_cents * lot / 100);
    offer.pay_price = price(100);
    offer.price = Ray::units(static_cast<u128>(ask_cents) * (ray_one / 100));
    offer.parts = {{0, amount(lot)}};
    sight.offers = {offer};
    return sight;
}

KeeperTerms keeper() {
    KeeperTerms terms;
    terms.count = 1;
    terms.margin = Ratio();
    terms.profit_min = cash(1);
    return terms;
}

TEST(keeper, waits_while_the_price_is_above_the_market) {
    EXPECT_TRUE(decide(keeper(), amount(1'000'000), sight_of(10'000, 10)).empty());
    EXPECT_TRUE(decide(keeper(), amount(1'000'000), sight_of(11'000, 10)).empty());
    // 1 % below on 1,000 dollars is 10 dollars, which the action costs.
    EXPECT_TRUE(decide(keeper(), amount(1'000'000), sight_of(9'900, 10)).empty());
}

TEST(keeper, takes_until_the_last_dollar_earns_nothing) {
    // 10 % below, 1 % per 1,000 dollars: the last of 10,000 dollars just breaks even; 500 are
    // earned, less 10.
    const auto orders = decide(keeper(), amount(1'000'000), sight_of(9'000, 10'000));
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].auction, AuctionId{3});
    EXPECT_NEAR(static_cast<double>(orders[0].pay_max.units()) / 1e8, 9'000, 1);
    EXPECT_NEAR(static_cast<double>(orders[0].profit.units()) / 1e8, 490, 1);
    // He breaks even when the price is higher by 490 on 9,000.
    EXPECT_NEAR(static_cast<double>(orders[0].price_max.units() / (ray_one / 1'000'000)) / 1e6,
                90.0 * (1 + 490.0 / 9'000), 0.1);
}

TEST(keeper, counts_on_his_share_of_the_depth) {
    KeeperTerms terms = keeper();
    terms.count = 4;
    const auto orders = decide(terms, amount(1'000'000), sight_of(9'000, 10'000));
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_NEAR(static_cast<double>(orders[0].pay_max.units()) / 1e8, 9'000.0 / 4, 1);
}

TEST(keeper, finds_the_best_size_that_a_search_finds) {
    for (i64 ask = 7'000; ask < 10'000; ask += 330)
        for (i64 lot : {5, 50, 500}) {
            const Sight sight = sight_of(ask, lot);
            const auto orders = decide(keeper(), amount(1'000'000'000), sight);
            Cash best;
            for (i64 share = 1; share <= 10'000; ++share) {
                const Amount part =
                    Amount::units(sight.offers[0].parts[0].amount.units() * share / 10'000);
                const Cash paid = Cash::units(sight.offers[0].pay.units() * share / 10'000);
                best = std::max(best, sight.books[0].proceeds(part) - paid - sight.cost);
            }
            if (best <= cash(1)) continue;
            ASSERT_EQ(orders.size(), 1U) << ask << " " << lot;
            EXPECT_GE(orders[0].profit, best - Cash::units(100)) << ask << " " << lot;
        }
}

TEST(keeper, a_basket_is_weighed_by_the_depth_of_its_parts) {
    Sight sight = sight_of(9'000, 1'000);
    sight.books.push_back({price(100), cash(10), cash(0)});  // A thin second asset,
    sight.offers[0].parts.push_back({1, amount(100'000)});   // worth as much as the first.
    sight.offers[0].pay = amount(180'000);
    const auto orders = decide(keeper(), amount(1'000'000'000), sight);
    ASSERT_EQ(orders.size(), 1U);
    Cash best;
    for (i64 share = 1; share <= 100'000; ++share) {
        Cash sum;
        for (const OfferPart& part : sight.offers[0].parts)
            sum += sight.books[part.asset].proceeds(
                Amount::units(part.amount.units() * share / 100'000));
        best = std::max(
            best, sum - Cash::units(sight.offers[0].pay.units() * share / 100'000) - sight.cost);
    }
    EXPECT_GE(orders[0].profit, best - Cash::units(1'000));
}

TEST(keeper, is_bound_by_purse_margin_and_remainder) {
    Sight sight = sight_of(9'000, 100);  // For 9,000.
    auto orders = decide(keeper(), amount(500), sight);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].pay_max, amount(500));
    sight.offers[0].remainder = amount(8'800);
    orders = decide(keeper(), amount(500), sight);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].pay_max, amount(200));
    sight.offers[0].remainder = amount(9'000);
    EXPECT_TRUE(decide(keeper(), amount(500), sight).empty());
    EXPECT_EQ(decide(keeper(), amount(9'000), sight)[0].pay_max, amount(9'000));
    KeeperTerms greedy = keeper();
    greedy.margin = ratio(120);
    EXPECT_TRUE(decide(greedy, amount(500), sight_of(9'000, 100)).empty());
    greedy.margin = Ratio();
    greedy.profit_min = cash(1'000);
    EXPECT_TRUE(decide(greedy, amount(9'000), sight_of(9'000, 100)).empty());
    EXPECT_TRUE(decide(keeper(), Amount(), sight_of(9'000, 100)).empty());
}

TEST(keeper, does_not_plan_to_sell_the_same_depth_twice) {
    Sight sight = sight_of(9'000, 10'000);
    sight.offers.push_back(sight.offers[0]);
    sight.offers[1].auction = AuctionId{2};
    const auto orders = decide(keeper(), amount(1'000'000'000), sight);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].auction, AuctionId{2});  // Of equals the older.
}

TEST(keeper, a_reward_makes_worth_while_what_the_price_alone_does_not) {
    Sight sight = sight_of(10'000, 10);
    sight.offers[0].reward = amount(30);
    const auto orders = decide(keeper(), amount(1'000'000), sight);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_NEAR(static_cast<double>(orders[0].profit.units()) / 1e8, 30 - 5 - 10, 0.01);
    sight.offers[0].reward = amount(5'000);  // More than the price: still everything, and nothing
                                             // breaks.
    EXPECT_EQ(decide(keeper(), amount(1'000'000), sight)[0].pay_max, amount(1'000));
}

TEST(keeper, latencies_are_spread_evenly) {
    KeeperTerms terms;
    terms.count = 4;
    terms.latency_blocks = 2;
    terms.latency_spread = 6;
    std::vector<u32> ages;
    for (u32 i = 0; i < 4; ++i) ages.push_back(latency_of(terms, i));
    EXPECT_EQ(ages, (std::vector<u32>{2, 4, 6, 8}));
    terms.count = 1;
    EXPECT_EQ(latency_of(terms, 0), 2U);
}

TEST(owner, tops_up_below_the_trigger_to_the_target) {
    OwnerTerms terms;
    terms.trigger = ratio(1'100);
    terms.target = ratio(1'400);
    EXPECT_EQ(top_up(terms, ratio(1'100)), Ratio());
    EXPECT_EQ(top_up(terms, ratio(1'000)), ratio(400));
    EXPECT_EQ(top_up(terms, ratio(700)), ratio(1'000));
    EXPECT_EQ(top_up(terms, Ratio()), Ratio());
    terms.target = ratio(900);
    EXPECT_EQ(top_up(terms, ratio(1'000)), Ratio());
}

TEST(owner, attention_has_its_share) {
    OwnerTerms terms;
    const auto count = [&] {
        const auto all = attentive_owners(terms, 10'000);
        return std::count(all.begin(), all.end(), true);
    };
    EXPECT_NEAR(static_cast<double>(count()), 3'000, 150);
    terms.attentive = Ratio();
    EXPECT_EQ(count(), 0);
    terms.attentive = ratio(1'000);
    EXPECT_EQ(count(), 10'000);
}

}  // namespace
}  // namespace ballast::replay
