#include <ballast/version/version.hpp>
#include <ballast/cli/cli.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {

void add_version(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("version", "Say which Ballast this is");
    command->footer("Examples:\n  ballast version\n  ballast version --json");
    command->add_flag("--json")->description("print JSON");
    command->callback([&context] {
        if (context.console.json()) {
            const nlohmann::ordered_json answer{
                {"version", version::number()}, {"commit", version::commit()}, {"home", home()}};
            context.console.print(answer.dump(2) + "\n");
            return;
        }
        context.console.print(
            fmt::format("ballast {} ({})\n", version::number(), version::commit()));
    });
}

}  // namespace ballast::cli
