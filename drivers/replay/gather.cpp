#include <ballast/replay/gather.hpp>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

Attempt<void> settle(Assumptions& assumptions,
                     const std::vector<std::pair<std::string, std::string>>& settings) {
    for (const auto& [key, value] : settings) {
        BALLAST_TRY(const bool known, set_parameter(assumptions, key, value));
        if (!known) return fault("{} is no parameter of a replay", key);
    }
    return {};
}

// Two pairs of an asset at one venue (BTC/USD and BTC/USDC) are two publishers.
void name_apart(const Setup& setup, Series& series) {
    for (const Series& other : setup.series)
        if (other.asset == series.asset && other.venue == series.venue &&
            other.quote != series.quote) {
            series.venue += "-";
            for (const char c : series.quote)
                series.venue += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            return;
        }
}

Attempt<void> load_all(Setup& setup, const std::vector<PriceSource>& sources) {
    if (sources.empty())
        return fault("there are no prices: name a scenario, or files with --prices");
    for (const PriceSource& source : sources) {
        BALLAST_TRY(PriceFile file, load_prices(source, setup.assumptions.path.flat));
        setup.inputs.push_back(std::move(file.input));
        setup.notes.insert(setup.notes.end(), file.notes.begin(), file.notes.end());
        for (Series& series : file.series) {
            name_apart(setup, series);
            setup.series.push_back(std::move(series));
        }
    }
    return {};
}

}  // namespace

bool is_parameter(std::string_view key) {
    if (key.starts_with("outside.depth.")) return true;
    bool found = false;
    const Assumptions defaults;
    each_parameter(defaults, [&](std::string_view name, const auto&, i128, i128, const char*) {
        found = found || name == key;
    });
    return found;
}

Attempt<Setup> gather(const Request& request) {
    Setup setup;
    setup.market_name = request.market_name;
    setup.market = request.market;
    setup.window = request.window;
    setup.title = "own prices";
    std::vector<PriceSource> sources;
    if (request.scenario) {
        BALLAST_TRY(const Scenario scenario, load_scenario(*request.scenario));
        setup.title = scenario.name + ": " + scenario.title;
        setup.source = scenario.source;
        if (!setup.window.from) setup.window.from = scenario.window.from;
        if (!setup.window.to) setup.window.to = scenario.window.to;
        BALLAST_CHECK(settle(setup.assumptions, scenario.settings));
        sources = scenario.prices;
    }
    BALLAST_CHECK(settle(setup.assumptions, request.settings));
    if (!request.prices.empty()) sources.clear();
    for (const std::string& argument : request.prices) {
        BALLAST_TRY(PriceSource source, parse_price_source(argument));
        sources.push_back(std::move(source));
    }
    BALLAST_CHECK(load_all(setup, sources));
    if (request.vaults) {
        BALLAST_TRY(setup.vaults, load_population(*request.vaults));
    }
    return setup;
}

}  // namespace ballast::replay
