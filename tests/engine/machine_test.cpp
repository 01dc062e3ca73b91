#include <ballast/support/sample_market.hpp>

#include <ballast/engine/log.hpp>

#include <gtest/gtest.h>

namespace ballast {
namespace {

using namespace sample;
using engine::Batch;
using engine::Transfer;

/// A vault of user 0 with 100 ether at 200 dollars and 10 000 dollars of debt: 200 %.
Chain with_vault(engine::Genesis genesis = market()) {
    Chain chain(std::move(genesis));
    chain.price(ether_feed, dollars(200));
    chain.price(token_feed, dollars(5));
    chain.block();
    chain.ask(user(0), vaults::OpenVault{ether_vaults});
    chain.ask(user(0), vaults::Deposit{VaultId{0}, ether, whole(100)});
    chain.ask(user(0), vaults::Mint{VaultId{0}, whole(10'000)});
    for (const engine::Receipt& receipt : chain.block().receipts)
        EXPECT_TRUE(receipt.accepted()) << receipt.code;
    return chain;
}

bool happened(const engine::Outcome& outcome, EventKind kind) {
    return std::any_of(outcome.events.begin(), outcome.events.end(),
                       [kind](const Event& e) { return e.kind == kind; });
}

TEST(machine, a_vault_mints_what_its_collateral_backs) {
    Chain chain = with_vault();
    EXPECT_EQ(chain.balance(user(0), dollar), whole(10'000));
    EXPECT_EQ(chain.machine().state().ledger.supply(dollar), whole(10'000));
    chain.ask(user(0), vaults::Mint{VaultId{0}, whole(4'000)});
    EXPECT_EQ(chain.block().receipts[0].reason(), Reject::ratio_under_minimum);
}

TEST(machine,
     an_unhealthy_vault_is_auctioned_in_the_block_in_which_it_crosses_and_the_debt_is_paid) {
    Chain chain = with_vault();
    chain.ask(user(0), Transfer{user(1), dollar, whole(10'000)});
    chain.block();
    chain.price(ether_feed, dollars(140));
    EXPECT_TRUE(happened(chain.block(), EventKind::auction_started));
    ASSERT_EQ(chain.machine().state().auctions.open.get().size(), 1u);

    // 11 300 are due; 120 % of 140 is 168, after ten cuts 151.9.  The keeper holds 10 000, so he
    // takes a part.
    chain.block(300);
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(9'000), Ray::units(ray_one * 160)});
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    EXPECT_GT(chain.balance(user(1), ether), whole(1'050));
    EXPECT_GT(chain.balance(user(1), dollar), whole(1'000));  // What is left of 10 000 and the
                                                              // reward.
}

TEST(machine, what_keepers_do_not_want_goes_to_the_pool) {
    Chain chain = with_vault();
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(10'000)});
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    chain.price(ether_feed, dollars(140));
    chain.block();
    for (int i = 0; i < 5; ++i) chain.block(4'000);  // Past the tail, four times over.
    EXPECT_TRUE(chain.machine().state().auctions.open.get().size() <= 1u);
    const Amount left = backstop::total(chain.machine().genesis().backstop,
                                        chain.machine().state().backstop, dollar);
    EXPECT_EQ(left, whole(1'000));  // It could take 9 999 of 10 000, but leaves no less than a
                                    // minimum debt.
    chain.ask(user(0), engine::PoolClaim{dollar});
    const Amount before = chain.balance(user(0), ether);
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    EXPECT_GT(chain.balance(user(0), ether), before + whole(70));
}

TEST(machine, a_batch_is_done_whole_or_not_at_all) {
    Chain chain = with_vault();
    const engine::Header before = chain.machine().header();
    chain.ask(user(0), Batch{{vaults::Repay{VaultId{0}, whole(5'000)},
                              vaults::Withdraw{VaultId{0}, ether, whole(90)}}});
    const engine::Receipt failed = chain.block().receipts[0];
    EXPECT_EQ(failed.reason(), Reject::ratio_under_minimum);
    EXPECT_EQ(failed.position, 1);
    EXPECT_FALSE(happened(chain.outcome(), EventKind::debt_repaid));
    // L4: of what a transaction can write, nothing but the nonce, which is the ledger's.
    constexpr std::size_t oracle = 4;  // The ledger and the tables of the oracle come first.
    constexpr std::size_t types = 6;   // Holds the time to which the fees stand.
    for (std::size_t i = 0; i < before.tables.size(); ++i)
        EXPECT_TRUE(i <= oracle || i == types ||
                    chain.machine().header().tables[i] == before.tables[i])
            << i;

    chain.ask(user(0), Batch{{vaults::Repay{VaultId{0}, whole(5'000)},
                              vaults::Withdraw{VaultId{0}, ether, whole(40)}}});
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    EXPECT_EQ(chain.balance(user(0), dollar), whole(5'000));
    EXPECT_EQ(chain.balance(user(0), ether), whole(940));
}

TEST(machine, l5_the_log_replays_to_the_same_roots_and_a_snapshot_goes_on_from_there) {
    engine::Genesis genesis = market();
    auto machine = engine::Machine::create(genesis);
    ASSERT_TRUE(machine);
    Bytes log = engine::log_header(genesis);
    for (u64 height = 1; height <= 40; ++height) {
        engine::Block block{height, genesis_time + height * block_seconds, {}, {}};
        const Price price = dollars(200 - static_cast<i64>(height));
        block.reports = {{PublisherId{0}, ether_feed, price, Price(), block.time, {}}};
        const u64 nonce = machine->state().ledger.nonce(user(0));
        if (height == 2)
            block.transactions.push_back(
                {user(0), nonce, engine::Action(vaults::OpenVault{ether_vaults})});
        if (height == 3)
            block.transactions.push_back(
                {user(0), nonce, engine::Action(vaults::Deposit{VaultId{0}, ether, whole(100)})});
        if (height == 4)
            block.transactions.push_back(
                {user(0), nonce, engine::Action(vaults::Mint{VaultId{0}, whole(12'000)})});
        const auto outcome = machine->execute(block);
        ASSERT_TRUE(outcome);
        const Bytes record = engine::log_record(block, outcome->root);
        log.insert(log.end(), record.begin(), record.end());
    }
    EXPECT_FALSE(machine->state().auctions.open.get().empty());

    auto reader = engine::LogReader::open(log);
    ASSERT_TRUE(reader);
    auto again = engine::Machine::create(reader->genesis());
    ASSERT_TRUE(again);
    std::optional<engine::Machine> restored;
    while (true) {
        const auto record = reader->next();
        ASSERT_TRUE(record);
        if (!*record) break;
        EXPECT_EQ(again->execute((*record)->block)->root, (*record)->root);
        if (restored) {
            EXPECT_EQ(restored->execute((*record)->block)->root, (*record)->root);
        }
        if (again->height() == 20) {
            const Bytes snapshot = again->snapshot();
            auto loaded = engine::Machine::restore(genesis, snapshot);
            ASSERT_TRUE(loaded) << name(loaded.error());
            EXPECT_EQ(loaded->snapshot(), snapshot);
            restored.emplace(std::move(*loaded));
        }
    }
    EXPECT_EQ(again->root(), machine->root());
}

TEST(log, a_torn_record_and_a_flipped_bit_are_found_and_what_stands_before_is_good) {
    engine::Genesis genesis = market();
    Bytes log = engine::log_header(genesis);
    const std::size_t header = log.size();
    const Bytes record =
        engine::log_record(engine::Block{1, genesis_time, {}, {}}, crypto::Digest{});
    log.insert(log.end(), record.begin(), record.end());
    for (std::size_t size = header + 1; size < log.size(); ++size) {
        auto reader = engine::LogReader::open(ByteView(log).first(size));
        ASSERT_TRUE(reader);
        EXPECT_EQ(reader->next().error(), Reject::truncated);
        EXPECT_EQ(reader->good(), header);
    }
    log[header + 10] ^= 1;
    EXPECT_EQ(engine::LogReader::open(log)->next().error(), Reject::bad_digest);
    log[0] ^= 1;
    EXPECT_EQ(engine::LogReader::open(log).error(), Reject::bad_magic);
}

TEST(snapshot, another_genesis_and_a_changed_balance_are_refused) {
    Chain chain = with_vault();
    Bytes bytes = chain.machine().snapshot();
    EXPECT_EQ(engine::Machine::restore(market(9), bytes).error(), Reject::wrong_genesis);
    for (std::size_t at = 60; at < bytes.size(); at += 97) {
        bytes[at] ^= 1;
        EXPECT_FALSE(engine::Machine::restore(market(), bytes)) << at;
        bytes[at] ^= 1;
    }
    EXPECT_TRUE(engine::Machine::restore(market(), bytes));
    for (std::size_t size = 0; size < bytes.size(); size += 31)
        EXPECT_FALSE(engine::Machine::restore(market(), ByteView(bytes).first(size)));
}

TEST(machine, blocks_out_of_order_are_refused_and_change_nothing) {
    Chain chain = with_vault();
    engine::Machine machine = chain.machine();
    const crypto::Digest root = machine.root();
    const u64 height = machine.height();
    EXPECT_EQ(machine.execute({height, machine.time(), {}, {}}).error(), Reject::bad_height);
    EXPECT_EQ(machine.execute({height + 1, machine.time() - 1, {}, {}}).error(), Reject::bad_time);
    EXPECT_EQ(machine.execute({height + 1, machine.time() + limits::step_seconds_max + 1, {}, {}})
                  .error(),
              Reject::bad_time);
    EXPECT_EQ(machine.root(), root);
}

TEST(machine, a_block_is_as_long_as_the_actions_in_its_batches) {
    engine::Machine machine = *engine::Machine::create(market());
    engine::Block block{1, genesis_time, {}, {}};
    const auto of_size = [](u32 actions) {
        return engine::Transaction{user(0), 0, Batch{std::vector<engine::Action>(actions)}};
    };
    block.transactions.push_back(of_size(limits::block_transactions_max / 2));
    block.transactions.push_back(of_size(limits::block_transactions_max / 2 + 1));
    const crypto::Digest root = machine.root();
    EXPECT_EQ(machine.execute(block).error(), Reject::block_too_long);
    EXPECT_EQ(machine.root(), root);
    block.transactions.back() = of_size(limits::block_transactions_max / 2);
    block.transactions.push_back({user(1), 0, engine::Action(Transfer{user(2), ether, whole(1)})});
    const auto outcome = machine.execute(block);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->receipts[0].reason(), Reject::batch_too_long);
    EXPECT_TRUE(outcome->receipts[2].accepted());
}

TEST(machine, a_rejected_transaction_uses_its_nonce_and_a_wrong_nonce_does_not) {
    Chain chain = with_vault();
    const u64 nonce = chain.machine().state().ledger.nonce(user(1));
    chain.ask(user(1), Transfer{user(2), ether, whole(5'000)});
    EXPECT_EQ(chain.block().receipts[0].reason(), Reject::insufficient_balance);
    EXPECT_EQ(chain.machine().state().ledger.nonce(user(1)), nonce + 1);
    engine::Machine machine = chain.machine();
    const engine::Transaction late{user(1), nonce,
                                   engine::Action(Transfer{user(2), ether, whole(1)})};
    const auto outcome = machine.execute({machine.height() + 1, machine.time(), {}, {late}});
    EXPECT_EQ(outcome->receipts[0].reason(), Reject::bad_nonce);
    EXPECT_EQ(machine.state().ledger.nonce(user(1)), nonce + 1);
}

}  // namespace
}  // namespace ballast
