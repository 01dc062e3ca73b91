/// Every reason for which the machine says no.  The list is closed and the numbers never change:
/// they stand in logs and in clients.  Each room has a hundred of its own; within a room they stand
/// in the order in which they are checked.
#pragma once

#include <ballast/base/integers.hpp>

#include <string_view>

namespace ballast {

// name, number, what the caller is told
#define BALLAST_REJECTS(X)                                                                         \
    /* any room */                                                                                 \
    X(unknown_account, 1, "the account does not exist")                                            \
    X(system_account_forbidden, 2, "the account belongs to the machine")                           \
    X(bad_nonce, 3, "the nonce is used, or not among the account's next ones")                     \
    X(unknown_asset, 4, "the asset does not exist")                                                \
    X(amount_not_positive, 5, "the amount must be greater than zero")                              \
    X(amount_over_limit, 6, "the amount exceeds the largest one allowed")                          \
    X(insufficient_balance, 7, "the account holds less than that")                                 \
    X(overflow, 8, "the result exceeds what can be represented")                                   \
    X(not_owner, 9, "only the owner may do this")                                                  \
    X(self_transfer, 10, "sender and receiver are the same account")                               \
    X(batch_empty, 11, "the batch holds no action")                                                \
    X(batch_too_long, 12, "the batch holds more actions than allowed")                             \
    X(table_full, 14, "no more of these can be created")                                           \
    X(bad_height, 15, "the block's height is not the next one")                                    \
    X(bad_time, 16, "the block's time is before its parent's, or too far after it")                \
    X(block_too_long, 17, "the block holds more than the limits allow")                            \
    X(wrong_genesis, 18, "the bytes belong to another genesis")                                    \
    X(wrong_root, 19, "the state does not have the root that was recorded")                        \
    /* access */                                                                                   \
    X(transaction_expired, 30, "the transaction's time is over")                                   \
    X(signature_missing, 31, "the transaction must be signed")                                     \
    X(signature_wrong, 32, "the signature is not one of this key over this transaction")           \
    X(key_not_granted, 33, "the key may not act for the account")                                  \
    X(key_expired, 34, "the key's time is over")                                                   \
    X(right_missing, 35, "the key may not do this with the account")                               \
    X(fee_not_covered, 36, "the account does not hold the fee")                                    \
    X(keys_unused, 37, "in this market transactions are not signed")                               \
    X(key_malformed, 38, "the bytes are not a key of this kind")                                   \
    X(rights_unknown, 39, "the rights must be one or more of those that there are")                \
    X(grant_expired, 40, "the key's time would be over already")                                   \
    X(keys_full, 41, "the account has as many keys as it may")                                     \
    X(last_manager, 42, "the account would be left without a key that may manage it for ever")     \
    /* codec */                                                                                    \
    X(truncated, 100, "the bytes end too early")                                                   \
    X(trailing_bytes, 101, "bytes are left over")                                                  \
    X(bad_encoding, 102, "a field holds a value that its type does not have")                      \
    X(bad_magic, 103, "these are not the bytes of the expected kind")                              \
    X(bad_version, 104, "the format version is not supported")                                     \
    X(bad_digest, 105, "the content does not match its digest")                                    \
    /* oracle */                                                                                   \
    X(unknown_feed, 200, "the feed does not exist")                                                \
    X(unknown_publisher, 201, "the publisher does not exist")                                      \
    X(publisher_not_on_feed, 202, "the publisher is no source of this feed")                       \
    X(price_not_positive, 203, "the price must be greater than zero")                              \
    X(price_over_limit, 204, "the price exceeds the largest one allowed")                          \
    X(confidence_negative, 205, "the confidence must not be negative")                             \
    X(confidence_over_price, 206, "the confidence exceeds the price")                              \
    X(report_from_future, 207, "the report is dated later than the block")                         \
    X(report_stale, 208, "the report is older than the feed accepts")                              \
    X(report_not_newer, 209, "the publisher has reported for this time or later already")          \
    X(bad_signature, 210, "the signature does not fit the publisher's key")                        \
    X(price_unavailable, 211, "the feed has no price that may be used for this")                   \
    X(feed_degraded, 212, "the feed is degraded: only what reduces risk is allowed")               \
    X(feed_halted, 213, "the feed is halted: only what reduces risk is allowed")                   \
    X(settlement_unavailable, 214, "too few good prices in the settlement window")                 \
    /* vaults */                                                                                   \
    X(unknown_vault_type, 300, "the vault type does not exist")                                    \
    X(unknown_vault, 301, "the vault does not exist")                                              \
    X(vault_closed, 302, "the vault is closed")                                                    \
    X(asset_not_in_basket, 304, "the vault type does not accept this asset")                       \
    X(collateral_cap, 305, "the cap on this collateral would be exceeded")                         \
    X(debt_ceiling, 306, "the debt ceiling would be exceeded")                                     \
    X(debt_under_minimum, 307, "the debt would be under the minimum, and not zero")                \
    X(ratio_under_minimum, 308, "the collateral ratio would be under the minimum")                 \
    X(collateral_insufficient, 309, "the vault holds less collateral than that")                   \
    X(debt_insufficient, 310, "the vault owes less than that")                                     \
    X(vault_not_empty, 311, "the vault still has debt")                                            \
    X(redemption_unavailable, 312, "no vault can be redeemed against")                             \
    X(redemption_fee_over_limit, 313, "the redemption fee exceeds what the caller accepts")        \
    X(redemption_under_minimum, 314, "the amount is less than the smallest redemption")            \
    /* auctions */                                                                                 \
    X(unknown_auction, 400, "the auction does not exist")                                          \
    X(auction_over, 401, "the auction is over")                                                    \
    X(auction_needs_restart, 402, "the auction has run too long or too low and must be restarted") \
    X(auction_price_over_limit, 403, "the price is above the highest one the keeper accepts")      \
    X(auction_leaves_dust, 404, "the take would leave less than the smallest remainder")           \
    X(auction_paused, 405, "the price feed is halted; takes wait until it is back")                \
    X(auction_healthy, 406, "the vault is healthy again")                                          \
    X(auction_close_factor, 407, "the take repays more than the close factor allows")              \
    X(auction_restart_early, 408, "the auction does not need a restart yet")                       \
    X(auction_no_room, 409, "the limits on debt at auction leave no room")                         \
    X(auction_part_too_small, 410, "what fits under the limits is less than the minimum debt")     \
    X(auction_lot_empty, 411, "no collateral would go to auction")                                 \
    /* backstop */                                                                                 \
    X(unknown_pool, 500, "no backstop pool stands behind this asset")                              \
    X(pool_deposit_insufficient, 501, "the deposit is smaller than that")                          \
    X(pool_remainder, 502, "the pool may not be left with less than its smallest remainder")       \
    X(pool_withdrawal_blocked, 503, "no withdrawal while an unhealthy vault waits for the pool")   \
    /* instruments */                                                                              \
    X(right_not_allowed, 600, "this kind has no puts")                                             \
    X(strike_not_allowed, 601, "this kind has no strike")                                          \
    X(strike_not_positive, 602, "the strike must be greater than zero")                            \
    X(strike_over_limit, 603, "the strike exceeds the largest price allowed")                      \
    X(payout_not_allowed, 604, "this kind has no payout")                                          \
    X(payout_not_positive, 605, "the payout must be greater than zero")                            \
    X(payout_over_limit, 606, "the payout exceeds the largest price allowed")                      \
    X(expiry_not_allowed, 607, "this kind never expires")                                          \
    X(expiry_missing, 608, "this kind must expire")                                                \
    X(expiry_over_limit, 609, "the expiry is later than time goes")                                \
    X(period_not_allowed, 610, "this kind has no funding")                                         \
    X(period_under_minimum, 611, "the funding period is shorter than the shortest one")            \
    X(period_over_limit, 612, "the funding period is longer than the longest one")                 \
    /* pricing */                                                                                  \
    X(implied_expired, 620, "an option that has expired implies no volatility")                    \
    X(implied_under_intrinsic, 621, "the value is under what exercise would bring")                \
    X(implied_over_bound, 622, "no volatility makes an option worth that much")                    \
    X(svi_bad_parameters, 623, "the parameters are outside what a slice may have")                 \
    X(svi_wing_too_steep, 624, "the slope of a wing of total variance exceeds 2")                  \
    X(svi_butterfly, 625, "the slice gives some butterfly a negative price")                       \
    X(svi_calendar, 626, "total variance falls between the slices")                                \
    /* clearing */                                                                                 \
    X(unknown_compartment, 640, "the margin compartment does not exist")                           \
    X(unknown_margin_account, 641, "the margin account does not exist")                            \
    X(unknown_instrument, 642, "the instrument does not exist")                                    \
    X(underlying_not_cleared, 643, "the compartment clears nothing on this underlying")            \
    X(strike_off_grid, 644, "the strike is not a multiple of the underlying's step")               \
    X(expiry_off_grid, 645, "the expiry is past, too far ahead, or not a multiple of the step")    \
    X(instrument_listed, 646, "the instrument is listed already")                                  \
    X(instrument_not_open, 647, "the instrument has expired")                                      \
    X(margin_in_auction, 648, "the margin account is being auctioned")                             \
    X(clearing_short, 649, "the compartment does not hold that much cash: settle who owes first")  \
    X(fill_empty, 650, "the fill has no leg")                                                      \
    X(fill_too_long, 651, "the fill has more legs than allowed")                                   \
    X(fill_expired, 652, "the fill's time is over")                                                \
    X(ticket_used, 653, "the ticket's number has been used or passed over")                        \
    X(other_compartment, 654, "the accounts and instruments are not of one compartment")           \
    X(positions_full, 655, "the margin account would hold more positions than allowed")            \
    X(open_interest_over_limit, 656, "the instrument's open interest would exceed its limit")      \
    X(greeks_over_limit, 657, "the sum of a Greek would exceed its limit")                         \
    X(margin_under_initial, 658, "the margin would be under the initial margin")                   \
    X(unknown_model, 659, "the margin model does not exist")                                       \
    X(switch_too_early, 660,                                                                       \
      "the height of the switch is not in the future, or one is on its way")                       \
    X(ramp_too_short, 661, "the grace of the switch is shorter than allowed")                      \
    X(not_priced, 662, "a feed that the margin account depends on has no price")                   \
    X(pool_absent, 663, "no liquidity pool trades in this compartment")                            \
    X(price_over_bound, 664, "the price is worse than the caller accepts")                         \
    X(account_no_sale, 665, "the account's remedy is not a sale of so much of this collateral")    \
    X(account_layers_empty, 666, "the layers behind the compartment cannot pay that")              \
    /* account resolution */                                                                       \
    X(account_healthy, 700, "the margin account is healthy")                                       \
    X(account_auction_over, 701, "no auction of this margin account is running")                   \
    X(account_auction_waits, 702, "the auction must first be ended or turned insolvent")           \
    X(account_take_too_small, 703, "the part is smaller than the smallest that may be taken")      \
    X(account_price_over_limit, 704, "the price is above the highest one the keeper accepts")      \
    X(account_keeper_margin, 705, "the keeper does not hold the cash that the take requires")      \
    X(deleverage_nothing, 710, "there is no position to be closed")                                \
    X(deleverage_not_bankrupt, 711, "the bankruptcy price is better than the mark")                \
    X(deleverage_wrong_side, 712, "a counterparty does not stand on the other side")               \
    X(deleverage_twice, 713, "an account stands there twice")                                      \
    /* liquidity */                                                                                \
    X(pool_without_capital, 800, "the pool has no capital to take new positions with")             \
    X(pool_delta_budget, 801, "the pool's delta would exceed its budget")                          \
    X(pool_gamma_budget, 802, "the pool's gamma would exceed its budget")                          \
    X(pool_vega_budget, 803, "the pool's vega would exceed its budget")                            \
    X(pool_notional_budget, 804, "the pool's notional would exceed its budget")                    \
    X(pool_margin_budget, 805, "the pool's margin would exceed its largest utilisation")           \
    X(liquidity_deposit_small, 810, "the deposit is smaller than the smallest one")                \
    X(liquidity_request_pending, 811, "an earlier request is not collected yet")                   \
    X(liquidity_shares_insufficient, 812, "the account holds fewer shares than that")              \
    X(liquidity_nothing_due, 813, "no request of the account is settled")                          \
    X(liquidity_empty, 820, "nobody has filled the pool yet")                                      \
    X(liquidity_small, 821, "the liquidity is too small for a share")                              \
    X(liquidity_fee, 822, "no allowed fee covers the loss to arbitrage")                           \
    X(swap_drains, 823, "the pool does not hold that much")                                        \
    X(swap_under_minimum, 824, "less would come out than the caller accepts")                      \
    X(swap_over_maximum, 825, "more would go in than the caller accepts")                          \
    X(unknown_swap_pool, 826, "the constant-product pool does not exist")

enum class Reject : u16 {
#define X(name, number, text) name = number,
    BALLAST_REJECTS(X)
#undef X
};

/// The reason's name, as it stands in receipts and in the CLI.
[[nodiscard]] constexpr std::string_view name(Reject reason) {
    switch (reason) {
#define X(name, number, text) \
    case Reject::name: return #name;
        BALLAST_REJECTS(X)
#undef X
    }
    return "unknown";
}

/// The reason in a sentence.
[[nodiscard]] constexpr std::string_view sentence(Reject reason) {
    switch (reason) {
#define X(name, number, text) \
    case Reject::name: return text;
        BALLAST_REJECTS(X)
#undef X
    }
    return "unknown";
}

}  // namespace ballast
