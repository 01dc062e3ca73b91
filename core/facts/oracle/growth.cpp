#include <ballast/math/mul_div.hpp>
#include <ballast/oracle/follow.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

constexpr i128 day_seconds = 86'400;

void count_from(FeedRow& row, Price base, u64 now) {
    row.cap_base = base;
    row.cap_time = now;
    row.below_since = 0;
}

}  // namespace

Price capped_rate(const FeedTerms& terms, FeedRow& row, Price mid, u64 now) {
    if (row.cap_base.zero()) {
        count_from(row, mid, now);
        return mid;
    }
    const u64 elapsed = std::min(now - row.cap_time, terms.growth_seconds_max);
    const i128 base = row.cap_base.units();
    const i128 growth =
        base * terms.growth_per_day_max.units() * elapsed / (day_seconds * ratio_one);
    const Price cap =
        Price::units(static_cast<i64>(std::min(base + growth, i128{limits::price_max.units()})));

    if (mid > cap) {
        // The allowance is used up; a rate that stays over its cap goes on growing at the cap's
        // pace.
        row.below_since = 0;
        if (elapsed == terms.growth_seconds_max) count_from(row, cap, now);
        return cap;
    }
    const bool below = mid < row.cap_base;
    const bool stays_below =
        below && row.below_since != 0 && now - row.below_since >= terms.breaker_confirm_seconds;
    if (mid > row.cap_base || stays_below) {
        count_from(row, mid, now);
    } else if (!below) {
        row.below_since = 0;
    } else if (row.below_since == 0) {
        row.below_since = now;
    }
    return mid;
}

}  // namespace ballast::oracle
