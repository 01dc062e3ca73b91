#include <ballast/keeper/decide.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/decimal.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace ballast::keeper {
namespace {

Amount amount(std::string_view text) {
    return Amount::units(*files::parse_decimal(text, 8, Round::down, i128{1} << 100));
}
Cash cash(std::string_view text) {
    return Cash::units(*files::parse_decimal(text, 8, Round::down, i128{1} << 100));
}
Price price(std::string_view text) {
    return Price::units(
        static_cast<i64>(*files::parse_decimal(text, 8, Round::down, i128{1} << 62)));
}
Ratio ratio(std::string_view text) {
    return Ratio::units(
        static_cast<i64>(*files::parse_decimal(text, 9, Round::down, i128{1} << 62)));
}
Ray ray(std::string_view text) {
    return Ray::units(
        static_cast<u128>(*files::parse_decimal(text, 27, Round::down, i128{1} << 120)));
}

constexpr AssetId eth{0};
constexpr AssetId btc{1};

// Ten ether for at most 1 500, at 100 each.
Auction ten_ether() {
    Auction auction;
    auction.id = AuctionId{7};
    auction.parts = {{eth, amount("10")}};
    auction.units = 10 * u128{amount_one};
    auction.price = ray("100");
    auction.tab = auction.pay_most = amount("1500");
    auction.remainder = amount("200");
    return auction;
}

// Ether sells for 125 without end.
Market at_125() {
    return {{{eth, price("125"), {{limits::amount_max, Ratio()}}, {}}}, price("1")};
}

struct Row {
    const char* what;
    Auction auction = ten_ether();
    Market market = at_125();
    Purse purse{amount("100000")};
    Terms terms{};
    const char* pay = nullptr;  // Null: no bid.
    const char* price_max = nullptr;
    const char* profit = nullptr;
};

// Each row changes one thing; the figures are worked by hand.
class Table {
public:
    void row(const char* what, const std::function<void(Row&)>& change, const char* pay,
             const char* price_max = nullptr, const char* profit = nullptr) {
        Row next{.what = what, .pay = pay, .price_max = price_max, .profit = profit};
        change(next);
        rows.push_back(std::move(next));
    }
    std::vector<Row> rows;
};

void rows_of_terms(Table& table) {
    table.row("takes all of it", [](Row&) {}, "1000", "125", "250");
    // 1250 / (1000 + 50) of 100.
    table.row(
        "pays his cost out of the price", [](Row& r) { r.terms.cost = cash("50"); }, "1000",
        "119.047619047619047619047619047", "200");
    table.row(
        "asks for a profit, which is no cost",
        [](Row& r) { r.terms = {cash("50"), cash("200"), {}}; }, "1000", "100", "200");
    table.row(
        "does not bid for less than he asks",
        [](Row& r) { r.terms = {cash("50"), cash("200.00000001"), {}}; }, nullptr);
    table.row(
        "asks for a margin on what he pays", [](Row& r) { r.terms.margin = ratio("0.25"); }, "1000",
        "100", "250");
    table.row(
        "does not bid under his margin", [](Row& r) { r.terms.margin = ratio("0.250000001"); },
        nullptr);
}

void rows_of_limits(Table& table) {
    table.row(
        "does not bid where nothing is gained", [](Row& r) { r.auction.price = ray("125"); },
        nullptr);
    table.row("does not bid where nobody buys", [](Row& r) { r.market.outlets.clear(); }, nullptr);
    table.row("does not bid at a price of zero", [](Row& r) { r.auction.price = {}; }, nullptr);
    table.row("does not bid on an empty lot", [](Row& r) { r.auction.units = 0; }, nullptr);
    table.row("does not bid where the tab is paid", [](Row& r) { r.auction.tab = {}; }, nullptr);
    table.row("does not bid with an empty purse", [](Row& r) { r.purse = {}; }, nullptr);
    table.row(
        "spends what he has", [](Row& r) { r.purse.free = amount("400"); }, "400", "125", "100");
    table.row(
        "pays the tab and no more",
        [](Row& r) { r.auction.tab = r.auction.pay_most = amount("500"); }, "500", "125", "125");
    table.row(
        "keeps to the close factor", [](Row& r) { r.auction.pay_most = amount("600"); }, "600",
        "125", "150");
    // The tab is 900: 800 would leave 100, which is dust; 700 leaves 200.
    table.row(
        "leaves no dust",
        [](Row& r) {
            r.auction.tab = r.auction.pay_most = amount("900");
            r.purse.free = amount("800");
        },
        "700", "125", "175");
    table.row(
        "does not bid where all but dust is out of reach",
        [](Row& r) {
            r.auction.tab = r.auction.pay_most = amount("200");
            r.purse.free = amount("199");
        },
        nullptr);
    // The last ether of the lot may leave any tab.
    table.row(
        "takes the whole lot whatever tab it leaves",
        [](Row& r) { r.auction.tab = r.auction.pay_most = amount("1100"); }, "1000", "125", "250");
}

void rows_of_outlets(Table& table) {
    table.row(
        "stops where the outlet no longer pays",
        [](Row& r) {
            r.market.outlets[0].depth = {
                {amount("4"), {}}, {amount("3"), ratio("0.1")}, {amount("100"), ratio("0.3")}};
        },
        // 4 * 125 + 3 * 112.5 = 837.5 for 700.
        "700", "119.642857142857142857142857142", "137.5");
    table.row(
        "stands behind what he sells already",
        [](Row& r) {
            r.market.outlets[0].depth = {{amount("4"), {}}, {amount("100"), ratio("0.3")}};
            r.market.outlets[0].sold = amount("1");
        },
        "300", "125", "75");
    table.row(
        "sells nothing behind the last rung",
        [](Row& r) { r.market.outlets[0].depth = {{amount("2"), {}}}; }, "200", "125", "50");
    // 1000 of a tab of 1500 earns two thirds of 60: 1250 / (1000 - 40) of 100.
    table.row(
        "counts the reward", [](Row& r) { r.auction.reward = amount("60"); }, "1000",
        "130.208333333333333333333333333", "290");
    table.row(
        "values what he pays in dollars", [](Row& r) { r.market.pay_price = price("1.2"); }, "1000",
        "104.166666666666666666666666666", "50");
    table.row(
        "buys a basket by its shares",
        [](Row& r) {
            // 1 000 units of cash: 4 ether and half a bitcoin, at 0.8 a unit.
            r.auction.parts = {{eth, amount("4")}, {btc, amount("0.5")}};
            r.auction.units = 1000 * u128{amount_one};
            r.auction.price = ray("0.8");
            r.market.outlets.push_back({btc, price("1000"), {{limits::amount_max, {}}}, {}});
        },
        "800", "1", "200");
    table.row(
        "buys of a basket until its worst part stops",
        [](Row& r) {
            r.auction.parts = {{eth, amount("4")}, {btc, amount("0.5")}};
            r.auction.units = 1000 * u128{amount_one};
            r.auction.price = ray("0.8");
            // A quarter of the bitcoin sells; then a unit brings the half of its worth.
            r.market.outlets.push_back({btc, price("1000"), {{amount("0.125"), {}}}, {}});
        },
        "200", "1", "50");
}

std::vector<Row> rows() {
    Table table;
    rows_of_terms(table);
    rows_of_limits(table);
    rows_of_outlets(table);
    return table.rows;
}

TEST(Decide, TableWorkedByHand) {
    for (const Row& row : rows()) {
        SCOPED_TRACE(row.what);
        const auto bid = decide(row.auction, row.market, row.purse, row.terms);
        ASSERT_EQ(bid.has_value(), row.pay != nullptr);
        if (!bid) continue;
        EXPECT_EQ(files::decimal_text(bid->pay_max.units(), 8, 8), row.pay);
        EXPECT_EQ(files::decimal_text(static_cast<i128>(bid->price_max.units()), 27, 27),
                  row.price_max);
        EXPECT_EQ(files::decimal_text(bid->profit.units(), 8, 8), row.profit);
        EXPECT_EQ(bid->auction, row.auction.id);
    }
}

// What the tab buys is not a whole number of units: the tab is paid all the same, or a remainder
// would be left that nobody wants.
TEST(Decide, PaysTheTabThoughItBuysAFractionMore) {
    Auction auction = ten_ether();
    auction.price = ray("97.3");
    auction.tab = auction.pay_most = amount("500.00000001");
    auto bid = decide(auction, at_125(), {amount("1000")}, {});
    ASSERT_TRUE(bid);
    EXPECT_EQ(bid->pay_max, auction.tab);
    EXPECT_EQ(bid->units, 513'874'614u);
    auction.tab = auction.pay_most = auction.remainder;  // All of it, or nothing.
    bid = decide(auction, at_125(), {amount("1000")}, {});
    ASSERT_TRUE(bid);
    EXPECT_EQ(bid->pay_max, auction.tab);
    EXPECT_FALSE(decide(auction, at_125(), {auction.tab - Amount::units(1)}, {}));
}

// A price that is no round number: the payment rounds up, and fits purse and tab all the same.
TEST(Decide, RoundsAsTheMachineDoes) {
    Auction auction = ten_ether();
    auction.price = ray("99.999999999999999999999999999");
    for (const i64 free : {1, 2, 99, 100, 101, 9'999'999, 100'000'001}) {
        const auto bid = decide(auction, at_125(), {Amount::units(free)}, {});
        EXPECT_LE(bid ? bid->pay_max.units() : 0, free);
    }
}

Auction drawn_auction(std::mt19937_64& random) {
    const auto draw = [&](u64 most) { return static_cast<i64>(random() % most); };
    Auction auction;
    auction.units = static_cast<u128>(300'000 + draw(1'000'000));
    auction.parts = {{eth, Amount::units(1 + draw(1'000'000))},
                     {btc, Amount::units(draw(1'000'000))}};
    auction.price = Ray::units(ray_one / 1000 * static_cast<u128>(1 + draw(3000)));
    auction.tab = Amount::units(1 + draw(2'000'000));
    auction.pay_most = draw(2) == 0 ? auction.tab : Amount::units(1 + draw(1'000'000));
    auction.remainder = Amount::units(draw(300'000));
    auction.reward = Amount::units(draw(5'000));
    return auction;
}

Market drawn_market(std::mt19937_64& random) {
    const auto draw = [&](u64 most) { return static_cast<i64>(random() % most); };
    Market market;
    market.pay_price = Price::units(amount_one);
    for (const AssetId asset : {eth, btc}) {
        Outlet outlet{asset, Price::units(amount_one / 100 * (1 + draw(300))), {}, {}};
        i64 discount = 0;
        for (int i = 0; i < 4; ++i) {
            discount += draw(200'000'000);
            outlet.depth.push_back({Amount::units(1 + draw(400'000)), Ratio::units(discount)});
        }
        outlet.sold = Amount::units(draw(2) == 0 ? 0 : draw(500'000));
        market.outlets.push_back(outlet);
    }
    return market;
}

Cash gain_of(const Auction& auction, const Market& market, u128 units) {
    const Amount pay = Amount::units(static_cast<i128>(
        (units * (auction.price.units() / 1'000'000'000) + ray_one / 1'000'000'000 - 1) /
        (ray_one / 1'000'000'000)));
    Cash sum;
    for (std::size_t i = 0; i < 2; ++i)
        sum += proceeds_of(market.outlets[i], Amount::units(auction.parts[i].amount.units() *
                                                            static_cast<i128>(units) /
                                                            static_cast<i128>(auction.units)));
    return sum + Cash::units(auction.reward.units() * pay.units() / auction.tab.units()) -
           Cash::units(pay.units());
}

// What one unit of a drawn lot may be worth, twice over: rounding to whole units loses no more.
constexpr i64 one_unit = 50;

// No take of the same auction, tried one after another, gains more than the one decided on, but for
// rounding.
TEST(Decide, NothingElseGainsMore) {
    std::mt19937_64 random(20200312);
    int bids = 0;
    for (int round = 0; round < 400; ++round) {
        const Auction auction = drawn_auction(random);
        const Market market = drawn_market(random);
        const Purse purse{Amount::units(static_cast<i64>(random() % 1'000'000))};
        const auto bid = decide(auction, market, purse, {});
        bids += bid ? 1 : 0;
        const i128 best = bid ? bid->profit.units() : 0;
        for (int i = 1; i <= 300; ++i) {
            const u128 units = auction.units * static_cast<u128>(i) / 300;
            const i128 pay =
                static_cast<i128>(units * (auction.price.units() / (ray_one / 1000)) / 1000) + 1;
            if (pay > std::min({purse.free, auction.pay_most, auction.tab}).units()) break;
            if (units < auction.units && auction.tab.units() - pay < auction.remainder.units())
                continue;
            ASSERT_LE(gain_of(auction, market, units).units(), best + one_unit)
                << "round " << round;
        }
    }
    EXPECT_GT(bids, 100);
}

// Whatever a bid is filled at up to its limit, paying all that it offers, what was asked for is
// earned.
TEST(Decide, TheLimitStillEarnsWhatIsAskedFor) {
    std::mt19937_64 random(7);
    int tried = 0;
    for (int round = 0; round < 2000; ++round) {
        Auction auction = drawn_auction(random);
        const Market market = drawn_market(random);
        const Terms terms{Cash::units(500), Cash::units(1000), ratio("0.01")};
        const auto bid = decide(auction, market, {Amount::units(700'000)}, terms);
        if (!bid) continue;
        ASSERT_GE(bid->price_max, auction.price);
        const u128 units = static_cast<u128>(bid->pay_max.units()) * (ray_one / 1'000'000'000) /
                           (bid->price_max.units() / 1'000'000'000 + 1);
        if (units == 0) continue;
        ++tried;
        auction.price = bid->price_max;
        const Cash gain = gain_of(auction, market, units);
        ASSERT_GE(gain.units() + one_unit, 1500 + bid->pay_max.units() / 100) << "round " << round;
    }
    EXPECT_GT(tried, 200);
}

TEST(Plan, SpendsThePurseOnceAndFillsTheOutlets) {
    Auction first = ten_ether();
    Auction second = ten_ether();
    second.id = AuctionId{8};
    second.price = ray("90");
    Market market = at_125();
    market.outlets[0].depth = {{amount("12"), {}}, {amount("100"), ratio("0.5")}};
    const std::vector<Auction> auctions{first, second};
    const auto bids = plan(auctions, market, {amount("1050")}, {}, 16);
    ASSERT_EQ(bids.size(), 2u);
    EXPECT_EQ(bids[0].auction, AuctionId{8});  // 350 against 250.
    EXPECT_EQ(bids[0].pay_max, amount("900"));
    // 150 are left and 2 ether still sell; 1.5 of them can be paid.
    EXPECT_EQ(bids[1].pay_max, amount("150"));
    EXPECT_EQ(plan(auctions, market, {amount("1050")}, {}, 1).size(), 1u);
}

TEST(Plan, EqualProfitsFallToTheLowerId) {
    Auction first = ten_ether();
    Auction second = ten_ether();
    second.id = AuctionId{3};
    const std::vector<Auction> auctions{first, second};
    const auto bids = plan(auctions, at_125(), {amount("1000")}, {}, 16);
    ASSERT_EQ(bids.size(), 1u);
    EXPECT_EQ(bids[0].auction, AuctionId{3});
}

}  // namespace
}  // namespace ballast::keeper
