// ballast-bench-node [FOLDER]: what the embedded node promises, measured on the disk of FOLDER.
#include "bound.hpp"

#include <ballast/engine/log.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/node/embedded.hpp>
#include <ballast/support/sample_market.hpp>

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <random>

namespace ballast::bench {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
constexpr std::size_t transfers = 1'000'000;
constexpr std::size_t signed_transfers = 100'000;
constexpr u32 accounts = 40'000;
constexpr std::size_t batch = 50'000;

double since(Steady::time_point begin) {
    return std::chrono::duration<double>(Steady::now() - begin).count();
}

struct Quiet final : node::Log {
    void say(node::Level level, std::string_view message, const Fields& fields) override {
        if (level != node::Level::error) return;
        fmt::print(stderr, "{}\n", message);
        for (const auto& [key, value] : fields) fmt::print(stderr, "  {}: {}\n", key, value);
    }
};

engine::Transaction transfer(u32 from, u64 nonce) {
    engine::Transaction transaction;
    transaction.sender = sample::user(from);
    transaction.nonce = nonce;
    transaction.body = engine::Action(engine::Transfer{sample::user((from * 7 + 13) % accounts),
                                                       sample::ether, Amount::units(1)});
    return transaction;
}

std::vector<engine::Transaction> many(std::size_t count) {
    std::vector<engine::Transaction> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(transfer(static_cast<u32>(i % accounts), i / accounts));
    return all;
}

/// A node over an empty home.
class Stage {
public:
    Stage(const fs::path& folder, engine::Genesis genesis, node::Embedded::Options options)
        : home_(folder / "home") {
        fs::remove_all(home_);
        if (const auto made = chain::Chain::create(home_, genesis); !made)
            fmt::print(stderr, "{}\n", made.error().sentence);
        chain_ = std::move(*chain::Chain::open(home_));
        node_ = std::make_unique<node::Embedded>(*chain_, clock_, log_, std::move(options));
    }
    ~Stage() {
        node_.reset();
        chain_.reset();
        fs::remove_all(home_);
    }
    node::Embedded& node() { return *node_; }
    const fs::path& home() const { return home_; }

