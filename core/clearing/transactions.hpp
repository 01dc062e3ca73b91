/// What users may ask of the clearing house.  Each request has a `check`, which decides and changes
/// nothing, and an `apply`, which cannot fail.  The rejections stand in the order in which they are
/// checked.
#pragma once

#include <ballast/clearing/account.hpp>
#include <ballast/clearing/health.hpp>

#include <vector>

namespace ballast::clearing {

/// What a check reads.
struct Facts {
    House& house;
    const Risk& risk;
    const crypto::Digest& chain;
    u64 height;
};

/// Opens a margin account of the sender in a compartment; `key` will sign its fills.
/// unknown_compartment, table_full.
struct OpenMargin {
    CompartmentId compartment;
    crypto::PublicKey key{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartment), visit(row.key);
    }
};
[[nodiscard]] Result<AccountRow> check(const Facts& facts, AccountId sender,
                                       const OpenMargin& request);
MarginAccountId apply(House& house, AccountRow row) noexcept;

/// Lays in collateral, or the synthetic, which becomes cash and pays debt.  Anyone may.
/// unknown_margin_account, unknown_asset, amount_not_positive, amount_over_limit,
/// asset_not_in_basket, collateral_cap, insufficient_balance.
struct MarginDeposit {
    MarginAccountId account;
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.asset), visit(row.amount);
    }
};

struct DepositPlan {
    AccountId payer;
    MarginDeposit request;
    std::optional<u32> slot;  ///< In the compartment's collateral; none: cash.
};
[[nodiscard]] Result<DepositPlan> check(const Facts& facts, AccountId sender,
                                        const MarginDeposit& request);
void apply(House& house, const DepositPlan& plan) noexcept;

/// Takes it out again.  Of the synthetic, what cash there is is paid out, gains included, and the
/// rest is minted against the account.  unknown_margin_account, not_owner, unknown_asset,
/// amount_not_positive, amount_over_limit, margin_in_auction, asset_not_in_basket,
/// collateral_insufficient, clearing_short, feed_degraded, feed_halted, margin_under_initial.
struct MarginWithdraw {
    MarginAccountId account;
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.asset), visit(row.amount);
    }
};

struct WithdrawPlan {
    MarginWithdraw request;
    AccountRow after;  ///< Cash under zero is to be minted.
};
[[nodiscard]] Result<WithdrawPlan> check(const Facts& facts, AccountId sender,
                                         const MarginWithdraw& request);
void apply(House& house, WithdrawPlan plan) noexcept;

/// Lists an instrument; anyone may.  unknown_compartment, underlying_not_cleared, what the kind
/// rejects, strike_off_grid, expiry_off_grid, instrument_listed, table_full.
struct ListInstrument {
    CompartmentId compartment;
    risk::Series series;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartment), visit(row.series);
    }
};
[[nodiscard]] Result<InstrumentRow> check(const Facts& facts, AccountId sender,
                                          const ListInstrument& request);
InstrumentId apply(House& house, const InstrumentRow& row) noexcept;

/// One trade of a ticket.
struct Leg {
    InstrumentId instrument;
    i64 size = 0;  ///< What the first account buys of the second; negative: sells; 10^-8 units.
    Price price;   ///< Of one unit.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.instrument), visit(row.size), visit(row.price);
    }
};

inline constexpr u32 legs_max = 16;  ///< Legs of one ticket.

/// What two accounts have agreed on: all legs or none.
struct Ticket {
    MarginAccountId first;
    MarginAccountId second;
    std::vector<Leg> legs;
    u64 expires = 0;        ///< Last block time at which it may be filled.
    u64 number_first = 0;   ///< At least the account's AccountRow::ticket, which then becomes the
    u64 number_second = 0;  ///< number after it: what was signed before cannot be filled again.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.first), visit(row.second), visit(row.legs), visit(row.expires);
        visit(row.number_first), visit(row.number_second);
    }
};

/// The bytes that both sides sign: "ballast fill 1", the chain's name, the ticket's encoding.
[[nodiscard]] Bytes signed_bytes(const crypto::Digest& chain, const Ticket& ticket);

