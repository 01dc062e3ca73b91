#include <ballast/api/auction_answers.hpp>

#include <ballast/api/margin_answers.hpp>
#include <ballast/clearing/layers.hpp>
#include <ballast/math/money.hpp>

namespace ballast::api {
namespace {

using auctions::Auction;
using auctions::AuctionKind;

const auctions::AuctionTerms& terms_of(const View& view, const Auction& auction) {
    switch (auction.kind) {
        case AuctionKind::collateral:
        case AuctionKind::in_place: return view.genesis().types[auction.type.value()].auction;
        case AuctionKind::surplus: return view.genesis().surplus;
        case AuctionKind::recapitalisation: return view.genesis().recapitalisation;
    }
    std::unreachable();
}

bool of_vault(const Auction& auction) {
    return auction.kind == AuctionKind::collateral || auction.kind == AuctionKind::in_place;
}

// What all that is left costs now: the lot at its price, and no more than pays the tab.
Json cost_of_all(const Auction& auction, Ray price) {
    const auctions::TakeInput input{.lot = math::U256(auction.lot_units),
                                    .tab = auction.kind == AuctionKind::surplus
                                               ? math::U256(~u128{0})
                                               : math::U256(static_cast<u128>(auction.tab.units())),
                                    .price = math::U256(price.units()),
                                    .wanted = math::U256(auction.lot_units),
                                    .chost = math::U256(),
                                    .scale = math::U256(ray_one)};
    const auto decided = auctions::decide_take(input);
    if (!decided || !decided->owe.fits_u128() || !decided->slice.fits_u128()) return nullptr;
    const auto amount = [](const math::U256& units) {
        return decimal(Amount::units(static_cast<i128>(units.to_u128())));
    };
    return {{"pay", amount(decided->owe)}, {"units", amount(decided->slice)}};
}

Json lot_json(const View& view, const Auction& auction) {
    Json lot = Json::object();
    if (auction.kind == AuctionKind::in_place) {
        const vaults::VaultRow& vault = view.state().vaults.vaults[auction.vault.value()];
        const auto& basket = view.machine.types()[vault.type.value()].basket;
        for (u32 slot = 0; slot < basket.size(); ++slot)
            if (!vault.amounts[slot].zero())
                lot[name(view.genesis(), basket[slot].asset)] =
                    decimal(Amount::units(vault.amounts[slot].units()));
        return lot;
    }
    for (const auctions::LotPart& part : auction.lot.assets())
        lot[name(view.genesis(), part.asset)] = decimal(part.amount);
    return lot;
}

// Everything that has a clock.
void add_clock(const View& view, const Auction& auction, Json& out) {
    const auctions::AuctionTerms& terms = terms_of(view, auction);
    const u64 now = view.machine.time();
    const auto price = auctions::price_now(terms, auction, now);
    const bool restart = auctions::restart_due(terms, auction, now);
    out["top_price"] = decimal(auction.top);
    out["price"] = price ? Json(decimal(*price)) : Json();
    out["needs_restart"] = restart;
    if (price && !restart && !auction.paused) out["all"] = cost_of_all(auction, *price);
}

// A vault that is repaid in place has no clock: what it owes is its tab.
void add_in_place(const View& view, const Auction& auction, Json& out) {
    const vaults::VaultRow& vault = view.state().vaults.vaults[auction.vault.value()];
    const vaults::TypeRow& type = view.state().vaults.types[vault.type.value()];
    const vaults::VaultTypeTerms& terms = view.machine.types()[vault.type.value()];
    const Amount owed = vaults::owed(vault, type);
    out["tab"] = decimal(owed);
    out["debt"] = decimal(owed);
    out["health"] =
        decimal(vaults::health(vault, type, terms, view.machine.prices()[vault.type.value()]));
}

Json blank() {
    Json out = Json::object();
    for (const char* field : {"auction",  "of",
                              "kind",     "open",
                              "paused",   "type",
                              "vault",    "margin_account",
                              "owner",    "pay_asset",
                              "lot",      "lot_units",
                              "tab",      "debt",
                              "health",   "top_price",
                              "price",    "all",
                              "started",  "elapsed",
                              "restarts", "needs_restart",
                              "leg",      "discount",
                              "mark",     "maintenance",
                              "reserved", "gross",
                              "bid",      "fraction_max"})
        out[field] = nullptr;
    return out;
}

Json asset_or_null(const View& view, const Auction& auction) {
    return auction.pay_asset.value() < view.genesis().assets.size()
               ? Json(name(view.genesis(), auction.pay_asset))
               : Json();
}

Reply auction_get(const View& view, const Json& params) {
    const u64 id = params["auction"].get<u64>();
    const bool margin = params.value("of", "vault") == "margin";
    const u64 size =
        margin ? view.state().clearing.auctions.size() : view.state().auctions.rows.size();
    if (id >= size) return std::unexpected(absent("auction", params["auction"]));
    if (margin) return margin_auction_json(view, static_cast<u32>(id));
    return auction_json(view, AuctionId(static_cast<u32>(id)));
}

Reply auction_list(const View& view, const Json& params) {
    const Page page = page_of(params);
    const bool all = params.value("closed", false);
    const bool margin = params.value("of", "vault") == "margin";
    const u64 size =
        margin ? view.state().clearing.auctions.size() : view.state().auctions.rows.size();
    const u64 end = std::min(size, page.after + scan_max);
    const auto open = [&](u32 id) {
        return margin ? view.state().clearing.auctions[id].open
                      : view.state().auctions.rows[id].open;
    };
    Json items = Json::array();
    u64 id = page.after;
    for (; id < end && items.size() < page.limit; ++id) {
        const u32 row = static_cast<u32>(id);
        if (!all && !open(row)) continue;
        items.push_back(margin ? margin_auction_json(view, row)
                               : auction_json(view, AuctionId(row)));
    }
    return Json{{"items", items}, {"next", id < size ? Json(id) : Json()}};
}

Json of_schema() {
    Json of = schema::word({"vault", "margin"});
    of["default"] = "vault";
    return of;
}

// What the positions are worth, without signs.
Cash gross_of(const clearing::Sight& sight, const clearing::AccountRow& account) {
    Cash gross;
    for (const clearing::Position& position : account.positions) {
        const Cash worth =
            clearing::value_of(position.size, sight.instrument(position.instrument).mark);
        gross += worth < Cash() ? -worth : worth;
    }
    return gross;
}

void add_standing(const View& view, const portfolio::Auction& auction, Json& out) {
    const clearing::Sight sight = view.machine.clearing();
    const clearing::AccountRow& account = view.state().clearing.accounts[auction.account.value()];
    const portfolio::Terms& terms = sight.compartment(account.compartment).auction;
    const auto standing = view.machine.risk().standing(sight, account);
    if (!standing) return;
    out["mark"] = decimal(standing->equity);
    out["maintenance"] = decimal(standing->maintenance);
    out["gross"] = decimal(gross_of(sight, account));
    const portfolio::Standing seen = clearing::seen(sight, view.machine.risk(), account, *standing);
    const u64 now = view.machine.time();
    out["bid"] = decimal(portfolio::bid(terms, auction, seen, now));
    const portfolio::Fraction most = portfolio::fraction_max(terms, auction, seen, now);
    out["fraction_max"] =
        decimal(Ratio::units(static_cast<i64>(portfolio::part(ratio_one, most, Round::down))));
    if (auction.leg == portfolio::Leg::solvent)
        out["discount"] = decimal(portfolio::discount(terms, now - auction.started));
}

}  // namespace

Json auction_json(const View& view, AuctionId id) {
    const Auction& auction = view.state().auctions.rows[id.value()];
    Json out = blank();
    out["auction"] = id.value();
    out["of"] = "vault";
    out["kind"] = word(auction.kind);
    out["open"] = auction.open;
    out["paused"] = auction.paused;
    if (auction.kind != AuctionKind::surplus)
        out["type"] = treasury_name(view.genesis(), auction.type.value());
    if (of_vault(auction)) out["vault"] = auction.vault.value();
    if (of_vault(auction)) out["owner"] = auction.owner.value();
    out["pay_asset"] = asset_or_null(view, auction);
    out["started"] = auction.started;
    out["restarts"] = auction.restarts;
    if (!auction.open) return out;
    out["elapsed"] = view.machine.time() - auction.started;
    out["lot"] = lot_json(view, auction);
    if (auction.kind == AuctionKind::in_place) {
        add_in_place(view, auction, out);
        return out;
    }
    out["lot_units"] = decimal(Amount::units(static_cast<i128>(auction.lot_units)));
    out["tab"] = decimal(auction.tab);
    out["debt"] = decimal(auction.debt);
    add_clock(view, auction, out);
    return out;
}

Json margin_auction_json(const View& view, u32 id) {
    const portfolio::Auction& auction = view.state().clearing.auctions[id];
    Json out = blank();
    out["auction"] = id;
    out["of"] = "margin";
    out["kind"] = "portfolio";
    out["open"] = auction.open;
    out["paused"] = false;
    out["margin_account"] = auction.account.value();
    out["owner"] = view.state().clearing.accounts[auction.account.value()].owner.value();
    out["started"] = auction.started;
    out["leg"] = auction.leg == portfolio::Leg::solvent ? "solvent" : "insolvent";
    if (!auction.open) return out;
    out["elapsed"] = view.machine.time() - auction.started;
    const clearing::AccountRow& account = view.state().clearing.accounts[auction.account.value()];
    out["type"] = name(view.genesis(), account.compartment);
    out["pay_asset"] =
        name(view.genesis(), view.machine.clearing().compartment(account.compartment).synthetic);
    out["lot"] = collateral_json(view, account);
    out["reserved"] = decimal(auction.reserved);
    add_standing(view, auction, out);
    return out;
}

Json auction_schema() {
    const auto maybe = [](const Json& type) { return schema::nullable(type); };
    const Json all = schema::record({{"pay", schema::decimal(), "In the pay asset, rounded up."},
                                     {"units", schema::decimal(), "Of the lot."}});
    const Json money = maybe(schema::decimal());
    return schema::record(
        {{"auction", schema::whole(), "Its number among those of its kind."},
         {"of", schema::word({"vault", "margin"}), ""},
         {"kind",
          schema::word({"collateral", "in_place", "surplus", "recapitalisation", "portfolio"}), ""},
         {"open", schema::boolean(), ""},
         {"paused", schema::boolean(), "Nobody may take until the feed is back."},
         {"type", maybe(schema::text()), "Whose debt it is: a vault type or a compartment."},
         {"vault", maybe(schema::whole()), ""},
         {"margin_account", maybe(schema::whole()), ""},
         {"owner", maybe(schema::whole()), ""},
         {"pay_asset", maybe(schema::text()), "What keepers pay."},
         {"lot", maybe(schema::map_of(schema::decimal())),
          "What is left, by asset; of a margin account its collateral."},
         {"lot_units", money, "The asset's own; of a basket its first worth in dollars."},
         {"tab", money, "Still to be collected."},
         {"debt", money, "Of that, the debt."},
         {"health", money, "In place: under 1."},
         {"top_price", money, "Of the pay asset per lot unit, at the start or last restart."},
         {"price", money, "Likewise, now."},
         {"all", maybe(all), "What taking all that is left would cost now."},
         {"started", schema::whole(), "Block time of the start or last restart."},
         {"elapsed", maybe(schema::whole()), "Seconds since."},
         {"restarts", maybe(schema::whole()), ""},
         {"needs_restart", maybe(schema::boolean()), "Nobody may take before that."},
         {"leg", maybe(schema::word({"solvent", "insolvent"})), "Of a margin account."},
         {"discount", money, "Part of the mark that is asked."},
         {"mark", money, "What the account is worth."},
         {"maintenance", money, "Maintenance margin left; negative: missing."},
         {"reserved", money, "Of the mark, cash that keepers have paid and that is not for sale."},
         {"gross", money, "What the positions are worth at the marks, without signs."},
         {"bid", money, "For all of it; negative: the taker is paid."},
         {"fraction_max", money, "The most that may be taken."}});
}

OpenAuctions open_auctions(const View& view, u64 limit) {
    OpenAuctions all;
    for (const AuctionId id : view.state().auctions.open.get()) {
        all.cut = all.items.size() >= limit;
        if (all.cut) break;
        all.items.push_back(auction_json(view, id));
    }
    u64 found = 0;
    const auto& rows = view.state().clearing.auctions;
    for (u32 id = rows.size(); id-- > 0;) {
        if (!rows[id].open) continue;
        if (found++ == limit) {
            all.cut = true;
            break;
        }
        all.items.push_back(margin_auction_json(view, id));
    }
    return all;
}

Questions auction_questions() {
    return {{"auction.get",
             "One auction: what is left of the lot, its price now, and what all of it would cost.",
             {{"auction", schema::whole(0, limits::auctions_max), ""},
              schema::optional("of", of_schema(), "Which numbers are meant.")},
             auction_schema(),
             auction_get},
            {"auction.list", "Auctions by number: those that run, or all.",
             paged({schema::optional("of", of_schema(), ""),
                    schema::optional("closed", schema::boolean(), "Those that are over too.")}),
             page_schema(auction_schema()), auction_list}};
}

}  // namespace ballast::api
