#include <ballast/auctions/in_place.hpp>

#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::auctions {

namespace {

// The worth handed over per worth repaid, as a fraction: 1 + bonus, or 1 / (1 - discount).
struct Markup {
    i128 numerator;
    i128 denominator;
};

Markup markup_of(const Curve& curve, Ratio health) {
    if (curve.kind == CurveKind::fixed_discount)
        return {i128{ratio_one} + curve.discount.units(), ratio_one};
    const i64 discount = std::min(curve.discount.units(), ratio_one - health.units());
    return {ratio_one, i128{ratio_one} - discount};
}

// The most that the close factor lets one take repay.
Result<Amount> closeable(const Curve& curve, const InPlaceInput& input) {
    if (input.health < curve.full_close_health) return input.owed;
    BALLAST_TRY(const i128 part, math::mul_div(input.owed.units(), i128{curve.close_factor.units()},
                                               i128{ratio_one}, Round::down));
    if (part == 0) return no(Reject::auction_close_factor);
    return Amount::units(part);
}

// What repaying `repay` hands over, and less of a repayment where there is no more collateral.
Result<InPlacePlan> priced(const Curve& curve, const InPlaceInput& input, Amount repay) {
    const Markup markup = markup_of(curve, input.health);
    const i128 owed_worth = input.owed_worth.units();
    const i128 collateral = input.collateral_worth.units();
    BALLAST_TRY(const i128 worth,
                math::mul_div(owed_worth, repay.units(), input.owed.units(), Round::down));
    BALLAST_TRY(i128 handed,
                math::mul_div(worth, markup.numerator, markup.denominator, Round::down));

    InPlacePlan plan{repay, Cash(), false, false};
    if (!curve.allow_spiral) {
        // Handing over more than the collateral's share of the debt would raise debt / collateral.
        BALLAST_TRY(const i128 frontier, math::mul_div(worth, collateral, owed_worth, Round::down));
        plan.cut_back = handed > frontier;
        handed = std::min(handed, frontier);
    }
    if (handed > collateral) {
        handed = collateral;
        BALLAST_TRY(const i128 paid_for,
                    math::mul_div(collateral, markup.denominator, markup.numerator, Round::up));
        BALLAST_TRY(const i128 enough,
                    math::mul_div(paid_for, input.owed.units(), owed_worth, Round::up));
        plan.repay = std::min(repay, Amount::units(enough));
    }
    plan.handed = Cash::units(handed);
    plan.takes_all = handed == collateral;
    return plan;
}

}  // namespace

Result<InPlacePlan> decide_in_place(const Curve& curve, const InPlaceInput& input) {
    if (input.pay_max <= Amount()) return no(Reject::amount_not_positive);
    if (input.health >= Ratio::units(ratio_one)) return no(Reject::auction_healthy);
    BALLAST_TRY(const Amount most, closeable(curve, input));
    const Amount repay = std::min(input.pay_max, most);
    BALLAST_TRY(const InPlacePlan plan, priced(curve, input, repay));

    // A debt with nothing behind it cannot be too small: it is the caller's loss to place.
    const Amount left = input.owed - plan.repay;
    if (plan.takes_all || left.zero() || left >= input.debt_min) return plan;
    if (input.pay_max >= input.owed) return priced(curve, input, input.owed);
    if (input.owed <= input.debt_min) return no(Reject::auction_leaves_dust);
    return priced(curve, input, input.owed - input.debt_min);
}

Result<Ray> price_of(const InPlacePlan& plan) {
    if (plan.handed <= Cash()) return no(Reject::auction_price_over_limit);
    BALLAST_TRY(const u128 price, math::mul_div(static_cast<u128>(plan.repay.units()), ray_one,
                                                static_cast<u128>(plan.handed.units()), Round::up));
    return Ray::units(price);
}

Amount handed_over(Amount amount, Cash handed, Cash whole) {
    const auto share = math::mul_div(amount.units(), handed.units(), whole.units(), Round::down);
    BALLAST_ASSERT(share && *share <= amount.units());
    return Amount::units(*share);
}

}  // namespace ballast::auctions
