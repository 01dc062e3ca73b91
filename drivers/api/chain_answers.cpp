// chain.info: what a client must know to ask for anything that may be allowed.
#include <ballast/api/question.hpp>
#include <ballast/engine/describe.hpp>
#include <ballast/wire/transaction.hpp>

namespace ballast::api {
namespace {

using schema::Field;

Json assets_json(const View& view) {
    Json rows = Json::array();
    for (u32 i = 0; i < view.genesis().assets.size(); ++i) {
        const engine::AssetTerms& asset = view.genesis().assets[i];
        rows.push_back(
            {{"name", asset.name},
             {"kind", word(asset.kind)},
             {"decimals", 8},
             {"supply", decimal(view.state().ledger.supply(AssetId(static_cast<u16>(i))))},
             {"feed", asset.feed ? Json(name(view.genesis(), *asset.feed)) : Json()}});
    }
    return rows;
}

Json assets_schema() {
    return schema::list_of(
        schema::record({{"name", schema::text(), ""},
                        {"kind", schema::word({"collateral", "synthetic", "governance"}), ""},
                        {"decimals", schema::whole(), "Digits after the point that count."},
                        {"supply", schema::decimal(), "Units in existence."},
                        {"feed", schema::nullable(schema::text()), "Of a governance token."}}));
}

Json feeds_json(const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (const oracle::FeedTerms& feed : genesis.oracle.feeds) {
        Json sources = Json::array();
        for (const oracle::Source& source : feed.sources)
            sources.push_back(
                {{"publisher", name(genesis, source.publisher)}, {"weight", source.weight}});
        rows.push_back({{"name", feed.name},
                        {"kind", feed.kind == oracle::FeedKind::price ? "price" : "rate"},
                        {"quote", feed.quote ? Json(name(genesis, *feed.quote)) : Json()},
                        {"fresh_seconds", feed.fresh_seconds},
                        {"quorum_count", feed.quorum_count},
                        {"quorum_weight", feed.quorum_weight},
                        {"live_count", feed.live_count},
                        {"jump_max", decimal(feed.jump_max)},
                        {"delay_seconds", feed.delay_seconds},
                        {"halt_seconds", feed.halt_seconds},
                        {"sources", sources}});
    }
    return rows;
}

Json feeds_schema() {
    const Json source =
        schema::record({{"publisher", schema::text(), ""}, {"weight", schema::whole(), ""}});
    return schema::list_of(schema::record(
        {{"name", schema::text(), ""},
         {"kind", schema::word({"price", "rate"}), ""},
         {"quote", schema::nullable(schema::text()), "The feed in whose asset it is reported."},
         {"fresh_seconds", schema::whole(), "Oldest report that counts."},
         {"quorum_count", schema::whole(), "Sources that must agree."},
         {"quorum_weight", schema::whole(), "Weight that must agree."},
         {"live_count", schema::whole(), "Fewer: degraded."},
         {"jump_max", schema::decimal(), "Largest distance from the reference."},
         {"delay_seconds", schema::whole(), "A price is used after this."},
         {"halt_seconds", schema::whole(), "Without quorum for so long: halted."},
         {"sources", schema::list_of(source), ""}}));
}

Json publishers_json(const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (const oracle::Publisher& publisher : genesis.oracle.publishers)
        rows.push_back({{"name", publisher.name},
                        {"key", publisher.key ? Json(hex(*publisher.key)) : Json()}});
    return rows;
}

Json basket_json(const engine::Genesis& genesis, const vaults::VaultTypeTerms& terms) {
    Json rows = Json::array();
    for (const basket::CollateralTerms& row : terms.basket)
        rows.push_back({{"asset", name(genesis, row.asset)},
                        {"feed", name(genesis, row.feed)},
                        {"rate_feed", row.rate_feed ? Json(name(genesis, *row.rate_feed)) : Json()},
                        {"haircut", decimal(row.haircut)},
                        {"concentration_charge", decimal(row.concentration_charge)},
                        {"concentration_depth", decimal(row.concentration_depth)},
                        {"correlation_charge", decimal(row.correlation_charge)},
                        {"cap", decimal(row.cap)}});
    return rows;
}

Json basket_schema() {
    return schema::list_of(schema::record(
        {{"asset", schema::text(), ""},
         {"feed", schema::text(), ""},
         {"rate_feed", schema::nullable(schema::text()), "Units of `feed`'s asset per unit."},
         {"haircut", schema::decimal(), "Share of the price that never counts."},
         {"concentration_charge", schema::decimal(), "In full at the depth."},
         {"concentration_depth", schema::decimal(), ""},
         {"correlation_charge", schema::decimal(), ""},
         {"cap", schema::decimal(), "Most of it in the type."}}));
}

Json auction_json(const auctions::AuctionTerms& terms) {
    return {{"curve", word(terms.curve.kind)},
            {"buffer", decimal(terms.buffer)},
            {"penalty", decimal(terms.penalty)},
            {"tail_seconds", terms.tail_seconds},
            {"cusp", decimal(terms.cusp)},
            {"tip", decimal(terms.tip)},
            {"chip", decimal(terms.chip)},
            {"remainder_min", decimal(terms.remainder_min)},
            {"debt_at_auction_max", decimal(terms.debt_at_auction_max)},
            {"restarts_max", terms.restarts_max},
            {"duration_seconds", terms.curve.duration_seconds},
            {"step_seconds", terms.curve.step_seconds},
            {"cut", decimal(terms.curve.cut)},
            {"discount", decimal(terms.curve.discount)},
            {"close_factor", decimal(terms.curve.close_factor)}};
}

Json auction_schema() {
    return schema::record(
        {{"curve",
          schema::word({"linear", "stepped", "continuous", "fixed_discount", "health_discount"}),
          "How the price falls."},
         {"buffer", schema::decimal(), "Top price over the feed's."},
         {"penalty", schema::decimal(), "Added to the debt."},
         {"tail_seconds", schema::whole(), "Restarted after this."},
         {"cusp", schema::decimal(), "Restarted under this part of the top."},
         {"tip", schema::decimal(), "Reward for a whole auction."},
         {"chip", schema::decimal(), "Reward per unit paid."},
         {"remainder_min", schema::decimal(), "Smallest tab left by a take."},
         {"debt_at_auction_max", schema::decimal(), ""},
         {"restarts_max", schema::whole(), ""},
         {"duration_seconds", schema::whole(), "Of a linear curve."},
         {"step_seconds", schema::whole(), "Of a stepped curve."},
         {"cut", schema::decimal(), "Of a stepped or continuous curve."},
         {"discount", schema::decimal(), "In place."},
         {"close_factor", schema::decimal(), "In place."}});
}

Json types_json(const View& view) {
    Json rows = Json::array();
    for (u32 i = 0; i < view.genesis().types.size(); ++i) {
        const engine::TypeTerms& type = view.genesis().types[i];
        const vaults::VaultTypeTerms& terms = type.vault;
        rows.push_back(
            {{"name", terms.name},
             {"debt_asset", name(view.genesis(), terms.debt_asset)},
             {"debt_feed", terms.debt_feed ? Json(name(view.genesis(), *terms.debt_feed)) : Json()},
             {"minimum_ratio", decimal(terms.minimum_ratio)},
             {"liquidation_ratio", decimal(terms.liquidation_ratio)},
             {"minimum_debt", decimal(terms.minimum_debt)},
             {"debt_ceiling", decimal(terms.debt_ceiling)},
             {"debt", decimal(vaults::book_value(view.state().vaults.types[i]))},
             {"fee_per_second", decimal(terms.fee_per_second)},
             {"opening_fee", decimal(terms.opening_fee)},
             {"redemption", terms.redemption.enabled},
             {"resolution", type.resolution == engine::Resolution::pool ? "pool" : "auction"},
             {"collateral", basket_json(view.genesis(), terms)},
             {"auction", auction_json(type.auction)}});
    }
    return rows;
}

Json types_schema() {
    return schema::list_of(schema::record(
        {{"name", schema::text(), ""},
         {"debt_asset", schema::text(), "What is owed."},
         {"debt_feed", schema::nullable(schema::text()), "None: one unit is one dollar."},
         {"minimum_ratio", schema::decimal(), "After mint and withdraw."},
         {"liquidation_ratio", schema::decimal(), "Under it a vault is unhealthy."},
         {"minimum_debt", schema::decimal(), "A vault owes nothing or at least this."},
         {"debt_ceiling", schema::decimal(), "Most that all may owe after a mint."},
         {"debt", schema::decimal(), "What all owe now."},
         {"fee_per_second", schema::decimal(), "Factor on debts."},
         {"opening_fee", schema::decimal(), "Of what is minted."},
         {"redemption", schema::boolean(), "Whether it can be redeemed against."},
         {"resolution", schema::word({"auction", "pool"}), "Who gets an unhealthy vault first."},
         {"collateral", basket_schema(), ""},
         {"auction", auction_schema(), ""}}));
}

Json compartments_json(const View& view) {
    Json rows = Json::array();
    for (u32 i = 0; i < view.genesis().clearing.compartments.size(); ++i) {
        const clearing::CompartmentTerms& terms = view.genesis().clearing.compartments[i];
        const clearing::CompartmentRow& row = view.state().clearing.compartments[i];
        Json collateral = Json::array();
        for (const clearing::CollateralTerms& part : terms.collateral)
            collateral.push_back({{"asset", name(view.genesis(), part.asset)},
                                  {"feed", name(view.genesis(), part.feed)},
                                  {"haircut", decimal(part.haircut)},
                                  {"cap", decimal(part.cap)}});
        Json underlyings = Json::array();
        for (const UnderlyingId underlying : terms.underlyings)
            underlyings.push_back(name(view.genesis(), underlying));
        rows.push_back({{"name", terms.name},
                        {"synthetic", name(view.genesis(), terms.synthetic)},
                        {"model", view.genesis().clearing.models[row.model].name},
                        {"collateral", collateral},
                        {"underlyings", underlyings},
                        {"fill_fee", decimal(terms.fill_fee)},
                        {"borrow_rate", decimal(terms.borrow_rate)},
                        {"open_interest_max", decimal(terms.open_interest_max)}});
    }
    return rows;
}

Json compartments_schema() {
    const Json collateral = schema::record({{"asset", schema::text(), ""},
                                            {"feed", schema::text(), ""},
                                            {"haircut", schema::decimal(), ""},
                                            {"cap", schema::decimal(), ""}});
    return schema::list_of(
        schema::record({{"name", schema::text(), ""},
                        {"synthetic", schema::text(), "What cash is."},
                        {"model", schema::text(), "The margin model now."},
                        {"collateral", schema::list_of(collateral), ""},
                        {"underlyings", schema::list_of(schema::text()), ""},
                        {"fill_fee", schema::decimal(), "Of the mark, from each side."},
                        {"borrow_rate", schema::decimal(), "Factor per second on what is owed."},
                        {"open_interest_max", schema::decimal(), "Per instrument, at the mark."}}));
}

Json underlyings_json(const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (const clearing::UnderlyingTerms& terms : genesis.clearing.underlyings) {
        Json pillars = Json::array();
        for (const clearing::Pillar& pillar : terms.pillars)
            pillars.push_back({{"seconds", pillar.seconds}, {"feed", name(genesis, pillar.feed)}});
        rows.push_back({{"name", terms.name},
                        {"spot", name(genesis, terms.spot)},
                        {"perp", terms.perp ? Json(name(genesis, *terms.perp)) : Json()},
                        {"pillars", pillars},
                        {"strike_step", decimal(terms.strike_step)},
                        {"expiry_step", terms.expiry_step},
                        {"expiry_max", terms.expiry_max},
                        {"settlement_window", terms.settlement_window}});
    }
    return rows;
}

Json underlyings_schema() {
    const Json pillar = schema::record({{"seconds", schema::whole(), "Time to expiry."},
                                        {"feed", schema::text(), "Volatility per year."}});
    return schema::list_of(schema::record(
        {{"name", schema::text(), ""},
         {"spot", schema::text(), "Feed of the index."},
         {"perp", schema::nullable(schema::text()), "Feed of perps; none: the index."},
         {"pillars", schema::list_of(pillar), ""},
         {"strike_step", schema::decimal(), "Strikes are multiples of it."},
         {"expiry_step", schema::whole(), "Expiries are multiples of it, seconds."},
         {"expiry_max", schema::whole(), "Longest time to expiry, seconds."},
         {"settlement_window", schema::whole(), "Average of the index, seconds."}}));
}

Json names_json(const auto& rows) {
    Json names = Json::array();
    for (const auto& row : rows) names.push_back(row.name);
    return names;
}

Json kinds_json(const View& view) {
    Json names = Json::array();
    for (const risk::Kind& kind : view.machine.clearing().kinds) names.push_back(kind.name);
    return names;
}

Json actions_json() {
    Json names = Json::array();
    for (const std::string_view name : engine::action_names()) names.push_back(name);
    return names;
}

Json limits_json() {
    return {{"amount_max", decimal(limits::amount_max)}, {"price_max", decimal(limits::price_max)},
            {"ratio_max", decimal(limits::ratio_max)},   {"batch_max", limits::batch_max},
            {"basket_max", limits::basket_max},          {"positions_max", limits::positions_max},
            {"nonce_window", access::nonce_window},      {"keys_max", access::grants_max}};
}

Json limits_schema() {
    return schema::record({{"amount_max", schema::decimal(), "Of one action."},
                           {"price_max", schema::decimal(), ""},
                           {"ratio_max", schema::decimal(), ""},
                           {"batch_max", schema::whole(), "Actions of one batch."},
                           {"basket_max", schema::whole(), "Collaterals of one vault type."},
                           {"positions_max", schema::whole(), "Of one margin account."},
                           {"nonce_window", schema::whole(), "Nonces that may be in flight."},
                           {"keys_max", schema::whole(), "Of one account."}});
}

Json access_json(const engine::Genesis& genesis) {
    const access::Terms& terms = genesis.access;
    return {{"signed_transactions", terms.signed_transactions},
            {"fee_asset", genesis.assets.empty() ? Json() : Json(name(genesis, terms.fee_asset))},
            {"fee", decimal(terms.fee)}};
}

Reply chain_info(const View& view, const Json&) {
    const engine::Genesis& genesis = view.genesis();
    return Json{{"name", genesis.name},
                {"chain_id", chain_id(view)},
                {"digest", hex(view.machine.chain())},
                {"genesis_time", genesis.time},
                {"access", access_json(genesis)},
                {"assets", assets_json(view)},
                {"publishers", publishers_json(genesis)},
                {"feeds", feeds_json(genesis)},
                {"vault_types", types_json(view)},
                {"compartments", compartments_json(view)},
                {"underlyings", underlyings_json(genesis)},
                {"models", names_json(genesis.clearing.models)},
                {"instrument_kinds", kinds_json(view)},
                {"actions", actions_json()},
                {"limits", limits_json()}};
}

Json chain_schema() {
    const Json publisher = schema::record(
        {{"name", schema::text(), ""},
         {"key", schema::nullable(schema::hex()), "None: nobody signs its prices."}});
    return schema::record(
        {{"name", schema::text(), "Of the market."},
         {"chain_id", schema::text(),
          "Name and start of the digest: what transactions on the wire carry."},
         {"digest", schema::digest(), "SHA-256 of the genesis: what signatures are bound to."},
         {"genesis_time", schema::whole(), ""},
         {"access",
          schema::record({{"signed_transactions", schema::boolean(), ""},
                          {"fee_asset", schema::nullable(schema::text()), ""},
                          {"fee", schema::decimal(), "Of one action."}}),
          ""},
         {"assets", assets_schema(), ""},
         {"publishers", schema::list_of(publisher), ""},
         {"feeds", feeds_schema(), ""},
         {"vault_types", types_schema(), ""},
         {"compartments", compartments_schema(), "Of margin accounts."},
         {"underlyings", underlyings_schema(), ""},
         {"models", schema::list_of(schema::text()), "Margin models."},
         {"instrument_kinds", schema::list_of(schema::text()), ""},
         {"actions", schema::list_of(schema::text()), "What a transaction may ask for."},
         {"limits", limits_schema(), "Of the machine."}});
}

}  // namespace

std::string chain_id(const View& view) {
    return wire::chain_id(view.genesis().name, view.machine.chain()).text;
}

Json envelope(const engine::Machine& machine, Json data) {
    return {{"height", machine.height()},
            {"root", hex(machine.root())},
            {"time", machine.time()},
            {"data", std::move(data)}};
}

Json envelope_schema(const Json& data) {
    return schema::record({{"height", schema::whole(), "Of the last block."},
                           {"root", schema::digest(), "Of the state after it."},
                           {"time", schema::whole(), "Of that block, seconds since 1970."},
                           {"data", data, ""}});
}

Questions chain_questions() {
    return {{"chain.info",
             "Everything that a client must know of the market to ask for what may be allowed.",
             {},
             chain_schema(),
             chain_info}};
}

}  // namespace ballast::api
