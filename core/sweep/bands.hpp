/// Which accounts must be looked at again when the market has moved?  Only those whose band it has
/// left.  docs/methods/account_bands.md, sections 2 and 6.
///
/// A band is a region of the market of one underlying.  An account is certain while the market of
/// each of its underlyings stays inside its band there: whoever placed it has proved so (bounds.hpp
/// is how).  Accounts share bands, so a move of the market costs one comparison per band and then
/// O(1) per account that is in a band which was left, however many accounts there are.
///
/// Bands are derived: no answer may depend on what they remember, only the work (L6).
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/limits.hpp>

#include <array>
#include <span>
#include <vector>

namespace ballast::sweep {

/// Where the market of an underlying stands: its spot, the pillars of its volatility, its carry,
/// the time; whatever the caller's points are computed from, in the caller's units.  What is not
/// used is 0.
inline constexpr u32 coordinates_max = 12;
using Coordinates = std::array<i64, coordinates_max>;

/// A box of coordinates; both ends belong to it.  It is empty if a low exceeds its high.
struct Region {
    Coordinates low{};
    Coordinates high{};

    [[nodiscard]] constexpr bool holds(const Coordinates& at) const {
        bool inside = true;
        for (u32 i = 0; i < coordinates_max; ++i)
            inside = inside && low[i] <= at[i] && at[i] <= high[i];
        return inside;
    }
};

/// A band, by the underlying it is of and its number there.  Band 0 of every underlying is empty:
/// whoever is in it is looked at whenever the market of that underlying is given.
struct BandId {
    UnderlyingId underlying;
    u16 number = 0;
    u32 edition = 0;  ///< Numbers are used again; editions are not.
    friend constexpr bool operator==(BandId, BandId) = default;
};

class Bands {
public:
    static constexpr u32 bands_max = 512;  ///< Bands of one underlying that live at a time.

    explicit Bands(u32 underlyings);

    /// A band over `region`.  When there are bands_max already, the one with the fewest accounts
    /// gives way: its accounts move to band 0.  A band without accounts stays until `close`.
    [[nodiscard]] BandId open(UnderlyingId underlying, const Region& region);
    /// No further account will be placed in the band: it ends when its last account leaves it.
    void close(BandId band);
    /// Whether the band still stands; one that gave way or ended does not.
    [[nodiscard]] bool stands(BandId band) const;

    /// The account is certain while every one of these bands, of different underlyings, holds.
    /// Replaces what was said of it before.  Accounts are dense numbers.  Bands that do not stand
    /// count as band 0.  O(bands).
    void place(u32 account, std::span<const BandId> bands);
    /// Forgets the account.
    void drop(u32 account);

    /// The market of `underlying` is at `now`.  Appends every account in a band of it that does not
    /// hold `now`, each once, and forgets those accounts: the caller looks at each and places it
    /// again.  Their order means nothing: sort them where order matters.
    void leave(UnderlyingId underlying, const Coordinates& now, std::vector<u32>& out);

    [[nodiscard]] u32 accounts_in(BandId band) const;

private:
    /// An account's place in one band.
    struct Member {
        u32 account;
        u32 next;      ///< Of the same account; `nowhere` at the end.
        u32 position;  ///< In the band's list of members.
        u16 underlying;
        u16 band;
    };
    struct Band {
        Region region;
        std::vector<u32> members;
        u32 edition = 0;
        bool stands = false;
        bool closed = false;
    };
    struct Shelf {
        std::vector<Band> bands;
        std::vector<u16> free;
    };
    static constexpr u32 nowhere = ~u32{0};

    [[nodiscard]] Band& at(BandId band) {
        return shelves_[band.underlying.value()].bands[band.number];
    }
    void enter(u32 account, BandId band);
    void remove(u32 member);
    void end(BandId band);
    void give_way(UnderlyingId underlying);

    std::vector<Shelf> shelves_;
    std::vector<Member> members_;
    std::vector<u32> free_;
    std::vector<u32> first_;  ///< By account: its first member.
};

}  // namespace ballast::sweep
