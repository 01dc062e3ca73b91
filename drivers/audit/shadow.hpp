/// The vaults of one block, followed from before it by its events alone.
#pragma once

#include <ballast/audit/laws.hpp>
#include <ballast/audit/pricing.hpp>

namespace ballast::audit {

struct ShadowVault {
    VaultTypeId type;
    Position position;   ///< Owed: never more than the vault truly owes.
    u32 roundings = 0;   ///< Events that may each have cost the vault up to a unit and its index.
    bool known = true;   ///< Whether the events tell its collateral.
    bool exact = true;   ///< Whether they tell its debt.
    bool mixed = false;  ///< Whether collateral left by other ways than redemption.
    i128 bought = 0;     ///< Debt asset that redeemers paid for collateral, the fee taken off.
};

class Shadow {
public:
    explicit Shadow(const Scene& scene);
    /// Follows one event.  Checks what needs the moment: L9, and that new risk is covered.
    void follow(const Event& event, Findings& findings);
    /// Compares with where the machine is.  L3.
    void compare(Findings& findings) const;

private:
    void deposit(const Event& event);
    void withdraw(const Event& event, Findings& findings);
    void mint(const Event& event, Findings& findings);
    void redeem(const Event& event, Findings& findings);
    void redistribute(const Event& event);
    void take(const Event& event);
    void check_new_risk(const Event& event, const ShadowVault& vault, Findings& findings) const;
    void compare_collateral(u32 id, const ShadowVault& vault, Findings& findings) const;
    [[nodiscard]] ShadowVault& of(const Event& event);
    [[nodiscard]] std::size_t slot(const ShadowVault& vault, AssetId asset) const;

    const Scene& scene_;
    std::vector<ShadowVault> vaults_;
    std::vector<basket::Amounts> locked_;  ///< By type.
    std::vector<bool> locked_known_;       ///< By type; where not, none is assumed.
    vaults::Prices prices_;
};

}  // namespace ballast::audit
