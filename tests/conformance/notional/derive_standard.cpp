/// Derive's standard manager: portfolios of options, perps and collateral on our model by notional.
#include <ballast/conform_notional/topics.hpp>
#include <ballast/conform_notional/whole.hpp>

#include <ballast/notional/notional.hpp>
#include <ballast/pricing/pricing.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::conformance {

namespace {

using pricing::Right;

constexpr double unit = 1e8;
constexpr double wad = 1e18;

Price price_of(double dollars) {
    return Price::units(std::llround(dollars * unit));
}
Ratio ratio_of(double value) {
    return Ratio::units(std::llround(value * ratio_one));
}
double dollars_of(Cash cash) {
    return static_cast<double>(cash.units()) / unit;
}

// A number, whole or not, or a string of digits; 0 where there is none.
double real_of(const Json& value) {
    if (value.is_null()) return 0;
    if (value.is_string()) return std::stod(value.get<std::string>());
    if (!value.is_number()) throw Malformed(value.dump() + " is no number");
    return value.get<double>();
}
double real_or(const Json& object, const std::string& key, double otherwise) {
    return object.is_object() && object.contains(key) ? real_of(object[key]) : otherwise;
}
const Json& part(const Json& object, const std::string& key) {
    if (!object.is_object() || !object.contains(key)) throw Malformed("no key " + key);
    return object[key];
}

// --- the model --------------------------------------------------------------------------------

struct Parameters {
    double perp_initial = 0.065;
    double perp_maintenance = 0.05;
    double base = 0.8;
    double base_initial_scale = 1;
};

// The other figures are the same in both files (srm_cases.json, meta.params).
notional::Terms terms_of(const Parameters& parameters, const Json& named) {
    const auto ratio = [&](const char* name, double otherwise) {
        return ratio_of(real_or(named, name, otherwise));
    };
    notional::TierTerms tier;
    tier.linear.initial = ratio_of(parameters.perp_initial);
    tier.linear.maintenance = ratio_of(parameters.perp_maintenance);
    tier.option.isolated = notional::ShortTerms{
        ratio("maxSpotReq", 0.15),    ratio("minSpotReq", 0.1),    ratio("mmCallSpotReq", 0.075),
        ratio("mmPutSpotReq", 0.075), ratio("MMPutMtMReq", 0.075), ratio("mmOffsetScale", 1.05)};
    tier.option.unpaired_initial = ratio("unpairedIMScale", 1.2);
    tier.option.unpaired_maintenance = ratio("unpairedMMScale", 1.1);
    const Ratio threshold = ratio("oracle_thresholds", 0.4);
    tier.confidence = {threshold, threshold, ratio("OCFactor", 0.4)};
    notional::CollateralTerms collateral;
    collateral.initial = ratio_of(parameters.base * parameters.base_initial_scale);
    collateral.maintenance = ratio_of(parameters.base);
    collateral.confidence_threshold = threshold;
    collateral.confidence_factor = tier.confidence.factor;
    notional::Terms terms;
    terms.tiers = {tier};
    terms.collateral = {collateral, collateral};
    terms.depeg = {price_of(real_or(named, "depeg_threshold", 0.98)), ratio("depeg_factor", 1.2)};
    return terms;
}

enum Asset : u16 { eth, btc };

Asset asset_of(const std::string& name) {
    if (name == "ETH" || name == "eth") return eth;
    if (name == "BTC" || name == "btc") return btc;
    throw Malformed("an underlying '" + name + "'");
}

struct Portfolio {
    std::vector<notional::Underlying> underlyings{2};
    std::vector<notional::Instrument> instruments;
    std::vector<risk::Exposure> positions;
    std::vector<notional::Holding> collateral;
    Cash cash;
    Price settlement = price_of(1);
    double notional = 0;  // Dollars, of everything.

