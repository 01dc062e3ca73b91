/// Every key of a market file, named once: for reading, for writing and for the reference
/// (docs/methods/market.md).
///
/// `keys(visit, row)` calls, in the order of the file,
///
///     visit.required(key, value, path)   a value that must be there
///     visit.optional(key, value, path)   one that otherwise keeps its default
///     visit.section(key, noun, row)      a table of its own; an optional<Row> may be absent
///     visit.entries(key, noun, rows, path)   a list of tables
///
/// `path` is the value's place in the terms of the machine, relative to the row; by default the
/// key.
#pragma once

#include <ballast/market/clearing_keys.hpp>

namespace ballast::market {

template <class V>
void keys(V& visit, treasury::SyntheticTerms& terms) {
    visit.optional("governance", terms.governance);
    if (!terms.governance) return;
    visit.required("surplus_target", terms.surplus_target);
    visit.required("surplus_lot", terms.surplus_lot);
    visit.required("recapitalisation_lot", terms.recapitalisation_lot);
}

template <class V>
void keys(V& visit, backstop::PoolTerms& terms) {
    visit.required("remainder_min", terms.remainder_min);
    visit.required("floor", terms.floor);
}

template <class V>
void keys(V& visit, AssetEntry& asset) {
    visit.required("name", asset.terms.name);
    visit.required("kind", asset.terms.kind);
    if (asset.terms.kind == engine::AssetKind::governance) visit.optional("feed", asset.terms.feed);
    if (asset.terms.kind != engine::AssetKind::synthetic) return;
    visit.section("treasury", "a treasury", asset.treasury);
    visit.section("pool", "a pool", asset.pool);
}

template <class V>
void keys(V& visit, oracle::Publisher& publisher) {
    visit.required("name", publisher.name);
    visit.optional("key", Key{publisher.key});
}

template <class V>
void keys(V& visit, oracle::Source& source) {
    visit.required("publisher", source.publisher);
    visit.optional("weight", source.weight);
}

template <class V>
void price_feed_keys(V& visit, oracle::FeedTerms& feed) {
    visit.optional("jump_max", feed.jump_max);
    visit.optional("reference_seconds", Seconds{feed.reference_seconds});
    visit.optional("breaker_confirm", feed.breaker_confirm);
    visit.optional("breaker_confirm_seconds", Seconds{feed.breaker_confirm_seconds});
    visit.optional("breaker_walk_per_minute", feed.breaker_walk_per_minute);
    visit.optional("breaker_hold_seconds", Seconds{feed.breaker_hold_seconds});
}

template <class V>
void rate_feed_keys(V& visit, oracle::FeedTerms& feed) {
    visit.optional("growth_per_day_max", feed.growth_per_day_max);
    visit.optional("growth_seconds_max", Seconds{feed.growth_seconds_max});
}

template <class V>
void keys(V& visit, oracle::FeedTerms& feed) {
    visit.required("name", feed.name);
    visit.optional("kind", feed.kind);
    visit.optional("quote", feed.quote);
    visit.optional("fresh_seconds", Seconds{feed.fresh_seconds});
    visit.optional("quorum_count", feed.quorum_count);
    visit.optional("quorum_weight", feed.quorum_weight);
    visit.optional("live_count", feed.live_count);
    visit.optional("outlier_deviations", feed.outlier_deviations);
    visit.optional("outlier_floor", feed.outlier_floor);
    visit.optional("confidence_multiple", feed.confidence_multiple);
    visit.optional("dispersion_multiple", feed.dispersion_multiple);
    visit.optional("volatility_multiple", feed.volatility_multiple);
    visit.optional("volatility_memory_seconds", Seconds{feed.volatility_memory_seconds});
    visit.optional("volatility_floor_per_day", feed.volatility_floor_per_day);
    visit.optional("latency_seconds", Seconds{feed.latency_seconds});
    visit.optional("widen_max", feed.widen_max);
    if (feed.kind == oracle::FeedKind::price) price_feed_keys(visit, feed);
    visit.optional("halt_seconds", Seconds{feed.halt_seconds});
    visit.optional("recovery_seconds", Seconds{feed.recovery_seconds});
    visit.optional("delay_seconds", Seconds{feed.delay_seconds});
    if (feed.kind == oracle::FeedKind::rate) rate_feed_keys(visit, feed);
    visit.optional("settlement_seconds", Seconds{feed.settlement_seconds});
    visit.optional("settlement_count", feed.settlement_count);
    visit.optional("settlement_cover", feed.settlement_cover);
    visit.entries("sources", "a source", feed.sources, "sources");
}

template <class V>
void curve_keys(V& visit, auctions::Curve& curve) {
    switch (curve.kind) {
        case auctions::CurveKind::linear:
            visit.required("duration_seconds", Seconds{curve.duration_seconds},
                           "curve.duration_seconds");
            return;
        case auctions::CurveKind::stepped:
            visit.required("step_seconds", Seconds{curve.step_seconds}, "curve.step_seconds");
            visit.required("cut", curve.cut, "curve.cut");
            return;
        case auctions::CurveKind::continuous: visit.required("cut", curve.cut, "curve.cut"); return;
        case auctions::CurveKind::fixed_discount:
        case auctions::CurveKind::health_discount:
            visit.required("discount", curve.discount, "curve.discount");
            visit.required("close_factor", curve.close_factor, "curve.close_factor");
            visit.optional("full_close_health", curve.full_close_health, "curve.full_close_health");
            visit.optional("allow_spiral", curve.allow_spiral, "curve.allow_spiral");
            return;
    }
}

template <class V>
void clock_keys(V& visit, auctions::AuctionTerms& auction) {
    visit.required("buffer", auction.buffer);
    visit.required("tail_seconds", Seconds{auction.tail_seconds});
    visit.required("cusp", auction.cusp);
    visit.optional("remainder_min", auction.remainder_min);
}

template <class V>
void keys(V& visit, auctions::AuctionTerms& auction) {
    visit.required("curve", auction.curve.kind, "curve.kind");
    curve_keys(visit, auction.curve);
    if (auctions::in_place(auction.curve.kind)) {
        visit.optional("penalty", auction.penalty);
        return;
    }
    clock_keys(visit, auction);
    visit.required("penalty", auction.penalty);
    visit.optional("tip", auction.tip);
    visit.optional("chip", auction.chip);
    visit.required("debt_at_auction_max", auction.debt_at_auction_max);
    visit.required("restarts_max", auction.restarts_max);
}

template <class V>
void keys(V& visit, TradeTerms& trade) {
    visit.required("curve", trade.auction.curve.kind, "curve.kind");
    curve_keys(visit, trade.auction.curve);
    if (!auctions::in_place(trade.auction.curve.kind)) clock_keys(visit, trade.auction);
}

template <class V>
void keys(V& visit, basket::CollateralTerms& collateral) {
    visit.required("asset", collateral.asset);
    visit.required("feed", collateral.feed);
    visit.optional("rate_feed", collateral.rate_feed);
    visit.optional("haircut", collateral.haircut);
    visit.required("cap", collateral.cap);
    visit.optional("concentration_charge", collateral.concentration_charge);
    visit.optional("concentration_depth", collateral.concentration_depth);
    visit.optional("correlation_charge", collateral.correlation_charge);
}

template <class V>
void keys(V& visit, vaults::RedemptionTerms& redemption) {
    visit.required("enabled", redemption.enabled);
    if (!redemption.enabled) return;
    visit.required("fee_floor", redemption.fee_floor);
    visit.required("fee_max", redemption.fee_max);
    visit.required("decay_per_minute", Wad{redemption.decay_per_minute});
    visit.required("divisor", redemption.divisor);
    visit.required("smallest", redemption.smallest);
}

template <class V>
void keys(V& visit, treasury::CompartmentTerms& compartment) {
    visit.optional("reserve_share", compartment.reserve_share);
    visit.optional("reserve_target", compartment.reserve_target);
    visit.required("loss_out_max", compartment.loss_out_max);
}

template <class V>
void keys(V& visit, TypeEntry& type) {
    vaults::VaultTypeTerms& vault = type.terms.vault;
    visit.required("name", vault.name, "vault.name");
    visit.required("debt_asset", vault.debt_asset, "vault.debt_asset");
    visit.optional("debt_feed", vault.debt_feed, "vault.debt_feed");
    visit.required("minimum_ratio", vault.minimum_ratio, "vault.minimum_ratio");
    visit.required("liquidation_ratio", vault.liquidation_ratio, "vault.liquidation_ratio");
    visit.required("debt_ceiling", vault.debt_ceiling, "vault.debt_ceiling");
    visit.required("minimum_debt", vault.minimum_debt, "vault.minimum_debt");
    visit.optional("fee_per_second", vault.fee_per_second, "vault.fee_per_second");
    visit.optional("stability_fee", Yearly{vault.fee_per_second}, "vault.fee_per_second");
    visit.optional("opening_fee", vault.opening_fee, "vault.opening_fee");
    visit.optional("resolution", type.terms.resolution);
    visit.optional("redistribute", type.terms.redistribute);
    visit.optional("backstop_ratio", type.terms.backstop_ratio);
    visit.required("take_cost", type.terms.take_cost);
    visit.entries("collateral", "a collateral", vault.basket, "vault.basket");
    visit.section("redemption", "a redemption", vault.redemption, "vault.redemption");
    visit.required_section("auction", "an auction", type.terms.auction);
    visit.required_section("compartment", "a compartment", type.compartment);
}

template <class V>
void keys(V& visit, AccountEntry& account) {
    visit.required("name", account.name);
    visit.optional("balances", Holdings{account.balances});
    visit.optional("key", account.key);
}

template <class V>
void keys(V& visit, access::Terms& access) {
    visit.required("signed_transactions", access.signed_transactions);
    visit.optional("fee", access.fee);
    if (!access.fee.zero()) visit.required("fee_asset", access.fee_asset);
}

template <class V>
void keys(V& visit, VaultEntry& vault) {
    visit.required("owner", vault.owner);
    visit.required("type", vault.type);
    visit.required("debt", vault.debt);
    visit.required("collateral", Holdings{vault.collateral});
}

template <class V>
void keys(V& visit, Sheet& sheet) {
    visit.required("name", sheet.name);
    visit.required("time", Moment{sheet.time});
    visit.required("debt_at_auction_max", sheet.debt_at_auction_max);
    visit.optional("governor", sheet.clearing.governor, "clearing.governor");
    visit.optional("ramp_min", Seconds{sheet.clearing.ramp_min}, "clearing.ramp_min");
    visit.section("access", "access", sheet.access);
    visit.entries("asset", "an asset", sheet.assets, "assets");
    visit.entries("publisher", "a publisher", sheet.publishers, "oracle.publishers");
    visit.entries("feed", "a feed", sheet.feeds, "oracle.feeds");
    visit.entries("vault_type", "a vault type", sheet.types, "types");
    visit.entries("underlying", "an underlying", sheet.clearing.underlyings,
                  "clearing.underlyings");
    visit.entries("margin_model", "a margin model", sheet.clearing.models, "clearing.models");
    visit.entries("compartment", "a margin compartment", sheet.clearing.compartments,
                  "clearing.compartments");
    visit.section("liquidity_pool", "a liquidity pool", sheet.clearing.pool, "clearing.pool");
    visit.entries("swap_pool", "a swap pool", sheet.swaps, "swaps");
    visit.section("recapitalisation", "a recapitalisation", sheet.recapitalisation);
    visit.section("surplus", "a surplus auction", sheet.surplus);
    visit.entries("account", "an account", sheet.accounts, "accounts");
    visit.entries("vault", "a vault", sheet.vaults, "vaults");
}

}  // namespace ballast::market