    // Seconds until all are durable, handed in by two threads.
    double run(const std::vector<engine::Transaction>& all) {
        std::atomic<std::size_t> told = 0, lost = 0;
        const auto begin = Steady::now();
        {
            const auto hand_in = [&](std::size_t from, std::size_t to) {
                for (std::size_t i = from; i < to; ++i)
                    node_->submit(all[i], [&](const api::Fate& fate) {
                        lost += fate.height == 0 ? 1u : 0u;
                        ++told;
                    });
            };
            std::jthread first([&] { hand_in(0, all.size() / 2); });
            std::jthread second([&] { hand_in(all.size() / 2, all.size()); });
        }
        while (told < all.size()) std::this_thread::sleep_for(std::chrono::microseconds(100));
        if (lost != 0) fmt::print(stderr, "{} of {} were refused\n", lost.load(), all.size());
        return since(begin);
    }
    std::unique_ptr<chain::Chain>& chain() { return chain_; }

private:
    fs::path home_;
    node::Clock clock_{[] { return static_cast<u64>(std::time(nullptr)); }};
    Quiet log_;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<node::Embedded> node_;
};

node::Embedded::Options roomy() {
    node::Embedded::Options options;
    options.interval = std::chrono::milliseconds(0);
    options.pending.transactions = 2 * transfers;
    options.pending.bytes = std::size_t{1} << 30;
    options.block_transactions = batch;
    return options;
}

double unsigned_rate(const fs::path& folder) {
    const auto all = many(transfers);
    engine::Block block{1, 0, {}, {all.begin(), all.begin() + batch}};
    const std::size_t bytes = engine::log_record(block, {}).size();
    std::vector<Move> moves;
    for (const auto& transaction : all)
        moves.push_back(
            {transaction.sender.value(), (transaction.sender.value() * 7) % accounts, 1});
    const double bound = transfers / group_commit(folder / "bare", moves, batch, bytes);
    fs::remove(folder / "bare");
    Stage stage(folder, sample::market(accounts), roomy());
    const double rate = transfers / stage.run(all);
    fmt::print("bare group commit, {} per batch of {} bytes  {:>12.0f} transfers/s\n", batch, bytes,
               bound);
    fmt::print(
        "embedded node, unsigned, durable                {:>12.0f} transfers/s, {:.0f} % of "
        "the bound\n",
        rate, 100 * rate / bound);
    return rate;
}

void latency(const fs::path& folder, double rate) {
    const std::size_t count = static_cast<std::size_t>(std::min(rate * 2, 400'000.0));
    const auto all = many(count);
    std::vector<double> spent(count);
    std::atomic<std::size_t> told = 0;
    Stage stage(folder, sample::market(accounts), roomy());
    const auto begin = Steady::now();
    for (std::size_t i = 0; i < count; ++i) {
        while (since(begin) < static_cast<double>(i) / (rate / 2)) std::this_thread::yield();
        const auto at = Steady::now();
        stage.node().submit(all[i], [&spent, &told, i, at](const api::Fate&) {
            spent[i] = since(at);
            ++told;
        });
    }
    while (told < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::ranges::sort(spent);
    const auto at = [&](double part) {
        return 1e3 * spent[static_cast<std::size_t>(part * static_cast<double>(count - 1))];
    };
    fmt::print(
        "submit to durable at half load, n = {}      p50 {:.1f} ms, p99 {:.1f} ms, p99.9 "
        "{:.1f} ms\n",
        count, at(0.5), at(0.99), at(0.999));
}

void signatures(const fs::path& folder) {
    engine::Genesis genesis = sample::market(accounts);
    genesis.access.signed_transactions = true;
    const u32 signers = 4'000;
    std::vector<keys::Signer> keys;
    for (u32 i = 0; i < signers; ++i)
        keys.push_back(keys::Signer::named(crypto::Scheme::ed25519, std::to_string(i)));
    for (u32 i = 0; i < accounts; ++i) genesis.accounts[i].key = keys[i % signers].key();
    const crypto::Digest chain = engine::digest_of(genesis);
    std::vector<engine::Transaction> all;
    for (std::size_t i = 0; i < signed_transfers; ++i) {
        const u32 from = static_cast<u32>(i % signers);
        all.push_back(transfer(from, i / signers));
        all.back().authorisation = keys[from].sign(all.back(), genesis, chain);
    }
    const auto begin = Steady::now();
    {
        const auto verify = [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from; i < to; ++i)
                if (!engine::authentic(all[i], genesis, chain)) std::abort();
        };
        std::jthread other([&] { verify(0, all.size() / 2); });
        verify(all.size() / 2, all.size());
    }
    const double verified = signed_transfers / since(begin);
    Stage stage(folder, genesis, roomy());
    const double rate = signed_transfers / stage.run(all);
    fmt::print("signatures verified by two threads              {:>12.0f} /s\n", verified);
    fmt::print(
        "embedded node, signed, durable                  {:>12.0f} transfers/s, {:.0f} % of "
        "that\n",
        rate, 100 * rate / verified);
}

void restart(const fs::path& folder) {
    Stage stage(folder, sample::market(1'000'000), roomy());
    for (u64 i = 0; i < 100; ++i) {
        std::vector<engine::Transaction> some;
        for (u32 k = 0; k < 1'000; ++k) some.push_back(transfer(k, i % 60 + i / 60 * 60));
        if (i == 1) {
            const auto begin = Steady::now();
            [[maybe_unused]] const auto height = stage.chain()->snapshot();
            fmt::print("snapshot of 1 000 000 accounts                  {:>12.2f} s\n",
                       since(begin));
        }
        stage.run(some);
    }
    const u64 height = stage.chain()->height();
    const fs::path home = stage.home();
    // The node goes first, then the chain that it stands on.
    stage.node().stop();
    const fs::path copy = folder / "copy";
    fs::remove_all(copy);
    fs::copy(home, copy, fs::copy_options::recursive);
    const auto begin = Steady::now();
    const auto chain = chain::Chain::open(copy);
    const double spent = since(begin);
    if (!chain || (*chain)->height() != height) fmt::print(stderr, "it did not come back\n");
    fmt::print("restart with 1 000 000 accounts, {} blocks behind the snapshot {:>8.2f} s\n",
               height, spent);
    fs::remove_all(copy);
}

}  // namespace
}  // namespace ballast::bench

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    const fs::path folder = (argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path()) /
                            fmt::format("ballast-bench-{}", ::getpid());
    fs::create_directories(folder);
    const double rate = ballast::bench::unsigned_rate(folder);
    ballast::bench::latency(folder, rate);
    ballast::bench::signatures(folder);
    ballast::bench::restart(folder);
    fs::remove_all(folder);
    return 0;
}
