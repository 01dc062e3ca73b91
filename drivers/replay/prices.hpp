/// Prices from files: candles or ticks, of one venue or of several, one file per asset.
/// docs/methods/replay.md, section 1.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::replay {

/// What one venue did from `time` on, for the interval of its series.
struct Candle {
    u64 time = 0;
    Price open;
    Price high;
    Price low;
    Price close;
};

/// The prices of one asset at one venue, in order of time.  Intervals in which the venue did not
/// trade are absent.
struct Series {
    std::string asset;   ///< Upper case: ETH.
    std::string quote;   ///< Upper case; what one whole asset is priced in: USD, USDT, BTC, ….
    std::string venue;   ///< Lower case: binance.
    u64 interval = 0;    ///< Seconds that a candle lasts; for ticks, their median distance.
    bool ticks = false;  ///< Points in time instead of candles; all four prices are the same.
    std::vector<Candle> candles;
};

/// A venue that reports ticks is silent between two that are further apart than this many median
/// distances.
inline constexpr u64 silent_after = 4;

/// A price file as the user names it.  What is missing is guessed from the file's name and columns.
struct PriceSource {
    std::filesystem::path path;
    std::optional<std::string> asset;
    std::optional<std::string> quote;
    std::optional<std::string> venue;
};

/// Reads `[ASSET[/QUOTE][@VENUE]=]FILE`.
[[nodiscard]] files::Attempt<PriceSource> parse_price_source(std::string_view argument);

/// What became of one input file; goes into the manifest.
struct InputFile {
    std::string path;
    std::string sha256;
    u64 rows = 0;
};

struct PriceFile {
    std::vector<Series> series;  ///< One per venue.
    InputFile input;
    std::vector<std::string> notes;  ///< What was guessed, found missing or left out, in sentences.
};

/// What to make of a candle in which all prices are equal and the volume is zero.
enum class FlatCandles : u8 {
    silent,  ///< The venue printed it without trading: no report.
    report,  ///< Report its price like any other.
};

/// Reads a price file in any of the three forms (candles, several venues, ticks), strictly: each
/// fault names file, line, column and value.  Digits beyond 10^-8 are cut (rounded down).
[[nodiscard]] files::Attempt<PriceFile> load_prices(const PriceSource& source, FlatCandles flat);

}  // namespace ballast::replay
