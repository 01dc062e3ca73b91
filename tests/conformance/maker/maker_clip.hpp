/// Maker's Dog and Clipper, one vault at a time, over the pure functions of the auction room.
#pragma once

#include <ballast/conform_maker/maker_units.hpp>
#include <ballast/conformance/tally.hpp>

#include <ballast/auctions/seize_size.hpp>
#include <ballast/auctions/take.hpp>
#include <ballast/base/result.hpp>

#include <filesystem>

namespace ballast::conformance::maker {

/// What a bark is about.
struct Bark {
    math::U256 ink;   ///< wad
    math::U256 art;   ///< wad
    math::U256 rate;  ///< ray
    math::U256 dust;  ///< rad
    math::U256 chop;  ///< wad
    math::U256 room;  ///< rad
};

/// A vault and its auction.
struct Clip {
    auctions::Curve curve;
    u64 tail = 0;
    Ray cusp;
    math::U256 buf;    ///< ray
    math::U256 chost;  ///< rad
    math::U256 ink;    ///< Left in the vault.
    math::U256 art;
    math::U256 tab;  ///< Zero when no auction runs.
    math::U256 lot;
    math::U256 top;
    bool running = false;

    /// dog.bark at a feed price (ray).
    Result<auctions::SeizeSize> bark(const Bark& about, const math::U256& feed);
    /// The price `elapsed` seconds after the start, zero if no auction runs.
    [[nodiscard]] Result<math::U256> price(u64 elapsed) const;
    [[nodiscard]] bool needs_redo(const math::U256& price, u64 elapsed) const;
    /// clip.take at a highest price.
    Result<auctions::TakeDecision> take(const math::U256& amt, const math::U256& max, u64 elapsed);
    /// clip.redo at a feed price (ray), `due` as needs_redo says.
    Result<void> redo(const math::U256& feed, bool due);
};

void clip_exec(const std::filesystem::path& file, Tally& tally);
void clip_literals(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance::maker
