/// Where two histories of one chain part, and in which room.
#pragma once

#include <ballast/tools/history.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ballast::tools {

/// A table that is not the same on both sides.
struct TableDifference {
    std::string name;  ///< Of engine::table_names.
    crypto::Digest a{};
    crypto::Digest b{};
    std::vector<u32> pages;  ///< That differ, the first pages_shown of them; none of a cell.
};
inline constexpr std::size_t pages_shown = 8;
inline constexpr std::size_t lines_shown = 20;  ///< Most differences of a block that are told.

struct Difference {
    bool found = false;
    u64 height = 0;         ///< The first that differs; 0: genesis.
    u64 compared_from = 0;  ///< The heights that both sides have.
    u64 compared_to = 0;
    u64 roots_asked = 0;  ///< How many were compared to find it.
    crypto::Digest recorded_a{};
    crypto::Digest recorded_b{};
    /// What differs in the block itself (or in genesis), a sentence each; empty: the blocks are the
    /// same and only their roots differ.
    std::vector<std::string> content;
    /// What differs in the state after the block when this build executes both; where the blocks
    /// are the same, in that of the next snapshot of the side that recorded another root.
    std::vector<TableDifference> tables;
    /// What else is to be said, a sentence each: which side this build does not reproduce, which
    /// side goes on where the other ends.
    std::vector<std::string> notes;
};

/// Searches the heights that both have: a binary search over recorded roots for where they begin to
/// differ, then block by block before it, because different blocks may give one root.  The state
/// there is replayed from the nearest snapshot.
[[nodiscard]] files::Attempt<Difference> bisect(const History& a, const History& b,
                                                const std::function<void(u64)>& progress = {});

/// The tables that differ between two states of one market.
[[nodiscard]] std::vector<TableDifference> compare(const engine::Machine& a,
                                                   const engine::Machine& b);

/// What differs between two blocks of one market, a sentence each, at most lines_shown.
[[nodiscard]] std::vector<std::string> compare(const engine::Genesis& genesis,
                                               const engine::Block& a, const engine::Block& b);

}  // namespace ballast::tools
