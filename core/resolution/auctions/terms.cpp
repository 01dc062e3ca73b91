#include <ballast/auctions/terms.hpp>

#include <ballast/math/mul_div.hpp>

#include <utility>

namespace ballast::auctions {

namespace {

using Fault = std::optional<TermsFault>;

constexpr Ratio one = Ratio::units(ratio_one);

bool within(Ratio value, Ratio least, Ratio most) {
    return least <= value && value <= most;
}
bool within(Amount value, Amount most) {
    return Amount() <= value && value <= most;
}
bool within(u64 seconds) {
    return 1 <= seconds && seconds <= limits::step_seconds_max;
}

Fault check_cut(const Curve& curve) {
    if (curve.cut.units() == 0 || curve.cut.units() > ray_one)
        return TermsFault{"curve.cut", "must be over 0 and at most 1: a price never rises"};
    return {};
}

Fault check_in_place(const Curve& curve) {
    // A discount of all the collateral's worth would divide by zero; a bonus of the whole debt
    // doubles it.
    const Ratio most = curve.kind == CurveKind::health_discount ? Ratio::units(ratio_one - 1) : one;
    if (!within(curve.discount, Ratio(), most))
        return TermsFault{"curve.discount",
                          "must be from 0 to 1, and under 1 if it grows with ill-health"};
    if (!within(curve.close_factor, Ratio::units(1), one))
        return TermsFault{"curve.close_factor", "must be over 0 and at most 1"};
    if (!within(curve.full_close_health, Ratio(), one))
        return TermsFault{"curve.full_close_health", "must be from 0 to 1"};
    return {};
}

Fault check_curve(const Curve& curve) {
    switch (curve.kind) {
        case CurveKind::linear:
            if (!within(curve.duration_seconds))
                return TermsFault{"curve.duration_seconds", "must be from 1 second to 366 days"};
            return {};
        case CurveKind::stepped:
            if (!within(curve.step_seconds))
                return TermsFault{"curve.step_seconds", "must be from 1 second to 366 days"};
            return check_cut(curve);
        case CurveKind::continuous: return check_cut(curve);
        case CurveKind::fixed_discount:
        case CurveKind::health_discount: return check_in_place(curve);
    }
    std::unreachable();
}

// What only an auction with a clock needs.
Fault check_clock(const AuctionTerms& terms) {
    if (!within(terms.buffer, Ratio::units(1), limits::ratio_max))
        return TermsFault{"buffer", "must be over 0 and at most 1000"};
    if (!within(terms.tail_seconds))
        return TermsFault{"tail_seconds", "must be from 1 second to 366 days"};
    if (!within(terms.cusp, Ratio(), Ratio::units(ratio_one - 1)))
        return TermsFault{"cusp", "must be at least 0 and under 1"};
    if (terms.restarts_max > restarts_limit)
        return TermsFault{"restarts_max", "must be at most 1000"};
    return {};
}

}  // namespace

std::optional<TermsFault> validate(const AuctionTerms& terms) {
    if (auto fault = check_curve(terms.curve)) return fault;
    if (!in_place(terms.curve.kind))
        if (auto fault = check_clock(terms)) return fault;
    if (!within(terms.penalty, Ratio(), one)) return TermsFault{"penalty", "must be from 0 to 1"};
    if (!within(terms.tip, limits::amount_max))
        return TermsFault{"tip", "must be from 0 to the largest amount"};
    // An owner who takes from his own auction must not gain by it.
    if (!within(terms.chip, Ratio(), terms.penalty))
        return TermsFault{"chip", "must be from 0 to the penalty, out of which it is paid"};
    if (!within(terms.debt_at_auction_max, limits::supply_max))
        return TermsFault{"debt_at_auction_max", "must be from 0 to the largest supply"};
    if (!within(terms.remainder_min, limits::amount_max))
        return TermsFault{"remainder_min", "must be from 0 to the largest amount"};
    return {};
}

Amount tab_of(const AuctionTerms& terms, Amount debt) {
    const auto tab = math::mul_div(debt.units(), i128{ratio_one} + terms.penalty.units(),
                                   i128{ratio_one}, Round::up);
    BALLAST_ASSERT(tab);
    return Amount::units(*tab);
}

}  // namespace ballast::auctions
