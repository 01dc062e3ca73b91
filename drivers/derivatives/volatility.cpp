#include <ballast/derivatives/volatility.hpp>

#include <ballast/derivatives/statistics.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

namespace {

constexpr double day = 86'400;
constexpr double days_per_year = 365;
constexpr double least = 0.05;  // Of a volatility, per year.

double dollars(Price price) {
    return static_cast<double>(price.units()) * 1e-8;
}

replay::Candle tick(u64 time, const HExp& forecast) {
    const double volatility = std::max(least, std::sqrt(forecast.forecast() * days_per_year));
    const Price price = Price::units(static_cast<i64>(std::llround(volatility * 1e8)));
    return {time, price, price, price, price};
}

}  // namespace

replay::Series estimate(const replay::Series& spot, const std::string& asset, double before) {
    replay::Series series{asset, "USD", "estimated", spot.interval, true, {}};
    HExp forecast(before * before / days_per_year);
    const double days = static_cast<double>(spot.interval) / day;
    double last = 0;
    for (const replay::Candle& candle : spot.candles) {
        series.candles.push_back(tick(candle.time, forecast));
        // Of ticks, the move from the one before is all there is.
        const Bar bar = spot.ticks && last > 0
                            ? Bar{last, std::max(last, dollars(candle.close)),
                                  std::min(last, dollars(candle.close)), dollars(candle.close)}
                            : Bar{dollars(candle.open), dollars(candle.high), dollars(candle.low),
                                  dollars(candle.close)};
        last = dollars(candle.close);
        forecast.add(range_variance(bar) / days, days);
    }
    if (!spot.candles.empty())
        series.candles.push_back(tick(spot.candles.back().time + spot.interval, forecast));
    return series;
}

}  // namespace ballast::derivatives
