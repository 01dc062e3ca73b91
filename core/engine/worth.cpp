#include <ballast/engine/desk.hpp>
#include <ballast/math/money.hpp>
#include <ballast/yield/yield.hpp>

namespace ballast::engine {

Price debt_mark(const Desk& desk, VaultTypeId type) {
    const auto& feed = desk.types[type.value()].debt_feed;
    return feed ? oracle::quote(desk.state.oracle, *feed).mark : Price::units(amount_one);
}

vaults::Amounts held_by(const vaults::VaultRow& vault) {
    vaults::Amounts amounts{};
    for (std::size_t slot = 0; slot < amounts.size(); ++slot)
        amounts[slot] = Amount::units(vault.amounts[slot].units());
    return amounts;
}

Cash worth_at_mark(const Desk& desk, VaultTypeId type, const vaults::Amounts& amounts) {
    Cash sum;
    const auto& basket = desk.types[type.value()].basket;
    for (std::size_t slot = 0; slot < basket.size(); ++slot) {
        Price mark = oracle::quote(desk.state.oracle, basket[slot].feed).mark;
        if (basket[slot].rate_feed)
            mark = yield::through_rate(
                mark, oracle::quote(desk.state.oracle, *basket[slot].rate_feed).mark, Round::down);
        sum += math::worth(amounts[slot], mark, Round::down);
    }
    return sum;
}

}  // namespace ballast::engine
