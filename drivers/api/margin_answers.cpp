#include <ballast/api/margin_answers.hpp>

#include <ballast/api/stress.hpp>
#include <ballast/clearing/layers.hpp>
#include <ballast/files/time.hpp>
#include <ballast/math/money.hpp>

namespace ballast::api {
namespace {

using clearing::AccountRow;
using clearing::InstrumentRow;

Json positions_json(const View& view, const AccountRow& account) {
    Json rows = Json::array();
    for (const clearing::Position& position : account.positions) {
        const InstrumentRow& row = view.machine.clearing().instrument(position.instrument);
        rows.push_back({{"instrument", position.instrument.value()},
                        {"name", instrument_name(view, position.instrument)},
                        {"size", size_text(position.size)},
                        {"mark", decimal(row.mark)},
                        {"value", decimal(clearing::value_of(position.size, row.mark))},
                        {"entry", decimal(position.entry)},
                        {"funding_due", decimal(clearing::funding_due(position, row.funding))}});
    }
    return rows;
}

// The underlyings on which the account depends, by position or by collateral.
std::vector<UnderlyingId> underlyings_of(const View& view, const AccountRow& account) {
    const clearing::Terms& terms = view.genesis().clearing;
    std::vector<bool> touched(terms.underlyings.size(), false);
    for (const clearing::Position& position : account.positions)
        touched[view.machine.clearing().instrument(position.instrument).series.underlying.value()] =
            true;
    const auto& collateral = terms.compartments[account.compartment.value()].collateral;
    for (u32 slot = 0; slot < collateral.size(); ++slot)
        for (std::size_t i = 0; i < touched.size(); ++i)
            if (!account.collateral[slot].zero() &&
                terms.underlyings[i].spot == collateral[slot].feed)
                touched[i] = true;
    std::vector<UnderlyingId> out;
    for (std::size_t i = 0; i < touched.size(); ++i)
        if (touched[i]) out.emplace_back(static_cast<UnderlyingId::rep>(i));
    return out;
}

Json greeks_json(const View& view, const AccountRow& account) {
    Json rows = Json::array();
    const clearing::Sight sight = view.machine.clearing();
    for (const UnderlyingId underlying : underlyings_of(view, account)) {
        const clearing::GreeksSum sum = clearing::greeks_of(sight, account, underlying);
        rows.push_back({{"underlying", name(view.genesis(), underlying)},
                        {"delta", decimal(sum.delta)},
                        {"gamma", decimal(sum.gamma)},
                        {"vega", decimal(sum.vega)}});
    }
    return rows;
}

Json price_or_null(const std::optional<Price>& price) {
    return price ? Json(decimal(*price)) : Json();
}

Json auction_of(const View& view, MarginAccountId account) {
    if (!view.state().clearing.accounts[account.value()].in_auction) return nullptr;
    const auto& rows = view.state().clearing.auctions;
    for (u32 id = rows.size(); id-- > 0;)
        if (rows[id].open && rows[id].account == account) return id;
    return nullptr;
}

Reply margin_get(const View& view, const Json& params) {
    const u64 id = params["margin_account"].get<u64>();
    if (id >= view.state().clearing.accounts.size())
        return std::unexpected(absent("margin_account", params["margin_account"]));
    return margin_json(view, MarginAccountId(static_cast<u32>(id)), true);
}

constexpr u64 standings_max = 2'000;  ///< Margin accounts that one call looks at.

Reply margin_list(const View& view, const Json& params) {
    const Page page = page_of(params);
    const u64 size = view.state().clearing.accounts.size();
    std::optional<Ratio> health_max;
    if (params.contains("within")) {
        const auto within = ratio_of(params["within"].get<std::string>());
        if (!within) return std::unexpected(wrong("within", params["within"], within_words));
        health_max = Ratio::units(ratio_one) + *within;
    }
    const auto passes = [&](u32 id) {
        if (!health_max) return true;
        const auto health = margin_health(view, MarginAccountId(id));
        return health && *health < *health_max;
    };
    Json items = Json::array();
    if (params.contains("owner")) {
        const auto slice =
            view.index.owned(Index::Of::margin_accounts, AccountId(params["owner"].get<u32>()),
                             static_cast<u32>(page.after), page.limit, static_cast<u32>(size));
        for (const u32 id : slice.rows)
            if (passes(id)) items.push_back(margin_json(view, MarginAccountId(id), false));
        return Json{{"items", items}, {"next", slice.more ? Json(slice.rows.back() + 1) : Json()}};
    }
    const u64 end = std::min(size, page.after + standings_max);
    u64 id = page.after;
    for (; id < end && items.size() < page.limit; ++id)
        if (passes(static_cast<u32>(id)))
            items.push_back(margin_json(view, MarginAccountId(static_cast<u32>(id)), false));
    return Json{{"items", items}, {"next", id < size ? Json(id) : Json()}};
}

Json instrument_json(const View& view, u32 id) {
    const clearing::Sight sight = view.machine.clearing();
    const InstrumentRow& row = sight.state.instruments[id];
    const risk::Series& series = row.series;
    const bool seen = id < sight.market.greeks.size();
    const pricing::Greeks greeks = seen ? sight.market.greeks[id] : pricing::Greeks{};
    return {{"instrument", id},
            {"name", instrument_name(view, InstrumentId(id))},
            {"compartment", name(view.genesis(), row.compartment)},
            {"kind", sight.kinds[series.kind].name},
            {"underlying", name(view.genesis(), series.underlying)},
            {"right", series.strike.zero()
                          ? Json()
                          : Json(series.right == pricing::Right::call ? "call" : "put")},
            {"strike", series.strike.zero() ? Json() : Json(decimal(series.strike))},
            {"payout", series.payout.zero() ? Json() : Json(decimal(series.payout))},
            {"expiry", series.expiry == 0 ? Json() : Json(series.expiry)},
            {"period", series.period == 0 ? Json() : Json(series.period)},
            {"phase", word(row.phase)},
            {"mark", decimal(row.mark)},
            {"open_interest", decimal(Amount::units(row.open_interest))},
            {"delta", decimal(greeks.delta)},
            {"gamma", decimal(greeks.gamma)},
            {"vega", decimal(greeks.vega)},
            {"theta", decimal(greeks.theta)}};
}

Reply instrument_list(const View& view, const Json& params) {
    const Page page = page_of(params);
    std::optional<CompartmentId> compartment;
    if (params.contains("compartment")) {
        const auto found =
            compartment_named(view.genesis(), params["compartment"].get<std::string>());
        if (!found) return std::unexpected(found.error());
        compartment = *found;
    }
    const bool all = params.value("closed", false);
    const auto& rows = view.state().clearing.instruments;
    Json items = Json::array();
    u64 id = page.after;
    for (; id < rows.size() && items.size() < page.limit; ++id) {
        const InstrumentRow& row = rows[static_cast<u32>(id)];
        if (compartment && row.compartment != *compartment) continue;
        if (!all && row.phase == clearing::Phase::settled) continue;
        items.push_back(instrument_json(view, static_cast<u32>(id)));
    }
    return Json{{"items", items}, {"next", id < rows.size() ? Json(id) : Json()}};
}

Json instrument_schema() {
    const auto maybe = [](const Json& type) { return schema::nullable(type); };
    return schema::record(
        {{"instrument", schema::whole(), "Its number."},
         {"name", schema::text(), "In words, for people."},
         {"compartment", schema::text(), ""},
         {"kind", schema::text(), ""},
         {"underlying", schema::text(), ""},
         {"right", maybe(schema::word({"call", "put"})), ""},
         {"strike", maybe(schema::decimal()), ""},
         {"payout", maybe(schema::decimal()), "Of a binary."},
         {"expiry", maybe(schema::whole()), "Seconds since 1970; null: never."},
         {"period", maybe(schema::whole()), "Of funding, seconds."},
         {"phase", schema::word({"open", "expired", "settled"}), ""},
         {"mark", schema::decimal(), "Of one unit; of a settled one, what it paid."},
         {"open_interest", schema::decimal(), "Units long."},
         {"delta", schema::decimal(), "Of one unit, per dollar of spot."},
         {"gamma", schema::decimal(), "Delta per dollar of spot."},
         {"vega", schema::decimal(), "Dollars per 1.00 of volatility."},
         {"theta", schema::decimal(), "Dollars per year that passes."}});
}

// What keepers may buy of an unhealthy account, and for how much; null: nothing of it is for sale.
Json sales_json(const View& view, const AccountRow& account,
                const Result<clearing::Standing>& standing) {
    if (!standing || standing->maintenance >= Cash() || account.in_auction) return nullptr;
    const clearing::Sight sight = view.machine.clearing();
    const auto choice = clearing::remedy_of(sight, view.machine.risk(), account, *standing);
    if (choice.remedy != portfolio::Remedy::sell_collateral) return nullptr;
    const clearing::CompartmentTerms& terms = sight.compartment(account.compartment);
    const Ratio whole = Ratio::units(ratio_one) + terms.economics.incentive;
    Json rows = Json::array();
    for (const portfolio::Sale& sale : choice.sales) {
        u32 slot = 0;
        while (terms.collateral[slot].asset != sale.asset) ++slot;
        const Cash pay = Cash::units(math::saturating_mul_div(
            sale.worth.units(), ratio_one, whole.units(), math::money_max, Round::down));
        const Cash worth = math::portion(pay, whole, Round::down);
        const Price price = view.machine.risk().collateral_price(sight, account.compartment, slot);
        const Amount handed =
            std::min(account.collateral[slot], math::amount_worth(worth, price, Round::down));
        rows.push_back({{"asset", name(view.genesis(), sale.asset)},
                        {"pay", decimal(pay)},
                        {"amount", decimal(handed)},
                        {"price", decimal(price)},
                        {"incentive", decimal(terms.economics.incentive)}});
    }
    return rows;
}

}  // namespace

Json collateral_json(const View& view, const AccountRow& account) {
    Json out = Json::object();
    const auto& terms = view.genesis().clearing.compartments[account.compartment.value()];
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            out[name(view.genesis(), terms.collateral[slot].asset)] =
                decimal(account.collateral[slot]);
    return out;
}

std::string instrument_name(const View& view, InstrumentId id) {
    const clearing::Sight sight = view.machine.clearing();
    const risk::Series& series = sight.instrument(id).series;
    std::string out =
        fmt::format("{}-{}", name(view.genesis(), series.underlying), sight.kind(id).name);
    if (series.expiry != 0) out += fmt::format("-{:.10}", files::time_text(series.expiry));
    if (!series.strike.zero())
        out += fmt::format("-{}-{}", decimal(series.strike),
                           series.right == pricing::Right::call ? "C" : "P");
    return out;
}

std::optional<Ratio> margin_health(const View& view, MarginAccountId id) {
    const AccountRow& account = view.state().clearing.accounts[id.value()];
    const auto standing = view.machine.risk().standing(view.machine.clearing(), account);
    if (!standing) return std::nullopt;
    const Cash required = standing->equity - standing->maintenance;
    if (required <= Cash()) return std::nullopt;
    return math::ratio_of(standing->equity.units(), required.units(), Round::down);
}

Json margin_json(const View& view, MarginAccountId id, bool stress) {
    const AccountRow& account = view.state().clearing.accounts[id.value()];
    const clearing::Sight sight = view.machine.clearing();
    const auto& compartment = view.state().clearing.compartments[account.compartment.value()];
    const auto standing = view.machine.risk().standing(sight, account);
    const auto health = margin_health(view, id);
    Json out{{"margin_account", id.value()},
             {"owner", account.owner.value()},
             {"compartment", name(view.genesis(), account.compartment)},
             {"model", view.genesis().clearing.models[compartment.model].name},
             {"key", hex(account.key)},
             {"ticket", account.ticket},
             {"cash", decimal(account.cash)},
             {"debt", decimal(clearing::owed(account, compartment))},
             {"collateral", collateral_json(view, account)},
             {"positions", positions_json(view, account)},
             {"priced", standing.has_value()},
             {"equity", standing ? Json(decimal(standing->equity)) : Json()},
             {"initial", standing ? Json(decimal(standing->initial)) : Json()},
             {"maintenance", standing ? Json(decimal(standing->maintenance)) : Json()},
             {"health", health ? Json(decimal(*health)) : Json()},
             {"healthy", !standing || standing->maintenance >= Cash()},
             {"in_auction", account.in_auction},
             {"auction", auction_of(view, id)},
             {"sales", sales_json(view, account, standing)},
             {"over_limit", account.over_limit},
             {"greeks", greeks_json(view, account)}};
    out["liquidation"] = stress ? liquidation_search(view, id)() : Json();
    return out;
}

std::function<Json()> liquidation_search(const View& view, MarginAccountId id) {
    const AccountRow& account = view.state().clearing.accounts[id.value()];
    const clearing::Sight sight = view.machine.clearing();
    if (!view.machine.risk().priced(sight, account)) return [] { return Json::array(); };
    std::vector<std::pair<UnderlyingId, Json>> known;
    for (const UnderlyingId underlying : underlyings_of(view, account)) {
        const Price mark = sight.market.underlyings[underlying.value()].spot.mark;
        known.emplace_back(underlying, Json{{"underlying", name(view.genesis(), underlying)},
                                            {"price", decimal(mark)}});
    }
    const auto stress = std::make_shared<Stress>(sight, account);
    return [stress, known = std::move(known)] {
        Json rows = Json::array();
        for (const auto& [underlying, words] : known) {
            const auto prices = stress->liquidation_prices(underlying);
            Json row = words;
            row["below"] = price_or_null(prices.below);
            row["above"] = price_or_null(prices.above);
            rows.push_back(std::move(row));
        }
        return rows;
    };
}

Json margin_schema() {
    const Json money = schema::nullable(schema::decimal());
    const Json position = schema::record(
        {{"instrument", schema::whole(), ""},
         {"name", schema::text(), ""},
         {"size", schema::decimal(), "Negative: short."},
         {"mark", schema::decimal(), "Of one unit."},
         {"value", schema::decimal(), "At the mark."},
         {"entry", schema::decimal(), "What gains are counted from."},
         {"funding_due", schema::decimal(), "To be paid; negative: to be received."}});
    const Json greeks =
        schema::record({{"underlying", schema::text(), ""},
                        {"delta", schema::decimal(), "Dollars: delta times spot."},
                        {"gamma", schema::decimal(), "Dollars of delta for 1 % of spot."},
                        {"vega", schema::decimal(), "Dollars for 0.01 of volatility."}});
    const Json liquidation = schema::record(
        {{"underlying", schema::text(), ""},
         {"price", schema::decimal(), "The mark of its spot feed now."},
         {"below", money, "The nearest mark under it at which maintenance margin is missing."},
         {"above", money, "Likewise over it."}});
    const Json sale = schema::record(
        {{"asset", schema::text(), ""},
         {"pay", schema::decimal(), "Of the synthetic, at most."},
         {"amount", schema::decimal(), "Of the asset, for that."},
         {"price", schema::decimal(), "At which it is counted: what it is worth to a liquidation."},
         {"incentive", schema::decimal(), "Who pays 1 is handed worth 1 and so much."}});
    return schema::record(
        {{"margin_account", schema::whole(), ""},
         {"owner", schema::whole(), ""},
         {"compartment", schema::text(), ""},
         {"model", schema::text(), ""},
         {"key", schema::hex(), "Signs its fills."},
         {"ticket", schema::whole(), "The smallest ticket number that it may still sign."},
         {"cash", schema::decimal(), "Of the synthetic."},
         {"debt", schema::decimal(), "Owed now, fees included."},
         {"collateral", schema::map_of(schema::decimal()), "By asset."},
         {"positions", schema::list_of(position), ""},
         {"priced", schema::boolean(), "Whether all that it holds has a price."},
         {"equity", money, "Everything at the marks, less what is owed."},
         {"initial", money, "Initial margin left; negative: no new risk."},
         {"maintenance", money, "Maintenance margin left; negative: unhealthy."},
         {"health", money, "Equity over required maintenance margin: under 1 is unhealthy."},
         {"healthy", schema::boolean(), ""},
         {"in_auction", schema::boolean(), ""},
         {"auction", schema::nullable(schema::whole()), "Its number, of = margin."},
         {"sales", schema::nullable(schema::list_of(sale)),
          "What keepers may buy of its collateral; null: it needs no such sale, or it is not "
          "enough."},
         {"over_limit", schema::boolean(), "Some Greek is beyond its limit."},
         {"greeks", schema::list_of(greeks), ""},
         {"liquidation", schema::nullable(schema::list_of(liquidation)),
          "Null in lists, where it would take too long."}});
}

Questions margin_questions() {
    return {{"margin.get",
             "One margin account: equity, margins, positions, Greeks, and when it would be "
             "liquidated.",
             {{"margin_account", schema::whole(0, limits::accounts_max), ""}},
             margin_schema(),
             margin_get},
            {"margin.list",
             "Margin accounts by number: all, those of an owner, or those near their threshold.",
             paged({schema::optional("owner", schema::whole(0, limits::accounts_max), ""),
                    schema::optional("within", schema::decimal(),
                                     "Only those whose health is under 1 and this.")}),
             page_schema(margin_schema()), margin_list},
            {"instrument.list", "Instruments by number: marks, open interest and Greeks.",
             paged({schema::optional("compartment", schema::text(limits::name_max), ""),
                    schema::optional("closed", schema::boolean(), "Settled ones too.")}),
             page_schema(instrument_schema()), instrument_list}};
}

}  // namespace ballast::api
