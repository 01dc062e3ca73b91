/// From what a user asks for to a machine that is ready to run.  docs/methods/
/// derivatives_replay.md, section 4.
#pragma once

#include <ballast/derivatives/book.hpp>
#include <ballast/derivatives/signer.hpp>
#include <ballast/replay/stage.hpp>

namespace ballast::derivatives {

/// One replay, as asked for.
struct Setup {
    replay::Setup base;  ///< Crash, prices, market, and what is assumed of keepers and outside.
    std::string book;    ///< A name of drawn_books(), or a table.
    std::string model;   ///< A model of the market by name; empty: the compartment's own.
    BookTerms terms;
};

/// Everybody with an account, in the order of genesis.
struct Cast {
    AccountId outside;  ///< Holds the rest of the synthetic, and buys collateral.
    AccountId keepers;  ///< The first of them.
    AccountId owners;   ///< The first of them; one per account of the book.
};

struct Stage {
    replay::Stage base;  ///< World, reporters, genesis.
    Book book;
    Cast cast;
    u32 keepers = 0;
    u32 first = 0;  ///< MarginAccountId of the first keeper; the book's accounts come after them.
    std::vector<Signer> publishers;       ///< By PublisherId.
    std::vector<std::size_t> underlying;  ///< By UnderlyingId, in the world.
    std::vector<std::size_t> collateral;  ///< By slot of the compartment, in the world.
    VaultTypeId elsewhere;                ///< The vault type under which the outside issues.
    Amount first_surplus;                 ///< Of the treasury.
    u64 warm_blocks = 0;
};

/// The compartment that a replay runs in.
inline constexpr CompartmentId compartment{0};

[[nodiscard]] files::Attempt<Stage> prepare(const Setup& setup);

}  // namespace ballast::derivatives
