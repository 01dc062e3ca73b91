#include <ballast/cli/broken.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/digest_text.hpp>
#include <ballast/tools/node_call.hpp>
#include <ballast/tools/snapshots.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

using Json = nlohmann::ordered_json;

struct SnapshotOptions {
    std::string home;
    std::string file;
    std::string root;
    u64 height = 0;

    [[nodiscard]] std::optional<u64> wanted() const {
        return height == 0 ? std::nullopt : std::optional(height);
    }
};

Json json_of(const tools::Checked& row) {
    return {{"height", row.height}, {"root", files::hex_text(row.root)},
            {"bytes", row.bytes},   {"chunks", row.chunks},
            {"in_log", row.in_log}, {"wrong", row.wrong}};
}

std::string line_of(const tools::Checked& row) {
    return fmt::format("{:>10}  {}  {:>12} bytes  {}\n", row.height, files::hex_text(row.root),
                       row.bytes,
                       !row.wrong.empty() ? "WRONG: " + row.wrong
                       : row.in_log       ? "good, as the log says"
                                          : "good");
}

void fail(Context& context, Exit code, const files::Fault& fault) {
    context.exit = context.console.fail(code, fault);
}

void list_snapshots(const SnapshotOptions& options, Context& context) {
    const auto rows = tools::list_snapshots(options.home);
    if (!rows) return fail(context, Exit::bad_input, rows.error());
    Json answer = Json::array();
    for (const tools::Checked& row : *rows) {
        answer.push_back({{"height", row.height},
                          {"root", files::hex_text(row.root)},
                          {"bytes", row.bytes},
                          {"chunks", row.chunks}});
        if (!context.console.json())
            context.console.print(fmt::format("{:>10}  {}  {:>12} bytes\n", row.height,
                                              files::hex_text(row.root), row.bytes));
    }
    if (context.console.json())
        context.console.print(answer.dump(2) + "\n");
    else if (rows->empty())
        context.console.print("there is no snapshot yet\n");
}

void tell(const std::vector<tools::Checked>& rows, Context& context) {
    Json answer = Json::array();
    for (const tools::Checked& row : rows) {
        answer.push_back(json_of(row));
        if (!context.console.json()) context.console.print(line_of(row));
        if (!row.wrong.empty()) context.exit = Exit::broken;
    }
    if (context.console.json()) context.console.print(answer.dump(2) + "\n");
}

/// The root that was given; a fault where it is none.
files::Attempt<std::optional<crypto::Digest>> expected(const SnapshotOptions& options) {
    if (options.root.empty()) return std::optional<crypto::Digest>();
    BALLAST_TRY(const crypto::Digest root, tools::read_digest(options.root));
    return std::optional(root);
}

void verify(const SnapshotOptions& options, Context& context) {
    const auto root = expected(options);
    if (!root) return fail(context, Exit::usage, root.error());
    if (!options.file.empty()) {
        const auto file = chain::read_state(options.file);
        if (!file) return fail(context, Exit::bad_input, file.error());
        return tell({tools::verify_file(*file, *root)}, context);
    }
    const auto rows = tools::verify_snapshots(options.home, options.wanted(), *root);
    if (!rows) return fail(context, Exit::bad_input, rows.error());
    if (rows->empty())
        return fail(context, Exit::bad_input, {options.home + ": there is no snapshot yet"});
    tell(*rows, context);
}

void told(u64 height, const std::string& what, Context& context) {
    context.console.print(context.console.json() ? Json{{"height", height}}.dump(2) + "\n"
                                                 : fmt::format("{} {}\n", what, height));
}

void create(const SnapshotOptions& options, Context& context) {
    files::Attempt<u64> height = 0;
    if (tools::node_answers(options.home)) {
        const auto answer = tools::ask_node(options.home, "admin.snapshot");
        if (!answer) return fail(context, Exit::failed, answer.error());
        height = answer->value("/data/snapshot"_json_pointer, u64{0});
    } else {
        height = tools::create_snapshot(options.home);
    }
    if (!height) return fail(context, exit_of(height.error(), Exit::bad_input), height.error());
    told(*height, "snapshot of height", context);
}

void take_out(const SnapshotOptions& options, Context& context) {
    const auto file = tools::take_out(options.home, options.wanted());
    if (!file) return fail(context, Exit::bad_input, file.error());
    if (const auto written = chain::write_state(options.file, *file); !written)
        return fail(context, Exit::failed, written.error());
    told(file->height, options.file + ": the state of height", context);
}

