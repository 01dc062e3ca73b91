#include <ballast/deleverage/deleverage.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::deleverage {

namespace {

u128 closed_units(const Closure& closure) {
    return static_cast<u128>(closure.at_bankruptcy) + static_cast<u128>(closure.at_mark);
}

// The candidate's closure, or nothing: both are in ascending order of account.
std::vector<u128> units_closed(std::span<const Candidate> sorted, const Plan& plan) {
    std::vector<u128> units;
    std::size_t next = 0;
    for (const Candidate& candidate : sorted) {
        const bool hit =
            next < plan.closures.size() && plan.closures[next].account == candidate.account;
        units.push_back(hit ? closed_units(plan.closures[next++]) : 0);
    }
    BALLAST_ASSERT(next == plan.closures.size());
    return units;
}

void count_hit(Fairness& result, const Candidate& candidate, u128 units, Cash haircut) {
    const i128 size = static_cast<i128>(math::magnitude(candidate.size));
    const i128 gain = std::max(candidate.profit.units(), i128{0});
    const auto ended = [&](Round round) {
        return Cash::units(
            math::saturating_mul_div(gain, static_cast<i128>(units), size, math::money_max, round));
    };
    result.overshoot += std::max(ended(Round::up) - haircut, Cash());
    result.principal += std::max(haircut - ended(Round::down), Cash());
    ++result.hit;
}

// (2 * sum of i * x_i) / (n * sum) - (n + 1) / n over ascending x, i from 1.
Ratio gini_of(std::vector<u128> units) {
    std::ranges::sort(units);
    const auto count = static_cast<i128>(units.size());
    i128 sum = 0;
    i128 weighted = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        sum += static_cast<i128>(units[i]);
        weighted += static_cast<i128>(i + 1) * static_cast<i128>(units[i]);
    }
    if (sum == 0) return {};
    return math::ratio_of(2 * weighted - (count + 1) * sum, count * sum, Round::down);
}

// The sum of squared shares.
Ratio concentration_of(std::span<const u128> units) {
    i128 sum = 0;
    i128 squares = 0;
    for (const u128 size : units) {
        sum += static_cast<i128>(size);
        squares += static_cast<i128>(size) * static_cast<i128>(size);
    }
    if (sum == 0) return {};
    return math::ratio_of(squares, sum * sum, Round::down);
}

}  // namespace

Fairness fairness(std::span<const Candidate> candidates, const Plan& plan) {
    std::vector<Candidate> sorted(candidates.begin(), candidates.end());
    std::ranges::sort(sorted, {}, &Candidate::account);
    const std::vector<u128> units = units_closed(sorted, plan);

    Fairness result;
    std::vector<Ratio> leverages;
    i128 partial = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (units[i] == 0) continue;
        count_hit(result, sorted[i], units[i], plan.closures[result.hit].haircut);
        leverages.push_back(math::ratio_of(
            sorted[i].notional.units(), std::max(sorted[i].equity.units(), i128{0}), Round::down));
        if (units[i] < math::magnitude(sorted[i].size)) ++partial;
    }
    result.gini = gini_of(units);
    result.concentration = concentration_of(units);
    if (result.hit == 0) return result;
    std::ranges::sort(leverages);
    result.leverage_median = leverages[(leverages.size() - 1) / 2];
    result.partial_share = math::ratio_of(partial, i128{result.hit}, Round::down);
    return result;
}

}  // namespace ballast::deleverage
