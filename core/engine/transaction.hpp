/// What users may ask of the machine: the closed list of actions.
#pragma once

#include <ballast/access/access.hpp>
#include <ballast/auctions/auctions.hpp>
#include <ballast/backstop/backstop.hpp>
#include <ballast/clearing/liquidity.hpp>
#include <ballast/engine/exchange.hpp>
#include <ballast/vaults/transactions.hpp>

#include <optional>
#include <variant>
#include <vector>

namespace ballast::engine {

/// Moves `amount` of `asset` to another user.  unknown_account, system_account_forbidden,
/// unknown_asset, amount_not_positive, amount_over_limit, self_transfer, insufficient_balance.
struct Transfer {
    AccountId to;
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.to), visit(row.asset), visit(row.amount);
    }
};

/// Adds to the sender's deposit in the backstop pool of `asset`; rejections at
/// backstop::check_deposit.
struct PoolDeposit {
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.amount);
    }
};

/// Takes back from it; rejections at backstop::check_withdraw.
struct PoolWithdraw {
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.amount);
    }
};

/// Takes the collateral that the deposit has gained; rejections at backstop::check_claim.
struct PoolClaim {
    AssetId asset;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset);
    }
};

/// One thing to do.  The order is the wire format and never changes.
using Action =
    std::variant<Transfer, vaults::OpenVault, vaults::Deposit, vaults::Withdraw, vaults::Mint,
                 vaults::Repay, vaults::Close, vaults::Redeem, auctions::Take, PoolDeposit,
                 PoolWithdraw, PoolClaim, clearing::OpenMargin, clearing::MarginDeposit,
                 clearing::MarginWithdraw, clearing::ListInstrument, clearing::Fill,
                 clearing::SettleMargin, clearing::TakeCollateral, clearing::TakePortfolio,
                 clearing::SwitchModel, clearing::PoolTrade, clearing::LiquidityDeposit,
                 clearing::LiquidityWithdraw, clearing::LiquidityCollect, SwapExactIn, SwapExactOut,
                 SwapAdd, SwapRemove, access::OpenAccount, access::GrantKey, access::RevokeKey>;

/// Several things to do, in order, all or none.
struct Batch {
    std::vector<Action> actions;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.actions);
    }
};

/// A request of `sender`.  In a market without signatures, who brings it into a block vouches that
/// the sender asked for it.
struct Transaction {
    AccountId sender;
    u64 nonce = 0;  ///< One of the account's next access::nonce_window, not used yet.
    std::variant<Action, Batch> body;
    u64 expires = 0;  ///< Last block time at which it may be done; 0: any.
    std::optional<access::Authorisation> authorisation = std::nullopt;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.sender), visit(row.nonce), visit(row.body);
        visit(row.expires), visit(row.authorisation);
    }
};

/// What became of a transaction.
struct Receipt {
    u16 code = 0;      ///< 0: done; otherwise the number of the Reject.
    u16 position = 0;  ///< In a batch, the action that was rejected.
    [[nodiscard]] bool accepted() const { return code == 0; }
    [[nodiscard]] Reject reason() const { return static_cast<Reject>(code); }

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.code), visit(row.position);
    }
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

}  // namespace ballast::engine
