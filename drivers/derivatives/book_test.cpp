#include <ballast/derivatives/book.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace ballast::derivatives {
namespace {

// Ether at 200 and bitcoin at 8,000 dollars; noon of 12 March 2020.
clearing::Terms two_underlyings() {
    clearing::Terms terms;
    for (const char* name : {"ETH", "BTC"}) {
        clearing::UnderlyingTerms underlying;
        underlying.name = name;
        underlying.strike_step = Price::units(500'000'000);
        underlying.expiry_step = 28'800;
        underlying.expiry_max = u64{400} * 86'400;
        terms.underlyings.push_back(underlying);
    }
    return terms;
}

struct Books : testing::Test {
    const clearing::Terms terms = two_underlyings();
    const Ground ground{terms,
                        {"ETH", "BTC", "USDB"},
                        "USDB",
                        1'584'014'400,
                        {Price::units(20'000'000'000), Price::units(800'000'000'000)}};

    files::Attempt<Book> read(const std::string& rows) {
        const std::string path = testing::TempDir() + "book.csv";
        std::ofstream(path) << "account,item,size,entry\n" << rows;
        return read_book(path, ground, {});
    }
};

TEST_F(Books, ATableIsReadAsItStands) {
    const auto book = read(
        "alice,USDB,1000,\nalice,ETH,2.5,\nalice,ETH-PERP,-3,201.5\n"
        "bob,ETH-27MAR20-150-P,4,\nbob,ETH+14D-79%-C,-4,\n");
    ASSERT_TRUE(book) << book.error().sentence;
    ASSERT_EQ(book->accounts.size(), 5u);  // Three makers are added.
    const Account& alice = book->accounts[0];
    EXPECT_EQ(alice.cash, Amount::units(i128{1'000} * amount_one));
    EXPECT_EQ(alice.deposits[0].amount, Amount::units(250'000'000));
    EXPECT_EQ(alice.holdings[0].size, -300'000'000);
    EXPECT_EQ(alice.holdings[0].entry, Price::units(20'150'000'000));
    ASSERT_EQ(book->instruments.size(), 3u);
    const risk::Series& put = book->instruments[1].series;
    EXPECT_EQ(put.right, pricing::Right::put);
    EXPECT_EQ(put.strike, Price::units(15'000'000'000));
    EXPECT_EQ(put.expiry, 1'585'296'000u);  // 2020-03-27T08:00:00Z.
    // 79 % of 200 is 158: the next strike is 160.  Noon and 14 days: the next grid point is 16:00.
    const risk::Series& call = book->instruments[2].series;
    EXPECT_EQ(call.strike, Price::units(16'000'000'000));
    EXPECT_EQ(call.expiry, 1'584'014'400u + 14 * 86'400 + 14'400);
    EXPECT_EQ(book->instruments[2].name, "ETH-26MAR20-160-C");
    EXPECT_TRUE(book->accounts[2].maker);
}

TEST_F(Books, FaultsNameLineColumnAndValue) {
    const std::pair<const char*, const char*> cases[] = {
        {"alice,ETH-PERP,0,\n", "book.csv:2: column size: '0' must not be zero"},
        {"alice,SOL-PERP,1,\n", "'SOL-PERP' is a perp on no underlying"},
        {"alice,ETH-99XYZ20-1-C,1,\n", "is no option"},
        {"alice,USDB,-5,\n", "must be positive"},
        {"alice,ETH-PERP,1,-2\n", "book.csv:2: column entry: '-2' is no price"},
        {"maker one,ETH-PERP,1,\n", "is held by a maker"},
        {"alice,USDB,5,\n", "nobody holds an instrument"},
    };
    for (const auto& [row, says] : cases) {
        const auto book = read(row);
        ASSERT_FALSE(book) << row;
        EXPECT_NE(book.error().sentence.find(says), std::string::npos)
            << row << ": " << book.error().sentence;
    }
}

TEST_F(Books, DrawnBooksHaveTheSizeAndLeverageAskedFor) {
    BookTerms wanted;
    wanted.size = 5'000'000;
    wanted.leverage = 4;
    const auto book = draw_book("levered-longs", ground, wanted);
    ASSERT_TRUE(book) << book.error().sentence;
    double total = 0;
    for (const Account& account : book->accounts) {
        if (account.maker) continue;
        const auto at = book->instruments[account.holdings[0].instrument.value()].series.underlying;
        const double spot = at.value() == 0 ? 200 : 8'000;
        const double notional = static_cast<double>(account.holdings[0].size) * 1e-8 * spot;
        double equity = static_cast<double>(account.cash.units()) * 1e-8;
        for (const Deposit& deposit : account.deposits)
            equity += static_cast<double>(deposit.amount.units()) * 1e-8 * spot;
        // Sizes are rounded to hundredths of a coin.
        EXPECT_LT(notional, 4 * equity + 0.01 * spot) << account.name;
        EXPECT_GT(notional, 2 * equity - 0.01 * spot) << account.name;
        total += notional;
    }
    EXPECT_NEAR(total, wanted.size, 40 * 40);
}

TEST_F(Books, TheSeedDecides) {
    for (const std::string& name : drawn_books()) {
        BookTerms one;
        const auto first = draw_book(name, ground, one);
        const auto again = draw_book(name, ground, one);
        one.seed = "another";
        const auto other = draw_book(name, ground, one);
        ASSERT_TRUE(first && again && other) << name;
        EXPECT_EQ(first->accounts[0].cash, again->accounts[0].cash) << name;
        EXPECT_EQ(first->accounts[0].holdings[0].size, again->accounts[0].holdings[0].size);
        EXPECT_NE(first->accounts[0].holdings[0].size, other->accounts[0].holdings[0].size);
    }
    EXPECT_FALSE(draw_book("nothing", ground, {}));
}

}  // namespace
}  // namespace ballast::derivatives
