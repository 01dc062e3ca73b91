#include <ballast/cli/design.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/version/version.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ballast::cli {
namespace {

std::unexpected<Refusal> refuse(Exit code, std::string sentence) {
    return std::unexpected(Refusal{code, {std::move(sentence)}});
}

std::unexpected<Refusal> refuse(const files::Fault& fault) {
    return std::unexpected(Refusal{Exit::bad_input, fault});
}

Answer<std::optional<u64>> time_of(const char* option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto time = files::parse_time(text);
    if (!time)
        return refuse(Exit::usage, fmt::format("{} {}: is no time: write 2020-03-12T06:00 (UTC) or "
                                               "seconds since 1970",
                                               option, text));
    return time;
}

// "; there are: …", or where there should be some.
std::string scenarios_near(const std::string& name) {
    const auto names = replay::list_scenarios(scenarios_directory());
    if (!names.empty()) return market::suggestion(name, names);
    return fmt::format("; there are none in {}: set BALLAST_HOME", scenarios_directory().string());
}

Answer<std::optional<std::filesystem::path>> scenario_of(const std::string& name) {
    if (name.empty()) return std::nullopt;
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::path(name) / "scenario.toml", error))
        return std::filesystem::path(name);
    const auto directory = scenarios_directory() / name;
    if (std::filesystem::exists(directory / "scenario.toml", error)) return directory;
    return refuse(Exit::usage, fmt::format("'{}' is no scenario{}", name, scenarios_near(name)));
}

using Settings = std::vector<std::pair<std::string, std::string>>;

// Options that are short for a setting.
Settings short_settings(const StudyOptions& options) {
    Settings settings;
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) settings.emplace_back(key, value);
    };
    add("population.seed", options.seed);
    add("owners.seed", options.seed);
    add("path.block_time", options.block_time);
    add("keepers.count", options.keepers);
    add("population.count", options.population);
    return settings;
}

// Parameters of the replay to `own`, everything else to the market.
Answer<void> divide(const std::vector<std::string>& arguments, Settings& own,
                    std::vector<std::string>& markets) {
    for (const std::string& argument : arguments) {
        const auto equals = argument.find('=');
        if (equals == std::string::npos || equals == 0)
            return refuse(Exit::usage, fmt::format("--set {}: expected key=value", argument));
        const std::string key = argument.substr(0, equals);
        if (replay::is_parameter(key)) {
            own.emplace_back(key, argument.substr(equals + 1));
            continue;
        }
        std::vector<std::string> known;
        for (const auto& [name, what] : replay::parameter_help()) known.push_back(name);
        const std::string group = key.substr(0, key.find('.'));
        const bool of_replay = std::ranges::any_of(
            known, [&](const std::string& name) { return name.starts_with(group + "."); });
        if (of_replay)
            return refuse(Exit::usage, fmt::format("--set {}: is no parameter of a replay{}",
                                                   argument, market::suggestion(key, known)));
        markets.push_back(argument);
    }
    return {};
}

std::string quote_of(const replay::Setup& setup, const replay::Series& series) {
    const bool priced = std::ranges::any_of(
        setup.series, [&](const replay::Series& other) { return other.asset == series.quote; });
    return priced ? series.quote : std::string();
}

}  // namespace

