#include <ballast/deleverage/apportion.hpp>

#include <ballast/math/u256.hpp>

#include <algorithm>
#include <numeric>

namespace ballast::deleverage {

using math::U256;

std::vector<u128> apportion(u128 total, std::span<const u128> weights) {
    u128 sum = 0;
    for (const u128 weight : weights) sum += weight;
    BALLAST_ASSERT(total <= sum);
    std::vector<u128> shares(weights.size());
    if (total == 0) return shares;

    std::vector<u128> lost(weights.size());
    u128 left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const U256 product = U256(total) * U256(weights[i]);
        shares[i] = (product / U256(sum)).to_u128();
        lost[i] = (product % U256(sum)).to_u128();
        left -= shares[i];
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return lost[a] != lost[b] ? lost[a] > lost[b] : a < b;
    });
    // What is left over is the sum of what was lost, over the sum of the weights: fewer units than
    // there are shares that lost anything.
    for (std::size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
    return shares;
}

}  // namespace ballast::deleverage
