#include <ballast/vaults/prices.hpp>

#include <ballast/vaults/state.hpp>
#include <ballast/yield/yield.hpp>

#include <algorithm>

namespace ballast::vaults {
namespace {

/// The quote of a collateral, through its rate feed where it has one.
oracle::Quote collateral_quote(const basket::CollateralTerms& terms, const oracle::State& state) {
    oracle::Quote quote = oracle::quote(state, terms.feed);
    if (!terms.rate_feed) return quote;
    const oracle::Quote& rate = oracle::quote(state, *terms.rate_feed);
    quote.low = yield::through_rate(quote.low, rate.low, Round::down);
    quote.high = yield::through_rate(quote.high, rate.high, Round::up);
    quote.firm_low = yield::through_rate(quote.firm_low, rate.firm_low, Round::down);
    quote.firm_high = yield::through_rate(quote.firm_high, rate.firm_high, Round::up);
    quote.status = std::max(quote.status, rate.status);
    return quote;
}

}  // namespace

TypePrices price_type(const VaultTypeTerms& terms, const oracle::State& oracle,
                      const TypeRow& row) {
    TypePrices prices;
    prices.debt_firm = prices.debt_high = prices.debt_low = Price::units(amount_one);
    prices.status = oracle::Status::live;
    if (terms.debt_feed) {
        const oracle::Quote& quote = oracle::quote(oracle, *terms.debt_feed);
        prices.debt_firm = quote.firm_high;
        prices.debt_high = quote.high;
        prices.debt_low = quote.low;
        prices.status = quote.status;
    }
    for (u32 k = 0; k < terms.basket.size(); ++k) {
        const oracle::Quote quote = collateral_quote(terms.basket[k], oracle);
        prices.weight[k] = basket::weight(terms.basket[k], quote.firm_low, row.locked[k]);
        prices.low[k] = quote.low;
        prices.high[k] = std::min(quote.high, limits::price_max);
        prices.status = std::max(prices.status, quote.status);
    }
    return prices;
}

basket::Prices risk_weights(const VaultTypeTerms& terms, const TypePrices& prices,
                            const TypeRow& row) {
    basket::Prices weights{};
    for (u32 k = 0; k < terms.basket.size(); ++k)
        weights[k] = basket::weight(terms.basket[k], prices.low[k], row.locked[k]);
    return weights;
}

}  // namespace ballast::vaults
