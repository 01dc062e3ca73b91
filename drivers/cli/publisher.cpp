#include <ballast/publisher/publisher.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/cli/option_values.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/replay/scenario.hpp>

#include <unistd.h>

namespace ballast::cli {
namespace {

using files::Attempt;
using files::fault;
using Json = nlohmann::ordered_json;

struct PublisherOptions {
    KeyOptions key;
    std::vector<std::string> nodes{"http://127.0.0.1:7420"};
    std::string publisher = "dev";
    std::vector<std::string> feeds;
    std::string scenario;
    std::vector<std::string> prices;
    std::vector<std::string> tickers;
    std::string directory;
    bool lines = false;
    std::string from, to, venue;
    std::string step = "12s";
    std::string speed = "1";
    bool warp = false;
    std::string socket;
    bool last = false;
    std::string confidence = "0";
    std::string stale = "60s";
    std::string every = "1s";
    u64 seed = 1;
    std::string jitter = "0s";
    std::vector<std::string> outages;
    std::string drop = "0";
    std::string bias = "0";
    bool json = false;
};

constexpr u64 speed_max = 1'000'000;

Attempt<u64> speed_of(const std::string& text) {
    if (text == "max") return 0;
    BALLAST_TRY(const i128 speed, read_number("--speed", text, 0, 1, speed_max));
    return static_cast<u64>(speed);
}

Attempt<std::filesystem::path> scenario_named(const std::string& name) {
    for (const auto& folder : {std::filesystem::path(name), scenarios_directory() / name}) {
        std::error_code error;
        if (std::filesystem::exists(folder / "scenario.toml", error)) return folder;
    }
    return fault("'{}' is no scenario{}", name,
                 market::suggestion(name, replay::list_scenarios(scenarios_directory())));
}

Attempt<void> read_course(const PublisherOptions& options, publisher::Options& out) {
    if (options.scenario.empty() && options.prices.empty()) return {};
    publisher::CourseRequest course;
    if (!options.scenario.empty()) {
        BALLAST_TRY(course.scenario, scenario_named(options.scenario));
    }
    course.prices = options.prices;
    BALLAST_TRY(course.window.from, read_time("--from", options.from));
    BALLAST_TRY(course.window.to, read_time("--to", options.to));
    BALLAST_TRY(course.step, read_seconds("--step", options.step, 86'400));
    if (course.step == 0) return fault("--step {}: must be at least 1 s", options.step);
    if (!options.venue.empty()) course.venue = options.venue;
    out.course = std::move(course);
    return {};
}

Attempt<void> read_tickers(const PublisherOptions& options, publisher::Options& out) {
    out.tickers.tickers = options.tickers;
    if (!options.directory.empty()) out.tickers.directory = options.directory;
    if (options.lines) out.tickers.lines = STDIN_FILENO;
    const bool any = !options.tickers.empty() || !options.directory.empty() || options.lines;
    if (any == out.course.has_value())
        return fault(
            "name either recorded prices (SCENARIO, --prices) or tickers (--ticker, "
            "--tickers, --stdin)");
    if (options.warp && !out.course) return fault("--warp goes with recorded prices alone");
    out.rules.last = options.last;
    BALLAST_TRY(out.rules.stale_seconds, read_seconds("--stale", options.stale, 86'400));
    BALLAST_TRY(const u64 every, read_seconds("--every", options.every, 3'600));
    out.every = std::chrono::milliseconds(std::max<u64>(every * 1000, 100));
    return {};
}

Attempt<void> read_trouble(const PublisherOptions& options, publisher::Trouble& out) {
    const Ratio one = Ratio::units(ratio_one);
    out.seed = options.seed;
    BALLAST_TRY(out.jitter_seconds, read_seconds("--jitter", options.jitter, 3'600));
    for (const std::string& text : options.outages) {
        BALLAST_TRY(const publisher::Outage outage, publisher::parse_outage(text));
        out.outages.push_back(outage);
    }
    BALLAST_TRY(out.drop, read_ratio("--drop", options.drop, Ratio(), one));
    BALLAST_TRY(out.bias, read_ratio("--bias", options.bias, Ratio::units(1 - ratio_one),
                                     Ratio::units(10 * i64{ratio_one})));
    return {};
}

Attempt<publisher::Options> read_options(const PublisherOptions& options) {
    publisher::Options out;
    out.nodes = options.nodes;
    out.publisher = options.publisher;
    out.feeds = options.feeds;
    BALLAST_CHECK(read_course(options, out));
    BALLAST_CHECK(read_tickers(options, out));
    BALLAST_CHECK(read_trouble(options, out.trouble));
    BALLAST_TRY(out.pace.speed, speed_of(options.speed));
    BALLAST_TRY(out.confidence,
                read_ratio("--confidence", options.confidence, Ratio(), Ratio::units(ratio_one)));
    out.rules.confidence = out.confidence;
    if (options.warp)
        out.pace.warp =
            !options.socket.empty()
                ? options.socket
                : "unix:" + (std::filesystem::path(options.key.home) / "node.sock").string();
    return out;
}

std::string_view name(publisher::Notice::Kind kind) {
    switch (kind) {
        case publisher::Notice::Kind::start: return "start";
        case publisher::Notice::Kind::price: return "price";
        case publisher::Notice::Kind::fault: return "fault";
    }
    std::unreachable();
}

void tell(const publisher::Notice& notice, bool json) {
    say_now(json ? Json{{"kind", name(notice.kind)}, {"text", notice.text}}.dump()
                 : fmt::format("{:<6} {}", name(notice.kind), notice.text),
            notice.kind == publisher::Notice::Kind::fault && !json);
}

void print_counters(const publisher::Counters& counters, Console& console) {
    Json nodes = Json::array();
    std::string text =
        fmt::format("seen {}, sent {}, dropped {}, older {}, no price {}\n", counters.seen,
                    counters.sent, counters.dropped, counters.older, counters.bad);
    for (const auto& [url, node] : counters.nodes) {
        nodes.push_back({{"node", url},
                         {"taken", node.taken},
                         {"refused", node.refused},
                         {"overrun", node.overrun},
                         {"retries", node.retries},
                         {"reasons", node.reasons}});
        text += fmt::format("{}: taken {}, refused {}, overrun {}, retries {}\n", url, node.taken,
                            node.refused, node.overrun, node.retries);
        for (const auto& [reason, count] : node.reasons)
            text += fmt::format("  {:>8}  {}\n", count, reason);
    }
    const Json json{{"kind", "summary"},       {"seen", counters.seen},
                    {"sent", counters.sent},   {"dropped", counters.dropped},
                    {"older", counters.older}, {"bad", counters.bad},
                    {"nodes", nodes}};
    console.print(console.json() ? json.dump() + "\n" : text);
}

void run_publisher(const PublisherOptions& options, Context& context) {
    Console& console = context.console;
    const auto begun = begin(read_options(options), options.key, context);
    if (!begun) return;
    const auto counters =
        publisher::publish(begun->options, begun->signer, stop_on_signals(),
                           [&](const auto& notice) { tell(notice, console.json()); });
    if (!counters) {
        context.exit = console.fail(Exit::failed, counters.error());
        return;
    }
    print_counters(*counters, console);
    u64 taken = 0;
    for (const auto& [url, node] : counters->nodes) taken += node.taken;
    if (counters->sent > 0 && taken == 0) context.exit = Exit::failed;
}

void add_sources(CLI::App* command, PublisherOptions& options) {
    command->add_option("scenario", options.scenario, "a crash of the library (ballast scenarios)");
    command
        ->add_option("--prices", options.prices, "price files, each [ASSET[/QUOTE][@VENUE]=]FILE")
        ->allow_extra_args(false);
    command->add_option("--from", options.from, "first time of recorded prices");
    command->add_option("--to", options.to, "last time of recorded prices");
    command->add_option("--step", options.step, "seconds between two recorded prices")
        ->capture_default_str();
    command->add_option("--venue", options.venue, "only this venue's recorded prices");
    command->add_option("--speed", options.speed, "recorded seconds per second, or max")
        ->capture_default_str();
    command->add_flag("--warp", options.warp, "moves a development node's clock along");
    command->add_option("--socket", options.socket,
                        "local socket for --warp, unix:PATH; HOME/node.sock if not given");
    command
        ->add_option("--ticker", options.tickers,
                     "FEED=FILE, an exchange's answer, read again when it changes")
        ->allow_extra_args(false);
    command->add_option("--tickers", options.directory,
                        "folder of such files, FEED.json with '-' for '/'");
    command->add_flag("--stdin", options.lines, "lines FEED ANSWER from the standard input");
    command->add_flag("--last", options.last, "the last trade instead of the middle of the book");
    command->add_option("--stale", options.stale, "oldest answer that counts")
        ->capture_default_str();
    command->add_option("--every", options.every, "between two looks at files")
        ->capture_default_str();
}

void add_troubles(CLI::App* command, PublisherOptions& options) {
    command->add_option("--seed", options.seed, "of all that goes wrong on purpose")
        ->capture_default_str();
    command->add_option("--jitter", options.jitter, "reports come up to so much late")
        ->capture_default_str();
    command->add_option("--outage", options.outages, "START:LENGTH of silence; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--drop", options.drop, "share of reports that are lost")
        ->capture_default_str();
    command->add_option("--bias", options.bias, "added to every price, as a part of it")
        ->capture_default_str();
}

}  // namespace

void add_publisher(CLI::App& app, Context& context) {
    auto options = std::make_shared<PublisherOptions>();
    CLI::App* command = app.add_subcommand(
        "publisher", "Sign prices, recorded ones or exchanges', and bring them to nodes.");
    command->add_option("--node", options->nodes, "a node to bring them to; may be repeated")
        ->allow_extra_args(false)
        ->envname("BALLAST_NODE")
        ->capture_default_str();
    command->add_option("--publisher", options->publisher, "its name in the market")
        ->capture_default_str();
    command->add_option("--feed", options->feeds, "only this feed; may be repeated")
        ->allow_extra_args(false);
    add_key_options(command, options->key);
    add_sources(command, *options);
    command
        ->add_option("--confidence", options->confidence,
                     "reported with the price, as a part of it; without it half the spread")
        ->capture_default_str();
    add_troubles(command, *options);
    command->add_flag("--json", options->json, "one JSON object per line");
    command->footer(
        "Examples:\n"
        "  ballast publisher 2020-03 --dev-key publisher --speed 1440 --warp\n"
        "  ballast publisher --prices eth.csv --key alpha --publisher alpha --speed 60\n"
        "  ballast publisher --tickers /var/lib/tickers --key alpha --publisher alpha\n"
        "  ballast publisher 2020-03 --dev-key publisher --jitter 20s --outage 2h:15m --drop 0.1\n"
        "\nExchanges' answers are of Coinbase, Bitstamp, Kraken, Binance and Deribit;\n"
        "docs/methods/publisher.md.");
    command->callback([options, &context] { run_publisher(*options, context); });
}

}  // namespace ballast::cli
