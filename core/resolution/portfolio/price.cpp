// What a portfolio costs while it is auctioned, and how much of it may be taken.
#include <ballast/math/money.hpp>
#include <ballast/portfolio/portfolio.hpp>

#include <algorithm>

namespace ballast::portfolio {

namespace {

// The mark-to-market of what is for sale.
Cash for_sale(const Auction& auction, const Standing& standing) {
    return standing.mark - auction.reserved;
}

Cash solvent_bid(const Terms& terms, Cash worth, u64 elapsed) {
    if (worth <= Cash()) return {};
    const auto price =
        math::mul_div(worth.units(), static_cast<i128>(discount(terms, elapsed).units()),
                      static_cast<i128>(ray_one), Round::up);
    return Cash::units(price.value());  // Not more than `worth`, for a discount is at most 1.
}

Cash insolvent_bid(const Terms& terms, Cash worth, Cash maintenance, u64 elapsed) {
    const Cash first = std::min(worth, Cash());
    const Cash last = std::min(maintenance, first);
    const auto length = static_cast<i128>(terms.insolvent_seconds);
    const i128 passed = std::min(static_cast<i128>(elapsed), length);
    return first + Cash::units(math::divide((last - first).units() * passed, length, Round::up));
}

}  // namespace

Cash buffer_margin(const Terms& terms, const Standing& standing) {
    const Cash requirement = standing.mark - standing.maintenance;
    return standing.maintenance - math::portion(requirement, terms.buffer, Round::up);
}

Ray discount(const Terms& terms, u64 elapsed) {
    const u128 top = math::ray_of(terms.top).units();
    const u128 knee = math::ray_of(terms.knee).units();
    if (elapsed < terms.fast_seconds)
        return Ray::units(top - (top - knee) * elapsed / terms.fast_seconds);
    const u64 passed = std::min(elapsed - terms.fast_seconds, terms.slow_seconds);
    return Ray::units(knee - knee * passed / terms.slow_seconds);
}

Cash bid(const Terms& terms, const Auction& auction, const Standing& standing, u64 now) {
    BALLAST_ASSERT(now >= auction.started);
    const u64 elapsed = now - auction.started;
    if (auction.leg == Leg::solvent)
        return solvent_bid(terms, for_sale(auction, standing), elapsed);
    return insolvent_bid(terms, for_sale(auction, standing),
                         standing.maintenance - auction.reserved, elapsed);
}

Fraction fraction_max(const Terms& terms, const Auction& auction, const Standing& standing,
                      u64 now) {
    if (auction.leg == Leg::insolvent) return {1, 1};
    const Cash margin = buffer_margin(terms, standing);
    if (margin >= Cash()) return {};
    if (standing.gross < terms.remainder_min) return {1, 1};
    const Cash gain = auction.reserved + bid(terms, auction, standing, now);
    return {-margin.units(), (gain - margin).units()};
}

Step next_step(const Terms& terms, const Auction& auction, const Standing& standing, u64 now) {
    BALLAST_ASSERT(now >= auction.started);
    if (auction.leg == Leg::insolvent)
        return standing.maintenance >= Cash() ? Step::end : Step::run;
    if (buffer_margin(terms, standing) >= Cash()) return Step::end;
    if (standing.mark <= Cash()) return Step::turn;
    if (now - auction.started >= terms.fast_seconds + terms.slow_seconds) return Step::turn;
    return for_sale(auction, standing) <= Cash() ? Step::restart : Step::run;
}

}  // namespace ballast::portfolio
