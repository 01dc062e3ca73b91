/// The bounds of everything.  Kernels rely on them; whatever comes from outside is checked against
/// them.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>

namespace ballast::limits {

/// Largest amount in one balance, position or action: 40 billion whole units.
inline constexpr Amount amount_max = Amount::units(4'000'000'000'000'000'000);
/// Largest price: 40 billion dollars per whole asset.  amount_max * price_max * basket_max fits
/// i128.
inline constexpr Price price_max = Price::units(4'000'000'000'000'000'000);
/// Largest supply of one asset, and so largest total of any kind: 10^18 whole units.
inline constexpr Amount supply_max = Amount::units(i128{1'000'000'000'000'000'000} * 100'000'000);
/// Largest ratio that may be configured: 1000.
inline constexpr Ratio ratio_max = Ratio::units(1000 * ratio_one);
/// Largest value of a compounding index: 10^9 times its start.
inline constexpr Ray index_max = Ray::units(ray_one * 1'000'000'000);

inline constexpr u32 assets_max = 32;                     ///< Assets in a market.
inline constexpr u32 feeds_max = 64;                      ///< Feeds in a market.
inline constexpr u32 publishers_max = 64;                 ///< Publishers in a market.
inline constexpr u32 sources_max = 32;                    ///< Publishers on one feed.
inline constexpr u32 vault_types_max = 64;                ///< Vault types in a market.
inline constexpr u32 basket_max = 8;                      ///< Collateral assets in one vault type.
inline constexpr i64 size_max = 100'000'000'000'000'000;  ///< Largest position: 10^9 units of an
                                                          ///< instrument, in 10^-8.
inline constexpr u32 underlyings_max = 32;                ///< Underlyings in a market.
inline constexpr u32 instruments_max = 65'536;            ///< Instruments ever listed.
inline constexpr u32 compartments_max = 32;               ///< Margin compartments in a market.
inline constexpr u32 models_max = 32;                     ///< Margin models in a market.
inline constexpr u32 scenarios_max = 128;                 ///< Scenarios in one margin model.
inline constexpr u32 positions_max = 256;                 ///< Positions of one margin account.
inline constexpr u32 accounts_max = 100'000'000;
inline constexpr u32 vaults_max = 50'000'000;
inline constexpr u32 auctions_max = 50'000'000;
inline constexpr u32 batch_max = 64;                      ///< Actions in one atomic batch.
inline constexpr u32 block_transactions_max = 2'000'000;  ///< Transactions in a block; also actions
                                                          ///< in its batches.
inline constexpr u32 block_reports_max = 4096;            ///< feeds_max * publishers_max.
inline constexpr u32 name_max = 32;                       ///< Bytes in a name.
inline constexpr u64 time_max = 253'402'300'799;          ///< Last second of the year 9999.
inline constexpr u64 step_seconds_max = u64{366} * 86'400;  ///< Longest time between two blocks.

}  // namespace ballast::limits
