/// A market in the shape of its file: what belongs together stands together, and things are still
/// in their lists.  Between the file (reader, writer) and the machine (engine::Genesis).
#pragma once

#include <ballast/engine/genesis.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::market {

/// An asset; of a synthetic, with the treasury and the backstop pool that stand behind it.
struct AssetEntry {
    engine::AssetTerms terms;
    treasury::SyntheticTerms treasury;
    std::optional<backstop::PoolTerms> pool;
};

/// A vault type with its compartment of the treasury.
struct TypeEntry {
    engine::TypeTerms terms;
    treasury::CompartmentTerms compartment;
};

/// An auction through which the treasury trades governance tokens.
struct TradeTerms {
    auctions::AuctionTerms auction;
};

/// A margin model, whose terms stand in a file of their own.
struct ModelEntry {
    margin::Model model;
    std::string file;  ///< From the market file's folder.
};

/// A compartment of margin accounts with its compartment of the treasury.
struct MarginCompartmentEntry {
    clearing::CompartmentTerms terms;
    treasury::CompartmentTerms treasury;
};

/// The clearing house; empty where there is none.
struct ClearingEntry {
    std::vector<clearing::UnderlyingTerms> underlyings;
    std::vector<ModelEntry> models;
    std::vector<MarginCompartmentEntry> compartments;
    std::optional<std::string> governor;  ///< Name of an account.
    u64 ramp_min = 0;
    std::optional<clearing::PoolTerms> pool;
};

struct AccountEntry {
    std::string name;
    std::vector<Amount> balances;  ///< By AssetId.
    std::optional<crypto::Key> key = std::nullopt;
};

struct VaultEntry {
    std::string owner;  ///< Name of an account.
    VaultTypeId type;
    std::vector<Amount> collateral;  ///< By AssetId.
    Amount debt;
};

struct Sheet {
    std::string name;
    u64 time = 0;
    Amount debt_at_auction_max;
    std::vector<AssetEntry> assets;
    std::vector<oracle::Publisher> publishers;
    std::vector<oracle::FeedTerms> feeds;
    std::vector<TypeEntry> types;
    std::optional<TradeTerms> recapitalisation;
    std::optional<TradeTerms> surplus;
    std::vector<AccountEntry> accounts;
    std::vector<VaultEntry> vaults;
    std::vector<swap::Terms> swaps;
    ClearingEntry clearing;
    std::optional<access::Terms> access;  ///< None: nobody signs, nothing costs a fee.
};

/// The market that the machine starts from.  Compartments, pools and the treasury's entries follow
/// from where they stand in the file.  Owners of vaults must be names of accounts, collateral must
/// be in the basket of the vault's type: `sheet_fault` says so beforehand.
[[nodiscard]] engine::Genesis genesis_of(const Sheet& sheet);

/// The first thing that makes no market of the sheet; the key is a path as in `sheet_key`.
[[nodiscard]] std::optional<TermsFault> sheet_fault(const Sheet& sheet);

/// The sheet that gives `genesis`; accounts are called by their number.
[[nodiscard]] Sheet sheet_of(const engine::Genesis& genesis);

/// The place in the sheet of a key of engine::validate: "treasury.compartments[2].loss_out_max"
/// is "types[2].compartment.loss_out_max".
[[nodiscard]] std::string sheet_key(const Sheet& sheet, const std::string& genesis_key);

}  // namespace ballast::market
