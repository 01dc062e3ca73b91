/// What is counted while the machine runs: solvency at every block, every auction, who lost and who
/// gained. docs/methods/replay.md, section 8.
#pragma once

#include <ballast/replay/sight.hpp>

#include <map>
#include <set>

namespace ballast::replay {

enum class AuctionEnd : u8 {
    open,       ///< Still running at the end.
    taken,      ///< Keepers have paid the tab or bought the lot.
    withdrawn,  ///< Called off: to the backstop, or the vault recovered.
};

/// One auction, from beginning to end.
struct AuctionRecord {
    AuctionId id;
    auctions::AuctionKind kind{};
    VaultTypeId type;
    VaultId vault;
    u64 started = 0;  ///< Block time.
    std::optional<u64> first_take;
    u64 ended = 0;  ///< Block time; of an open one the last.
    AuctionEnd end = AuctionEnd::open;
    Amount tab;        ///< At the start; of one in place, what was owed.
    Amount paid;       ///< By keepers.
    Amount covered;    ///< Debt that it paid.
    Amount uncovered;  ///< Debt that was left when it ended.
    Amount reward;
    Cash sold;  ///< Outside worth of what keepers got, at the time.
    u32 takes = 0;
    u32 restarts = 0;
};

/// The state of the market after one block.
struct BlockRow {
    u64 height = 0;
    u64 time = 0;
    Price outside;  ///< Of the first collateral of the first vault's type.
    Price mark;     ///< The machine's.
    oracle::Status status{};
    Ratio ratio;    ///< Outside worth of all collateral over that of the supply.
    Amount supply;  ///< Less what is issued elsewhere.
    Amount vault_debt;
    Amount auction_debt;
    Amount bad_debt;
    Cash latent;  ///< Of vaults and auctions: debt beyond the outside worth of what is behind it.
    Cash shortfall;  ///< latent + bad debt - own funds, at least 0.
    Amount surplus;
    Amount reserve;
    Amount pool;
    u32 open_auctions = 0;
    u32 waiting = 0;  ///< Vaults found unhealthy and not yet cleared.
    Cash cost;        ///< Of an action.
};

/// Sums over the whole run.
struct Totals {
    std::set<u32> liquidated;  ///< Vaults that lost collateral.
    Amount debt_liquidated;    ///< Taken off vaults by auctions, keepers or the backstop.
    Cash borrowers_loss;  ///< Outside worth of collateral taken beyond the debt cancelled for it;
                          ///< what redistribution moves from one borrower to others is not a loss
                          ///< of all.
    Amount pool_debt;     ///< Absorbed by the pool,
    Cash pool_worth;      ///< for collateral of this worth at the marks.
    Amount redistributed_debt;
    Cash redistributed_worth;
    Amount lost;          ///< Uncovered debt that arose,
    Amount from_reserve;  ///< and who paid it at once:
    Amount from_surplus;
    Amount booked;  ///< what nobody paid,
    Amount healed;  ///< and how much of that was paid later.
    Amount rewards;
    u64 takes = 0;
    u64 reports_rejected = 0;
    u64 unhealthy_at_start = 0;     ///< Vaults found unhealthy before the grid began.
    std::vector<u64> clear_blocks;  ///< Per vault found unhealthy and cleared: how many blocks it
                                    ///< took.
};

/// Follows a machine block by block.
class Tally {
public:
    Tally(const engine::Machine& machine, const Stage& stage);

    /// Takes note of what happened in the block that the machine has just executed.  `block` is the
    /// grid's; blocks before the grid begins are counted but have no row.
    void follow(const Events& events, u64 block, Cash cost, bool on_grid);

    [[nodiscard]] const std::vector<BlockRow>& rows() const { return rows_; }
    [[nodiscard]] const std::vector<AuctionRecord>& auctions() const { return auctions_; }
    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] std::size_t waiting() const { return unhealthy_.size(); }
    /// Whether debt was redistributed in the last block.
    [[nodiscard]] bool redistributed() const { return redistributed_; }

private:
    /// What is left of a running auction, to tell what a take bought.
    struct Left {
        auctions::Lot lot;
        u128 units = 0;
        Amount debt;
    };
    void hear(const Event& event);
    void hear_loss(const Event& event);
    void started(const Event& event);
    void taken(const Event& event);
    void ended(const Event& event, AuctionEnd end);
    void finish_auction(AuctionRecord& record);
    void absorbed(const Event& event);
    void clear_vaults();
    void add_row(Cash cost);
    [[nodiscard]] Cash latent() const;
    [[nodiscard]] Cash collateral_worth() const;
    [[nodiscard]] Cash lot_worth(const auctions::Lot& lot) const;
    [[nodiscard]] Cash sold_worth(const AuctionRecord& record, const Event& event);
    [[nodiscard]] AuctionRecord* find(u32 auction);
    [[nodiscard]] Price price(AssetId asset) const;
    [[nodiscard]] Price synthetic() const { return synthetic_price(stage_, block_); }
    [[nodiscard]] Marks outside(VaultTypeId type) const {
        return outside_of(stage_, machine_, type, block_);
    }

    const engine::Machine& machine_;
    const Stage& stage_;
    std::vector<BlockRow> rows_;
    std::vector<AuctionRecord> auctions_;
    std::map<u32, std::size_t> index_;  ///< Auction to its record.
    std::map<u32, Left> left_;          ///< Running auctions.
    std::map<u32, u64> unhealthy_;      ///< Vault to the height at which it was found.
    Totals totals_;
    bool redistributed_ = false;
    bool on_grid_ = false;
    u64 block_ = 0;  ///< Of the grid, where the machine stands.
};

}  // namespace ballast::replay
