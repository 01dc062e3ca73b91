// The life of an auction: it opens, is taken from, turns and closes.
#include <ballast/math/money.hpp>
#include <ballast/portfolio/portfolio.hpp>

#include <algorithm>

namespace ballast::portfolio {

namespace {

bool bounded(Cash cash) {
    return -cash_max <= cash && cash <= cash_max;
}
bool bounded(const Standing& standing) {
    return bounded(standing.mark) && bounded(standing.maintenance) && bounded(standing.gross);
}

Cash cash_part(Cash cash, const Fraction& fraction, Round round) {
    return Cash::units(part(cash.units(), fraction, round));
}

// Of the tip that is not yet paid, the part that `fraction` is of `most`.
Cash tip_part(Cash unpaid, const Fraction& fraction, const Fraction& most) {
    if (unpaid <= Cash()) return {};
    const Cash of_account = cash_part(unpaid, fraction, Round::down);
    return Cash::units(math::saturating_mul_div(of_account.units(), most.denominator,
                                                most.numerator, unpaid.units(), Round::down));
}

// The requirement that a taker of everything takes over: what restores it to the buffer margin of a
// solvent account, to the maintenance margin of an insolvent one.
Cash burden(const Terms& terms, const Auction& auction, const Standing& standing) {
    const Cash margin =
        auction.leg == Leg::solvent ? buffer_margin(terms, standing) : standing.maintenance;
    return std::max(auction.reserved - margin, Cash());
}

}  // namespace

Result<Opening> open(const Terms& terms, MarginAccountId account, const Standing& standing,
                     u64 now) {
    if (!bounded(standing)) return no(Reject::overflow);
    if (standing.maintenance >= Cash()) return no(Reject::account_healthy);
    Opening opening;
    opening.auction.account = account;
    opening.auction.open = true;
    opening.auction.started = now;
    if (standing.mark <= Cash()) {
        opening.auction.leg = Leg::insolvent;
        return opening;
    }
    const Cash margin = buffer_margin(terms, standing);
    const Fraction at_mark{-margin.units(), (standing.mark - margin).units()};
    opening.fee = math::portion(cash_part(standing.mark, at_mark, Round::up), terms.fee, Round::up);
    return opening;
}

void restart(Auction& auction, u64 now) noexcept {
    BALLAST_ASSERT(auction.open);
    auction.leg = Leg::solvent;
    auction.started = now;
    auction.reserved = {};
}

void turn(Auction& auction, u64 now) noexcept {
    restart(auction, now);
    auction.leg = Leg::insolvent;
}

void close(Auction& auction) noexcept {
    auction.open = false;
    auction.reserved = {};
}

Result<TakePlan> check_take(const Terms& terms, const Auction& auction, const Standing& standing,
                            u64 now, const Offer& offer) {
    if (!bounded(standing) || !bounded(offer.take.pay_max)) return no(Reject::overflow);
    if (!valid(offer.take.wanted)) return no(Reject::bad_encoding);
    if (!auction.open) return no(Reject::account_auction_over);
    if (next_step(terms, auction, standing, now) != Step::run)
        return no(Reject::account_auction_waits);

    const Fraction most = fraction_max(terms, auction, standing, now);
    TakePlan plan;
    plan.ends = !less(offer.take.wanted, most);
    plan.fraction = plan.ends ? most : offer.take.wanted;
    plan.reserved = auction.reserved;
    if (plan.fraction.zero()) return no(Reject::account_take_too_small);
    if (!plan.ends && less(plan.fraction, fraction_of(terms.fraction_min)))
        return no(Reject::account_take_too_small);

    const Cash whole = bid(terms, auction, standing, now);
    plan.paid = cash_part(std::max(whole, Cash()), plan.fraction, Round::up);
    plan.drawn = cash_part(std::max(-whole, Cash()), plan.fraction, Round::down);
    plan.tip = tip_part(terms.tip - auction.tipped, plan.fraction, most);
    if (plan.paid - plan.drawn > offer.take.pay_max) return no(Reject::account_price_over_limit);

    const Cash margin =
        math::portion(burden(terms, auction, standing), terms.keeper_margin, Round::up);
    const Cash required = cash_part(margin, plan.fraction, Round::up) + plan.paid - plan.drawn;
    plan.cash_required = std::max(required, Cash());
    if (offer.cash < plan.cash_required) return no(Reject::account_keeper_margin);
    return plan;
}

void apply_take(Auction& auction, const TakePlan& plan) noexcept {
    BALLAST_ASSERT(auction.open);
    auction.reserved += plan.paid;
    auction.paid += plan.paid;
    auction.drawn += plan.drawn + plan.tip;
    auction.tipped += plan.tip;
    ++auction.takes;
    if (plan.ends) close(auction);
}

}  // namespace ballast::portfolio
