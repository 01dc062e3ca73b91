#include <ballast/portfolio/remedy.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::portfolio {

namespace {

using math::U256;

constexpr i128 one = ratio_one;

// Neither is negative.
U256 product(i128 a, i128 b) {
    return U256(static_cast<u128>(a)) * U256(static_cast<u128>(b));
}

i128 with_incentive(Ratio incentive) {
    return one + incentive.units();
}

// What a keeper pays for collateral worth so much.
Cash proceeds(Cash worth, Ratio incentive) {
    return Cash::units(math::saturating_mul_div(worth.units(), one, with_incentive(incentive),
                                                math::money_max, Round::down));
}

Cash cost_of(const Economics& economics, Cash gross) {
    return economics.keeper_cost + math::portion(gross, economics.keeper_slip, Round::up);
}

// What selling one unit of a holding adds to the buffer margin, in units of 10^-27 times 1 + i:
// h (1 + b) (1 + i) - i.
i128 relief_of(const Terms& terms, const Economics& economics, Ratio haircut) {
    const i128 scale = one + terms.buffer.units();
    return haircut.units() * scale * with_incentive(economics.incentive) -
           economics.incentive.units() * one * one;
}

// A sale loses at most this much more buffer margin to rounding than the formula says.
constexpr Cash rounding = Cash::units(4);

// How much of a holding must be sold to add `needed` to the buffer margin; none if no amount does.
std::optional<Cash> worth_to_sell(i128 relief, Ratio incentive, Cash needed) {
    if (relief <= 0) return std::nullopt;
    const auto worth = math::mul_div((needed + rounding).units(),
                                     with_incentive(incentive) * one * one, relief, Round::up);
    if (!worth) return std::nullopt;
    return Cash::units(*worth);
}

Standing after_sale(const Standing& standing, const Holding& holding, Cash worth, Ratio incentive) {
    const Cash paid = proceeds(worth, incentive);
    const Cash counted = worth - math::portion(worth, holding.haircut, Round::down);
    Standing after = standing;
    after.mark += paid - worth;
    after.maintenance += paid - counted;
    return after;
}

bool pays_keeper(const Economics& economics, const std::vector<Sale>& sales) {
    Cash worth;
    for (const Sale& sale : sales) worth += sale.worth;
    return worth - proceeds(worth, economics.incentive) >= cost_of(economics, worth);
}

bool sales_heal(const Economics& economics, const Standing& standing,
                std::span<const Holding> holdings) {
    Cash collateral;
    for (const Holding& holding : holdings) collateral += holding.worth;
    return incentive_heals(collateral - standing.mark, collateral, economics.incentive);
}

// The sales that restore the buffer margin, those of the largest haircut first, for they relieve
// most; nothing where all of them do not.
std::vector<Sale> restoring_sales(const Terms& terms, const Economics& economics, Standing standing,
                                  std::span<const Holding> holdings) {
    std::vector<Holding> order(holdings.begin(), holdings.end());
    std::ranges::sort(order, [](const Holding& a, const Holding& b) {
        return a.haircut != b.haircut ? a.haircut > b.haircut : a.asset < b.asset;
    });
    std::vector<Sale> sales;
    for (const Holding& holding : order) {
        const Cash margin = buffer_margin(terms, standing);
        if (margin >= Cash()) return sales;
        const auto wanted = worth_to_sell(relief_of(terms, economics, holding.haircut),
                                          economics.incentive, -margin);
        if (!wanted || holding.worth <= Cash()) continue;
        const Cash worth = std::min(*wanted, holding.worth);
        standing = after_sale(standing, holding, worth, economics.incentive);
        sales.push_back({holding.asset, worth});
    }
    if (buffer_margin(terms, standing) < Cash()) sales.clear();
    return sales;
}

}  // namespace

std::optional<TermsFault> validate(const Economics& economics) {
    const i128 most = cash_max.units();
    if (auto fault = outside("keeper_cost", economics.keeper_cost.units(), i128{0}, most))
        return fault;
    const Ratio whole = Ratio::units(ratio_one);
    if (auto fault = outside("keeper_slip", economics.keeper_slip, Ratio(), whole)) return fault;
    return outside("incentive", economics.incentive, Ratio(), whole);
}

bool incentive_heals(Cash debt, Cash collateral, Ratio incentive) {
    if (debt <= Cash()) return true;
    if (collateral <= Cash()) return false;
    return product(debt.units(), with_incentive(incentive)) < product(collateral.units(), one);
}

Cash keeper_gain_max(const Terms& terms, const Economics& economics, const Standing& standing) {
    const Cash worth = standing.mark > Cash()
                           ? standing.mark
                           : standing.mark - std::min(standing.maintenance, standing.mark);
    return worth + terms.tip - cost_of(economics, standing.gross);
}

Choice choose_remedy(const Terms& terms, const Economics& economics, const Sickness& sickness) {
    Choice choice;
    Standing standing = sickness.standing;
    if (standing.maintenance >= Cash()) return choice;
    choice.cancel_orders = sickness.orders_relief > Cash();
    standing.maintenance += sickness.orders_relief;
    if (standing.maintenance >= Cash()) return choice;

    if (sales_heal(economics, standing, sickness.holdings)) {
        choice.sales = restoring_sales(terms, economics, standing, sickness.holdings);
        if (!choice.sales.empty() && pays_keeper(economics, choice.sales)) {
            choice.remedy = Remedy::sell_collateral;
            return choice;
        }
        choice.sales.clear();
    }
    if (keeper_gain_max(terms, economics, standing) <= Cash())
        choice.remedy = Remedy::backstop;
    else
        choice.remedy = sickness.isolated ? Remedy::isolated_market : Remedy::whole_portfolio;
    return choice;
}

Loan liquidate(const Loan& loan, Ratio incentive, Ratio close_factor) {
    const Cash repaid = math::portion(loan.debt, close_factor, Round::up);
    const Cash handed = Cash::units(math::saturating_mul_div(
        repaid.units(), with_incentive(incentive), one, math::money_max, Round::down));
    if (handed <= loan.collateral) return {loan.collateral - handed, loan.debt - repaid};
    return {{}, loan.debt - proceeds(loan.collateral, incentive)};
}

std::optional<Ray> repay_part(const Loan& loan, const Restoration& aim) {
    BALLAST_ASSERT(loan.debt > Cash());
    const U256 owed = product(loan.debt.units(), aim.target.units());
    const U256 counted = product(loan.collateral.units(), aim.threshold.units());
    if (owed <= counted) return Ray();
    const i128 relieved =
        aim.target.units() * one - aim.threshold.units() * with_incentive(aim.incentive);
    if (relieved <= 0) return std::nullopt;
    const auto part = math::mul_div(owed - counted, U256(ray_one * u128{ratio_one}),
                                    product(loan.debt.units(), relieved), Round::up);
    if (!part || !part->fits_u128()) return std::nullopt;
    return Ray::units(part->to_u128());
}

}  // namespace ballast::portfolio
