#include <ballast/margin/margin.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::margin {
namespace {

NotionalTable notional_table(const Market& market, std::span<const risk::Kind> kinds,
                             std::span<const Cash> open_interest) {
    NotionalTable table;
    table.settlement_price = market.settlement_price;
    table.assets.assign(market.assets.begin(), market.assets.end());
    for (const Underlying& row : market.underlyings) table.underlyings.push_back({row.spot});
    for (std::size_t id = 0; id < market.instruments.size(); ++id) {
        const Instrument& from = market.instruments[id];
        notional::Instrument& row = table.instruments.emplace_back();
        const risk::Kind& kind = kinds[from.series.kind];
        row.series = from.series;
        row.shape = kind.shape;
        row.upfront = kind.upfront;
        row.forward = from.now.forward;
        row.confidence = std::min(from.confidence,
                                  market.underlyings[from.series.underlying.value()].confidence);
        if (from.now.spot.units() > 0) kind.value(from.series, {&from.now, 1}, {&row.mark, 1});
        if (id < open_interest.size()) row.open_interest = open_interest[id];
    }
    return table;
}

// Collateral priced in the settlement asset, down.
notional::Holding holding_of(const NotionalTable& table, const Holding& from) {
    const Asset& asset = table.assets[from.asset.value()];
    const i128 price =
        math::saturating_mul_div(asset.price.units(), amount_one, table.settlement_price.units(),
                                 limits::price_max.units(), Round::down);
    return {from.asset, from.amount, Price::units(static_cast<i64>(price)), asset.confidence};
}

Margin notional_margin(const notional::Terms& terms, const NotionalTable& table,
                       const Portfolio& portfolio) {
    std::array<notional::Holding, limits::assets_max> holdings;
    BALLAST_ASSERT(portfolio.holdings.size() <= holdings.size());
    for (std::size_t i = 0; i < portfolio.holdings.size(); ++i)
        holdings[i] = holding_of(table, portfolio.holdings[i]);
    const notional::Market market{table.underlyings, table.instruments, table.settlement_price};
    const notional::Account account{
        portfolio.positions, std::span(holdings).first(portfolio.holdings.size()), portfolio.cash};
    const notional::Margin margin = notional::margin(terms, market, account);
    return {margin.mark_to_market, margin.initial, margin.maintenance, 0};
}

}  // namespace

std::optional<TermsFault> validate(const Model& model) {
    if (model.name.empty() || model.name.size() > limits::name_max)
        return TermsFault{"name", "must have 1 to 32 bytes"};
    return std::visit([](const auto& terms) { return validate(terms); }, model.terms);
}

Table build(const Model& model, const Market& market, std::span<const risk::Kind> kinds,
            std::span<const Cash> open_interest) {
    if (const auto* terms = std::get_if<scenario::Terms>(&model.terms))
        return scenario::build(*terms, market, kinds);
    return notional_table(market, kinds, open_interest);
}

Margin evaluate(const Model& model, const Table& table, const Portfolio& portfolio,
                Workspace& workspace) {
    if (const auto* terms = std::get_if<scenario::Terms>(&model.terms))
        return scenario::evaluate(*terms, std::get<scenario::Table>(table), portfolio, workspace);
    return notional_margin(std::get<notional::Terms>(model.terms), std::get<NotionalTable>(table),
                           portfolio);
}

Margin quick(const Model& model, const Table& table, const Portfolio& portfolio,
             Workspace& workspace) {
    if (const auto* terms = std::get_if<scenario::Terms>(&model.terms))
        return scenario::quick(*terms, std::get<scenario::Table>(table), portfolio, workspace);
    return evaluate(model, table, portfolio, workspace);
}

}  // namespace ballast::margin
