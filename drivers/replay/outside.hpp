/// The world outside: what things cost at each block wherever the machine's prices stand, and the
/// market in which keepers sell what they took.  docs/methods/replay.md, sections 2 and 4.
#pragma once

#include <ballast/replay/assumptions.hpp>
#include <ballast/replay/path.hpp>

#include <deque>
#include <span>

namespace ballast::replay {

/// The path of one venue.
struct Line {
    std::string asset;
    std::string quote;
    std::string venue;
    std::vector<Price> prices;  ///< By block, in `quote`; 0: silent.
};

/// All paths, and what each asset was worth in dollars.
struct World {
    Grid grid;
    std::vector<Line> lines;
    std::vector<std::string> assets;          ///< In order of first appearance.
    std::vector<std::vector<Price>> dollars;  ///< By asset and block: the median of the venues that
                                              ///< reported; else the last one known; the first one
                                              ///< before it.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view asset) const;
};

/// Whether a quote counts as dollars when it has no price of its own.
[[nodiscard]] bool dollar_like(std::string_view quote);

/// Draws every series and converts it into dollars.  A series quoted in another asset is multiplied
/// by that asset's price; dollar-like quotes without a series are taken at par, which `notes` says.
/// A quote that is neither is a fault. `rising` names the assets that are owed: of these the high
/// hurts.
[[nodiscard]] files::Attempt<World> draw_world(std::span<const Series> series, const Grid& grid,
                                               std::span<const std::string> rising,
                                               std::vector<std::string>& notes);

/// Where one asset is sold: a book of even depth below the price.
///
/// Selling worth v after c has been sold and not come back costs the share (c + v/2) / (100 *
/// depth) of v, where `depth` is what moves the price by 1 %: the price falls in a straight line,
/// and a sale gets the mean of its ends.
struct Book {
    Price price;  ///< 0: nobody buys.
    Cash depth;   ///< > 0.
    Cash sold;    ///< And not yet come back.

    /// The share of its worth that a sale of `worth` loses, rounded up, at most 1.
    [[nodiscard]] Ratio slippage(Cash worth) const;
    /// What `amount` brings, rounded down.
    [[nodiscard]] Cash proceeds(Amount amount) const;
    /// The most that can be sold so that the last unit loses at most `discount`, in worth.
    [[nodiscard]] Cash room(Ratio discount) const;
};

/// The books of all assets over time.
class Outside {
public:
    Outside(const OutsideTerms& terms, const World& world);

    /// Goes to the next block: new prices, depth after the drawdown, and some of what was sold
    /// comes back.
    void advance(u64 block);
    /// Sells; afterwards the book is thinner.
    Cash sell(std::size_t asset, Amount amount);

    [[nodiscard]] const std::vector<Book>& books() const { return books_; }
    /// How far the asset is under its highest price within the window.
    [[nodiscard]] Ratio drawdown(std::size_t asset) const { return drawdowns_[asset]; }
    /// The deepest of all: what congestion follows.
    [[nodiscard]] Ratio stress() const;

private:
    struct Peak {
        u64 block;
        Price price;
    };
    void follow_peak(std::size_t asset, u64 block, Price price);

    const OutsideTerms& terms_;
    const World& world_;
    u64 window_blocks_;
    std::vector<Cash> calm_depths_;
    std::vector<Book> books_;
    std::vector<Ratio> drawdowns_;
    std::vector<std::deque<Peak>> peaks_;  ///< Falling prices; the front is the highest of the
                                           ///< window.
};

/// What an action costs: cost * (1 + congestion * stress), at most cost_max; rounded up.
[[nodiscard]] Cash action_cost(const KeeperTerms& terms, Ratio stress);

}  // namespace ballast::replay
