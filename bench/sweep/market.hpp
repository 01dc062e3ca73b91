/// Two thousand instruments on ten underlyings, and the twenty-five scenarios they are priced in.
#pragma once

#include <ballast/sweep/bounds.hpp>
#include <ballast/sweep/sweep.hpp>

#include <measure.hpp>

namespace ballast::bench {

struct Move {
    i64 spot_per_mille;
    i64 volatility_percent;
};
/// The grid and the tails of Derive's portfolio margin, volatility up and down inside.
inline constexpr std::array<Move, 25> moves{
    {{1000, 100}, {1180, 150}, {1135, 150}, {1135, 100}, {1135, 70},  {1090, 150}, {1090, 100},
     {1090, 70},  {1045, 150}, {1045, 100}, {1045, 70},  {1000, 150}, {1000, 70},  {955, 150},
     {955, 100},  {955, 70},   {910, 150},  {910, 100},  {910, 70},   {865, 150},  {865, 100},
     {865, 70},   {820, 150},  {670, 150},  {1500, 150}}};

inline constexpr u32 underlyings = 10;
inline constexpr u32 per_underlying = 200;  ///< One of them the perp.
inline constexpr u32 instruments = underlyings * per_underlying;

struct Listing {
    const risk::Kind* kind;
    risk::Series series;
};

/// Where one underlying stands.
struct Spot {
    i64 price;       ///< 10^-8 dollars.
    i64 volatility;  ///< 10^-12.
    i64 time;        ///< Seconds since 1970.
};

class Market {
public:
    Market();
    [[nodiscard]] pricing::Point point(u32 row, const Move& move, const Spot& at) const;
    /// Profit and loss of one unit in every scenario, against today.
    void profits(u32 row, std::span<i64> out) const;
    /// The bound of what `profits` says, while the spot lies from low to high.
    void bounds(u32 row, const Spot& low, const Spot& high, std::span<sweep::Bound> out) const;

    [[nodiscard]] Spot& spot(u32 underlying) { return spots_[underlying]; }
    [[nodiscard]] const Spot& spot(u32 underlying) const { return spots_[underlying]; }
    /// Prices the underlying into the table.
    void price(u32 underlying, sweep::Table& table) const;

private:
    std::array<Spot, underlyings> spots_{};
    std::vector<Listing> listings_;
};

Rows full_sweeps();
Rows ticks();
/// One account with nothing priced yet.
Rows cold();

}  // namespace ballast::bench
