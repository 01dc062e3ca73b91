#include <ballast/files/csv.hpp>
#include <ballast/replay/compare.hpp>
#include <ballast/replay/gather.hpp>
#include <ballast/replay/report.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include <unistd.h>

namespace ballast::replay {
namespace {

Cash cents(i64 value) {
    return Cash::units(i128{value} * 1'000'000);
}

Study sample() {
    Study study;
    study.title = "a crash";
    study.market_name = "a market";
    study.source = "somebody";
    study.parameters = {{"keepers.count", "5"}};
    study.inputs = {{"eth.csv", "abcd", 3}};
    study.notes = {"a note"};
    study.grid = {1'584'054'000, 12, 3};
    study.vaults = 1;
    study.vault_names = {"16065"};
    study.debt_start = Amount::units(i128{1'000} * amount_one);
    study.worst_ratio = Ratio::units(1'234'567'890);
    for (u64 i = 0; i < 3; ++i) {
        BlockRow row;
        row.height = 10 + i;
        row.time = study.grid.time(i);
        row.outside = Price::units(19'461'000'000);
        row.shortfall = i == 1 ? cents(250) : Cash();
        study.rows.push_back(row);
    }
    AuctionRecord record;
    record.started = 1'584'054'000;
    record.ended = 1'584'054'120;
    record.end = AuctionEnd::taken;
    record.tab = record.paid = Amount::units(113'000'000);
    study.auctions = {record};
    study.height = 12;
    return study;
}

TEST(report, the_verdict_comes_first) {
    Study study = sample();
    EXPECT_NE(
        summary(study).find(
            "VERDICT  every unit was backed at every block\n  worst ratio             123.4 % at"),
        std::string::npos);
    study.shortfall_most = cents(123'456'789);
    study.shortfall_time = 1'584'054'000;
    study.blocks_short = 1;
    const std::string text = summary(study);
    EXPECT_NE(
        text.find(
            "VERDICT  NOT every unit was backed: up to $1,234,567 short, at 2020-03-12T23:00:00Z"),
        std::string::npos);
    EXPECT_NE(text.find("short in 1 of 3 blocks"), std::string::npos);
    EXPECT_LT(text.find("VERDICT"), text.find("worst ratio"));
    EXPECT_NE(text.find("source: somebody"), std::string::npos);
    EXPECT_NE(text.find("  - a note"), std::string::npos);
}

TEST(report, json_says_the_same) {
    Study study = sample();
    study.shortfall_most = cents(250);
    const auto json = nlohmann::json::parse(summary_json(study));
    EXPECT_EQ(json["every_unit_backed"], false);
    EXPECT_EQ(json["shortfall_most"], "2.5");
    EXPECT_EQ(json["worst_ratio"], "1.23456789");
    EXPECT_EQ(json["root"], std::string(64, '0'));
    EXPECT_EQ(nlohmann::json::parse(comparison_json({study, study})).size(), 2U);
    const auto manifest = nlohmann::json::parse(manifest_json(study, "1.2.3"));
    EXPECT_EQ(manifest["version"], "1.2.3");
    EXPECT_EQ(manifest["parameters"]["keepers.count"], "5");
    EXPECT_EQ(manifest["inputs"][0]["sha256"], "abcd");
    EXPECT_EQ(manifest["final_height"], 12);
}

TEST(report, tables_are_csv_that_the_reader_takes) {
    const Study study = sample();
    auto blocks = files::CsvReader::over(blocks_csv(study, 1), "blocks");
    ASSERT_TRUE(blocks);
    int rows = 0;
    for (auto more = blocks->next(); more && *more; more = blocks->next()) {
        EXPECT_EQ(blocks->field(*blocks->column("outside_price")), "194.61");
        ++rows;
    }
    EXPECT_EQ(rows, 3);
    // Thinned, the first, the last and every change of the shortfall stay.
    const std::string thin = blocks_csv(study, 100);
    EXPECT_EQ(std::count(thin.begin(), thin.end(), '\n'), 4);
    auto auctions = files::CsvReader::over(auctions_csv(study), "auctions");
    ASSERT_TRUE(auctions);
    ASSERT_TRUE(*auctions->next());
    EXPECT_EQ(auctions->field(*auctions->column("vault")), "16065");
    EXPECT_EQ(auctions->field(*auctions->column("duration_seconds")), "120");
    EXPECT_EQ(auctions->field(*auctions->column("paid")), "1.13");
    EXPECT_EQ(auctions->field(*auctions->column("first_take")), "");
}

TEST(report, a_run_directory_holds_it_all) {
    const auto target =
        std::filesystem::temp_directory_path() / fmt::format("ballast_run_{}", ::getpid());
    auto directory = files::RunDirectory::begin(target);
    ASSERT_TRUE(directory);
    ASSERT_TRUE(write(sample(), *directory, "1.2.3"));
    ASSERT_TRUE(directory->finish());
    for (const auto* name :
         {"manifest.json", "result.json", "summary.txt", "blocks.csv", "auctions.csv"})
        EXPECT_TRUE(std::filesystem::exists(target / name)) << name;
    std::filesystem::remove_all(target);
}

TEST(report, short_money_keeps_three_digits) {
    EXPECT_EQ(short_money(cents(0)), "$0");
    EXPECT_EQ(short_money(cents(98'799)), "$987");
    EXPECT_EQ(short_money(cents(123'400)), "$1.23k");
    EXPECT_EQ(short_money(cents(-1'234'500'000)), "-$12.3m");
    EXPECT_EQ(short_money(cents(45'678'900'000)), "$456m");
    EXPECT_EQ(short_money(cents(123'456'789'000)), "$1.23b");
}

TEST(report, a_comparison_has_one_row_per_design) {
    Study other = sample();
    other.market_name = "another";
    other.shortfall_most = cents(100);
    const std::string text = comparison({sample(), other});
    EXPECT_NE(text.find("a market     yes"), std::string::npos);
    EXPECT_NE(text.find("another       NO"), std::string::npos);
}

TEST(gather, a_scenario_with_settings_of_the_user_on_top) {
    Request request;
    request.scenario = std::filesystem::path(BALLAST_SOURCE_DIR) / "scenarios" / "2020-03";
    request.settings = {{"keepers.count", "9"}};
    request.window.from = 1'584'000'000;
    const auto setup = gather(request);
    ASSERT_TRUE(setup) << setup.error().sentence;
    EXPECT_EQ(setup->assumptions.keepers.count, 9U);
    EXPECT_EQ(setup->assumptions.keepers.latency_blocks, 8U);  // The scenario's.
    EXPECT_EQ(setup->series.size(), 2U);
    EXPECT_EQ(setup->inputs.size(), 2U);
    EXPECT_EQ(setup->window.from, 1'584'000'000U);
    request.prices = {
        (std::filesystem::path(BALLAST_SOURCE_DIR) / "scenarios" / "2020-03" / "eth.csv").string()};
    EXPECT_EQ(gather(request)->series.size(), 1U);
    request.settings = {{"keepers.colour", "red"}};
    EXPECT_EQ(gather(request).error().sentence, "keepers.colour is no parameter of a replay");
    EXPECT_EQ(gather(Request{}).error().sentence,
              "there are no prices: name a scenario, or files with --prices");
}

TEST(gather, two_pairs_at_one_venue_are_two_publishers) {
    const std::string eth =
        (std::filesystem::path(BALLAST_SOURCE_DIR) / "scenarios" / "2020-03" / "eth.csv").string();
    Request request;
    request.prices = {"ETH/USD@x=" + eth, "ETH/USDC@x=" + eth};
    const auto setup = gather(request);
    ASSERT_TRUE(setup) << setup.error().sentence;
    EXPECT_EQ(setup->series[0].venue, "x");
    EXPECT_EQ(setup->series[1].venue, "x-usdc");
}

TEST(gather, knows_its_own_parameters) {
    EXPECT_TRUE(is_parameter("keepers.count"));
    EXPECT_TRUE(is_parameter("outside.depth.ETH"));
    EXPECT_FALSE(is_parameter("vault_type.ETH-A.liquidation_ratio"));
}

}  // namespace
}  // namespace ballast::replay
