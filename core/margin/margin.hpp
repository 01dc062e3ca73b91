/// Margin as data: a model is a name, a version and a table of terms, and one call answers for all
/// of them.  What a model is told, and what it answers, are scenario's words (market.hpp).
/// docs/methods/margin.md.
#pragma once

#include <ballast/notional/notional.hpp>
#include <ballast/scenario/scenario.hpp>

#include <string>
#include <variant>
#include <vector>

namespace ballast::margin {

using scenario::Asset;
using scenario::Holding;
using scenario::Instrument;
using scenario::Margin;
using scenario::Market;
using scenario::Portfolio;
using scenario::Underlying;
using scenario::Workspace;

/// A released model is never changed; a better one has another version.
struct Model {
    std::string name;  ///< 1 to limits::name_max bytes.
    u32 version = 1;
    std::variant<scenario::Terms, notional::Terms> terms;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.version), visit(row.terms);
    }
};

/// The first fault, or none.
[[nodiscard]] std::optional<TermsFault> validate(const Model& model);

/// A market as a model by notional sees it.
struct NotionalTable {
    std::vector<notional::Underlying> underlyings;
    std::vector<notional::Instrument> instruments;
    std::vector<Asset> assets;
    Price settlement_price;
};

/// A market priced under a model.  It owns what it holds.
using Table = std::variant<scenario::Table, NotionalTable>;

/// `open_interest` is that of one side of each instrument, at mark, by InstrumentId; it may be
/// shorter than the market, and what is missing is 0.  Models by scenarios do not read it.
[[nodiscard]] Table build(const Model& model, const Market& market,
                          std::span<const risk::Kind> kinds,
                          std::span<const Cash> open_interest = {});

/// The margin of one account.  `table` was built with `model`.  Of a model by notional, `worst` is
/// 0 and orders are not read.
[[nodiscard]] Margin evaluate(const Model& model, const Table& table, const Portfolio& portfolio,
                              Workspace& workspace);

/// Never less than `evaluate` gives, and cheaper: what fails here fails there.
[[nodiscard]] Margin quick(const Model& model, const Table& table, const Portfolio& portfolio,
                           Workspace& workspace);

}  // namespace ballast::margin
