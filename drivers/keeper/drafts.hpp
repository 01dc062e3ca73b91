/// All that a keeper would bid now, of everything that he sees: lots, collateral and portfolios.
#pragma once

#include <ballast/keeper/keeper.hpp>
#include <ballast/keeper/watch.hpp>

#include <set>

namespace ballast::keeper {

/// What a decision stands on.
struct Scene {
    const Options& options;
    const Facts& facts;
    const Watch& watch;
    const Book& book;
    std::string compartment;           ///< Of the keeper's margin account; empty: there is none.
    std::vector<Json> accounts;        ///< Unhealthy margin accounts, as margin.get.
    std::map<AuctionId, Ratio> parts;  ///< Of portfolios, what there is margin for; else all.
};

/// A portfolio that is left alone, and why, in words.
struct Refusal {
    AuctionId auction;
    std::string words;
};

struct Drafts {
    std::vector<Entry> entries;  ///< Not signed yet; each with its nonce.
    std::vector<Refusal> refused;
    std::set<std::pair<Of, AuctionId>> seen;  ///< All that is for sale.
};

/// The world outside, for what is paid in `pay`.
[[nodiscard]] Market market_of(const Scene& scene, const std::map<std::string, Price>& marks,
                               AssetId pay);

/// At most Options::parallel bids in flight, those of the book included.  A fault where the node
/// says what is none.
[[nodiscard]] files::Attempt<Drafts> draft(const Scene& scene);

}  // namespace ballast::keeper
