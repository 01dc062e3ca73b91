#include <ballast/backstop/terms.hpp>
#include <ballast/math/u256.hpp>

#include <string>

namespace ballast::backstop {

namespace {

std::string text(i128 value) {
    std::string digits(value < 0 ? "-" : "");
    digits += math::to_decimal(static_cast<u128>(value < 0 ? -value : value));
    return digits;
}

std::string outside(i128 value, i128 least, i128 most) {
    std::string what("is ");
    what += text(value) + ", must be from " + text(least) + " to " + text(most) + " units";
    return what;
}

std::optional<TermsFault> fault_of(const PoolTerms& pool, u32 assets, const std::string& key) {
    if (pool.asset.value() >= assets)
        return TermsFault{key + ".asset", "is no asset of the market"};
    if (pool.remainder_min < remainder_lowest || pool.remainder_min > limits::amount_max)
        return TermsFault{key + ".remainder_min",
                          outside(pool.remainder_min.units(), remainder_lowest.units(),
                                  limits::amount_max.units())};
    if (pool.floor < Ratio() || pool.floor > limits::ratio_max)
        return TermsFault{key + ".floor",
                          outside(pool.floor.units(), 0, limits::ratio_max.units())};
    return std::nullopt;
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms, u32 assets) {
    if (terms.pools.size() > limits::assets_max)
        return TermsFault{"pools", "has more entries than a market has assets"};
    for (std::size_t i = 0; i < terms.pools.size(); ++i) {
        const std::string key = "pools[" + std::to_string(i) + "]";
        if (auto fault = fault_of(terms.pools[i], assets, key)) return fault;
        for (std::size_t j = 0; j < i; ++j)
            if (terms.pools[j].asset == terms.pools[i].asset)
                return TermsFault{key + ".asset", "has a pool already"};
    }
    return std::nullopt;
}

}  // namespace ballast::backstop
