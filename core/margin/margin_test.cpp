// One call for all models: what is handed through to each engine, and what comes back.
#include <ballast/margin/margin.hpp>

#include <gtest/gtest.h>

#include <array>

namespace ballast::margin {
namespace {

constexpr i64 unit = amount_one;

risk::Kind perp_kind() {
    risk::Kind kind;
    kind.name = "perp";
    kind.value = [](const risk::Series&, std::span<const pricing::Point> points,
                    std::span<Price> out) {
        for (std::size_t i = 0; i < points.size(); ++i) out[i] = points[i].forward;
    };
    return kind;
}

/// One perp at 1000, two of it long, 500 in cash, one unit of an asset at 300.
struct Desk {
    std::array<risk::Kind, 1> kinds{perp_kind()};
    std::array<Underlying, 1> underlyings{};
    std::array<Instrument, 1> instruments{};
    std::array<Asset, 1> assets{};
    std::array<risk::Exposure, 1> positions{{{InstrumentId(0), 2 * unit}}};
    std::array<Holding, 1> holdings{{{AssetId(0), Amount::units(unit)}}};
    Workspace workspace;

    Desk() {
        underlyings[0].spot = Price::units(1000 * unit);
        instruments[0].now.spot = instruments[0].now.forward = underlyings[0].spot;
        assets[0].price = Price::units(300 * unit);
    }
    [[nodiscard]] Market market() const {
        return {.underlyings = underlyings, .instruments = instruments, .assets = assets};
    }
    [[nodiscard]] Portfolio portfolio() const {
        return {.positions = positions,
                .holdings = holdings,
                .cash = Cash::units(i128{500} * unit),
                .orders = {}};
    }
    Margin evaluate(const Model& model) {
        const Table table = build(model, market(), kinds);
        return margin::evaluate(model, table, portfolio(), workspace);
    }
};

Cash cash(i64 value) {
    return Cash::units(i128{value} * unit);
}

Ratio percent(i64 value) {
    return Ratio::units(value * (ratio_one / 100));
}

Model by_scenarios() {
    scenario::Terms terms;
    terms.scenarios.resize(2);
    terms.scenarios[0].spot = pricing::Fine::units(pricing::fine_one * 9 / 10);
    terms.quick = {1};
    terms.collateral.resize(1);
    return {"scan", 3, terms};
}

Model by_notional() {
    notional::Terms terms;
    notional::TierTerms& tier = terms.tiers.emplace_back();
    tier.name = "all";
    tier.linear.initial = percent(10);
    tier.linear.maintenance = percent(5);
    tier.option.unpaired_initial = tier.option.unpaired_maintenance = percent(100);
    notional::CollateralTerms& asset = terms.collateral.emplace_back();
    asset.initial = percent(80);
    asset.maintenance = percent(90);
    return {"flat", 1, terms};
}

TEST(Models, ByScenarios) {
    Desk desk;
    const Margin margin = desk.evaluate(by_scenarios());
    EXPECT_EQ(margin.mark_to_market, cash(800));
    EXPECT_EQ(margin.maintenance, cash(600));
    EXPECT_EQ(margin.worst, 0u);
}

TEST(Models, ByNotional) {
    Desk desk;
    const Model model = by_notional();
    ASSERT_FALSE(validate(model));
    const Margin margin = desk.evaluate(model);
    EXPECT_EQ(margin.mark_to_market, cash(800));
    EXPECT_EQ(margin.initial, cash(500 + 240 - 200));
    EXPECT_EQ(margin.maintenance, cash(500 + 270 - 100));
}

TEST(Models, TheQuickCheckIsOverTheFullOne) {
    Desk desk;
    for (const Model& model : {by_scenarios(), by_notional()}) {
        const Table table = build(model, desk.market(), desk.kinds);
        const Margin first = quick(model, table, desk.portfolio(), desk.workspace);
        EXPECT_GE(first.maintenance,
                  evaluate(model, table, desk.portfolio(), desk.workspace).maintenance);
    }
}

TEST(Models, OpenInterestReachesTheModelByNotional) {
    Desk desk;
    Model model = by_notional();
    auto& tier = std::get<notional::Terms>(model.terms).tiers[0];
    tier.linear.open_interest_low = cash(1'000'000);
    tier.linear.open_interest_high = cash(2'000'000);
    const std::array open_interest{cash(2'000'000)};
    const Table table = build(model, desk.market(), desk.kinds, open_interest);
    const Margin margin = evaluate(model, table, desk.portfolio(), desk.workspace);
    EXPECT_EQ(margin.initial, cash(500 + 240 - 2000));  // All of the notional.
}

TEST(Models, ComeBackFromTheirBytes) {
    for (const Model& model : {by_scenarios(), by_notional()}) {
        const Bytes bytes = encode(model);
        const auto back = decode<Model>(bytes);
        ASSERT_TRUE(back);
        EXPECT_EQ(back->name, model.name);
        EXPECT_EQ(back->version, model.version);
        EXPECT_EQ(encode(*back), bytes);
    }
}

TEST(Models, FaultsAreThoseOfTheirTerms) {
    Model model = by_scenarios();
    EXPECT_FALSE(validate(model));
    model.name.clear();
    EXPECT_EQ(validate(model)->key, "name");
    model = by_scenarios();
    std::get<scenario::Terms>(model.terms).scenarios.clear();
    EXPECT_EQ(validate(model)->key, "scenarios");
}

}  // namespace
}  // namespace ballast::margin
