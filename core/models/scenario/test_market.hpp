/// A small market for the tests of this folder: one or two underlyings, and kinds whose prices can
/// be worked out by hand.
#pragma once

#include <ballast/scenario/scenario.hpp>

#include <algorithm>
#include <vector>

namespace ballast::scenario::test {

inline constexpr i64 unit = amount_one;  ///< One whole unit, one dollar.

inline Price dollars(i64 value) {
    return Price::units(value * unit);
}
inline Cash cash(i64 value) {
    return Cash::units(i128{value} * unit);
}
inline Fine thousandths(i64 value) {
    return Fine::units(value * (pricing::fine_one / 1000));
}
inline Ratio percent(i64 value) {
    return Ratio::units(value * (ratio_one / 100));
}

/// Worth its forward.
inline risk::Kind linear_kind() {
    risk::Kind kind;
    kind.name = "linear";
    kind.shape = risk::Shape::linear;
    kind.value = [](const risk::Series&, std::span<const pricing::Point> points,
                    std::span<Price> out) {
        for (std::size_t i = 0; i < points.size(); ++i) out[i] = points[i].forward;
    };
    kind.greeks = [](const risk::Series&, const pricing::Point&) {
        return pricing::Greeks{{}, fine_one, {}, {}, {}};
    };
    return kind;
}

/// Worth its payoff plus a hundred dollars per 1.00 of volatility; delta one half, of a put minus
/// one half.
inline risk::Kind option_kind() {
    risk::Kind kind;
    kind.name = "option";
    kind.shape = risk::Shape::option;
    kind.upfront = true;
    kind.value = [](const risk::Series& series, std::span<const pricing::Point> points,
                    std::span<Price> out) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const i64 above = points[i].forward.units() - series.strike.units();
            const i64 inside = series.right == pricing::Right::call ? above : -above;
            out[i] = Price::units(std::max<i64>(inside, 0) + points[i].volatility.units() / 100);
        }
    };
    kind.greeks = [](const risk::Series& series, const pricing::Point&) {
        const bool call = series.right == pricing::Right::call;
        return pricing::Greeks{{}, thousandths(call ? 500 : -500), {}, {}, {}};
    };
    return kind;
}

struct Place {
    std::vector<Underlying> underlyings;
    std::vector<Instrument> instruments;
    std::vector<Asset> assets;
    std::vector<risk::Kind> kinds{linear_kind(), option_kind()};
    Price settlement_price = dollars(1);

    void add_underlying(i64 spot) { underlyings.emplace_back().spot = dollars(spot); }
    void add_asset(i64 price) { assets.emplace_back().price = dollars(price); }

    u32 add_perp(u16 underlying, i64 mark) {
        Instrument& out = instruments.emplace_back();
        out.series.underlying = UnderlyingId(underlying);
        out.now.spot = underlyings[underlying].spot;
        out.now.forward = dollars(mark);
        return static_cast<u32>(instruments.size() - 1);
    }
    /// Volatility 0.50.
    u32 add_option(u16 underlying, pricing::Right right, i64 strike, u64 days) {
        Instrument& out = instruments.emplace_back();
        out.series.kind = 1;
        out.series.underlying = UnderlyingId(underlying);
        out.series.right = right;
        out.series.strike = dollars(strike);
        out.series.expiry = days * 86'400;
        out.now.spot = out.now.forward = underlyings[underlying].spot;
        out.now.volatility = thousandths(500);
        out.now.seconds = days * 86'400;
        return static_cast<u32>(instruments.size() - 1);
    }
    [[nodiscard]] Table build(const Terms& terms) const {
        return scenario::build(terms,
                               {.underlyings = underlyings,
                                .instruments = instruments,
                                .assets = assets,
                                .settlement_price = settlement_price},
                               kinds);
    }
};

struct Account {
    std::vector<risk::Exposure> positions;
    std::vector<Holding> holdings;
    std::vector<risk::Exposure> orders;
    Cash cash;

    void add(u32 instrument, i64 size) {
        positions.push_back({InstrumentId(instrument), size * unit});
    }
    void hold(u16 asset, i64 amount) {
        holdings.push_back({AssetId(asset), Amount::units(i128{amount} * unit)});
    }
    [[nodiscard]] Portfolio portfolio() const {
        return {.positions = positions, .holdings = holdings, .cash = cash, .orders = orders};
    }
};

inline Scenario spot_move(i64 in_thousandths, VolatilityRule rule = VolatilityRule::none) {
    Scenario out;
    out.spot = thousandths(in_thousandths);
    out.volatility = rule;
    return out;
}

/// Down and up by a tenth, and nothing else.
inline Terms plain_terms() {
    Terms terms;
    terms.scenarios = {spot_move(900), spot_move(1000), spot_move(1100)};
    return terms;
}

}  // namespace ballast::scenario::test
