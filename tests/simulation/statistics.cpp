#include "simulation.hpp"

#include <algorithm>
#include <span>

namespace ballast::simulation {
namespace {

constexpr EventKind every_event[] = {
#define X(name, number, meaning) EventKind::name,
    BALLAST_EVENTS(X)
#undef X
};

/// The numbers of the clearing house's events, and of those of the resolution of its accounts.
constexpr u16 clearing_first = 700;
constexpr u16 clearing_last = 899;

/// The numbers of the events of keys and fees.
constexpr u16 access_first = 120;
constexpr u16 access_last = 139;

/// Not reached in a run of this size: keys_full, table_full.
constexpr Reject every_access_reject[] = {
    Reject::unknown_account,   Reject::system_account_forbidden,
    Reject::bad_nonce,         Reject::transaction_expired,
    Reject::signature_missing, Reject::signature_wrong,
    Reject::key_not_granted,   Reject::key_expired,
    Reject::right_missing,     Reject::fee_not_covered,
    Reject::key_malformed,     Reject::rights_unknown,
    Reject::grant_expired,     Reject::last_manager,
};

/// What a transaction of the clearing house can be told.  Not reached in a run of this size:
/// table_full, positions_full, overflow.  The liquidity pool's are not here, for the market has
/// none.
constexpr Reject every_clearing_reject[] = {
    Reject::unknown_asset,
    Reject::amount_not_positive,
    Reject::amount_over_limit,
    Reject::insufficient_balance,
    Reject::not_owner,
    Reject::self_transfer,
    Reject::price_not_positive,
    Reject::price_over_limit,
    Reject::bad_signature,
    Reject::feed_degraded,
    Reject::feed_halted,
    Reject::asset_not_in_basket,
    Reject::collateral_cap,
    Reject::collateral_insufficient,
    Reject::unknown_auction,
    Reject::unknown_compartment,
    Reject::unknown_margin_account,
    Reject::unknown_instrument,
    Reject::underlying_not_cleared,
    Reject::strike_off_grid,
    Reject::expiry_off_grid,
    Reject::instrument_listed,
    Reject::instrument_not_open,
    Reject::not_priced,
    Reject::margin_in_auction,
    Reject::clearing_short,
    Reject::fill_empty,
    Reject::fill_too_long,
    Reject::fill_expired,
    Reject::ticket_used,
    Reject::other_compartment,
    Reject::open_interest_over_limit,
    Reject::greeks_over_limit,
    Reject::margin_under_initial,
    Reject::unknown_model,
    Reject::switch_too_early,
    Reject::ramp_too_short,
    Reject::account_no_sale,
    Reject::account_layers_empty,
    Reject::account_healthy,
    Reject::account_take_too_small,
    Reject::account_price_over_limit,
    Reject::account_keeper_margin,
    Reject::bad_encoding,
};

bool of_clearing(EventKind kind) {
    const auto number = static_cast<u16>(kind);
    return number >= clearing_first && number <= clearing_last;
}

bool of_access(EventKind kind) {
    const auto number = static_cast<u16>(kind);
    return number >= access_first && number <= access_last;
}

/// What a transaction can be told; the rest belongs to bytes, to blocks and to reports, or guards
/// limits that no run of this size can reach.
constexpr Reject every_reject[] = {
    Reject::unknown_account,
    Reject::system_account_forbidden,
    Reject::bad_nonce,
    Reject::unknown_asset,
    Reject::amount_not_positive,
    Reject::amount_over_limit,
    Reject::insufficient_balance,
    Reject::not_owner,
    Reject::self_transfer,
    Reject::batch_empty,
    Reject::batch_too_long,
    Reject::feed_degraded,
    Reject::feed_halted,
    Reject::unknown_vault_type,
    Reject::unknown_vault,
    Reject::vault_closed,
    Reject::asset_not_in_basket,
    Reject::collateral_cap,
    Reject::debt_ceiling,
    Reject::debt_under_minimum,
    Reject::ratio_under_minimum,
    Reject::collateral_insufficient,
    Reject::debt_insufficient,
    Reject::redemption_unavailable,
    Reject::redemption_fee_over_limit,
    Reject::redemption_under_minimum,
    Reject::unknown_auction,
    Reject::auction_over,
    Reject::auction_price_over_limit,
    Reject::auction_leaves_dust,
    Reject::auction_paused,
    Reject::auction_healthy,
    Reject::unknown_pool,
    Reject::pool_deposit_insufficient,
    Reject::pool_remainder,
    Reject::pool_withdrawal_blocked,
};

constexpr Reject every_report_reject[] = {
    Reject::unknown_feed,          Reject::unknown_publisher,  Reject::publisher_not_on_feed,
    Reject::price_not_positive,    Reject::price_over_limit,   Reject::confidence_negative,
    Reject::confidence_over_price, Reject::report_from_future, Reject::report_stale,
    Reject::report_not_newer,      Reject::bad_signature,
};

constexpr auctions::AuctionKind every_kind[] = {
    auctions::AuctionKind::collateral, auctions::AuctionKind::in_place,
    auctions::AuctionKind::surplus, auctions::AuctionKind::recapitalisation};

constexpr auctions::CurveKind every_curve[] = {
    auctions::CurveKind::linear, auctions::CurveKind::stepped, auctions::CurveKind::continuous,
    auctions::CurveKind::fixed_discount, auctions::CurveKind::health_discount};

constexpr treasury::Layer every_layer[] = {treasury::Layer::reserve, treasury::Layer::surplus,
                                           treasury::Layer::recapitalisation};

std::string name_of(EventKind kind) {
    return std::string(name(kind));
}
std::string name_of(Reject reason) {
    return std::string(name(reason));
}
std::string name_of(audit::Law law) {
    return std::string(audit::name(law));
}
std::string name_of(auctions::AuctionKind kind) {
    switch (kind) {
        case auctions::AuctionKind::collateral: return "collateral";
        case auctions::AuctionKind::in_place: return "in place";
        case auctions::AuctionKind::surplus: return "surplus";
        case auctions::AuctionKind::recapitalisation: return "recapitalisation";
    }
    return "unknown";
}
std::string name_of(auctions::CurveKind kind) {
    switch (kind) {
        case auctions::CurveKind::linear: return "linear";
        case auctions::CurveKind::stepped: return "stepped";
        case auctions::CurveKind::continuous: return "continuous";
        case auctions::CurveKind::fixed_discount: return "fixed discount";
        case auctions::CurveKind::health_discount: return "health discount";
    }
    return "unknown";
}
std::string name_of(treasury::Layer layer) {
    switch (layer) {
        case treasury::Layer::reserve: return "reserve";
        case treasury::Layer::surplus: return "surplus";
        case treasury::Layer::recapitalisation: return "recapitalisation";
    }
    return "unknown";
}

template <class Key>
void miss(const char* what, std::span<const Key> wanted, const std::map<Key, u64>& counts,
          std::vector<std::string>& missing) {
    for (const Key key : wanted)
        if (!counts.contains(key)) missing.push_back(std::string(what) + " " + name_of(key));
}

template <class Key>
void rows(const char* title, const std::map<Key, u64>& counts, std::string& out) {
    out += title;
    out += '\n';
    for (const auto& [key, number] : counts) {
        std::string line = "  " + name_of(key);
        line.resize(std::max(line.size(), std::size_t{34}), ' ');
        const std::string digits = std::to_string(number);
        line += std::string(digits.size() < 12 ? 12 - digits.size() : 0, ' ') + digits;
        out += line + '\n';
    }
}

}  // namespace

std::vector<std::string> not_reached_of_clearing(const Statistics& statistics) {
    std::vector<EventKind> events;
    std::copy_if(std::begin(every_event), std::end(every_event), std::back_inserter(events),
                 of_clearing);
    std::vector<std::string> missing;
    miss<EventKind>("event", events, statistics.events, missing);
    miss<Reject>("reject", every_clearing_reject, statistics.rejects, missing);
    return missing;
}

std::vector<std::string> not_reached_of_access(const Statistics& statistics) {
    std::vector<EventKind> events;
    std::copy_if(std::begin(every_event), std::end(every_event), std::back_inserter(events),
                 of_access);
    std::vector<std::string> missing;
    miss<EventKind>("event", events, statistics.events, missing);
    miss<Reject>("reject", every_access_reject, statistics.rejects, missing);
    return missing;
}

std::vector<std::string> not_reached(const Statistics& statistics) {
    std::vector<EventKind> events;
    std::copy_if(
        std::begin(every_event), std::end(every_event), std::back_inserter(events),
        [](EventKind kind) { return static_cast<u16>(kind) < clearing_first && !of_access(kind); });
    std::vector<std::string> missing;
    miss<EventKind>("event", events, statistics.events, missing);
    miss<Reject>("reject", every_reject, statistics.rejects, missing);
    miss<Reject>("report reject", every_report_reject, statistics.report_rejects, missing);
    miss<auctions::AuctionKind>("auction started", every_kind, statistics.started, missing);
    miss<auctions::AuctionKind>("auction ended", every_kind, statistics.ended, missing);
    miss<auctions::CurveKind>("take from", every_curve, statistics.taken, missing);
    miss<treasury::Layer>("bad debt paid by", every_layer, statistics.layers, missing);
    return missing;
}

std::string table_of(const Statistics& statistics) {
    std::string out = std::to_string(statistics.markets) + " markets, " +
                      std::to_string(statistics.blocks) + " blocks, " +
                      std::to_string(statistics.transactions) + " transactions, " +
                      std::to_string(statistics.accepted) + " accepted\n";
    rows("events", statistics.events, out);
    rows("transactions rejected", statistics.rejects, out);
    rows("reports rejected", statistics.report_rejects, out);
    rows("auctions started", statistics.started, out);
    rows("auctions ended", statistics.ended, out);
    rows("takes by curve", statistics.taken, out);
    rows("bad debt paid by", statistics.layers, out);
    rows("laws checked", statistics.checks, out);
    return out;
}

}  // namespace ballast::simulation
