#include "targets.hpp"

#include "house.hpp"

#include <ballast/audit/log_audit.hpp>
#include <ballast/engine/log.hpp>

namespace ballast::fuzz {
namespace {

Bytes joined(const std::vector<engine::Transaction>& all) {
    Bytes bytes;
    Writer writer(bytes);
    for (const engine::Transaction& transaction : all) writer(transaction);
    return bytes;
}

/// Transactions one after another.  Senders and nonces are made to fit, so that what is asked is
/// reached.
void run_transactions(ByteView bytes) {
    engine::Machine machine = house().machine;
    std::vector<engine::Transaction> asked;
    std::map<u32, u64> next;
    Reader reader(bytes);
    while (reader.left() > 0 && asked.size() < 200) {
        engine::Transaction transaction;
        reader(transaction);
        if (!reader.ok()) break;
        const Bytes once = encode(transaction);
        const auto again = decode<engine::Transaction>(once);
        demand(again && encode(*again) == once);
        const AccountId sender{system_accounts + transaction.sender.value() % simulation::users};
        const u64 nonce = machine.state().ledger.nonce(sender) + next[sender.value()]++;
        if (transaction.nonce % 8 != 7) transaction.sender = sender, transaction.nonce = nonce;
        asked.push_back(std::move(transaction));
    }
    engine::Block block = house().next;
    block.transactions = std::move(asked);
    execute(machine, block);
}

std::vector<Bytes> transaction_seeds() {
    std::vector<Bytes> seeds;
    for (const engine::Block& block : house().blocks)
        if (!block.transactions.empty()) seeds.push_back(joined(block.transactions));
    return seeds;
}

/// A log; and, because a checksum stands before everything else in it, the same bytes as a record.
void run_log(ByteView bytes) {
    const audit::Report report = audit::audit_log(bytes, {.sample_blocks = 4});
    demand(report.findings.violated() == 0);
    const auto record = decode<engine::Record>(bytes);
    if (!record) return;
    demand(encode(*record) == Bytes(bytes.begin(), bytes.end()));
    engine::Machine machine = house().machine;
    execute(machine, record->block);
}

std::vector<Bytes> log_seeds() {
    std::vector<Bytes> seeds;
    Bytes log = engine::log_header(house().genesis);
    for (std::size_t i = 0; i < 3; ++i) {
        const Bytes record = engine::log_record(house().blocks[i], house().roots[i]);
        log.insert(log.end(), record.begin(), record.end());
    }
    seeds.push_back(std::move(log));
    seeds.push_back(encode(engine::Record{house().next, {}}));
    return seeds;
}

void run_snapshot(ByteView bytes) {
    auto machine = engine::Machine::restore(house().genesis, bytes);
    if (!machine) return;
    demand(machine->snapshot() == Bytes(bytes.begin(), bytes.end()));
    execute(*machine, engine::Block{machine->height() + 1, machine->time(), {}, {}});
}

std::vector<Bytes> snapshot_seeds() {
    return {house().machine.snapshot(), house().first.snapshot()};
}

/// A market out of bytes, and a few blocks in it.
void run_genesis(ByteView bytes) {
    const auto genesis = decode<engine::Genesis>(bytes);
    if (!genesis) return;
    demand(encode(*genesis) == Bytes(bytes.begin(), bytes.end()));
    const bool valid = !engine::validate(*genesis);
    auto machine = engine::Machine::create(*genesis);
    demand(machine.has_value() == valid);
    if (!machine) return;
    for (u64 height = 1; height < 4; ++height) {
        engine::Block block{height, machine->time() + 600, {}, {}};
        block.reports = house().blocks[0].reports;
        for (oracle::Report& report : block.reports) report.time = block.time;
        if (height > 1) block.transactions = house().blocks[height].transactions;
        execute(*machine, block);
    }
}

std::vector<Bytes> genesis_seeds() {
    return {encode(house().genesis)};
}

void run_report(ByteView bytes) {
    const auto report = decode<oracle::Report>(bytes);
    if (!report) return;
    demand(encode(*report) == Bytes(bytes.begin(), bytes.end()));
    engine::Machine machine = house().machine;
    engine::Block block = house().next;
    block.reports.push_back(*report);
    block.transactions.clear();
    execute(machine, block);
}

std::vector<Bytes> report_seeds() {
    std::vector<Bytes> seeds;
    for (const oracle::Report& report : house().next.reports) seeds.push_back(encode(report));
    return seeds;
}

}  // namespace

std::span<const Target> targets() {
    static const Target all[] = {{"transactions", run_transactions, transaction_seeds},
                                 {"log", run_log, log_seeds},
                                 {"snapshot", run_snapshot, snapshot_seeds},
                                 {"genesis", run_genesis, genesis_seeds},
                                 {"report", run_report, report_seeds},
                                 {"prices", run_prices, price_seeds},
                                 {"table", run_table, price_seeds},
                                 {"market", run_market, market_seeds},
                                 {"requests", run_requests, request_seeds},
                                 {"message", run_message, message_seeds},
                                 {"json", run_json, json_seeds},
                                 {"frames", run_frames, frame_seeds}};
    return all;
}

}  // namespace ballast::fuzz
