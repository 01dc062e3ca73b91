#include <ballast/audit/view.hpp>

namespace ballast::audit {

View view_of(const engine::Machine& machine) {
    const engine::State& state = machine.state();
    View view;
    const auto vaults = state.vaults.vaults.rows();
    view.vaults.assign(vaults.begin(), vaults.end());
    const auto types = state.vaults.types.rows();
    view.types.assign(types.begin(), types.end());
    for (const AuctionId id : state.auctions.open.get())
        view.auctions.emplace(id.value(), state.auctions.rows[id.value()]);
    const auto compartments = state.treasury.compartments.rows();
    view.compartments.assign(compartments.begin(), compartments.end());
    const auto accounts = state.clearing.accounts.rows();
    view.accounts.assign(accounts.begin(), accounts.end());
    const auto instruments = state.clearing.instruments.rows();
    view.instruments.assign(instruments.begin(), instruments.end());
    const auto houses = state.clearing.compartments.rows();
    view.houses.assign(houses.begin(), houses.end());
    return view;
}

}  // namespace ballast::audit
