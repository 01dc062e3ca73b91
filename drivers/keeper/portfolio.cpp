#include <ballast/keeper/portfolio.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::keeper {
namespace {

/// Of the synthetic, in dollars.
Cash dollars(Cash cash, Price pay_price, Round round) {
    return math::worth(Amount::units(cash.units()), pay_price, round);
}

/// What the part of the collateral brings outside, less what it counts for in the worth.
Cash outside(const Portfolio& portfolio, const Market& market, Ratio part) {
    Cash sum = -math::portion(portfolio.collateral_worth, part, Round::up);
    for (const Part& held : portfolio.collateral)
        for (const Outlet& outlet : market.outlets)
            if (outlet.asset == held.asset && outlet.price > Price())
                sum += proceeds_of(outlet, math::portion(held.amount, part, Round::down));
    return sum;
}

/// In dollars.
struct Figures {
    Cash proceeds;
    Cash profit;
    Cash gain;
};

Figures weigh(const Portfolio& portfolio, const Market& market, const Exit& exit,
              const Terms& terms, Ratio part) {
    const Cash slip = math::portion(portfolio.gross, exit.slippage, Round::up);
    const Cash kept = math::portion(portfolio.worth - slip, part, Round::down);
    Figures figures;
    const Cash paid =
        dollars(math::portion(portfolio.bid, part, Round::up), market.pay_price, Round::up);
    figures.proceeds =
        dollars(kept, market.pay_price, Round::down) + outside(portfolio, market, part);
    figures.profit = figures.proceeds - paid - terms.cost;
    figures.gain = figures.profit;
    if (paid > Cash()) figures.gain -= math::portion(paid, terms.margin, Round::up);
    return figures;
}

/// The payment at which what is asked for is still earned; there is a margin only on what is paid.
Amount pay_max(const Figures& figures, const Market& market, const Terms& terms) {
    Cash most = figures.proceeds - terms.cost - terms.profit_min;
    if (most > Cash())
        most = Cash::units(math::saturating_mul_div(most.units(), ratio_one,
                                                    i128{ratio_one} + terms.margin.units(),
                                                    math::money_max, Round::down));
    return math::amount_worth(most, market.pay_price, Round::down);
}

}  // namespace

std::optional<Bid> decide(const Portfolio& portfolio, const Market& market, const Exit& exit,
                          const Terms& terms) {
    if (market.pay_price <= Price()) return {};
    std::optional<Bid> best;
    Cash most;
    Ratio part = std::min({portfolio.most, exit.most, Ratio::units(ratio_one)});
    for (u32 k = 0; k <= halvings && part > Ratio(); ++k) {
        const Figures figures = weigh(portfolio, market, exit, terms, part);
        const bool pays = figures.profit > Cash() && figures.gain >= terms.profit_min;
        if (pays && (!best || figures.gain > most)) {
            most = figures.gain;
            best = Bid{};
            best->of = Of::portfolio;
            best->auction = portfolio.id;
            best->pay_max = pay_max(figures, market, terms);
            best->units = static_cast<u128>(part.units());
            best->proceeds = figures.proceeds;
            best->profit = figures.profit;
        }
        part = Ratio::units(part.units() / 2);
    }
    return best;
}

}  // namespace ballast::keeper
