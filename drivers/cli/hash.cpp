#include <ballast/cli/cli.hpp>
#include <ballast/engine/tables.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/digests.hpp>

namespace ballast::cli {
namespace {

struct HashOptions {
    std::string path;
    tools::Range range{0, 0, 1};  ///< 0: the first, the last.
    u64 height = 0;
    bool progress = false;
};

std::string text_of(const tools::Trace& trace) {
    std::string out;
    for (const tools::Digests& digests : trace.heights) {
        out += fmt::format("{:>10}  {}{}\n", digests.height, files::hex_text(digests.root),
                           digests.root == digests.recorded ? "" : "  NOT AS RECORDED");
        if (trace.heights.size() > 1) continue;
        for (std::size_t i = 0; i < digests.tables.size(); ++i)
            out += fmt::format("{:<24} {}\n", engine::table_name(i),
                               files::hex_text(digests.tables[i]));
    }
    if (!trace.stopped.empty()) out += "stopped: " + trace.stopped + "\n";
    return out;
}

/// The heights that are wanted, of those from `first` to `last`.
files::Attempt<tools::Range> range_of(const HashOptions& options, u64 first, u64 last) {
    tools::Range range = options.range;
    if (range.from == 0) range.from = first;
    if (range.to == 0) range.to = last;
    if (options.height != 0) range.from = range.to = options.height;
    if (range.from > last)
        return files::fault("height {} is asked for, and {} is the last", range.from, last);
    if (const u64 lowest = std::min(range.from, range.to); lowest < first)
        return files::fault("height {} is asked for, and {} is the first that can be replayed",
                            lowest, first);
    if (range.from > range.to)
        return files::fault("--from {} --to {}: no height is from {} to {}", range.from, range.to,
                            range.from, range.to);
    return range;
}

void print_digests(const HashOptions& options, Context& context) {
    Console& console = context.console;
    console.show_progress(options.progress);
    const auto history = tools::History::open(options.path);
    if (!history) {
        context.exit = console.fail(Exit::bad_input, history.error());
        return;
    }
    const auto range = range_of(options, std::max<u64>((*history)->base(), 1), (*history)->last());
    if (!range) {
        context.exit = console.fail(Exit::bad_input, range.error());
        return;
    }
    const auto trace = tools::digests(**history, *range, [&](u64 height) {
        if (height % 256 == 0) console.progress("replaying, blocks", height, (*history)->last());
    });
    if (!trace) {
        context.exit = console.fail(Exit::bad_input, trace.error());
        return;
    }
    console.print(console.json() ? tools::to_json(*trace).dump(2) + "\n" : text_of(*trace));
    const bool as_recorded = std::ranges::all_of(trace->heights, [](const tools::Digests& digests) {
        return digests.root == digests.recorded;
    });
    if (!trace->stopped.empty() || !as_recorded) context.exit = Exit::broken;
}

}  // namespace

void add_hash(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("hash", "Replay a log and print what this build makes of each block");
    command->footer(
        "Examples:\n  ballast hash market.log --height 1200\n"
        "  ballast hash ~/.ballast --from 1000 --to 2000 --every 100 --json\n\n"
        "With one height, the digest of every table too; with --json, always. Exit code 3 where a\n"
        "root is not the recorded one, or a block is not accepted.");
    const auto options = std::make_shared<HashOptions>();
    command->add_option("log", options->path, "a log of blocks, or the home of a node")->required();
    command->add_option("--height", options->height, "only this height")
        ->check(CLI::PositiveNumber);
    command->add_option("--from", options->range.from, "first height (default: the first)")
        ->check(CLI::PositiveNumber);
    command->add_option("--to", options->range.to, "last height (default: the last)")
        ->check(CLI::PositiveNumber);
    command->add_option("--every", options->range.every, "only every so many blocks")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_flag("--json")->description("print JSON");
    command->add_flag("--progress", options->progress, "show progress though nobody watches");
    command->callback([options, &context] { print_digests(*options, context); });
}

}  // namespace ballast::cli
