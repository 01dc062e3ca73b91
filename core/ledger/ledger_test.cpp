#include <ballast/ledger/ledger.hpp>
#include <ballast/ledger/table.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::ledger {
namespace {

constexpr AssetId gold{0};
constexpr AssetId dollar{1};

Ledger three_accounts() {
    Ledger ledger(2);
    for (int i = 0; i < 3; ++i) {
        const AccountId account = ledger.open();
        ledger.post({system_account::issuer, account, gold, Amount::units(1000)});
    }
    return ledger;
}

AccountId user(u32 index) {
    return AccountId{system_accounts + index};
}

TEST(ledger, l1_postings_move_and_create_nothing) {
    Ledger ledger = three_accounts();
    EXPECT_EQ(ledger.supply(gold).units(), 3000);
    ledger.post({user(0), user(1), gold, Amount::units(250)});
    EXPECT_EQ(ledger.balance(user(0), gold).units(), 750);
    EXPECT_EQ(ledger.balance(user(1), gold).units(), 1250);
    EXPECT_EQ(ledger.balance(user(1), dollar).units(), 0);
    EXPECT_EQ(ledger.supply(gold).units(), 3000);
}

TEST(ledger_death, nobody_but_the_issuer_goes_below_zero) {
    Ledger ledger = three_accounts();
    EXPECT_DEATH(ledger.post({user(0), user(1), gold, Amount::units(1001)}), "");
    EXPECT_DEATH(ledger.post({user(0), user(1), gold, Amount::units(-1)}), "");
    EXPECT_DEATH(ledger.post({user(0), system_account::issuer, dollar, Amount::units(1)}), "");
}

TEST(ledger, the_root_follows_every_balance_and_nonce_and_comes_back_with_them) {
    Ledger ledger = three_accounts();
    const crypto::Digest before = ledger.digest();
    ledger.post({user(0), user(1), gold, Amount::units(1)});
    const crypto::Digest moved = ledger.digest();
    EXPECT_NE(before, moved);
    ledger.post({user(1), user(0), gold, Amount::units(1)});
    EXPECT_EQ(ledger.digest(), before);
    ledger.use_nonce(user(2), 0);
    EXPECT_NE(ledger.digest(), before);
}

TEST(ledger, rollback_takes_back_postings_nonces_and_accounts) {
    Ledger ledger = three_accounts();
    const crypto::Digest before = ledger.digest();
    ledger.begin();
    const AccountId fourth = ledger.open();
    ledger.post({user(0), fourth, gold, Amount::units(10)});
    ledger.post({user(0), fourth, gold, Amount::units(10)});
    ledger.use_nonce(user(0), 0);
    ledger.rollback();
    EXPECT_FALSE(ledger.exists(fourth));
    EXPECT_EQ(ledger.digest(), before);
    ledger.begin();
    ledger.post({user(0), user(1), gold, Amount::units(10)});
    ledger.commit();
    EXPECT_NE(ledger.digest(), before);
}

TEST(ledger, nonces_are_used_once_each_in_any_order_within_the_window) {
    Ledger ledger = three_accounts();
    const crypto::Digest fresh = ledger.digest();
    std::mt19937_64 random(31);
    constexpr u64 count = 1000;
    std::vector<bool> used(count + 2 * nonce_window);
    u64 base = 0;
    while (base < count) {
        const u64 asked = base + random() % (nonce_window + 8) - (base > 4 ? 4 : 0);
        const bool free = asked >= base && asked - base < nonce_window && !used[asked];
        ASSERT_EQ(ledger.nonce_free(user(0), asked), free) << asked << " over " << base;
        if (!free) continue;
        ledger.use_nonce(user(0), asked);
        used[asked] = true;
        while (used[base]) ++base;
        ASSERT_EQ(ledger.nonce(user(0)), base);
    }
    EXPECT_EQ(ledger.nonce(user(1)), 0u);
    EXPECT_NE(ledger.digest(), fresh);
}

TEST(ledger, nonces_used_in_sequence_leave_the_same_bytes_in_any_order_of_the_window) {
    Ledger forward = three_accounts();
    Ledger backward = three_accounts();
    for (u64 i = 0; i < nonce_window; ++i) forward.use_nonce(user(0), i);
    for (u64 i = nonce_window; i > 0; --i) backward.use_nonce(user(0), i - 1);
    EXPECT_EQ(forward.nonce(user(0)), nonce_window);
    EXPECT_EQ(forward.digest(), backward.digest());
    EXPECT_FALSE(forward.nonce_free(user(0), nonce_window - 1));
    EXPECT_TRUE(forward.nonce_free(user(0), 2 * nonce_window - 1));
    EXPECT_FALSE(forward.nonce_free(user(0), 2 * nonce_window));
    EXPECT_DEATH(forward.use_nonce(user(0), 0), "");
}

TEST(ledger, checkpoints_nest) {
    std::mt19937_64 random(7);
    Ledger ledger = three_accounts();
    std::vector<std::pair<u32, crypto::Digest>> expected;
    for (int step = 0; step < 3000; ++step) {
        const u64 what = random() % 10;
        if (what == 0 && expected.size() < 5) {
            expected.emplace_back(ledger.accounts(), ledger.digest());
            ledger.begin();
        } else if (what == 1 && !expected.empty()) {
            ledger.rollback();
            ASSERT_EQ(ledger.accounts(), expected.back().first);
            ASSERT_EQ(ledger.digest(), expected.back().second);
            expected.pop_back();
        } else if (what == 2 && !expected.empty()) {
            ledger.commit();
            expected.pop_back();
        } else if (what == 3) {
            (void)ledger.open();
        } else {
            const AccountId from = user(static_cast<u32>(random()) % 3);
            const u32 users = ledger.accounts() - system_accounts;
            const AccountId to = user(static_cast<u32>(random()) % users);
            if (ledger.balance(from, gold).units() > 0)
                ledger.post({from, to, gold, Amount::units(1)});
            ledger.use_nonce(to, ledger.nonce(to));
        }
    }
}

TEST(ledger, a_snapshot_restores_the_same_root_and_the_same_bytes) {
    Ledger ledger = three_accounts();
    ledger.post({user(0), user(1), gold, Amount::units(33)});
    ledger.use_nonce(user(0), 0);
    Bytes bytes;
    Writer writer(bytes);
    ledger.encode(writer);
    Ledger other(2);
    Reader reader(bytes);
    other.decode(reader);
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(other.digest(), ledger.digest());
    Bytes again;
    Writer second(again);
    other.encode(second);
    EXPECT_EQ(again, bytes);

    Ledger narrow(1);
    Reader wrong(bytes);
    narrow.decode(wrong);
    EXPECT_EQ(wrong.finish().error(), Reject::bad_encoding);
}

struct Row {
    u64 value = 0;
    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.value);
    }
    friend bool operator==(const Row&, const Row&) = default;
};

