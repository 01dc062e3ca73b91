#include <ballast/deleverage/apportion.hpp>
#include <ballast/deleverage/order.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::deleverage {

namespace {

using Sizes = std::vector<u128>;

u128 sum_of(const Sizes& sizes) {
    u128 sum = 0;
    for (const u128 size : sizes) sum += size;
    return sum;
}

bool bounded(const Candidate& candidate) {
    const auto fits = [](Cash cash) { return -cash_max <= cash && cash <= cash_max; };
    return math::magnitude(candidate.size) <= u128{limits::size_max} && fits(candidate.profit) &&
           fits(candidate.equity) && fits(candidate.notional);
}

Result<void> check(const Bankrupt& bankrupt, std::span<const Candidate> sorted) {
    if (bankrupt.size == 0) return no(Reject::deleverage_nothing);
    if (haircut_of(bankrupt) < Price()) return no(Reject::deleverage_not_bankrupt);
    for (const Candidate& candidate : sorted)
        if (candidate.size == 0 || (candidate.size > 0) == (bankrupt.size > 0))
            return no(Reject::deleverage_wrong_side);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i - 1].account == sorted[i].account) return no(Reject::deleverage_twice);
    const bool fits = std::ranges::all_of(sorted, bounded) && bankrupt.mark >= Price() &&
                      bankrupt.mark <= limits::price_max &&
                      bankrupt.bankruptcy <= limits::price_max &&
                      math::magnitude(bankrupt.size) <= u128{limits::size_max};
    if (!fits) return no(Reject::overflow);
    return {};
}

// What a size loses at the haircut of a unit.  Fits: both are bounded by the limits.
i128 loss_of(u128 size, Price haircut) {
    return math::divide(static_cast<i128>(size) * haircut.units(), i128{amount_one}, Round::up);
}

// How many units the account can bear before its equity is gone.
u128 bearable(const Candidate& candidate, Price haircut) {
    const u128 size = math::magnitude(candidate.size);
    if (haircut == Price()) return size;
    if (candidate.equity <= Cash()) return 0;
    const auto units = math::mul_div(candidate.equity.units(), i128{amount_one},
                                     i128{haircut.units()}, Round::down);
    BALLAST_ASSERT(units);
    return std::min(size, static_cast<u128>(*units));
}

// `total` over `caps`, by the ranking's order or in proportion; as much as there is room.
Sizes allocate(u128 total, const Sizes& caps, const std::vector<std::size_t>& order) {
    const u128 room = sum_of(caps);
    if (total >= room) return caps;
    if (order.empty()) return apportion(total, caps);
    Sizes sizes(caps.size());
    for (const std::size_t i : order) {
        sizes[i] = std::min(caps[i], total);
        total -= sizes[i];
    }
    return sizes;
}

// Haircuts in order of account, each the difference of what the sum so far loses, rounded up: they
// add up to what all together lose, and none is more than its own units lose, rounded up.
std::vector<Closure> closures_of(std::span<const Candidate> sorted, const Sizes& at_bankruptcy,
                                 const Sizes& at_mark, Price haircut) {
    std::vector<Closure> closures;
    u128 closed = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (at_bankruptcy[i] == 0 && at_mark[i] == 0) continue;
        const i128 before = loss_of(closed, haircut);
        closed += at_bankruptcy[i];
        closures.push_back({sorted[i].account, static_cast<i64>(at_bankruptcy[i]),
                            static_cast<i64>(at_mark[i]),
                            Cash::units(loss_of(closed, haircut) - before)});
    }
    return closures;
}

}  // namespace

Result<Plan> plan(Ranking ranking, const Bankrupt& bankrupt,
                  std::span<const Candidate> candidates) {
    std::vector<Candidate> sorted(candidates.begin(), candidates.end());
    std::ranges::sort(sorted, {}, &Candidate::account);
    BALLAST_CHECK(check(bankrupt, sorted));

    const Price haircut = haircut_of(bankrupt);
    const u128 size = math::magnitude(bankrupt.size);
    std::vector<std::size_t> order;
    if (ranking != Ranking::pro_rata) order = order_of(ranking, bankrupt, sorted);
    Sizes caps;
    for (const Candidate& candidate : sorted) caps.push_back(bearable(candidate, haircut));
    const Sizes at_bankruptcy = allocate(size, caps, order);
    const u128 borne = sum_of(at_bankruptcy);
    for (std::size_t i = 0; i < sorted.size(); ++i)
        caps[i] = math::magnitude(sorted[i].size) - at_bankruptcy[i];
    const Sizes at_mark = allocate(size - borne, caps, order);

    Plan plan;
    plan.closures = closures_of(sorted, at_bankruptcy, at_mark, haircut);
    plan.deficit = Cash::units(loss_of(size, haircut));
    plan.covered = Cash::units(loss_of(borne, haircut));
    plan.uncovered = plan.deficit - plan.covered;
    plan.left = static_cast<i64>(size - borne - sum_of(at_mark));
    return plan;
}

}  // namespace ballast::deleverage
