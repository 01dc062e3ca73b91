#include <ballast/conform_maker/maker_units.hpp>

#include <ballast/conformance/tally.hpp>

namespace ballast::conformance::maker {

using auctions::Curve;
using auctions::CurveKind;
using math::U256;

Ray factor(const U256& value) {
    if (!value.fits_u128()) throw Malformed(math::to_decimal(value) + " is no ray of 128 bits");
    return Ray::units(value.to_u128());
}

Curve linear(u64 duration_seconds) {
    Curve curve;
    curve.kind = CurveKind::linear;
    curve.duration_seconds = duration_seconds;
    return curve;
}

Curve stepped(u64 step_seconds, const U256& cut) {
    if (step_seconds == 0) throw Malformed("a step of 0 seconds");
    Curve curve;
    curve.kind = CurveKind::stepped;
    curve.step_seconds = step_seconds;
    curve.cut = factor(cut);
    return curve;
}

Curve continuous(const U256& cut) {
    Curve curve;
    curve.kind = CurveKind::continuous;
    curve.cut = factor(cut);
    return curve;
}

std::string price_text(const Curve& curve, const U256& top, u64 elapsed) {
    const auto price = auctions::price_after(curve, top, elapsed);
    return price ? math::to_decimal(*price) : std::string(name(price.error()));
}

std::string revert_name(Reject reason) {
    switch (reason) {
        case Reject::auction_price_over_limit: return "too-expensive";
        case Reject::auction_leaves_dust: return "no-partial-purchase";
        case Reject::auction_needs_restart: return "needs-reset";
        case Reject::auction_restart_early: return "cannot-reset";
        case Reject::auction_over: return "not-running-auction";
        case Reject::auction_no_room: return "liquidation-limit-hit";
        case Reject::auction_part_too_small: return "dusty-auction-from-partial-liquidation";
        case Reject::auction_lot_empty: return "null-auction";
        default: return std::string(name(reason));
    }
}

U256 rmul(const U256& a, const U256& b) {
    return a * b / ray;
}
U256 wmul(const U256& a, const U256& b) {
    return a * b / wad;
}

}  // namespace ballast::conformance::maker
