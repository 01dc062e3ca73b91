/// Drift's market maker: a constant product whose price is pegged, and whose spread widens with
/// volatility, distance from the oracle, inventory, leverage and losses.
#include <ballast/conform_notional/drift.hpp>

#include <algorithm>

namespace ballast::conformance::drift {

namespace {

const Whole scale_most = million * 10;      // Of inventory and of leverage.
const Whole losing_scale = million * 10;    // Of both sides while the pool has lost.
const Whole retreat_start = million * -25;  // Loss since the last funding, quote.
const Whole retreat_end = retreat_start * 1000;

struct Sides {
    Whole bids;
    Whole asks;
};

// What may still be taken from and given to the base reserve before it leaves its bounds.
Sides open_sides(const Whole& base, const Whole& least, const Whole& most) {
    return {std::max(Whole(0), base - least), std::min(Whole(0), base - most)};
}

Figures open_bids_asks(Arguments in) {
    const Sides sides = open_sides(in[0], in[1], in[2]);
    return {sides.bids, sides.asks};
}

struct Spread {
    Whole buy;  // What buyers pay over the price: the peer's long spread.
    Whole sell;
};

// Confidence and volatility, by how much of the day's volume is on each side.
Spread volatility_spread(const Whole& confidence, Arguments in) {
    const Whole deviation = (in[0] + in[1]) * million / in[2] / 2;
    const Whole spread = std::max(confidence, deviation / 4);
    const Whole shown = confidence > 2500 ? confidence : confidence / 20;
    const auto side = [&](const Whole& intensity) {
        const Whole share = intensity * million / std::max(Whole(1), in[5]);
        return std::max(shown, spread * std::clamp(share, Whole(10'000), million) / million);
    };
    return {side(in[3]), side(in[4])};
}

Figures vol_spread(Arguments in) {
    const Whole rest[] = {in[2], in[3], in[1], in[4], in[5], in[6]};
    const Spread spread = volatility_spread(in[0], rest);
    return {spread.buy, spread.sell};
}

struct Reserves {
    Whole base;
    Whole least;
    Whole most;
};

// 1 and up to the most by the part of the thinner side that the pool holds already.
Whole inventory_scale(const Whole& held, const Reserves& reserves, const Whole& spread,
                      const Whole& spread_most) {
    if (held.zero()) return million;
    const Sides sides = open_sides(reserves.base, reserves.least, reserves.most);
    const Whole thin = std::min(sides.bids, absolute(sides.asks));
    const Whole part = absolute(held) < thin ? absolute(held) * million / thin : million;
    const Whole most = std::max(scale_most, spread_most * million / std::max(Whole(1), spread));
    return std::min(most, million + most * part / million);
}

Figures inventory(Arguments in) {
    return {inventory_scale(in[0], {in[1], in[2], in[3]}, in[4], in[5])};
}

// 1 and the pool's net position over what it has earned.
Whole leverage_scale(Arguments in) {
    const Whole net = (in[0] - in[1]) * in[2] / base_one;
    const Whole local = in[3] * in[4] / base_one;
    const Whole leverage =
        std::max(Whole(0), local - net) * million / (std::max(Whole(0), in[5]) + 1);
    return std::min(scale_most, million + leverage + 1);
}

Figures leverage(Arguments in) {
    return {leverage_scale(in)};
}

Whole retreat(const Whole& base_spread, const Whole& spread_most, const Whole& revenue) {
    if (revenue >= retreat_start) return 0;
    const Whole most = spread_most / 10;
    if (revenue < retreat_end) return most;
    return std::min(most, base_spread * absolute(revenue) / absolute(retreat_start));
}

Figures revenue_retreat(Arguments in) {
    return {retreat(in[0], in[1], in[2])};
}

// In proportion, the greater side rounded up.
Spread capped(const Spread& spread, const Whole& most) {
    const Whole total = spread.buy + spread.sell;
    if (total <= most) return spread;
    if (spread.buy > spread.sell) {
        const Whole buy = ceiled(spread.buy * most, total);
        return {buy, most - buy};
    }
    const Whole sell = ceiled(spread.sell * most, total);
    return {most - sell, sell};
}

Figures cap_spread(Arguments in) {
    const Spread spread = capped({in[0], in[1]}, in[2]);
    return {spread.buy, spread.sell};
}

// The side that would add to what the pool holds the wrong way round.
void scale_inventory_side(Spread& spread, const Whole& held, const Whole& scale) {
    if (held > 0) spread.buy = spread.buy * scale / million;
    if (held < 0) spread.sell = spread.sell * scale / million;
}

Whole spread_most(Arguments in) {
    const Whole deviation = std::max(in[14], in[15]) * million / in[8];
    const Whole unsure = std::min(million, std::max(in[2] * 2, deviation));
    return std::max(in[3], std::max(absolute(in[1]), unsure));
}

// In hundredths of the spread, down or up, never under what volatility asks.
void adjust(Spread& spread, const Spread& floor, const Whole& hundredths) {
    if (hundredths.zero()) return;
    const auto side = [&](const Whole& value, const Whole& least) {
        const Whole change =
            hundredths < 0 ? value * hundredths / 100 : ceiled(value * hundredths, 100);
        return std::max(std::max(least, Whole(1)), value + change);
    };
    spread = {side(spread.buy, floor.buy), side(spread.sell, floor.sell)};
}

Figures spread(Arguments in) {
    const Whole& oracle_distance = in[1];
    const Whole& held = in[7];
    const Whole volatility_in[] = {in[14], in[15], in[8], in[16], in[17], in[18]};
    const Spread volatile_spread = volatility_spread(in[2], volatility_in);
    const Whole half = in[0] / 2;
    const Spread floor{std::max(half, volatile_spread.buy), std::max(half, volatile_spread.sell)};
    Spread spread = floor;
    if (oracle_distance < 0)
        spread.buy = std::max(spread.buy, absolute(oracle_distance) + volatile_spread.buy);
    if (oracle_distance > 0)
        spread.sell = std::max(spread.sell, oracle_distance + volatile_spread.sell);
    const Whole most = spread_most(in);
    const Whole directional = held > 0 ? spread.buy : spread.sell;
    scale_inventory_side(spread, held,
                         inventory_scale(held, {in[11], in[12], in[13]}, directional, most));
    if (in[9] <= 0) {
        spread = {spread.buy * losing_scale / million, spread.sell * losing_scale / million};
    } else {
        const Whole leverage_in[] = {in[4], in[5], in[6], held, in[8], in[9]};
        scale_inventory_side(spread, held, leverage_scale(leverage_in));
    }
    const Whole back = retreat(in[0], most, in[10]);
    spread.buy = spread.buy + (held > 0 ? back : back / 2);
    spread.sell = spread.sell + (held < 0 ? back : back / 2);
    adjust(spread, floor, in[19]);
    spread = capped(spread, most);
    return {spread.buy, spread.sell};
}

// Where minute, hour and day agree with the pool's inventory, by their average premium.
Figures reference_offset(Arguments in) {
    if (in[1].zero() || in[2].zero()) return {0};
    const Whole& most = in[8];
    const Whole most_price = most * in[0] / million;
    const auto clamped = [&](const Whole& value) {
        return std::clamp(value, -most_price, most_price);
    };
    const Whole minute = clamped(in[5] - in[4]);
    const Whole hour = clamped(in[7] - in[6]);
    const Whole day = clamped(in[1] / 1000 * 24 - absolute(in[6]) / 5000);
    const Whole premium = (minute + hour + day) / 3 * million / in[0];
    if ((premium > 0 && in[2] < 0) || (premium < 0 && in[2] > 0)) return {0};
    return {std::clamp(premium * absolute(in[2]) / 2, -most, most)};
}

Figures peg(Arguments in) {
    return {std::max(Whole(1), in[2] * in[1] / in[0])};
}

// The depth that a budget buys (or that pays one): with x, y, peg q, inventory d and cost c,
// k' / k = (y d^2 q - c (x + d) d) / (y d^2 q + c x (x + d)), within bounds.
Figures depth_scale(Arguments in) {
    const Whole& x = in[0];
    const Whole& d = in[4];
    const Whole cost = -in[2];
    const int cost_sign = cost > 0 ? 1 : -1;
    const int bias = cost_sign * (d > 0 ? 1 : -1);
    const Whole squares = x * (x + d) / base_one * absolute(cost) / million;
    const Whole product = absolute(cost) * absolute(x + d) / million * absolute(d) / base_one;
    const Whole pegged = in[1] * absolute(d) / base_one * absolute(d) / base_one * in[3] / million;
    if (cost_sign < 0 && squares > pegged) return {in[5], million};
    const Whole numerator = absolute((pegged - product * bias) / 1000);
    const Whole denominator = absolute((squares * cost_sign + pegged) / 1000);
    const Whole change = numerator * million / denominator;
    if (numerator > denominator) return {std::min(change, in[5]), million};
    return {std::max(change, in[6]), million};
}

}  // namespace

void add_maker_functions(Functions& functions) {
    functions["_calculate_market_open_bids_asks"] = {3, open_bids_asks};
    functions["calculate_long_short_vol_spread"] = {7, vol_spread};
    functions["calculate_spread_inventory_scale"] = {6, inventory};
    functions["calculate_spread_leverage_scale"] = {6, leverage};
    functions["calculate_spread_revenue_retreat_amount"] = {3, revenue_retreat};
    functions["cap_to_max_spread"] = {3, cap_spread};
    functions["calculate_spread"] = {20, spread};
    functions["calculate_reference_price_offset"] = {9, reference_offset};
    functions["calculate_peg_from_target_price"] = {3, peg};
    functions["_calculate_budgeted_k_scale"] = {7, depth_scale};
}

}  // namespace ballast::conformance::drift