/// Fills a ticket; anyone may bring it.  unknown_margin_account, self_transfer, other_compartment,
/// fill_empty, fill_too_long, fill_expired, ticket_used, margin_in_auction, unknown_instrument,
/// instrument_not_open, other_compartment, amount_not_positive, amount_over_limit,
/// price_not_positive, price_over_limit, not_priced (listed in this block), feed_halted,
/// feed_degraded (unless every leg reduces both sides), bad_signature, positions_full,
/// open_interest_over_limit, greeks_over_limit, margin_under_initial (of either side, unless the
/// trade lessens what it lacks).
struct Fill {
    Ticket ticket;
    crypto::Signature by_first{};
    crypto::Signature by_second{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.ticket), visit(row.by_first), visit(row.by_second);
    }
};
struct FillPlan {
    Ticket ticket;
    AccountRow first;
    AccountRow second;
    Amount fee;  ///< Of each side.
};
[[nodiscard]] Result<FillPlan> check(const Facts& facts, AccountId sender, const Fill& request);
void apply(House& house, FillPlan plan) noexcept;
/// The rules of a fill without tickets and signatures: for who has agreed in another way.
[[nodiscard]] Result<FillPlan> plan_fill(const Facts& facts, const Ticket& ticket);
/// Whether an account may go from `before` to `after`: positions_full, amount_over_limit,
/// greeks_over_limit, feed_halted, margin_under_initial unless it lacks less.
[[nodiscard]] Result<void> check_side(const Facts& facts, const AccountRow& before,
                                      const AccountRow& after);

/// Brings an account's funding, gains and losses into cash; anyone may.  unknown_margin_account,
/// feed_halted.
struct SettleMargin {
    MarginAccountId account;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account);
    }
};

struct SettlePlan {
    MarginAccountId account;
    AccountRow after;
};
[[nodiscard]] Result<SettlePlan> check(const Facts& facts, AccountId sender,
                                       const SettleMargin& request);
void apply(House& house, SettlePlan plan) noexcept;

/// Buys collateral of an unhealthy account whose remedy is that, at the incentive: `pay` of the
/// synthetic goes to the account, and 1 + incentive times as much worth of the asset to the sender.
/// unknown_margin_account, amount_not_positive, amount_over_limit, margin_in_auction,
/// asset_not_in_basket, feed_halted, account_healthy, account_no_sale (collateral alone does not
/// restore it, or not this asset, or not so much), insufficient_balance.
struct TakeCollateral {
    MarginAccountId account;
    AssetId asset;
    Amount pay;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.asset), visit(row.pay);
    }
};
struct CollateralPlan {
    AccountId keeper;
    TakeCollateral request;
    u32 slot = 0;
    Amount handed;
};
[[nodiscard]] Result<CollateralPlan> check(const Facts& facts, AccountId sender,
                                           const TakeCollateral& request);
void apply(House& house, const CollateralPlan& plan) noexcept;

/// Takes a part of a margin account that is being auctioned into the sender's own margin account of
/// the same compartment.  unknown_auction, unknown_margin_account, not_owner, other_compartment,
/// self_transfer, margin_in_auction (the keeper's), feed_halted, what portfolio::check_take
/// rejects, account_layers_empty (the security layers cannot pay), positions_full,
/// margin_under_initial (of the keeper).
struct TakePortfolio {
    u32 auction = 0;
    MarginAccountId keeper;
    portfolio::Take take;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.auction), visit(row.keeper), visit(row.take);
    }
};
struct PortfolioPlan {
    u32 auction = 0;
    MarginAccountId keeper;
    portfolio::TakePlan take;
    AccountRow sold;    ///< What stays; before what is drawn.
    AccountRow bought;  ///< The keeper's; likewise.
};
[[nodiscard]] Result<PortfolioPlan> check(const Facts& facts, AccountId sender,
                                          const TakePortfolio& request);
void apply(House& house, PortfolioPlan plan) noexcept;

/// Puts a compartment under another margin model from a height on, with a grace of `ramp` seconds;
/// only the governor may.  not_owner, unknown_compartment, unknown_model, switch_too_early,
/// ramp_too_short.
struct SwitchModel {
    CompartmentId compartment;
    u16 model = 0;
    u64 height = 0;
    u64 ramp = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartment), visit(row.model), visit(row.height), visit(row.ramp);
    }
};
[[nodiscard]] Result<SwitchModel> check(const Facts& facts, AccountId sender,
                                        const SwitchModel& request);
void apply(House& house, const SwitchModel& plan) noexcept;

}  // namespace ballast::clearing
