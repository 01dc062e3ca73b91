// Margin models as files: the ones that come with the house, the list of keys against its
// reference, and what faults say.
#include <ballast/market/model.hpp>

#include <ballast/files/csv.hpp>
#include <ballast/market/model_keys.hpp>

#include <gtest/gtest.h>

#include <set>

namespace ballast::market {
namespace {

using scenario::SkewRule;
using scenario::VolatilityRule;

const std::string source = BALLAST_SOURCE_DIR;
const std::string folder = source + "/markets/margin/";
const ModelNames names{{"USD", "ETH", "BTC"}, {"BTC", "ETH"}};

scenario::Terms terms_of(const std::string& name) {
    const auto model = load_model(folder + name + ".toml", names);
    EXPECT_TRUE(model) << model.error().sentence;
    if (!model) return {};
    EXPECT_EQ(model->name, name);
    return std::get<scenario::Terms>(model->terms);
}

scenario::Fine fine(i64 millionths) {
    return scenario::Fine::units(millionths * 1'000'000);
}

TEST(Models, EveryOneOfTheHouseLoads) {
    for (const std::string& name : list_models(folder)) {
        const auto model = load_model(folder + name + ".toml", names);
        EXPECT_TRUE(model) << model.error().sentence;
    }
}

// vectors/quant/published_parameters.json: 33 scenarios, of them 8 tails and 2 of the skew.
TEST(Models, DerivesSecondVersionHasItsScenarios) {
    const scenario::Terms terms = terms_of("derive-pmrm2");
    std::size_t tails = 0;
    std::size_t skews = 0;
    std::set<i64> spots;
    for (const auto& row : terms.scenarios) {
        tails += row.weight != scenario::fine_one ? 1u : 0u;
        skews += row.skew != SkewRule::none ? 1u : 0u;
        if (row.weight == scenario::fine_one) spots.insert(row.spot.units() / 1'000'000'000);
    }
    EXPECT_EQ(terms.scenarios.size(), 33u);
    EXPECT_EQ(tails, 8u);
    EXPECT_EQ(skews, 2u);
    EXPECT_EQ(spots, (std::set<i64>{820, 865, 910, 955, 1000, 1045, 1090, 1135, 1180}));
    EXPECT_EQ(terms.quick.size(), 3u);
    EXPECT_EQ(terms.initial_factor, Ratio::units(1'000'000'000));
    EXPECT_EQ(terms.maintenance_factor, Ratio::units(800'000'000));
    EXPECT_EQ(terms.contingency.linear_maintenance, Ratio::units(30'000'000));
    EXPECT_EQ(terms.skew.linear_slope, fine(-100'000));
}

TEST(Models, DerivesFirstVersionHasItsScenarios) {
    const scenario::Terms terms = terms_of("derive-pmrm1");
    EXPECT_EQ(terms.scenarios.size(), 23u);
    EXPECT_TRUE(terms.contingency.scaled);
    EXPECT_TRUE(terms.discount.undiscounted);
}

// docs.paradex.trade/risk/portfolio-margin: spot move, volatility, weight, row by row.
TEST(Models, ParadexHasItsTable) {
    const scenario::Terms terms = terms_of("paradex-scan");
    struct Row {
        i64 spot;
        bool up;
        i64 weight;
    };
    const std::vector<Row> rows{
        {1160, true, 10000},  {1120, true, 10000}, {1120, false, 10000}, {1080, true, 10000},
        {1080, false, 10000}, {1040, true, 10000}, {1040, false, 10000}, {1000, true, 10000},
        {1000, false, 10000}, {960, true, 10000},  {960, false, 10000},  {920, true, 10000},
        {920, false, 10000},  {880, true, 10000},  {880, false, 10000},  {840, true, 10000},
        {340, true, 2400},    {670, true, 4800},   {1500, true, 3200},   {2000, true, 1600},
        {3000, true, 800},    {4000, true, 533},   {5000, true, 400},    {6000, true, 320}};
    ASSERT_EQ(terms.scenarios.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(terms.scenarios[i].spot, fine(rows[i].spot * 1000)) << i;
        EXPECT_EQ(terms.scenarios[i].weight, fine(rows[i].weight * 100)) << i;
        EXPECT_EQ(terms.scenarios[i].volatility,
                  rows[i].up ? VolatilityRule::up : VolatilityRule::down)
            << i;
    }
}

// The order of CME's sixteen: 0, +1/3, -1/3, +2/3, -2/3, +1, -1 of the range, each with volatility
// up and down, and twice the range each way.
TEST(Models, SpanHasItsSixteen) {
    const scenario::Terms terms = terms_of("span-16");
    ASSERT_EQ(terms.scenarios.size(), 16u);
    static constexpr std::array<i64, 7> thirds{0, 1, -1, 2, -2, 3, -3};
    for (std::size_t i = 0; i < 14; ++i) {
        EXPECT_EQ(terms.scenarios[i].spot, fine(1'000'000 + thirds[i / 2] * 40'000)) << i;
        EXPECT_EQ(terms.scenarios[i].volatility,
                  i % 2 == 0 ? VolatilityRule::up : VolatilityRule::down);
    }
    EXPECT_EQ(terms.scenarios[14].spot, fine(1'240'000));
    EXPECT_EQ(terms.scenarios[15].spot, fine(760'000));
    EXPECT_EQ(terms.scenarios[15].weight, fine(330'000));
}

TEST(Models, EntriesAreMatchedByName) {
    const scenario::Terms terms = terms_of("ballast");
    ASSERT_EQ(terms.collateral.size(), 3u);
    EXPECT_EQ(terms.collateral[0].follow, scenario::Follow::none);
    EXPECT_EQ(terms.collateral[0].maintenance, Ratio::units(200'000'000));
    EXPECT_EQ(terms.collateral[1].follow, scenario::Follow::both);
    EXPECT_EQ(terms.collateral[1].underlying, UnderlyingId(1));
    EXPECT_EQ(terms.collateral[2].underlying, UnderlyingId(0));
    ASSERT_EQ(terms.underlyings.size(), 2u);
    EXPECT_EQ(terms.underlyings[0].depth, 500 * i64{amount_one});
}

struct Bad {
    const char* text;
    const char* sentence;
};

TEST(Models, FaultsNameFileKeyValueAndLimit) {
    const std::string head = "name = \"m\"\nversion = 1\nby = \"scenarios\"\n";
    const std::vector<Bad> cases{
        {"", "m.toml:1: scenarios: are none, must be at least 1"},
        {"[[scenario]]\nspot = 0\n",
         "m.toml:5: scenario[0].spot: '0' must be at least 0.000000000001"},
        {"[[scenario]]\nspot = 1.1\n[[scenario]]\nspot = 1.2\nskew = \"linear\"\n",
         "m.toml:7: scenario[1].spot: '1.2' must be 1 where the skew moves"},
        {"[[scenario]]\nvolatility = \"sideways\"\n",
         "m.toml:5: scenario[0].volatility: 'sideways' is not one of its words; there are: none, "
         "up, down, shift"},
        {"initial_factor = 0.5\n[[scenario]]\n",
         "m.toml:4: initial_factor: '0.5' must be at least 1"},
        {"initial_facto = 0.5\n",
         "m.toml:4: initial_facto: is no key here; did you mean "
         "'initial_factor'?"},
        {"[[scenario]]\n[delay]\ndeviations = 3\n", "m.toml:5: delay: lacks the key seconds"},
        {"[[scenario]]\n[volatility]\nrange_up = \"x\"\n",
         "m.toml:6: volatility.range_up: 'x' is not a decimal number"},
    };
    for (const Bad& bad : cases) {
        const auto model = read_model(head + bad.text, "m.toml", names);
        ASSERT_FALSE(model) << bad.text;
        EXPECT_TRUE(model.error().sentence.starts_with(bad.sentence))
            << model.error().sentence << "\n"
            << bad.sentence;
    }
    const auto strange = read_model("by = \"feeling\"\n", "m.toml", names);
    ASSERT_FALSE(strange);
}

/// Notes the names of keys.
class Lister {
public:
    explicit Lister(std::set<std::string>& found) : found_(&found) {}
    template <class T>
    void required(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class T>
    void optional(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class Row>
    void section(std::string_view key, Row& row) {
        found_->emplace(key);
        model_keys(*this, row);
    }
    template <class Row>
    void entries(std::string_view key, std::vector<Row>&) {
        found_->emplace(key);
        Row row;
        if constexpr (std::is_same_v<Row, CollateralEntry>)
            row.terms.follow = scenario::Follow::both;
        model_keys(*this, row);
    }

private:
    std::set<std::string>* found_;
};

TEST(Models, EveryKeyIsInTheReference) {
    const auto text = files::read_file(source + "/docs/methods/margin.md");
    ASSERT_TRUE(text);
    std::set<std::string> found;
    Lister lister(found);
    ScenarioSheet sheet;
    model_keys(lister, sheet);
    EXPECT_GT(found.size(), 50u);
    for (const std::string& key : found)
        EXPECT_NE(text->find("| `" + key + "`"), std::string::npos)
            << key << " is not in docs/methods/margin.md";
}

}  // namespace
}  // namespace ballast::market
