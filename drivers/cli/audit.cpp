#include <ballast/audit/log_audit.hpp>
#include <ballast/cli/broken.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/history.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

struct AuditOptions {
    std::string log;
    bool json = false;
    bool progress = false;
};

nlohmann::ordered_json json_of(const audit::Report& report, u64 base) {
    nlohmann::ordered_json answer{{"clean", report.clean()},
                                  {"market", report.market},
                                  {"from", base},
                                  {"blocks", report.blocks},
                                  {"transactions", report.transactions},
                                  {"accepted", report.accepted},
                                  {"events", report.events},
                                  {"root", files::hex_text(report.root)},
                                  {"violations", report.findings.violated()},
                                  {"stopped", report.stopped}};
    answer["checks"] = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < audit::laws; ++i) {
        const auto law = static_cast<audit::Law>(i);
        answer["checks"][std::string(audit::name(law))] = report.findings.checks(law);
    }
    answer["found"] = nlohmann::ordered_json::array();
    for (const audit::Violation& violation : report.findings.violations())
        answer["found"].push_back({{"law", audit::name(violation.law)},
                                   {"height", violation.height},
                                   {"what", violation.what},
                                   {"expected", violation.expected},
                                   {"found", violation.found}});
    return answer;
}

std::string text_of(const audit::Report& report, u64 base) {
    std::string out =
        report.clean() ? "CLEAN: every law holds at every block\n"
                       : fmt::format("NOT CLEAN: {} violations{}{}\n", report.findings.violated(),
                                     report.stopped.empty() ? "" : "; stopped: ", report.stopped);
    out +=
        fmt::format("\nmarket {}, {} blocks, {} transactions ({} accepted), {} events\nroot {}\n",
                    report.market, report.blocks, report.transactions, report.accepted,
                    report.events, files::hex_text(report.root));
    out += base == 0 ? "audited from genesis\n"
                     : fmt::format(
                           "audited from the snapshot of height {}: what came before it is "
                           "not kept here\n",
                           base);
    out += "\nlaw      checked\n";
    for (std::size_t i = 0; i < audit::laws; ++i) {
        const auto law = static_cast<audit::Law>(i);
        out += fmt::format("{:<8} {}\n", audit::name(law), report.findings.checks(law));
    }
    for (const audit::Violation& violation : report.findings.violations())
        out +=
            fmt::format("{} at height {}: {}: expected {}, found {}\n", audit::name(violation.law),
                        violation.height, violation.what, violation.expected, violation.found);
    return out;
}

void tell(const AuditOptions& options, const audit::Report& report, u64 base, Context& context) {
    context.console.print(options.json ? json_of(report, base).dump(2) + "\n"
                                       : text_of(report, base));
    if (report.findings.violated() != 0)
        context.exit = Exit::broken;
    else if (!report.clean())
        context.exit = exit_of({report.stopped}, Exit::bad_input);
}

void audit_file(const AuditOptions& options, Context& context) {
    Console& console = context.console;
    const auto bytes = files::read_file(options.log);
    if (!bytes) {
        context.exit = console.fail(Exit::bad_input, bytes.error());
        return;
    }
    const ByteView view(reinterpret_cast<const u8*>(bytes->data()), bytes->size());
    const audit::Report report = audit::audit_log(view, {}, [&](u64 blocks, u64 done) {
        if (blocks % 256 == 0) console.progress("auditing, bytes", done, bytes->size());
    });
    if (report.blocks == 0 && !report.stopped.empty() && report.findings.violated() == 0 &&
        !tools::tells_of_another_past({report.stopped})) {
        context.exit = console.fail(
            Exit::bad_input, {fmt::format("{}: is no log: {}", options.log, report.stopped)});
        return;
    }
    tell(options, report, 0, context);
}

/// The blocks of a node, as far as they go now.
audit::Report audit_history(const tools::History& history, engine::Machine& machine,
                            Console& console) {
    using Answer = std::expected<std::optional<engine::Record>, std::string>;
    const u64 last = history.last();
    return audit::audit_blocks(
        machine,
        [&]() -> Answer {
            if (machine.height() >= last) return std::nullopt;
            auto record = history.record(machine.height() + 1);
            if (!record) return std::unexpected(record.error().sentence);
            return std::move(*record);
        },
        {},
        [&](u64 blocks, u64) {
            if (blocks % 256 == 0)
                console.progress("auditing, blocks", blocks, last - history.base());
        });
}

void audit_home(const AuditOptions& options, Context& context) {
    const auto history = tools::History::open(options.log);
    if (!history) {
        context.exit = context.console.fail(Exit::bad_input, history.error());
        return;
    }
    auto machine = (*history)->start((*history)->base());
    if (!machine) {
        context.exit = context.console.fail(Exit::bad_input, machine.error());
        return;
    }
    tell(options, audit_history(**history, *machine, context.console), (*history)->base(), context);
}

void audit_command(const AuditOptions& options, Context& context) {
    context.console.show_progress(options.progress);
    std::error_code error;
    if (std::filesystem::is_directory(options.log, error))
        audit_home(options, context);
    else
        audit_file(options, context);
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("audit", "Replay a log and check every law at every block");
    command->footer(
        "Examples:\n  ballast audit market.log\n  ballast audit ~/.ballast --json\n\n"
        "A home is read as it stands, beside its node if one is running: from genesis, or from its "
        "oldest\nsnapshot where older blocks were dropped.\n"
        "Exit code 3 where a law is violated or a root differs, 4 where the log cannot be read "
        "on.");
    const auto options = std::make_shared<AuditOptions>();
    command->add_option("log", options->log, "a log of blocks, or the home of a node")->required();
    command->add_flag("--json", options->json, "print JSON");
    command->add_flag("--progress", options->progress, "show progress though nobody watches");
    command->callback([options, &context] { audit_command(*options, context); });
}

}  // namespace ballast::cli
