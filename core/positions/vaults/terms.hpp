/// What a vault type is: fixed at genesis.
#pragma once

#include <ballast/basket/basket.hpp>
#include <ballast/rates/rates.hpp>

#include <string>
#include <vector>

namespace ballast::vaults {

inline constexpr u64 wad_one = 1'000'000'000'000'000'000;  ///< Units in the number 1 of 10^-18.

/// Most vaults that one redemption takes from.
inline constexpr u32 redemption_vaults_max = 64;
/// How many vaults, from the riskiest on, a redemption looks at: those that wait for liquidation
/// are passed over.
inline constexpr u32 redemption_reach = 256;
/// Most of a debt asset that minting and fees together may bring to be: half of supply_max, so that
/// rounding and redistribution always have room.
inline constexpr Amount issue_max = Amount::units(limits::supply_max.units() / 2);

/// How the synthetic is taken back for collateral at face value.  The fee is
/// floor + base rate, at most `fee_max`; the base rate rises by redeemed / supply / divisor and
/// decays per minute (Liquity V1: floor 0.5 %, decay 0.999037758833783, divisor 2).
struct RedemptionTerms {
    bool enabled = false;
    Ratio fee_floor;
    Ratio fee_max;
    u64 decay_per_minute = 0;  ///< 10^-18, at most 1.
    u32 divisor = 1;           ///< At least 1.
    Amount smallest;           ///< Least amount that may be offered for redemption.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.enabled), visit(row.fee_floor), visit(row.fee_max), visit(row.decay_per_minute);
        visit(row.divisor), visit(row.smallest);
    }
    friend bool operator==(const RedemptionTerms&, const RedemptionTerms&) = default;
};

struct VaultTypeTerms {
    std::string name;
    AssetId debt_asset;
    std::optional<FeedId> debt_feed;  ///< None: one unit is owed as one dollar, by definition.
    std::vector<basket::CollateralTerms> basket;
    Ratio minimum_ratio;      ///< Value over debt after mint and withdraw.
    Ratio liquidation_ratio;  ///< Under it a vault is unhealthy.
    Amount debt_ceiling;      ///< Most that the type's vaults may owe together after a mint.
    Amount minimum_debt;      ///< A vault owes nothing or at least this.
    Ray fee_per_second = Ray::units(ray_one);  ///< Factor, at least 1.
    Ratio opening_fee;                         ///< Of what is minted, added to the debt.
    RedemptionTerms redemption;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.debt_asset), visit(row.debt_feed), visit(row.basket);
        visit(row.minimum_ratio), visit(row.liquidation_ratio), visit(row.debt_ceiling);
        visit(row.minimum_debt), visit(row.fee_per_second), visit(row.opening_fee);
        visit(row.redemption);
    }
    friend bool operator==(const VaultTypeTerms&, const VaultTypeTerms&) = default;
};

using Types = std::vector<VaultTypeTerms>;

/// The first fault of one type's terms; keys are relative to the type ("basket[1].haircut").
/// Whether assets and feeds exist, and what a take costs a keeper, is for the caller.
[[nodiscard]] std::optional<TermsFault> validate(const VaultTypeTerms& terms);

/// Position of `asset` in the type's basket.
[[nodiscard]] std::optional<u32> slot_of(const VaultTypeTerms& terms, AssetId asset);

}  // namespace ballast::vaults
