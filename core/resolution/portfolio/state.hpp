/// What the machine remembers about one auction of a margin account: a row that the owner of the
/// margin accounts keeps in a table.
#pragma once

#include <ballast/base/codec.hpp>

namespace ballast::portfolio {

enum class Leg : u8 {
    solvent,    ///< Keepers pay the account; the price falls to nothing.
    insolvent,  ///< The security layer pays keepers; what it pays grows.
};
[[nodiscard]] constexpr bool valid(Leg leg) {
    return leg <= Leg::insolvent;
}

struct Auction {
    MarginAccountId account;
    Leg leg = Leg::solvent;
    bool open = false;
    u64 started = 0;  ///< Block time at which this leg began.
    Cash reserved;    ///< Paid by keepers into the account, and so not sold again; >= 0.
    Cash paid;        ///< By keepers, in all.
    Cash drawn;       ///< From the security layer, tips included, in all.
    Cash tipped;      ///< Of `drawn`, the tips.
    u32 takes = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.leg), visit(row.open), visit(row.started);
        visit(row.reserved), visit(row.paid), visit(row.drawn), visit(row.tipped), visit(row.takes);
    }
    friend bool operator==(const Auction&, const Auction&) = default;
};

}  // namespace ballast::portfolio
