// pool.list, treasury.get, swap.list: money that is nobody's account.
#include <ballast/api/question.hpp>

#include <ballast/math/money.hpp>

namespace ballast::api {
namespace {

Reply pool_list(const View& view, const Json&) {
    Json rows = Json::array();
    const backstop::Terms& terms = view.genesis().backstop;
    for (u32 i = 0; i < terms.pools.size(); ++i) {
        const backstop::PoolTerms& pool = terms.pools[i];
        rows.push_back(
            {{"asset", name(view.genesis(), pool.asset)},
             {"total", decimal(backstop::total(terms, view.state().backstop, pool.asset))},
             {"available", decimal(backstop::available(terms, view.state().backstop, pool.asset))},
             {"absorbed", decimal(view.state().backstop.pools[i].absorbed)},
             {"remainder_min", decimal(pool.remainder_min)},
             {"floor", decimal(pool.floor)}});
    }
    return Json{{"items", rows}};
}

Json pool_schema() {
    return schema::record(
        {{"asset", schema::text(), "The synthetic."},
         {"total", schema::decimal(), "All that is deposited."},
         {"available", schema::decimal(), "The most debt that it can absorb at once."},
         {"absorbed", schema::decimal(), "Debt that it has burnt since genesis."},
         {"remainder_min", schema::decimal(), "What it never lets go of."},
         {"floor", schema::decimal(), "Least ratio of a position that it takes."}});
}

Amount vault_debt(const View& view, AssetId synthetic) {
    Amount debt;
    for (u32 i = 0; i < view.genesis().types.size(); ++i)
        if (view.genesis().types[i].vault.debt_asset == synthetic)
            debt += vaults::book_value(view.state().vaults.types[i]);
    return debt;
}

Amount margin_debt(const View& view, AssetId synthetic) {
    Amount debt;
    for (u32 i = 0; i < view.genesis().clearing.compartments.size(); ++i)
        if (view.genesis().clearing.compartments[i].synthetic == synthetic)
            debt += clearing::book_value(view.state().clearing.compartments[i]);
    return debt;
}

Json synthetics_json(const View& view) {
    Json rows = Json::array();
    const engine::State& state = view.state();
    for (u16 i = 0; i < view.genesis().assets.size(); ++i) {
        const AssetId asset(i);
        if (view.genesis().assets[i].kind != engine::AssetKind::synthetic) continue;
        const auctions::Totals selling = auctions::at_auction(state.auctions, asset);
        rows.push_back(
            {{"asset", name(view.genesis(), asset)},
             {"supply", decimal(state.ledger.supply(asset))},
             {"vault_debt", decimal(vault_debt(view, asset))},
             {"margin_debt", decimal(margin_debt(view, asset))},
             {"debt_at_auction", decimal(selling.debt)},
             {"bad_debt",
              decimal(treasury::bad_debt(view.genesis().treasury, state.treasury, asset))},
             {"surplus", decimal(state.ledger.balance(system_account::surplus, asset))}});
    }
    return rows;
}

Json compartments_json(const View& view) {
    Json rows = Json::array();
    const treasury::Terms& terms = view.genesis().treasury;
    for (u32 i = 0; i < terms.compartments.size(); ++i) {
        const treasury::CompartmentTerms& compartment = terms.compartments[i];
        const treasury::CompartmentRow& row = view.state().treasury.compartments[i];
        rows.push_back({{"name", treasury_name(view.genesis(), i)},
                        {"asset", name(view.genesis(), compartment.synthetic)},
                        {"reserve", decimal(row.reserve)},
                        {"reserve_target", decimal(compartment.reserve_target)},
                        {"bad_debt", decimal(row.bad_debt)},
                        {"loss_let_out", decimal(row.loss_let_out)},
                        {"loss_out_max", decimal(compartment.loss_out_max)},
                        {"lost", decimal(row.lost)},
                        {"lost_to_reserve", decimal(row.lost_to_reserve)},
                        {"lost_to_surplus", decimal(row.lost_to_surplus)},
                        {"lost_to_bad_debt", decimal(row.lost_to_bad_debt)}});
    }
    return rows;
}

Reply treasury_get(const View& view, const Json&) {
    return Json{{"synthetics", synthetics_json(view)}, {"compartments", compartments_json(view)}};
}

Json treasury_schema() {
    const Json synthetic =
        schema::record({{"asset", schema::text(), ""},
                        {"supply", schema::decimal(), "Units in existence."},
                        {"vault_debt", schema::decimal(), "What vaults owe."},
                        {"margin_debt", schema::decimal(), "What margin accounts owe."},
                        {"debt_at_auction", schema::decimal(), ""},
                        {"bad_debt", schema::decimal(), "Booked and not yet paid."},
                        {"surplus", schema::decimal(), "Of the treasury."}});
    const Json compartment = schema::record(
        {{"name", schema::text(), "A vault type, or a compartment of margin accounts."},
         {"asset", schema::text(), ""},
         {"reserve", schema::decimal(), "Set aside for its losses alone."},
         {"reserve_target", schema::decimal(), ""},
         {"bad_debt", schema::decimal(), ""},
         {"loss_let_out", schema::decimal(), "Paid by shared surplus and not paid back."},
         {"loss_out_max", schema::decimal(), "The most of that."},
         {"lost", schema::decimal(), "In all since genesis: the sum of the next three."},
         {"lost_to_reserve", schema::decimal(), ""},
         {"lost_to_surplus", schema::decimal(), ""},
         {"lost_to_bad_debt", schema::decimal(), ""}});
    return schema::record({{"synthetics", schema::list_of(synthetic), ""},
                           {"compartments", schema::list_of(compartment), ""}});
}

Reply swap_list(const View& view, const Json&) {
    Json rows = Json::array();
    for (u32 i = 0; i < view.genesis().swaps.size(); ++i) {
        const swap::Terms& terms = view.genesis().swaps[i];
        const swap::PoolRow& row = view.state().exchange.pools[i];
        const bool filled = !row.first.zero();
        const auto price = filled ? math::mul_div(row.second.units(), i128{amount_one},
                                                  row.first.units(), Round::down)
                                  : no(Reject::liquidity_empty);
        rows.push_back({{"pool", i},
                        {"first", name(view.genesis(), terms.first)},
                        {"second", name(view.genesis(), terms.second)},
                        {"fee", decimal(terms.fee)},
                        {"reserve_first", decimal(row.first)},
                        {"reserve_second", decimal(row.second)},
                        {"shares", decimal(row.shares)},
                        {"price", price ? Json(decimal(Amount::units(*price))) : Json()}});
    }
    return Json{{"items", rows}};
}

Json swap_schema() {
    return schema::record(
        {{"pool", schema::whole(), "Its number in actions."},
         {"first", schema::text(), ""},
         {"second", schema::text(), ""},
         {"fee", schema::decimal(), "Of what is given."},
         {"reserve_first", schema::decimal(), ""},
         {"reserve_second", schema::decimal(), ""},
         {"shares", schema::decimal(), "All of them."},
         {"price", schema::nullable(schema::decimal()), "Second per first, before the fee."}});
}

Json items_of(const Json& item) {
    return schema::record({{"items", schema::list_of(item), "In order."}});
}

}  // namespace

Questions fund_questions() {
    return {{"pool.list", "The backstop pools.", {}, items_of(pool_schema()), pool_list},
            {"treasury.get",
             "Surplus, reserves and bad debt, and what every synthetic stands against.",
             {},
             treasury_schema(),
             treasury_get},
            {"swap.list", "The constant-product pools.", {}, items_of(swap_schema()), swap_list}};
}

}  // namespace ballast::api
