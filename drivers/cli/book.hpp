/// What replay and compare do with a book of margin accounts.
#pragma once

#include <ballast/cli/design.hpp>
#include <ballast/derivatives/study.hpp>

namespace ballast::cli {

struct BookOptions {
    std::string book;                 ///< A name, or a table; empty: vaults are replayed.
    std::vector<std::string> models;  ///< Margin models by name or file; empty: the market's own.
};

/// `several`: compare takes --models, replay takes --model.
void add_book_options(CLI::App* command, BookOptions& options, bool several);

/// Replays the book and prints what came of it.  `market` is a market file with a margin
/// compartment; "ballast" stands for markets/derivatives.toml.
void replay_book(const StudyOptions& options, const BookOptions& book, const std::string& market,
                 Context& context);

/// The same book under several margin models.
void compare_book(const StudyOptions& options, const BookOptions& book, Context& context);

}  // namespace ballast::cli
