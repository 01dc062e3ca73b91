/// A market with every design in it: two synthetics, baskets of up to three assets, all kinds of
/// resolution.  What may vary without losing that varies with the seed.
#pragma once

#include "random.hpp"

#include <ballast/engine/genesis.hpp>

namespace ballast::simulation {

[[nodiscard]] constexpr Amount whole(i64 count) {
    return Amount::units(i128{count} * amount_one);
}
[[nodiscard]] constexpr Ratio percent(i64 count) {
    return Ratio::units(count * (ratio_one / 100));
}

inline constexpr AssetId usdc{0};
inline constexpr AssetId ether{1};
inline constexpr AssetId bitcoin{2};
inline constexpr AssetId staked{3};
inline constexpr AssetId dollar{4};     ///< Synthetic.
inline constexpr AssetId ether_due{5};  ///< Synthetic ether, against dollar-like collateral.
inline constexpr AssetId token{6};      ///< Governance.

inline constexpr FeedId usdc_feed{0};
inline constexpr FeedId ether_feed{1};
inline constexpr FeedId bitcoin_feed{2};  ///< Quoted in usdc.
inline constexpr FeedId staked_feed{3};   ///< A rate.
inline constexpr FeedId token_feed{4};
inline constexpr FeedId ether_volatility{5};  ///< Of markets with derivatives, as the next.
inline constexpr FeedId bitcoin_volatility{6};
inline constexpr u32 feeds = 5;  ///< Of every market.
inline constexpr u32 feeds_most = 7;

inline constexpr u32 users = 24;
inline constexpr u32 publishers = 4;
inline constexpr u32 signers = 2;  ///< The first of the publishers sign.

/// The secret half of a signer's key: 64 bytes of libsodium.
using Secret = std::array<u8, 64>;

struct Market {
    engine::Genesis genesis;
    std::array<Secret, signers> secrets;
    /// Where the feeds' prices begin, and what they are drawn back to.
    std::array<i64, feeds_most> prices{};
    [[nodiscard]] u32 feed_count() const { return static_cast<u32>(genesis.oracle.feeds.size()); }
};

/// Every fourth is a wild one: valid, but at the limits of what may be configured.
[[nodiscard]] Market random_market(Random& random);

/// Adds a clearing house: two compartments with five kinds of instruments on ether and bitcoin, the
/// second for bitcoin alone, and four margin models (clearing.cpp).
void add_clearing(Market& market, Random& random);

/// Moves terms of the market to their limits, at random, as far as it stays valid (wild.cpp).
void make_wild(Market& market, Random& random);

}  // namespace ballast::simulation
