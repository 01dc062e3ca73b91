#include <ballast/cli/cli.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/version/version.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>

namespace ballast::cli {
namespace {

constexpr const char* footer = R"(Examples:
  ballast replay 2020-03
  ballast replay --prices eth.csv --market maker --set "vault_type.*.auction.buffer=1.2"
  ballast compare 2020-03 --variant maker --variant ballast
  ballast market check my-market.toml

Exit codes: 0 done, 1 failed or not as required, 2 wrong command line, 3 a law is violated,
4 bad input. Markets and scenarios are found in the folder that BALLAST_HOME names.)";

std::vector<std::string> commands_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

// The first word that is no option must be a command.
bool knows_command(const CLI::App& app, int argc, char** argv, Console& console) {
    if (argc < 2 || argv[1][0] == '-') return true;
    const std::string word = argv[1];
    const auto names = commands_of(app);
    if (std::ranges::find(names, word) != names.end()) return true;
    console.fail(Exit::usage,
                 {fmt::format("'{}' is no command{}", word, market::suggestion(word, names))});
    return false;
}

Exit parse(CLI::App& app, int argc, char** argv, Context& context) {
    try {
        app.parse(argc, argv);
        return context.exit;
    } catch (const CLI::Success& asked) {
        app.exit(asked, std::cout, std::cerr);
        return Exit::done;
    } catch (const CLI::ParseError& wrong) {
        const CLI::App* command = &app;
        while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
        const std::string name = command == &app ? "ballast" : "ballast " + command->get_name();
        return context.console.fail(Exit::usage,
                                    {fmt::format("{}; see {} --help", wrong.what(), name)});
    } catch (const std::exception& failure) {
        return context.console.fail(Exit::failed, {failure.what()});
    }
}

}  // namespace

int run(int argc, char** argv) {
    // A reader of the output that goes away is told by the write, not by a signal.
    std::signal(SIGPIPE, SIG_IGN);
    Context context;
    const std::vector<std::string_view> words(argv, argv + argc);
    context.console.set_json(std::ranges::find(words, "--json") != words.end());
    CLI::App app{"Vaults that stay backed: one deterministic machine, replayed and compared.",
                 "ballast"};
    app.footer(footer);
    app.require_subcommand(1);
    app.set_version_flag("--version",
                         fmt::format("ballast {} ({})", version::number(), version::commit()));
    add_replay(app, context);
    add_compare(app, context);
    add_audit(app, context);
    add_market(app, context);
    add_margin(app, context);
    add_scenarios(app, context);
    add_presets(app, context);
    add_export(app, context);
    add_snapshot(app, context);
    add_doctor(app, context);
    add_status(app, context);
    add_hash(app, context);
    add_bisect(app, context);
    add_completion(app, context);
    add_reference(app, context);
    add_init(app, context);
    add_start(app, context);
    add_testnet(app, context);
    add_keys(app, context);
    add_query(app, context);
    add_tx(app, context);
    add_keeper(app, context);
    add_publisher(app, context);
    add_version(app, context);
    if (argc < 2) {
        fmt::print(stderr, "{}", app.help());
        return static_cast<int>(Exit::usage);
    }
    const Exit code = knows_command(app, argc, argv, context.console)
                          ? parse(app, argc, argv, context)
                          : Exit::usage;
    return static_cast<int>(context.console.flush(code));
}

}  // namespace ballast::cli
