/// Recorded prices as they were at each step of time: a crash of the library, or price files.
#pragma once

#include <ballast/replay/path.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::publisher {

struct CourseRequest {
    std::optional<std::filesystem::path> scenario;  ///< A directory of the crash library.
    std::vector<std::string> prices;   ///< `[ASSET[/QUOTE][@VENUE]=]FILE`; with a scenario they
                                       ///< replace its prices.
    replay::Window window;             ///< Ends that are absent are the scenario's.
    u64 step = 12;                     ///< Seconds between two prices; shorter where the candles
                                       ///< are.
    std::optional<std::string> venue;  ///< Only this venue's prices.
};

/// What one venue says about one asset, at each step; 0: nothing.
struct Line {
    std::string asset;
    std::string quote;
    std::string venue;
    std::vector<Price> prices;
};

struct Course {
    replay::Grid grid;
    std::vector<Line> lines;
    std::vector<std::string> notes;  ///< What was guessed or left out, in sentences.
};

/// Draws the prices as a replay does (docs/methods/replay.md, section 2).  Faults as the readers'
/// of prices and scenarios; no prices; a venue that is not there, with those that are.
[[nodiscard]] files::Attempt<Course> load_course(const CourseRequest& request);

/// The line that a feed follows: the first of the feed's asset and quote ("ETH/USD"), where the
/// dollar and its kin (USDT, USDC, …) count as one; or the asset's alone where the feed's name has
/// no quote.  Nothing where there is none.
[[nodiscard]] std::optional<std::size_t> line_of(const Course& course, std::string_view feed);

}  // namespace ballast::publisher
