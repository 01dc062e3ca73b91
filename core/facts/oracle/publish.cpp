#include <ballast/oracle/publish.hpp>

#include <ballast/math/mul_div.hpp>
#include <ballast/oracle/width.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

/// `price` in the quote asset, and the quote asset at `base`, is this much in the unit of account.
i128 converted(Price price, Price base, Round round) {
    return math::divide(i128{price.units()} * base.units(), i128{amount_one}, round);
}

/// The range around the mark, in the feed's own quote asset.
void widen(const Feed& feed, Quote& quote) {
    const FeedRow& row = feed.row;
    const Level& level = row.current;
    const u64 age = feed.now - level.time + feed.terms.latency_seconds;
    const Ratio move = expected_move(feed.terms, row.variance, age);
    quote.mark = level.mark;
    quote.firm_low = lowered(feed.terms, level.mark, level.spread, move);
    quote.firm_high = raised(feed.terms, level.mark, level.spread, move);
    quote.low = quote.firm_low;
    quote.high = quote.firm_high;
    quote.time = level.time;
    if (row.reach.zero()) return;
    // Both where the price was and where it may be gone.
    const Price least = std::min(row.hold_from, row.reach);
    const Price most = std::max(row.hold_from, row.reach);
    quote.low = std::min(quote.low, lowered(feed.terms, least, level.spread, move));
    quote.high = std::max(quote.high, raised(feed.terms, most, level.spread, move));
}

/// Into the unit of account.  False if the result is not a price that the machine can hold.
bool convert(Quote& quote, const Quote& base) {
    const i128 high = converted(quote.high, base.high, Round::up);
    const i128 low = converted(quote.low, base.low, Round::down);
    if (high > limits::price_max.units() || low < 1) return false;
    const auto price = [](i128 units) { return Price::units(static_cast<i64>(units)); };
    quote.firm_low = price(converted(quote.firm_low, base.firm_low, Round::down));
    quote.firm_high = price(converted(quote.firm_high, base.firm_high, Round::up));
    quote.mark = price(converted(quote.mark, base.mark, Round::down));
    quote.low = price(low);
    quote.high = price(high);
    quote.time = std::min(quote.time, base.time);
    return true;
}

/// The numbers of a halted feed stay what they were.
Quote stopped(Quote quote, u32 reasons) {
    quote.status = Status::halted;
    quote.reasons = reasons;
    return quote;
}

constexpr u32 harmless = reason::stale_sources | reason::outliers;

}  // namespace

void pass_delay(const Feed& feed) {
    FeedRow& row = feed.row;
    if (row.phase == Phase::unborn || row.phase == Phase::halted) return;
    if (feed.terms.delay_seconds == 0) {
        row.current = row.last;
        return;
    }
    const bool waiting = row.next.time != 0;
    if (waiting && feed.now - row.hop < feed.terms.delay_seconds) return;
    row.current = row.next;
    row.next = row.last;
    row.hop = feed.now;
}

Quote quote_now(const Feed& feed, u32 reasons, const Quote* base) {
    const FeedRow& row = feed.row;
    if (base != nullptr && base->status != Status::live) reasons |= reason::quote_feed;
    if (row.phase == Phase::unborn || row.phase == Phase::halted)
        return stopped(row.quote, reasons);
    if (row.current.time == 0) return stopped(row.quote, reasons | reason::delayed);
    if (base != nullptr && base->status == Status::halted) return stopped(row.quote, reasons);

    Quote quote;
    widen(feed, quote);
    constexpr Price one = Price::units(amount_one);
    const Quote same{one, one, one, one, one, Status::live, 0, quote.time};
    if (!convert(quote, base != nullptr ? *base : same))
        return stopped(row.quote, reasons | reason::out_of_range);
    quote.reasons = reasons;
    quote.status = (reasons & ~harmless) == 0 ? Status::live : Status::degraded;
    return quote;
}

}  // namespace ballast::oracle
