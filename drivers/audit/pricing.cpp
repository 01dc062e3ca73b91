#include <ballast/audit/pricing.hpp>
#include <ballast/audit/exact.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

/// A price in the unit of account of something whose rate counts in another asset.
Price through(Price price, Price rate, bool up) {
    const U256 one(static_cast<u64>(amount_one));
    const i128 exact = up ? times_over_ceiling(wide(price.units()), wide(rate.units()), one)
                          : times_over_floor(wide(price.units()), wide(rate.units()), one);
    return Price::units(static_cast<i64>(std::min(exact, i128{limits::price_max.units()})));
}

oracle::Quote quote_of(const Scene& scene, const basket::CollateralTerms& terms) {
    const oracle::State& oracle = scene.state().oracle;
    oracle::Quote quote = oracle.feeds[terms.feed.value()].quote;
    if (!terms.rate_feed) return quote;
    const oracle::Quote& rate = oracle.feeds[terms.rate_feed->value()].quote;
    quote.low = through(quote.low, rate.low, false);
    quote.firm_low = through(quote.firm_low, rate.firm_low, false);
    quote.high = through(quote.high, rate.high, true);
    if (rate.status > quote.status) quote.status = rate.status;
    return quote;
}

}  // namespace

i128 weight_of(const basket::CollateralTerms& terms, Price price, Amount locked) {
    i128 concentration = terms.concentration_charge.units();
    if (concentration != 0 && locked < terms.concentration_depth)
        concentration = times_over_ceiling(wide(concentration), wide(locked.units()),
                                           wide(terms.concentration_depth.units()));
    const i128 counts =
        ratio_one - terms.haircut.units() - concentration - terms.correlation_charge.units();
    return times_over_floor(wide(price.units()), wide(counts), wide(ratio_one));
}

vaults::TypePrices prices_of(const Scene& scene, VaultTypeId type, const basket::Amounts& locked) {
    const vaults::VaultTypeTerms& terms = scene.genesis().types[type.value()].vault;
    vaults::TypePrices prices;
    prices.status = oracle::Status::live;
    prices.debt_firm = prices.debt_high = prices.debt_low = Price::units(amount_one);
    if (terms.debt_feed) {
        const oracle::Quote& debt = scene.state().oracle.feeds[terms.debt_feed->value()].quote;
        prices.debt_firm = debt.firm_high;
        prices.debt_high = debt.high;
        prices.debt_low = debt.low;
        prices.status = debt.status;
    }
    for (std::size_t k = 0; k < terms.basket.size(); ++k) {
        const oracle::Quote quote = quote_of(scene, terms.basket[k]);
        prices.weight[k] =
            Price::units(static_cast<i64>(weight_of(terms.basket[k], quote.firm_low, locked[k])));
        prices.low[k] = quote.low;
        prices.high[k] = quote.high;
        if (quote.status > prices.status) prices.status = quote.status;
    }
    return prices;
}

bool covered(const Position& position, const basket::Prices& weights, Price debt, Ratio ratio) {
    U256 value;
    for (std::size_t k = 0; k < limits::basket_max; ++k)
        value += wide(position.amounts[k]) * wide(weights[k].units());
    const U256 due = wide(position.owed) * wide(debt.units()) * wide(ratio.units());
    return value * wide(ratio_one) >= due;
}

}  // namespace ballast::audit