crypto::Digest from_scratch(const Table<Row>& table) {
    Table<Row> fresh;
    for (const Row& row : table.rows()) fresh.push(row);
    return fresh.digest();
}

TEST(table, l6_the_incremental_digest_equals_a_full_one_through_edits_pushes_and_rollbacks) {
    std::mt19937_64 random(20200312);
    Table<Row> table;
    for (int round = 0; round < 300; ++round) {
        const std::vector<Row> before(table.rows().begin(), table.rows().end());
        const bool checkpoint = random() % 2 == 0;
        if (checkpoint) table.begin();
        for (u64 i = random() % 20; i > 0; --i) {
            if (table.size() == 0 || random() % 3 == 0)
                table.push(Row{random()});
            else
                table.edit(static_cast<u32>(random() % table.size())).value = random();
        }
        if (random() % 4 == 0) (void)table.digest();
        const bool back = checkpoint && random() % 2 == 0;
        if (checkpoint) back ? table.rollback() : table.commit();
        const std::vector<Row> after(table.rows().begin(), table.rows().end());
        EXPECT_TRUE(!back || after == before);
        EXPECT_EQ(table.digest(), from_scratch(table));
    }
}

TEST(cell, rollback_brings_the_value_and_the_digest_back) {
    Cell<std::vector<u32>> cell(std::vector<u32>{1, 2});
    const crypto::Digest before = cell.digest();
    cell.begin();
    cell.edit().push_back(3);
    cell.edit().push_back(4);
    EXPECT_NE(cell.digest(), before);
    cell.rollback();
    EXPECT_EQ(cell.get(), (std::vector<u32>{1, 2}));
    EXPECT_EQ(cell.digest(), before);
}

TEST(cell, checkpoints_nest) {
    Cell<u64> cell(1);
    cell.begin();
    cell.begin();
    cell.edit() = 2;
    cell.commit();
    cell.begin();
    cell.edit() = 3;
    cell.rollback();
    EXPECT_EQ(cell.get(), 2u);
    cell.rollback();
    EXPECT_EQ(cell.get(), 1u);
}

TEST(table, checkpoints_nest) {
    std::mt19937_64 random(11);
    Table<Row> table;
    std::vector<std::vector<Row>> expected;
    for (int step = 0; step < 3000; ++step) {
        const u64 what = random() % 12;
        if (what == 0 && expected.size() < 5) {
            expected.emplace_back(table.rows().begin(), table.rows().end());
            table.begin();
        } else if (what == 1 && !expected.empty()) {
            table.rollback();
            const std::vector<Row> back(table.rows().begin(), table.rows().end());
            ASSERT_EQ(back, expected.back());
            ASSERT_EQ(table.digest(), from_scratch(table));
            expected.pop_back();
        } else if (what == 2 && !expected.empty()) {
            table.commit();
            expected.pop_back();
        } else if (what < 5 || table.size() == 0) {
            table.push(Row{random()});
        } else {
            table.edit(static_cast<u32>(random() % table.size())).value = random();
        }
    }
}

}  // namespace
}  // namespace ballast::ledger
