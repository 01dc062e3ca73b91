#include <ballast/pool/terms.hpp>

#include <array>
#include <utility>

namespace ballast::pool {

namespace {

struct Bounded {
    const char* key;
    Ratio value;
    Ratio most;
};

std::optional<TermsFault> ratio_fault(const Terms& terms) {
    constexpr Ratio whole = Ratio::units(ratio_one);
    constexpr Ratio free = limits::ratio_max;
    const std::array bounds{
        Bounded{"spread", terms.spread, whole},
        Bounded{"spread_spot", terms.spread_spot, whole},
        Bounded{"prices.inventory", terms.prices.inventory, free},
        Bounded{"prices.delta", terms.prices.delta, free},
        Bounded{"prices.gamma", terms.prices.gamma, free},
        Bounded{"prices.vega", terms.prices.vega, free},
        Bounded{"prices.margin", terms.prices.margin, free},
        Bounded{"skew", terms.skew, whole},
        Bounded{"rebate_max", terms.rebate_max, whole},
        Bounded{"budgets.delta", terms.budgets.delta, free},
        Bounded{"budgets.gamma", terms.budgets.gamma, free},
        Bounded{"budgets.vega", terms.budgets.vega, free},
        Bounded{"budgets.notional", terms.budgets.notional, free},
        Bounded{"budgets.margin", terms.budgets.margin, whole},
        Bounded{"hedge_band", terms.hedge_band, free},
        Bounded{"hedge_target", terms.hedge_target, terms.hedge_band},
        Bounded{"deposit_fee", terms.deposit_fee, whole},
        Bounded{"withdrawal_fee", terms.withdrawal_fee, whole},
    };
    for (const Bounded& one : bounds)
        if (auto fault = outside(one.key, one.value, Ratio(), one.most)) return fault;
    return {};
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms) {
    if (auto fault = ratio_fault(terms)) return fault;
    const i128 most = limits::supply_max.units();
    if (auto fault = outside("deposit_min", terms.deposit_min.units(), i128{1}, most)) return fault;
    if (auto fault = outside("capital_max", terms.capital_max.units(), i128{0}, most)) return fault;
    const i128 epoch = static_cast<i128>(terms.epoch_seconds);
    if (auto fault = outside("epoch_seconds", epoch, i128{1}, i128{epoch_seconds_max}))
        return fault;
    const i128 delay = terms.withdrawal_delay_epochs;
    return outside("withdrawal_delay_epochs", delay, i128{1}, i128{withdrawal_delay_epochs_max});
}

}  // namespace ballast::pool
