#include <ballast/math/money.hpp>
#include <ballast/replay/population.hpp>
#include <ballast/replay/scenario.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace ballast::replay {
namespace {

class Files : public testing::Test {
protected:
    std::filesystem::path dir =
        std::filesystem::temp_directory_path() / fmt::format("ballast_population_{}", ::getpid());
    void SetUp() override { std::filesystem::create_directories(dir); }
    void TearDown() override { std::filesystem::remove_all(dir); }
    std::filesystem::path file(const std::string& name, const std::string& text) const {
        std::ofstream(dir / name, std::ios::binary) << text;
        return dir / name;
    }
    std::string complaint(const std::string& text) const {
        const auto loaded = load_population(file("v.csv", text));
        if (loaded) return "accepted";
        return loaded.error().sentence.substr(dir.string().size() + 1);
    }
};

TEST_F(Files, a_recorded_population_is_taken_over) {
    const auto loaded =
        load_population(file("v.csv",
                             "vault,eth_collateral,dai_debt,collateral_ratio\n"
                             "16065,135,207710.5180000001,2.18084\n"
                             "16177,0.6160000099,0,14.5\n16178,0,5,0\n16179,1,1,1\n"));
    ASSERT_TRUE(loaded) << loaded.error().sentence;
    ASSERT_EQ(loaded->positions.size(), 2U);
    EXPECT_EQ(loaded->positions[0].name, "16065");
    EXPECT_EQ(loaded->positions[0].locked[0].asset, "ETH");
    EXPECT_EQ(loaded->positions[0].locked[0].amount, Amount::units(13'500'000'000));
    EXPECT_EQ(loaded->positions[0].debt, Amount::units(20'771'051'800'001));  // Up.
    EXPECT_NE(loaded->notes[0].find("2 vaults without debt or without collateral left out"),
              std::string::npos);
    EXPECT_NE(loaded->notes[1].find("DAI debt is taken as the market's synthetic"),
              std::string::npos);
    EXPECT_EQ(loaded->input->rows, 4U);
}

TEST_F(Files, several_collaterals_may_stand_behind_one_debt) {
    const auto loaded = load_population(file("v.csv", "vault,debt_note,x\n"));
    EXPECT_FALSE(loaded);
    const auto basket = load_population(
        file("w.csv",
             "vault,eth_collateral,steth_collateral,usd_debt\na,1,2.000000009,100\nb,0,3,50\n"));
    ASSERT_TRUE(basket);
    ASSERT_EQ(basket->positions[0].locked.size(), 2U);
    EXPECT_EQ(basket->positions[0].locked[1].asset, "STETH");
    EXPECT_EQ(basket->positions[0].locked[1].amount, Amount::units(200'000'000));  // Down.
    ASSERT_EQ(basket->positions[1].locked.size(), 1U);
    EXPECT_EQ(basket->positions[1].locked[0].asset, "STETH");
}

TEST_F(Files, what_is_wrong_with_a_population_is_named) {
    const std::string header = "vault,eth_collateral,dai_debt\n";
    EXPECT_EQ(
        complaint("vault,eth_collateral\na,1\n"),
        "v.csv:1: the columns vault,eth_collateral lack <asset>_collateral or <synthetic>_debt");
    EXPECT_EQ(complaint("eth_collateral,dai_debt\n1,1\n"),
              "v.csv: has no column vault; it has eth_collateral,dai_debt");
    EXPECT_NE(complaint("vault,eth_collateral,dai_debt,colour\n")
                  .find("column colour is unknown or one too many"),
              std::string::npos);
    EXPECT_NE(complaint("vault,eth_collateral,dai_debt,usd_debt\n")
                  .find("column usd_debt is unknown or one too many"),
              std::string::npos);
    EXPECT_EQ(complaint(header + "a,1,1\na,1,1\n"), "v.csv:3: column vault: 'a' is named twice");
    EXPECT_EQ(complaint(header + ",1,1\n"), "v.csv:2: column vault: '' is no name");
    EXPECT_EQ(complaint(header + "a,-1,1\n"),
              "v.csv:2: column eth_collateral: '-1' is negative, expected an amount from 0 to "
              "40000000000");
    EXPECT_EQ(complaint(header + "a,1,nan\n"),
              "v.csv:2: column dai_debt: 'nan' is not a finite number, expected an amount from 0 "
              "to 40000000000");
    EXPECT_EQ(complaint(header + "a,1,40000000001\n"),
              "v.csv:2: column dai_debt: '40000000001' is too large, expected an amount from 0 to "
              "40000000000");
    EXPECT_EQ(complaint(header), "v.csv: holds no vault with collateral and debt");
}

Amount dollars(i64 whole) {
    return Amount::units(i128{whole} * amount_one);
}

TEST(draw, sizes_and_ratios_follow_the_parameters) {
    PopulationTerms terms;
    terms.count = 20'000;
    terms.debt_total = dollars(1'000'000'000);
    terms.size_sigma = Ratio::units(1'500'000'000);
    const Ratio floor = Ratio::units(1'450'000'000);
    const Population population = draw_population(terms, floor, Amount());
    ASSERT_EQ(population.positions.size(), 20'000U);
    Amount total;
    std::vector<long double> sizes, slacks;
    for (const Position& position : population.positions) {
        total += position.debt;
        sizes.push_back(std::log(static_cast<long double>(position.debt.units())));
        const long double slack =
            static_cast<long double>((position.ratio - floor).units()) / ratio_one;
        EXPECT_GE(position.ratio, floor + terms.slack_smallest);
        slacks.push_back(std::log(slack));
    }
    EXPECT_GE(total, terms.debt_total);
    EXPECT_LE(total, terms.debt_total + Amount::units(20'000));  // Each debt is rounded up.
    const auto mean = [](const auto& x) {
        long double sum = 0;
        for (const auto v : x) sum += v;
        return sum / static_cast<long double>(x.size());
    };
    long double size_square = 0, slack_square = 0, product = 0;
    const long double size_mean = mean(sizes), slack_mean = mean(slacks);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        size_square += (sizes[i] - size_mean) * (sizes[i] - size_mean);
        slack_square += (slacks[i] - slack_mean) * (slacks[i] - slack_mean);
        product += (sizes[i] - size_mean) * (slacks[i] - slack_mean);
    }
    EXPECT_NEAR(static_cast<double>(std::sqrt(size_square / 20'000)), 1.5, 0.03);
    EXPECT_NEAR(static_cast<double>(slack_mean), std::log(1.5), 0.03);
    EXPECT_NEAR(static_cast<double>(std::sqrt(slack_square / 20'000)), 1.3, 0.04);
    EXPECT_NEAR(static_cast<double>(product / std::sqrt(size_square * slack_square)), -0.75, 0.02);
}

TEST(draw, exponential_slack_has_its_mean) {
    PopulationTerms terms;
    terms.count = 20'000;
    terms.slack_shape = SlackShape::exponential;
    terms.slack = Ratio::units(800'000'000);
    terms.slack_smallest = Ratio();
    const Population population = draw_population(terms, Ratio(), Amount());
    i128 sum = 0;
    for (const Position& position : population.positions) sum += position.ratio.units();
    EXPECT_NEAR(static_cast<double>(sum / 20'000), 0.8e9, 0.02e9);
}

TEST(draw, the_seed_decides_everything) {
    PopulationTerms terms;
    terms.count = 50;
    const auto debts = [](const Population& population) {
        std::vector<i64> list;
        for (const Position& position : population.positions)
            list.push_back(static_cast<i64>(position.debt.units()));
        return list;
    };
    const auto first = debts(draw_population(terms, Ratio(), dollars(5'000)));
    EXPECT_EQ(first, debts(draw_population(terms, Ratio(), dollars(5'000))));
    EXPECT_GE(*std::min_element(first.begin(), first.end()), dollars(5'000).units());
    terms.seed = "another";
    EXPECT_NE(first, debts(draw_population(terms, Ratio(), dollars(5'000))));
}

TEST(draw, collateral_gives_at_least_the_ratio_drawn) {
    Population population;
    population.positions.push_back({"a", {}, dollars(1'000), Ratio::units(1'500'000'001)});
    lock_collateral(population, "ETH", Price::units(19'461'000'000), Price::units(amount_one));
    const Lock& lock = population.positions[0].locked[0];
    EXPECT_EQ(lock.asset, "ETH");
    const Cash worth = math::worth(lock.amount, Price::units(19'461'000'000), Round::down);
    EXPECT_GE(worth, Cash::units(150'000'000'100));
    EXPECT_LE(worth, Cash::units(150'000'000'400));
}

TEST(parameters, are_set_by_name_within_their_bounds) {
    Assumptions a;
    const auto set = [&](const char* key, const char* value) {
        const auto done = set_parameter(a, key, value);
        return done ? std::string(*done ? "set" : "unknown") : done.error().sentence;
    };
    EXPECT_EQ(set("keepers.count", "7"), "set");
    EXPECT_EQ(a.keepers.count, 7U);
    EXPECT_EQ(set("owners.attentive", "0.25"), "set");
    EXPECT_EQ(a.owners.attentive, Ratio::units(250'000'000));
    EXPECT_EQ(set("outside.depth.LINK", "5e5"), "set");
    EXPECT_EQ(set("outside.depth.LINK", "600000"), "set");
    ASSERT_EQ(a.outside.depths.size(), 1U);
    EXPECT_EQ(a.outside.depths[0].depth, Cash::units(i128{600'000} * amount_one));
    EXPECT_EQ(set("population.slack_shape", "exponential"), "set");
    EXPECT_EQ(set("population.size_correlation", "-0.5"), "set");
    EXPECT_EQ(set("keepers.counts", "7"), "unknown");
    EXPECT_EQ(set("keepers.count", "1001"),
              "keepers.count: 1001 is out of range, allowed are 0 to 1000");
    EXPECT_EQ(set("keepers.count", "1.5"),
              "keepers.count: '1.5' has more than 0 digits after the point");
    EXPECT_EQ(set("owners.attentive", "nan"), "owners.attentive: 'nan' is not a finite number");
    EXPECT_EQ(set("owners.attentive", "1.1"),
              "owners.attentive: 1.1 is out of range, allowed are 0 to 1");
    EXPECT_EQ(set("population.slack_shape", "normal"),
              "population.slack_shape: 'normal' is neither lognormal nor exponential");
}

TEST(parameters, the_manifest_list_sets_them_all_back) {
    Assumptions a;
    (void)set_parameter(a, "keepers.capital", "123.45678901");
    (void)set_parameter(a, "outside.depth.ETH", "77");
    (void)set_parameter(a, "path.flat", "report");
    Assumptions b;
    for (const auto& [key, value] : parameters(a)) {
        const auto done = set_parameter(b, key, value);
        EXPECT_TRUE(done && *done) << key;
    }
    EXPECT_EQ(parameters(a), parameters(b));
    EXPECT_EQ(b.path.flat, FlatCandles::report);
    EXPECT_EQ(parameter_help().size(), parameters(Assumptions{}).size() + 1);
}

TEST(library, every_scenario_loads_and_reaches_its_low) {
    struct Case {
        const char* name;
        const char* asset;
        i64 low_cents;
        std::size_t series;
    };
    const std::filesystem::path root = std::filesystem::path(BALLAST_SOURCE_DIR) / "scenarios";
    const std::vector<Case> cases{{"2020-03", "ETH", 8'820, 2},
                                  {"2021-05", "LINK", 2'100, 3},
                                  {"2022-06", "ETH", 88'156, 3},
                                  {"2022-11", "SOL", 1'237, 3},
                                  {"2025-10", "AVAX", 852, 5}};
    std::vector<std::string> names;
    for (const Case& c : cases) {
        names.emplace_back(c.name);
        const auto scenario = load_scenario(root / c.name);
        ASSERT_TRUE(scenario) << scenario.error().sentence;
        EXPECT_FALSE(scenario->title.empty());
        std::vector<Series> all;
        for (const PriceSource& source : scenario->prices) {
            auto file = load_prices(source, FlatCandles::silent);
            ASSERT_TRUE(file) << file.error().sentence;
            all.insert(all.end(), file->series.begin(), file->series.end());
        }
        EXPECT_EQ(all.size(), c.series);
        std::vector<std::string> notes;
        const auto grid = plan_grid(all, 12, scenario->window, notes);
        ASSERT_TRUE(grid) << grid.error().sentence;
        for (const Series& series : all) {
            if (series.asset != c.asset) continue;
            const std::vector<Price> prices = trace(series, *grid, Hurt::fall);
            EXPECT_EQ(*std::min_element(prices.begin(), prices.end()),
                      Price::units(c.low_cents * 1'000'000))
                << c.name;
        }
    }
    EXPECT_EQ(list_scenarios(root), names);
}

TEST_F(Files, what_is_wrong_with_a_scenario_is_named) {
    const auto complain = [&](const std::string& text) {
        file("scenario.toml", text);
        const auto loaded = load_scenario(dir);
        return loaded ? std::string("accepted")
                      : loaded.error().sentence.substr(dir.string().size() + 1);
    };
    const std::string good =
        "title=\"t\"\nsource=\"s\"\n[[prices]]\nasset=\"ETH\"\nfile=\"e.csv\"\n";
    EXPECT_EQ(complain(good), "accepted");
    EXPECT_EQ(complain("title=\"t\"\n"),
              "scenario.toml: needs title, source and at least one [[prices]]");
    EXPECT_EQ(
        complain(good + "colour=\"c\"\n"),
        "scenario.toml:6: colour: is no key of [[prices]]; there are file, asset, quote, venue");
    EXPECT_NE(
        complain("colour=\"c\"\n" + good).find("scenario.toml:1: colour: is no key of a scenario"),
        std::string::npos);
    EXPECT_EQ(complain("from=\"yesterday\"\n" + good),
              "scenario.toml:1: from: 'yesterday' is no time, expected ISO 8601 in UTC");
    EXPECT_EQ(complain("title=5\n"), "scenario.toml:1: title: expected text in quotes");
    EXPECT_NE(complain("title=\n").find("scenario.toml:1: "), std::string::npos);
    EXPECT_EQ(complain(good + "[assume]\n\"keepers.colour\"=1\n"),
              "scenario.toml: keepers.colour is no parameter");
    EXPECT_EQ(complain(good + "[assume.keepers]\ncount=2000\n"),
              "scenario.toml: keepers.count: 2000 is out of range, allowed are 0 to 1000");
    EXPECT_NE(complain("[[prices]]\nasset=\"ETH\"\n").find("needs both file and asset"),
              std::string::npos);
}

}  // namespace
}  // namespace ballast::replay