void bring(const SnapshotOptions& options, Context& context, bool whole) {
    const auto root = expected(options);
    if (!root) return fail(context, Exit::usage, root.error());
    const auto file = chain::read_state(options.file);
    if (!file) return fail(context, Exit::bad_input, file.error());
    if (const tools::Checked row = tools::verify_file(*file, *root); !row.wrong.empty())
        return fail(context, Exit::broken, {options.file + ": " + row.wrong});
    const auto done =
        whole ? tools::restore_home(options.home, *file) : tools::put_in(options.home, *file);
    if (!done) return fail(context, exit_of(done.error(), Exit::bad_input), done.error());
    told(file->height, options.home + (whole ? " begins at height" : " has a snapshot of height"),
         context);
}

using Work = std::function<void(const SnapshotOptions&, Context&)>;

CLI::App* add(CLI::App* parent, const char* name, const char* about,
              const std::shared_ptr<SnapshotOptions>& options, Context& context, Work work) {
    CLI::App* command = parent->add_subcommand(name, about);
    add_home_option(command, options->home);
    command->add_flag("--json")->description("print JSON");
    command->callback([options, &context, work = std::move(work)] { work(*options, context); });
    return command;
}

void add_height(CLI::App* command, SnapshotOptions& options, const char* about) {
    command->add_option("--height", options.height, about)->check(CLI::PositiveNumber);
}

void add_root(CLI::App* command, SnapshotOptions& options) {
    command->add_option("--root", options.root,
                        "the root that the state must have, 64 hexadecimal digits");
}

void add_changes(CLI::App* parent, const std::shared_ptr<SnapshotOptions>& options,
                 Context& context) {
    CLI::App* creates =
        add(parent, "create", "Take a snapshot of the last block", options, context, create);
    creates->footer(
        "Examples:\n  ballast snapshot create\n\nA running node is asked for it; a home that no "
        "node uses is opened.");
    CLI::App* restores =
        add(parent, "restore", "Begin a home at the state of a file", options, context,
            [](const SnapshotOptions& given, Context& now) { bring(given, now, true); });
    restores->add_option("file", options->file, "a snapshot file")->required();
    add_root(restores, *options);
    restores->footer(
        "Examples:\n  ballast snapshot restore state.ballast --home new-home --root 5f0c...\n\n"
        "The home must have no block yet; where there is none, it is made. The root should come\n"
        "from somewhere that you trust: another node, a log, a block explorer.");
    CLI::App* imports =
        add(parent, "import", "Add the snapshot of a file to a home that has its block", options,
            context, [](const SnapshotOptions& given, Context& now) { bring(given, now, false); });
    imports->add_option("file", options->file, "a snapshot file")->required();
    add_root(imports, *options);
    imports->footer("Examples:\n  ballast snapshot import state.ballast");
}

}  // namespace

void add_snapshot(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("snapshot", "Take, check, move and restore snapshots of the state");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  ballast snapshot create\n  ballast snapshot export state.ballast\n"
        "  ballast snapshot verify state.ballast --root 5f0c...\n"
        "  ballast snapshot restore state.ballast --home new-home");
    const auto options = std::make_shared<SnapshotOptions>();
    add_changes(command, options, context);
    CLI::App* lists =
        add(command, "list", "List the snapshots of a home", options, context, list_snapshots);
    lists->footer("Examples:\n  ballast snapshot list --json");
    CLI::App* verifies =
        add(command, "verify", "Check every byte and root of snapshots", options, context, verify);
    verifies->add_option("file", options->file, "a snapshot file, instead of those of the home");
    add_height(verifies, *options, "only the snapshot of this height");
    add_root(verifies, *options);
    verifies->footer(
        "Examples:\n  ballast snapshot verify\n  ballast snapshot verify state.ballast --root "
        "5f0c...\n\nExit code 3 where one is wrong.");
    CLI::App* exports = add(command, "export", "Write a snapshot with its market into a file",
                            options, context, take_out);
    exports->add_option("file", options->file, "where to")->required();
    add_height(exports, *options, "the snapshot of this height (default: the newest)");
    exports->footer("Examples:\n  ballast snapshot export state.ballast --height 10000");
}

}  // namespace ballast::cli
