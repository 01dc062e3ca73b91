/// Every key of an account book, named once.
#pragma once

#include <ballast/market/model_reader.hpp>
#include <ballast/scenario/market.hpp>

namespace ballast::market {

template <>
struct ModelWords<pricing::Right> {
    static constexpr std::array<std::string_view, 2> list{"call", "put"};
};

struct BookUnderlying {
    std::string name;
    scenario::Underlying facts;
};
struct BookAsset {
    std::string name;
    scenario::Asset facts;
};
struct BookInstrument {
    std::string name;
    std::string kind;
    std::string underlying;
    scenario::Instrument facts;  ///< A forward of 0: spot.
    Cash open_interest;
};
struct BookHolding {
    std::string asset;
    Amount amount;
};
struct BookPosition {
    std::string instrument;
    i64 size = 0;
    std::optional<Price> entry;
};
struct BookOrder {
    std::string instrument;
    i64 size = 0;
};

struct BookSheet {
    std::string name;
    u64 time = 0;
    Price settlement_price = Price::units(amount_one);
    Cash cash;
    std::vector<BookUnderlying> underlyings;
    std::vector<BookAsset> assets;
    std::vector<BookInstrument> instruments;
    std::vector<BookHolding> holdings;
    std::vector<BookPosition> positions;
    std::vector<BookOrder> orders;
};

template <class V>
void model_keys(V& visit, BookUnderlying& row) {
    visit.required("name", row.name);
    visit.required("spot", row.facts.spot);
    visit.optional("confidence", row.facts.confidence);
    visit.optional("volatility", row.facts.volatility);
}

template <class V>
void model_keys(V& visit, BookAsset& row) {
    visit.required("name", row.name);
    visit.required("price", row.facts.price);
    visit.optional("confidence", row.facts.confidence);
}

template <class V>
void model_keys(V& visit, BookInstrument& row) {
    risk::Series& series = row.facts.series;
    visit.required("name", row.name);
    visit.required("kind", row.kind);
    visit.required("underlying", row.underlying);
    visit.optional("right", series.right);
    visit.optional("strike", series.strike);
    visit.optional("payout", series.payout);
    visit.optional("expiry", Instant{series.expiry});
    visit.optional("period", Span{series.period});
    visit.optional("forward", row.facts.now.forward);
    visit.optional("fixed", row.facts.fixed);
    visit.optional("volatility", row.facts.now.volatility);
    visit.optional("rate", row.facts.now.rate);
    visit.optional("confidence", row.facts.confidence);
    visit.optional("open_interest", row.open_interest);
}

template <class V>
void model_keys(V& visit, BookHolding& row) {
    visit.required("asset", row.asset);
    visit.required("amount", row.amount);
}

template <class V>
void model_keys(V& visit, BookPosition& row) {
    visit.required("instrument", row.instrument);
    visit.required("size", SizeOf{row.size});
    visit.optional("entry", row.entry);
}

template <class V>
void model_keys(V& visit, BookOrder& row) {
    visit.required("instrument", row.instrument);
    visit.required("size", SizeOf{row.size});
}

template <class V>
void model_keys(V& visit, BookSheet& sheet) {
    visit.required("name", sheet.name);
    visit.required("time", Instant{sheet.time});
    visit.optional("settlement_price", sheet.settlement_price);
    visit.optional("cash", sheet.cash);
    visit.entries("underlying", sheet.underlyings);
    visit.entries("asset", sheet.assets);
    visit.entries("instrument", sheet.instruments);
    visit.entries("collateral", sheet.holdings);
    visit.entries("position", sheet.positions);
    visit.entries("order", sheet.orders);
}

}  // namespace ballast::market
