#include <ballast/oracle/width.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

constexpr u64 day_seconds = 86'400;

/// Distance over the smaller of the two, which is never less than the logarithmic return; 10^-9, at
/// most return_max.
u128 return_between(Price before, Price after) {
    const Price least = std::min(before, after);
    const Price distance = std::max(before, after) - least;
    BALLAST_ASSERT(least > Price{});
    const i128 size =
        math::divide(i128{distance.units()} * ratio_one, i128{least.units()}, Round::up);
    return std::min(static_cast<u128>(size), u128{return_max});
}

u128 square_root_up(u128 value) {
    const u128 root = math::square_root(value);
    return root * root == value ? root : root + 1;
}

Price half_width(const FeedTerms& terms, Price price, Price spread, Ratio move) {
    const Price wanted = spread + math::portion(price, move, Round::up);
    return std::min(wanted, math::portion(price, terms.widen_max, Round::down));
}

}  // namespace

u128 updated_variance(const FeedTerms& terms, u128 variance, Price before, Price after,
                      u64 seconds) {
    const u128 memory = terms.volatility_memory_seconds;
    const u128 size = return_between(before, after);
    return math::divide(variance * memory + size * size, memory + seconds, Round::up);
}

Ratio expected_move(const FeedTerms& terms, u128 variance, u64 seconds) {
    const auto floor = static_cast<u128>(terms.volatility_floor_per_day.units());
    const u128 least = math::divide(floor * floor, u128{day_seconds}, Round::up);
    const u128 sigma = square_root_up(std::max(variance, least) * seconds);
    const auto multiple = static_cast<u128>(terms.volatility_multiple.units());
    const u128 move = math::divide(sigma * multiple, u128{ratio_one}, Round::up);
    return Ratio::units(
        static_cast<i64>(std::min(move, static_cast<u128>(limits::ratio_max.units()))));
}

Price lowered(const FeedTerms& terms, Price price, Price spread, Ratio move) {
    return price - half_width(terms, price, spread, move);
}

Price raised(const FeedTerms& terms, Price price, Price spread, Ratio move) {
    return price + half_width(terms, price, spread, move);
}

}  // namespace ballast::oracle
