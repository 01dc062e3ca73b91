#include <ballast/audit/log_audit.hpp>
#include <ballast/engine/log.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

std::string said(const char* what, Reject reason) {
    return std::string(what) + ": " + std::string(sentence(reason));
}

std::string hexadecimal(const crypto::Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const u8 byte : digest) {
        out.push_back(digits[byte / 16]);
        out.push_back(digits[byte % 16]);
    }
    return out;
}

/// Executes and audits one record; what stands in the way of going on is left in `stopped`.
void audit_record(const engine::Record& record, engine::Machine& machine, Auditor& auditor,
                  Report& report) {
    const auto outcome = machine.execute(record.block);
    if (!outcome) {
        report.stopped = said("a block is not one that the machine accepts", outcome.error());
        return;
    }
    auditor.look(record.block, *outcome, machine);
    ++report.blocks;
    report.transactions += outcome->receipts.size();
    report.accepted += static_cast<u64>(
        std::count_if(outcome->receipts.begin(), outcome->receipts.end(),
                      [](const engine::Receipt& receipt) { return receipt.accepted(); }));
    report.events += outcome->events.size();
    report.root = outcome->root;
    if (outcome->root == record.root) return;
    report.stopped = "block " + text(static_cast<i128>(record.block.height)) +
                     " has another root than the log says: " + hexadecimal(outcome->root) +
                     ", not " + hexadecimal(record.root) + " (L5)";
}

}  // namespace

Report audit_blocks(engine::Machine& machine, const Next& next, Options options,
                    const Progress& progress) {
    Report report;
    report.market = machine.genesis().name;
    report.root = machine.root();
    Auditor auditor(machine, options);
    while (report.stopped.empty()) {
        const auto record = next();
        if (!record) report.stopped = record.error();
        if (!record || !*record) break;
        audit_record(**record, machine, auditor, report);
        if (progress) progress(report.blocks, report.bytes);
    }
    report.findings = auditor.findings();
    return report;
}

Report audit_log(ByteView log, Options options, const Progress& progress) {
    Report report;
    auto reader = engine::LogReader::open(log);
    if (!reader) {
        report.stopped = said("the log cannot be opened", reader.error());
        return report;
    }
    report.market = reader->genesis().name;
    auto machine = engine::Machine::create(reader->genesis());
    if (!machine) {
        report.stopped =
            "its genesis is wrong: " + machine.error().key + " " + machine.error().what;
        return report;
    }
    using Answer = std::expected<std::optional<engine::Record>, std::string>;
    report = audit_blocks(
        *machine,
        [&reader]() -> Answer {
            auto record = reader->next();
            if (!record) return std::unexpected(said("the log breaks off", record.error()));
            return std::move(*record);
        },
        options,
        [&](u64 blocks, u64) {
            if (progress) progress(blocks, reader->good());
        });
    report.bytes = reader->good();
    return report;
}

}  // namespace ballast::audit
