#include <ballast/cli/cli.hpp>
#include <ballast/replay/scenario.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

std::string assets_of(const replay::Scenario& scenario) {
    std::string assets;
    for (const replay::PriceSource& source : scenario.prices) {
        const std::string name = source.asset.value_or(source.path.stem().string());
        if (fmt::format(" {},", assets).find(fmt::format(" {},", name)) != std::string::npos)
            continue;
        assets += assets.empty() ? name : ", " + name;
    }
    return assets;
}

void list(Context& context) {
    Console& console = context.console;
    const auto names = replay::list_scenarios(scenarios_directory());
    if (names.empty()) {
        context.exit = console.fail(Exit::failed,
                                    {fmt::format("there are no scenarios in {}; set BALLAST_HOME",
                                                 scenarios_directory().string())});
        return;
    }
    nlohmann::ordered_json answer = nlohmann::ordered_json::array();
    for (const std::string& name : names) {
        const auto scenario = replay::load_scenario(scenarios_directory() / name);
        if (!scenario) {
            context.exit = console.fail(Exit::bad_input, scenario.error());
            return;
        }
        answer.push_back({{"name", name},
                          {"title", scenario->title},
                          {"assets", assets_of(*scenario)},
                          {"summary", scenario->summary},
                          {"source", scenario->source}});
        if (!console.json())
            console.print(
                fmt::format("{:<10} {:<34} {}\n", name, scenario->title, assets_of(*scenario)));
    }
    if (console.json()) console.print(answer.dump(2) + "\n");
}

}  // namespace

void add_scenarios(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("scenarios", "List the crashes of the library");
    command->footer("Examples:\n  ballast scenarios\n  ballast replay 2020-03");
    command->add_flag("--json")->description("print JSON");
    command->callback([&context] { list(context); });
}

}  // namespace ballast::cli
