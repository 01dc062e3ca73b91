/// Names of things, as dense numbers, each of its own type so that they cannot be mistaken for one
/// another.
#pragma once

#include <ballast/base/integers.hpp>

#include <compare>

namespace ballast {

template <class Tag, class Rep>
class Id {
public:
    using rep = Rep;
    constexpr Id() = default;
    constexpr explicit Id(Rep value) : value_(value) {}
    [[nodiscard]] constexpr Rep value() const { return value_; }
    friend constexpr auto operator<=>(Id, Id) = default;

private:
    Rep value_ = 0;
};

using AccountId = Id<struct AccountTag, u32>;  ///< Dense, from 0; the first `system_accounts` are
                                               ///< the machine's own.
using AssetId = Id<struct AssetTag, u16>;      ///< Position in the genesis list of assets.
using FeedId = Id<struct FeedTag, u16>;        ///< Position in the genesis list of feeds.
using PublisherId = Id<struct PublisherTag, u16>;  ///< Position in the genesis list of publishers.
using VaultTypeId = Id<struct VaultTypeTag, u16>;  ///< Position in the genesis list of vault types.
using VaultId = Id<struct VaultTag, u32>;      ///< Dense, from 0, in order of opening; never used
                                               ///< twice.
using AuctionId = Id<struct AuctionTag, u32>;  ///< Dense, from 0, in order of starting; never used
                                               ///< twice.

using UnderlyingId = Id<struct UnderlyingTag, u16>;  ///< Position in the genesis list of
                                                     ///< underlyings.
using InstrumentId = Id<struct InstrumentTag, u32>;  ///< Dense, from 0, in order of listing; never
                                                     ///< used twice.
using CompartmentId = Id<struct CompartmentTag, u16>;  ///< Position in the genesis list of margin
                                                       ///< compartments.
using MarginAccountId = Id<struct MarginAccountTag, u32>;  ///< Dense, from 0, in order of opening.

/// The accounts that the machine itself owns.  Every unit that exists has been posted from
/// `issuer`, whose balance is therefore minus the supply.
namespace system_account {
inline constexpr AccountId issuer{0};    ///< Source and sink of every asset; the only account that
                                         ///< may be negative.
inline constexpr AccountId vaults{1};    ///< Custody of collateral locked in vaults.
inline constexpr AccountId auctions{2};  ///< Custody of collateral and of surplus that is being
                                         ///< auctioned.
inline constexpr AccountId backstop{3};  ///< Custody of the backstop pools: deposits and collateral
                                         ///< gained.
inline constexpr AccountId surplus{4};   ///< The treasury: fees, penalties, rounding dust.
inline constexpr AccountId reserve{5};   ///< What the treasury has set aside for single
                                         ///< compartments.
inline constexpr AccountId clearing{6};  ///< Custody of what margin accounts hold.
inline constexpr AccountId insurance{7};  ///< Custody of the insurance of margin compartments.
inline constexpr AccountId liquidity{8};  ///< Custody of the liquidity pools.
}  // namespace system_account
inline constexpr u32 system_accounts = 16;  ///< Ids below this are the machine's; users start here.

}  // namespace ballast
