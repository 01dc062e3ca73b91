/// What a keeper sees: the answers of the API as numbers.  docs/methods/keeper.md, section 1.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/keeper/portfolio.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace ballast::keeper {

using Json = nlohmann::ordered_json;

/// What `chain.info` says of a vault type and its auctions.
struct TypeFacts {
    std::string name;
    AssetId debt;
    std::string debt_feed;  ///< Empty: one unit is one dollar.
    Amount minimum_debt;
    Amount remainder_min;
    Amount tip;
    Ratio chip;
    std::string curve;
    Ratio discount;
    Ratio close_factor;
};

/// How an asset is priced by the market's own feeds.
struct Pricing {
    std::string feed;  ///< Empty: by none.
    std::string rate_feed;
};

/// What a keeper must know of a market once.
struct Facts {
    std::string chain;                ///< chain_id.
    std::string digest;               ///< Hexadecimal.
    std::vector<std::string> assets;  ///< By AssetId.
    std::vector<std::string> kinds;   ///< collateral, synthetic or governance; by AssetId.
    std::vector<Pricing> pricing;     ///< By AssetId.
    std::vector<TypeFacts> types;
    std::map<std::string, AssetId> cash;  ///< The synthetic of each compartment of margin accounts.
    AssetId fee_asset;
    Amount fee;  ///< Of one action.
    u64 nonce_window = 64;

    [[nodiscard]] std::optional<AssetId> asset(std::string_view name) const;
    [[nodiscard]] const TypeFacts* type(std::string_view name) const;
};

/// Of the data of `chain.info`.  A fault names what is missing.
[[nodiscard]] files::Attempt<Facts> facts_of(const Json& info);

/// Marks by feed, of the data of `feed.list`.  Feeds that are halted or were never reported are
/// left out: nobody should bid on them.
[[nodiscard]] files::Attempt<std::map<std::string, Price>> marks_of(const Json& feeds);

/// An auction that may be bid on now, and what it is paid in.
struct Listing {
    Auction auction;
    AssetId pay_asset;
    std::string kind;
};

/// The auction of one item of `auction.list`; nothing where nobody can take from it now: closed,
/// paused, to be restarted, without a price that is needed; and for a margin account, of which
/// `portfolio_of` reads.
[[nodiscard]] files::Attempt<std::optional<Listing>> listing_of(
    const Facts& facts, const std::map<std::string, Price>& marks, const Json& item);

/// What may be bought of a margin account's collateral, of the data of `margin.get`: one listing
/// per asset, whose kind is "sale".
[[nodiscard]] files::Attempt<std::vector<Listing>> sales_of(const Facts& facts,
                                                            const Json& account);

/// A margin account at auction, and what its takers pay in.
struct PortfolioListing {
    Portfolio portfolio;
    AssetId pay_asset;
    u32 account = 0;
    std::string compartment;
    std::string refused;  ///< Why it cannot be valued, in words; empty: it can.
};

/// The auction of a margin account, of one item of `auction.list`; nothing where it is closed or
/// no auction of one.  It is refused where the market has no price for something that it holds, or
/// where its collateral has none here.
[[nodiscard]] files::Attempt<std::optional<PortfolioListing>> portfolio_of(
    const Facts& facts, const std::map<std::string, Price>& marks, const Json& item);

/// The price of an asset outside, if the market's feeds are believed; of a synthetic that is owed
/// at par, one dollar.  0: none.
[[nodiscard]] Price price_of(const Facts& facts, const std::map<std::string, Price>& marks,
                             AssetId asset);

/// {"ETH": "12.5"} as amounts.  A fault names an asset that does not exist.
[[nodiscard]] files::Attempt<std::map<AssetId, Amount>> balances_of(const Facts& facts,
                                                                    const Json& balances);

}  // namespace ballast::keeper
