#include <ballast/perps/accounts.hpp>

#include <ballast/math/money.hpp>

namespace ballast::perps {

// 10^-18 dollars times 10^-8 units, over the 10^-8 of cash.
constexpr i128 flow_one = 1'000'000'000'000'000'000;

Cash funding_due(risk::Flow flow, i64 size) {
    return Cash::units(
        math::saturating_mul_div(flow.units(), i128{size}, flow_one, math::money_max, Round::up));
}

Result<void> check_open_interest(i128 cap, i128 open, i128 change) {
    if (change > 0 && open + change > cap) return no(Reject::open_interest_over_cap);
    return {};
}

}  // namespace ballast::perps
