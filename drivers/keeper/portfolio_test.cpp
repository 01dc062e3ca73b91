#include <ballast/keeper/portfolio.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/decimal.hpp>

#include <gtest/gtest.h>

namespace ballast::keeper {
namespace {

Amount amount(std::string_view text) {
    return Amount::units(*files::parse_decimal(text, 8, Round::down, i128{1} << 100));
}
Cash cash(std::string_view text) {
    return Cash::units(amount(text).units());
}
Price price(std::string_view text) {
    return Price::units(static_cast<i64>(amount(text).units()));
}
Ratio ratio(std::string_view text) {
    return Ratio::units(
        static_cast<i64>(*files::parse_decimal(text, 9, Round::down, i128{1} << 62)));
}

constexpr AssetId eth{0};

// Worth 800, with positions of 4 000; all of it costs 500.
Portfolio for_500() {
    Portfolio portfolio;
    portfolio.id = AuctionId{3};
    portfolio.worth = cash("800");
    portfolio.gross = cash("4000");
    portfolio.bid = cash("500");
    portfolio.most = ratio("1");
    return portfolio;
}

// The same, of which two ether at 110 are a part.
Portfolio with_ether() {
    Portfolio portfolio = for_500();
    portfolio.collateral = {{eth, amount("2")}};
    portfolio.collateral_worth = cash("220");
    return portfolio;
}

// An account under water: who takes it is paid.
Portfolio under_water(std::string_view bid) {
    Portfolio portfolio = for_500();
    portfolio.worth = cash("-100");
    portfolio.bid = cash(bid);
    return portfolio;
}

Market ether_at(std::string_view text, std::string_view size = "1000") {
    return {{{eth, price(text), {{amount(size), Ratio()}}, {}}}, price("1")};
}

struct Row {
    const char* what;
    Portfolio portfolio = for_500();
    Market market = ether_at("110");
    Exit exit{Ratio(), Ratio::units(ratio_one)};
    Terms terms{};
    const char* part = nullptr;  // Null: no bid.
    const char* profit = nullptr;
    const char* pay_max = nullptr;
};

Portfolio half_of(Portfolio portfolio) {
    portfolio.most = ratio("0.5");
    return portfolio;
}

const Row rows[] = {
    {.what = "all of it at the marks", .part = "1", .profit = "300", .pay_max = "800"},
    {.what = "as much as may be taken",
     .portfolio = half_of(for_500()),
     .part = "0.5",
     .profit = "150",
     .pay_max = "400"},
    {.what = "as much as there is margin for",
     .exit = {Ratio(), ratio("0.25")},
     .part = "0.25",
     .profit = "75",
     .pay_max = "200"},
    // 1 % of 4 000 is 40.
    {.what = "getting rid of positions costs of their gross worth",
     .exit = {ratio("0.01"), ratio("1")},
     .part = "1",
     .profit = "260",
     .pay_max = "760"},
    {.what = "and may cost more than there is to gain", .exit = {ratio("0.08"), ratio("1")}},
    // 300 - 10 - 50 of gain, of which 40 are asked for: 200 / 1.1 more could be paid.
    {.what = "cost, margin and least profit",
     .terms = {cash("10"), cash("40"), ratio("0.1")},
     .part = "1",
     .profit = "290",
     .pay_max = "681.81818181"},
    {.what = "a gain under what is asked for", .terms = {cash("10"), cash("291"), Ratio()}},
    {.what = "collateral sells outside for more",
     .portfolio = with_ether(),
     .market = ether_at("125"),
     .part = "1",
     .profit = "330",
     .pay_max = "830"},
    {.what = "collateral that nobody buys counts for nothing",
     .portfolio = with_ether(),
     .market = {{}, price("1")},
     .part = "1",
     .profit = "80",
     .pay_max = "580"},
    // All of it: 300 + 250 - 220.  With one ether sold: 300 - 220 + 600; half: 150 - 110 + 600.
    {.what = "of a shallow outlet a smaller part is better",
     .portfolio = with_ether(),
     .market = ether_at("600", "0.5"),
     .exit = {ratio("0.07"), ratio("1")},
     .part = "0.25",
     .profit = "250",
     .pay_max = "375"},
    {.what = "paid too little for what is under water", .portfolio = under_water("-90")},
    {.what = "paid enough for what is under water",
     .portfolio = under_water("-120"),
     .terms = {cash("5"), Cash(), ratio("0.1")},
     .part = "1",
     .profit = "15",
     .pay_max = "-105"},
    {.what = "what is paid in has no price", .market = {{}, Price()}},
    {.what = "nothing may be taken",
     .portfolio =
         [] {
             Portfolio portfolio = for_500();
             portfolio.most = Ratio();
             return portfolio;
         }()},
};

TEST(Portfolio, Decisions) {
    for (const Row& row : rows) {
        SCOPED_TRACE(row.what);
        const auto bid = decide(row.portfolio, row.market, row.exit, row.terms);
        ASSERT_EQ(bid.has_value(), row.part != nullptr);
        if (!bid) continue;
        EXPECT_EQ(bid->of, Of::portfolio);
        EXPECT_EQ(bid->auction, AuctionId{3});
        EXPECT_EQ(bid->units, static_cast<u128>(ratio(row.part).units()));
        EXPECT_EQ(bid->profit, cash(row.profit)) << files::decimal_text(bid->profit.units(), 8, 8);
        EXPECT_EQ(bid->pay_max, amount(row.pay_max))
            << files::decimal_text(bid->pay_max.units(), 8, 8);
    }
}

// Who pays as much as he said he would still earns what he asked for.
TEST(Portfolio, TheMostThatItPaysStillPays) {
    const Terms terms{cash("7"), cash("30"), ratio("0.02")};
    const Exit exit{ratio("0.01"), ratio("1")};
    for (const char* bid : {"500", "0", "-50"}) {
        Portfolio portfolio = for_500();
        portfolio.bid = cash(bid);
        const auto first = decide(portfolio, ether_at("110"), exit, terms);
        ASSERT_TRUE(first);
        portfolio.bid = Cash::units(first->pay_max.units());
        EXPECT_TRUE(decide(portfolio, ether_at("110"), exit, terms)) << bid;
        portfolio.bid += cash("0.1");
        EXPECT_FALSE(decide(portfolio, ether_at("110"), exit, terms)) << bid;
    }
}

}  // namespace
}  // namespace ballast::keeper
