#include <ballast/swap/swap.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::swap {

namespace {

constexpr i128 one = ratio_one;

/// The reserves, as the caller of a swap sees them.
struct View {
    i128 given;
    i128 taken;
};

View view(const PoolRow& pool, Side given) {
    const i128 first = pool.first.units();
    const i128 second = pool.second.units();
    return given == Side::first ? View{first, second} : View{second, first};
}

/// Amounts are at most amount_max, so that everything here fits.
i128 part(i128 a, i128 b, i128 c, Round round) {
    return math::saturating_mul_div(a, b, c, math::money_max, round);
}

bool over_limit(i128 amount) {
    return amount > limits::amount_max.units();
}

}  // namespace

Result<Swap> check_exact_in(const Terms& terms, const PoolRow& pool, Side given, Amount in,
                            Amount out_min) {
    if (in.units() <= 0) return no(Reject::amount_not_positive);
    if (in > limits::amount_max) return no(Reject::amount_over_limit);
    if (pool.shares.zero()) return no(Reject::liquidity_empty);
    const View reserves = view(pool, given);
    if (over_limit(reserves.given + in.units())) return no(Reject::amount_over_limit);
    const i128 net = in.units() * (one - terms.fee.units());
    const i128 out = part(net, reserves.taken, reserves.given * one + net, Round::down);
    if (out == 0) return no(Reject::amount_not_positive);
    if (out < out_min.units()) return no(Reject::swap_under_minimum);
    return Swap{given, in, Amount::units(out)};
}

Result<Swap> check_exact_out(const Terms& terms, const PoolRow& pool, Side given, Amount out,
                             Amount in_max) {
    if (out.units() <= 0) return no(Reject::amount_not_positive);
    if (pool.shares.zero()) return no(Reject::liquidity_empty);
    const View reserves = view(pool, given);
    if (out.units() >= reserves.taken) return no(Reject::swap_drains);
    const i128 left = (reserves.taken - out.units()) * (one - terms.fee.units());
    const i128 in = part(reserves.given * one, out.units(), left, Round::up);
    if (over_limit(in) || over_limit(reserves.given + in)) return no(Reject::amount_over_limit);
    if (in > in_max.units()) return no(Reject::swap_over_maximum);
    return Swap{given, Amount::units(in), out};
}

void apply(const Swap& plan, PoolRow& pool) noexcept {
    const bool first = plan.given == Side::first;
    (first ? pool.first : pool.second) += plan.in;
    (first ? pool.second : pool.first) -= plan.out;
}

Result<Liquidity> check_add(const PoolRow& pool, Amount first_max, Amount second_max,
                            Amount shares_min) {
    if (first_max.units() <= 0 || second_max.units() <= 0) return no(Reject::amount_not_positive);
    if (first_max > limits::amount_max || second_max > limits::amount_max)
        return no(Reject::amount_over_limit);
    Liquidity plan;
    if (pool.shares.zero()) {
        const u128 product =
            math::magnitude(first_max.units()) * math::magnitude(second_max.units());
        const Amount all = Amount::units(static_cast<i128>(math::square_root(product)));
        plan = {first_max, second_max, all - dead_shares, dead_shares};
    } else {
        const i128 all = pool.shares.units();
        const i128 first = pool.first.units();
        const i128 second = pool.second.units();
        const i128 shares = std::min(part(first_max.units(), all, first, Round::down),
                                     part(second_max.units(), all, second, Round::down));
        plan = {Amount::units(part(shares, first, all, Round::up)),
                Amount::units(part(shares, second, all, Round::up)), Amount::units(shares),
                Amount()};
    }
    if (plan.shares.units() <= 0) return no(Reject::liquidity_small);
    if (pool.first + plan.first > limits::amount_max ||
        pool.second + plan.second > limits::amount_max)
        return no(Reject::amount_over_limit);
    if (plan.shares < shares_min) return no(Reject::swap_under_minimum);
    return plan;
}

void apply_add(const Liquidity& plan, PoolRow& pool) noexcept {
    pool.first += plan.first;
    pool.second += plan.second;
    pool.shares += plan.shares + plan.dead;
}

Result<Liquidity> check_remove(const PoolRow& pool, Amount shares, Amount first_min,
                               Amount second_min) {
    if (shares.units() <= 0) return no(Reject::amount_not_positive);
    if (shares > pool.shares - dead_shares) return no(Reject::liquidity_shares_insufficient);
    const i128 all = pool.shares.units();
    const Liquidity plan{Amount::units(part(shares.units(), pool.first.units(), all, Round::down)),
                         Amount::units(part(shares.units(), pool.second.units(), all, Round::down)),
                         shares, Amount()};
    if (plan.first < first_min || plan.second < second_min) return no(Reject::swap_under_minimum);
    return plan;
}

void apply_remove(const Liquidity& plan, PoolRow& pool) noexcept {
    pool.first -= plan.first;
    pool.second -= plan.second;
    pool.shares -= plan.shares;
}

}  // namespace ballast::swap
