#include <ballast/replay/prices.hpp>
#include <ballast/base/assert.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/files/time.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

namespace ballast::replay {

using files::Attempt;
using files::CsvReader;
using files::fault;

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return result;
}

bool word(std::string_view text) {
    return !text.empty() && text.size() <= limits::name_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-';
           });
}

constexpr std::array<std::string_view, 10> quotes{"usd", "usdt", "usdc", "dai",   "busd",
                                                  "eur", "btc",  "eth",  "fdusd", "tusd"};

bool is_quote(std::string_view text) {
    return std::find(quotes.begin(), quotes.end(), text) != quotes.end();
}

// 5m, 1h, 15m, 1d, 30s, or a word that says how the rows are spaced.
bool is_spacing(std::string_view text) {
    if (text == "perblock" || text == "tick" || text == "ticks" || text == "ratio") return true;
    return files::parse_duration(text).has_value() && (text.back() < '0' || text.back() > '9');
}

struct Guess {
    std::string asset;
    std::string quote = "usd";
    std::string venue;
};

// eth_usdt_binance_5m_2020-03 is ETH in USDT at binance; eth_multivenue_1h is ETH in USD.
std::optional<Guess> guess_from_name(const std::filesystem::path& path) {
    const std::string stem = lower(path.stem().string());
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= stem.size();) {
        const std::size_t end = std::min(stem.find('_', at), stem.size());
        parts.push_back(stem.substr(at, end - at));
        at = end + 1;
    }
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (parts.empty() || !word(parts[0]) || std::none_of(parts[0].begin(), parts[0].end(), letter))
        return std::nullopt;
    Guess guess;
    guess.asset = parts[0];
    std::size_t at = 1;
    if (at < parts.size() && is_quote(parts[at])) guess.quote = parts[at++];
    for (; at < parts.size() && !is_spacing(parts[at]) && word(parts[at]); ++at)
        guess.venue += (guess.venue.empty() ? "" : "-") + parts[at];
    return guess;
}

// Where the prices of one venue stand in a row.
struct VenueColumns {
    std::string venue;
    std::optional<std::size_t> open;
    std::size_t high = 0;
    std::size_t low = 0;
    std::size_t close = 0;
    std::optional<std::size_t> volume;
};

struct Layout {
    std::vector<VenueColumns> venues;
    bool ticks = false;
    bool several = false;
};

std::unexpected<files::Fault> wrong_columns(const CsvReader& csv) {
    return fault(
        "{}:1: the columns {} are none of the forms ts,open,high,low,close[,volume] | "
        "ts,high,low,close[,volume] | ts,<venue>_close,<venue>_high,<venue>_low,… | ts,price",
        csv.name(), fmt::join(csv.columns(), ","));
}

Attempt<Layout> single_layout(const CsvReader& csv) {
    Layout layout;
    VenueColumns columns;
    const auto price = csv.column("price");
    const auto ratio = csv.column("ratio");
    if (csv.columns().size() == 2 && (price || ratio)) {
        columns.high = columns.low = columns.close = price ? *price : *ratio;
        layout.ticks = true;
        layout.venues.push_back(std::move(columns));
        return layout;
    }
    const auto high = csv.column("high"), low = csv.column("low"), close = csv.column("close");
    if (!high || !low || !close) return wrong_columns(csv);
    columns.open = csv.column("open");
    columns.high = *high;
    columns.low = *low;
    columns.close = *close;
    columns.volume = csv.column("volume");
    const std::size_t known = 4U + (columns.open ? 1U : 0U) + (columns.volume ? 1U : 0U);
    if (csv.columns().size() != known) return wrong_columns(csv);
    layout.venues.push_back(std::move(columns));
    return layout;
}

