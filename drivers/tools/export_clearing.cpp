#include <ballast/api/words.hpp>
#include <ballast/tools/export_rows.hpp>

namespace ballast::tools {
namespace {

using api::name;
using engine::Machine;

std::string cash(Cash value) {
    return text(Amount::units(value.units()));
}

template <class TableOf, class RowOf>
Section section(std::string_view title, TableOf table, RowOf row) {
    return {title,
            [table](const Machine& machine) { return table(machine.state().clearing).size(); },
            [table, row](const Machine& machine, u32 key) {
                Json json{{"id", key}};
                json.update(row(machine.genesis(), table(machine.state().clearing)[key]));
                return json;
            }};
}

Json instrument(const engine::Genesis& genesis, const clearing::InstrumentRow& row) {
    const risk::Series& series = row.series;
    return {{"compartment", name(genesis, row.compartment)},
            {"kind", series.kind},
            {"underlying", name(genesis, series.underlying)},
            {"right", series.right == pricing::Right::call ? "call" : "put"},
            {"strike", text(series.strike)},
            {"payout", text(series.payout)},
            {"expiry", series.expiry},
            {"period", series.period},
            {"phase", api::word(row.phase)},
            {"mark", text(row.mark)},
            {"open_interest", text(Amount::units(row.open_interest))}};
}

Json collateral_json(const engine::Genesis& genesis, CompartmentId compartment,
                     const clearing::Collateral& amounts) {
    Json json = Json::object();
    const auto& list = genesis.clearing.compartments[compartment.value()].collateral;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (!amounts[i].zero()) json[name(genesis, list[i].asset)] = text(amounts[i]);
    return json;
}

Json account(const engine::Genesis& genesis, const clearing::AccountRow& row) {
    Json positions = Json::array();
    for (const clearing::Position& position : row.positions)
        positions.push_back({{"instrument", position.instrument.value()},
                             {"size", text(Amount::units(position.size))},
                             {"entry", cash(position.entry)}});
    return {{"owner", row.owner.value()},
            {"compartment", name(genesis, row.compartment)},
            {"cash", text(row.cash)},
            {"normal_debt", text(row.debt)},
            {"collateral", collateral_json(genesis, row.compartment, row.collateral)},
            {"positions", positions},
            {"in_auction", row.in_auction}};
}

Json compartment(const Machine& machine, u32 id) {
    const clearing::CompartmentRow& row = machine.state().clearing.compartments[id];
    const CompartmentId compartment{static_cast<CompartmentId::rep>(id)};
    return {{"id", id},
            {"name", name(machine.genesis(), compartment)},
            {"model", row.model},
            {"held", text(row.held)},
            {"collateral", collateral_json(machine.genesis(), compartment, row.collateral)},
            {"normal_debt", text(row.debt)},
            {"index", text(row.index)},
            {"socialised", text(row.socialised)}};
}

Json auction(const engine::Genesis&, const portfolio::Auction& row) {
    return {{"margin_account", row.account.value()},
            {"open", row.open},
            {"started", row.started},
            {"paid", cash(row.paid)},
            {"drawn", cash(row.drawn)},
            {"takes", row.takes}};
}

Json holder(const engine::Genesis&, const clearing::HolderRow& row) {
    return {{"owner", row.owner.value()}, {"shares", text(row.row.shares)}};
}

}  // namespace

std::vector<Section> clearing_sections() {
    using clearing::State;
    return {
        {"margin_compartments",
         [](const Machine& machine) { return machine.state().clearing.compartments.size(); },
         compartment},
        section(
            "instruments", [](const State& s) -> auto& { return s.instruments; }, instrument),
        section(
            "margin_accounts", [](const State& s) -> auto& { return s.accounts; }, account),
        section(
            "margin_auctions", [](const State& s) -> auto& { return s.auctions; }, auction),
        section(
            "liquidity_holders", [](const State& s) -> auto& { return s.pool_holders; }, holder)};
}

}  // namespace ballast::tools
