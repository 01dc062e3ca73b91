/// Runs a replay with derivatives and says what came of it.  docs/methods/derivatives_replay.md is
/// the method.
#pragma once

#include <ballast/derivatives/measure.hpp>
#include <ballast/derivatives/stage.hpp>

#include <functional>

namespace ballast::derivatives {

using Progress = std::function<void(u64 done, u64 total)>;

/// The result.  Dollars.
struct Study {
    std::string title;
    std::string source;
    std::string market_name;
    std::string book;
    std::string model;
    std::string seed;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<replay::InputFile> inputs;
    std::vector<std::string> notes;
    std::vector<std::string> underlyings;
    replay::Grid grid;
    u64 accounts = 0;  ///< Of the book, makers aside.
    u64 instruments = 0;

    Counts counts;
    Layers layers;
    std::vector<CoverageCount> coverage;
    std::vector<Row> rows;
    std::vector<GreeksRow> greeks;
    double notional = 0;      ///< Opened, at the first marks of the underlyings.
    double equity_start = 0;  ///< Of the book's accounts.
    double equity_end = 0;
    double margin_start = 0;  ///< Initial requirement of the book.
    double margin_peak = 0;   ///< Of the same accounts on paper.
    double rise_day = 1;      ///< Largest rise of it within a day, as a ratio.
    double rise_days = 1;     ///< Within five.
    double insurance_start = 0;
    double insurance_least = 0;
    double insurance_end = 0;
    double bad_debt_end = 0;
    double keeper_profit = 0;           ///< All costs paid.
    u64 liquidated = 0;                 ///< Accounts.
    std::vector<std::string> findings;  ///< Of the audit of the final state; empty: it holds.
    crypto::Digest chain{};
    crypto::Digest root{};
    u64 height = 0;

    [[nodiscard]] double leverage() const { return equity_start > 0 ? notional / equity_start : 0; }
    /// Whether every loss was paid by who made it, keepers or the layers.
    [[nodiscard]] bool covered() const {
        return layers.deleveraged == 0 && layers.socialised == 0 && layers.booked == 0;
    }
};

/// Prepares and runs.  The same setup always gives the same study.
[[nodiscard]] files::Attempt<Study> run(const Setup& setup, const Progress& progress = {});

/// The same book on the same path under several margin models of the market.
[[nodiscard]] files::Attempt<std::vector<Study>> compare(
    const Setup& setup, const std::vector<std::string>& models,
    const std::function<void(const std::string&, std::size_t, std::size_t)>& progress = {});

}  // namespace ballast::derivatives
