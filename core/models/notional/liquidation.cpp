#include <ballast/notional/liquidation.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::notional {

namespace {

Cash magnitude(Cash cash) {
    return cash < Cash() ? -cash : cash;
}

Cash part(Cash cash, Cash numerator, Cash denominator, Round round) {
    return Cash::units(math::saturating_mul_div(cash.units(), numerator.units(),
                                                denominator.units(), math::money_max, round));
}

// a * b as a sign and a size: worths and requirements are bounded, their product is not.
struct Product {
    bool negative = false;
    math::U256 size;

    Product(Cash a, Cash b)
        : negative((a < Cash()) != (b < Cash())),
          size(math::U256(math::magnitude(a.units())) * math::U256(math::magnitude(b.units()))) {
        if (size.zero()) negative = false;
    }
    friend std::strong_ordering operator<=>(const Product& a, const Product& b) {
        if (a.negative != b.negative) return b.negative <=> a.negative;
        return a.negative ? b.size <=> a.size : a.size <=> b.size;
    }
};

}  // namespace

std::strong_ordering compare_danger(const Danger& a, const Danger& b) {
    // net / maintenance, without the division.
    const Product left(a.maintenance, b.net);
    const Product right(b.maintenance, a.net);
    if (const auto order = left <=> right; order != 0) return order;
    if (const auto order = a.maintenance <=> b.maintenance; order != 0) return order;
    return b.net <=> a.net;
}

Cash bankruptcy_value(const Danger& account, const Danger& before, const Danger& after) {
    const Cash freed = magnitude(after.maintenance - before.maintenance);
    return before.net - after.net - part(account.net, freed, account.maintenance, Round::down);
}

Cash fillable_spread(const FillableTerms& terms, const Danger& account, Cash position_maintenance) {
    const Cash missing = std::max(Cash(), account.maintenance - account.net);
    const Cash rated =
        std::min(account.maintenance, math::portion(missing, terms.adjustment, Round::up));
    const Cash most = math::portion(position_maintenance, terms.spread, Round::up);
    return part(most, rated, account.maintenance, Round::up);
}

Cash insurance_delta(Cash received, Cash bankruptcy, Ratio fee_max) {
    const Cash left = received - bankruptcy;
    if (left <= Cash()) return left;
    return std::min(left, math::portion(magnitude(received), fee_max, Round::down));
}

Span liquidatable_notional(Cash notional, Cash least, Ratio portion) {
    const Cash whole = magnitude(notional);
    const Cash low = std::min(whole, least);
    return {low, std::max(low, math::portion(whole, portion, Round::down))};
}

}  // namespace ballast::notional
