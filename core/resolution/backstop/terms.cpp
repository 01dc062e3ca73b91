#include <ballast/backstop/terms.hpp>

#include <string>

namespace ballast::backstop {

namespace {

std::optional<TermsFault> fault_of(const PoolTerms& pool, u32 assets, const std::string& key) {
    if (pool.asset.value() >= assets)
        return TermsFault{key + ".asset", "is no asset of the market"};
    if (auto fault = outside(key + ".remainder_min", pool.remainder_min, remainder_lowest,
                             limits::amount_max))
        return fault;
    return outside(key + ".floor", pool.floor, Ratio(), limits::ratio_max);
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms, u32 assets) {
    if (terms.pools.size() > limits::assets_max)
        return TermsFault{"pools", "has more entries than a market has assets"};
    for (std::size_t i = 0; i < terms.pools.size(); ++i) {
        const std::string key = at("pools", i);
        if (auto fault = fault_of(terms.pools[i], assets, key)) return fault;
        for (std::size_t j = 0; j < i; ++j)
            if (terms.pools[j].asset == terms.pools[i].asset)
                return TermsFault{key + ".asset", "has a pool already"};
    }
    return std::nullopt;
}

}  // namespace ballast::backstop