Attempt<Layout> several_layout(const CsvReader& csv) {
    constexpr std::string_view suffix = "_close";
    Layout layout;
    layout.several = true;
    std::size_t known = 1;
    for (const std::string& name : csv.columns()) {
        if (!name.ends_with(suffix)) continue;
        const std::string venue = name.substr(0, name.size() - suffix.size());
        const auto high = csv.column(venue + "_high"), low = csv.column(venue + "_low");
        if (!high || !low || !word(venue)) return wrong_columns(csv);
        VenueColumns columns{lower(venue),      csv.column(venue + "_open"),  *high, *low,
                             *csv.column(name), csv.column(venue + "_volume")};
        known += 3U + (columns.open ? 1U : 0U) + (columns.volume ? 1U : 0U);
        layout.venues.push_back(std::move(columns));
    }
    if (layout.venues.empty() || csv.columns().size() != known) return wrong_columns(csv);
    return layout;
}

Attempt<Layout> find_layout(const CsvReader& csv) {
    BALLAST_TRY(const std::size_t ts, csv.require("ts"));
    if (ts != 0) return wrong_columns(csv);
    const bool several =
        std::any_of(csv.columns().begin(), csv.columns().end(),
                    [](const std::string& name) { return name.ends_with("_close"); });
    return several ? several_layout(csv) : single_layout(csv);
}

Attempt<Price> read_price(const CsvReader& csv, std::size_t column) {
    const auto value = files::parse_decimal(csv.field(column), files::money_decimals, Round::down,
                                            limits::price_max.units());
    if (!value) {
        const std::string_view range = value.error() == files::DecimalFault::too_large
                                           ? ", expected at most 40000000000"
                                           : ", expected a decimal number greater than 0";
        return csv.wrong(column, std::string(files::phrase(value.error())) + std::string(range));
    }
    if (*value <= 0) return csv.wrong(column, "is not a price: expected at least 0.00000001");
    return Price::units(static_cast<i64>(*value));
}

Attempt<bool> traded(const CsvReader& csv, const VenueColumns& columns) {
    if (!columns.volume || csv.field(*columns.volume).empty()) return true;
    constexpr i128 most = i128{1} << 120;
    const auto volume = files::parse_decimal(csv.field(*columns.volume), 8, Round::up, most);
    if (!volume)
        return csv.wrong(*columns.volume,
                         std::string(files::phrase(volume.error())) + ", expected a volume");
    if (*volume < 0) return csv.wrong(*columns.volume, "is negative, expected a volume");
    return *volume > 0;
}

// The opening price where the table has none: where the venue left off, if that lies within the
// candle.
Price derived_open(const Series& series, const Candle& candle) {
    const Price before = series.candles.empty() ? candle.close : series.candles.back().close;
    return std::clamp(before, candle.low, candle.high);
}

// What one file becomes while it is read.
struct Loading {
    Layout layout;
    FlatCandles flat = FlatCandles::silent;
    std::vector<u64> times;  // Of every row, whether anybody traded or not.
    std::vector<Series> series;
    std::vector<u64> flat_counts;
    std::vector<Price> last_close;
};

Attempt<void> check_order(const CsvReader& csv, const Candle& candle, const VenueColumns& columns) {
    if (candle.low > candle.high)
        return csv.wrong(columns.low,
                         fmt::format("is greater than the high {}", csv.field(columns.high)));
    if (candle.close < candle.low || candle.close > candle.high)
        return csv.wrong(columns.close, "lies outside of low and high");
    if (columns.open && (candle.open < candle.low || candle.open > candle.high))
        return csv.wrong(*columns.open, "lies outside of low and high");
    return {};
}

bool nothing_there(const CsvReader& csv, const VenueColumns& columns) {
    return csv.field(columns.high).empty() && csv.field(columns.low).empty() &&
           csv.field(columns.close).empty();
}

Attempt<void> read_venue(const CsvReader& csv, Loading& loading, std::size_t index) {
    const VenueColumns& columns = loading.layout.venues[index];
    Series& series = loading.series[index];
    if (loading.layout.several && nothing_there(csv, columns)) return {};
    Candle candle;
    candle.time = loading.times.back();
    BALLAST_TRY(candle.high, read_price(csv, columns.high));
    BALLAST_TRY(candle.low, read_price(csv, columns.low));
    BALLAST_TRY(candle.close, read_price(csv, columns.close));
    candle.open = derived_open(series, candle);
    if (columns.open) {
        BALLAST_TRY(candle.open, read_price(csv, *columns.open));
    }
    BALLAST_CHECK(check_order(csv, candle, columns));
    BALLAST_TRY(const bool active, traded(csv, columns));
    const bool flat = candle.high == candle.low && !active;
    if (flat) ++loading.flat_counts[index];
    if (flat && loading.flat == FlatCandles::silent) return {};
    series.candles.push_back(candle);
    return {};
}

