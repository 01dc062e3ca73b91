#include <ballast/tools/export_rows.hpp>
#include <ballast/api/words.hpp>

namespace ballast::tools {
namespace {

using api::name;
using engine::Machine;

/// The section of a table; `table` finds it in the state.
template <class TableOf, class RowOf>
Section section(std::string_view title, TableOf table, RowOf row) {
    return {title, [table](const Machine& machine) { return table(machine.state()).size(); },
            [table, row](const Machine& machine, u32 key) {
                Json json{{"id", key}};
                json.update(row(machine.genesis(), table(machine.state())[key]));
                return json;
            }};
}

Json asset(const Machine& machine, u32 id) {
    const engine::AssetTerms& terms = machine.genesis().assets[id];
    return {{"id", id},
            {"name", terms.name},
            {"kind", api::word(terms.kind)},
            {"supply", text(machine.state().ledger.supply(AssetId{static_cast<u16>(id)}))}};
}

Json key_json(const crypto::Key& key) {
    const bool plain = key.scheme == crypto::Scheme::ed25519;
    return fmt::format("{}:{}", plain ? "ed25519" : "ethereum",
                       api::hex(ByteView(key.bytes).first(plain ? 32 : 20)));
}

Json account(const Machine& machine, u32 id) {
    const engine::State& state = machine.state();
    const AccountId account{id};
    Json balances = Json::object();
    for (u16 i = 0; i < state.ledger.assets(); ++i)
        if (const Amount amount = state.ledger.balance(account, AssetId{i}); !amount.zero())
            balances[name(machine.genesis(), AssetId{i})] = text(amount);
    Json json{{"id", id}, {"nonce", state.ledger.nonce(account)}, {"balances", balances}};
    if (id < system_accounts || id - system_accounts >= state.access.holders.size()) return json;
    const access::Holder& holder = state.access.holders[id - system_accounts];
    if (holder.parent != account) json["parent"] = holder.parent.value();
    json["keys"] = Json::array();
    for (const access::Grant& grant : holder.grants)
        json["keys"].push_back(
            {{"key", key_json(grant.key)}, {"rights", grant.rights}, {"expires", grant.expires}});
    return json;
}

Json vault_type(const engine::Genesis&, const vaults::TypeRow& row) {
    return {{"index", text(row.index)},
            {"normal_debt", text(Amount::units(row.debt.units()))},
            {"updated", row.updated}};
}

Json vault(const engine::Genesis& genesis, const vaults::VaultRow& row) {
    Json collateral = Json::object();
    const auto& basket = genesis.types[row.type.value()].vault.basket;
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        if (!row.amounts[slot].zero())
            collateral[name(genesis, basket[slot].asset)] =
                text(Amount::units(row.amounts[slot].units()));
    return {{"owner", row.owner.value()},
            {"type", name(genesis, row.type)},
            {"open", row.status == vaults::VaultStatus::open},
            {"normal_debt", text(Amount::units(row.debt.units()))},
            {"collateral", collateral}};
}

Json feed(const engine::Genesis&, const oracle::FeedRow& row) {
    const oracle::Quote& quote = row.quote;
    return {{"price", text(quote.mark)},
            {"low", text(quote.low)},
            {"high", text(quote.high)},
            {"firm_low", text(quote.firm_low)},
            {"firm_high", text(quote.firm_high)},
            {"status", api::word(quote.status)},
            {"reasons", api::reasons(quote.reasons)},
            {"time", quote.time}};
}

Json named_feed(const Machine& machine, u32 id) {
    Json json{{"id", id}, {"name", machine.genesis().oracle.feeds[id].name}};
    json.update(feed(machine.genesis(), machine.state().oracle.feeds[id]));
    return json;
}

Json source(const engine::Genesis&, const oracle::SourceRow& row) {
    return {{"price", text(row.price)}, {"confidence", text(row.confidence)}, {"time", row.time}};
}

Json auction(const engine::Genesis& genesis, const auctions::Auction& row) {
    Json lot = Json::object();
    for (const auctions::LotPart& part : row.lot.assets())
        lot[name(genesis, part.asset)] = text(part.amount);
    return {{"kind", api::word(row.kind)},
            {"open", row.open},
            {"vault", row.vault.value()},
            {"owner", row.owner.value()},
            {"pays", name(genesis, row.pay_asset)},
            {"lot", lot},
            {"debt", text(row.debt)},
            {"tab", text(row.tab)},
            {"top", text(row.top)},
            {"started", row.started},
            {"restarts", row.restarts}};
}

Json pool(const Machine& machine, u32 id) {
    const backstop::PoolRow& row = machine.state().backstop.pools[id];
    return {{"id", id},
            {"asset", name(machine.genesis(), machine.genesis().backstop.pools[id].asset)},
            {"total", text(row.total)},
            {"absorbed", text(row.absorbed)}};
}

Json deposit(const engine::Genesis& genesis, const backstop::DepositRow& row) {
    return {{"account", row.account.value()},
            {"asset", name(genesis, genesis.backstop.pools[row.pool].asset)},
            {"initial", text(row.initial)}};
}

Json compartment(const engine::Genesis&, const treasury::CompartmentRow& row) {
    return {{"reserve", text(row.reserve)},
            {"bad_debt", text(row.bad_debt)},
            {"loss_let_out", text(row.loss_let_out)},
            {"lost", text(row.lost)}};
}

Json swap_pool(const engine::Genesis& genesis, const swap::PoolRow& row, u32 id) {
    const swap::Terms& terms = genesis.swaps[id];
    return {{"id", id},
            {"reserves",
             {{name(genesis, terms.first), text(row.first)},
              {name(genesis, terms.second), text(row.second)}}},
            {"shares", text(row.shares)}};
}

Json swap_share(const engine::Genesis&, const engine::SwapShareRow& row) {
    return {{"owner", row.owner.value()}, {"pool", row.pool}, {"shares", text(row.shares)}};
}

}  // namespace

std::vector<Section> sections() {
    const auto count = [](auto member) {
        return [member](const Machine& machine) {
            return static_cast<u32>((machine.genesis().*member).size());
        };
    };
    using engine::State;
    std::vector<Section> all{
        {"assets", count(&engine::Genesis::assets), asset},
        {"accounts", [](const Machine& machine) { return machine.state().ledger.accounts(); },
         account},
        section(
            "vault_types", [](const State& s) -> auto& { return s.vaults.types; }, vault_type),
        section(
            "vaults", [](const State& s) -> auto& { return s.vaults.vaults; }, vault),
        {"feeds", [](const Machine& machine) { return machine.state().oracle.feeds.size(); },
         named_feed},
        section(
            "sources", [](const State& s) -> auto& { return s.oracle.sources; }, source),
        section(
            "auctions", [](const State& s) -> auto& { return s.auctions.rows; }, auction),
        {"pools", [](const Machine& machine) { return machine.state().backstop.pools.size(); },
         pool},
        section(
            "deposits", [](const State& s) -> auto& { return s.backstop.deposits; }, deposit),
        section(
            "treasury", [](const State& s) -> auto& { return s.treasury.compartments; },
            compartment),
        {"swap_pools", [](const Machine& machine) { return machine.state().exchange.pools.size(); },
         [](const Machine& machine, u32 id) {
             return swap_pool(machine.genesis(), machine.state().exchange.pools[id], id);
         }},
        section(
            "swap_shares", [](const State& s) -> auto& { return s.exchange.shares; }, swap_share)};
    for (Section& more : clearing_sections()) all.push_back(std::move(more));
    return all;
}

}  // namespace ballast::tools
