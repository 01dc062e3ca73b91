#include <ballast/api/feed_answers.hpp>

#include <ballast/math/money.hpp>
#include <ballast/oracle/aggregate.hpp>
#include <ballast/oracle/sources.hpp>

namespace ballast::api {
namespace {

using oracle::Observation;

constexpr std::string_view never_reported = "never_reported";
constexpr std::string_view stale = "stale";
constexpr std::string_view outlier = "outlier";

Price distance(Price a, Price b) {
    return a < b ? b - a : a - b;
}

template <class Number>
Price median(std::span<const Observation> rows, Number number) {
    std::vector<oracle::Weighted> column;
    for (const Observation& row : rows) column.push_back({number(row).units(), row.weight});
    return Price::units(oracle::weighted_median(column, Round::down));
}

// How far from the median a report may be: docs/methods/oracle.md, section 1.
Price tolerance(const oracle::FeedTerms& terms, std::span<const Observation> rows, Price middle) {
    const Price unit =
        std::max({median(rows, [&](const Observation& row) { return distance(row.price, middle); }),
                  median(rows, [](const Observation& row) { return row.confidence; }),
                  math::portion(middle, terms.outlier_floor, Round::up)});
    return math::portion(unit, terms.outlier_deviations, Round::down);
}

std::span<const oracle::SourceRow> source_rows(const View& view, FeedId feed) {
    const oracle::Terms& terms = view.genesis().oracle;
    return view.state().oracle.sources.rows().subspan(oracle::first_source(terms, feed.value()),
                                                      terms.feeds[feed.value()].sources.size());
}

Json sources_json(const View& view, FeedId feed) {
    const oracle::FeedTerms& terms = view.genesis().oracle.feeds[feed.value()];
    const auto rows = source_rows(view, feed);
    const auto verdicts = source_verdicts(terms, rows, view.machine.time());
    Json out = Json::array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool reported = rows[i].time != 0;
        out.push_back({{"publisher", name(view.genesis(), terms.sources[i].publisher)},
                       {"weight", terms.sources[i].weight},
                       {"price", reported ? Json(decimal(rows[i].price)) : Json()},
                       {"confidence", reported ? Json(decimal(rows[i].confidence)) : Json()},
                       {"time", reported ? Json(rows[i].time) : Json()},
                       {"age", reported ? Json(view.machine.time() - rows[i].time) : Json()},
                       {"counts", verdicts[i].empty()},
                       {"why_not", verdicts[i].empty() ? Json() : Json(verdicts[i])}});
    }
    return out;
}

std::vector<schema::Field> feed_fields() {
    auto fields = quote_fields();
    const Json source = schema::record(
        {{"publisher", schema::text(), ""},
         {"weight", schema::whole(), ""},
         {"price", schema::nullable(schema::decimal()), "In the feed's own quote asset."},
         {"confidence", schema::nullable(schema::decimal()), "Either way."},
         {"time", schema::nullable(schema::whole()), "When it was observed."},
         {"age", schema::nullable(schema::whole()), "Seconds before the last block."},
         {"counts", schema::boolean(), "In the last block."},
         {"why_not",
          schema::nullable(schema::word(
              {std::string(never_reported), std::string(stale), std::string(outlier)})),
          ""}});
    fields.push_back({"sources", schema::list_of(source), "The last report of each."});
    return fields;
}

Json feed_json(const View& view, FeedId feed) {
    Json out = quote_json(view, feed);
    out["sources"] = sources_json(view, feed);
    return out;
}

Reply feed_get(const View& view, const Json& params) {
    const auto feed = feed_named(view.genesis(), params["feed"].get<std::string>());
    if (!feed) return std::unexpected(feed.error());
    return feed_json(view, *feed);
}

Reply feed_list(const View& view, const Json&) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < view.genesis().oracle.feeds.size(); ++i)
        rows.push_back(quote_json(view, FeedId(static_cast<u16>(i))));
    return Json{{"items", rows}};
}

}  // namespace

std::vector<std::string_view> source_verdicts(const oracle::FeedTerms& terms,
                                              std::span<const oracle::SourceRow> rows, u64 now) {
    std::vector<std::string_view> verdicts(rows.size());
    std::vector<Observation> fresh;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].time == 0)
            verdicts[i] = never_reported;
        else if (now - rows[i].time > terms.fresh_seconds)
            verdicts[i] = stale;
        else
            fresh.push_back(
                {rows[i].price, rows[i].confidence, rows[i].time, terms.sources[i].weight});
    }
    if (fresh.empty()) return verdicts;
    const Price middle = median(fresh, [](const Observation& row) { return row.price; });
    const Price most = tolerance(terms, fresh, middle);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (verdicts[i].empty() && distance(rows[i].price, middle) > most) verdicts[i] = outlier;
    return verdicts;
}

Json quote_json(const View& view, FeedId feed) {
    const oracle::Quote& quote = oracle::quote(view.state().oracle, feed);
    return {{"feed", name(view.genesis(), feed)},
            {"mark", decimal(quote.mark)},
            {"low", decimal(quote.low)},
            {"high", decimal(quote.high)},
            {"firm_low", decimal(quote.firm_low)},
            {"firm_high", decimal(quote.firm_high)},
            {"status", word(quote.status)},
            {"reasons", reasons(quote.reasons)},
            {"time", quote.time},
            {"age", quote.time == 0 ? Json() : Json(view.machine.time() - quote.time)}};
}

std::vector<schema::Field> quote_fields() {
    return {{"feed", schema::text(), ""},
            {"mark", schema::decimal(), "Dollars per whole asset; 0: there has been no price."},
            {"low", schema::decimal(), "For collateral that backs new risk."},
            {"high", schema::decimal(), "For debt under new risk."},
            {"firm_low", schema::decimal(), "For liquidations: no unconfirmed jump."},
            {"firm_high", schema::decimal(), ""},
            {"status", schema::word(status_words()),
             "live: everything; degraded: only what reduces risk; halted: nothing."},
            {"reasons", schema::list_of(schema::word(reason_words())), "Why it is as it is."},
            {"time", schema::whole(), "When the mark was observed."},
            {"age", schema::nullable(schema::whole()), "Seconds before the last block."}};
}

Questions feed_questions() {
    return {
        {"feed.get",
         "The price of one feed with the last report of every source, and why one does not "
         "count.",
         {{"feed", schema::text(limits::name_max), "Its name."}},
         schema::record(feed_fields()),
         feed_get},
        {"feed.list",
         "The prices of all feeds.",
         {},
         schema::record({{"items", schema::list_of(schema::record(quote_fields())), "In order."}}),
         feed_list}};
}

}  // namespace ballast::api
