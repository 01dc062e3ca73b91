/// Derive's portfolio margin of the second version: initial and maintenance margin, every scenario
/// and every part that the peer's own test asserts.
#include <ballast/conform_derive/derive.hpp>

#include <ballast/conform_derive/book.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace ballast::conformance {
namespace {

using scenario::Scenario;
using scenario::SkewRule;
using scenario::VolatilityRule;

Scenario scenario_of(const Json& row) {
    Scenario out;
    out.spot = fine(real(row, "SpotShock"));
    out.weight = fine(real(row, "DampeningFactor"));
    const std::string rule = text_of(row, "VolShockDirection");
    if (rule == "Up") out.volatility = VolatilityRule::up;
    if (rule == "Down") out.volatility = VolatilityRule::down;
    if (rule == "LINEAR") out.skew = SkewRule::linear;
    if (rule == "ABS") out.skew = SkewRule::absolute;
    // Where the skew moves, the peer leaves spot alone, whatever the row says.
    if (out.skew != SkewRule::none) out.spot = scenario::fine_one;
    return out;
}

void read_moves(const Json& from, scenario::Terms& terms) {
    for (const Json& row : array_of(from, "Scenarios")) terms.scenarios.push_back(scenario_of(row));
    const Json& volatility = from["VolShock"];
    terms.volatility.range_up = fine(real(volatility, "VOLRANGEUP"));
    terms.volatility.range_down = fine(real(volatility, "VOLRANGEDOWN"));
    terms.volatility.power_short = fine(real(volatility, "SHORTTERMPOWER"));
    terms.volatility.power_long = fine(real(volatility, "LONGTERMPOWER"));
    terms.volatility.minimum_up = fine(real(volatility, "MIN_VOL_EVAL_SHOCKED"));
    terms.volatility.floor_seconds =
        static_cast<u64>(std::llround(real(volatility, "DTE_FLOOR") * 86'400));
    const Json& skew = from["SkewShock"];
    terms.skew.linear_cap = fine(real(skew, "LINEAR_SCALE_CAP"));
    terms.skew.linear_slope = fine(real(skew, "LINEAR_CBASE"));
    terms.skew.absolute_cap = fine(real(skew, "ABS_SCALE_CAP"));
    terms.skew.absolute_slope = fine(real(skew, "ABS_CBASE"));
    terms.skew.width_minimum = fine(real(skew, "MIN_K_STAR"));
    terms.skew.width_scale = fine(real(skew, "MIN_WIDTH_SCALE"));
    terms.skew.volatility_static = fine(real(skew, "VOL_PARAM_STATIC"));
    terms.skew.volatility_slope = fine(real(skew, "VOL_PARAM_SCALE"));
}

void read_charges(const Json& from, scenario::Terms& terms) {
    const Json& margin = from["Margin"];
    terms.initial_factor = ratio(real(margin, "IM_LOSS_FACTOR"));
    terms.maintenance_factor = ratio(real(margin, "MM_LOSS_FACTOR"));
    terms.discount = {.long_base = fine(real(margin, "BASE_STATIC_DISCOUNT")),
                      .long_rate_scale = fine(real(margin, "LONG_RATE_MULTSCALE")),
                      .long_rate_add = fine(real(margin, "LONG_RATE_ADDSCALE")),
                      .short_base = fine(real(margin, "BASE_STATIC_DISCOUNT_NEG")),
                      .short_rate_scale = fine(real(margin, "SHORT_RATE_MULTSCALE")),
                      .short_rate_add = fine(real(margin, "SHORT_RATE_ADDSCALE"))};
    const Json& basis = from["BasisContingency"];
    terms.basis = {.up = fine(real(basis, "SCENARIO_SPOT_UP")),
                   .down = fine(real(basis, "SCENARIO_SPOT_DOWN")),
                   .add = fine(real(basis, "BASIS_CONT_ADD_FACTOR")),
                   .per_year = fine(real(basis, "BASIS_CONT_MULT_FACTOR"))};
    const Json& other = from["OtherContingency"];
    terms.contingency.linear_maintenance = ratio(real(other, "MM_PERP_PERCENT"));
    terms.contingency.linear_initial = ratio(real(other, "IM_PERP_PERCENT"));
    terms.contingency.naked_maintenance = ratio(real(other, "MM_OPTION_PERCENT"));
    terms.contingency.naked_initial = ratio(real(other, "IM_OPTION_PERCENT"));
    terms.confidence = {.threshold = ratio(real(other, "CONF_THRESHOLD")),
                        .factor = ratio(real(other, "CONF_MARGIN"))};
    terms.depeg = {.threshold = price(real(other, "PEG_LOSS_THRESHOLD")),
                   .factor = ratio(real(other, "PEG_LOSS_FACTOR"))};
}

// The peer's surface: log-moneyness held to four widths, total variance to 144.
double surface_volatility(const Json& feed, double strike) {
    const Json& svi = array_of(feed, "SVIparam");
    const double a = real(svi[0]), b = real(svi[1]), rho = real(svi[2]), m = real(svi[3]);
    const double sigma = real(svi[4]), forward = real(svi[5]), tau = real(svi[6]);
    const double most = 4 * std::sqrt(a + b * sigma);
    const double k = std::clamp(std::log(strike / forward), -most, most);
    const double w = a + b * (rho * (k - m) + std::sqrt((k - m) * (k - m) + sigma * sigma));
    return std::sqrt(std::min(w, 144.0) / tau);
}

// In the last half hour the forward settles, second by second.
Expiry expiry_of(const Json& feed) {
    constexpr double window = 1800;
    Expiry out;
    out.seconds = static_cast<u64>(std::llround(real(feed, "FeedExpiry")));
    const double left = std::min(static_cast<double>(out.seconds), window) / window;
    out.fixed = real(feed, "Forward") * (1 - left);
    out.variable = real(feed, "Forward") * left;
    out.rate = real(feed, "Rate");
    out.confidence = std::min({real(feed, "ForwardConfidence"), real(feed, "RateConfidence"),
                               real(feed, "OptionVolConfidences")});
    return out;
}

void read_options(const Json& from, Book& book) {
    std::map<u64, Json> feeds;
    for (const Json& feed : array_of(from, "OptionFeeds"))
        feeds[static_cast<u64>(std::llround(real(feed, "FeedExpiry")))] = feed;
    for (const Json& option : array_of(from, "Options")) {
        const auto feed = feeds.find(static_cast<u64>(std::llround(real(option, "Expiry"))));
        if (feed == feeds.end()) throw Malformed("an option without a feed of its expiry");
        const auto right = real(option, "IsCall") != 0 ? pricing::Right::call : pricing::Right::put;
        const double strike = real(option, "Strike");
        book.add_option(expiry_of(feed->second), right, strike,
                        surface_volatility(feed->second, strike), real(option, "Amount"));
    }
}

Book book_of(const Json& from, scenario::Terms& terms) {
    Book book(real(from, "SpotPrice"), real(from, "SpotConfidence"));
    book.settlement_price = real(from, "StablePrice");
    book.cash =
        real(from, "Cash") + real(from, "UnrealisedPerpPNL") + real(from, "UnrealisedFunding");
    if (real(from, "NumPerps") != 0)
        book.add_perp(real(from, "NumPerps"), real(from, "PerpPrice"),
                      real(from, "PerpConfidence"));
    read_options(from, book);
    for (const Json& row : array_of(from, "Collaterals")) {
        book.add_holding(real(row, "Amount"), real(row, "Price"), real(row, "Confidence"));
        scenario::CollateralTerms& rule = terms.collateral.emplace_back();
        rule.maintenance = ratio(real(row, "MMHaircut"));
        rule.initial = ratio(real(row, "IMHaircut"));
        if (row.value("IsRiskCancelling", false)) rule.follow = scenario::Follow::both;
    }
    return book;
}

// A case that the peer's own test skips (it moves spot together with the skew, which the peer's
// setter refuses) has margins, but no profits that belong to it.
void compare_all(Case& test, const Json& row, const Book& book, const scenario::Breakdown& got) {
    const Json& expected = row["expected"];
    const bool skipped = row.value("upstream_skipped", false);
    const double bound = 1e-8 * book.notional();
    compare(test, "maintenance margin", real(expected, "MM"), figure(got.margin.maintenance),
            bound);
    compare(test, "initial margin", real(expected, "IM"), figure(got.margin.initial), bound);
    compare(test, "options", real(expected, "option_mtm"), figure(got.positions), bound);
    compare(test, "collateral", real(expected, "collateral_mtm"), figure(got.collateral), bound);
    compare(test, "basis", real(expected, "forward_contingency"), figure(got.basis), bound);
    compare(test, "confidence", -real(expected, "oracle_cont"),
            figure(got.initial.charges[static_cast<std::size_t>(scenario::Charge::confidence)]),
            bound);
    if (skipped) return;
    const Json& profits = array_of(expected, "scenario_pnl");
    test.same("scenarios", std::to_string(profits.size()), std::to_string(got.profit.size()));
    for (std::size_t i = 0; i < std::min(profits.size(), got.profit.size()); ++i)
        compare(test, "profit of scenario " + std::to_string(i), real(profits[i]),
                figure(got.profit[i]), bound);
}

}  // namespace

void pmrm2_portfolios(const std::filesystem::path& file, Tally& tally) {
    tally.note = "1e-8 of notional: both margins, each scenario and part";
    const Json document = read_json(file);
    for (const Json& row : array_of(document, "cases")) {
        Case test(tally, text_of(row, "name"));
        scenario::Terms terms;
        read_moves(row["parameters"], terms);
        read_charges(row["parameters"], terms);
        const Book book = book_of(row["scenario"], terms);
        compare_all(test, row, book, book.explain(terms));
    }
}

}  // namespace ballast::conformance
