#include "evidence.hpp"

#include <ballast/audit/log_audit.hpp>
#include <ballast/engine/log.hpp>

#include <gtest/gtest.h>

#include <cstring>

namespace ballast::simulation {
namespace {

/// Makes a unit of asset 0 from nothing in the hands of the first user, which no posting can do.
bool forge(const Evidence& evidence) {
    Bytes bytes;
    Writer writer(bytes);
    evidence.state.ledger.encode(writer);
    const std::size_t row = std::size_t{evidence.state.ledger.assets()} + 1;
    bytes[8 + (system_accounts * row + 1) * sizeof(i128)] ^= 1;
    Reader reader(bytes);
    evidence.state.ledger.decode(reader);
    return true;
}

/// Degrades every feed, as if it had been so in the block.
bool degrade(const Evidence& evidence) {
    if (evidence.find(EventKind::debt_minted) == nullptr) return false;
    for (u32 feed = 0; feed < evidence.state.oracle.feeds.size(); ++feed)
        evidence.state.oracle.feeds.edit(feed).quote.status = oracle::Status::degraded;
    return true;
}

bool let_out(const Evidence& evidence) {
    evidence.state.treasury.compartments.edit(0).loss_let_out = limits::supply_max;
    return true;
}

bool refuse_what_was_done(const Evidence& evidence) {
    for (engine::Receipt& receipt : evidence.outcome.receipts) {
        if (!receipt.accepted()) continue;
        receipt.code = static_cast<u16>(Reject::not_owner);
        return true;
    }
    return false;
}

/// Hides that a vault was found unhealthy, in a block that tells all there is to tell of it.
bool look_away(const Evidence& evidence) {
    if (evidence.find(EventKind::redistributed) != nullptr) return false;
    const Event* event = evidence.find(EventKind::vault_unhealthy);
    if (event == nullptr) return false;
    const VaultTypeId type = evidence.state.vaults.vaults[event->subject].type;
    // Where keepers repay in place, an auction may have told it in a block before.
    if (type == VaultTypeId{3} || type == VaultTypeId{4}) return false;
    return evidence.hide(EventKind::vault_unhealthy);
}

const Case cases[] = {
    {"a unit from nothing", Law::l1, forge},
    {"collateral leaves the vaults", Law::custody,
     [](const Evidence& e) { return e.steal(system_account::vaults); }},
    {"a lot leaves its auction", Law::custody,
     [](const Evidence& e) { return e.steal(system_account::auctions); }},
    {"a reserve is smaller than it says", Law::custody,
     [](const Evidence& e) { return e.steal(system_account::reserve); }},
    {"a synthetic that nobody owes", Law::l2,
     [](const Evidence& e) {
         e.state.ledger.post({system_account::issuer, AccountId{20}, dollar, Amount::units(1)});
         return true;
     }},
    {"a debt that its type does not count", Law::l2,
     [](const Evidence& e) {
         e.state.vaults.vaults.edit(0).debt += vaults::Normal::units(1);
         return true;
     }},
    {"more collateral than was paid in", Law::l3,
     [](const Evidence& e) {
         return e.change(EventKind::collateral_deposited, &Event::amount, -1);
     }},
    {"less debt than was minted", Law::l3,
     [](const Evidence& e) { return e.change(EventKind::debt_minted, &Event::amount, 5); }},
    {"a repayment that counts for more", Law::l3,
     [](const Evidence& e) { return e.change(EventKind::debt_repaid, &Event::amount, -5); }},
    {"a take under the price of the curve", Law::l3,
     [](const Evidence& e) {
         Event* event = e.find(EventKind::auction_taken);
         if (event == nullptr || event->value < 1'000) return false;
         event->value += event->value / 100;
         return true;
     }},
    {"a reward over its rate", Law::l3,
     [](const Evidence& e) {
         return e.change(EventKind::keeper_rewarded, &Event::amount, amount_one);
     }},
    {"a gain that the pool did not make", Law::l3,
     [](const Evidence& e) {
         return e.change(EventKind::pool_gained, &Event::amount, -amount_one);
     }},
    {"a redemption without its fee", Law::l3,
     [](const Evidence& e) {
         Event* event = e.find(EventKind::vault_redeemed);
         if (event != nullptr) event->value = 0;
         return event != nullptr;
     }},
    {"a rejected transaction that did something", Law::l4, refuse_what_was_done},
    {"another root", Law::l5,
     [](const Evidence& e) {
         e.outcome.root[0] ^= 1;
         return true;
     }},
    {"an unhealthy vault that is not seen", Law::l6, look_away},
    {"a loss whose last layer is not told", Law::l8,
     [](const Evidence& e) { return e.hide(EventKind::loss_booked); }},
    {"bad debt that vanishes", Law::l8,
     [](const Evidence& e) { return e.hide(EventKind::bad_debt_paid); }},
    {"new risk on degraded feeds", Law::l9, degrade},
    {"a loss beyond the compartment's limit", Law::l10, let_out},
};

/// The fee that a transaction of the block owes.
Amount fee_asked(const engine::Genesis& genesis, const engine::Transaction& transaction) {
    const auto* batch = std::get_if<engine::Batch>(&transaction.body);
    const std::size_t actions = batch ? std::max<std::size_t>(batch->actions.size(), 1) : 1;
    return Amount::units(genesis.access.fee.units() * static_cast<i128>(actions));
}

/// Makes the account's nonces what they were before it used its last: `next`, and none above.
void unuse_nonce(ledger::Ledger& ledger, AccountId account, u64 next) {
    Bytes bytes;
    Writer writer(bytes);
    ledger.encode(writer);
    const u128 cell = next;
    const std::size_t row = std::size_t{ledger.assets()} + 1;
    std::memcpy(&bytes[8 + account.value() * row * sizeof(i128)], &cell, sizeof(cell));
    Reader reader(bytes);
    ledger.decode(reader);
}

/// Of the block's transactions after `position`, whether one is of `sender`.
bool comes_again(const engine::Block& block, std::size_t position, AccountId sender) {
    const auto& all = block.transactions;
    return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(position) + 1, all.end(),
                       [&](const auto& transaction) { return transaction.sender == sender; });
}

/// Says of a transaction that was tried, paid for and rejected that its sender could not pay, and
/// takes nonce and fee back, as if it had been so.
bool spare_the_fee(const Evidence& evidence) {
    ledger::Ledger& ledger = evidence.state.ledger;
    for (std::size_t i = 0; i < evidence.block.transactions.size(); ++i) {
        const engine::Transaction& transaction = evidence.block.transactions[i];
        const AccountId sender = transaction.sender;
        engine::Receipt& receipt = evidence.outcome.receipts[i];
        if (receipt.reason() != Reject::insufficient_balance ||
            comes_again(evidence.block, i, sender) || ledger.nonce(sender) != transaction.nonce + 1)
            continue;
        bool behind = false;
        for (u64 ahead = 1; ahead < access::nonce_window; ++ahead)
            behind = behind || !ledger.nonce_free(sender, transaction.nonce + 1 + ahead);
        auto& events = evidence.outcome.events;
        const auto paid = std::find_if(events.rbegin(), events.rend(), [&](const Event& event) {
            return event.kind == EventKind::fee_paid && event.account == sender;
        });
        if (behind || paid == events.rend()) continue;
        ledger.post({system_account::surplus, sender, paid->asset, Amount::units(paid->amount)});
        unuse_nonce(ledger, sender, transaction.nonce);
        events.erase(std::next(paid).base());
        receipt.code = static_cast<u16>(Reject::fee_not_covered);
        return true;
    }
    return false;
}

/// Says of the block's last transaction, whose sender cannot pay, that it was paid for and
/// rejected; the fee comes from nowhere.
bool invent_the_fee(const Evidence& evidence) {
    const std::size_t last = evidence.block.transactions.size() - 1;
    if (evidence.block.transactions.empty() ||
        evidence.outcome.receipts[last].reason() != Reject::fee_not_covered)
        return false;
    const engine::Transaction& transaction = evidence.block.transactions[last];
    const access::Terms& terms = evidence.genesis.access;
    const Amount fee = fee_asked(evidence.genesis, transaction);
    ledger::Ledger& ledger = evidence.state.ledger;
    ledger.post({system_account::issuer, system_account::surplus, terms.fee_asset, fee});
    ledger.use_nonce(transaction.sender, transaction.nonce);
    evidence.outcome.events.push_back({EventKind::fee_paid,
                                       static_cast<u32>(fee.units() / terms.fee.units()),
                                       transaction.sender, terms.fee_asset, fee.units(), 0});
    evidence.outcome.receipts[last].code = static_cast<u16>(Reject::not_owner);
    return true;
}

const Case cases_of_authority[] = {
    {"a fee that is said not to be covered", Law::authority, spare_the_fee},
    {"a fee that the sender did not have", Law::authority, invent_the_fee},
    {"money for fees that nobody paid out", Law::authority,
     [](const Evidence& e) {
         const Event* event = e.find(EventKind::fee_paid);
         if (event == nullptr) return false;
         e.state.ledger.post(
             {system_account::surplus, event->account, event->asset, Amount::units(1)});
         return true;
     }},
    {"a nonce that nobody used", Law::authority,
     [](const Evidence& e) {
         const AccountId account{system_accounts + 2};
         e.state.ledger.use_nonce(account, e.state.ledger.nonce(account));
         return e.find(EventKind::fee_paid) != nullptr;
     }},
    {"a key that nobody granted", Law::authority,
     [](const Evidence& e) {
         const Event* event = e.find(EventKind::key_granted);
         if (event == nullptr) return false;
         e.state.access.holders.edit(event->account.value() - system_accounts).grants[0].rights ^=
             1;
         return true;
     }},
    {"a fee that is too small", Law::authority,
     [](const Evidence& e) { return e.change(EventKind::fee_paid, &Event::amount, -1); }},
    {"a fee that is not told", Law::authority,
     [](const Evidence& e) { return e.hide(EventKind::fee_paid); }},
    {"a signature that does not fit, said to have been tried", Law::authority,
     [](const Evidence& e) {
         for (engine::Receipt& receipt : e.outcome.receipts) {
             if (receipt.reason() != Reject::signature_wrong) continue;
             receipt = {};
             return true;
         }
         return false;
     }},
    {"a refusal without a reason", Law::authority,
     [](const Evidence& e) {
         for (engine::Receipt& receipt : e.outcome.receipts) {
             if (!receipt.accepted()) continue;
             receipt.code = static_cast<u16>(Reject::signature_wrong);
             return true;
         }
         return false;
     }},
    {"an account that nobody opened", Law::authority,
     [](const Evidence& e) {
         (void)e.state.ledger.open();
         return true;
     }},
};

TEST(Auditor, FindsEachBreachOfAuthority) {
    expect_found(Play(6, false, true), cases_of_authority, 200);
}

TEST(Auditor, FindsEachLawBroken) {
    expect_found(Play(5), cases, 700);
}

Bytes log_of(u64 seed, u32 blocks) {
    Play play(seed);
    auto machine = engine::Machine::create(play.genesis());
    Bytes log = engine::log_header(play.genesis());
    for (u32 i = 0; i < blocks; ++i) {
        const engine::Block block = play.next(*machine, 50);
        const Bytes record = engine::log_record(block, machine->execute(block)->root);
        log.insert(log.end(), record.begin(), record.end());
    }
    return log;
}

TEST(LogAudit, AGoodLogIsCleanToItsLastByte) {
    const Bytes log = log_of(3, 120);
    u64 last = 0;
    const audit::Report report =
        audit::audit_log(log, {.sample_blocks = 10}, [&](u64 blocks, u64) { last = blocks; });
    EXPECT_TRUE(report.clean()) << report.stopped;
    EXPECT_EQ(report.blocks, 120u);
    EXPECT_EQ(last, 120u);
    EXPECT_EQ(report.bytes, log.size());
    EXPECT_GT(report.transactions, report.accepted);
    EXPECT_EQ(report.findings.checks(Law::l7), 0u);  // There are no derivatives.
}

TEST(LogAudit, ATornLogSaysSoAndWhatStandsBeforeIsAudited) {
    Bytes log = log_of(3, 20);
    log.pop_back();
    const audit::Report report = audit::audit_log(log);
    EXPECT_EQ(report.blocks, 19u);
    EXPECT_FALSE(report.clean());
    EXPECT_NE(report.stopped.find("breaks off"), std::string::npos);
    EXPECT_FALSE(audit::audit_log(ByteView(log).first(5)).clean());
}

TEST(LogAudit, ARecordedRootThatIsNotTheBlocksIsFound) {
    Play play(3);
    auto machine = engine::Machine::create(play.genesis());
    Bytes log = engine::log_header(play.genesis());
    for (u32 i = 0; i < 3; ++i) {
        const engine::Block block = play.next(*machine, 50);
        crypto::Digest root = machine->execute(block)->root;
        if (i == 2) root[31] ^= 1;
        const Bytes record = engine::log_record(block, root);
        log.insert(log.end(), record.begin(), record.end());
    }
    const audit::Report report = audit::audit_log(log);
    EXPECT_EQ(report.blocks, 3u);
    EXPECT_NE(report.stopped.find("L5"), std::string::npos) << report.stopped;
}

}  // namespace
}  // namespace ballast::simulation
