#include <ballast/replay/bind.hpp>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

std::string upper_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return result;
}

std::string feed_asset(const oracle::FeedTerms& feed) {
    return upper_case(std::string_view(feed.name).substr(0, feed.name.find('/')));
}

namespace {

// The world's name for the asset: the same, or without the W of a wrapped one.
std::string world_name(const World& world, const std::string& asset) {
    if (world.find(asset) || asset.size() < 2 || asset[0] != 'W') return asset;
    const std::string unwrapped = asset.substr(1);
    return world.find(unwrapped) ? unwrapped : asset;
}

PublisherId publisher_named(oracle::Terms& terms, const std::string& name) {
    const std::string short_name = name.substr(0, limits::name_max);
    for (std::size_t i = 0; i < terms.publishers.size(); ++i)
        if (terms.publishers[i].name == short_name) return PublisherId{static_cast<u16>(i)};
    terms.publishers.push_back({short_name, std::nullopt});
    return PublisherId{static_cast<u16>(terms.publishers.size() - 1)};
}

// How the line's price becomes one in the feed's quote asset (empty: dollars).
void convert_reporter(const World& world, const Line& line, const std::string& feed_quote,
                      Reporter& reporter) {
    const bool same = line.quote == feed_quote ||
                      (feed_quote.empty() && dollar_like(line.quote) && !world.find(line.quote));
    if (same) return;
    reporter.times = world.find(line.quote);
    if (!feed_quote.empty()) reporter.over = world.find(feed_quote);
}

std::string quote_of(const Stage& stage, const oracle::FeedTerms& feed) {
    if (!feed.quote) return {};
    return world_name(stage.world, feed_asset(stage.genesis.oracle.feeds[feed.quote->value()]));
}

void add_venues(Stage& stage, std::size_t index, const std::string& asset) {
    oracle::FeedTerms& feed = stage.genesis.oracle.feeds[index];
    const std::string quote = quote_of(stage, feed);
    for (std::size_t i = 0; i < stage.world.lines.size(); ++i) {
        const Line& line = stage.world.lines[i];
        if (line.asset != asset) continue;
        Reporter reporter;
        reporter.feed = FeedId{static_cast<u16>(index)};
        reporter.publisher = publisher_named(stage.genesis.oracle, line.venue);
        reporter.line = i;
        convert_reporter(stage.world, line, quote, reporter);
        feed.sources.push_back({reporter.publisher, 1});
        stage.reporters.push_back(reporter);
    }
}

void lower_quorums(Stage& stage, oracle::FeedTerms& feed) {
    const u32 venues = static_cast<u32>(feed.sources.size());
    const bool lower = feed.quorum_count > venues || feed.live_count > venues;
    if (lower)
        stage.notes.push_back(fmt::format(
            "feed {}: {} venue{} in the data, so its quorum of {} is lowered", feed.name, venues,
            venues == 1 ? "" : "s", std::max(feed.quorum_count, feed.live_count)));
    feed.quorum_count = std::min(feed.quorum_count, venues);
    feed.quorum_weight = std::min(feed.quorum_weight, venues);
    feed.live_count = std::min(feed.live_count, venues);
    feed.settlement_count = std::min(feed.settlement_count, venues);
}

void bind_feed(Stage& stage, std::size_t index) {
    oracle::FeedTerms& feed = stage.genesis.oracle.feeds[index];
    const std::string asset = world_name(stage.world, feed_asset(feed));
    feed.sources.clear();
    const bool rate = feed.kind == oracle::FeedKind::rate;
    if (!rate) add_venues(stage, index, asset);
    if (feed.sources.empty() && !rate && dollar_like(asset)) {
        report_at_par(stage, FeedId{static_cast<u16>(index)});
        stage.notes.push_back(
            fmt::format("feed {}: no price file, reported as one dollar", feed.name));
    }
    if (!feed.sources.empty()) return lower_quorums(stage, feed);
    feed.sources.push_back({publisher_named(stage.genesis.oracle, "silent"), 1});
    feed.quorum_count = feed.quorum_weight = feed.live_count = feed.settlement_count = 1;
    stage.notes.push_back(fmt::format("feed {}: no prices, so it stays halted", feed.name));
}

// Where the world prices an asset: under its own name, or under that of the feed that some basket
// gives it.
std::optional<std::size_t> price_of(const Stage& stage, AssetId asset) {
    const std::string own =
        world_name(stage.world, upper_case(stage.genesis.assets[asset.value()].name));
    if (const auto found = stage.world.find(own)) return found;
    for (const engine::TypeTerms& type : stage.genesis.types)
        for (const basket::CollateralTerms& collateral : type.vault.basket) {
            if (collateral.asset != asset || collateral.rate_feed) continue;
            const auto& feed = stage.genesis.oracle.feeds[collateral.feed.value()];
            if (const auto found = stage.world.find(world_name(stage.world, feed_asset(feed))))
                return found;
        }
    return std::nullopt;
}

}  // namespace

void report_at_par(Stage& stage, FeedId feed) {
    const PublisherId par = publisher_named(stage.genesis.oracle, "par");
    stage.genesis.oracle.feeds[feed.value()].sources = {{par, 1}};
    stage.reporters.push_back({feed, par, 0, true, {}, {}});
}

Attempt<void> bind_market(Stage& stage) {
    stage.genesis.oracle.publishers.clear();
    for (std::size_t i = 0; i < stage.genesis.oracle.feeds.size(); ++i) bind_feed(stage, i);
    if (stage.genesis.oracle.publishers.size() > limits::publishers_max)
        return fault("the price files name {} venues, at most {} are possible",
                     stage.genesis.oracle.publishers.size(), limits::publishers_max);
    for (std::size_t i = 0; i < stage.genesis.assets.size(); ++i)
        stage.assets.push_back(price_of(stage, AssetId{static_cast<u16>(i)}));
    return {};
}

Attempt<void> bind_synthetic(Stage& stage) {
    for (const engine::TypeTerms& type : stage.genesis.types) {
        if (type.vault.debt_asset != stage.synthetic || !type.vault.debt_feed) continue;
        const auto& feed = stage.genesis.oracle.feeds[type.vault.debt_feed->value()];
        const std::string asset = world_name(stage.world, feed_asset(feed));
        stage.synthetic_price = stage.world.find(asset);
        if (!stage.synthetic_price && !dollar_like(asset))
            return fault("there is no price of {}, which the market's vaults owe", asset);
        return {};
    }
    return {};
}

Price reported(const World& world, const Reporter& reporter, u64 block) {
    if (reporter.par) return Price::units(amount_one);
    i128 price = world.lines[reporter.line].prices[block].units();
    if (reporter.times) price = price * world.dollars[*reporter.times][block].units() / amount_one;
    if (reporter.over) {
        const i128 over = world.dollars[*reporter.over][block].units();
        if (over == 0) return Price();
        // Of 128 bits: what is over 10^26 cannot be multiplied by 10^8 and is no price either.
        if (price > i128{limits::price_max.units()} * 1'000) return Price();
        price = price * amount_one / over;
    }
    return price > limits::price_max.units() ? Price() : Price::units(static_cast<i64>(price));
}

}  // namespace ballast::replay