void add_study_options(CLI::App* command, StudyOptions& options) {
    const auto many = [](CLI::Option* option) { option->expected(1, -1)->take_all(); };
    command->add_option("scenario", options.scenario,
                        "a crash of the library (ballast scenarios), or a folder like one of it");
    many(command->add_option("--prices", options.prices,
                             "price files, each [ASSET[/QUOTE][@VENUE]=]FILE; with a scenario they "
                             "take the place of its own"));
    command->add_option("--vaults", options.vaults,
                        "a recorded population (CSV); else one is drawn");
    command
        ->add_option("--set", options.settings,
                     "change a parameter of the replay or a key of the market: key=value; may be "
                     "repeated")
        ->expected(1)
        ->take_all();
    command->add_option("--from", options.from, "begin here: 2020-03-12T06:00, UTC");
    command->add_option("--to", options.to, "end here");
    command->add_option("--seed", options.seed, "name of the seed of population and owners");
    command->add_option("--block-time", options.block_time, "seconds between blocks");
    command->add_option("--keepers", options.keepers, "number of keepers");
    command->add_option("--population", options.population, "number of vaults to draw");
    command->add_option("--out", options.out, "write a run directory here; it must not exist yet");
    command->add_option("--every", options.every, "write every n-th block to the table of blocks")
        ->check(CLI::Range(u64{1}, u64{1'000'000}));
    command->add_flag("--require-backed", options.require_backed,
                      "exit code 1 unless every unit was backed at every block");
    command->add_flag("--settings", options.list_settings,
                      "list the parameters of the replay that --set changes, and stop");
    command->add_flag("--json", options.json, "print JSON");
    command->add_flag("--progress", options.progress, "show progress though nobody watches");
}

Answer<Study> gather_study(const StudyOptions& options) {
    replay::Request request;
    auto scenario = scenario_of(options.scenario);
    if (!scenario) return std::unexpected(scenario.error());
    if (!*scenario && options.prices.empty())
        return refuse(Exit::usage, fmt::format("name a scenario, or price files with --prices{}",
                                               scenarios_near("")));
    request.scenario = *scenario;
    request.prices = options.prices;
    if (!options.vaults.empty()) request.vaults = options.vaults;
    const auto from = time_of("--from", options.from);
    if (!from) return std::unexpected(from.error());
    const auto to = time_of("--to", options.to);
    if (!to) return std::unexpected(to.error());
    request.window = {*from, *to};
    Study study;
    request.settings = short_settings(options);
    if (const auto done = divide(options.settings, request.settings, study.market_settings); !done)
        return std::unexpected(done.error());
    auto setup = replay::gather(request);
    if (!setup) return refuse(setup.error());
    study.setup = std::move(*setup);
    return study;
}

market::Instance instance_of(const replay::Setup& setup) {
    market::Instance instance;
    for (const replay::Series& series : setup.series) {
        const bool is_quote = replay::dollar_like(series.asset) &&
                              std::ranges::any_of(setup.series, [&](const replay::Series& other) {
                                  return other.quote == series.asset;
                              });
        auto& list = is_quote ? instance.quotes : instance.collateral;
        auto found = std::ranges::find(list, series.asset, &market::Priced::asset);
        if (found == list.end()) {
            list.push_back({series.asset, {}, quote_of(setup, series)});
            found = std::prev(list.end());
        }
        // Venues that quote in different assets are all converted to dollars.
        if (found->quote != quote_of(setup, series)) found->quote.clear();
        if (std::ranges::find(found->venues, series.venue) == found->venues.end())
            found->venues.push_back(series.venue);
    }
    return instance;
}

Answer<engine::Genesis> market_for(const Study& study, const std::string& name,
                                   std::vector<std::string>& notes) {
    const auto path = market::find_market(name, presets_directory());
    if (!path) return refuse(Exit::usage, path.error().sentence);
    const auto overrides = market::parse_overrides(study.market_settings);
    if (!overrides) return refuse(Exit::usage, overrides.error().sentence);
    const auto design = market::load_template(*path, *overrides);
    if (!design) return refuse(design.error());
    auto genesis = market::instantiate(*design, instance_of(study.setup), notes);
    if (!genesis) return refuse(genesis.error());
    return std::move(*genesis);
}

std::string settings_text(bool json) {
    nlohmann::ordered_json answer = nlohmann::ordered_json::object();
    std::string text;
    for (const auto& [key, what] : replay::parameter_help()) {
        answer[key] = what;
        text += fmt::format("{:<28} {}\n", key, what);
    }
    return json ? answer.dump(2) + "\n" : text;
}

std::string build_name() {
    return fmt::format("{} ({})", version::number(), version::commit());
}

}  // namespace ballast::cli
