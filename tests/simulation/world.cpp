#include "world.hpp"

#include <sodium.h>

#include <algorithm>

namespace ballast::simulation {
namespace {

/// A price within what the machine can hold.
i64 bounded(i128 price) {
    return static_cast<i64>(std::clamp(price, i128{1}, i128{limits::price_max.units()}));
}

i64 scaled(i64 price, i64 per_mille) {
    return bounded(i128{price} * per_mille / 1000);
}

}  // namespace

World::World(const Market& market, const crypto::Digest& chain, u64 seed)
    : market_(market), chain_(chain), random_(seed), prices_(market.prices) {}

u64 World::step() {
    const u64 kind = random_.below(1000);
    if (kind < 30) return 0;
    if (kind < 900) return 12;
    if (kind < 970) return 60 + random_.below(240);
    if (kind < 995) return 1'000 + random_.below(4'000);
    return random_.below(2 * 86'400);
}

/// A random walk that is drawn back to `base`, with a crash or a rally now and then.
void World::move_one(FeedId feed, i64 base, i64 wild_per_mille) {
    i64& price = prices_[feed.value()];
    i64& target = targets_[feed.value()];
    if (target == 0 && random_.chance(12)) target = scaled(base, random_.between(25, 90) * 10);
    if (target == 0 && random_.chance(1)) target = scaled(base, random_.between(120, 300) * 10);
    const i64 noise = random_.between(-wild_per_mille, wild_per_mille);
    price = scaled(price, 1000 + noise);
    if (target != 0) {
        const i64 way = random_.between(1, 3);
        price = bounded(price + (i128{target} - price) * way / 3);
        if (random_.chance(60)) target = 0;
    } else {
        price += (base - price) / 60;
    }
}

void World::move() {
    move_one(ether_feed, market_.prices[1], 12);
    move_one(bitcoin_feed, market_.prices[2], 9);
    move_one(token_feed, market_.prices[4], 20);
    i64& dollars = prices_[usdc_feed.value()];
    if (random_.chance(3)) dollars = scaled(market_.prices[0], random_.between(850, 1010));
    dollars += (market_.prices[0] - dollars) / 40;
    if (market_.feed_count() > feeds) {
        move_volatility(ether_volatility);
        move_volatility(bitcoin_volatility);
    }
    i64& rate = prices_[staked_feed.value()];
    rate = bounded(i128{rate} + random_.between(0, 20));
    if (random_.chance(3)) rate = scaled(rate, random_.between(900, 1300));
    if (rate / 2 > market_.prices[3]) rate = market_.prices[3];
}

/// Around its base, with jumps to a multiple that die away.
void World::move_volatility(FeedId feed) {
    i64& price = prices_[feed.value()];
    const i64 base = market_.prices[feed.value()];
    price = scaled(price, 1000 + random_.between(-10, 10));
    if (random_.chance(10)) price = scaled(base, random_.between(50, 400) * 10);
    price += (base - price) / 50;
}

void World::sign(oracle::Report& report) const {
    const u32 publisher = report.publisher.value();
    if (publisher >= signers) return;
    const Bytes bytes = oracle::signed_bytes(report, chain_);
    crypto_sign_detached(report.signature.data(), nullptr, bytes.data(), bytes.size(),
                         market_.secrets[publisher].data());
}

/// One of the ways in which a report can be no good.
void World::spoil(oracle::Report& report) {
    switch (random_.below(12)) {
        case 0: report.time -= 1'000; break;
        case 1: report.time += 1; break;
        case 2: report.price = Price::units(0); break;
        case 3: report.price = limits::price_max + Price::units(1); break;
        case 4: report.confidence = Price::units(-1); break;
        case 5: report.confidence = report.price + Price::units(1); break;
        case 6:
            report.publisher = PublisherId{static_cast<u16>(publishers + random_.below(3))};
            break;
        case 7:
            report.feed = FeedId{static_cast<u16>(market_.feed_count() + random_.below(3))};
            break;
        case 8: report.feed = token_feed, report.publisher = PublisherId{0}; break;
        case 9: report.price = Price::units(scaled(report.price.units(), 1'500)); break;
        case 10: report.price = Price::units(scaled(report.price.units(), 700)); break;
        default: report.confidence = Price::units(scaled(report.price.units(), 80)); break;
    }
}

void World::add(std::vector<oracle::Report>& reports, oracle::Report report) {
    if (random_.chance(20)) return;
    if (random_.chance(40)) spoil(report);
    if (report.publisher.value() < signers) sign(report);
    if (random_.chance(5)) report.signature[random_.below(64)] ^= 1;
    reports.push_back(report);
    if (random_.chance(5)) reports.push_back(report);
}

std::vector<oracle::Report> World::report(u64 now) {
    move();
    if (silent_blocks_ == 0 && random_.chance(2))
        silent_blocks_ = static_cast<u32>(random_.between(5, 160));
    if (thin_blocks_ == 0 && random_.chance(3))
        thin_blocks_ = static_cast<u32>(random_.between(1, 40));
    std::vector<oracle::Report> reports;
    if (silent_blocks_ > 0) return --silent_blocks_, reports;
    if (thin_blocks_ > 0) --thin_blocks_;
    const auto& terms = market_.genesis.oracle;
    for (u16 feed = 0; feed < market_.feed_count(); ++feed) {
        for (const oracle::Source& source : terms.feeds[feed].sources) {
            if (thin_blocks_ > 0 && (source.publisher.value() + feed) % 2 == 0) continue;
            oracle::Report report;
            report.publisher = source.publisher;
            report.feed = FeedId{feed};
            report.price = Price::units(scaled(prices_[feed], random_.between(998, 1002)));
            report.confidence = Price::units(scaled(prices_[feed], random_.between(0, 2)));
            report.time = now - random_.below(2) * 6;
            add(reports, report);
        }
    }
    return reports;
}

}  // namespace ballast::simulation
