#include "book.hpp"

#include <ql/instruments/payoffs.hpp>
#include <ql/pricingengines/blackcalculator.hpp>

namespace ballast::bench {

namespace {

QuantLib::BlackCalculator calculator(const Options& options, std::size_t row) {
    return {QuantLib::Option::Call, options.strike[row], options.forward[row],
            options.volatility[row] * options.root[row], options.discount[row]};
}

}  // namespace

void quantlib_price(const Options& options, Figures& figures) {
    for (std::size_t row = 0; row < options.count(); ++row)
        figures.value[row] = calculator(options, row).value();
}

void quantlib_greeks(const Options& options, Figures& figures) {
    for (std::size_t row = 0; row < options.count(); ++row) {
        const QuantLib::BlackCalculator black = calculator(options, row);
        figures.value[row] = black.value();
        figures.delta[row] = black.delta(options.spot[row]);
        figures.gamma[row] = black.gamma(options.spot[row]);
        figures.vega[row] = black.vega(options.years[row]);
        figures.theta[row] = black.theta(options.spot[row], options.years[row]);
    }
}

void quantlib_cash(const Options& options, Figures& figures) {
    for (std::size_t row = 0; row < options.count(); ++row) {
        const auto payoff = QuantLib::ext::make_shared<QuantLib::CashOrNothingPayoff>(
            QuantLib::Option::Call, options.strike[row], 1.0);
        const QuantLib::BlackCalculator black(payoff, options.forward[row],
                                              options.volatility[row] * options.root[row],
                                              options.discount[row]);
        figures.value[row] = black.value();
    }
}

}  // namespace ballast::bench
