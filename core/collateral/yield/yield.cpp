#include <ballast/yield/yield.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::yield {

Price through_rate(Price underlying, Price rate, Round round) {
    BALLAST_ASSERT(underlying.units() >= 0);
    BALLAST_ASSERT(rate.units() >= 0);
    const i128 product = i128{underlying.units()} * rate.units();
    const i128 price = math::divide(product, i128{amount_one}, round);
    return Price::units(static_cast<i64>(std::min(price, i128{limits::price_max.units()})));
}

}  // namespace ballast::yield
