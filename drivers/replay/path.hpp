/// How candles become the price that a venue reports at each block.  docs/methods/replay.md,
/// section 2.
#pragma once

#include <ballast/replay/prices.hpp>

#include <span>

namespace ballast::replay {

/// The times at which blocks stand: `start`, `start + step`, … `blocks` of them.
struct Grid {
    u64 start = 0;
    u64 step = 12;
    u64 blocks = 0;
    [[nodiscard]] u64 time(u64 index) const { return start + step * index; }
};

/// Which way the price of an asset must move to hurt the book.
enum class Hurt : u8 {
    fall,  ///< It is collateral: the low hurts.
    rise,  ///< It is owed: the high hurts.
};

struct Window {
    std::optional<u64> from;
    std::optional<u64> to;
};

/// Blocks between the first time at which every asset has a price and the last, within `window`.
/// The step is `block_time`, or shorter where the shortest candle would hold fewer than four
/// blocks; `notes` says so, and warns where a candle holds so many blocks that its inside is mostly
/// invented.
[[nodiscard]] files::Attempt<Grid> plan_grid(std::span<const Series> series, u64 block_time,
                                             const Window& window, std::vector<std::string>& notes);

/// The price at each block of the grid; zero where the venue is silent.
///
/// Candle: open at its first block, benign extreme at a third, hurting extreme at two thirds, close
/// at its last block; straight lines between, rounded down.  Every extreme is reached exactly.
/// Ticks: reached exactly at the first block at or after them (the most hurting one where several
/// share a block), straight lines between; silent between two ticks that are more than
/// `silent_after` median distances apart.
[[nodiscard]] std::vector<Price> trace(const Series& series, const Grid& grid, Hurt hurt);

/// Candles shorter than this many blocks shorten the block time.
inline constexpr u64 candle_blocks_min = 4;
/// From this many blocks in a candle on, plan_grid warns.
inline constexpr u64 candle_blocks_coarse = 100;
/// Most blocks in one replay.
inline constexpr u64 blocks_max = 50'000'000;

}  // namespace ballast::replay
