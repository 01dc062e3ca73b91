/// What a replay with derivatives assumes besides what replay/assumptions.hpp does: one list of
/// named parameters with defaults, which `--set key=value` and the manifest share.
/// docs/methods/derivatives_replay.md has them in a table.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ballast::derivatives {

struct BookTerms {
    double accounts = 40;        ///< Of a drawn book, makers aside.
    double size = 20'000'000;    ///< Notional of its positions together, in dollars.
    double leverage = 0;         ///< Largest notional over equity; 0: the book's own.
    double spread = 0.5;         ///< Accounts are between this part of that leverage and all of it.
    double makers = 3;           ///< Accounts on the other side.
    double maker_capital = 1;    ///< Of all makers, as a multiple of the size.
    double surplus = 2'000'000;  ///< Of the treasury at the start, in dollars.
    double volatility = 0.8;     ///< Per year, before the first price.
    double vol_spread = 0.02;    ///< What an option costs to unwind, in volatility.
    double slice_seconds = 60;   ///< Block time; the candles hold no more.
    std::string seed = "book";
};

/// Calls visit(key, value, lowest, highest, what) for every number.
template <class T, class F>
void each_term(T& terms, F&& visit) {
    visit("book.accounts", terms.accounts, 1, 10'000, "accounts of a drawn book");
    visit("book.size", terms.size, 1'000, 1e11, "notional of a drawn book in dollars");
    visit("book.leverage", terms.leverage, 0, 1'000,
          "largest notional over equity; 0: the book's own");
    visit("book.spread", terms.spread, 0, 1, "leverage is drawn from this part of it on");
    visit("book.makers", terms.makers, 1, 100, "accounts on the other side");
    visit("book.maker_capital", terms.maker_capital, 0, 1'000, "theirs, as a multiple of the size");
    visit("book.surplus", terms.surplus, 0, 1e10, "treasury's surplus at the start in dollars");
    visit("book.volatility", terms.volatility, 0.01, 10, "per year, before the first price");
    visit("book.vol_spread", terms.vol_spread, 0, 1, "cost of unwinding options, in volatility");
    visit("book.block_time", terms.slice_seconds, 1, 3'600, "seconds between blocks");
}

/// Sets one from text; false if there is none of that name.
[[nodiscard]] files::Attempt<bool> set_term(BookTerms& terms, std::string_view key,
                                            std::string_view value);

/// All with their values as text.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> settings_of(const BookTerms& terms);

}  // namespace ballast::derivatives