    notional::Instrument& add(Asset asset, double units, double spot) {
        const InstrumentId id(static_cast<u32>(instruments.size()));
        const i64 size = std::llround(units * unit);
        if (size != 0) positions.push_back({id, size});
        notional += std::abs(units) * spot;
        notional::Instrument& added = instruments.emplace_back();
        added.series.underlying = UnderlyingId(asset);
        return added;
    }
    // `price` in dollars; the model is told what it is in cash.
    void hold(Asset asset, double units, double price, double confidence) {
        if (units == 0) return;
        notional += units * price;
        const double cash_price = price * unit / static_cast<double>(settlement.units());
        collateral.push_back({AssetId(asset), Amount::units(std::llround(units * unit)),
                              Price::units(static_cast<i64>(std::ceil(cash_price * unit - 1e-3))),
                              ratio_of(confidence)});
    }
    [[nodiscard]] notional::Margin margin(const notional::Terms& terms) const {
        return notional::margin(terms, {underlyings, instruments, settlement},
                                {positions, collateral, cash});
    }
};

struct Option {
    Right right = Right::call;
    double strike = 0;
    u64 seconds = 0;
    double forward = 0;
    double volatility = 0;
    double confidence = 1;
};

// Marked by Black-76 on its forward, undiscounted.
void add_option(Portfolio& portfolio, Asset asset, double units, const Option& option) {
    const Price spot = portfolio.underlyings[asset].spot;
    notional::Instrument& added =
        portfolio.add(asset, units, static_cast<double>(spot.units()) / unit);
    added.series.right = option.right;
    added.series.strike = price_of(option.strike);
    added.series.expiry = option.seconds;
    added.shape = risk::Shape::option;
    added.upfront = true;
    added.forward = price_of(option.forward);
    added.confidence = ratio_of(option.confidence);
    const pricing::Point point{spot,
                               added.forward,
                               pricing::Fine::units(std::llround(option.volatility * 1e12)),
                               {},
                               option.seconds};
    pricing::european(option.right, added.series.strike, {&point, 1}, {&added.mark, 1});
}

// A perp's gain since it was entered is cash of ours.
void add_perp(Portfolio& portfolio, Asset asset, double units, double mark, double gain) {
    notional::Instrument& added = portfolio.add(asset, units, mark);
    added.mark = price_of(mark);
    portfolio.cash += Cash::units(std::llround(gain * unit));
}

// --- srm_cases.json ---------------------------------------------------------------------------

double in_wads(const Json& scenario, const std::string& key) {
    return real_of(part(scenario, key)) / wad;
}
double in_wads(const Json& scenario, const std::string& key, std::size_t position) {
    return real_of(part(scenario, key).at(position)) / wad;
}

double confidence_of(const Json& scenario, Asset asset, std::size_t of_perp) {
    return real_of(part(scenario, "SpotPerpConfidences").at(asset).at(of_perp)) / wad;
}

// An option sees the forward that its settlement's average has not fixed, and the average.
double forward_of(const Json& scenario, Asset asset, std::size_t position) {
    const std::string name = asset == eth ? "ETH" : "BTC";
    const double fixed = real_of(part(scenario, "PercentFixed" + name));
    return fixed * in_wads(scenario, "TWAP_" + name) +
           (1 - fixed) * in_wads(scenario, "Forwards", position);
}

// What an expiry is charged for is the least confidence among all its feeds.
double expiry_confidence(const Json& scenario, Asset asset, const Json& expiry) {
    double least = confidence_of(scenario, asset, 0);
    for (std::size_t i = 0; i < part(scenario, "OptionExpiries").size(); ++i) {
        if (asset_of(scenario["OptionUnderlying"][i]) != asset ||
            scenario["OptionExpiries"][i] != expiry)
            continue;
        least = std::min({least, in_wads(scenario, "OptionVolConfidences", i),
                          in_wads(scenario, "ForwardConfidences", i)});
    }
    return least;
}

void add_scenario_options(Portfolio& portfolio, const Json& scenario) {
    for (std::size_t i = 0; i < part(scenario, "OptionAmounts").size(); ++i) {
        const Asset asset = asset_of(scenario["OptionUnderlying"].at(i));
        Option option;
        option.right =
            real_of(part(scenario, "OptionIsCall").at(i)) != 0 ? Right::call : Right::put;
        option.strike = in_wads(scenario, "OptionStrikes", i);
        option.seconds = small_of(part(scenario, "OptionExpiries").at(i));
        option.forward = forward_of(scenario, asset, i);
        option.volatility = in_wads(scenario, "OptionVols", i);
        option.confidence =
            expiry_confidence(scenario, asset, part(scenario, "OptionExpiries").at(i));
        add_option(portfolio, asset, in_wads(scenario, "OptionAmounts", i), option);
    }
}

void add_scenario_perp(Portfolio& portfolio, const Json& scenario, Asset asset) {
    const std::string name = asset == eth ? "ETH" : "BTC";
    const double units = in_wads(scenario, "Perps_" + name);
    if (units == 0) return;
    const double mark = in_wads(scenario, "PerpPrice", asset);
    const Json& entry = part(scenario, "LastEntry" + name);
    const double gain = entry.is_null() ? 0 : mark - real_of(entry) / wad;
    const double funding = in_wads(scenario, name + "GlobalFundingIndex") -
                           in_wads(scenario, "Account" + name + "FundingIndex");
    add_perp(portfolio, asset, units, mark, units * (gain - funding));
    portfolio.instruments.back().confidence =
        ratio_of(std::min(confidence_of(scenario, asset, 0), confidence_of(scenario, asset, 1)));
}

Portfolio portfolio_of(const Json& scenario) {
    Portfolio portfolio;
    portfolio.settlement = price_of(in_wads(scenario, "USDCValue"));
    for (const Asset asset : {eth, btc}) {
        const std::string name = asset == eth ? "ETH" : "BTC";
        const double spot = in_wads(scenario, name + "SpotPrice");
        portfolio.underlyings[asset].spot = price_of(spot);
        portfolio.hold(asset, in_wads(scenario, "w" + name), spot,
                       confidence_of(scenario, asset, 0));
        add_scenario_perp(portfolio, scenario, asset);
    }
    add_scenario_options(portfolio, scenario);
    portfolio.cash += Cash::units(std::llround(in_wads(scenario, "Cash") * unit));
    portfolio.notional += std::abs(in_wads(scenario, "Cash"));
    return portfolio;
}

void near(Case& test, const char* what, const Json& expected, Cash got, double notional) {
    const double wanted = real_of(expected) / wad;
    if (std::abs(wanted - dollars_of(got)) > 1e-8 * std::max(1.0, notional))
        test.fail(what, std::to_string(wanted), std::to_string(dollars_of(got)));
}

}  // namespace

