#include <ballast/deleverage/order.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <numeric>

namespace ballast::deleverage {

using math::U256;

namespace {

U256 product(u128 a, u128 b) {
    return U256(a) * U256(b);
}

u128 units_of(const Candidate& candidate) {
    return math::magnitude(candidate.size);
}

u128 gain_of(const Candidate& candidate) {
    return candidate.profit > Cash() ? static_cast<u128>(candidate.profit.units()) : 0;
}

// Whether the profit of a unit pays its haircut.
bool pays(const Candidate& candidate, Price haircut) {
    return product(gain_of(candidate), u128{amount_one}) >=
           product(units_of(candidate), static_cast<u128>(haircut.units()));
}

// Profit per unit of a against that of b, exactly.
std::strong_ordering compare_gain(const Candidate& a, const Candidate& b) {
    return product(gain_of(a), units_of(b)) <=> product(gain_of(b), units_of(a));
}

// Those whose profit pays come first, the least profit first, so that as little profit as possible
// is ended beyond the deficit; then the others, the most profit first, so that as little principal
// as possible is taken.  Section 7 proves that no order does better.
bool overshoots_less(const Candidate& a, const Candidate& b, Price haircut) {
    const bool paid = pays(a, haircut);
    if (paid != pays(b, haircut)) return paid;
    const auto gain = compare_gain(a, b);
    if (gain != 0) return paid ? gain < 0 : gain > 0;
    return a.account < b.account;
}

constexpr i128 score_one = i128{ratio_one} * ratio_one;

// Return on the entry's worth, times leverage for who gains, over leverage for who loses; 10^-18.
i128 score_of(const Candidate& candidate, Price mark) {
    const i128 size = candidate.size;
    const i128 worth = math::divide(static_cast<i128>(units_of(candidate)) * mark.units(),
                                    i128{amount_one}, Round::down);
    const i128 profit = candidate.profit.units();
    const i128 entry = std::max(size > 0 ? worth - profit : worth + profit, i128{1});
    const i128 equity = std::max(candidate.equity.units(), i128{1});
    const auto scaled = [](i128 a, i128 b, i128 c) {
        return math::saturating_mul_div(a, b, c, math::money_max, Round::down);
    };
    const i128 yield = scaled(profit, score_one, entry);
    const i128 leverage = std::max(scaled(candidate.notional.units(), score_one, equity), i128{1});
    return profit >= 0 ? scaled(yield, leverage, score_one) : scaled(yield, score_one, leverage);
}

}  // namespace

std::vector<std::size_t> order_of(Ranking ranking, const Bankrupt& bankrupt,
                                  std::span<const Candidate> candidates) {
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (ranking == Ranking::least_overshoot) {
        const Price haircut = haircut_of(bankrupt);
        std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
            return overshoots_less(candidates[a], candidates[b], haircut);
        });
        return order;
    }
    std::vector<i128> scores;
    scores.reserve(candidates.size());
    for (const Candidate& candidate : candidates)
        scores.push_back(score_of(candidate, bankrupt.mark));
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (scores[a] != scores[b]) return scores[a] > scores[b];
        return candidates[a].account < candidates[b].account;
    });
    return order;
}

}  // namespace ballast::deleverage
