/// The loop over blocks.  Inside of study.hpp's door.
#pragma once

#include <ballast/derivatives/keeper.hpp>
#include <ballast/derivatives/measure.hpp>
#include <ballast/derivatives/stage.hpp>
#include <ballast/engine/machine.hpp>

#include <map>

namespace ballast::derivatives {

class Runner {
public:
    Runner(const Setup& setup, const Stage& stage, engine::Machine& machine);

    [[nodiscard]] u64 heights() const { return stage_.warm_blocks + stage_.base.world.grid.blocks; }
    /// Builds the next block and executes it.  A fault is a machine that refused a block.
    [[nodiscard]] files::Attempt<void> step();
    [[nodiscard]] const Measure& measure() const { return measure_; }
    /// The block that was executed last, and what came of it.
    [[nodiscard]] const engine::Block& block() const { return block_; }
    [[nodiscard]] const engine::Outcome& outcome() const { return outcome_; }

private:
    struct Keeper {
        AccountId account;
        MarginAccountId margin;
        u64 idle_until = 0;  ///< Height from which he sees what became of his last order.
    };

    void send(AccountId sender, engine::Action action);
    void report();
    void set_up();
    void share_cash();
    void open_accounts();
    void list();
    void fill_book();
    void fill(MarginAccountId first, MarginAccountId second, std::vector<clearing::Leg> legs);
    void keepers_act();
    bool take_portfolio(Keeper& keeper);
    bool take_collateral(Keeper& keeper);
    void unwind(Keeper& keeper);
    void sell_coins(Keeper& keeper);
    void settle_up(Keeper& keeper);
    void hear();
    void note_takes(const std::vector<clearing::AccountRow>& before);
    /// The deepest fall of an underlying: what congestion follows.
    [[nodiscard]] Ratio stress() const;
    [[nodiscard]] std::vector<clearing::AccountRow> keeper_rows() const;
    [[nodiscard]] AccountId owner(std::size_t account) const {
        return AccountId{stage_.cast.owners.value() + static_cast<u32>(account)};
    }
    [[nodiscard]] MarginAccountId margin(std::size_t account) const {
        return MarginAccountId{stage_.first + stage_.keepers + static_cast<u32>(account)};
    }
    [[nodiscard]] const Signer& signer(MarginAccountId id) const {
        return signers_[id.value() - stage_.first];
    }
    [[nodiscard]] const ledger::Ledger& ledger() const { return machine_.state().ledger; }
    [[nodiscard]] const clearing::AccountRow& row(MarginAccountId id) const {
        return machine_.state().clearing.accounts[id.value()];
    }

    const Setup& setup_;
    const Stage& stage_;
    engine::Machine& machine_;
    replay::Outside outside_;
    Measure measure_;
    std::vector<Signer> signers_;  ///< By MarginAccountId, from the first keeper on.
    std::vector<u64> tickets_;     ///< Likewise: the next number.
    std::vector<Keeper> keepers_;
    std::vector<MarginAccountId> makers_;
    std::size_t next_maker_ = 0;
    std::map<u32, u64> nonces_;  ///< Within the block that is being built.
    engine::Block block_;
    engine::Outcome outcome_;
    u64 grid_block_ = 0;
};

}  // namespace ballast::derivatives