void standard_cases(const std::filesystem::path& file, Tally& tally) {
    tally.note = "10^-8 of the portfolio's notional; the peer's test allows 0.1 %";
    const Json document = read_exact(file);
    const Json& named = part(part(document, "meta"), "params");
    Parameters parameters;
    parameters.perp_initial = real_or(named, "spot_perp_im", parameters.perp_initial);
    parameters.perp_maintenance = real_or(named, "spot_perp_mm", parameters.perp_maintenance);
    parameters.base = real_or(named, "base_margin_factor", 0.1);
    parameters.base_initial_scale = real_or(named, "base_IMScale", 1);
    const notional::Terms terms = terms_of(parameters, named);
    for (const auto& [name, row] : part(document, "cases").items()) {
        Case test(tally, name);
        try {
            const Portfolio portfolio = portfolio_of(part(row, "Scenario"));
            const notional::Margin margin = portfolio.margin(terms);
            const Json& result = part(row, "Result");
            near(test, "realIM", part(result, "realIM"), margin.initial, portfolio.notional);
            near(test, "realMM", part(result, "realMM"), margin.maintenance, portfolio.notional);
            near(test, "PortfolioMtM", part(result, "PortfolioMtM"), margin.mark_to_market,
                 portfolio.notional);
        } catch (const std::exception& fault) {
            test.fail("the case", "one that is understood", fault.what());
        }
    }
}

// --- srm_named_portfolios.json ----------------------------------------------------------------

namespace {

// The feeds of a case: those of the file, and what the case overrides.
class Feeds {
public:
    Feeds(const Json& document, const std::string& name)
        : feeds_(part(document, "feeds")), none_(Json::object()), own_(&none_) {
        const Json& overrides = part(document, "overrides");
        if (overrides.contains(name)) own_ = &overrides[name];
    }
    [[nodiscard]] double spot(Asset asset) const {
        return real_of(part(feeds_, prefix(asset) + "_spot"));
    }
    [[nodiscard]] double spot_confidence(Asset asset) const {
        return asset == eth ? real_or(*own_, "spot_conf", 1) : 1;
    }
    [[nodiscard]] double stable() const {
        return real_or(*own_, "stable_price", real_or(feeds_, "stable_price", 1));
    }
    // Over spot, as the peer's test sets it up: a dollar for ETH, 20 for BTC; and its confidence.
    [[nodiscard]] std::pair<double, double> perp(Asset asset) const {
        const std::string key = prefix(asset) + "_perp";
        if (own_->contains(key)) return {real_of((*own_)[key].at(0)), real_of((*own_)[key].at(1))};
        return {spot(asset) + (asset == eth ? 1 : 20), 1};
    }
    [[nodiscard]] u64 seconds(const std::string& expiry) const {
        return small_of(part(part(feeds_, "seconds_to_expiry"), expiry));
    }
    [[nodiscard]] double volatility() const { return real_or(feeds_, "default_vol", 0.5); }
    // The overrides are of ETH.  A confidence of a forward is written on the threshold where the
    // peer's test sets it one unit of 10^-18 below; a unit of ours makes no other difference.
    [[nodiscard]] std::pair<double, double> forward(Asset asset, const std::string& expiry) const {
        const std::string key = "fwd_" + expiry;
        if (asset == eth && own_->contains(key))
            return {real_of((*own_)[key].at(0)), real_of((*own_)[key].at(1)) - 1e-9};
        return {real_of(part(part(feeds_, prefix(asset) + "_forward"), expiry)), 1};
    }
    [[nodiscard]] double volatility_confidence(Asset asset, const std::string& expiry) const {
        double least = asset == eth ? real_or(*own_, "vol_conf_" + expiry, 1) : 1;
        if (!own_->contains("vol_confidence")) return least;
        const Json& all = (*own_)["vol_confidence"];
        if (!all.contains(prefix(asset))) return least;
        for (const auto& [strike, confidence] : all[prefix(asset)].items())
            if (strike.starts_with(expiry + "/")) least = std::min(least, real_of(confidence));
        return least;
    }

private:
    static std::string prefix(Asset asset) { return asset == eth ? "eth" : "btc"; }

