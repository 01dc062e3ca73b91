/// What happened.  Every room reports in the same row, so that logs, tables and feeds need one
/// format.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/integers.hpp>

#include <string_view>
#include <vector>

namespace ballast {

// name, number, what `subject`, `account`, `asset`, `amount` and `value` mean
#define BALLAST_EVENTS(X)                                                                         \
    X(feed_status, 1, "subject feed; amount old status; value new status")                        \
    X(feed_reasons, 2, "subject feed; amount old reasons; value new reasons")                     \
    X(report_rejected, 3, "subject feed; account publisher; amount Reject")                       \
    X(fee_accrued, 100,                                                                           \
      "subject vault type; asset debt; amount new debt booked to surplus; value new index")       \
    X(fee_paid, 120, "subject actions; account sender; asset; amount")                            \
    X(account_opened, 121, "subject new account; account sender; value parent")                   \
    X(key_granted, 122, "subject number of keys; account; amount expires; value rights")          \
    X(key_revoked, 123, "subject number of keys; account")                                        \
    X(vault_opened, 300, "subject vault; account owner; value vault type")                        \
    X(collateral_deposited, 301, "subject vault; account payer; asset; amount")                   \
    X(collateral_withdrawn, 302, "subject vault; account receiver; asset; amount")                \
    X(debt_minted, 303, "subject vault; account receiver; asset debt; amount; value opening fee") \
    X(debt_repaid, 304, "subject vault; account payer; asset debt; amount")                       \
    X(vault_closed, 305, "subject vault; account owner")                                          \
    X(vault_unhealthy, 306,                                                                       \
      "subject vault; asset debt; amount owed; value collateral value in cash")                   \
    X(vault_seized, 307, "subject vault; account owner; asset debt; amount debt taken over")      \
    X(vault_redeemed, 308,                                                                        \
      "subject vault; account redeemer; asset debt; amount debt cancelled; value fee")            \
    X(redistributed, 309,                                                                         \
      "subject vault that was closed; asset debt; amount debt; value collateral value")           \
    X(auction_started, 400,                                                                       \
      "subject auction; account owner; asset debt; amount tab; value top price per unit")         \
    X(auction_taken, 401,                                                                         \
      "subject auction; account keeper; asset debt; amount paid; value units taken")              \
    X(auction_restarted, 402,                                                                     \
      "subject auction; asset debt; amount tab left; value new top price per unit")               \
    X(auction_ended, 403,                                                                         \
      "subject auction; asset debt; amount debt left uncovered; value units returned")            \
    X(auction_cancelled, 404, "subject auction; asset debt; amount debt; value units")            \
    X(keeper_rewarded, 405, "subject auction; account keeper; asset; amount")                     \
    X(pool_deposited, 500, "account; asset; amount")                                              \
    X(pool_withdrawn, 501, "account; asset; amount")                                              \
    X(pool_gain_paid, 502, "account; asset collateral; amount")                                   \
    X(pool_absorbed, 503,                                                                         \
      "subject vault or auction; asset debt; amount debt; value collateral value in cash")        \
    X(pool_gained, 504,                                                                           \
      "subject vault or auction; asset collateral; amount taken in; value asset of the pool")     \
    X(loss_arose, 600, "subject vault type; asset debt; amount uncovered debt")                   \
    X(loss_from_reserve, 601,                                                                     \
      "subject vault type; asset debt; amount paid by the compartment's reserve")                 \
    X(loss_from_surplus, 602,                                                                     \
      "subject vault type; asset debt; amount paid by the treasury's surplus")                    \
    X(loss_booked, 603, "subject vault type; asset debt; amount booked as bad debt")              \
    X(bad_debt_paid, 604,                                                                         \
      "subject vault type; asset debt; amount of booked bad debt paid down; value layer")         \
    X(reserve_funded, 605, "subject vault type; asset debt; amount set aside")                    \
    X(cost_charged, 606,                                                                          \
      "subject vault type; asset debt; amount paid by the reserve; value let out of surplus")     \
    /* clearing; `subject` is a margin account where nothing else is said */                      \
    X(margin_opened, 700, "account owner; value compartment")                                     \
    X(margin_deposited, 701, "account owner; asset; amount")                                      \
    X(margin_withdrawn, 702, "account owner; asset; amount")                                      \
    X(margin_debt_minted, 703, "account owner; asset; amount; value owed now")                    \
    X(margin_debt_repaid, 704, "account owner; asset; amount; value owed now")                    \
    X(margin_fee_accrued, 705, "subject compartment; asset; amount new debt; value new index")    \
    X(instrument_listed, 710, "subject instrument; value compartment")                            \
    X(instrument_expired, 711, "subject instrument; value settlement price of the underlying")    \
    X(instrument_settled, 712, "subject instrument; amount open interest; value paid per unit")   \
    X(settlement_delayed, 713, "subject instrument; amount Reject of the settlement")             \
    X(filled, 720, "account owner; amount size bought; value paid for it")                        \
    X(traded, 723, "subject instrument; amount size; value price")                                \
    X(fill_fee_paid, 721, "subject compartment; asset; amount paid to the surplus")               \
    X(position_settled, 722, "account owner; amount size; value cash received")                   \
    X(margin_unhealthy, 730, "account owner; amount equity; value maintenance margin left")       \
    X(greeks_over_limit, 731, "account owner: some sum has gone over its limit")                  \
    X(compartment_greeks, 732, "subject compartment; amount 1 over a limit, 0 within again")      \
    X(model_switch_begun, 740, "subject compartment; amount new model; value height")             \
    X(model_switched, 741, "subject compartment; amount new model; value old model")              \
    /* account resolution; `subject` is a margin account where nothing else is said */            \
    X(account_auction_started, 801,                                                               \
      "subject auction; account owner; amount mark; value maintenance left")                      \
    X(account_auction_taken, 802,                                                                 \
      "subject auction; account keeper; amount paid; value drawn from layers")                    \
    X(account_auction_turned, 803,                                                                \
      "subject auction; account owner; amount mark; value maintenance left")                      \
    X(account_auction_ended, 804,                                                                 \
      "subject auction; account owner; amount paid in all; value drawn in all")                   \
    X(account_collateral_sold, 805, "account keeper; asset; amount sold; value paid")             \
    X(account_backstopped, 806, "account owner; asset; amount debt lost; value cash kept back")   \
    X(position_deleveraged, 820, "account owner; amount size closed; value haircut")              \
    X(loss_socialised, 822, "account owner; amount taken from its equity")                        \
    X(liquidity_traded, 900, "subject instrument; account taker; amount size; value charge")      \
    X(liquidity_hedged, 901, "subject instrument; account taker; amount the pool bought")         \
    X(liquidity_valued, 902, "subject pool; amount low value; value high value")                  \
    X(liquidity_deposit_requested, 903, "subject pool; account; amount cash")                     \
    X(liquidity_withdrawal_requested, 904, "subject pool; account; amount shares")                \
    X(liquidity_deposits_settled, 905, "subject pool; amount cash taken; value shares minted")    \
    X(liquidity_withdrawals_settled, 906, "subject pool; amount cash paid; value shares burnt")   \
    X(liquidity_collected, 907, "subject pool; account; amount cash; value shares")               \
    X(swap_added, 910, "subject pool; account; amount of the first asset; value shares")          \
    X(swap_removed, 911, "subject pool; account; amount of the first asset; value shares")        \
    X(swap_traded, 912, "subject pool; account; asset given; amount in; value out")

enum class EventKind : u16 {
#define X(name, number, meaning) name = number,
    BALLAST_EVENTS(X)
#undef X
};

/// The kind's name, as it stands in logs and tables.
[[nodiscard]] constexpr std::string_view name(EventKind kind) {
    switch (kind) {
#define X(name, number, meaning) \
    case EventKind::name: return #name;
        BALLAST_EVENTS(X)
#undef X
    }
    return "unknown";
}

struct Event {
    EventKind kind{};
    u32 subject = 0;    ///< What it happened to; the kind says what is counted.
    AccountId account;  ///< Who it happened to or who did it; the issuer where nobody did.
    AssetId asset;
    i128 amount = 0;
    i128 value = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.kind), visit(row.subject), visit(row.account), visit(row.asset),
            visit(row.amount), visit(row.value);
    }
    friend bool operator==(const Event&, const Event&) = default;
};

using Events = std::vector<Event>;

}  // namespace ballast
