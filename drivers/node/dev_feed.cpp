#include <ballast/node/dev.hpp>

#include <ballast/replay/random.hpp>
#include <ballast/replay/scenario.hpp>

#include <charconv>
#include <random>

namespace ballast::node {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto step = std::chrono::seconds(1);  // A publisher says one price in a second.
constexpr u64 speed_max = 100'000;
constexpr u64 scenario_step = 12;

/// What a feed's price is at a time.
struct Source {
    virtual ~Source() = default;
    /// Nothing: the feed is silent.
    virtual std::optional<Price> price(u64 elapsed_seconds) = 0;
};

/// Goes up or down by at most 0.2 % a second.
class Walk final : public Source {
public:
    Walk(Price start, u64 seed) : price_(start), random_(seed) {}
    std::optional<Price> price(u64) override {
        constexpr i64 most = 2'000;
        const i64 parts = static_cast<i64>(random_() % (2 * most + 1)) - most;
        const i128 moved = i128{price_.units()} * (1'000'000 + parts) / 1'000'000;
        price_ =
            Price::units(static_cast<i64>(std::clamp<i128>(moved, 1, amount_one * 10'000'000)));
        return price_;
    }

private:
    Price price_;
    std::mt19937_64 random_;
};

/// What was recorded, at so many recorded seconds a second; the last price stays.
class Recorded final : public Source {
public:
    Recorded(std::vector<Price> prices, u64 grid_step, u64 speed)
        : prices_(std::move(prices)), step_(grid_step), speed_(speed) {}
    std::optional<Price> price(u64 elapsed) override {
        const std::size_t at = std::min<std::size_t>(elapsed * speed_ / step_, prices_.size() - 1);
        if (prices_[at].zero()) return std::nullopt;
        return prices_[at];
    }

private:
    std::vector<Price> prices_;
    u64 step_, speed_;
};

using Sources = std::map<FeedId, std::unique_ptr<Source>>;

std::string_view base_of(std::string_view feed) {
    return feed.substr(0, feed.find('/'));
}

Price start_of(std::string_view feed) {
    const std::string_view asset = base_of(feed);
    const i64 whole = asset == "BTC" ? 60'000 : asset == "ETH" ? 2'500 : asset == "BAL" ? 10 : 1;
    return Price::units(whole * amount_one);
}

std::optional<u64> number(std::string_view text) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

files::Attempt<void> record(Sources& sources, const engine::Genesis& genesis,
                            const std::filesystem::path& directory, u64 speed) {
    BALLAST_TRY(const replay::Scenario scenario, replay::load_scenario(directory));
    std::vector<replay::Series> all;
    for (const replay::PriceSource& source : scenario.prices) {
        BALLAST_TRY(replay::PriceFile file,
                    replay::load_prices(source, replay::FlatCandles::report));
        for (replay::Series& series : file.series) {
            const auto same = [&](const replay::Series& other) {
                return other.asset == series.asset;
            };
            if (std::ranges::none_of(all, same)) all.push_back(std::move(series));
        }
    }
    std::vector<std::string> notes;
    BALLAST_TRY(const replay::Grid grid,
                replay::plan_grid(all, scenario_step, scenario.window, notes));
    for (u16 i = 0; i < genesis.oracle.feeds.size(); ++i)
        for (const replay::Series& series : all)
            if (series.asset == base_of(genesis.oracle.feeds[i].name))
                sources[FeedId{i}] = std::make_unique<Recorded>(
                    replay::trace(series, grid, replay::Hurt::fall), grid.step, speed);
    return {};
}

class Running final : public DevFeed {
public:
    Running(Sources sources, Embedded& node, Log& log)
        : sources_(std::move(sources)), node_(node), log_(log), thread_([this] { run(); }) {}
    ~Running() override {
        {
            const std::scoped_lock held(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

private:
    void run() {
        const auto begin = Steady::now();
        std::unique_lock held(mutex_);
        for (u64 elapsed = 0; !stop_; ++elapsed) {
            held.unlock();
            for (const auto& [feed, source] : sources_) say(feed, source->price(elapsed));
            held.lock();
            changed_.wait_until(held, begin + (elapsed + 1) * step, [this] { return stop_; });
        }
    }
    void say(FeedId feed, std::optional<Price> price) {
        if (!price) return;
        if (const auto said = node_.price(feed, *price); !said)
            log_.say(Level::debug, "a price of the built-in feed was refused",
                     {{"why", said.error().sentence}});
    }

    Sources sources_;
    Embedded& node_;
    Log& log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace

files::Attempt<std::unique_ptr<DevFeed>> DevFeed::start(const std::string& words,
                                                        const std::filesystem::path& scenarios,
                                                        Embedded& node, Log& log) {
    engine::Genesis genesis;
    node.chain().peek([&](const engine::Machine& machine) { genesis = machine.genesis(); });
    const std::size_t colon = words.find(':');
    const std::string kind = words.substr(0, colon);
    std::string rest = colon == std::string::npos ? "" : words.substr(colon + 1);
    const auto seed = number(rest.empty() ? "1" : rest);
    Sources sources;
    for (u16 i = 0; i < genesis.oracle.feeds.size(); ++i) {
        const FeedId feed{i};
        sources[feed] =
            std::make_unique<Walk>(start_of(genesis.oracle.feeds[i].name), seed.value_or(1) + i);
    }
    if (kind == "scenario") {
        const std::size_t at = rest.find('@');
        const auto speed = at == std::string::npos ? 1 : number(rest.substr(at + 1));
        if (!speed || *speed == 0 || *speed > speed_max)
            return files::fault("--feed {}: the speed must be a whole number from 1 to {}", words,
                                speed_max);
        BALLAST_CHECK(record(sources, genesis, scenarios / rest.substr(0, at), *speed));
    } else if (kind != "random-walk" || !seed) {
        return files::fault(
            "--feed {}: must be random-walk, random-walk:SEED or "
            "scenario:NAME[@SPEED]",
            words);
    }
    return std::make_unique<Running>(std::move(sources), node, log);
}

}  // namespace ballast::node
