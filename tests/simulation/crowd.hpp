/// What people ask of the machine: what makes sense, what is just allowed, what just is not, and
/// what never was.
#pragma once

#include "market.hpp"

#include <ballast/engine/machine.hpp>

namespace ballast::simulation {

class Crowd {
public:
    explicit Crowd(u64 seed) : random_(seed) {}

    /// Up to `most` transactions on the state that the machine is in.
    [[nodiscard]] std::vector<engine::Transaction> ask(const engine::Machine& machine, u64 most);

private:
    struct Asking;

    void one(Asking& asking);
    void push(Asking& asking, AccountId sender, std::variant<engine::Action, engine::Batch> body);
    [[nodiscard]] engine::Action action(const Asking& asking, AccountId sender);
    [[nodiscard]] engine::Action on_vault(const Asking& asking, AccountId sender);
    [[nodiscard]] engine::Action on_pool(const Asking& asking, AccountId sender);
    [[nodiscard]] engine::Action deposit(const Asking& asking, AccountId sender, VaultId vault);
    [[nodiscard]] engine::Action mint(const Asking& asking, VaultId vault);
    [[nodiscard]] engine::Action withdraw(const Asking& asking, VaultId vault);
    [[nodiscard]] engine::Action transfer(const Asking& asking, AccountId sender);
    [[nodiscard]] engine::Action redeem(const Asking& asking, AccountId sender);
    [[nodiscard]] auctions::Take take(const Asking& asking, AccountId sender, AuctionId auction);
    [[nodiscard]] engine::Batch batch(const Asking& asking, AccountId sender);
    [[nodiscard]] engine::Batch position(const Asking& asking, AccountId sender);
    void race(Asking& asking);
    [[nodiscard]] AccountId somebody();
    [[nodiscard]] AccountId somebody_with(const Asking& asking, AssetId asset);
    [[nodiscard]] VaultId some_vault(const Asking& asking, AccountId sender);
    [[nodiscard]] AuctionId some_auction(const Asking& asking);
    [[nodiscard]] Amount edge(Amount about);
    [[nodiscard]] Amount part(Amount of);

    Random random_;
    u32 away_blocks_ = 0;  ///< Keepers have failed for so long yet.
};

}  // namespace ballast::simulation
