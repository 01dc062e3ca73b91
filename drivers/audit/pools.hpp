/// The backstop pools, followed depositor by depositor: each loss and each gain is shared out pro
/// rata, in exact fractions of a unit, at a cost that grows with their number.
#pragma once

#include <ballast/audit/exact.hpp>
#include <ballast/audit/view.hpp>

#include <map>

namespace ballast::audit {

class Pools {
public:
    explicit Pools(const engine::Machine& machine);

    /// Follows the block and compares every deposit and gain with what the machine would pay.  L3:
    /// nobody is paid more than his share; nor less than it by more than the roundings.
    void check(const Scene& scene, Findings& findings);

private:
    /// Fractions: units times 2^64, rounded up.
    struct Deposit {
        U256 amount;
        u32 roundings = 0;
    };
    struct Pool {
        AssetId asset;
        i128 total = 0;
        std::map<u32, Deposit> deposits;  ///< By account.
    };
    struct Gain {
        U256 amount;
        /// What roundings may have cost, those of the deposit that it was gained on among them.
        U256 slack;
    };
    using Gains = std::map<std::pair<u32, u16>, Gain>;  ///< By account and asset, over all pools.

    void follow(const Event& event, Findings& findings);
    void absorb(Pool& pool, i128 debt);
    void gain(Pool& pool, AssetId asset, i128 amount);
    void pay(const Event& event, Findings& findings);
    void compare(const Scene& scene, Findings& findings) const;
    [[nodiscard]] Pool* behind(AssetId asset);

    std::vector<Pool> pools_;
    Gains gains_;
};

}  // namespace ballast::audit
