/// The machine of a scenario, driven a block at a time.
#pragma once

#include "beginning.hpp"

#include <ballast/engine/machine.hpp>

namespace ballast::scenarios {

inline constexpr u64 block_seconds = 12;

/// What a scenario's name for a vault stands for.
struct NamedVault {
    VaultId id;
    VaultTypeId type;
};

/// Where a scenario has got to.
struct Stage {
    engine::Machine machine;
    Names names;
    std::map<std::string, NamedVault> vaults;
    std::map<std::string, MarginAccountId> margins;
    std::map<std::string, InstrumentId> instruments;
    Sayings sayings;
    engine::Outcome outcome;  ///< Of the last block.
};

/// The machine at its genesis.
[[nodiscard]] Attempt<Stage> open_stage(Beginning beginning);

/// Executes a block `seconds` after the last one, in which every venue says what it says; in a
/// block of the same second nobody says anything again.  A fault names the law that the block
/// breaks (L1, L2), recomputed over all accounts, vaults, margin accounts and auctions.
[[nodiscard]] Attempt<void> advance(Stage& stage, const Words& place, u64 seconds,
                                    std::vector<engine::Transaction> transactions);

[[nodiscard]] Attempt<AccountId> read_account(Words& words, const Stage& stage);
[[nodiscard]] Attempt<AssetId> read_asset(Words& words, const Stage& stage);
[[nodiscard]] Attempt<VaultTypeId> read_type(Words& words, const Stage& stage);
[[nodiscard]] Attempt<NamedVault> read_vault(Words& words, const Stage& stage);
[[nodiscard]] Attempt<AuctionId> read_auction(Words& words, const Stage& stage);
[[nodiscard]] Attempt<MarginAccountId> read_margin(Words& words, const Stage& stage);
[[nodiscard]] Attempt<InstrumentId> read_instrument(Words& words, const Stage& stage);

}  // namespace ballast::scenarios
