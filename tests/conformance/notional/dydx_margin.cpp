/// dYdX v4: requirements, collateral, funding.
#include <ballast/conform_notional/dydx.hpp>

namespace ballast::conformance::dydx {

namespace {

using notional::LinearTerms;

const Json& part(const Json& row, std::string_view key) {
    if (!row.is_object() || !row.contains(key)) throw Malformed("no key " + std::string(key));
    return row[std::string(key)];
}

Whole units(Cash cash) {
    return cash.units();
}
Whole millionths(Ratio ratio) {
    return Whole(ratio.units()) / 1000;
}

// The tier of a row, under the keys that the peer's tests use.
LinearTerms tier_of(const Json& row) {
    const auto either = [&](std::string_view key, std::string_view other) {
        return whole_or(row, key, whole_or(row, other, 0));
    };
    const Whole initial = either("initialMarginPpm", "InitialMarginPpm");
    const Whole fraction = either("maintenanceFractionPpm", "MaintenanceFractionPpm");
    if (fraction > 1'000'000) throw PeerError{"types.ErrMaintenanceFractionPpmExceedsMax"};
    LinearTerms terms;
    terms.initial = ratio_of(initial);
    terms.maintenance = ratio_of(initial * fraction / 1'000'000);
    terms.open_interest_low = cash_of(either("openInterestLowerCap", "OpenInterestLowerCap"));
    terms.open_interest_high = cash_of(either("openInterestUpperCap", "OpenInterestUpperCap"));
    return terms;
}

void adjusted_initial(const Json& row, Case& test) {
    const Cash interest = cash_of(whole_or(row, "openInterestNotional", 0));
    same(test, row, "expectedPpm", millionths(notional::initial_at(tier_of(row), interest, ppm)));
}

void initial_margin(const Json& row, Case& test) {
    const Cash interest = cash_of(whole_or(row, "openInterestNotional", 0));
    const Ratio ratio = notional::initial_at(tier_of(row), interest, ppm);
    const Cash notional = cash_of(whole_of(row, "bigQuoteQuantums"));
    same(test, row, "expectedInitialMarginQuoteQuantums",
         units(notional::required(notional, ratio)));
}

void maintenance_ratio(const Json& row, Case& test) {
    const Whole ratio = millionths(tier_of(row).maintenance);
    for (const char* key : {"expectedPpm", "expectedMaintenanceMarginPpm", "expected"})
        same(test, row, key, ratio);
}

// The most that funding may be is a multiple of what lies between the two ratios.
void funding_clamp(const Json& row, Case& test) {
    const LinearTerms terms = tier_of(row);
    if (terms.maintenance > terms.initial)
        throw PeerError{"types.ErrMaintenanceMarginLargerThanInitialMargin"};
    const Whole between = millionths(terms.initial - terms.maintenance);
    same(test, row, "expectedUpperBoundPpm", whole_of(row, "clampFactorPpm") * between / 1'000'000);
}

Perpetual market_of(const Json& row) {
    Perpetual perpetual;
    if (row.contains("perpetual")) {
        const Json& inner = row["perpetual"];
        if (inner.contains("Params"))
            perpetual.resolution =
                static_cast<int>(whole_or(inner["Params"], "AtomicResolution", 0).small());
        perpetual.open_interest = whole_or(inner, "OpenInterest", 0);
        perpetual.funding_index = whole_or(inner, "FundingIndex", 0);
    }
    if (row.contains("marketPrice")) {
        perpetual.price = whole_of(row["marketPrice"], "Price");
        perpetual.exponent = static_cast<int>(whole_or(row["marketPrice"], "Exponent", 0).small());
    }
    return perpetual;
}

void requirements(const Json& row, Case& test) {
    Perpetual perpetual = market_of(row);
    perpetual.terms = tier_of(part(row, "liquidityTier"));
    const Risk risk = risk_of(perpetual, whole_of(row, "quantums"));
    same(test, row, "expectedImr", units(risk.initial));
    same(test, row, "expectedMmr", units(risk.maintenance));
}

void flat_requirements(const Json& row, Case& test) {
    Perpetual perpetual;
    perpetual.terms = tier_of(row);
    perpetual.price = whole_of(row, "price");
    perpetual.exponent = static_cast<int>(whole_or(row, "exponent", 0).small());
    perpetual.resolution =
        static_cast<int>(whole_or(row, "baseCurrencyAtomicResolution", 0).small());
    perpetual.open_interest = whole_or(row, "openInterest", 0);
    const Risk risk = risk_of(perpetual, whole_of(row, "bigBaseQuantums"));
    same(test, row, "bigExpectedInitialMargin", units(risk.initial));
    same(test, row, "bigExpectedMaintenanceMargin", units(risk.maintenance));
}

void net_notional(const Json& row, Case& test) {
    same(test, row, "expectedNetNotional", market_of(row).notional(whole_of(row, "quantums")));
}

// What the index grows by: the rate of eight hours, prorated, times the price of a base quantum.
void funding_index(const Json& row, Case& test) {
    Perpetual perpetual = market_of(row);
    for (const Json& option : array_of(part(row, "perp"), "args"))
        if (text_of(option, "call").ends_with("WithAtomicResolution"))
            perpetual.resolution = static_cast<int>(whole_of(option).small());
    const Whole rate = whole_of(row, "big8hrFundingRatePpm");
    const Whole seconds = whole_of(row, "timeSinceLastFunding");
    const int exponent = perpetual.exponent + perpetual.resolution + 6;
    const Whole scale = power_of_ten(static_cast<u32>(exponent < 0 ? -exponent : exponent));
    const Whole grown = rate * seconds * perpetual.price;
    const Whole period = 8 * 3600;
    same(test, row, "expected", exponent < 0 ? grown / (period * scale) : grown * scale / period);
}

void settlement(const Json& row, Case& test) {
    const Whole change = market_of(row).funding_index - whole_of(row, "index");
    same(test, row, "expectedNetSettlementPpm", -(whole_of(row, "quantums") * change));
}

void collateral(const Json& row, Case& test) {
    const Account account = account_of(row);
    const Risk risk = account.risk();
    same(test, row, "expectedNetCollateral", units(risk.net));
    same(test, row, "expectedInitialMargin", units(risk.initial));
    same(test, row, "expectedMaintenanceMargin", units(risk.maintenance));
    if (const auto model = account.model_risk()) {
        test.same("the model's net collateral", units(risk.net).text(), units(model->net).text());
        test.same("the model's initial", units(risk.initial).text(), units(model->initial).text());
        test.same("the model's maintenance", units(risk.maintenance).text(),
                  units(model->maintenance).text());
    }
}

void account_liquidatable(const Json& row, Case& test) {
    const Account account = account_of(row);
    const bool got = notional::liquidatable(account.risk().danger());
    test.same("expectedIsLiquidatable", row.value("expectedIsLiquidatable", false), got);
    if (const auto model = account.model_risk())
        test.same("the model's answer", got, model->maintenance > model->net);
}

Danger danger_of(const Json& row, const char* net, const char* maintenance) {
    return {cash_of(whole_or(row, net, 0)), cash_of(whole_or(row, maintenance, 0))};
}

void risk_order(const Json& row, Case& test) {
    const auto order = notional::compare_danger(danger_of(row, "firstNC", "firstMMR"),
                                                danger_of(row, "secondNC", "secondMMR"));
    same(test, row, "expected", order < 0 ? -1 : order > 0 ? 1 : 0);
}

void risk_liquidatable(const Json& row, Case& test) {
    test.same("expected", row.value("expected", false),
              notional::liquidatable(danger_of(row, "NC", "MMR")));
}

// A margin of ours is what is left over the requirement, and healthy from 0.
void risk_initial(const Json& row, Case& test) {
    const Cash left = cash_of(whole_or(row, "NC", 0)) - cash_of(whole_or(row, "IMR", 0));
    test.same("expected", row.value("expected", false), left >= Cash());
}

void risk_maintenance(const Json& row, Case& test) {
    const Danger danger = danger_of(row, "NC", "MMR");
    test.same("expected", row.value("expected", false), danger.net >= danger.maintenance);
}

template <void (*answer)(const Json&, Case&)>
void table(const std::filesystem::path& file, Tally& tally) {
    each(file, tally, answer);
}

}  // namespace

void margin_tables(std::vector<Runner>& runners) {
    const auto add = [&](std::string_view pattern, Run run) {
        runners.push_back({"dydx", pattern, run});
    };
    add("TestGetAdjustedInitialMarginPpm.json", table<adjusted_initial>);
    add("TestGetInitialMarginQuoteQuantums.json", table<initial_margin>);
    add("TestLiquidityTierGetMaintenanceMarginPpm.json", table<maintenance_ratio>);
    add("TestLiquidityTierGetMaxAbsFundingClampPpm.json", table<funding_clamp>);
    add("TestGetMarginRequirementsInQuoteQuantums.json", table<requirements>);
    add("TestGetMarginRequirementsInQuoteQuantums_2.json", table<flat_requirements>);
    add("TestGetNetNotionalInQuoteQuantums.json", table<net_notional>);
    add("TestGetFundingIndexDelta.json", table<funding_index>);
    add("TestGetSettlementPpmWithPerpetual.json", table<settlement>);
    add("TestGetNetCollateralAndMarginRequirements.json", table<collateral>);
    add("TestIsLiquidatable.json", table<account_liquidatable>);
    add("TestRisk_Cmp.json", table<risk_order>);
    add("TestRisk_IsLiquidatable.json", table<risk_liquidatable>);
    add("TestRisk_IsInitialCollateralized.json", table<risk_initial>);
    add("TestRisk_IsMaintenanceCollateralized.json", table<risk_maintenance>);
}

}  // namespace ballast::conformance::dydx
