/// Where answers of exchanges come from: files that somebody else writes, a directory of them, and
/// lines on the standard input.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::publisher {

struct TickerRequest {
    std::vector<std::string> tickers;  ///< `FEED=FILE`, read again when the file changes.
    std::optional<std::filesystem::path> directory;  ///< Of files FEED.json, '/' being '-'.
    int lines = -1;  ///< A descriptor to read lines `FEED ANSWER` from; -1: none.
};

/// An answer that has not been seen before.
struct Answer {
    std::string feed;
    std::string text;
    std::string place;  ///< File, or line number: for faults.
};

inline constexpr std::size_t tickers_max = 256;  ///< Files looked at.

class Tickers {
public:
    /// `feeds` are the names that may stand there.  Faults: a ticker without '=', a feed that is
    /// not among them.
    static files::Attempt<Tickers> open(TickerRequest request, std::vector<std::string> feeds);

    /// What is new since the last call; never waits.  `faults` gets a sentence for each file that
    /// cannot be read and each line that names no feed.
    [[nodiscard]] std::vector<Answer> poll(std::vector<std::string>& faults);
    /// Nothing can come any more: only lines were asked for, and they have ended.
    [[nodiscard]] bool over() const;

private:
    struct Stamp {
        std::filesystem::file_time_type time;
        std::uintmax_t bytes = 0;
        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    void look_at(const std::string& feed, const std::filesystem::path& path,
                 std::vector<Answer>& answers, std::vector<std::string>& faults);
    void read_lines(std::vector<Answer>& answers, std::vector<std::string>& faults);
    void take_line(std::string_view line, std::vector<Answer>& answers,
                   std::vector<std::string>& faults);

    TickerRequest request_;
    std::vector<std::string> feeds_;
    std::vector<std::pair<std::string, std::filesystem::path>> files_;
    std::map<std::filesystem::path, Stamp> stamps_;
    std::string rest_;       // Of a line that has not ended yet.
    bool too_long_ = false;  // That line is longer than an answer may be, and is passed over.
    u64 line_ = 0;
    bool ended_ = false;
};

}  // namespace ballast::publisher
