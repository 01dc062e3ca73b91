#include <ballast/replay/compare.hpp>

#include <gtest/gtest.h>

namespace ballast::replay {
namespace {

Amount amount(i64 whole) {
    return Amount::units(i128{whole} * amount_one);
}
Ratio thousandths(i64 value) {
    return Ratio::units(value * 1'000'000);
}

// One synthetic dollar against ETH, liquidated like Maker's ETH-A of 2021.
engine::Genesis auction_market() {
    engine::Genesis market;
    market.name = "test";
    market.assets = {{"ETH", engine::AssetKind::collateral, {}},
                     {"USD", engine::AssetKind::synthetic, {}}};
    oracle::FeedTerms feed;
    feed.name = "ETH/USD";
    feed.jump_max = thousandths(500);
    market.oracle.feeds = {feed};
    engine::TypeTerms type;
    type.vault.name = "ETH-A";
    type.vault.debt_asset = AssetId{1};
    type.vault.basket = {
        {AssetId{0}, FeedId{0}, {}, Ratio(), limits::amount_max, Ratio(), amount(1), Ratio()}};
    type.vault.minimum_ratio = thousandths(1'450);
    type.vault.liquidation_ratio = thousandths(1'450);
    type.vault.debt_ceiling = amount(1'000'000'000);
    type.vault.minimum_debt = amount(10'000);
    type.auction.curve.kind = auctions::CurveKind::stepped;
    type.auction.curve.step_seconds = 90;
    type.auction.curve.cut = Ray::units(ray_one / 100 * 99);
    type.auction.buffer = thousandths(1'300);
    type.auction.tail_seconds = 8'400;
    type.auction.cusp = thousandths(400);
    type.auction.penalty = thousandths(130);
    type.auction.debt_at_auction_max = amount(1'000'000'000);
    type.auction.restarts_max = 1'000;
    type.auction.remainder_min = amount(5'000);
    market.types = {type};
    market.treasury.compartments = {{AssetId{1}, Ratio(), Amount(), amount(1'000'000'000)}};
    market.treasury.synthetics = {{AssetId{1}, {}, amount(1'000'000'000), amount(1), amount(1)}};
    market.debt_at_auction_max = amount(1'000'000'000);
    return market;
}

engine::Genesis pool_market() {
    engine::Genesis market = auction_market();
    market.types[0].resolution = engine::Resolution::pool;
    market.types[0].redistribute = true;
    market.backstop.pools = {{AssetId{1}, amount(1), Ratio()}};
    return market;
}

engine::Genesis in_place_market() {
    engine::Genesis market = auction_market();
    market.types[0].auction.curve = {};
    market.types[0].auction.curve.kind = auctions::CurveKind::fixed_discount;
    market.types[0].auction.curve.discount = thousandths(50);
    market.types[0].auction.curve.close_factor = thousandths(500);
    market.types[0].auction.curve.allow_spiral = true;
    return market;
}

// A price that stays, falls by `fall` percent over an hour, and stays.
Series crash(i64 fall, u64 hours_after = 3) {
    Series series{"ETH", "USD", "venue", 60, false, {}};
    u64 time = 1'600'000'000;
    const auto price = [](i64 cents) { return Price::units(cents * 1'000'000); };
    const auto add = [&](i64 from, i64 to) {
        series.candles.push_back(
            {time, price(from), price(std::max(from, to)), price(std::min(from, to)), price(to)});
        time += 60;
    };
    for (int i = 0; i < 60; ++i) add(20'000, 20'000);
    const i64 low = 20'000 * (100 - fall) / 100;
    for (i64 i = 0; i < 60; ++i)
        add(20'000 + (low - 20'000) * i / 60, 20'000 + (low - 20'000) * (i + 1) / 60);
    for (u64 i = 0; i < 60 * hours_after; ++i) add(low, low);
    return series;
}

Setup setup_of(engine::Genesis market, Series series) {
    Setup setup;
    setup.title = "test";
    setup.market_name = "test market";
    setup.market = std::move(market);
    setup.series = {std::move(series)};
    setup.assumptions.population.count = 60;
    setup.assumptions.population.debt_total = amount(10'000'000);
    return setup;
}

Study must_run(const Setup& setup) {
    auto study = run(setup);
    EXPECT_TRUE(study) << (study ? "" : study.error().sentence);
    return study ? std::move(*study) : Study{};
}

void expect_books_balance(const Study& study) {
    for (const BlockRow& row : study.rows) {
        ASSERT_EQ(row.supply, row.vault_debt + row.auction_debt + row.bad_debt)
            << row.height;  // L2
        if (row.shortfall.zero()) {
            EXPECT_LE(row.latent.units(), (row.surplus + row.reserve).units()) << row.height;
        }
    }
    EXPECT_EQ(study.totals.lost,
              study.totals.from_reserve + study.totals.from_surplus + study.totals.booked);
    EXPECT_EQ(study.totals.booked - study.totals.healed, study.bad_debt_end);
}

TEST(study, a_calm_market_liquidates_nobody) {
    const Study study = must_run(setup_of(auction_market(), crash(0)));
    EXPECT_TRUE(study.backed());
    EXPECT_TRUE(study.totals.liquidated.empty());
    EXPECT_EQ(study.auctions.size(), 0U);
    EXPECT_EQ(study.rows.size(), study.grid.blocks);
    EXPECT_EQ(study.totals.reports_rejected, 0U);
    EXPECT_EQ(study.rows.front().status, oracle::Status::live);
    EXPECT_EQ(study.keepers.profit, Cash());
    expect_books_balance(study);
}

TEST(study, a_fall_is_auctioned_off_and_every_unit_stays_backed) {
    const Study study = must_run(setup_of(auction_market(), crash(25)));
    EXPECT_TRUE(study.backed());
    EXPECT_GT(study.totals.liquidated.size(), 0U);
    EXPECT_GT(study.totals.takes, 0U);
    EXPECT_EQ(study.auctions_open, 0U);
    EXPECT_EQ(study.waiting, 0U);
    EXPECT_EQ(study.clear.count, study.totals.clear_blocks.size());
    EXPECT_GT(study.totals.borrowers_loss, Cash());
    EXPECT_GT(study.keepers.profit, Cash());
    EXPECT_EQ(study.totals.lost, Amount());
    expect_books_balance(study);
    for (const AuctionRecord& record : study.auctions) {
        EXPECT_EQ(record.end, AuctionEnd::taken);
        EXPECT_GE(record.paid, record.covered);
    }
}

TEST(study, without_keepers_a_deep_fall_leaves_units_unbacked) {
    auto setup = setup_of(auction_market(), crash(70));
    setup.assumptions.keepers.count = 0;
    setup.assumptions.owners.attentive = Ratio();
    const Study study = must_run(setup);
    EXPECT_FALSE(study.backed());
    EXPECT_GT(study.shortfall_most, Cash());
    EXPECT_GT(study.auctions_open, 0U);
    EXPECT_EQ(study.totals.takes, 0U);
    EXPECT_LT(study.worst_ratio, thousandths(1'000));
    expect_books_balance(study);
}

TEST(study, vaults_that_are_unhealthy_from_the_start_are_told) {
    auto setup = setup_of(auction_market(), crash(0));
    Population population;
    population.positions = {{"a", {{"ETH", amount(1'000)}}, amount(190'000), Ratio()},
                            {"b", {{"ETH", amount(1'000)}}, amount(100'000), Ratio()}};
    setup.vaults = population;
    const Study study = must_run(setup);
    EXPECT_EQ(study.totals.unhealthy_at_start, 1U);
    EXPECT_EQ(study.notes.back(), "vaults unhealthy at the first price already: 1");
}

TEST(study, keepers_without_a_market_to_sell_in_do_not_come) {
    auto setup = setup_of(auction_market(), crash(40));
    setup.assumptions.keepers.profit_min = Cash::units(i128{1'000'000'000} * amount_one);
    const Study study = must_run(setup);
    EXPECT_EQ(study.totals.takes, 0U);
    EXPECT_EQ(study.keepers.orders, 0U);
    EXPECT_EQ(study.keepers.profit, Cash());
}

TEST(study, a_pool_absorbs_at_once_and_redistribution_takes_the_rest) {
    auto setup = setup_of(pool_market(), crash(30));
    const Study study = must_run(setup);
    EXPECT_TRUE(study.backed());
    EXPECT_GT(study.totals.pool_debt, Amount());
    EXPECT_GE(study.totals.pool_worth.units(), study.totals.pool_debt.units());
    EXPECT_EQ(study.clear.most, 0U);
    expect_books_balance(study);
    setup.assumptions.outside.pool_share = Ratio();
    const Study without = must_run(setup);
    EXPECT_EQ(without.totals.pool_debt, Amount());
    EXPECT_GT(without.totals.redistributed_debt, Amount());
    expect_books_balance(without);
}

TEST(study, in_place_keepers_repay_half_at_a_time) {
    const Study study = must_run(setup_of(in_place_market(), crash(25)));
    EXPECT_GT(study.totals.takes, 0U);
    EXPECT_GT(study.totals.debt_liquidated, Amount());
    for (const AuctionRecord& record : study.auctions) {
        EXPECT_EQ(record.kind, auctions::AuctionKind::in_place);
        EXPECT_EQ(record.paid, record.covered);
    }
    expect_books_balance(study);
}

TEST(study, a_closed_system_runs_out_of_the_synthetic) {
    auto setup = setup_of(auction_market(), crash(25));
    setup.assumptions.owners.attentive = Ratio();
    setup.assumptions.population.slack = thousandths(200);
    setup.assumptions.population.slack_sigma = thousandths(100);
    const Study open = must_run(setup);
    setup.assumptions.outside.supply = Ratio();
    const Study closed = must_run(setup);
    // Penalties leave circulation, so a population that is liquidated as a whole cannot pay for all
    // of its auctions.
    EXPECT_EQ(open.auctions_open, 0U);
    EXPECT_GT(closed.auctions_open, 0U);
    EXPECT_EQ(open.rows.front().supply, closed.rows.front().supply);
    expect_books_balance(open);
    expect_books_balance(closed);
}

TEST(study, owners_who_watch_lose_less) {
    auto setup = setup_of(auction_market(), crash(25));
    setup.assumptions.owners.attentive = Ratio();
    const Study none = must_run(setup);
    setup.assumptions.owners.attentive = thousandths(1'000);
    const Study all = must_run(setup);
    EXPECT_EQ(none.owners.top_ups, 0U);
    EXPECT_GT(all.owners.top_ups, 0U);
    EXPECT_LT(all.totals.liquidated.size(), none.totals.liquidated.size());
    setup.assumptions.owners.spare = Ratio();
    EXPECT_EQ(must_run(setup).owners.top_ups, 0U);
}

TEST(study, the_same_setup_gives_the_same_root) {
    const auto setup = setup_of(auction_market(), crash(30));
    const Study first = must_run(setup);
    const Study second = must_run(setup);
    EXPECT_EQ(first.root, second.root);
    EXPECT_EQ(first.height, second.height);
    auto other = setup;
    other.assumptions.population.seed = "other";
    EXPECT_NE(must_run(other).root, first.root);
}

TEST(study, a_setup_that_cannot_run_says_why) {
    auto setup = setup_of(auction_market(), crash(10));
    setup.assumptions.population.asset = "DOGE";
    EXPECT_EQ(run(setup).error().sentence, "no vault type of the market takes DOGE");
    setup = setup_of(auction_market(), crash(10));
    setup.assumptions.population.type = "BTC-A";
    EXPECT_EQ(run(setup).error().sentence,
              "no vault type of the market named BTC-A takes a collateral that has prices");
    setup = setup_of(auction_market(), crash(10));
    setup.market.types[0].vault.liquidation_ratio = Ratio();
    EXPECT_NE(run(setup).error().sentence.find("test market: types[0].vault.liquidation_ratio"),
              std::string::npos);
    setup = setup_of(auction_market(), crash(10));
    Population population;
    population.positions = {{"a", {{"BTC", amount(1)}}, amount(10), Ratio()}};
    setup.vaults = population;
    EXPECT_EQ(run(setup).error().sentence,
              "vault a holds BTC, which no vault type of the market takes");
}

TEST(compare, every_design_gets_the_same_population) {
    auto base = setup_of(auction_market(), crash(30));
    std::vector<Variant> variants{
        {"auction", auction_market()}, {"pool", pool_market()}, {"in place", in_place_market()}};
    variants[1].market.types[0].vault.liquidation_ratio = thousandths(1'100);
    variants[2].market.types[0].vault.minimum_debt = amount(20'000);
    const auto studies = compare(base, variants);
    ASSERT_TRUE(studies) << studies.error().sentence;
    ASSERT_EQ(studies->size(), 3U);
    for (const Study& study : *studies) {
        EXPECT_EQ(study.debt_start, studies->front().debt_start);
        EXPECT_EQ(study.rows.front().ratio, studies->front().rows.front().ratio);
        expect_books_balance(study);
    }
    // Whoever is safe at 145 % is safe at 110 %.
    EXPECT_LT((*studies)[1].totals.liquidated.size(), (*studies)[0].totals.liquidated.size());
    EXPECT_EQ(compare(base, {}).error().sentence,
              "there is nothing to compare: name at least one variant");
    EXPECT_FALSE(compare(base, {{"broken", engine::Genesis{}}}));
}

TEST(spread, ranks_are_nearest) {
    EXPECT_EQ(spread_of({}).count, 0U);
    std::vector<u64> values;
    for (u64 i = 100; i >= 1; --i) values.push_back(i);
    const Spread spread = spread_of(values);
    EXPECT_EQ(spread.median, 50U);
    EXPECT_EQ(spread.p95, 95U);
    EXPECT_EQ(spread.most, 100U);
    EXPECT_EQ(spread_of({7}).p95, 7U);
}

}  // namespace
}  // namespace ballast::replay
