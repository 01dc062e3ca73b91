#include <ballast/auctions/terms.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/mul_div.hpp>

#include <utility>

namespace ballast::auctions {

namespace {

using Fault = std::optional<TermsFault>;

constexpr Ratio one = Ratio::units(ratio_one);

Fault seconds(const char* key, u64 value) {
    return outside<i128>(key, value, 1, limits::step_seconds_max);
}

Fault check_cut(const Curve& curve) {
    return outside("curve.cut", curve.cut, Ray::units(1), Ray::units(ray_one));  // A price never
                                                                                 // rises.
}

Fault check_in_place(const Curve& curve) {
    // A discount of all the collateral's worth would divide by zero; a bonus of the whole debt
    // doubles it.
    const Ratio most = curve.kind == CurveKind::health_discount ? Ratio::units(ratio_one - 1) : one;
    if (auto fault = outside("curve.discount", curve.discount, Ratio(), most)) return fault;
    if (auto fault = outside("curve.close_factor", curve.close_factor, Ratio::units(1), one))
        return fault;
    return outside("curve.full_close_health", curve.full_close_health, Ratio(), one);
}

Fault check_curve(const Curve& curve) {
    switch (curve.kind) {
        case CurveKind::linear: return seconds("curve.duration_seconds", curve.duration_seconds);
        case CurveKind::stepped:
            if (auto fault = seconds("curve.step_seconds", curve.step_seconds)) return fault;
            return check_cut(curve);
        case CurveKind::continuous: return check_cut(curve);
        case CurveKind::fixed_discount:
        case CurveKind::health_discount: return check_in_place(curve);
    }
    std::unreachable();
}

// What only an auction with a clock needs.
Fault check_clock(const AuctionTerms& terms) {
    if (auto fault = outside("buffer", terms.buffer, Ratio::units(1), limits::ratio_max))
        return fault;
    if (auto fault = seconds("tail_seconds", terms.tail_seconds)) return fault;
    if (auto fault = outside("cusp", terms.cusp, Ratio(), Ratio::units(ratio_one - 1)))
        return fault;
    return outside<i128>("restarts_max", terms.restarts_max, 0, restarts_limit);
}

}  // namespace

std::optional<TermsFault> validate(const AuctionTerms& terms) {
    if (auto fault = check_curve(terms.curve)) return fault;
    if (!in_place(terms.curve.kind))
        if (auto fault = check_clock(terms)) return fault;
    if (auto fault = outside("penalty", terms.penalty, Ratio(), one)) return fault;
    if (auto fault = outside("tip", terms.tip, Amount(), limits::amount_max)) return fault;
    // An owner who takes from his own auction must not gain by it, so the penalty on a debt pays
    // the chip on its tab.
    const Ratio chip_max =
        math::ratio_of(terms.penalty.units(), ratio_one + terms.penalty.units(), Round::down);
    if (auto fault = outside("chip", terms.chip, Ratio(), chip_max)) return fault;
    if (auto fault =
            outside("debt_at_auction_max", terms.debt_at_auction_max, Amount(), limits::supply_max))
        return fault;
    return outside("remainder_min", terms.remainder_min, Amount(), limits::amount_max);
}

Amount tab_of(const AuctionTerms& terms, Amount debt) {
    const auto tab = math::mul_div(debt.units(), i128{ratio_one} + terms.penalty.units(),
                                   i128{ratio_one}, Round::up);
    BALLAST_ASSERT(tab);
    return Amount::units(*tab);
}

}  // namespace ballast::auctions
