/// The door of the backstop: pools of a synthetic asset that burn themselves against the debt of
/// bad positions and are paid in the collateral of those positions.  Everything a pool holds is in
/// system_account::backstop.
#pragma once

#include <ballast/backstop/state.hpp>
#include <ballast/backstop/terms.hpp>
#include <ballast/base/event.hpp>
#include <ballast/base/result.hpp>
#include <ballast/ledger/ledger.hpp>

#include <span>
#include <vector>

namespace ballast::backstop {

/// So many units of an asset.
struct Portion {
    AssetId asset;
    Amount amount;
    friend bool operator==(const Portion&, const Portion&) = default;
};

/// What an account asks of the pool behind `asset`.  The account is a user's, and one of those that
/// the pools were opened for.
struct Request {
    AccountId account;
    AssetId asset;
    Amount amount;  ///< Not looked at by a claim.
};

/// A request that has been found to be allowed.
struct Plan {
    u32 pool = 0;
    AccountId account;
    AssetId asset;
    Amount amount;
};

/// Creates the pools in a state that has none, for the accounts below `accounts`.  Called once, at
/// genesis.
void open_pools(const Terms& terms, State& state, u32 accounts);

/// Takes note of an account that the ledger has just opened.
void open_account(State& state);

/// Whether `request.amount` may be added to the deposit.  Rejects, in this order:
/// amount_not_positive, amount_over_limit, unknown_pool, insufficient_balance, pool_remainder (the
/// pool would hold less than its smallest remainder), table_full.
[[nodiscard]] Result<Plan> check_deposit(const Terms& terms, const State& state,
                                         const ledger::Ledger& ledger, const Request& request);
/// Pays the gains, then takes the amount in.
void apply_deposit(State& state, ledger::Ledger& ledger, const Plan& plan, Events& events) noexcept;

/// Whether `request.amount` may be taken out.  `liquidation_waiting`: an unhealthy position waits
/// for the pool, which may not be left in the face of a loss.  Rejects, in this order:
/// amount_not_positive, unknown_pool, pool_withdrawal_blocked, pool_deposit_insufficient,
/// pool_remainder.
[[nodiscard]] Result<Plan> check_withdraw(const Terms& terms, const State& state,
                                          const Request& request, bool liquidation_waiting);
/// Pays the gains, then the amount.
void apply_withdraw(State& state, ledger::Ledger& ledger, const Plan& plan,
                    Events& events) noexcept;

/// Whether the account may ask for its gains; it may at any time, even while withdrawals are
/// blocked.  Rejects, in this order: unknown_pool, pool_deposit_insufficient (it has never
/// deposited).
[[nodiscard]] Result<Plan> check_claim(const Terms& terms, const State& state,
                                       const Request& request);
/// Pays the gains.
void apply_claim(State& state, ledger::Ledger& ledger, const Plan& plan, Events& events) noexcept;

/// The most debt that the pool behind `asset` can absorb at once; zero where there is no pool.
[[nodiscard]] Amount available(const Terms& terms, const State& state, AssetId asset);

/// Whether the pool behind `asset` takes positions with this ratio of collateral to debt; no where
/// there is no pool.
[[nodiscard]] bool accepts(const Terms& terms, AssetId asset, Ratio ratio);

/// A position, or a part of one, that a pool takes over.
struct Absorption {
    AssetId asset;                        ///< The pool's synthetic.
    Amount debt;                          ///< More than zero, at most `available`.
    std::span<const Portion> collateral;  ///< One entry per asset; amounts may be zero.
    AccountId from;                       ///< Holds the collateral.
    u32 subject = 0;                      ///< The vault or the auction, for the event.
    Cash worth;                           ///< Of the collateral, for the event.
};

/// Burns `debt` out of the pool (a posting from backstop to issuer) and takes the collateral in.
/// Its cost depends on the number of collateral assets alone.  The caller has closed or reduced the
/// position.
void absorb(const Terms& terms, State& state, ledger::Ledger& ledger, const Absorption& absorption,
            Events& events) noexcept;

/// All that is deposited in the pool behind `asset`; zero where there is no pool.
[[nodiscard]] Amount total(const Terms& terms, const State& state, AssetId asset);

/// What is left of the account's deposit.  Rounded down.
[[nodiscard]] Amount deposit_of(const Terms& terms, const State& state, AccountId account,
                                AssetId asset);

/// What the account has gained and not been paid, by ascending asset, without zeros.  Each rounded
/// down.
[[nodiscard]] std::vector<Portion> gains_of(const Terms& terms, const State& state,
                                            AccountId account, AssetId asset);

}  // namespace ballast::backstop
