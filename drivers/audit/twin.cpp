#include <ballast/audit/twin.hpp>
#include <ballast/engine/log.hpp>

#include <type_traits>

namespace ballast::audit {
namespace {

/// The same towards the same vault or margin account, of nothing: it needs the same rights.
template <class Request>
engine::Action of_nothing(Request request) {
    request.amount = Amount();
    return request;
}

/// Something that needs the same rights and is surely rejected.
engine::Action hopeless(AccountId sender, const engine::Action& action) {
    return std::visit(
        [&]<class T>(const T& request) -> engine::Action {
            if constexpr (std::is_same_v<T, engine::Transfer>)
                return engine::Transfer{sender, request.asset, Amount()};
            else if constexpr (std::is_same_v<T, vaults::Deposit> ||
                               std::is_same_v<T, vaults::Repay> ||
                               std::is_same_v<T, clearing::MarginDeposit>)
                return of_nothing(request);
            else if constexpr (std::is_same_v<T, clearing::OpenMargin>)
                return clearing::OpenMargin{CompartmentId{limits::compartments_max}, {}};
            else if constexpr (std::is_same_v<T, access::OpenAccount> ||
                               std::is_same_v<T, access::GrantKey> ||
                               std::is_same_v<T, access::RevokeKey>)
                return access::GrantKey{};
            else
                return engine::PoolClaim{AssetId{limits::assets_max}};
        },
        action);
}

void make_hopeless(engine::Transaction& transaction) {
    if (auto* action = std::get_if<engine::Action>(&transaction.body)) {
        *action = hopeless(transaction.sender, *action);
        return;
    }
    for (engine::Action& action : std::get<engine::Batch>(transaction.body).actions)
        action = hopeless(transaction.sender, action);
}

/// Whether the receipt says that the transaction was not even tried.
bool untried(const engine::Receipt& receipt) {
    switch (receipt.reason()) {
        case Reject::bad_nonce:
        case Reject::transaction_expired:
        case Reject::signature_missing:
        case Reject::signature_wrong:
        case Reject::key_expired:
        case Reject::right_missing:
        case Reject::fee_not_covered: return !receipt.accepted();
        default: return false;
    }
}

/// The block without what was not tried, and with what was tried and rejected replaced by what
/// surely is: it uses the same nonce and pays the same fee.
struct Without {
    engine::Block block;
    std::vector<engine::Verdict> verdicts;
    std::vector<bool> accepted;
};
Without without_rejected(const Scene& scene) {
    Without without{scene.block, {}, {}};
    without.block.transactions.clear();
    for (std::size_t i = 0; i < scene.block.transactions.size(); ++i) {
        const engine::Receipt& receipt = scene.outcome.receipts[i];
        if (untried(receipt)) continue;
        engine::Transaction& transaction =
            without.block.transactions.emplace_back(scene.block.transactions[i]);
        if (!receipt.accepted()) make_hopeless(transaction);
        // What was replaced is no longer what was signed.
        without.verdicts.push_back(engine::Verdict::good);
        without.accepted.push_back(receipt.accepted());
    }
    return without;
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
    const Without without = without_rejected(scene);
    const auto outcome = machine.execute(without.block, without.verdicts);
    const auto what = [](const char* sentence) {
        return [sentence] { return std::string(sentence); };
    };
    findings.holds(Law::l4, outcome.has_value(),
                   what("a block without what was rejected executes"));
    if (!outcome) return;
    for (std::size_t i = 0; i < without.accepted.size(); ++i)
        findings.holds(Law::l4, outcome->receipts[i].accepted() == without.accepted[i],
                       what("the same receipt without what was rejected"));
    findings.holds(Law::l4, outcome->events == scene.outcome.events,
                   what("the same events without what was rejected"));
    const auto& own = machine.header().tables;
    const auto& other = scene.after.header().tables;
    for (std::size_t table = 0; table < own.size(); ++table)
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
