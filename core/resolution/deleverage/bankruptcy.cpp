// What a bankrupt position is worth to who takes it, and who bears what nobody covers.
#include <ballast/deleverage/apportion.hpp>
#include <ballast/deleverage/deleverage.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::deleverage {

Result<Cash> bankruptcy_value(const Carried& carried) {
    BALLAST_ASSERT(carried.account_requirement > Cash());
    BALLAST_TRY(const i128 share,
                math::mul_div(carried.account_equity.units(), carried.maintenance.units(),
                              carried.account_requirement.units(), Round::down));
    return Cash::units(-carried.value.units() - share);
}

Price bankruptcy_price(i64 size, Cash value) {
    BALLAST_ASSERT(size != 0);
    const bool held = size > 0;
    const i128 most = limits::price_max.units();
    const i128 price = math::saturating_mul_div(held ? value.units() : -value.units(), amount_one,
                                                static_cast<i128>(math::magnitude(size)), most,
                                                held ? Round::up : Round::down);
    return Price::units(static_cast<i64>(std::max(price, i128{0})));
}

Result<Socialised> socialise(Cash loss, std::span<const Holder> holders) {
    std::vector<Holder> sorted;
    for (const Holder& holder : holders)
        if (holder.equity > Cash()) sorted.push_back(holder);
    std::ranges::sort(sorted, {}, &Holder::account);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i - 1].account == sorted[i].account) return no(Reject::deleverage_twice);

    std::vector<u128> weights;
    Cash equity;
    for (const Holder& holder : sorted) {
        if (holder.equity > cash_max) return no(Reject::overflow);
        weights.push_back(static_cast<u128>(holder.equity.units()));
        equity += holder.equity;
    }
    if (loss < Cash() || loss > cash_max) return no(Reject::overflow);
    const Cash shared = std::min(loss, equity);
    const std::vector<u128> parts = apportion(static_cast<u128>(shared.units()), weights);
    Socialised result;
    result.booked = loss - shared;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (parts[i] > 0)
            result.shares.push_back({sorted[i].account, Cash::units(static_cast<i128>(parts[i]))});
    return result;
}

}  // namespace ballast::deleverage
