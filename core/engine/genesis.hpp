/// Everything that a market is before its first block.  The hash of its encoding is the chain's
/// name for signatures, and a log starts with it, so a replay needs nothing else.
#pragma once

#include <ballast/access/terms.hpp>
#include <ballast/auctions/terms.hpp>
#include <ballast/backstop/terms.hpp>
#include <ballast/clearing/terms.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/crypto/key.hpp>
#include <ballast/oracle/terms.hpp>
#include <ballast/swap/terms.hpp>
#include <ballast/treasury/terms.hpp>
#include <ballast/vaults/terms.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::engine {

enum class AssetKind : u8 {
    collateral,  ///< Comes from outside; may be locked.
    synthetic,   ///< Issued against collateral; the only kind that may be owed.
    governance,  ///< Issued against bad debt, bought back with surplus.
};
[[nodiscard]] constexpr bool valid(AssetKind kind) {
    return kind <= AssetKind::governance;
}

struct AssetTerms {
    std::string name;
    AssetKind kind = AssetKind::collateral;
    std::optional<FeedId> feed;  ///< What a governance token is worth, to start its auctions at;
                                 ///< unused for other kinds.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.kind), visit(row.feed);
    }
};

/// Who gets an unhealthy vault first.
enum class Resolution : u8 {
    auction,  ///< Keepers, by the auction terms; the backstop where they cannot profit or do not
              ///< come.
    pool,     ///< The backstop pool at once, then redistribution, then keepers.
};
[[nodiscard]] constexpr bool valid(Resolution resolution) {
    return resolution <= Resolution::pool;
}

/// A vault type with all that happens to it.  Its treasury compartment stands at the same position
/// in Genesis::treasury.
struct TypeTerms {
    vaults::VaultTypeTerms vault;
    auctions::AuctionTerms auction;
    Resolution resolution = Resolution::auction;
    bool redistribute = false;  ///< What the pool cannot take goes to the type's other vaults, debt
                                ///< and collateral alike.
    Ratio backstop_ratio;  ///< A lot worth less than this times its debt goes to the backstop at
                           ///< once; 0: never early.
    Amount take_cost;      ///< Declared cost of one take to a keeper, in the debt asset.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault), visit(row.auction), visit(row.resolution), visit(row.redistribute),
            visit(row.backstop_ratio);
        visit(row.take_cost);
    }
};

/// What an account holds at the start; position i gets AccountId system_accounts + i.
struct GenesisAccount {
    std::vector<Amount> balances;  ///< By AssetId; may be shorter than the list of assets.
    std::optional<crypto::Key> key = std::nullopt;  ///< Who may do everything with it; needed where
                                                    ///< transactions are signed.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.balances), visit(row.key);
    }
};

/// A vault that exists at the start.  Its collateral is issued for it and its debt is issued to its
/// owner; no ratio is asked for, so that a recorded population can be taken over as it was.
struct GenesisVault {
    AccountId owner;
    VaultTypeId type;
    std::vector<Amount> collateral;  ///< By position in the type's basket.
    Amount debt;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.owner), visit(row.type), visit(row.collateral), visit(row.debt);
    }
};

struct Genesis {
    std::string name;
    u64 time = 0;  ///< Of block 0, seconds since 1970.
    std::vector<AssetTerms> assets;
    oracle::Terms oracle;
    std::vector<TypeTerms> types;
    backstop::Terms backstop;
    treasury::Terms treasury;
    auctions::AuctionTerms recapitalisation;  ///< How governance tokens are sold against bad debt.
    auctions::AuctionTerms surplus;           ///< How surplus is sold against governance tokens.
    Amount debt_at_auction_max;  ///< Most tab at auction at one time per synthetic, over all its
                                 ///< types.
    std::vector<GenesisAccount> accounts;
    std::vector<GenesisVault> vaults;
    std::vector<swap::Terms> swaps;  ///< Constant-product pools.
    clearing::Terms clearing;  ///< Its compartments stand in the treasury after the vault types.
    access::Terms access;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.time), visit(row.assets), visit(row.oracle), visit(row.types);
        visit(row.backstop), visit(row.treasury), visit(row.recapitalisation), visit(row.surplus);
        visit(row.debt_at_auction_max), visit(row.accounts), visit(row.vaults);
        visit(row.swaps), visit(row.clearing), visit(row.access);
    }
};

/// The first thing that is wrong with the market, if anything is: every room's own rules, and what
/// only the whole can know (names are unique, ids exist, kinds fit, a keeper earns his cost at the
/// smallest debt, somebody resolves what is under water).
[[nodiscard]] std::optional<TermsFault> validate(const Genesis& genesis);

/// The chain's name: SHA-256 of the encoding.
[[nodiscard]] crypto::Digest digest_of(const Genesis& genesis);

}  // namespace ballast::engine
