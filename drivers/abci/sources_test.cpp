#include <ballast/abci/test_kit.hpp>

#include <gtest/gtest.h>
#include <unistd.h>
#include <chrono>
#include <fstream>

namespace ballast::abci::test {
namespace {

namespace fs = std::filesystem;

constexpr FeedId eth{1};

/// A validator that reads prices from a file of its own.
class PricesFile : public testing::Test {
protected:
    PricesFile()
        : genesis_(market()),
          file_(fs::temp_directory_path() / fmt::format("ballast-prices-{}.json", ::getpid())),
          sources_(genesis_, {.publisher = PublisherId(2), .signer = prices_of(2), .file = file_}),
          machine_(*engine::Machine::create(genesis_)) {}
    ~PricesFile() override { fs::remove(file_); }

    /// Writes the file, as it stood at this second.
    void write(std::string_view text, u64 second) {
        std::ofstream(file_) << text;
        const std::chrono::sys_seconds time{std::chrono::seconds{second}};
        fs::last_write_time(file_, std::chrono::file_clock::from_sys(time));
    }
    Sources::Said said(u64 now) { return sources_.fresh(machine_, now); }

    engine::Genesis genesis_;
    fs::path file_;
    Sources sources_;
    engine::Machine machine_;
};

TEST_F(PricesFile, is_signed_and_dated_by_the_file) {
    EXPECT_TRUE(said(genesis_time).reports.empty()) << "it is not there yet";
    write(R"({"ETH/USD": "2000.5"})", genesis_time);
    const Sources::Said now = said(genesis_time);
    ASSERT_EQ(now.reports.size(), 1u);
    EXPECT_EQ(now.reports[0],
              report(2, eth, Price::units(200'050'000'000), genesis_time, genesis_));
    write(R"({"ETH/USD": "2001"})", genesis_time + 5);
    EXPECT_TRUE(said(genesis_time + 4).reports.empty()) << "it is from the future";
    ASSERT_EQ(said(genesis_time + 5).reports.size(), 1u);
    EXPECT_EQ(said(genesis_time + 5).reports[0].price, Price::units(200'100'000'000));
    EXPECT_TRUE(said(genesis_time + 100'000).reports.empty()) << "it is stale";
}

TEST_F(PricesFile, that_is_wrong_is_said_and_does_not_take_back_what_was_handed_in) {
    ASSERT_TRUE(sources_.offer(report(2, eth, Price::units(7), genesis_time, genesis_)));
    for (const auto& [text, says] : std::initializer_list<std::pair<const char*, const char*>>{
             {"nonsense", "expected an object of prices by feed"},
             {R"({"DOGE/USD": "1"})", "the market has no feed 'DOGE/USD'"},
             {R"({"ETH/USD": 2000.5})", "ETH/USD: 2000.5: expected a decimal in quotes"},
             {R"({"ETH/USD": "0"})", "ETH/USD: '0': expected a price above zero"},
             {R"({"ETH/USD": "1e30"})", "expected a price above zero"}}) {
        write(text, genesis_time);
        const Sources::Said now = said(genesis_time);
        ASSERT_TRUE(now.fault) << text;
        EXPECT_NE(now.fault->sentence.find(says), std::string::npos) << now.fault->sentence;
        EXPECT_EQ(now.reports.size(), 1u);
    }
}

}  // namespace
}  // namespace ballast::abci::test