Attempt<void> read_row(const CsvReader& csv, Loading& loading) {
    const auto time = files::parse_time(csv.field(0));
    if (!time)
        return csv.wrong(0,
                         "is no time, expected unix seconds (not milliseconds) or ISO 8601 in UTC");
    if (!loading.times.empty() && *time == loading.times.back())
        return csv.wrong(0, "repeats the time of the row before");
    if (!loading.times.empty() && *time < loading.times.back())
        return csv.wrong(0, "is earlier than the row before: rows must be sorted by time");
    loading.times.push_back(*time);
    for (std::size_t i = 0; i < loading.layout.venues.size(); ++i)
        BALLAST_CHECK(read_venue(csv, loading, i));
    return {};
}

// The distance between ticks, which come irregularly.
u64 median_distance(const std::vector<u64>& times) {
    std::vector<u64> distances;
    for (std::size_t i = 1; i < times.size(); ++i) distances.push_back(times[i] - times[i - 1]);
    std::sort(distances.begin(), distances.end());
    return distances[(distances.size() - 1) / 2];
}

// The most common distance between rows; the smaller one where two are as common.
u64 common_distance(const std::vector<u64>& times) {
    std::map<u64, u64> counts;
    for (std::size_t i = 1; i < times.size(); ++i) ++counts[times[i] - times[i - 1]];
    u64 best = 0, most = 0;
    for (const auto& [distance, count] : counts)
        if (count > most) best = distance, most = count;
    return best;
}

Attempt<u64> find_interval(const CsvReader& csv, const Loading& loading) {
    const std::vector<u64>& times = loading.times;
    if (times.size() < 2)
        return fault("{}: has {} rows, expected at least two to tell the interval", csv.name(),
                     times.size());
    if (loading.layout.ticks) return median_distance(times);
    const u64 interval = common_distance(times);
    for (std::size_t i = 1; i < times.size(); ++i)
        if (times[i] - times[i - 1] < interval)
            return fault("{}:{}: starts {} after the row before, whose candle lasts {}", csv.name(),
                         i + 2, files::duration_text(times[i] - times[i - 1]),
                         files::duration_text(interval));
    if (interval < 4)
        return fault(
            "{}: candles of {} s are shorter than the four blocks of one second that they need",
            csv.name(), interval);
    return interval;
}

// Says how many candles are missing and where the longest hole is.
void note_gaps(const std::string& name, const std::vector<u64>& times, u64 interval,
               std::vector<std::string>& notes) {
    u64 gaps = 0, longest = 0, after = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const u64 distance = times[i] - times[i - 1];
        if (distance <= interval) continue;
        ++gaps;
        if (distance > longest) longest = distance, after = times[i - 1];
    }
    if (gaps == 0) return;
    notes.push_back(fmt::format("{}: {} gap{} in the candles; the longest lasts {} after {}", name,
                                gaps, gaps == 1 ? "" : "s",
                                files::duration_text(longest - interval), files::time_text(after)));
}

void finish_series(const CsvReader& csv, Loading& loading, u64 interval,
                   std::vector<std::string>& notes) {
    note_gaps(csv.name(), loading.times, loading.layout.ticks ? silent_after * interval : interval,
              notes);
    for (std::size_t i = 0; i < loading.series.size(); ++i) {
        Series& series = loading.series[i];
        series.interval = interval;
        series.ticks = loading.layout.ticks;
        if (loading.flat_counts[i] > 0)
            notes.push_back(fmt::format("{}: {} printed {} flat candles without volume, {}",
                                        csv.name(), series.venue, loading.flat_counts[i],
                                        loading.flat == FlatCandles::silent
                                            ? "taken as not trading: no report"
                                            : "reported like any other"));
        const std::size_t absent =
            loading.times.size() - series.candles.size() -
            (loading.flat == FlatCandles::silent ? loading.flat_counts[i] : 0);
        if (absent > 0)
            notes.push_back(fmt::format("{}: {} has no candle in {} of {} rows", csv.name(),
                                        series.venue, absent, loading.times.size()));
    }
    if (csv.cut_short())
        notes.push_back(
            fmt::format("{}: the last line has no line end; if the file was cut, its last value "
                        "may have lost digits",
                        csv.name()));
}

