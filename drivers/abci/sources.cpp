#include <ballast/abci/sources.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace ballast::abci {
namespace {

/// When the machine last heard of a publisher on a feed; 0: never.  Nothing where the publisher is
/// no source of the feed.
std::optional<u64> heard(const engine::Machine& machine, FeedId feed, PublisherId publisher) {
    const auto& feeds = machine.genesis().oracle.feeds;
    std::size_t row = 0;
    for (std::size_t i = 0; i < feed.value(); ++i) row += feeds[i].sources.size();
    const auto& sources = feeds[feed.value()].sources;
    const auto place = std::ranges::find(sources, publisher, &oracle::Source::publisher);
    if (place == sources.end()) return std::nullopt;
    row += static_cast<std::size_t>(place - sources.begin());
    return machine.state().oracle.sources[static_cast<u32>(row)].time;
}

files::Attempt<Price> price_of(const std::filesystem::path& file, const std::string& feed,
                               const nlohmann::json& value) {
    if (!value.is_string())
        return files::fault("{}: {}: {}: expected a decimal in quotes", file.string(), feed,
                            value.dump());
    const std::string text = value.get<std::string>();
    const auto units =
        files::parse_decimal(text, files::money_decimals, Round::down, limits::price_max.units());
    if (!units || *units <= 0)
        return files::fault("{}: {}: '{}': expected a price above zero", file.string(), feed, text);
    return Price::units(static_cast<i64>(*units));
}

u64 seconds_of(std::filesystem::file_time_type time) {
    const auto system = std::chrono::file_clock::to_sys(time);
    return static_cast<u64>(
        std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count());
}

}  // namespace

Sources::Sources(const engine::Genesis& genesis, Options options)
    : genesis_(genesis), chain_(engine::digest_of(genesis)), options_(std::move(options)) {}

Result<void> Sources::offer(const oracle::Report& report) {
    if (options_.publisher != report.publisher) return no(Reject::unknown_publisher);
    if (report.feed.value() >= genesis_.oracle.feeds.size()) return no(Reject::unknown_feed);
    const std::lock_guard lock(mutex_);
    const auto known = newest_.find(report.feed);
    if (known != newest_.end() && report.time <= known->second.time)
        return no(Reject::report_not_newer);
    const auto& key = genesis_.oracle.publishers[report.publisher.value()].key;
    if (!key || !crypto::verify(*key, oracle::signed_bytes(report, chain_), report.signature))
        return no(Reject::bad_signature);
    newest_[report.feed] = report;
    return {};
}

files::Attempt<void> Sources::read_file() {
    std::error_code none;
    const auto changed = std::filesystem::last_write_time(options_.file, none);
    if (none || changed == seen_) return {};
    const auto size = std::filesystem::file_size(options_.file, none);
    if (none || size > prices_file_bytes_max)
        return files::fault("{}: {} bytes; at most {} are read", options_.file.string(), size,
                            prices_file_bytes_max);
    BALLAST_TRY(const std::string text, files::read_file(options_.file));
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return files::fault("{}: expected an object of prices by feed", options_.file.string());
    std::map<FeedId, oracle::Report> read;
    for (const auto& [name, value] : json.items()) {
        const auto& feeds = genesis_.oracle.feeds;
        const auto feed = std::ranges::find(feeds, name, &oracle::FeedTerms::name);
        if (feed == feeds.end())
            return files::fault("{}: the market has no feed '{}'", options_.file.string(), name);
        BALLAST_TRY(const Price price, price_of(options_.file, name, value));
        const FeedId id(static_cast<u16>(feed - feeds.begin()));
        oracle::Report report{*options_.publisher, id, price, {}, seconds_of(changed), {}};
        BALLAST_CHECK(options_.signer->sign(report, chain_));
        read.emplace(id, report);
    }
    for (const auto& [feed, report] : read)
        if (newest_[feed].time <= report.time) newest_[feed] = report;
    seen_ = changed;
    return {};
}

Sources::Said Sources::fresh(const engine::Machine& machine, u64 now) {
    const std::lock_guard lock(mutex_);
    Said said;
    if (options_.publisher && options_.signer && !options_.file.empty())
        if (auto read = read_file(); !read) said.fault = read.error();
    for (const auto& [feed, report] : newest_) {
        const std::optional<u64> last = heard(machine, feed, report.publisher);
        const bool fresh = report.time <= now &&
                           now - report.time <= genesis_.oracle.feeds[feed.value()].fresh_seconds;
        if (last && *last < report.time && fresh) said.reports.push_back(report);
    }
    return said;
}

}  // namespace ballast::abci