    const Json& feeds_;
    Json none_;
    const Json* own_;
};

constexpr double amount_scale = 1e8;

void add_named_option(Portfolio& portfolio, const Json& row, const Feeds& feeds) {
    const Asset asset = asset_of(text_of(row, "underlying"));
    const std::string expiry = text_of(row, "expiry");
    const auto [forward, forward_confidence] = feeds.forward(asset, expiry);
    Option option;
    option.right = text_of(row, "type") == "call" ? Right::call : Right::put;
    option.strike = real_of(part(row, "strike"));
    option.seconds = feeds.seconds(expiry);
    option.forward = forward;
    option.volatility = feeds.volatility();
    option.confidence = std::min({forward_confidence, feeds.spot_confidence(asset),
                                  feeds.volatility_confidence(asset, expiry)});
    add_option(portfolio, asset, real_of(part(row, "amount")) / amount_scale, option);
}

void add_named_perp(Portfolio& portfolio, const Json& row, const Feeds& feeds) {
    const Asset asset = asset_of(text_of(row, "underlying"));
    const double units = real_of(part(row, "amount")) / amount_scale;
    const auto [mark, confidence] = feeds.perp(asset);
    const double entry = real_of(part(row, "entryPrice")) / amount_scale;
    add_perp(portfolio, asset, units, mark, units * (mark - entry));
    portfolio.instruments.back().confidence =
        ratio_of(std::min(confidence, feeds.spot_confidence(asset)));
}

Portfolio portfolio_of(const Json& row, const Feeds& feeds) {
    Portfolio portfolio;
    portfolio.settlement = price_of(feeds.stable());
    for (const Asset asset : {eth, btc})
        portfolio.underlyings[asset].spot = price_of(feeds.spot(asset));
    for (const Json& option : array_of(row, "options")) add_named_option(portfolio, option, feeds);
    for (const Json& perp : array_of(row, "perps")) add_named_perp(portfolio, perp, feeds);
    for (const Json& base : array_of(row, "bases")) {
        const Asset asset = asset_of(text_of(base, "underlying"));
        portfolio.hold(asset, real_of(part(base, "amount")) / amount_scale, feeds.spot(asset),
                       feeds.spot_confidence(asset));
    }
    portfolio.cash += Cash::units(std::llround(real_of(part(row, "cash"))));
    return portfolio;
}

std::string whole_dollars(Cash cash) {
    return Whole(cash.units() / i128{amount_one}).text();
}

}  // namespace

void standard_portfolios(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in the whole dollars that the peer's test states";
    const Json document = read_json(file);
    const notional::Terms terms = terms_of({}, Json::object());
    for (const auto& [name, row] : part(document, "cases").items()) {
        Case test(tally, name);
        try {
            const Feeds feeds(document, name);
            const notional::Margin margin = portfolio_of(row, feeds).margin(terms);
            const Json& expected = part(row, row.contains("results") ? "results" : "result");
            test.same("mm", text_of(expected, "mm"), whole_dollars(margin.maintenance));
            test.same("im", text_of(expected, "im"), whole_dollars(margin.initial));
        } catch (const std::exception& fault) {
            test.fail("the case", "one that is understood", fault.what());
        }
    }
}

}  // namespace ballast::conformance
