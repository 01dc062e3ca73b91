/// Who trades derivatives: margin accounts, listings, signed fills that fit and that do not,
/// keepers of accounts and of collateral, and the governor.
#pragma once

#include "market.hpp"

#include <ballast/engine/machine.hpp>

namespace ballast::simulation {

class Traders {
public:
    explicit Traders(u64 seed);

    /// Adds up to `most` transactions to a block's, with nonces that follow those.
    void ask(const engine::Machine& machine, u64 most, std::vector<engine::Transaction>& block);

private:
    struct Floor;
    /// What a user asks for, and which user.
    struct Wish {
        AccountId sender;
        engine::Action action;
    };

    [[nodiscard]] Wish wish(const Floor& floor);
    [[nodiscard]] Wish open(const Floor& floor);
    [[nodiscard]] Wish deposit(const Floor& floor);
    [[nodiscard]] Wish withdraw(const Floor& floor);
    [[nodiscard]] Wish list(const Floor& floor);
    [[nodiscard]] Wish fill(const Floor& floor);
    [[nodiscard]] Wish take_portfolio(const Floor& floor);
    [[nodiscard]] Wish take_collateral(const Floor& floor);
    [[nodiscard]] Wish switch_model(const Floor& floor);
    [[nodiscard]] clearing::Leg leg(const Floor& floor, const clearing::Ticket& ticket);
    void spoil(const Floor& floor, clearing::Ticket& ticket);
    void sign(const Floor& floor, clearing::Fill& fill);
    [[nodiscard]] risk::Series series(const Floor& floor);
    [[nodiscard]] MarginAccountId some_account(const Floor& floor);
    [[nodiscard]] AccountId somebody();
    [[nodiscard]] Amount around(Amount about);

    Random random_;
    std::array<crypto::PublicKey, users> keys_{};
    std::array<Secret, users> secrets_{};
    std::vector<clearing::Fill> filled_;  ///< To be brought again.
    bool listed_ = false;                 ///< Something, in this block.
};

}  // namespace ballast::simulation
