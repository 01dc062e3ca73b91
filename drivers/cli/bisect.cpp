#include <ballast/tools/bisect.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/digests.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

using Json = nlohmann::ordered_json;

struct BisectOptions {
    std::string a;
    std::string b;
    std::string with;
    bool progress = false;
};

std::string room_of(const std::string& table) {
    return table.substr(0, table.find('.'));
}

Json json_of(const tools::Difference& difference) {
    Json answer{{"differ", difference.found},
                {"compared", {{"from", difference.compared_from}, {"to", difference.compared_to}}},
                {"roots_asked", difference.roots_asked}};
    if (difference.found) {
        answer["height"] = difference.height;
        answer["recorded"] = {files::hex_text(difference.recorded_a),
                              files::hex_text(difference.recorded_b)};
        answer["content"] = difference.content;
        answer["tables"] = Json::array();
        for (const tools::TableDifference& table : difference.tables)
            answer["tables"].push_back({{"table", table.name},
                                        {"room", room_of(table.name)},
                                        {"a", files::hex_text(table.a)},
                                        {"b", files::hex_text(table.b)},
                                        {"pages", table.pages}});
    }
    answer["notes"] = difference.notes;
    return answer;
}

std::string text_of(const tools::Difference& difference) {
    std::string out;
    if (!difference.found)
        out = fmt::format("the same: every block and root from {} to {}\n",
                          difference.compared_from, difference.compared_to);
    else if (difference.height == 0)
        out = "two chains: they differ at genesis\n";
    else
        out = fmt::format("differ first at height {}\n  A recorded {}\n  B recorded {}\n",
                          difference.height, files::hex_text(difference.recorded_a),
                          files::hex_text(difference.recorded_b));
    if (difference.found && difference.height != 0 && difference.content.empty())
        out += "the block is the same in both\n";
    for (const std::string& line : difference.content) out += line + "\n";
    for (const tools::TableDifference& table : difference.tables) {
        out += fmt::format("room {}: table {}", room_of(table.name), table.name);
        for (std::size_t i = 0; i < table.pages.size(); ++i)
            out += fmt::format("{} {} to {}", i == 0 ? ", rows" : ",", table.pages[i] * 16,
                               table.pages[i] * 16 + 15);
        out += "\n";
    }
    for (const std::string& note : difference.notes) out += note + "\n";
    return out;
}

/// Neither build gets to the end of what was to be compared.
bool stops_early(const tools::BuildDifference& difference, const tools::Range& range) {
    return !difference.found && difference.reached < range.to;
}

Json json_of(const tools::BuildDifference& difference, const tools::Range& range) {
    const u64 to = difference.found ? range.to : difference.reached;
    Json answer{{"differ", difference.found},
                {"compared", {{"from", range.from}, {"to", to}}},
                {"replays", difference.rounds}};
    if (difference.found) {
        answer["height"] = difference.height;
        answer["roots"] = {files::hex_text(difference.a.root), files::hex_text(difference.b.root)};
        answer["tables"] = Json::array();
        for (const std::string& table : difference.tables)
            answer["tables"].push_back({{"table", table}, {"room", room_of(table)}});
    }
    answer["notes"] = difference.notes;
    return answer;
}

std::string text_of(const tools::BuildDifference& difference, const tools::Range& range) {
    std::string out;
    if (stops_early(difference, range) && difference.reached < range.from)
        out = fmt::format("both builds stop before height {}\n", range.from);
    else if (stops_early(difference, range))
        out = fmt::format("both builds agree from {} to {} and stop there, before {}\n", range.from,
                          difference.reached, range.to);
    else if (!difference.found)
        out = fmt::format("the same: both builds agree from {} to {}\n", range.from, range.to);
    else
        out = fmt::format("differ first at height {}\n  this build  {}\n  other build {}\n",
                          difference.height, files::hex_text(difference.a.root),
                          files::hex_text(difference.b.root));
    for (const std::string& table : difference.tables)
        out += fmt::format("room {}: table {}\n", room_of(table), table);
    for (const std::string& note : difference.notes) out += note + "\n";
    return out;
}

Exit compare_histories(const BisectOptions& options, const tools::History& a, Console& console) {
    const auto b = tools::History::open(options.b);
    if (!b) return console.fail(Exit::bad_input, b.error());
    const auto difference = tools::bisect(a, **b, [&console](u64 height) {
        if (height % 256 == 0) console.progress("replaying, blocks", height, 0);
    });
    if (!difference) return console.fail(Exit::bad_input, difference.error());
    console.print(console.json() ? json_of(*difference).dump(2) + "\n" : text_of(*difference));
    return difference->found ? Exit::broken : Exit::done;
}

Exit compare_builds(const BisectOptions& options, const tools::History& history, Console& console) {
    const tools::Range range{history.first(), history.last(), 1};
    if (range.from > range.to)
        return console.fail(Exit::bad_input, {options.a + ": has no block yet"});
    const auto difference = tools::bisect_builds(
        [&history](tools::Range part) { return tools::digests(history, part); },
        tools::other_build(options.with, options.a), range);
    if (!difference) return console.fail(Exit::failed, difference.error());
    console.print(console.json() ? json_of(*difference, range).dump(2) + "\n"
                                 : text_of(*difference, range));
    return difference->found || stops_early(*difference, range) ? Exit::broken : Exit::done;
}

void bisect_command(const BisectOptions& options, Context& context) {
    Console& console = context.console;
    console.show_progress(options.progress);
    if (options.b.empty() == options.with.empty()) {
        context.exit = console.fail(
            Exit::usage,
            {"name a second log, or another build with --with; see ballast bisect --help"});
        return;
    }
    const auto a = tools::History::open(options.a);
    if (!a)
        context.exit = console.fail(Exit::bad_input, a.error());
    else
        context.exit = options.with.empty() ? compare_histories(options, **a, console)
                                            : compare_builds(options, **a, console);
}

}  // namespace

void add_bisect(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("bisect", "Find where two logs, or two builds, begin to differ");
    command->footer(
        "Examples:\n  ballast bisect node1/home node2/home\n"
        "  ballast bisect before.log after.log --json\n"
        "  ballast bisect ~/.ballast --with ./ballast-0.2\n\n"
        "Says the first height, what differs in the block, and the rooms and rows of the state\n"
        "after it. Where the blocks are the same and only a recorded root differs, the rooms are\n"
        "those of the next snapshot of that side; without one they cannot be named.\n"
        "Exit code 0: no difference; 3: there is one, or neither build gets to the end.");
    const auto options = std::make_shared<BisectOptions>();
    command->add_option("a", options->a, "a log of blocks, or the home of a node")->required();
    command->add_option("b", options->b, "the other one");
    command->add_option("--with", options->with, "another build of ballast, to replay `a` with");
    command->add_flag("--json")->description("print JSON");
    command->add_flag("--progress", options->progress, "show progress though nobody watches");
    command->callback([options, &context] { bisect_command(*options, context); });
}

}  // namespace ballast::cli
