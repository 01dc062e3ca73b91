/// What a scenario may not say, and how it is told.

#include "figure.hpp"
#include "runner.hpp"

#include <ballast/files/csv.hpp>

#include <gtest/gtest.h>

namespace ballast::scenarios {
namespace {

constexpr std::string_view start =
    "scenario  a test\n"
    "given market plain.toml\n"
    "given account alice ETH 100\n"
    "given account bob\n"
    "given vault v1 owner bob type ETH-A debt 1000 ETH 100\n"
    "given price ETH/USD 200.00\n";

Attempt<Played> play_text(std::string_view text) {
    const std::filesystem::path path = std::filesystem::path(BALLAST_SCENARIOS_DIR) / "x.scn";
    BALLAST_TRY(const Scenario scenario, parse(path, text));
    return play(scenario);
}

std::string fault_of(std::string_view text) {
    const auto played = play_text(text);
    return played ? "(none)" : played.error().sentence;
}

TEST(words, what_cannot_be_read_is_said_with_file_line_and_what_was_expected) {
    struct Case {
        std::string_view line;
        std::string_view fault;
    };
    constexpr Case cases[] = {
        {"show vault v1", "expected scenario, given, do, then, expect or root, found 'show'"},
        {"scenario another", "a file holds one scenario, and this is another"},
        {"do", "the line ends after 'do', where what is done was expected"},
        {"do dance alice", "expected what is done, found 'dance'; there are: open, batch"},
        {"do mint alise v1 USDB 1 -> accepted", "found 'alise'; did you mean 'alice'?"},
        {"do mint bob v2 USDB 1 -> accepted", "expected a vault, found 'v2'"},
        {"do mint bob v1 ETH 1 -> accepted", "the vault owes USDB, not ETH"},
        {"do mint bob v1 USDB -> accepted", "expected an amount: '->' is not a decimal number"},
        {"do mint bob v1 USDB 1,5 -> accepted", "'1,5' is not a decimal number"},
        {"do mint bob v1 USDB 0.000000001 -> accepted", "more than 8 digits after the point"},
        {"do mint bob v1 USDB 1", "the line ends after '1', where the word '->' was expected"},
        {"do mint bob v1 USDB 1 2 -> accepted", "expected the word '->', found '2'"},
        {"do mint bob v1 USDB 1 -> acepted", "found 'acepted'; did you mean 'accepted'?"},
        {"do mint bob v1 USDB 1 -> accepted twice", "'twice' is more than was expected here"},
        {"do open bob v1 type ETH-A -> accepted", "there is a vault 'v1' already"},
        {"do take bob auction 0 USDB 1 price_max 1 -> accepted", "there is no auction 0"},
        {"do end -> accepted", "no batch has begun"},
        {"do batch bob\nexpect supply ETH 1", "expected 'do end', for the batch has not ended"},
        {"do batch bob", "expected 'do end', for the batch has not ended"},
        {"do batch bob\ndo batch bob", "a batch may not stand in a batch"},
        {"do batch bob\ndo close alice v1", "expected the account whose batch it is"},
        {"then price BTC/USD 1", "expected a feed, found 'BTC/USD'"},
        {"then price ETH/USD -1", "expected a price from 0"},
        {"then price ETH/USD 1 from west", "expected a venue, found 'west'"},
        {"then price USDC/USD 1 from south", "south is no source of USDC/USD"},
        {"then wait soon", "expected a time: 'soon' is not a duration"},
        {"then wait 0s", "expected a time of more than nothing"},
        {"then wait 400d", "no block comes of it"},
        {"expect vault v1", "expected a column and a value"},
        {"expect vault v1 depth 3", "expected a column, found 'depth'; there are: status, owed"},
        {"expect vault v1 owed", "the line ends after 'owed', where a value of owed was expected"},
        {"expect vault v1 owed much", "expected a number: 'much' is not a decimal number"},
        {"expect event earthquake count 1", "expected a kind of event, found 'earthquake'"},
        {"expect event vault_opened count 1.5", "more than 0 digits after the point"},
        {"root 00\nexpect supply ETH 1", "'expect' may not stand after 'root'"},
        {"then block\nroot 00\nroot 00", "expected one root, and this is another"},
        {"then block\ngiven account carol", "'given' may not stand after 'do, then or expect'"},
    };
    for (const Case& each : cases) {
        const std::string fault = fault_of(std::string(start) + std::string(each.line) + "\n");
        EXPECT_NE(fault.find(each.fault), std::string::npos) << each.line << "\n  " << fault;
        EXPECT_TRUE(fault.starts_with("x.scn:")) << fault;
    }
}

TEST(words, what_is_given_is_judged_as_a_market_file_is) {
    struct Case {
        std::string_view line;
        std::string_view fault;
    };
    constexpr Case cases[] = {
        {"given vault_type ETH-Z minimum_ratio 150%", "there is no 'ETH-Z'; did you mean"},
        {"given vault_type ETH-A", "expected a key and a value after 'ETH-A'"},
        {"given vault_type ETH-A minimum_ratio", "where a value of minimum_ratio was expected"},
        {"given vault_type ETH-A minimum_ratios 150%", "is no key of a vault type; did you mean"},
        {"given vault_type ETH-A minimum_ratio 15O%", "'15O%' is not a decimal number"},
        {"given vault_type ETH-A collateral.BTC.cap 1", "there is no 'BTC'"},
        {"given vault_type ETH-A minimum_debt.low 1", "expected a key of the market file"},
        {"given account alice", "is taken"},
        {"given account carol ETH", "where an amount of ETH was expected"},
        {"given account carol ETH 1 ETH 2", "ETH is there twice"},
        {"given account carol BTC 1", "is not the name of an asset"},
        {"given account carol USDB 1", "would be a synthetic that nobody owes"},
        {"given vault v1 owner bob type ETH-A debt 0", "there is a vault 'v1' already"},
        {"given vault v2 owner carol type ETH-A debt 0", "must be the name of an account"},
        {"given vault v2 type ETH-A", "expected the word 'owner', found 'type'"},
        {"given price ETH/USD", "where a price was expected"},
        {"given weather fair", "expected what is given, found 'weather'"},
    };
    for (const Case& each : cases) {
        const std::string fault =
            fault_of(std::string(start) + std::string(each.line) + "\nthen block\n");
        EXPECT_NE(fault.find(each.fault), std::string::npos) << each.line << "\n  " << fault;
        EXPECT_TRUE(fault.starts_with("x.scn:7")) << fault;
    }
    EXPECT_EQ(fault_of("given market plain.toml\n"),
              "x.scn:1: expected the line 'scenario TITLE' first");
    EXPECT_EQ(fault_of("scenario\n"), "x.scn:1: expected a title after 'scenario'");
    EXPECT_EQ(fault_of("scenario x\ngiven account a\nthen block\n"),
              "x.scn:2: expected 'given market FILE' first");
    EXPECT_EQ(fault_of(start), "x.scn: the file ends before a line of do, then or expect");
}

TEST(words, what_differs_is_shown_as_the_line_would_have_to_be) {
    const auto played = play_text(std::string(start) +
                                  "do   mint bob v1 USDB 500  -> debt_ceiling   # a comment\n"
                                  "do   batch bob\n"
                                  "do   mint bob v1 USDB 1\n"
                                  "do   mint bob v1 USDB 99999\n"
                                  "do   end -> accepted\n"
                                  "expect vault v1  owed 1499.00  status closed  ratio 13.3..\n"
                                  "expect vault v1  owed 1500.00  status open  ratio 1333.33..%\n"
                                  "root 00\n");
    ASSERT_TRUE(played) << played.error().sentence;
    ASSERT_EQ(played->differences.size(), 4u) << show(played->differences);
    EXPECT_EQ(played->differences[0].actual,
              "do   mint bob v1 USDB 500  -> accepted   # a comment");
    EXPECT_EQ(played->differences[1].actual, "do   end -> ratio_under_minimum at 2");
    EXPECT_EQ(played->differences[2].place, "x.scn:12");
    EXPECT_EQ(played->differences[2].actual,
              "expect vault v1  owed 1500  status open  ratio 13.3..");
    EXPECT_EQ(played->differences[3].actual, played->root);
    EXPECT_TRUE(played->actual.ends_with(played->root + "\n"));

    const auto again = play_text(played->actual);
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(show(again->differences), "");
}

TEST(words, a_scenario_without_a_root_says_which_line_to_add) {
    const auto played = play_text(std::string(start) + "then block\n");
    ASSERT_TRUE(played);
    ASSERT_EQ(played->differences.size(), 1u);
    EXPECT_EQ(played->differences[0].actual, played->root);
    EXPECT_EQ(played->root.size(), 5u + 64u);
    const auto scenario = parse("x.scn", std::string(start) + "then block\n# end\nroot 00\n");
    EXPECT_EQ(with_root(*scenario, "root 11"), std::string(start) + "then block\n# end\nroot 11\n");
}

TEST(words, the_example_of_the_readme_happens_as_it_says) {
    const auto readme = files::read_file(std::string(BALLAST_SCENARIOS_DIR) + "/README.md");
    ASSERT_TRUE(readme);
    const std::size_t from = readme->find("scenario  a vault");
    const std::size_t to = readme->find("root ", from);
    ASSERT_LT(to, readme->size());
    const auto played = play_text(readme->substr(from, to - from));
    ASSERT_TRUE(played) << played.error().sentence;
    EXPECT_EQ(played->differences.size(), 1u) << show(played->differences);  // The root.
}

TEST(words, a_figure_is_compared_to_the_digits_that_are_written) {
    const Words place("x.scn:1", {});
    const Figure twelve = Figure::of(Amount::units(1'234'567'890));  // 12.3456789
    EXPECT_EQ(spelled_like(place, "12.3456789", twelve).value(), "12.3456789");
    EXPECT_EQ(spelled_like(place, "12.34567890", twelve).value(), "12.34567890");
    EXPECT_EQ(spelled_like(place, "12.345..", twelve).value(), "12.345..");
    EXPECT_EQ(spelled_like(place, "12.346..", twelve).value(), "12.345..");
    EXPECT_EQ(spelled_like(place, "12.345", twelve).value(), "12.3456789");
    EXPECT_EQ(spelled_like(place, "13..", twelve).value(), "12..");
    EXPECT_EQ(spelled_like(place, "145%", Figure::of(Ratio::units(1'450'000'000))).value(), "145%");
    EXPECT_EQ(spelled_like(place, "1.45", Figure::of(Ratio::units(1'450'000'001))).value(),
              "1.450000001");
    EXPECT_EQ(spelled_like(place, "150%", Figure::of(Ratio::units(1'450'000'001))).value(),
              "145.0000001%");
    EXPECT_EQ(spelled_like(place, "closed", Figure::word("open")).value(), "open");
    EXPECT_FALSE(spelled_like(place, "closed", twelve));
    EXPECT_FALSE(spelled_like(place, "3%", Figure::of(3u)));
    EXPECT_FALSE(spelled_like(place, "..", twelve));
}

}  // namespace
}  // namespace ballast::scenarios
