/// Maker's units: wad 10^18, ray 10^27, rad 10^45; and how its files name reverts.
#pragma once

#include <ballast/auctions/curve.hpp>
#include <ballast/base/reject.hpp>
#include <ballast/math/u256.hpp>

#include <span>
#include <string>
#include <string_view>

namespace ballast::conformance::maker {

inline constexpr math::U256 wad{u128{1'000'000'000'000'000'000}};
inline constexpr math::U256 ray{ray_one};
inline constexpr math::U256 rad = wad * ray;
inline constexpr math::U256 billion{u128{1'000'000'000}};

/// A ray that must fit 128 bits, as a factor of a curve does.  Throws Malformed where not.
[[nodiscard]] Ray factor(const math::U256& value);

[[nodiscard]] auctions::Curve linear(u64 duration_seconds);
[[nodiscard]] auctions::Curve stepped(u64 step_seconds, const math::U256& cut);
[[nodiscard]] auctions::Curve continuous(const math::U256& cut);

/// The price, in decimals, or the name of our Reject.
[[nodiscard]] std::string price_text(const auctions::Curve& curve, const math::U256& top,
                                     u64 elapsed);

/// What dss says where we say `reason`, without the name of the contract; else our own name.
[[nodiscard]] std::string revert_name(Reject reason);

/// a * b / 10^27 and a * b / 10^18, rounded down, as dss's rmul and wmul.
[[nodiscard]] math::U256 rmul(const math::U256& a, const math::U256& b);
[[nodiscard]] math::U256 wmul(const math::U256& a, const math::U256& b);

}  // namespace ballast::conformance::maker
