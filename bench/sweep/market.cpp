#include "market.hpp"

#include <ballast/options/options.hpp>
#include <ballast/perps/perps.hpp>

#include <random.hpp>

namespace ballast::bench {

Market::Market() {
    Random random(1);
    constexpr i64 day = 86'400;
    for (u32 underlying = 0; underlying < underlyings; ++underlying) {
        Spot& spot = spots_[underlying];
        spot = {amount_one * (60'000 >> underlying), pricing::fine_one / 100 * 60, 1'750'000'000};
        for (u32 i = 0; i < per_underlying; ++i) {
            Listing listing{&perps::kind(), {}};
            listing.series.underlying = UnderlyingId{static_cast<u16>(underlying)};
            if (i > 0) {
                listing.kind = &options::kind();
                listing.series.right = i % 2 == 0 ? pricing::Right::call : pricing::Right::put;
                listing.series.strike =
                    Price::units(spot.price / 100 * (60 + static_cast<i64>(random.below(90))));
                listing.series.expiry =
                    static_cast<u64>(spot.time + day * (1 + static_cast<i64>(random.below(180))));
            }
            listings_.push_back(listing);
        }
    }
}

pricing::Point Market::point(u32 row, const Move& move, const Spot& at) const {
    pricing::Point point;
    point.spot = point.forward = Price::units(at.price / 1000 * move.spot_per_mille);
    point.volatility = pricing::Fine::units(at.volatility / 100 * move.volatility_percent);
    const i64 left = static_cast<i64>(listings_[row].series.expiry) - at.time;
    point.seconds = static_cast<u64>(std::max(i64{0}, left));
    return point;
}

void Market::profits(u32 row, std::span<i64> out) const {
    std::array<pricing::Point, moves.size()> points;
    std::array<Price, moves.size()> values;
    for (u32 i = 0; i < moves.size(); ++i)
        points[i] = point(row, moves[i], spots_[row / per_underlying]);
    listings_[row].kind->value(listings_[row].series, points, values);
    for (u32 i = 0; i < moves.size(); ++i) out[i] = (values[i] - values[0]).units();
}

void Market::bounds(u32 row, const Spot& low, const Spot& high, std::span<sweep::Bound> out) const {
    const Listing& listing = listings_[row];
    for (u32 i = 0; i < moves.size(); ++i) {
        std::array<risk::Box, 3> slices;
        for (u32 k = 0; k < 3; ++k) {
            Spot least = low;
            Spot most = high;
            least.price = most.price = low.price + (high.price - low.price) / 2 * k;
            slices[k] = {point(row, moves[i], least), point(row, moves[i], most)};
            std::swap(slices[k].low.seconds, slices[k].high.seconds);
        }
        out[i] = bound_of(*listing.kind, listing.series, sweep::Curve::convex, slices);
    }
    const sweep::Bound today = out[0];
    for (sweep::Bound& bound : out) bound = combine(bound, 1, today, -1, 1);
}

void Market::price(u32 underlying, sweep::Table& table) const {
    std::array<i64, moves.size()> cells;
    for (u32 i = 0; i < per_underlying; ++i) {
        const u32 row = underlying * per_underlying + i;
        profits(row, cells);
        table.set(row, cells);
    }
}

}  // namespace ballast::bench
