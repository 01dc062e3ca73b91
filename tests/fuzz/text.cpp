#include "house.hpp"

#include <ballast/files/csv.hpp>
#include <ballast/market/market.hpp>
#include <ballast/replay/prices.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace ballast::fuzz {
namespace {

std::string text_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// A file in memory, under a path for those who read only files.
class Scratch {
public:
    explicit Scratch(ByteView bytes) : file_(memfd_create("fuzz.csv", 0)) {
        demand(file_ >= 0);
        demand(write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    ~Scratch() { close(file_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

}  // namespace

void run_prices(ByteView bytes) {
    const Scratch scratch(bytes);
    replay::PriceSource source;
    source.path = scratch.path();
    source.asset = "ETH";
    const auto prices = replay::load_prices(source, replay::FlatCandles::silent);
    if (!prices) return demand(!prices.error().sentence.empty());
    for (const replay::Series& series : prices->series)
        for (std::size_t i = 1; i < series.candles.size(); ++i) {
            demand(series.candles[i - 1].time < series.candles[i].time);
            demand(series.candles[i].low <= series.candles[i].high &&
                   series.candles[i].low > Price());
        }
}

void run_table(ByteView bytes) {
    auto table = files::CsvReader::over(text_of(bytes), "table");
    while (table) {
        const auto more = table->next();
        if (!more || !*more) break;
        for (std::size_t i = 0; i < table->columns().size(); ++i)
            demand(table->field(i).size() <= bytes.size());
    }
}

std::vector<Bytes> price_seeds() {
    return {
        bytes_of("ts,open,high,low,close,volume\n1583971200,200,201.5,199,200.25,10\n"
                 "1583974800,200.25,200.25,150,151.00000001,7\n1583978400,151,160,150.5,159,0\n"),
        bytes_of("ts,venue,open,high,low,close\n1583971200,a,200,201,199,200\n1583971200,b,200,202,"
                 "198,201\n"
                 "1583974800,a,200,200,150,151\n1583974800,b,201,201,152,153\n"),
        bytes_of("ts,price\n1583971200,200\n1583971260,201.5\n1583971320,199\n")};
}

/// What a market file says is a market that can be written and read again.
void run_market(ByteView bytes) {
    const auto genesis = market::read_market(text_of(bytes), "market");
    if (!genesis) return demand(!genesis.error().sentence.empty());
    const auto again = market::read_market(market::market_text(*genesis), "market");
    demand(again && encode(*again) == encode(*genesis));
    demand(engine::Machine::create(*genesis).has_value());
}

std::vector<Bytes> market_seeds() {
    simulation::Play play(2);
    engine::Genesis small = play.genesis();
    small.accounts.clear();
    small.vaults.clear();
    return {bytes_of(market::market_text(small))};
}

}  // namespace ballast::fuzz
