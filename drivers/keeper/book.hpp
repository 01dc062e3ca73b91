/// What became of every bid: the keeper's books.  Each bid that was handed in ends exactly once,
/// and what the account should hold follows from how they ended.
#pragma once

#include <ballast/keeper/decide.hpp>

#include <map>
#include <string>
#include <vector>

namespace ballast::keeper {

/// How a bid ended.
enum class End : u8 {
    pending,  ///< Not yet: it waits for a block, or the answer was lost.
    won,      ///< In a block, and it bought something.
    lost,     ///< Somebody else was first, or the price had moved: the reject says which.
    expired,  ///< Came into no block in time, and never can any more.
};
[[nodiscard]] std::string_view name(End end);

/// A bid that was handed in.
struct Entry {
    u64 nonce = 0;
    Bid bid;
    AssetId pay_asset;
    std::vector<Part> parts;  ///< What its units were when it was decided on.
    u128 lot = 0;             ///< Units of the lot then.
    bool in_place = false;    ///< The node tells what was paid, but not in units of this lot.
    [[nodiscard]] bool in_margin() const { return bid.of == Of::portfolio; }
    u64 submitted = 0;  ///< Block time.
    u64 expires = 0;    ///< Last block time at which it may be done.
    std::string id;     ///< Of the transaction, hexadecimal.

    End end = End::pending;
    u64 height = 0;      ///< Of its block; 0: none.
    std::string reason;  ///< Lost: the reject's name.
    u64 ended = 0;       ///< Block time.
    Amount paid;
    Amount reward;
    u128 units = 0;  ///< Bought.
    Amount fee;      ///< Paid for standing in a block.
};

/// How a bid ended, as the node tells.
struct Outcome {
    End end = End::pending;
    u64 height = 0;
    u64 time = 0;
    std::string reason;
    Amount paid;
    Amount reward;
    u128 units = 0;
    Amount fee;
};

struct Count {
    u64 submitted = 0;
    u64 won = 0;
    u64 lost = 0;
    u64 expired = 0;
    u64 pending = 0;
};

/// Sums over all bids of one pay asset.
struct Result {
    Amount paid;
    Amount reward;
    Amount fees;
    Cash proceeds;  ///< What the units bought would bring outside, at the prices of the decision.
};

class Book {
public:
    /// Notes a bid that is about to be handed in; its nonce is not in flight.  Returns its number.
    std::size_t submit(Entry entry);
    /// Notes its end.  Only the first end counts: true if this was it.
    bool close(std::size_t number, const Outcome& outcome);
    /// The transaction's name, once it is known.
    void named(std::size_t number, std::string id);

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::vector<std::size_t> pending() const;
    [[nodiscard]] bool bidding_on(Of of, AuctionId auction) const;

    /// Nonces as an account had them at some height.
    struct Nonces {
        u64 height = 0;
        u64 next = 0;
        std::vector<u64> used;  ///< Above `next`.
        u64 window = 0;
    };
    /// The lowest nonce that is not used, not in flight, and not used after that height.
    [[nodiscard]] std::optional<u64> free_nonce(const Nonces& nonces) const;
    /// What bids in flight may still take out of the purse as it was at a height, and what has been
    /// paid since.
    [[nodiscard]] Amount reserved(AssetId pay_asset, u64 height) const;
    /// What of an asset is bid for, or was bought since the block time `since`.
    [[nodiscard]] Amount coming(AssetId asset, u64 since) const;

    [[nodiscard]] Count count() const;
    [[nodiscard]] std::map<std::string, u64> reasons() const;  ///< Of lost bids.
    [[nodiscard]] Result result(AssetId pay_asset) const;
    /// What all bids together have changed in the account, `fee_asset` being what fees are paid in.
    /// Exact for lots of one asset on a clock, and for what a margin account sells; of baskets, and
    /// in place, about what was decided on.  Portfolios are paid for and held in a margin account.
    [[nodiscard]] std::map<AssetId, Amount> changes(AssetId fee_asset) const;
    /// Assets that were bought in a way that makes their change an estimate.
    [[nodiscard]] std::vector<AssetId> estimated() const;

private:
    std::vector<Entry> entries_;
};

/// What an asset's balance differs from what the bids explain.
struct Difference {
    AssetId asset;
    Amount expected;
    Amount found;
};

/// Every asset whose balance is not its balance at the start with the book's changes; empty: the
/// books are right.  Assets of `estimated` are left out.
[[nodiscard]] std::vector<Difference> reconcile(const std::map<AssetId, Amount>& start,
                                                const std::map<AssetId, Amount>& now,
                                                const Book& book, AssetId fee_asset);

}  // namespace ballast::keeper
