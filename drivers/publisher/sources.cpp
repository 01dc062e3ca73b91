#include <ballast/publisher/sources.hpp>

#include <ballast/files/csv.hpp>
#include <ballast/publisher/ticker.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace ballast::publisher {

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr int chunks_max = 16;  // Read at one time.

// The feed whose name, '/' being '-', is the file's.
const std::string* feed_of_file(const std::vector<std::string>& feeds, const std::string& stem) {
    for (const std::string& feed : feeds) {
        std::string name = feed;
        std::ranges::replace(name, '/', '-');
        if (name == stem) return &feed;
    }
    return nullptr;
}

}  // namespace

files::Attempt<Tickers> Tickers::open(TickerRequest request, std::vector<std::string> feeds) {
    Tickers tickers;
    for (const std::string& argument : request.tickers) {
        const std::size_t equals = argument.find('=');
        if (equals == std::string::npos)
            return files::fault("--ticker {}: is not FEED=FILE", argument);
        const std::string feed = argument.substr(0, equals);
        if (std::ranges::find(feeds, feed) == feeds.end())
            return files::fault("--ticker {}: '{}' is none of this publisher's feeds, {}", argument,
                                feed, fmt::join(feeds, ", "));
        tickers.files_.emplace_back(feed, argument.substr(equals + 1));
    }
    tickers.request_ = std::move(request);
    tickers.feeds_ = std::move(feeds);
    return tickers;
}

std::vector<Answer> Tickers::poll(std::vector<std::string>& faults) {
    std::vector<Answer> answers;
    for (const auto& [feed, path] : files_) look_at(feed, path, answers, faults);
    if (request_.directory) {
        std::error_code failure;
        std::vector<std::filesystem::path> paths;
        for (const auto& entry :
             std::filesystem::directory_iterator(*request_.directory, failure)) {
            if (paths.size() == tickers_max) break;
            if (entry.path().extension() == ".json") paths.push_back(entry.path());
        }
        if (failure)
            faults.push_back(
                fmt::format("{}: {}", request_.directory->string(), failure.message()));
        std::ranges::sort(paths);
        for (const auto& path : paths)
            if (const std::string* feed = feed_of_file(feeds_, path.stem().string()))
                look_at(*feed, path, answers, faults);
    }
    if (request_.lines >= 0 && !ended_) read_lines(answers, faults);
    return answers;
}

bool Tickers::over() const {
    return files_.empty() && !request_.directory && (request_.lines < 0 || ended_);
}

void Tickers::look_at(const std::string& feed, const std::filesystem::path& path,
                      std::vector<Answer>& answers, std::vector<std::string>& faults) {
    std::error_code failure;
    Stamp stamp;
    stamp.time = std::filesystem::last_write_time(path, failure);
    if (!failure) stamp.bytes = std::filesystem::file_size(path, failure);
    const auto seen = stamps_.find(path);
    if (seen != stamps_.end() && seen->second == stamp) return;
    stamps_[path] = stamp;
    if (failure) {
        faults.push_back(fmt::format("{}: {}", path.string(), failure.message()));
        return;
    }
    if (stamp.bytes > ticker_bytes_max) {
        faults.push_back(fmt::format("{}: {} bytes; the most is {}", path.string(), stamp.bytes,
                                     ticker_bytes_max));
        return;
    }
    auto text = files::read_file(path);
    if (text)
        answers.push_back({feed, std::move(*text), path.string()});
    else
        faults.push_back(text.error().sentence);
}

void Tickers::read_lines(std::vector<Answer>& answers, std::vector<std::string>& faults) {
    std::array<char, chunk_bytes> chunk{};
    for (int i = 0; i < chunks_max; ++i) {
        pollfd waiting{request_.lines, POLLIN, 0};
        if (::poll(&waiting, 1, 0) <= 0) return;
        const ssize_t count = ::read(request_.lines, chunk.data(), chunk.size());
        if (count <= 0) {
            ended_ = true;
            if (!rest_.empty()) take_line(rest_, answers, faults);
            return;
        }
        std::string_view bytes(chunk.data(), static_cast<std::size_t>(count));
        for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;
             end = bytes.find('\n')) {
            rest_ += bytes.substr(0, end);
            take_line(rest_, answers, faults);
            rest_.clear();
            too_long_ = false;
            bytes.remove_prefix(end + 1);
        }
        rest_ += bytes;
        if (rest_.size() > ticker_bytes_max) too_long_ = true, rest_.clear();
    }
}

void Tickers::take_line(std::string_view line, std::vector<Answer>& answers,
                        std::vector<std::string>& faults) {
    ++line_;
    if (too_long_) {
        faults.push_back(fmt::format("line {}: longer than {} bytes", line_, ticker_bytes_max));
        return;
    }
    const std::size_t brace = line.find('{');
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    std::string_view name = line.substr(0, brace);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (brace == std::string_view::npos || std::ranges::find(feeds_, name) == feeds_.end()) {
        faults.push_back(fmt::format("line {}: '{}' is none of this publisher's feeds, {}", line_,
                                     name.substr(0, 64), fmt::join(feeds_, ", ")));
        return;
    }
    answers.push_back(
        {std::string(name), std::string(line.substr(brace)), fmt::format("line {}", line_)});
}

}  // namespace ballast::publisher
