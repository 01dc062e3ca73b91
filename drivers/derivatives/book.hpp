/// A book: margin accounts with what they lay in and what they hold.  docs/methods/
/// derivatives_replay.md, section 2.
#pragma once

#include <ballast/clearing/terms.hpp>
#include <ballast/derivatives/terms.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ballast::derivatives {

/// What an account lays in besides cash.
struct Deposit {
    std::string asset;  ///< As the market calls it.
    Amount amount;
};

struct Holding {
    InstrumentId instrument;
    i64 size = 0;                ///< 10^-8 units; negative is short.
    std::optional<Price> entry;  ///< Of one unit; none: the mark when it is opened.
};

struct Account {
    std::string name;
    bool maker = false;  ///< Takes the other side of everybody else, and of keepers later.
    Amount cash;
    std::vector<Deposit> deposits;
    std::vector<Holding> holdings;  ///< Of a maker: none; it gets what is left.
};

struct Instrument {
    std::string name;
    risk::Series series;
};

struct Book {
    std::string name;
    std::vector<Instrument> instruments;  ///< By InstrumentId: they are listed in this order.
    std::vector<Account> accounts;
    std::vector<std::string> notes;
};

/// What a book is drawn or read for.
struct Ground {
    const clearing::Terms& clearing;
    std::vector<std::string> assets;  ///< By AssetId.
    std::string synthetic;
    u64 start = 0;            ///< Of the path.
    std::vector<Price> spot;  ///< By UnderlyingId, at the start.
};

/// Reads a table `account,item,size,entry`: an item is an asset that is laid in or an instrument
/// that is held.  Instruments are named ETH-PERP, ETH-27MAR20-150-C (which expires at 08:00) or,
/// for any crash, ETH+14D-80%-P: days from the start and part of the first price, each rounded up
/// to what the market lists.  Accounts whose name begins with "maker" take the other side of all
/// others; without one, one is added.  Each fault names file, line, column and value.
[[nodiscard]] files::Attempt<Book> read_book(const std::filesystem::path& path,
                                             const Ground& ground, const BookTerms& terms);

/// The instrument of that name in the book, which is added if it is not there yet.
[[nodiscard]] files::Attempt<InstrumentId> instrument_named(Book& book, const Ground& ground,
                                                            const std::string& name);

/// Names of the books that are drawn from a seed.
[[nodiscard]] std::vector<std::string> drawn_books();

/// Draws the book of that name; a fault lists the names there are.
[[nodiscard]] files::Attempt<Book> draw_book(const std::string& name, const Ground& ground,
                                             const BookTerms& terms);

/// Adds makers with the capital of the terms, as many as they say, where the book has none.
void add_makers(Book& book, const BookTerms& terms);

}  // namespace ballast::derivatives
