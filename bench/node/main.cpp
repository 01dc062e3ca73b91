// ballast-bench-node [FOLDER [unsigned|signed|restart]]: what the embedded node promises, measured
// on the disk of FOLDER.
#include "bound.hpp"

#include <ballast/engine/log.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/node/config.hpp>
#include <ballast/node/embedded.hpp>
#include <ballast/support/sample_market.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <random>

namespace ballast::bench {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
constexpr u32 transfers = 1'000'000;
constexpr u32 signed_transfers = 200'000;
constexpr u32 rounds = 10;  ///< In which the signed ones come.
constexpr u32 accounts = 40'000;
constexpr std::size_t parcel = 1'000;        ///< Transactions that a client hands in at once.
constexpr std::size_t flying_max = 100'000;  ///< Handed in and not told of.
// What a block holds, and what the bound syncs at once.
constexpr std::array<std::size_t, 3> batches{1'000, 8'190, 50'000};

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

engine::Action move(u32 to) {
    return engine::Action(engine::Transfer{sample::user(to), sample::ether, Amount::units(1)});
}

/// Transfers between accounts drawn at random, each account's nonces in order.
class Crowd {
public:
    explicit Crowd(u32 senders, u32 each = 1) : senders_(senders), each_(each) {}
    engine::Transaction next() {
        const u32 from = draw(senders_);
        engine::Transaction transaction;
        transaction.sender = sample::user(from);
        transaction.nonce = nonces_[from]++;
        if (each_ == 1) {
            transaction.body = move(other(from));
        } else {
            engine::Batch batch;
            for (u32 i = 0; i < each_; ++i) batch.actions.push_back(move(other(from)));
            transaction.body = std::move(batch);
        }
        return transaction;
    }

private:
    u32 draw(u32 below) { return static_cast<u32>(random_() % below); }
    u32 other(u32 from) {
        const u32 to = draw(accounts - 1);
        return to < from ? to : to + 1;
    }
    u32 senders_, each_;
    std::mt19937_64 random_{2026};
    std::vector<u64> nonces_ = std::vector<u64>(senders_);
};

using Parcel = std::vector<engine::Transaction>;

std::vector<Parcel> parcels(u32 count, u32 each = 1) {
    Crowd crowd(accounts, each);
    std::vector<Parcel> all;
    for (u32 i = 0; i < count / each; ++i) {
        if (i % parcel == 0) all.emplace_back();
        all.back().push_back(crowd.next());
    }
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
    double run(std::vector<Parcel> all) {
        std::size_t count = 0;
        for (const Parcel& some : all) count += some.size();
        std::atomic<std::size_t> handed = 0, told = 0, lost = 0;
        const auto begin = Steady::now();
        {
            const auto hand_in = [&](std::size_t from, std::size_t to) {
                for (std::size_t i = from; i < to; ++i) {
                    handed += all[i].size();
                    while (handed - told > flying_max)
                        std::this_thread::sleep_for(std::chrono::microseconds(100));
                    node_->submit_all(std::move(all[i]), [&](const api::Fate& fate) {
                        if (fate.height == 0 || !fate.receipt.accepted()) ++lost;
                        ++told;
                    });
                }
            };
            std::jthread first([&] { hand_in(0, all.size() / 2); });
            std::jthread second([&] { hand_in(all.size() / 2, all.size()); });
        }
        while (told < count) std::this_thread::sleep_for(std::chrono::microseconds(100));
        if (lost != 0) fmt::print(stderr, "{} of {} were refused\n", lost.load(), count);
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

node::Embedded::Options roomy(std::size_t batch) {
    node::Embedded::Options options;
    options.interval = std::chrono::milliseconds(0);
    options.pending.transactions = 2 * transfers;
    options.pending.bytes = std::size_t{1} << 30;
    options.block_transactions = batch;
    return options;
}

/// Transfers per second of a bare ledger that syncs so many at once, in as many bytes as the
/// node's record of them has.
double bound(const fs::path& folder, const std::vector<Parcel>& all, std::size_t batch) {
    engine::Block block{1, 0, {}, {}};
    std::vector<Move> moves;
    const auto add = [&moves](const engine::Transaction& transaction, const engine::Action& done) {
        moves.push_back(
            {transaction.sender.value(), std::get<engine::Transfer>(done).to.value(), 1});
    };
    for (const Parcel& some : all)
        for (const engine::Transaction& transaction : some) {
            if (moves.size() < batch) block.transactions.push_back(transaction);
            if (const auto* several = std::get_if<engine::Batch>(&transaction.body))
                for (const engine::Action& action : several->actions) add(transaction, action);
            else
                add(transaction, std::get<engine::Action>(transaction.body));
        }
    const std::size_t bytes = engine::log_record(block, {}).size();
    const std::size_t whole = moves.size() / batch * batch;
    const double seconds = group_commit(folder / "bare", moves, batch, bytes);
    fs::remove(folder / "bare");
    return static_cast<double>(whole) / seconds;
}

/// Transfers per second through the machine alone, in memory, by one thread.
double in_memory(std::vector<Parcel> all, u32 each, std::size_t batch) {
    engine::Block block{1, sample::genesis_time, {}, {}};
    std::vector<engine::Block> blocks;
    for (Parcel& some : all)
        for (engine::Transaction& transaction : some) {
            block.transactions.push_back(std::move(transaction));
            if (block.transactions.size() * each < batch) continue;
            blocks.push_back(std::move(block));
            block = {blocks.back().height + 1, sample::genesis_time, {}, {}};
        }
    auto machine = engine::Machine::create(sample::market(accounts));
    const auto begin = Steady::now();
    std::size_t done = 0;
    for (const engine::Block& one : blocks) done += machine->execute(one)->receipts.size() * each;
    return static_cast<double>(done) / since(begin);
}

/// Transfers per second at the first of the batches.
double unsigned_rate(const fs::path& folder, u32 each, std::string_view what) {
    double first = 0;
    for (const std::size_t batch : batches) {
        auto all = parcels(transfers, each);
        const double most = bound(folder, all, batch);
        const double machine = in_memory(all, each, batch / each * each);
        Stage stage(folder, sample::market(accounts), roomy(batch / each));
        const double rate = transfers / each * each / stage.run(std::move(all));
        fmt::print("{:<34}{:>7}{:>12.0f}{:>16.0f}{:>14.0f}{:>11.0f} %{}\n", what, batch, rate, most,
                   machine, 100 * rate / most, batch == batches.front() ? "   goal 25 %" : "");
        if (batch == batches.front()) first = rate;
    }
    return first;
}

void latency(const fs::path& folder, double rate) {
    constexpr std::size_t some = 100;  // At a time, so that the clock is asked seldom.
    constexpr double share = 0.5;
    const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(rate), transfers);
    Crowd crowd(accounts);
    std::vector<Parcel> all(count / some);
    for (Parcel& one : all)
        for (std::size_t i = 0; i < some; ++i) one.push_back(crowd.next());
    std::vector<double> spent(all.size() * some);
    std::atomic<std::size_t> told = 0;
    Stage stage(folder, sample::market(accounts), roomy(batches.front()));
    const auto begin = Steady::now();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::chrono::duration<double> due(static_cast<double>(i * some) / (rate * share));
        std::this_thread::sleep_until(begin + std::chrono::duration_cast<Steady::duration>(due));
        const auto at = Steady::now();
        stage.node().submit_all(std::move(all[i]), [&spent, &told, at](const api::Fate&) {
            spent[told] = since(at);  // One thread tells.
            ++told;
        });
    }
    while (told < spent.size()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::ranges::sort(spent);
    const auto at = [&](double part) {
        return 1e3 * spent[static_cast<std::size_t>(part * static_cast<double>(spent.size() - 1))];
    };
    fmt::print(
        "submit to durable at half load, n = {}      p50 {:.1f} ms, p99 {:.1f} ms, p99.9 "
        "{:.1f} ms\n",
        spent.size(), at(0.5), at(0.99), at(0.999));
}

double seconds_to_verify(const std::vector<Parcel>& all, const engine::Genesis& genesis,
                         const crypto::Digest& chain) {
    const auto verify = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            for (const engine::Transaction& transaction : all[i])
                if (!engine::authentic(transaction, genesis, chain)) std::abort();
    };
    const auto begin = Steady::now();
    {
        std::jthread other([&] { verify(0, all.size() / 2); });
        verify(all.size() / 2, all.size());
    }
    return since(begin);
}

void signatures(const fs::path& folder) {
    engine::Genesis genesis = sample::market(accounts);
    genesis.access.signed_transactions = true;
    const u32 signers = 10'000;
    std::vector<keys::Signer> keys;
    for (u32 i = 0; i < signers; ++i)
        keys.push_back(keys::Signer::named(crypto::Scheme::ed25519, std::to_string(i)));
    for (u32 i = 0; i < accounts; ++i) genesis.accounts[i].key = keys[i % signers].key();
    const crypto::Digest chain = engine::digest_of(genesis);
    Crowd crowd(signers);
    node::Embedded::Options options = roomy(batches.back());
    options.pause = std::chrono::milliseconds(node::Config{}.pause_milliseconds);
    Stage stage(folder, genesis, std::move(options));
    // In turns, because the machine is not equally fast all the time.
    double verifying = 0, running = 0;
    for (u32 round = 0; round < rounds; ++round) {
        std::vector<Parcel> all(signed_transfers / rounds / 100);
        for (Parcel& some : all)
            for (u32 i = 0; i < 100; ++i) {
                some.push_back(crowd.next());
                const u32 from = some.back().sender.value() - system_accounts;
                some.back().authorisation = keys[from].sign(some.back(), genesis, chain);
            }
        verifying += seconds_to_verify(all, genesis, chain);
        running += stage.run(std::move(all));
    }
    fmt::print("signatures verified by two threads              {:>12.0f} /s\n",
               signed_transfers / verifying);
    fmt::print(
        "embedded node, signed, durable                  {:>12.0f} transfers/s, {:.0f} % of "
        "that, goal 90 %\n",
        signed_transfers / running, 100 * verifying / running);
}

void restart(const fs::path& folder) {
    Stage stage(folder, sample::market(1'000'000), roomy(batches.back()));
    Crowd crowd(accounts);
    for (u64 i = 0; i < 100; ++i) {
        std::vector<Parcel> some(2);
        for (u32 k = 0; k < 1'000; ++k) some[k % 2].push_back(crowd.next());
        if (i == 1) {
            const auto begin = Steady::now();
            [[maybe_unused]] const auto height = stage.chain()->snapshot();
            fmt::print("snapshot of 1 000 000 accounts                  {:>12.2f} s\n",
                       since(begin));
        }
        stage.run(std::move(some));
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
    using namespace ballast::bench;
    const fs::path folder = (argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path()) /
                            fmt::format("ballast-bench-{}", ::getpid());
    const std::string_view only = argc > 2 ? argv[2] : "";
    const auto wanted = [only](std::string_view part) { return only.empty() || only == part; };
    fs::create_directories(folder);
    if (wanted("unsigned")) {
        fmt::print("{:<41}{:>12}{:>16}{:>14}{:>13}\n", "transfers per second", "node",
                   "bare commit", "in memory", "of the bare");
        const double rate = unsigned_rate(folder, 1, "unsigned, durable, batches of");
        unsigned_rate(folder, ballast::limits::batch_max, "  64 in a transaction, batches of");
        latency(folder, rate);
    }
    if (wanted("signed")) signatures(folder);
    if (wanted("restart")) restart(folder);
    fs::remove_all(folder);
    return 0;
}
