#include <ballast/tools/doctor.hpp>
#include <ballast/abci/run.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/version/version.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ballast::cli {
namespace {

void examine(const std::string& home, Context& context) {
    const std::string program = std::string(version::number());
    const auto findings = tools::examine(home, program, abci::find_comet({}, cli::home()));
    nlohmann::ordered_json answer = nlohmann::ordered_json::array();
    for (const tools::Finding& finding : findings) {
        answer.push_back({{"check", finding.check},
                          {"level", tools::word(finding.level)},
                          {"says", finding.says}});
        if (!context.console.json())
            context.console.print(fmt::format("{:<5} {:<15} {}\n", tools::word(finding.level),
                                              finding.check, finding.says));
    }
    if (context.console.json()) context.console.print(answer.dump(2) + "\n");
    if (std::ranges::count(findings, tools::Level::fail, &tools::Finding::level) != 0)
        context.exit = Exit::failed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("doctor", "Look for what stands in the way of a node");
    command->footer(
        "Examples:\n  ballast doctor\n  ballast doctor --home ./node --json\n\n"
        "Configuration, keys, store, snapshots, clock, disk, limits, port, consensus. A running\n"
        "node is not disturbed. Exit code 1 where something fails.");
    const auto home = std::make_shared<std::string>();
    add_home_option(command, *home);
    command->add_flag("--json")->description("print JSON");
    command->callback([home, &context] { examine(*home, context); });
}

}  // namespace ballast::cli