Attempt<void> name_series(const PriceSource& source, Loading& loading,
                          std::vector<std::string>& notes) {
    const auto guess = guess_from_name(source.path);
    if (!source.asset && !guess)
        return fault(
            "{}: cannot tell the asset from the name; say --prices ASSET[/QUOTE][@VENUE]={}",
            source.path.string(), source.path.string());
    const std::string asset = upper(source.asset ? *source.asset : guess->asset);
    const std::string quote = upper(source.quote             ? *source.quote
                                    : guess && !source.asset ? guess->quote
                                                             : "USD");
    std::string venue = lower(source.venue ? *source.venue : guess ? guess->venue : "");
    if (venue.empty()) venue = "venue";
    std::vector<std::string> names;
    for (std::size_t i = 0; i < loading.layout.venues.size(); ++i) {
        Series series;
        series.asset = asset;
        series.quote = quote;
        series.venue = loading.layout.several ? loading.layout.venues[i].venue : venue;
        names.push_back(series.venue);
        loading.series.push_back(std::move(series));
    }
    if (!source.asset || (!source.venue && !loading.layout.several))
        notes.push_back(
            fmt::format("{}: taken as {} in {} at {}{}", source.path.string(), asset, quote,
                        fmt::join(names, ", "),
                        source.asset ? "" : " (guessed from the name and the columns)"));
    return {};
}

}  // namespace

Attempt<PriceSource> parse_price_source(std::string_view argument) {
    PriceSource source;
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) {
        if (argument.empty()) return fault("--prices: expected [ASSET[/QUOTE][@VENUE]=]FILE");
        source.path = std::string(argument);
        return source;
    }
    std::string_view label = argument.substr(0, equals);
    source.path = std::string(argument.substr(equals + 1));
    if (const std::size_t at = label.find('@'); at != std::string_view::npos) {
        source.venue = std::string(label.substr(at + 1));
        label = label.substr(0, at);
    }
    if (const std::size_t slash = label.find('/'); slash != std::string_view::npos) {
        source.quote = std::string(label.substr(slash + 1));
        label = label.substr(0, slash);
    }
    source.asset = std::string(label);
    const bool good = word(*source.asset) && (!source.venue || word(*source.venue)) &&
                      (!source.quote || word(*source.quote)) && !source.path.empty();
    if (!good)
        return fault(
            "--prices: '{}' is not [ASSET[/QUOTE][@VENUE]=]FILE with names of letters, digits and "
            "-",
            argument);
    return source;
}

Attempt<PriceFile> load_prices(const PriceSource& source, FlatCandles flat) {
    BALLAST_TRY(std::string text, files::read_file(source.path));
    PriceFile file;
    file.input.path = source.path.string();
    file.input.sha256 = files::sha256_text(text);
    BALLAST_TRY(CsvReader csv, CsvReader::over(std::move(text), source.path.string()));
    Loading loading;
    loading.flat = flat;
    BALLAST_TRY(loading.layout, find_layout(csv));
    loading.flat_counts.assign(loading.layout.venues.size(), 0);
    BALLAST_CHECK(name_series(source, loading, file.notes));
    for (;;) {
        BALLAST_TRY(const bool more, csv.next());
        if (!more) break;
        BALLAST_CHECK(read_row(csv, loading));
    }
    BALLAST_TRY(const u64 interval, find_interval(csv, loading));
    finish_series(csv, loading, interval, file.notes);
    file.input.rows = loading.times.size();
    file.series = std::move(loading.series);
    return file;
}

}  // namespace ballast::replay
