#include <ballast/vaults/test_market.hpp>

namespace ballast::vaults::test {
namespace {

TEST(required_value, rounds_up) {
    // 3 units at 7 times 1.5 is 31.5.
    EXPECT_EQ(required_value(Amount::units(3), Price::units(7), percent(150))->units(), 32);
    EXPECT_EQ(required_value(Amount::units(2), Price::units(7), percent(150))->units(), 21);
    EXPECT_EQ(required_value(Amount::units(0), Price::units(7), percent(150))->units(), 0);
}

TEST(required_value, is_nothing_where_no_collateral_could_do) {
    const Amount most = Amount::units(i128{4} << 90);
    EXPECT_FALSE(required_value(most, limits::price_max, limits::ratio_max));
    EXPECT_FALSE(required_value(limits::amount_max, limits::price_max, limits::ratio_max));
}

TEST(health, is_one_exactly_at_the_threshold) {
    Market market;
    const VaultId vault = market.open(alice, plain, whole(10), whole(10'000));
    TypePrices prices = market.prices[plain.value()];
    const auto health_at = [&](i64 weight) {
        prices.weight[0] = Price::units(weight);
        const TypeRow& type = market.state.types[plain.value()];
        const VaultTypeTerms& terms = market.types[plain.value()];
        const Ratio ratio = health(market.row(vault), type, terms, prices);
        EXPECT_EQ(healthy(market.row(vault), type, terms, prices), ratio.units() >= ratio_one);
        return ratio.units();
    };
    EXPECT_EQ(health_at(110'000'000'000), ratio_one);  // 11,000 dollars over 10,000.
    EXPECT_EQ(health_at(109'999'999'999), ratio_one - 1);
    EXPECT_EQ(health_at(220'000'000'000), 2 * ratio_one);
    EXPECT_EQ(health_at(0), 0);
}

TEST(health, of_no_debt_is_as_high_as_can_be) {
    Market market;
    const VaultId vault = market.open(alice, plain);
    const TypeRow& type = market.state.types[plain.value()];
    const VaultTypeTerms& terms = market.types[plain.value()];
    EXPECT_EQ(health(market.row(vault), type, terms, market.prices[1]), limits::ratio_max);
    EXPECT_EQ(collateral_ratio(market.row(vault), type, terms, market.prices[1]),
              limits::ratio_max);
    EXPECT_TRUE(healthy(market.row(vault), type, terms, market.prices[1]));
}

TEST(collateral_ratio, is_value_over_debt) {
    Market market;
    const VaultId vault = market.open(alice, plain, whole(10), whole(10'000));
    const TypeRow& type = market.state.types[plain.value()];
    EXPECT_EQ(collateral_ratio(market.row(vault), type, market.types[1], market.prices[1]).units(),
              1'998'000'000);
}

/// Quotes as the oracle would publish them: mark, low, high, firm low, firm high.
oracle::State quotes(std::vector<oracle::Quote> list) {
    oracle::State state;
    for (oracle::Quote& quote : list) {
        oracle::FeedRow row;
        row.quote = quote;
        (void)state.feeds.push(row);
    }
    return state;
}

oracle::Quote quote(i64 mark, oracle::Status status = oracle::Status::live) {
    oracle::Quote quote;
    quote.mark = dollars(mark);
    quote.low = dollars(mark - 20);
    quote.high = dollars(mark + 20);
    quote.firm_low = dollars(mark - 10);
    quote.firm_high = dollars(mark + 10);
    quote.status = status;
    return quote;
}

TEST(price_type, takes_lows_of_collateral_and_highs_of_debt) {
    const Types types = make_types();
    const oracle::State oracle =
        quotes({quote(100), quote(2'000), quote(3'000), quote(0), quote(50)});
    const TypePrices prices = price_type(types[metal.value()], oracle, TypeRow{});
    EXPECT_EQ(prices.weight[0], Price::units(3'920'000'000));  // 40 less 2 %.
    EXPECT_EQ(prices.weight[1], dollars(1'592));               // 1990 less 20 %.
    EXPECT_EQ(prices.low[1], dollars(1'980));
    EXPECT_EQ(prices.high[1], dollars(2'020));
    EXPECT_EQ(prices.debt_low, dollars(2'980));
    EXPECT_EQ(prices.debt_firm, dollars(3'010));
    EXPECT_EQ(prices.debt_high, dollars(3'020));
    EXPECT_EQ(prices.status, oracle::Status::live);
    EXPECT_EQ(prices.weight[2], Price::units(0));
}

TEST(price_type, a_debt_without_feed_is_a_dollar) {
    const Types types = make_types();
    const oracle::State oracle = quotes({quote(100), quote(2'000), quote(3'000)});
    const TypePrices prices = price_type(types[mixed.value()], oracle, TypeRow{});
    EXPECT_EQ(prices.debt_low, dollars(1));
    EXPECT_EQ(prices.debt_firm, dollars(1));
    EXPECT_EQ(prices.debt_high, dollars(1));
}

TEST(price_type, is_as_good_as_the_worst_of_its_feeds) {
    const Types types = make_types();
    const auto status = [&](oracle::Status debt, oracle::Status second) {
        const oracle::State oracle =
            quotes({quote(1), quote(2'000, second), quote(3'000, debt), quote(1), quote(50)});
        return price_type(types[metal.value()], oracle, TypeRow{}).status;
    };
    using enum oracle::Status;
    EXPECT_EQ(status(live, live), live);
    EXPECT_EQ(status(degraded, live), degraded);
    EXPECT_EQ(status(live, halted), halted);
    EXPECT_EQ(status(halted, degraded), halted);
}

TEST(price_type, an_asset_that_earns_is_worth_its_rate_more) {
    Types types = make_types();
    types[1].basket[0].rate_feed = FeedId{0};
    oracle::Quote rate;
    rate.low = Price::units(110'000'000);
    rate.firm_low = Price::units(111'000'000);
    rate.high = Price::units(120'000'000);
    rate.firm_high = rate.high;
    rate.status = oracle::Status::degraded;
    const oracle::State oracle = quotes({rate, quote(2'000)});
    const TypePrices prices = price_type(types[plain.value()], oracle, TypeRow{});
    EXPECT_EQ(prices.weight[0], Price::units(220'890'000'000));  // 1990 * 1.11
    EXPECT_EQ(prices.low[0], dollars(2'178));                    // 1980 * 1.1
    EXPECT_EQ(prices.high[0], dollars(2'424));                   // 2020 * 1.2
    EXPECT_EQ(prices.status, oracle::Status::degraded);
}

TEST(price_type, concentration_shows_in_the_next_block) {
    Types types = make_types();
    types[1].basket[0].concentration_charge = percent(40);
    types[1].basket[0].concentration_depth = whole(1'000);
    const oracle::State oracle = quotes({quote(1), quote(2'010)});
    TypeRow row;
    row.locked[0] = whole(500);
    EXPECT_EQ(price_type(types[plain.value()], oracle, row).weight[0], dollars(1'600));
    row.locked[0] = whole(5'000);
    EXPECT_EQ(price_type(types[plain.value()], oracle, row).weight[0], dollars(1'200));
}

}  // namespace
}  // namespace ballast::vaults::test
