#include <ballast/engine/authority.hpp>
#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>

#include <sodium.h>

#include <algorithm>
#include <random>

namespace ballast {
namespace {

using namespace sample;
using access::Grant;
using engine::Action;
using engine::Batch;
using engine::Transaction;
using engine::Verdict;

/// An ed25519 key made of a number.
class Pen {
public:
    explicit Pen(u8 number) {
        const std::array<u8, crypto_sign_SEEDBYTES> seed{number};
        crypto_sign_seed_keypair(key_.bytes.data(), secret_.data(), seed.data());
    }
    [[nodiscard]] const crypto::Key& key() const { return key_; }
    [[nodiscard]] Transaction sign(Transaction transaction, const crypto::Digest& chain) const {
        const Bytes bytes = engine::signed_bytes(transaction, chain);
        access::Authorisation by{key_, {}};
        crypto_sign_detached(by.signature.data(), nullptr, bytes.data(), bytes.size(),
                             secret_.data());
        transaction.authorisation = by;
        return transaction;
    }

private:
    crypto::Key key_;
    std::array<u8, crypto_sign_SECRETKEYBYTES> secret_{};
};

/// User i holds key 100 + i.
Pen pen_of(u32 user) {
    return Pen(static_cast<u8>(100 + user));
}

constexpr Amount fee = Amount::units(1'000);

engine::Genesis signed_market(Amount cost = fee) {
    engine::Genesis genesis = market();
    genesis.access = {true, ether, cost};
    for (u32 i = 0; i < genesis.accounts.size(); ++i) genesis.accounts[i].key = pen_of(i).key();
    return genesis;
}

engine::Machine start(const engine::Genesis& genesis) {
    auto machine = engine::Machine::create(genesis);
    EXPECT_TRUE(machine);
    return std::move(*machine);
}

engine::Block block_of(const engine::Machine& machine, std::vector<Transaction> transactions) {
    engine::Block block{machine.height() + 1, machine.time() + block_seconds, {}, {}};
    block.reports = {{PublisherId{0}, ether_feed, dollars(200), Price(), block.time, {}},
                     {PublisherId{0}, token_feed, dollars(5), Price(), block.time, {}}};
    block.transactions = std::move(transactions);
    return block;
}

engine::Outcome run(engine::Machine& machine, std::vector<Transaction> transactions) {
    return *machine.execute(block_of(machine, std::move(transactions)));
}

Transaction by_user(const engine::Machine& machine, u32 sender, std::variant<Action, Batch> body) {
    const u64 nonce = machine.state().ledger.nonce(user(sender));
    return pen_of(sender).sign({user(sender), nonce, std::move(body)}, machine.chain());
}

Transaction ask(const engine::Machine& machine, u32 sender, Action action) {
    return by_user(machine, sender, {std::move(action)});
}

engine::Transfer to(u32 receiver) {
    return {user(receiver), ether, whole(1)};
}

/// What became of one transaction in a block of its own.
Reject refused(engine::Machine& machine, Transaction transaction) {
    const engine::Outcome outcome = run(machine, {std::move(transaction)});
    EXPECT_FALSE(outcome.receipts[0].accepted());
    return outcome.receipts[0].reason();
}

struct Refusal {
    const char* what;
    Reject reason;
    Transaction transaction;
};

/// Each of what may not be tried, with everything that is checked earlier in order.
std::vector<Refusal> refusals(const engine::Machine& machine) {
    const auto& chain = machine.chain();
    const u64 nonce = machine.state().ledger.nonce(user(0));
    const Action move = to(1);
    const auto signed_by = [&](const Pen& pen, Transaction transaction) {
        return pen.sign(std::move(transaction), chain);
    };
    Transaction altered = ask(machine, 0, to(1));
    std::get<engine::Transfer>(std::get<Action>(altered.body)).amount = whole(2);
    Transaction later = ask(machine, 0, to(1));
    later.expires = machine.time() + 1'000;
    crypto::Digest elsewhere = chain;
    elsewhere[0] ^= 1;
    const u64 past = machine.time() + block_seconds - 1;
    return {
        {"nobody", Reject::unknown_account, signed_by(pen_of(0), {user(99), 0, move})},
        {"the machine", Reject::system_account_forbidden,
         signed_by(pen_of(0), {system_account::surplus, 0, move})},
        {"too late", Reject::transaction_expired,
         signed_by(pen_of(0), {user(0), nonce, move, past})},
        {"used nonce", Reject::bad_nonce, signed_by(pen_of(0), {user(0), nonce - 1, move})},
        {"far nonce", Reject::bad_nonce,
         signed_by(pen_of(0), {user(0), nonce + access::nonce_window, move})},
        {"long", Reject::batch_too_long,
         signed_by(pen_of(0), {user(0), nonce, Batch{std::vector(limits::batch_max + 1, move)}})},
        {"unsigned", Reject::signature_missing, {user(0), nonce, move}},
        {"other amount", Reject::signature_wrong, altered},
        {"other time", Reject::signature_wrong, later},
        {"other chain", Reject::signature_wrong, pen_of(0).sign({user(0), nonce, move}, elsewhere)},
        {"stranger", Reject::key_not_granted, signed_by(pen_of(1), {user(0), nonce, move})},
        {"key over", Reject::key_expired, signed_by(Pen(1), {user(0), nonce, move})},
        {"trader", Reject::right_missing, signed_by(Pen(2), {user(0), nonce, move})},
        {"poor", Reject::fee_not_covered,
         signed_by(pen_of(7), {user(7), machine.state().ledger.nonce(user(7)), to(1)})},
    };
}

/// User 0 has a key that is over (1) and one that may only trade (2); user 7 is short of the fee.
engine::Machine prepared() {
    engine::Machine machine = start(signed_market());
    const u64 soon = machine.time() + block_seconds;
    const Batch keys{{access::GrantKey{Pen(1).key(), access::right::all, soon},
                      access::GrantKey{Pen(2).key(), access::right::trade, 0}}};
    const engine::Transfer all{user(6), ether, whole(1'000) - fee};
    const auto outcome = run(machine, {by_user(machine, 0, keys), ask(machine, 7, all)});
    EXPECT_TRUE(outcome.receipts[0].accepted() && outcome.receipts[1].accepted());
    return machine;
}

TEST(access, l4_what_may_not_be_tried_changes_nothing) {
    const engine::Machine before = prepared();
    engine::Machine idle = before;
    (void)run(idle, {});
    for (const Refusal& refusal : refusals(before)) {
        engine::Machine machine = before;
        const auto outcome = run(machine, {refusal.transaction});
        ASSERT_FALSE(outcome.receipts[0].accepted()) << refusal.what;
        EXPECT_EQ(name(outcome.receipts[0].reason()), name(refusal.reason)) << refusal.what;
        EXPECT_EQ(machine.root(), idle.root()) << refusal.what;
    }
}

/// What a node asks before a block is what the block asks.
TEST(access, authority_can_be_asked_ahead_of_a_block) {
    const engine::Machine machine = prepared();
    const u64 now = machine.time() + block_seconds;
    for (const Refusal& refusal : refusals(machine)) {
        const auto may = machine.check_authority(refusal.transaction, Verdict::unknown, now);
        ASSERT_FALSE(may) << refusal.what;
        EXPECT_EQ(name(may.error()), name(refusal.reason)) << refusal.what;
        const bool signature = refusal.reason == Reject::signature_wrong;
        EXPECT_EQ(machine.check_authority(refusal.transaction, Verdict::good, now).has_value(),
                  signature)
            << refusal.what;
    }
    EXPECT_TRUE(machine.check_authority(ask(machine, 0, to(1)), Verdict::unknown, now));
}

TEST(access, l4_what_was_tried_and_rejected_keeps_nonce_and_fee) {
    engine::Machine machine = prepared();
    const auto& ledger = machine.state().ledger;
    const Amount held = ledger.balance(user(0), ether);
    const Amount surplus = ledger.balance(system_account::surplus, ether);
    const u64 nonce = ledger.nonce(user(0));
    const engine::Outcome outcome =
        run(machine, {by_user(machine, 0, Batch{{to(1), engine::Transfer{user(0), ether, fee}}})});
    EXPECT_EQ(outcome.receipts[0].reason(), Reject::self_transfer);
    EXPECT_EQ(outcome.receipts[0].position, 1);
    EXPECT_EQ(ledger.nonce(user(0)), nonce + 1);
    EXPECT_EQ(ledger.balance(user(0), ether), held - fee - fee);
    EXPECT_EQ(ledger.balance(system_account::surplus, ether), surplus + fee + fee);
    const Event& paid = outcome.events.back();
    EXPECT_EQ(paid, (Event{EventKind::fee_paid, 2, user(0), ether, 2 * fee.units(), 0}));
}

TEST(access, an_empty_batch_costs_a_fee_too) {
    engine::Machine machine = prepared();
    const Amount held = machine.state().ledger.balance(user(0), ether);
    EXPECT_EQ(refused(machine, by_user(machine, 0, Batch{})), Reject::batch_empty);
    EXPECT_EQ(machine.state().ledger.balance(user(0), ether), held - fee);
}

TEST(access, nonces_of_the_window_may_come_in_any_order_once_each) {
    const engine::Machine before = prepared();
    const u64 base = before.state().ledger.nonce(user(0));
    std::vector<Transaction> ordered;
    for (u64 i = 0; i < access::nonce_window; ++i)
        ordered.push_back(pen_of(0).sign({user(0), base + i, Action(to(1))}, before.chain()));
    engine::Machine forward = before;
    for (const auto& receipt : run(forward, ordered).receipts) EXPECT_TRUE(receipt.accepted());

    std::mt19937_64 random(64);
    std::shuffle(ordered.begin(), ordered.end(), random);
    engine::Machine shuffled = before;
    const std::size_t half = ordered.size() / 2;
    const auto cut = ordered.begin() + static_cast<long>(half);
    for (const auto& receipt : run(shuffled, {ordered.begin(), cut}).receipts)
        EXPECT_TRUE(receipt.accepted());
    // Everything again: the first half is used, the second is not.
    const auto outcome = run(shuffled, ordered);
    for (std::size_t i = 0; i < ordered.size(); ++i)
        EXPECT_EQ(outcome.receipts[i].code,
                  i < half ? static_cast<u16>(Reject::bad_nonce) : u16{0});
    EXPECT_EQ(shuffled.state().ledger.nonce(user(0)), base + access::nonce_window);
    (void)run(forward, {});
    EXPECT_EQ(forward.root(), shuffled.root());
}

TEST(access, l5_verdicts_of_others_change_nothing) {
    const engine::Machine before = prepared();
    std::vector<Transaction> transactions;
    for (const Refusal& refusal : refusals(before)) transactions.push_back(refusal.transaction);
    for (u32 i = 0; i < 4; ++i) transactions.push_back(ask(before, i, to(i + 1)));
    std::mt19937_64 random(3);
    for (int round = 0; round < 8; ++round) {
        std::shuffle(transactions.begin(), transactions.end(), random);
        std::vector<Verdict> verdicts;
        for (const Transaction& transaction : transactions) {
            const bool good = engine::authentic(transaction, before.genesis(), before.chain());
            const Verdict told = good ? Verdict::good : Verdict::bad;
            verdicts.push_back(random() % 3 == 0 ? Verdict::unknown : told);
        }
        verdicts.resize(random() % (verdicts.size() + 1));
        engine::Machine alone = before;
        engine::Machine told = before;
        const engine::Block block = block_of(before, transactions);
        const auto one = alone.execute(block);
        const auto two = told.execute(block, verdicts);
        ASSERT_TRUE(one && two);
        EXPECT_EQ(one->receipts, two->receipts);
        EXPECT_EQ(one->events, two->events);
        EXPECT_EQ(one->root, two->root);
    }
}

TEST(access, keys_are_granted_changed_and_revoked) {
    engine::Machine machine = prepared();
    const auto by = [&](const Pen& pen, Action action) {
        const u64 nonce = machine.state().ledger.nonce(user(0));
        return run(machine, {pen.sign({user(0), nonce, std::move(action)}, machine.chain())})
            .receipts[0];
    };
    const Action open = vaults::OpenVault{ether_vaults};
    EXPECT_TRUE(by(Pen(2), open).accepted());
    EXPECT_TRUE(
        by(pen_of(0), access::GrantKey{Pen(2).key(), access::right::withdraw, 0}).accepted());
    EXPECT_EQ(by(Pen(2), open).reason(), Reject::right_missing);
    EXPECT_TRUE(by(Pen(2), to(1)).accepted());
    EXPECT_EQ(by(Pen(2), access::RevokeKey{pen_of(0).key()}).reason(), Reject::right_missing);
    EXPECT_TRUE(by(pen_of(0), access::RevokeKey{Pen(2).key()}).accepted());
    EXPECT_EQ(by(Pen(2), to(1)).reason(), Reject::key_not_granted);
    EXPECT_EQ(by(pen_of(0), access::RevokeKey{Pen(2).key()}).reason(), Reject::key_not_granted);
}

TEST(access, what_may_not_be_granted_or_revoked) {
    engine::Machine machine = prepared();
    const auto why = [&](Action action) { return refused(machine, ask(machine, 0, action)); };
    crypto::Key malformed{crypto::Scheme::ethereum, {}};
    malformed.bytes[31] = 1;
    EXPECT_EQ(why(access::OpenAccount{malformed}), Reject::key_malformed);
    EXPECT_EQ(why(access::GrantKey{malformed, 1, 0}), Reject::key_malformed);
    EXPECT_EQ(why(access::GrantKey{Pen(3).key(), 0, 0}), Reject::rights_unknown);
    EXPECT_EQ(why(access::GrantKey{Pen(3).key(), 8, 0}), Reject::rights_unknown);
    EXPECT_EQ(why(access::GrantKey{Pen(3).key(), 1, machine.time()}), Reject::grant_expired);
    // The last that manages for ever: neither revoked, nor narrowed, nor ended.
    EXPECT_EQ(why(access::RevokeKey{pen_of(0).key()}), Reject::last_manager);
    EXPECT_EQ(why(access::GrantKey{pen_of(0).key(), access::right::trade, 0}),
              Reject::last_manager);
    EXPECT_EQ(why(access::GrantKey{pen_of(0).key(), access::right::all, limits::time_max}),
              Reject::last_manager);
    Batch many;
    for (u8 i = 0; i < access::grants_max - 3; ++i)
        many.actions.push_back(access::GrantKey{Pen(static_cast<u8>(10 + i)).key(), 1, 0});
    EXPECT_TRUE(run(machine, {by_user(machine, 0, many)}).receipts[0].accepted());
    EXPECT_EQ(why(access::GrantKey{Pen(50).key(), 1, 0}), Reject::keys_full);
    // With a second manager the first may go.
    const Batch handed{{access::GrantKey{Pen(2).key(), access::right::all, 0},
                        access::RevokeKey{pen_of(0).key()}}};
    EXPECT_TRUE(run(machine, {by_user(machine, 0, handed)}).receipts[0].accepted());
    EXPECT_EQ(why(to(1)), Reject::key_not_granted);
}

TEST(access, sub_accounts_are_acted_for_by_their_own_keys_and_their_parents) {
    engine::Machine machine = prepared();
    const AccountId child = user(8);
    const auto opened = run(machine, {ask(machine, 0, access::OpenAccount{})});
    ASSERT_TRUE(opened.receipts[0].accepted());
    EXPECT_EQ(opened.events.back(), (Event{EventKind::account_opened, child.value(), user(0),
                                           AssetId{}, 0, user(0).value()}));
    (void)run(machine, {ask(machine, 0, engine::Transfer{child, ether, whole(5)})});
    const auto by = [&](const Pen& pen, AccountId sender, Action action) {
        const u64 nonce = machine.state().ledger.nonce(sender);
        return run(machine, {pen.sign({sender, nonce, std::move(action)}, machine.chain())})
            .receipts[0];
    };
    EXPECT_TRUE(by(pen_of(0), child, to(1)).accepted());
    EXPECT_EQ(by(Pen(2), child, to(1)).reason(), Reject::right_missing);
    EXPECT_TRUE(by(pen_of(0), child, access::GrantKey{Pen(9).key(), access::right::withdraw, 0})
                    .accepted());
    EXPECT_TRUE(by(Pen(9), child, to(1)).accepted());
    EXPECT_EQ(by(Pen(9), user(0), to(1)).reason(), Reject::key_not_granted);
    // A key of both may do what either says.
    EXPECT_TRUE(by(pen_of(0), child, access::GrantKey{Pen(2).key(), access::right::withdraw, 0})
                    .accepted());
    EXPECT_TRUE(by(Pen(2), child, to(1)).accepted());
    EXPECT_TRUE(by(Pen(2), child, vaults::OpenVault{ether_vaults}).accepted());
    // A sub-account of a sub-account is its parent's, and may be left without keys of its own.
    const auto second = run(
        machine,
        {pen_of(0).sign({child, machine.state().ledger.nonce(child), Action(access::OpenAccount{})},
                        machine.chain())});
    EXPECT_EQ(second.events.back().value, user(0).value());
    EXPECT_TRUE(by(pen_of(0), child, access::RevokeKey{Pen(9).key()}).accepted());
}

TEST(access, an_account_with_a_key_stands_alone) {
    engine::Machine machine = prepared();
    const auto opened = run(machine, {ask(machine, 0, access::OpenAccount{Pen(20).key()}),
                                      ask(machine, 1, access::OpenAccount{Pen(21).key()})});
    ASSERT_TRUE(opened.receipts[0].accepted() && opened.receipts[1].accepted());
    const auto fund = run(machine, {ask(machine, 0, engine::Transfer{user(9), ether, whole(2)})});
    const auto by = [&](const Pen& pen) {
        return run(machine,
                   {pen.sign({user(9), machine.state().ledger.nonce(user(9)), Action(to(1))},
                             machine.chain())})
            .receipts[0];
    };
    EXPECT_EQ(by(pen_of(1)).reason(), Reject::key_not_granted);
    EXPECT_EQ(by(Pen(20)).reason(), Reject::key_not_granted);
    EXPECT_TRUE(by(Pen(21)).accepted());
    EXPECT_EQ(machine.state().access.holders[9].parent, user(9));
    EXPECT_EQ(engine::Machine::restore(machine.genesis(), machine.snapshot())->root(),
              machine.root());
}

TEST(access, a_market_without_signatures_opens_accounts_and_has_no_keys) {
    engine::Machine machine = start(market());
    const auto asked = [&](u32 sender, Action action) {
        const AccountId account = user(sender);
        return run(machine, {{account, machine.state().ledger.nonce(account), std::move(action)}})
            .receipts[0];
    };
    EXPECT_TRUE(asked(0, access::OpenAccount{Pen(1).key()}).accepted());
    EXPECT_TRUE(machine.state().ledger.exists(user(8)));
    EXPECT_EQ(machine.state().access.holders.size(), 0u);
    EXPECT_EQ(asked(0, access::GrantKey{Pen(1).key(), 1, 0}).reason(), Reject::keys_unused);
    EXPECT_EQ(asked(0, access::RevokeKey{Pen(1).key()}).reason(), Reject::keys_unused);
    // The new account can do what others can: it gets debt asset and lays it into the backstop.
    EXPECT_TRUE(asked(0, engine::Transfer{user(8), ether, whole(100)}).accepted());
    EXPECT_TRUE(asked(8, vaults::OpenVault{ether_vaults}).accepted());
    EXPECT_TRUE(asked(8, vaults::Deposit{VaultId{0}, ether, whole(100)}).accepted());
    EXPECT_TRUE(asked(8, vaults::Mint{VaultId{0}, whole(2'000)}).accepted());
    EXPECT_TRUE(asked(8, engine::PoolDeposit{dollar, whole(500)}).accepted());
    EXPECT_TRUE(asked(8, engine::PoolWithdraw{dollar, whole(100)}).accepted());
}

TEST(access, an_account_that_a_failed_batch_opened_is_gone) {
    engine::Machine machine = prepared();
    const u32 accounts = machine.state().ledger.accounts();
    const Batch batch{{access::OpenAccount{}, access::OpenAccount{Pen(30).key()},
                       access::RevokeKey{Pen(31).key()}}};
    EXPECT_EQ(refused(machine, by_user(machine, 0, batch)), Reject::key_not_granted);
    EXPECT_EQ(machine.state().ledger.accounts(), accounts);
    EXPECT_EQ(machine.state().access.holders.size(), accounts - system_accounts);
    EXPECT_EQ(machine.state().backstop.heads.size(), accounts);
}

/// Which right each action of user 0 needs; vault 0 is his, vault 1 is user 1's.
TEST(access, rights_by_action) {
    engine::Machine machine = prepared();
    const Action open = vaults::OpenVault{ether_vaults};
    (void)run(machine, {ask(machine, 0, open), ask(machine, 1, open)});
    const auto works_with = [&](u8 rights, const Action& action) {
        engine::Machine copy = machine;
        const access::GrantKey grant{Pen(40).key(), rights, 0};
        (void)run(copy, {ask(copy, 0, grant)});
        const u64 nonce = copy.state().ledger.nonce(user(0));
        const auto outcome = run(copy, {Pen(40).sign({user(0), nonce, action}, copy.chain())});
        return outcome.receipts[0].code != static_cast<u16>(Reject::right_missing);
    };
    namespace right = access::right;
    struct Case {
        Action action;
        u8 needed;
    };
    const Case cases[] = {{to(1), right::withdraw},
                          {open, right::trade},
                          {vaults::Deposit{VaultId{0}, ether, whole(1)}, right::trade},
                          {vaults::Deposit{VaultId{1}, ether, whole(1)}, right::withdraw},
                          {vaults::Deposit{VaultId{2}, ether, whole(1)}, right::trade},
                          {vaults::Repay{VaultId{0}, whole(1)}, right::trade},
                          {vaults::Repay{VaultId{1}, whole(1)}, right::withdraw},
                          {vaults::Withdraw{VaultId{0}, ether, whole(1)}, right::trade},
                          {engine::PoolDeposit{dollar, whole(1)}, right::trade},
                          {clearing::OpenMargin{}, right::trade | right::manage},
                          {clearing::SwitchModel{}, right::manage},
                          {access::OpenAccount{}, right::manage},
                          {access::GrantKey{Pen(1).key(), 1, 0}, right::manage},
                          {access::RevokeKey{Pen(1).key()}, right::manage}};
    for (const Case& each : cases)
        for (u8 rights = 1; rights <= right::all; ++rights)
            EXPECT_EQ(works_with(rights, each.action), (each.needed & ~rights) == 0)
                << each.action.index() << " with rights " << int{rights};
}

TEST(access, fees_and_keys_of_a_genesis_are_checked) {
    const auto fault = [](const engine::Genesis& genesis) {
        return engine::validate(genesis).value_or(TermsFault{}).key;
    };
    EXPECT_EQ(fault(signed_market()), "");
    engine::Genesis genesis = signed_market();
    genesis.accounts[3].key.reset();
    EXPECT_EQ(fault(genesis), "accounts[3].key");
    genesis.accounts[3].key = crypto::Key{crypto::Scheme::ethereum, {}};
    genesis.accounts[3].key->bytes.fill(1);
    EXPECT_EQ(fault(genesis), "accounts[3].key");
    genesis.access.fee_asset = AssetId{9};
    EXPECT_EQ(fault(genesis), "access.fee_asset");
    genesis.access.fee = Amount::units(-1);
    EXPECT_EQ(fault(genesis), "access.fee");
}

TEST(access, a_preview_shows_what_would_be_and_takes_it_back) {
    engine::Machine machine = prepared();
    const crypto::Digest root = machine.root();
    const Bytes snapshot = machine.snapshot();
    const Batch batch{{access::OpenAccount{}, to(1)}};
    const Transaction good = by_user(machine, 0, batch);
    const Transaction bad = by_user(machine, 0, Batch{{to(1), to(0)}});
    const Transaction later{user(0), 77, Action(to(2))};
    const u32 accounts = machine.state().ledger.accounts();
    u32 seen = 0;
    const auto preview = machine.preview(
        std::vector{good, bad, later}, true,
        [&](const engine::Machine& then) { seen = then.state().ledger.accounts(); });
    EXPECT_EQ(seen, accounts + 1);
    EXPECT_TRUE(preview.receipts[0].accepted());
    EXPECT_EQ(preview.receipts[1].reason(), Reject::bad_nonce);
    EXPECT_EQ(preview.receipts[2].reason(), Reject::bad_nonce);
    EXPECT_EQ(machine.root(), root);
    EXPECT_EQ(machine.snapshot(), snapshot);
    // Without authority the same is tried for free.
    const auto free = machine.preview(std::vector{good, bad, later}, false);
    EXPECT_TRUE(free.receipts[0].accepted());
    EXPECT_EQ(free.receipts[1].reason(), Reject::self_transfer);
    EXPECT_TRUE(free.receipts[2].accepted());
    for (const Event& event : free.events) EXPECT_NE(event.kind, EventKind::fee_paid);
    EXPECT_EQ(machine.snapshot(), snapshot);
    // A verdict stands in the place of the signature, and of nothing else.
    Transaction forged = good;
    forged.authorisation->signature[3] ^= 1;
    const std::vector<Verdict> told{Verdict::good, Verdict::good};
    const auto believed =
        machine.preview(std::vector{forged, bad}, true, [](const engine::Machine&) {}, told);
    EXPECT_TRUE(believed.receipts[0].accepted());
    EXPECT_EQ(believed.receipts[1].reason(), Reject::bad_nonce);
    EXPECT_EQ(machine.snapshot(), snapshot);
    EXPECT_TRUE(run(machine, {good}).receipts[0].accepted());
}

}  // namespace
}  // namespace ballast
