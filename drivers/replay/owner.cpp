#include <ballast/replay/owner.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/random.hpp>

namespace ballast::replay {

std::vector<bool> attentive_owners(const OwnerTerms& terms, std::size_t count) {
    Random random(terms.seed);
    std::vector<bool> attentive(count);
    for (std::size_t i = 0; i < count; ++i)
        attentive[i] =
            random.below(static_cast<u64>(ratio_one)) < static_cast<u64>(terms.attentive.units());
    return attentive;
}

Ratio top_up(const OwnerTerms& terms, Ratio health) {
    if (health >= terms.trigger || health.zero()) return Ratio();
    if (terms.target <= health) return Ratio();
    return math::ratio_of(terms.target.units() - health.units(), health.units(), Round::up);
}

}  // namespace ballast::replay
