#include <ballast/pricing/pricing.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/pricing/door.hpp>

namespace ballast::pricing {

namespace {

using door::GreeksRow;
using door::Rows;

// What exercise at the forward brings, in units; exact.
i64 intrinsic(Right right, Price strike, const Point& point) {
    const i64 gain = door::at_least_one(point.forward) - door::at_least_one(strike);
    return std::max(right == Right::call ? gain : -gain, i64{0});
}

bool exercised(Right right, Price strike, const Point& point) {
    const bool above = door::at_least_one(point.forward) >= door::at_least_one(strike);
    return above == (right == Right::call);
}

// What the option is worth at most, undiscounted, in units; exact.
i64 bound(Right right, Price strike, const Point& point) {
    return door::at_least_one(right == Right::call ? point.forward : strike);
}

// The value rounded down, between its bounds: those are exact where nothing is discounted.
Price european_value(Right right, Price strike, const Point& point, double discount, double value) {
    const i64 down = door::rounded_down(value);
    if (discount != 1.0) return Price::units(std::max(down, i64{0}));
    const i64 least = intrinsic(right, strike, point);
    if (door::settled(point)) return Price::units(least);
    return Price::units(std::clamp(down, least, bound(right, strike, point)));
}

// With neither time nor volatility left, the kernels' slopes are of no meaning.
void settle(GreeksRow& row, double delta, double rate) {
    row.delta = delta;
    row.gamma = 0;
    row.vega = 0;
    row.theta = rate * row.value;
}

double sign(Right right) {
    return right == Right::call ? 1.0 : -1.0;
}

// Theta of whatever has these, by the equation that every price satisfies, the forward held.
double theta_of(const GreeksRow& row, const Point& point, double rate) {
    const double change = door::volatility_of(point) * door::real(point.spot);
    return rate * row.value - 0.5 * change * change * row.gamma;
}

}  // namespace

Price value_error(Price strike, Price forward) {
    return Price::units(2 +
                        (std::max(door::at_least_one(strike), door::at_least_one(forward)) >> 50));
}

void european(Right right, Price strike, std::span<const Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    door::by_block(points.size(), [&](std::size_t first, std::size_t count) {
        const Rows rows(strike, points.subspan(first, count));
        double value[door::block];
        kernel::kernels().of(right).european(rows.in(), value, rows.padded());
        for (std::size_t row = 0; row < count; ++row)
            out[first + row] =
                european_value(right, strike, points[first + row], rows.discount(row), value[row]);
    });
}

Greeks european_greeks(Right right, Price strike, const Point& point) {
    const Rows rows(strike, {&point, 1});
    GreeksRow row;
    kernel::kernels().of(right).european_greeks(rows.in(), row.out(), 1);
    if (door::settled(point)) {
        const double share = door::real(point.forward) / door::real(point.spot);
        const bool inside = exercised(right, strike, point);
        settle(row, inside ? sign(right) * rows.discount(0) * share : 0.0, rows.rate(0));
    }
    Greeks greeks = door::quantised(row, 1.0);
    greeks.value = european_value(right, strike, point, rows.discount(0), row.value);
    return greeks;
}

void cash_binary(Right right, Price strike, Price payout, std::span<const Point> points,
                 std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    const double size = door::real(payout);
    door::by_block(points.size(), [&](std::size_t first, std::size_t count) {
        const Rows rows(strike, points.subspan(first, count));
        double value[door::block];
        kernel::kernels().of(right).cash_value(rows.in(), value, rows.padded());
        for (std::size_t row = 0; row < count; ++row) {
            const Point& point = points[first + row];
            const double sure = exercised(right, strike, point) ? rows.discount(row) : 0.0;
            const double each = door::settled(point) ? sure : value[row];
            out[first + row] = Price::units(std::max(door::rounded_down(size * each), i64{0}));
        }
    });
}

Greeks cash_binary_greeks(Right right, Price strike, Price payout, const Point& point) {
    const Rows rows(strike, {&point, 1});
    GreeksRow row;
    kernel::kernels().of(right).cash(rows.in(), row.out(), 1);
    if (door::settled(point)) {
        row.value = exercised(right, strike, point) ? rows.discount(0) : 0.0;
        settle(row, 0.0, rows.rate(0));
    } else {
        row.theta = theta_of(row, point, rows.rate(0));
    }
    return door::quantised(row, door::real(payout));
}

void asset_binary(Right right, Price strike, std::span<const Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    for (std::size_t row = 0; row < points.size(); ++row)
        out[row] = asset_binary_greeks(right, strike, points[row]).value;
}

Greeks asset_binary_greeks(Right right, Price strike, const Point& point) {
    const Rows rows(strike, {&point, 1});
    GreeksRow row;
    kernel::kernels().of(right).asset(rows.in(), row.out(), 1);
    if (door::settled(point)) {
        const double forward = door::real(point.forward);
        row.value = exercised(right, strike, point) ? rows.discount(0) * forward : 0.0;
        settle(row, row.value / door::real(point.spot), rows.rate(0));
    } else {
        row.theta = theta_of(row, point, rows.rate(0));
    }
    return door::quantised(row, 1.0);
}

Result<Fine> implied_volatility(Right right, Price strike, Price value, const Point& point) {
    if (point.seconds == 0) return no(Reject::implied_expired);
    const Rows rows(strike, {&point, 1});
    const i64 least = intrinsic(right, strike, point);
    const double discount = rows.discount(0);
    if (value.units() < door::rounded_down(discount * static_cast<double>(least)))
        return no(Reject::implied_under_intrinsic);

    // Out of the money, over the lesser of forward and strike.
    const i64 lesser = std::min(door::at_least_one(point.forward), door::at_least_one(strike));
    const double worth = discount == 1.0 ? static_cast<double>(value.units() - least)
                                         : static_cast<double>(value.units()) / discount -
                                               static_cast<double>(least);
    const double share = worth / static_cast<double>(lesser);
    if (share <= 0) return Fine{};
    if (share >= 1) return no(Reject::implied_over_bound);
    const double moneyness =
        lane::magnitude(lane::log_ratio(door::real(point.forward), door::real(strike)));
    double deviation = 0;
    kernel::kernels().implied({&share, &moneyness}, &deviation, 1);
    const double volatility = deviation / lane::root(door::years_of(point.seconds));
    if (volatility > door::volatility_max) return no(Reject::implied_over_bound);
    return door::fine(volatility);
}

}  // namespace ballast::pricing
