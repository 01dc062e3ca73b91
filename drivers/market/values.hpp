/// How a value of a market file is written where its type does not say it.
#pragma once

#include <ballast/market/sheet.hpp>

#include <array>
#include <string_view>

namespace ballast::market {

struct Seconds {
    u64& value;  ///< "15m" or 900.
};
struct Moment {
    u64& value;  ///< A time: "2020-03-12T00:00:00Z".
};
struct Wad {
    u64& value;  ///< A fraction of 10^-18.
};
struct Yearly {
    Ray& value;                                 ///< A fee per year, held as a factor per second.
    std::string_view exact = "fee_per_second";  ///< The key that says the same exactly.
};
struct Key {
    std::optional<crypto::PublicKey>& value;  ///< 64 hexadecimal digits.
};
struct Holdings {
    std::vector<Amount>& value;  ///< { ETH = 12.5, … }, held by AssetId.
};
struct ModelName {
    u16& value;  ///< Name of a margin model, held as its position.
};
struct UnderlyingNames {
    std::vector<UnderlyingId>& value;  ///< ["ETH", "BTC"].
};

template <class E>
struct Words;
template <>
struct Words<engine::AssetKind> {
    static constexpr std::array<std::string_view, 3> list{"collateral", "synthetic", "governance"};
};
template <>
struct Words<oracle::FeedKind> {
    static constexpr std::array<std::string_view, 2> list{"price", "rate"};
};
template <>
struct Words<engine::Resolution> {
    static constexpr std::array<std::string_view, 2> list{"auction", "pool"};
};
template <>
struct Words<auctions::CurveKind> {
    static constexpr std::array<std::string_view, 5> list{"linear", "stepped", "continuous",
                                                          "fixed_discount", "health_discount"};
};
template <>
struct Words<deleverage::Ranking> {
    static constexpr std::array<std::string_view, 3> list{"least_overshoot", "queue", "pro_rata"};
};

}  // namespace ballast::market
