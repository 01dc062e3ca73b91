#include <ballast/proofs/proofs.hpp>
#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>

namespace ballast {
namespace {

using namespace sample;

Chain busy_chain() {
    Chain chain(market(100));
    chain.price(ether_feed, dollars(200));
    chain.block();
    for (u32 i = 0; i < 40; ++i) {
        chain.ask(user(i), vaults::OpenVault{ether_vaults});
        chain.ask(user(i), vaults::Deposit{VaultId{i}, ether, whole(10 + i)});
        chain.ask(user(i), engine::Transfer{user(99 - i), ether, whole(1)});
    }
    chain.block();
    return chain;
}

TEST(proofs, every_account_and_vault_is_shown_as_it_is_through_the_bytes_of_its_proof) {
    const Chain chain = busy_chain();
    const auto& machine = chain.machine();
    for (u32 i = 0; i < machine.state().ledger.accounts(); ++i) {
        const AccountId account{i};
        const auto proof = decode<proofs::PageProof>(encode(proofs::prove(machine, account)));
        ASSERT_TRUE(proof);
        const auto view = proofs::account_in(machine.root(), *proof, account, 3);
        ASSERT_TRUE(view) << name(view.error());
        EXPECT_EQ(view->nonce, machine.state().ledger.nonce(account));
        for (u16 asset = 0; asset < 3; ++asset)
            EXPECT_EQ(view->balances[asset],
                      machine.state().ledger.balance(account, AssetId{asset}));
    }
    for (u32 i = 0; i < 40; ++i) {
        const auto row =
            proofs::vault_in(machine.root(), proofs::prove(machine, VaultId{i}), VaultId{i});
        ASSERT_TRUE(row) << name(row.error());
        EXPECT_EQ(*row, machine.state().vaults.vaults[i]);
    }
}

TEST(proofs, nothing_that_was_changed_is_believed) {
    const Chain chain = busy_chain();
    const auto& machine = chain.machine();
    const AccountId account = user(7);
    const proofs::PageProof good = proofs::prove(machine, account);
    ASSERT_TRUE(proofs::account_in(machine.root(), good, account, 3));

    proofs::PageProof richer = good;
    richer.content[40] ^= 1;
    EXPECT_EQ(proofs::account_in(machine.root(), richer, account, 3).error(), Reject::bad_digest);
    proofs::PageProof elsewhere = good;
    elsewhere.page += 1;
    EXPECT_FALSE(proofs::account_in(machine.root(), elsewhere, account, 3));
    proofs::PageProof shorter = good;
    shorter.path.pop_back();
    EXPECT_EQ(proofs::account_in(machine.root(), shorter, account, 3).error(), Reject::bad_digest);
    proofs::PageProof later = good;
    later.header.height += 1;
    EXPECT_EQ(proofs::account_in(machine.root(), later, account, 3).error(), Reject::wrong_root);
    EXPECT_EQ(proofs::account_in(crypto::Digest{}, good, account, 3).error(), Reject::wrong_root);
    EXPECT_EQ(proofs::account_in(machine.root(), good, user(70), 3).error(),
              Reject::unknown_account);
    EXPECT_EQ(proofs::vault_in(machine.root(), good, VaultId{7}).error(), Reject::bad_digest);
}

TEST(proofs, an_account_beyond_the_last_is_not_there) {
    const Chain chain = busy_chain();
    const auto& machine = chain.machine();
    const u32 count = machine.state().ledger.accounts();
    ASSERT_NE(count % 16, 0u);
    const proofs::PageProof last = proofs::prove(machine, AccountId{count - 1});
    EXPECT_EQ(proofs::account_in(machine.root(), last, AccountId{count}, 3).error(),
              Reject::unknown_account);
}

}  // namespace
}  // namespace ballast
