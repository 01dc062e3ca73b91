#include <ballast/notional/options.hpp>

#include <ballast/notional/requirement.hpp>

#include <algorithm>

namespace ballast::notional {

namespace {

using pricing::Right;

bool call(const Instrument& option) {
    return option.series.right == Right::call;
}

bool binary(const Instrument& option) {
    return !option.series.payout.zero();
}

// What one unit pays when the underlying settles at `price`, or just below it.
Price payoff(const Instrument& option, Price price, bool just_below) {
    const Price strike = option.series.strike;
    if (binary(option)) {
        const bool above = just_below ? price > strike : price >= strike;
        return above == call(option) ? option.series.payout : Price();
    }
    return std::max(Price(), call(option) ? price - strike : strike - price);
}

// 10^-16 dollars.  Sizes, prices and the count of legs are bounded so that the sum fits.
i128 payoff_of(std::span<const Leg> legs, Price price, bool just_below) {
    i128 sum = 0;
    for (const Leg& leg : legs)
        sum += i128{leg.size} * payoff(*leg.instrument, price, just_below).units();
    return sum;
}

static_assert(i128{limits::positions_max} * limits::size_max <=
              math::i128_max / limits::price_max.units());

i128 least_payoff(std::span<const Leg> legs) {
    i128 least = std::min(i128{0}, payoff_of(legs, Price(), false));
    for (const Leg& leg : legs) {
        const Price strike = leg.instrument->series.strike;
        least = std::min(least, payoff_of(legs, strike, false));
        if (binary(*leg.instrument)) least = std::min(least, payoff_of(legs, strike, true));
    }
    return least;
}

Amount net_calls(std::span<const Leg> legs) {
    Amount net;
    for (const Leg& leg : legs)
        if (call(*leg.instrument) && !binary(*leg.instrument)) net += Amount::units(leg.size);
    return net;
}

Pair isolated_sum(const ShortTerms& terms, std::span<const Leg> legs, Price spot) {
    Pair sum;
    for (const Leg& leg : legs) {
        if (leg.size > 0) continue;
        const Pair one = isolated(terms, *leg.instrument, leg.size, spot);
        sum.initial += one.initial;
        sum.maintenance += one.maintenance;
    }
    return sum;
}

}  // namespace

Pair isolated(const ShortTerms& terms, const Instrument& option, i64 size, Price spot) {
    if (binary(option)) {
        const Cash loss = worth(size, option.series.payout, Round::down);
        return {loss, loss};
    }
    const Price strike = option.series.strike;
    const Price out = std::max(Price(), call(option) ? strike - spot : spot - strike);
    const Cash mark = worth(size, option.mark, Round::down);
    const Cash notional = worth(size, spot, Round::down);
    const Cash near = required(notional, terms.initial_most) + worth(size, out, Round::up);
    const Cash initial = mark - std::max(near, required(notional, terms.initial_least));
    if (call(option)) return {initial, mark - required(notional, terms.maintenance_call)};
    const Cash maintenance = mark - std::max(required(notional, terms.maintenance_put),
                                             required(mark, terms.maintenance_put_mark));
    return {std::min(initial, -required(maintenance, terms.put_initial_scale)), maintenance};
}

Pair worst(const OptionTerms& terms, std::span<const Leg> legs, Price forward) {
    const Cash least = Cash::units(math::divide(least_payoff(legs), i128{amount_one}, Round::down));
    const Amount calls = net_calls(legs);
    if (calls >= Amount()) return {least, least};
    const Cash unpaired = math::worth(calls, forward, Round::down);
    return {least - required(unpaired, terms.unpaired_initial),
            least - required(unpaired, terms.unpaired_maintenance)};
}

Pair expiry_margin(const OptionTerms& terms, std::span<const Leg> legs, Price spot) {
    Pair margin = worst(terms, legs, legs.front().instrument->forward);
    if (terms.isolated) {
        const Pair apart = isolated_sum(*terms.isolated, legs, spot);
        margin.initial = std::max(margin.initial, apart.initial);
        margin.maintenance = std::max(margin.maintenance, apart.maintenance);
    }
    for (const Leg& leg : legs) {
        if (leg.instrument->upfront) continue;
        const Cash held = worth(leg.size, leg.instrument->mark, Round::up);
        margin.initial -= held;
        margin.maintenance -= held;
    }
    return margin;
}

}  // namespace ballast::notional
