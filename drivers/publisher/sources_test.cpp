#include <ballast/publisher/sources.hpp>

#include <ballast/publisher/ticker.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace ballast::publisher {
namespace {

class Sources : public ::testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() /
                 fmt::format("publisher-{}-{}", ::getpid(),
                             ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    void write(const char* name, std::string_view text) const {
        std::ofstream(folder / name) << text;
    }

    std::filesystem::path folder;
    std::vector<std::string> faults;
};

TEST_F(Sources, AFileIsReadAgainWhenItChanges) {
    write("eth.json", "{}");
    TickerRequest request;
    request.tickers = {fmt::format("ETH/USD={}", (folder / "eth.json").string())};
    auto tickers = Tickers::open(request, {"ETH/USD"});
    ASSERT_TRUE(tickers);
    auto answers = tickers->poll(faults);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].feed, "ETH/USD");
    EXPECT_EQ(answers[0].text, "{}");
    EXPECT_TRUE(tickers->poll(faults).empty());
    write("eth.json", R"({"a":1})");
    EXPECT_EQ(tickers->poll(faults).size(), 1u);
    EXPECT_FALSE(tickers->over());
    std::filesystem::remove(folder / "eth.json");
    EXPECT_TRUE(tickers->poll(faults).empty());
    EXPECT_EQ(faults.size(), 1u);
    EXPECT_TRUE(tickers->poll(faults).empty());
    EXPECT_EQ(faults.size(), 1u);  // Said once.
}

TEST_F(Sources, ADirectoryHoldsFeedsByName) {
    write("ETH-USD.json", "{}");
    write("BTC-USD.json", "{}");
    write("SOL-USD.json", "{}");
    write("ETH-USD.tmp", "{");
    TickerRequest request;
    request.directory = folder;
    auto tickers = Tickers::open(request, {"ETH/USD", "BTC/USD"});
    ASSERT_TRUE(tickers);
    const auto answers = tickers->poll(faults);
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].feed, "BTC/USD");
    EXPECT_TRUE(faults.empty());
}

TEST_F(Sources, LinesComeInPieces) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const auto send = [&](std::string_view text) {
        ASSERT_EQ(::write(pipe[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    };
    TickerRequest request;
    request.lines = pipe[0];
    auto tickers = Tickers::open(request, {"ETH/USD"});
    ASSERT_TRUE(tickers);
    EXPECT_TRUE(tickers->poll(faults).empty());
    send("ETH/USD {\"a\":");
    EXPECT_TRUE(tickers->poll(faults).empty());
    send("1}\n\nSOL/USD {}\nETH/USD {}");
    auto answers = tickers->poll(faults);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].text, R"({"a":1})");
    EXPECT_EQ(answers[0].place, "line 1");
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0], "line 3: 'SOL/USD' is none of this publisher's feeds, ETH/USD");
    EXPECT_FALSE(tickers->over());
    ::close(pipe[1]);
    answers = tickers->poll(faults);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].place, "line 4");
    EXPECT_TRUE(tickers->over());
    ::close(pipe[0]);
}

TEST_F(Sources, ALineWithoutEndIsPassedOver) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    TickerRequest request;
    request.lines = pipe[0];
    auto tickers = Tickers::open(request, {"ETH/USD"});
    ASSERT_TRUE(tickers);
    const std::string part(ticker_bytes_max / 2, 'x');
    std::size_t answers = 0;
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(::write(pipe[1], part.data(), part.size()), static_cast<ssize_t>(part.size()));
        answers += tickers->poll(faults).size();
    }
    ASSERT_EQ(::write(pipe[1], "\nETH/USD {}\n", 12), 12);
    answers += tickers->poll(faults).size();
    EXPECT_EQ(answers, 1u);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0], "line 1: longer than 65536 bytes");
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_F(Sources, NamesWhatItCannotRead) {
    TickerRequest request;
    request.tickers = {"ETH/USD"};
    EXPECT_EQ(Tickers::open(request, {"ETH/USD"}).error().sentence,
              "--ticker ETH/USD: is not FEED=FILE");
    request.tickers = {"SOL/USD=x"};
    EXPECT_EQ(Tickers::open(request, {"ETH/USD"}).error().sentence,
              "--ticker SOL/USD=x: 'SOL/USD' is none of this publisher's feeds, ETH/USD");
}

}  // namespace
}  // namespace ballast::publisher
