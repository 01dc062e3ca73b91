#include <ballast/audit/twin.hpp>
#include <ballast/engine/log.hpp>

#include <map>

namespace ballast::audit {
namespace {

/// The block without the transactions that were rejected.  A rejected one has used its nonce if
/// that was its sender's next; those that the sender sent after it then come one earlier.
engine::Block without_rejected(const Scene& scene, const ledger::Ledger& before) {
    engine::Block block = scene.block;
    block.transactions.clear();
    std::map<u32, u64> next;
    std::map<u32, u64> used_up;
    for (std::size_t i = 0; i < scene.block.transactions.size(); ++i) {
        engine::Transaction transaction = scene.block.transactions[i];
        const u32 sender = transaction.sender.value();
        if (!before.exists(transaction.sender) || sender < system_accounts) continue;
        u64& expected = next.try_emplace(sender, before.nonce(transaction.sender)).first->second;
        if (transaction.nonce != expected) continue;
        ++expected;
        if (!scene.outcome.receipts[i].accepted()) {
            ++used_up[sender];
            continue;
        }
        transaction.nonce -= used_up[sender];
        block.transactions.push_back(std::move(transaction));
    }
    return block;
}

bool same_balances(const ledger::Ledger& a, const ledger::Ledger& b) {
    if (a.accounts() != b.accounts()) return false;
    for (u32 account = 0; account < a.accounts(); ++account)
        for (u16 asset = 0; asset < a.assets(); ++asset)
            if (a.balance(AccountId{account}, AssetId{asset}) !=
                b.balance(AccountId{account}, AssetId{asset}))
                return false;
    return true;
}

}  // namespace

void Twin::check_replay(const Scene& scene, Findings& findings) const {
    const auto what = [](const char* sentence) {
        return [sentence] { return std::string(sentence); };
    };
    const Bytes bytes = encode(engine::Record{scene.block, scene.outcome.root});
    const auto record = decode<engine::Record>(bytes);
    findings.holds(Law::l5, record && encode(*record) == bytes, what("a block keeps its bytes"));
    if (!record) return;
    engine::Machine machine = *copy_;
    const auto outcome = machine.execute(record->block);
    findings.holds(Law::l5, outcome && outcome->root == record->root,
                   what("the block replays to the same root"));
    findings.holds(Law::l5, outcome && outcome->events == scene.outcome.events,
                   what("the block replays to the same events"));
    findings.holds(Law::l5, outcome && outcome->receipts == scene.outcome.receipts,
                   what("the block replays to the same receipts"));
}

void Twin::check_rejected(const Scene& scene, Findings& findings) const {
    engine::Machine machine = *copy_;
    const auto outcome = machine.execute(without_rejected(scene, copy_->state().ledger));
    const auto what = [](const char* sentence) {
        return [sentence] { return std::string(sentence); };
    };
    findings.holds(Law::l4, outcome.has_value(),
                   what("a block without what was rejected executes"));
    if (!outcome) return;
    for (const engine::Receipt& receipt : outcome->receipts)
        findings.equal(Law::l4, 0, receipt.code, what("receipt without what was rejected"));
    findings.holds(Law::l4, outcome->events == scene.outcome.events,
                   what("the same events without what was rejected"));
    findings.holds(Law::l4, same_balances(machine.state().ledger, scene.state().ledger),
                   what("the same balances without what was rejected"));
    const auto& own = machine.header().tables;
    const auto& other = scene.after.header().tables;
    for (std::size_t table = 1; table < own.size(); ++table)
        findings.holds(Law::l4, own[table] == other[table], [table] {
            return "the same table " + text(static_cast<i128>(table)) +
                   " without what was rejected";
        });
}

void Twin::check_snapshot(const Scene& scene, Findings& findings) {
    const Bytes bytes = scene.after.snapshot();
    auto restored = engine::Machine::restore(scene.genesis(), bytes);
    findings.holds(Law::l6, restored && restored->root() == scene.after.root(),
                   [] { return std::string("the root of a full rehash is the incremental one"); });
    if (!restored) return;
    findings.holds(Law::l5, restored->snapshot() == bytes,
                   [] { return std::string("a restored machine has the same snapshot"); });
    restored_ = std::move(*restored);
    alongside_ = blocks_alongside;
}

void Twin::go_alongside(const Scene& scene, Findings& findings) {
    const auto outcome = restored_->execute(scene.block);
    findings.holds(Law::l5, outcome && outcome->root == scene.outcome.root,
                   [] { return std::string("a restored machine goes on to the same root"); });
    findings.holds(Law::l5, outcome && outcome->events == scene.outcome.events,
                   [] { return std::string("a restored machine goes on to the same events"); });
    if (--alongside_ == 0 || !outcome) restored_.reset();
}

void Twin::check(const Scene& scene, Findings& findings) {
    if (restored_) go_alongside(scene, findings);
    if (!copy_) return;
    check_replay(scene, findings);
    check_rejected(scene, findings);
    check_snapshot(scene, findings);
    copy_.reset();
}

}  // namespace ballast::audit
