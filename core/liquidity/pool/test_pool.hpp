/// What the tests of this room share: terms in round figures, a generator of markets, and a pool
/// that trades with a taker and keeps the books as clearing does.
#pragma once

#include <ballast/pool/quote.hpp>

#include <array>
#include <cstdlib>
#include <optional>

namespace ballast::pool::test {

inline constexpr Ratio ratio(i64 parts_per_million) {
    return Ratio::units(parts_per_million * 1000);
}
inline constexpr Cash cash(i128 whole) {
    return Cash::units(whole * amount_one);
}
inline constexpr Price price(i64 whole) {
    return Price::units(whole * amount_one);
}
inline constexpr i64 unit = amount_one;  ///< One whole unit of an instrument.

/// 1 % of the mark and 0.02 % of the spot; every risk at 10 % for an exposure of the capital; half
/// of it back.
inline Terms sample_terms() {
    Terms terms;
    terms.spread = ratio(10'000);
    terms.spread_spot = ratio(200);
    terms.prices = {ratio(100'000), ratio(100'000), ratio(100'000), ratio(100'000), ratio(100'000)};
    terms.skew = ratio(500'000);
    terms.rebate_max = ratio(20'000);
    terms.budgets = {ratio(1'000'000), ratio(1'000'000), ratio(1'000'000), ratio(5'000'000),
                     ratio(800'000)};
    terms.hedge_band = ratio(200'000);
    terms.hedge_target = ratio(50'000);
    terms.deposit_min = cash(10);
    terms.capital_max = cash(1'000'000'000);
    terms.epoch_seconds = 3600;
    terms.withdrawal_delay_epochs = 2;
    return terms;
}

/// Nothing but a linear price: spot 2000, mark 100.
inline Market sample_market() {
    Market market;
    market.feed = Feed::live;
    market.spot = price(2000);
    market.mark = price(100);
    return market;
}

/// A pool with `count` instruments of one underlying, and all the taker has paid it so far.
class Desk {
public:
    static constexpr std::size_t count = 3;
    Terms terms = sample_terms();
    std::array<Market, count> markets{};
    std::array<i64, count> sizes{};
    Standing standing{cash(1'000'000), Cash(), Ratio::units(ratio_one)};
    Cash paid;                ///< worth + charge of all fills.
    Cash charged;             ///< charge alone.
    i64 margin_per_unit = 0;  ///< Dollars of margin per whole unit held, in 10^-8.

    [[nodiscard]] Cash margin(const std::array<i64, count>& held) const {
        i128 net = 0;
        i128 gross = 0;
        for (const i64 size : held) net += size, gross += std::abs(size);
        // Netted in part, and bent, so that it is neither linear nor monotone in one size.
        const i128 amount = gross / 4 + (net < 0 ? -net : net) / 2;
        return Cash::units(amount * margin_per_unit / amount_one);
    }
    [[nodiscard]] Book book(std::size_t which) const {
        Book book;
        book.standing = standing;
        book.inventory = sizes[which];
        for (std::size_t i = 0; i < count; ++i) {
            book.greeks = book.greeks + totals(sizes[i], markets[i].unit);
            book.notional +=
                Cash::units(i128{std::abs(sizes[i])} * markets[i].spot.units() / amount_one);
        }
        book.margin = margin(sizes);
        return book;
    }
    [[nodiscard]] Result<Quote> ask(std::size_t which, i64 size) const {
        auto after = sizes;
        after[which] -= size;
        return quote(terms, book(which), markets[which], {size, margin(after)});
    }
    template <class F>
    auto with_portfolio(F&& f) const {
        std::array<Position, count> positions;
        for (std::size_t i = 0; i < count; ++i) positions[i] = {sizes[i], markets[i]};
        const std::array underlyings{Underlying{markets[0].spot, book(0).greeks}};
        return f(Portfolio{positions, underlyings, margin(sizes)});
    }
    /// The risk that is there already is as good as paid for.
    void endow() {
        standing.fund = risk();
        standing.backing = Ratio::units(ratio_one);
    }
    /// The whole potential.
    [[nodiscard]] Cash risk() const {
        return with_portfolio(
            [&](const Portfolio& all) { return *potential(terms, standing.capital, all); });
    }
    /// New prices have come, and the pool is worth `value` at marks.
    void update(Cash value) {
        standing = with_portfolio([&](const Portfolio& all) {
            return *renew(terms, standing, *valuation(terms, value, all), all);
        });
    }
    /// Fills, if the pool quotes.
    std::optional<Quote> trade(std::size_t which, i64 size) {
        const auto answer = ask(which, size);
        if (!answer) return {};
        sizes[which] -= size;
        paid += answer->worth + answer->charge;
        charged += answer->charge;
        apply(*answer, standing);
        return *answer;
    }
};

/// From `least` to `most`, both included.
template <class Engine>
i64 pick(Engine& engine, i64 least, i64 most) {
    const u64 range = static_cast<u64>(most) - static_cast<u64>(least) + 1;
    return static_cast<i64>(static_cast<u64>(least) + engine() % range);
}

/// A desk in a random market with random terms, inside its budgets or not.
template <class Engine>
Desk random_desk(Engine& engine) {
    Desk desk;
    Terms& terms = desk.terms;
    for (Ratio* one : {&terms.prices.inventory, &terms.prices.delta, &terms.prices.gamma,
                       &terms.prices.vega, &terms.prices.margin})
        *one = Ratio::units(pick(engine, 0, 1) * pick(engine, 0, ratio_one));
    terms.inventory_by_delta = pick(engine, 0, 1) == 1;
    terms.spread = Ratio::units(pick(engine, 0, 1) * pick(engine, 0, ratio_one / 100));
    terms.spread_spot = Ratio::units(pick(engine, 0, 1) * pick(engine, 0, ratio_one / 1000));
    terms.skew = Ratio::units(pick(engine, 0, 4) * ratio_one / 4);
    terms.rebate_max =
        Ratio::units(pick(engine, 0, 1) == 1 ? ratio_one : pick(engine, 0, 50'000'000));
    const Price spot = Price::units(pick(engine, 1, 100'000 * unit));
    for (Market& market : desk.markets) {
        market.feed = Feed::live;
        market.spot = spot;
        market.mark = Price::units(pick(engine, -spot.units() / 10, spot.units()));
        market.confidence = Price::units(pick(engine, 0, 1) * pick(engine, 0, spot.units() / 1000));
        market.unit.delta =
            pricing::Fine::units(pick(engine, -pricing::fine_one, pricing::fine_one));
        market.unit.gamma = pricing::Fine::units(pick(engine, -1'000'000'000, 1'000'000'000));
        market.unit.vega = Price::units(pick(engine, -spot.units(), spot.units()));
    }
    // Sizes of which a few make up the capital.
    const i64 most = static_cast<i64>(desk.standing.capital.units() * unit / spot.units() / 2);
    for (i64& size : desk.sizes) size = pick(engine, -most, most);
    desk.margin_per_unit = spot.units() / 10;
    desk.endow();
    desk.standing.backing =
        Ratio::units(ratio_one - pick(engine, 0, 1) * pick(engine, 0, ratio_one));
    return desk;
}

}  // namespace ballast::pool::test
