#include <ballast/tools/export.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/cli/broken.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

struct ExportOptions {
    std::string path;
    u64 height = 0;
    std::string out;
    bool log = false;
    bool progress = false;
};

files::Attempt<std::string> text_of(const ExportOptions& options, Console& console) {
    BALLAST_TRY(const auto history, tools::History::open(options.path));
    std::string text;
    const tools::Sink sink = [&text](std::string_view part) -> files::Attempt<void> {
        text += part;
        return {};
    };
    const auto progress = [&console, &history](u64 height) {
        if (height % 256 == 0) console.progress("reading, blocks", height, history->last());
    };
    if (options.log) {
        BALLAST_CHECK(tools::export_log(*history, sink, progress));
        return text;
    }
    const u64 height = options.height == 0 ? history->last() : options.height;
    if (height > history->last())
        return files::fault("height {} is asked for, and {} is the last", height, history->last());
    BALLAST_TRY(const engine::Machine machine, tools::machine_at(*history, height, progress));
    BALLAST_CHECK(tools::export_state(machine, sink));
    return text;
}

void export_command(const ExportOptions& options, Context& context) {
    Console& console = context.console;
    console.show_progress(options.progress);
    if (options.log && (options.out.empty() || options.height != 0)) {
        context.exit = console.fail(
            Exit::usage, {"--log writes a file of bytes, of all blocks: name it with --out, and "
                          "leave --height out"});
        return;
    }
    const auto text = text_of(options, console);
    if (!text) {
        context.exit = console.fail(exit_of(text.error(), Exit::bad_input), text.error());
        return;
    }
    if (options.out.empty()) return console.print(*text);
    const ByteView bytes(reinterpret_cast<const u8*>(text->data()), text->size());
    if (const auto written = chain::write_file(options.out, bytes); !written) {
        context.exit = console.fail(Exit::failed, written.error());
        return;
    }
    console.print(
        console.json()
            ? nlohmann::ordered_json{{"file", options.out}, {"bytes", text->size()}}.dump(2) + "\n"
            : fmt::format("{}: {} bytes\n", options.out, text->size()));
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("export", "Write the state of a node as JSON, or its blocks as a log");
    command->footer(
        "Examples:\n  ballast export ~/.ballast --out state.json\n"
        "  ballast export ~/.ballast --height 1200\n"
        "  ballast export ~/.ballast --log --out blocks.log && ballast audit blocks.log\n\n"
        "The state is replayed from the nearest snapshot and compared with the log's roots. The\n"
        "same state always gives the same bytes.");
    const auto options = std::make_shared<ExportOptions>();
    command->add_option("home", options->path, "the home of a node, or a log of blocks")
        ->required();
    command->add_option("--height", options->height, "the state after this block (default: last)")
        ->check(CLI::PositiveNumber);
    command->add_option("--out", options->out, "write into this file");
    command->add_flag("--log", options->log, "the blocks as a log instead of the state");
    command->add_flag("--json")->description("all else as JSON too; a state always is");
    command->add_flag("--progress", options->progress, "show progress though nobody watches");
    command->callback([options, &context] { export_command(*options, context); });
}

}  // namespace ballast::cli
