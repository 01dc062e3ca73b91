/// The loop over blocks.  Inside of study.hpp's door.
#pragma once

#include <ballast/replay/study.hpp>

#include <deque>

namespace ballast::replay {

class Runner {
public:
    Runner(const Setup& setup, const Stage& stage, engine::Machine& machine);

    [[nodiscard]] u64 heights() const { return stage_.warm_blocks + stage_.world.grid.blocks; }
    /// Builds the next block, executes it and takes note of it.  A fault is a machine that refused
    /// a block: an error of ours.
    [[nodiscard]] files::Attempt<void> step();
    /// Adds up what was counted.
    [[nodiscard]] Study finish() const;

private:
    struct Keeper {
        AccountId account;
        u32 latency = 0;
        u64 idle_until = 0;  ///< Height from which he sees what became of his last orders.
    };
    struct TopUp {
        u64 height = 0;
        VaultId vault;
        Ratio share;
    };

    void send(engine::Block& block, AccountId sender, engine::Action action);
    void fund(engine::Block& block);
    void report(engine::Block& block) const;
    void sell_inventory(engine::Block& block);
    void sell(engine::Block& block, const Keeper& keeper, AssetId asset, Amount& market_holds);
    void order(engine::Block& block);
    void place(engine::Block& block, Keeper& keeper, const Sight& sight);
    void add_collateral(engine::Block& block);
    void look();
    void watch_owners();
    [[nodiscard]] bool new_low();
    void hear_receipts(const engine::Block& block, const engine::Outcome& outcome);
    [[nodiscard]] Cash holdings(AccountId account) const;
    [[nodiscard]] Price synthetic() const { return synthetic_price(stage_, grid_block_); }
    [[nodiscard]] const ledger::Ledger& ledger() const { return machine_.state().ledger; }
    [[nodiscard]] AccountId owner(VaultId vault) const {
        return AccountId{stage_.cast.owners.value() + vault.value()};
    }

    const Setup& setup_;
    const Stage& stage_;
    engine::Machine& machine_;
    Outside outside_;
    Tally tally_;
    std::map<u32, u64> nonces_;  ///< Within the block that is being built.
    std::vector<Keeper> keepers_;
    std::deque<Sight> sights_;   ///< The newest last.
    std::deque<TopUp> top_ups_;  ///< By height.
    std::vector<bool> pending_;  ///< By VaultId: a top-up is under way.
    std::vector<Price> lows_;    ///< Lowest weight of each collateral of each type so far.
    u64 grid_block_ = 0;
    KeeperBooks keeper_books_;
    OwnerBooks owner_books_;
};

}  // namespace ballast::replay
