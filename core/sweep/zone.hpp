/// A certificate for models by scenarios: what the maintenance margin of an account is at least
/// while the market stays inside regions.  docs/methods/account_bands.md, section 7.
#pragma once

#include <ballast/scenario/scenario.hpp>
#include <ballast/sweep/bounds.hpp>

namespace ballast::sweep {

/// The market with every number at the least, and at the greatest, that the regions allow:
/// spots, forwards, volatilities, rates, seconds, prices of assets.  The same instruments in both.
struct Ends {
    scenario::Market low;
    scenario::Market high;
};

[[nodiscard]] constexpr i128 magnitude(i128 value) {
    return value < 0 ? -value : value;
}

/// One underlying's region, as a model prices it.  Instruments are filled when first asked for.
///
/// An instrument's forward is its spot times a carry that lies between low.forward / low.spot and
/// high.forward / high.spot.  One whose forward is partly fixed, inside its settlement window, is
/// not known; nor is one that bends both ways with the spot, if the model charges for delta.
class Zone {
public:
    using Fine = pricing::Fine;
    using Kinds = std::span<const risk::Kind>;

    /// `terms` is valid and outlives the zone, as do the kinds.  `curves` are by Series::kind.
    Zone(const scenario::Terms& terms, const Ends& ends, Kinds kinds, std::span<const Curve> curves,
         UnderlyingId underlying);

    /// Whether the model is one for which `certain_maintenance` has a proof.
    [[nodiscard]] static bool covers(const scenario::Terms& terms);

    struct Group {
        Fine long_low;
        Fine long_high;
        Fine short_low;
        Fine short_high;
        Fine basis;  ///< The most.
    };
    struct Instrument {
        bool filled = false;
        bool known = false;
        Fine delta_low;
        Fine delta_high;
        std::vector<Bound> bounds;  ///< Today, each scenario, basis up and down.
    };

    [[nodiscard]] const Instrument& instrument(InstrumentId id);
    [[nodiscard]] const Group& group(u32 position) const { return groups_[position]; }
    [[nodiscard]] Price spot_low() const { return spot_low_; }
    [[nodiscard]] Price spot_high() const { return spot_high_; }
    [[nodiscard]] Ratio delay() const { return delay_; }

private:
    struct Listing {
        scenario::Instrument low;
        scenario::Instrument high;
        Instrument made;
    };
    struct Slices {
        std::array<scenario::Instrument, 2 * parts_max> ends;  ///< Low and high of each in turn.
        u32 count = 0;
    };

    void set_groups(const Ends& ends);
    void fill(Listing& listing);
    void fill_delta(Listing& listing) const;
    [[nodiscard]] Slices slices(const Listing& listing) const;

    const scenario::Terms* terms_;
    Kinds kinds_;
    std::span<const Curve> curves_;
    UnderlyingId underlying_;
    Price spot_low_;
    Price spot_high_;
    Ratio delay_;
    std::vector<Group> groups_;
    std::vector<u32> place_;  ///< By InstrumentId, in `listings_`.
    std::vector<Listing> listings_;
};

/// An account as a certificate needs it.
struct Held {
    std::span<const risk::Exposure> positions;
    std::span<const scenario::Holding> holdings;
    /// Cash, less the entries of positions that are not paid upfront and what they and the debt may
    /// still cost in funding and interest while the regions hold; their marks are not in it.
    Cash cash;
};

/// What the account's maintenance margin is at least in every market of the zones, by UnderlyingId;
/// those that it does not depend on may be null.  `table` is of some market with the same
/// instruments.  Nothing if there is no proof.
[[nodiscard]] std::optional<Cash> certain_maintenance(const scenario::Terms& terms,
                                                      const scenario::Table& table,
                                                      const Ends& ends,
                                                      std::span<Zone* const> zones,
                                                      const Held& held);

}  // namespace ballast::sweep
