#include <ballast/replay/path.hpp>
#include <ballast/base/assert.hpp>
#include <ballast/files/time.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace ballast::replay {

using files::Attempt;
using files::fault;
using files::time_text;

namespace {

u64 series_end(const Series& series) {
    return series.candles.back().time + (series.ticks ? 0 : series.interval);
}

struct Span {
    u64 first = 0;
    u64 last = 0;
};

// From the first to the last price of each asset, over all of its venues.
std::map<std::string, Span> spans_by_asset(std::span<const Series> all) {
    std::map<std::string, Span> spans;
    for (const Series& series : all) {
        if (series.candles.empty()) continue;
        const Span span{series.candles.front().time, series_end(series)};
        const auto [entry, fresh] = spans.emplace(series.asset, span);
        if (fresh) continue;
        entry->second.first = std::min(entry->second.first, span.first);
        entry->second.last = std::max(entry->second.last, span.last);
    }
    return spans;
}

Attempt<Span> common_span(std::span<const Series> all, const Window& window) {
    const auto spans = spans_by_asset(all);
    if (spans.empty()) return fault("there are no prices: every candle was left out");
    Span common{0, ~u64{0}};
    std::string ranges;
    for (const auto& [asset, span] : spans) {
        common.first = std::max(common.first, span.first);
        common.last = std::min(common.last, span.last);
        ranges += fmt::format("{}{} {} to {}", ranges.empty() ? "" : ", ", asset,
                              time_text(span.first), time_text(span.last));
    }
    if (window.from) common.first = std::max(common.first, *window.from);
    if (window.to) common.last = std::min(common.last, *window.to);
    if (common.first >= common.last)
        return fault("no time is common to all prices{}: {}",
                     window.from || window.to ? " and to --from and --to" : "", ranges);
    return common;
}

// Integer division towards minus infinity; `divisor` is positive.
i64 floor_divide(i64 value, i64 divisor) {
    const i64 quotient = value / divisor;
    return quotient - (value % divisor < 0 ? 1 : 0);
}

// Index of the first block at or after `time`; before the grid it is negative.
i64 block_at_or_after(const Grid& grid, u64 time) {
    const i64 distance = static_cast<i64>(time) - static_cast<i64>(grid.start);
    return -floor_divide(-distance, static_cast<i64>(grid.step));
}

struct Anchor {
    i64 block = 0;
    Price price;
};

void put(std::vector<Price>& prices, i64 block, Price price) {
    if (block >= 0 && block < static_cast<i64>(prices.size()))
        prices[static_cast<std::size_t>(block)] = price;
}

// The straight line between two anchors, both ends exact, rounded down between.
void draw_line(std::vector<Price>& prices, const Anchor& from, const Anchor& to) {
    const i64 length = to.block - from.block;
    const i128 rise = i128{to.price.units()} - from.price.units();
    const i64 last = std::min(to.block, static_cast<i64>(prices.size()) - 1);
    for (i64 block = std::max<i64>(from.block, 0); block <= last; ++block) {
        const i128 numerator = rise * (block - from.block);
        const i128 step = numerator / length - (numerator % length < 0 ? 1 : 0);
        put(prices, block, Price::units(from.price.units() + static_cast<i64>(step)));
    }
}

void draw_candle(std::vector<Price>& prices, const Grid& grid, const Candle& candle, u64 interval,
                 Hurt hurt) {
    const i64 first = block_at_or_after(grid, candle.time);
    const i64 count = block_at_or_after(grid, candle.time + interval) - first;
    BALLAST_ASSERT(count >= static_cast<i64>(candle_blocks_min));
    if (first + count <= 0 || first >= static_cast<i64>(prices.size())) return;
    const bool falls = hurt == Hurt::fall;
    const std::array<Anchor, 4> anchors{{{first, candle.open},
                                         {first + count / 3, falls ? candle.high : candle.low},
                                         {first + 2 * count / 3, falls ? candle.low : candle.high},
                                         {first + count - 1, candle.close}}};
    for (std::size_t i = 1; i < anchors.size(); ++i) draw_line(prices, anchors[i - 1], anchors[i]);
}

// Ticks that share a block become one anchor at the price that hurts most.
std::vector<Anchor> tick_anchors(const Series& series, const Grid& grid, Hurt hurt) {
    std::vector<Anchor> anchors;
    for (const Candle& tick : series.candles) {
        const i64 block = block_at_or_after(grid, tick.time);
        if (anchors.empty() || anchors.back().block != block) {
            anchors.push_back({block, tick.close});
            continue;
        }
        Price& price = anchors.back().price;
        price = hurt == Hurt::fall ? std::min(price, tick.close) : std::max(price, tick.close);
    }
    return anchors;
}

void draw_ticks(std::vector<Price>& prices, const Series& series, const Grid& grid, Hurt hurt) {
    const std::vector<Anchor> anchors = tick_anchors(series, grid, hurt);
    const i64 longest = static_cast<i64>(silent_after * series.interval / grid.step) + 1;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
        put(prices, anchors[i].block, anchors[i].price);
        if (i > 0 && anchors[i].block - anchors[i - 1].block <= longest)
            draw_line(prices, anchors[i - 1], anchors[i]);
    }
}

u64 shortest_interval(std::span<const Series> all) {
    u64 shortest = ~u64{0};
    for (const Series& series : all)
        if (!series.ticks) shortest = std::min(shortest, series.interval);
    return shortest;
}

u64 longest_interval(std::span<const Series> all) {
    u64 longest = 0;
    for (const Series& series : all)
        if (!series.ticks) longest = std::max(longest, series.interval);
    return longest;
}

}  // namespace

Attempt<Grid> plan_grid(std::span<const Series> series, u64 block_time, const Window& window,
                        std::vector<std::string>& notes) {
    if (block_time == 0) return fault("the block time must be at least one second");
    BALLAST_TRY(const Span span, common_span(series, window));
    Grid grid;
    grid.start = span.first;
    grid.step =
        std::min(block_time, std::max<u64>(1, shortest_interval(series) / candle_blocks_min));
    if (grid.step < block_time)
        notes.push_back(fmt::format(
            "block time shortened from {} s to {} s so that a candle of {} holds four blocks",
            block_time, grid.step, files::duration_text(shortest_interval(series))));
    grid.blocks = (span.last - span.first + grid.step - 1) / grid.step;
    if (grid.blocks > blocks_max)
        return fault("{} to {} holds {} blocks of {} s, at most {} can be replayed at once",
                     time_text(span.first), time_text(span.last), grid.blocks, grid.step,
                     blocks_max);
    const u64 longest = longest_interval(series);
    if (longest / grid.step >= candle_blocks_coarse)
        notes.push_back(
            fmt::format("a candle of {} spans {} blocks: each extreme is reached once, on a "
                        "straight line; faster "
                        "moves inside it are not in the data",
                        files::duration_text(longest), longest / grid.step));
    return grid;
}

std::vector<Price> trace(const Series& series, const Grid& grid, Hurt hurt) {
    std::vector<Price> prices(grid.blocks);
    if (series.ticks) {
        draw_ticks(prices, series, grid, hurt);
        return prices;
    }
    for (const Candle& candle : series.candles)
        draw_candle(prices, grid, candle, series.interval, hurt);
    return prices;
}

}  // namespace ballast::replay
