/// How the room finds and touches one account's deposit.  Not part of the door.
#pragma once

#include <ballast/backstop/backstop.hpp>
#include <ballast/backstop/product_sum.hpp>

#include <optional>
#include <vector>

namespace ballast::backstop {

/// The key of the pool behind `asset`.
[[nodiscard]] std::optional<u32> pool_behind(const Terms& terms, AssetId asset);

/// The key of the account's deposit in `pool`, if it has ever made one.
[[nodiscard]] std::optional<u32> find_deposit(const State& state, u32 pool, AccountId account);

/// The key of the sum of `asset` in `scale`, if there is one.
[[nodiscard]] std::optional<u32> find_sum(const State& state, u32 scale, AssetId asset);

/// What is left of the deposit.  Rounded down.
[[nodiscard]] Amount worth_of(const State& state, const DepositRow& deposit);

/// What the deposit has gained and not been paid, by ascending asset, without zeros.  Each rounded
/// down.
[[nodiscard]] std::vector<Portion> unpaid(const State& state, const DepositRow& deposit);

/// Pays what the deposit has gained, and lets it start afresh from what is left of it plus
/// `change`.
void settle(State& state, ledger::Ledger& ledger, u32 deposit, Amount change,
            Events& events) noexcept;

}  // namespace ballast::backstop
