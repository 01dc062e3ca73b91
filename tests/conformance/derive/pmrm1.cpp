/// Derive's portfolio margin of the first version.  Its parameters stand in a file of their own
/// beside the cases (config-test.sol of v2-core).
#include <ballast/conform_derive/derive.hpp>

#include <ballast/conform_derive/book.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace ballast::conformance {
namespace {

using scenario::VolatilityRule;

VolatilityRule rule_of(const std::string& name) {
    if (name == "Up") return VolatilityRule::up;
    if (name == "Down") return VolatilityRule::down;
    if (name == "None") return VolatilityRule::none;
    throw Malformed("a volatility rule '" + name + "'");
}

void read_moves(const Json& from, scenario::Terms& terms) {
    for (const Json& row : array_of(from, "scenarios")) {
        scenario::Scenario& out = terms.scenarios.emplace_back();
        out.spot = fine(real(row[0]));
        out.volatility = rule_of(row[1].get<std::string>());
    }
    const Json& volatility = from["volshock"];
    terms.volatility.range_up = fine(real(volatility, "up"));
    terms.volatility.range_down = fine(real(volatility, "down"));
    terms.volatility.power_short = fine(real(volatility, "shortPow"));
    terms.volatility.power_long = fine(real(volatility, "longPow"));
    terms.volatility.floor_seconds =
        static_cast<u64>(std::llround(real(volatility, "dteFloor_days") * 86'400));
}

// `overrides` stands in front of the parameters that it names.
scenario::Terms terms_of(const Json& from, const Json& overrides) {
    const auto value = [&](const char* part, const char* key) {
        return real_or(overrides, key, real(from[part], key));
    };
    scenario::Terms terms;
    read_moves(from, terms);
    terms.basis = {.up = fine(value("basis", "up")),
                   .down = fine(value("basis", "down")),
                   .add = fine(value("basis", "add")),
                   .per_year = fine(value("basis", "mult"))};
    terms.discount.undiscounted = true;
    terms.discount.long_base = fine(value("margin", "baseStaticDiscount"));
    terms.discount.long_rate_scale = fine(value("margin", "rateMultScale"));
    terms.discount.long_rate_add = fine(value("margin", "rateAddScale"));
    terms.initial_factor = ratio(value("margin", "imFactor"));
    terms.contingency.linear_maintenance = ratio(value("other", "perpPercent"));
    terms.contingency.naked_maintenance = ratio(value("other", "optionPercent"));
    terms.contingency.scaled = true;
    terms.confidence = {.threshold = ratio(value("other", "confThreshold")),
                        .factor = ratio(value("other", "confMargin"))};
    terms.depeg = {.threshold = price(value("other", "pegLossThreshold")),
                   .factor = ratio(value("other", "pegLossFactor"))};
    scenario::CollateralTerms& base = terms.collateral.emplace_back();
    base.maintenance = ratio(value("other", "basePercent"));
    base.follow = scenario::Follow::both;
    return terms;
}

Json parameters_beside(const std::filesystem::path& file) {
    return read_json(file.parent_path() / "pmrm1_test_params.json");
}

double wad(const Json& object, std::string_view key) {
    return real(object, key) / 1e18;
}

double wad(const Json& object, std::string_view key, std::size_t place) {
    const Json& list = array_of(object, key);
    if (place >= list.size()) throw Malformed(std::string(key) + " is too short");
    return real(list[place]) / 1e18;
}

Book verified_book(const Json& from) {
    Book book(wad(from, "SpotPrice"), wad(from, "SpotConfidence"));
    book.settlement_price = wad(from, "StablePrice");
    book.cash = wad(from, "Cash") + wad(from, "UnrealisedPerpPNL") + wad(from, "UnrealisedFunding");
    if (real(from, "Perps") != 0)
        book.add_perp(wad(from, "Perps"), wad(from, "PerpPrice"), wad(from, "PerpConfidence"));
    if (real(from, "Base") != 0)
        book.add_holding(wad(from, "Base"), wad(from, "SpotPrice"), wad(from, "SpotConfidence"));
    const Json& expiries = array_of(from, "OptionExpiries");
    for (std::size_t i = 0; i < expiries.size(); ++i) {
        // Where nothing has settled, the file leaves the two parts of the forward out.
        const bool whole = array_of(from, "ForwardsFixed").empty();
        const Expiry expiry{.seconds = static_cast<u64>(real(expiries[i])),
                            .fixed = whole ? 0 : wad(from, "ForwardsFixed", i),
                            .variable = wad(from, whole ? "Forwards" : "ForwardsVariable", i),
                            .rate = wad(from, "Rates", i),
                            .confidence = std::min({wad(from, "OptionVolConfidences", i),
                                                    wad(from, "ForwardConfidences", i),
                                                    wad(from, "RateConfidences", i)})};
        const bool call = real(array_of(from, "OptionIsCall").at(i)) != 0;
        book.add_option(expiry, call ? pricing::Right::call : pricing::Right::put,
                        wad(from, "OptionStrikes", i), wad(from, "OptionVols", i),
                        wad(from, "OptionAmounts", i));
    }
    return book;
}

// What a case says of its feeds: the file's own, and what the peer's test sets before it runs the
// case (TestPMRM_ProtfolioCases.t.sol of v2-core, cases 39 to 44).
struct Feeds {
    double spot;
    double spot_confidence = 1;
    double perp;
    double perp_confidence = 1;
    double settlement_price = 1;
    std::map<std::string, std::pair<double, double>> forwards;  // Price and confidence by date.
    std::map<double, std::pair<double, double>> volatilities;   // Of 18 January, by strike.
};

constexpr std::string_view january = "20230118";

void set_oracle_case(const std::string& name, Feeds& feeds) {
    struct Row {
        std::string_view name;
        double spot_confidence, volatility, volatility_confidence, forward_confidence,
            perp_confidence;
    };
    static constexpr std::array rows{
        Row{"test_oracle_cont_long_call_pm", 0.1, 0.5, 0.3, 0.4, 1},
        Row{"test_oracle_cont_short_call_pm", 0.1, 0.5, 0.1, 0.4, 1},
        Row{"test_oracle_cont_base_asset_pm", 0.1, 0.01, 0.1, 0.02, 1},
        Row{"test_oracle_cont_long_perp_asset_pm", 0.3, 0.5, 0.1, 0.02, 0.1},
    };
    for (const Row& row : rows) {
        if (row.name != name) continue;
        feeds.spot_confidence = row.spot_confidence;
        feeds.perp_confidence = row.perp_confidence;
        feeds.volatilities[1700] = {row.volatility, row.volatility_confidence};
        feeds.forwards[std::string(january)] = {2004.75, row.forward_confidence};
    }
}

void set_case(const std::string& name, Feeds& feeds) {
    set_oracle_case(name, feeds);
    if (name == "test_depeg_contingency_pm") feeds.settlement_price = 0.2;
    if (name != "test_general_portfolio_pm") return;
    feeds.spot = 2004;
    feeds.spot_confidence = 0.3;
    feeds.perp = 2017;
    feeds.perp_confidence = 0.3;
    feeds.volatilities = {{1700, {0.15, 0.1}}, {2100, {1.01, 0.1}}, {1000, {0.33, 0.1}}};
    feeds.forwards["20230227"] = {2014.7545, 0.2};
}

Feeds feeds_of(const Json& from, const std::string& name) {
    Feeds feeds{.spot = real(from, "eth_spot"),
                .perp = real(from, "perp_price"),
                .settlement_price = real(from, "stable_price"),
                .forwards = {},
                .volatilities = {}};
    for (const auto& [date, value] : from["eth_forward"].items())
        feeds.forwards[date] = {real(value), real(from, "default_confidence")};
    set_case(name, feeds);
    return feeds;
}

void add_named_option(const Json& from, const Json& row, const Feeds& feeds, Book& book) {
    const std::string date = text_of(row, "expiry");
    const double strike = real(row, "strike");
    std::pair volatility{real(from, "default_vol"), real(from, "default_confidence")};
    const auto own = feeds.volatilities.find(strike);
    if (date == january && own != feeds.volatilities.end()) volatility = own->second;
    const auto forward = feeds.forwards.find(date);
    if (forward == feeds.forwards.end()) throw Malformed("no forward of " + date);
    const Expiry expiry{.seconds = static_cast<u64>(real(from["seconds_to_expiry"], date)),
                        .fixed = 0,
                        .variable = forward->second.first,
                        .rate = real(from, "rate"),
                        .confidence = std::min(volatility.second, forward->second.second)};
    const bool call = text_of(row, "type") == "call";
    book.add_option(expiry, call ? pricing::Right::call : pricing::Right::put, strike,
                    volatility.first, real(row, "amount") / real(from, "amount_scale"));
}

Book named_book(const Json& from, const Json& row, const std::string& name) {
    const Feeds feeds = feeds_of(from, name);
    const double scale = real(from, "amount_scale");
    Book book(feeds.spot, feeds.spot_confidence);
    book.settlement_price = feeds.settlement_price;
    book.cash = real(row, "cash") / scale;
    for (const Json& option : array_of(row, "options")) add_named_option(from, option, feeds, book);
    for (const Json& perp : array_of(row, "perps")) {
        const double amount = real(perp, "amount") / scale;
        book.add_perp(amount, feeds.perp, feeds.perp_confidence);
        book.cash += amount * (feeds.perp - real(perp, "entryPrice") / scale);
    }
    for (const Json& base : array_of(row, "bases"))
        book.add_holding(real(base, "amount") / scale, feeds.spot, feeds.spot_confidence);
    return book;
}

}  // namespace

void pmrm1_verified(const std::filesystem::path& file, Tally& tally) {
    tally.note = "1e-8 of notional: both margins, basis, confidence";
    const scenario::Terms terms = terms_of(parameters_beside(file)["params"], Json::object());
    const Json document = read_json(file);
    for (const auto& [name, row] : document["cases"].items()) {
        Case test(tally, name);
        const Json& expected = row["Result"];
        const Book book = verified_book(row["Scenario"]);
        const scenario::Breakdown got = book.explain(terms);
        const double bound = 1e-8 * book.notional();
        compare(test, "initial margin", wad(expected, "InitialMarginHand"),
                figure(got.margin.initial), bound);
        compare(test, "maintenance margin", wad(expected, "MaintenanceMarginHand"),
                figure(got.margin.maintenance), bound);
        compare(test, "basis", wad(expected, "ForwardContingency"), figure(got.basis), bound);
        compare(test, "confidence", -wad(expected, "OracleContingency"),
                figure(got.initial.charges[static_cast<std::size_t>(scenario::Charge::confidence)]),
                bound);
    }
}

void pmrm1_named(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in the peer's whole dollars";
    const Json parameters = parameters_beside(file);
    const scenario::Terms terms =
        terms_of(parameters["params"], parameters["overrides_for_pm_named_cases"]);
    const Json document = read_json(file);
    for (const auto& [name, row] : document["cases"].items()) {
        Case test(tally, name);
        const Json& expected = row.contains("results") ? row["results"] : row["result"];
        const Book book = named_book(document["feeds"], row, name);
        const scenario::Margin got = book.explain(terms).margin;
        compare(test, "initial margin", real(expected, "im"), std::trunc(figure(got.initial)), 0);
        compare(test, "maintenance margin", real(expected, "mm"),
                std::trunc(figure(got.maintenance)), 0);
    }
}

// Portfolios without expected figures: what must hold for any.
void pmrm1_inputs(const std::filesystem::path& file, Tally& tally) {
    tally.note = "no figures: initial <= maintenance <= equity, quick >= full, parts add up";
    scenario::Terms terms = terms_of(parameters_beside(file)["params"], Json::object());
    terms.quick = {0, 10, 20};
    const Json document = read_json(file);
    for (const auto& [name, row] : document["cases"].items()) {
        Case test(tally, name);
        const Book book = verified_book(row["Scenario"]);
        const scenario::Breakdown got = book.explain(terms);
        scenario::Workspace workspace;
        const scenario::Margin first =
            scenario::quick(terms, book.table(terms), book.portfolio(), workspace);
        test.same("initial under maintenance", true, got.margin.initial <= got.margin.maintenance);
        test.same("maintenance under equity", true,
                  got.margin.maintenance <= got.margin.mark_to_market);
        test.same("quick over full", true, first.maintenance >= got.margin.maintenance);
        Cash left = got.margin.mark_to_market + got.maintenance.loss;  // Of factor 1.
        for (const Cash charge : got.maintenance.charges) left -= charge;
        compare(test, "parts", figure(left), figure(got.margin.maintenance), 0);
    }
}

// The parameters themselves: terms that the machine would take.
void pmrm1_parameters(const std::filesystem::path& file, Tally& tally) {
    tally.note = "terms without fault";
    const Json document = read_json(file);
    const Json none = Json::object();
    const Json& named = document["overrides_for_pm_named_cases"];
    for (const Json* overrides : {&none, &named}) {
        Case test(tally, overrides == &none ? "params" : "overrides");
        const auto fault = scenario::validate(terms_of(document["params"], *overrides));
        test.same("fault", "none", fault ? fault->key + " " + fault->what : "none");
    }
}

}  // namespace ballast::conformance
