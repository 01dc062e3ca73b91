#include <ballast/pricing/pricing.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/pricing/door.hpp>

namespace ballast::pricing {

namespace {

constexpr double per_period_max = 0.25;  // Of the carry and of the rate, per period.

// One point as the kernels read it.
struct Row {
    double spot;
    double strike;
    double volatility;
    double decay;
    double rate;
    double growth;

    Row(const Everlasting& terms, const Point& point)
        : spot(door::real(point.spot)),
          strike(door::real(terms.strike)),
          volatility(std::max(door::volatility_of(point), 1.0 / door::fine_units)),
          decay(1.0 / door::years_of(terms.period)),
          rate(std::clamp(terms.style == Style::premium ? door::real(point.rate) : 0.0,
                          -per_period_max * decay, per_period_max * decay)),
          growth(point.forward == point.spot ? 0.0 : carry(door::real(point.forward)) * decay) {}
    // Of one period.
    [[nodiscard]] double carry(double forward) const {
        return std::clamp(lane::log_ratio(forward, spot), -per_period_max, per_period_max);
    }
    [[nodiscard]] kernel::EverlastingIn in() const {
        return {&spot, &strike, &volatility, &decay, &rate, &growth};
    }
};

kernel::EverlastingOut out_of(door::GreeksRow& row) {
    return {&row.value, &row.delta, &row.gamma, &row.vega};
}

bool above(const Everlasting& terms, const Point& point) {
    return door::at_least_one(point.spot) >= door::at_least_one(terms.strike);
}
bool exercised(const Everlasting& terms, const Point& point) {
    return above(terms, point) == (terms.right == Right::call);
}

i64 payoff(const Everlasting& terms, const Point& point) {
    const i64 gain = door::at_least_one(point.spot) - door::at_least_one(terms.strike);
    return std::max(terms.right == Right::call ? gain : -gain, i64{0});
}

// The columns of one block: terms are the same, points differ.
struct Rows {
    double column[6][door::block];
    std::size_t padded = 0;

    Rows(const Everlasting& terms, std::span<const Point> points)
        : padded(door::padded(points.size())) {
        for (std::size_t row = 0; row < padded; ++row) {
            const Row one(terms, points[std::min(row, points.size() - 1)]);
            const double cells[] = {one.spot,  one.strike, one.volatility,
                                    one.decay, one.rate,   one.growth};
            for (std::size_t i = 0; i < 6; ++i) column[i][row] = cells[i];
        }
    }
    [[nodiscard]] kernel::EverlastingIn in() const {
        return {column[0], column[1], column[2], column[3], column[4], column[5]};
    }
};

using Kernel = void (*)(kernel::EverlastingIn, kernel::EverlastingOut, std::size_t);

// `size` times the kernel's value at each point, rounded down.
void values(Kernel kernel, const Everlasting& terms, double size, std::span<const Point> points,
            std::span<Price> out) {
    door::by_block(points.size(), [&](std::size_t first, std::size_t count) {
        const Rows rows(terms, points.subspan(first, count));
        double value[door::block];
        double rest[3][door::block];
        kernel(rows.in(), {value, rest[0], rest[1], rest[2]}, rows.padded);
        for (std::size_t row = 0; row < count; ++row)
            out[first + row] =
                Price::units(std::max(door::rounded_down(size * value[row]), i64{0}));
    });
}

}  // namespace

void everlasting(const Everlasting& terms, std::span<const Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    if (terms.period != 0)
        return values(kernel::kernels().of(terms.right).everlasting, terms, 1.0, points, out);
    for (std::size_t row = 0; row < points.size(); ++row)
        out[row] = Price::units(payoff(terms, points[row]));
}

Greeks everlasting_greeks(const Everlasting& terms, const Point& point) {
    door::GreeksRow row;
    const double paid = static_cast<double>(payoff(terms, point));
    if (terms.period == 0) {
        row.value = paid;
        row.delta = !exercised(terms, point) ? 0.0 : terms.right == Right::call ? 1.0 : -1.0;
        return door::quantised(row, 1.0);
    }
    const Row in(terms, point);
    kernel::kernels().of(terms.right).everlasting(in.in(), out_of(row), 1);
    row.theta = (paid - row.value) * in.decay;
    return door::quantised(row, 1.0);
}

void everlasting_binary(const Everlasting& terms, Price payout, std::span<const Point> points,
                        std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    const double size = door::real(payout);
    if (terms.period != 0)
        return values(kernel::kernels().of(terms.right).everlasting_binary, terms, size, points,
                      out);
    for (std::size_t row = 0; row < points.size(); ++row)
        out[row] = exercised(terms, points[row]) ? payout : Price{};
}

Greeks everlasting_binary_greeks(const Everlasting& terms, Price payout, const Point& point) {
    door::GreeksRow row;
    const double paid = exercised(terms, point) ? 1.0 : 0.0;
    if (terms.period == 0) {
        row.value = paid;
        return door::quantised(row, door::real(payout));
    }
    const Row in(terms, point);
    kernel::kernels().of(terms.right).everlasting_binary(in.in(), out_of(row), 1);
    row.theta = (paid - row.value) * in.decay;
    return door::quantised(row, door::real(payout));
}

}  // namespace ballast::pricing
