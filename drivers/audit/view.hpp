/// What an audit remembers of the machine as it stood before a block.
#pragma once

#include <ballast/engine/machine.hpp>

#include <map>

namespace ballast::audit {

struct View {
    std::vector<vaults::VaultRow> vaults;
    std::vector<vaults::TypeRow> types;
    std::map<u32, auctions::Auction> auctions;  ///< The open ones.
    std::vector<treasury::CompartmentRow> compartments;
    std::vector<clearing::AccountRow> accounts;
    std::vector<clearing::InstrumentRow> instruments;
    std::vector<clearing::CompartmentRow> houses;  ///< The clearing house's compartments.
};

[[nodiscard]] View view_of(const engine::Machine& machine);

/// A block with what was before it, what came of it and where it left the machine.
struct Scene {
    const View& before;
    const engine::Block& block;
    const engine::Outcome& outcome;
    const engine::Machine& after;

    [[nodiscard]] const engine::Genesis& genesis() const { return after.genesis(); }
    [[nodiscard]] const engine::State& state() const { return after.state(); }
};

}  // namespace ballast::audit
