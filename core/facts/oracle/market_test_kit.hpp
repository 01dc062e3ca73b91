/// What the tests of this room share: prices as they are written, and a market that is stepped by
/// hand.
#pragma once

#include <ballast/oracle/oracle.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string_view>

namespace ballast::oracle {

/// "110.25" in units of 10^-8.
constexpr Price usd(std::string_view text) {
    i64 units = 0;
    i64 place = 0;  // 0 before the point, then the units of the digit just read.
    for (const char digit : text) {
        if (digit == '.') {
            place = amount_one;
            continue;
        }
        if (place == 0) {
            units = units * 10 + (digit - '0') * amount_one;
        } else {
            place /= 10;
            units += (digit - '0') * place;
        }
    }
    return Price::units(units);
}
static_assert(usd("1.05").units() == 105'000'000);
static_assert(usd("204.5").units() == 20'450'000'000);

/// Parts in a thousand.
constexpr Ratio permille(i64 parts) {
    return Ratio::units(parts * (ratio_one / 1'000));
}

/// A price from `least` up to, not including, `least` + `width`.
template <class Random>
Price drawn(Random& random, Price least, Price width) {
    return least + Price::units(static_cast<i64>(random() % static_cast<u64>(width.units())));
}

/// A feed on which `sources` publishers of equal weight report.
inline FeedTerms feed_of(u32 sources, const char* name = "ETH/USD") {
    FeedTerms feed;
    feed.name = name;
    for (u32 i = 0; i < sources; ++i) feed.sources.push_back({PublisherId(static_cast<u16>(i)), 1});
    feed.quorum_count = feed.quorum_weight = feed.live_count = sources / 2 + 1;
    return feed;
}

/// A market of these feeds, whose publishers do not sign.
inline Terms market_of(std::vector<FeedTerms> feeds) {
    Terms terms;
    std::size_t publishers = 0;
    for (const FeedTerms& feed : feeds) publishers = std::max(publishers, feed.sources.size());
    for (std::size_t i = 0; i < publishers; ++i)
        terms.publishers.push_back({"publisher " + std::to_string(i), {}});
    terms.feeds = std::move(feeds);
    return terms;
}

/// The oracle alone, block by block.
class Market {
public:
    explicit Market(Terms its_terms, u64 start = 1'000'000)
        : terms(std::move(its_terms)), now(start) {
        const auto fault = validate(terms);
        EXPECT_FALSE(fault) << fault->key << " " << fault->what;
        state = make_state(terms);
    }

    /// Adds to the next block what each publisher of `feed` in turn says; "" says nothing.
    Market& say(u16 feed, std::initializer_list<std::string_view> prices, u64 age = 0) {
        u16 publisher = 0;
        for (const std::string_view price : prices) {
            const PublisherId id(publisher++);
            if (!price.empty())
                reports.push_back({id, FeedId(feed), usd(price), {}, now - age, {}});
        }
        return *this;
    }
    /// Executes the block at `now`.
    const Quote& block() {
        events.clear();
        const crypto::Digest chain{};
        observe(terms, state, {reports, now, chain}, events);
        reports.clear();
        return quote(state, FeedId(0));
    }
    /// Lets `seconds` pass, after which feed 0 hears these prices.
    const Quote& after(u64 seconds, std::initializer_list<std::string_view> prices) {
        now += seconds;
        return say(0, prices).block();
    }
    [[nodiscard]] const Quote& at(u16 feed) const { return quote(state, FeedId(feed)); }
    [[nodiscard]] u32 count(EventKind kind) const {
        u32 found = 0;
        for (const Event& event : events) found += event.kind == kind ? 1 : 0;
        return found;
    }

    Terms terms;
    State state;
    u64 now;
    std::vector<Report> reports;
    Events events;
};

}  // namespace ballast::oracle
