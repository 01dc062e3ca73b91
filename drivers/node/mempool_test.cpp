#include <ballast/node/mempool.hpp>

#include <gtest/gtest.h>

namespace ballast::node {
namespace {

using Steady = std::chrono::steady_clock;

engine::Transaction transaction(u32 sender, u64 nonce, u64 expires = 0) {
    engine::Transaction made;
    made.sender = AccountId{sender};
    made.nonce = nonce;
    made.body = engine::Action(engine::Transfer{AccountId{99}, AssetId{0}, Amount::units(1)});
    made.expires = expires;
    return made;
}

const ToldPtr nobody = std::make_shared<const api::Told>([](const api::Fate&) {});

Ticket ticket(const engine::Transaction& of, Steady::time_point since = Steady::now()) {
    return {chain::id_of(of), nobody, since, 50};
}

// Why it was refused; nothing if it was taken.
std::string offer(Mempool& pool, engine::Transaction one, const Ticket& of, i64 funds = 0) {
    const auto fate = pool.offer(one, of, Amount::units(funds));
    return fate ? fate->why : "";
}
std::string offer(Mempool& pool, const engine::Transaction& one) {
    return offer(pool, one, ticket(one));
}

std::vector<u64> nonces(const Lot& lot) {
    std::vector<u64> found;
    for (const auto& one : lot.transactions) found.push_back(one.nonce);
    EXPECT_EQ(lot.transactions.size(), lot.tickets.size());
    for (std::size_t i = 0; i < lot.tickets.size(); ++i)
        EXPECT_EQ(lot.tickets[i].id, chain::id_of(lot.transactions[i]));
    return found;
}

TEST(MempoolTest, GivesInOrderInPartsOrAllAtOnce) {
    Mempool pool({});
    for (u64 nonce = 0; nonce < 10; ++nonce) EXPECT_EQ(offer(pool, transaction(7, nonce)), "");
    EXPECT_EQ(nonces(pool.take(3, 1'000)), (std::vector<u64>{0, 1, 2}));
    EXPECT_EQ(pool.size(), 7u);
    EXPECT_EQ(nonces(pool.take(100, 120)), (std::vector<u64>{3, 4})) << "by bytes";
    EXPECT_EQ(nonces(pool.take(100, 1)), (std::vector<u64>{5})) << "one at least";
    EXPECT_EQ(offer(pool, transaction(7, 10)), "");
    EXPECT_TRUE(pool.holds(AccountId{7}));
    EXPECT_EQ(nonces(pool.take(100, 10'000)), (std::vector<u64>{6, 7, 8, 9, 10}));
    EXPECT_EQ(pool.size(), 0u);
    EXPECT_FALSE(pool.holds(AccountId{7}));
    EXPECT_EQ(nonces(pool.take(100, 10'000)), std::vector<u64>());
}

TEST(MempoolTest, CountsActionsOfBatches) {
    Mempool pool({});
    const u32 each = limits::block_transactions_max / 2;
    for (u64 nonce = 0; nonce < 3; ++nonce) {
        engine::Transaction large = transaction(7, nonce);
        engine::Batch batch;
        batch.actions.assign(each, std::get<engine::Action>(large.body));
        large.body = std::move(batch);
        EXPECT_EQ(offer(pool, large), "");
    }
    EXPECT_EQ(nonces(pool.take(100, 10'000)), (std::vector<u64>{0, 1}));
    EXPECT_EQ(nonces(pool.drain()), (std::vector<u64>{2}));
    EXPECT_FALSE(pool.holds(AccountId{7}));
}

TEST(MempoolTest, DrainsMoreThanABlockHolds) {
    Mempool pool({});
    for (u64 nonce = 0; nonce < 4; ++nonce) {
        engine::Transaction large = transaction(7, nonce);
        engine::Batch batch;
        batch.actions.assign(limits::block_transactions_max / 2,
                             std::get<engine::Action>(large.body));
        large.body = std::move(batch);
        EXPECT_EQ(offer(pool, large), "");
    }
    EXPECT_EQ(nonces(pool.take(1, 10'000)), (std::vector<u64>{0}));
    EXPECT_EQ(nonces(pool.drain()), (std::vector<u64>{1, 2, 3}));
    EXPECT_EQ(pool.size(), 0u);
}

TEST(MempoolTest, IsBoundedInEveryWay) {
    Mempool pool({.transactions = 4, .bytes = 1'000, .per_account = 2});
    EXPECT_EQ(offer(pool, transaction(7, 0)), "");
    EXPECT_NE(offer(pool, transaction(7, 0, 5)).find("it is not replaced"), std::string::npos);
    EXPECT_EQ(offer(pool, transaction(7, 1)), "");
    EXPECT_NE(offer(pool, transaction(7, 2)).find("the most is 2"), std::string::npos);
    Ticket large = ticket(transaction(8, 0));
    large.bytes = 901;
    EXPECT_NE(offer(pool, transaction(8, 0), large).find("100 bytes"), std::string::npos);
    EXPECT_EQ(offer(pool, transaction(8, 0)), "");
    EXPECT_EQ(offer(pool, transaction(9, 0)), "");
    EXPECT_NE(offer(pool, transaction(10, 0)).find("4 transactions wait"), std::string::npos);
    // What was taken counts no longer, in parts and at once.
    EXPECT_EQ(pool.take(1, 1'000).size(), 1u);
    EXPECT_EQ(offer(pool, transaction(7, 2)), "");
    EXPECT_EQ(pool.take(100, 1'000).size(), 4u);
    for (const u64 nonce : {3u, 4u}) EXPECT_EQ(offer(pool, transaction(7, nonce)), "");
}

TEST(MempoolTest, CountsTheFeesOfAllThatWait) {
    Mempool pool({});
    const auto ask = [&](u64 nonce, i64 fee, i64 funds) {
        const auto one = transaction(7, nonce);
        Ticket of = ticket(one);
        of.fee = Amount::units(fee * amount_one);
        return offer(pool, one, of, funds * amount_one);
    };
    EXPECT_EQ(ask(0, 2, 5), "");
    EXPECT_EQ(ask(1, 3, 5), "");
    const std::string why = ask(2, 1, 5);
    EXPECT_NE(why.find("account 7 holds 5"), std::string::npos) << why;
    EXPECT_NE(why.find("its fee is 1"), std::string::npos) << why;
    EXPECT_NE(why.find("and 5"), std::string::npos) << why;
    EXPECT_EQ(ask(2, 1, 6), "");
    // What was taken is owed no longer.
    EXPECT_EQ(pool.take(1, 1'000).size(), 1u);
    EXPECT_EQ(ask(3, 1, 5), "");
    EXPECT_NE(ask(4, 1, 5), "");
    EXPECT_EQ(pool.drain().size(), 3u);
    EXPECT_EQ(ask(4, 5, 5), "");
}

TEST(MempoolTest, LetsGoWhatIsLate) {
    Mempool pool({.wait = std::chrono::seconds(60)});
    const auto now = Steady::now();
    const auto old = transaction(7, 0), soon = transaction(7, 1, 1'000), last = transaction(7, 2);
    EXPECT_EQ(offer(pool, old, ticket(old, now - std::chrono::seconds(50))), "");
    EXPECT_EQ(offer(pool, soon, ticket(soon, now)), "");
    EXPECT_EQ(offer(pool, last, ticket(last, now)), "");
    EXPECT_EQ(pool.expire(1'000, now).size(), 0u);
    EXPECT_EQ(nonces(pool.expire(1'001, now)), (std::vector<u64>{1}));
    EXPECT_EQ(nonces(pool.expire(1'001, now + std::chrono::seconds(10))), (std::vector<u64>{0}));
    EXPECT_EQ(offer(pool, old), "") << "it is not known any more";
    EXPECT_EQ(nonces(pool.take(9, 1'000)), (std::vector<u64>{2, 0}));
}

TEST(MempoolTest, KnowsWhoWaitsAndWhatBecameOfIt) {
    Mempool pool({});
    const auto one = transaction(7, 0);
    const Ticket of = ticket(one);
    EXPECT_TRUE(pool.look(of).open());
    EXPECT_EQ(offer(pool, one), "");
    for (std::size_t i = 1; i < Mempool::told_max; ++i) EXPECT_TRUE(pool.look(of).joined);
    const auto crowded = pool.look(of);
    ASSERT_TRUE(crowded.fate);
    EXPECT_EQ(crowded.fate->code, rpc::error_code::busy);
    EXPECT_EQ(pool.take(1, 100).size(), 1u);
    pool.settle(of.id, 12, {3, 0});
    EXPECT_EQ(pool.release(of.id).size(), Mempool::told_max - 1);
    EXPECT_EQ(pool.release(of.id).size(), 0u);
    const auto settled = pool.look(of);
    ASSERT_TRUE(settled.fate);
    EXPECT_EQ(settled.fate->height, 12u);
    EXPECT_EQ(settled.fate->receipt.code, 3u);
    EXPECT_FALSE(settled.joined);
    pool.forget(of.id);
    EXPECT_TRUE(pool.look(of).open());
}

}  // namespace
}  // namespace ballast::node
