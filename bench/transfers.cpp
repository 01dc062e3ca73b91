#include "measure.hpp"
#include "random.hpp"

#include <ballast/crypto/digest.hpp>

#include <sample_market.hpp>

#include <set>

namespace ballast::bench {
namespace {

constexpr u32 accounts = 1'000'000;

struct Pair {
    u32 from;
    u32 to;
};

std::vector<Pair> pairs(u32 count, Random& random) {
    std::vector<Pair> all(count);
    for (Pair& pair : all) {
        pair.from = static_cast<u32>(random.below(accounts));
        pair.to = static_cast<u32>(random.below(accounts - 1));
        if (pair.to >= pair.from) ++pair.to;
    }
    return all;
}

engine::Block block_of(const engine::Machine& machine, const std::vector<Pair>& all,
                       std::vector<u64>& nonces) {
    engine::Block block{machine.height() + 1, machine.time() + 12, {}, {}};
    block.transactions.reserve(all.size());
    for (const Pair& pair : all) {
        const engine::Transfer transfer{sample::user(pair.to), sample::ether, Amount::units(1)};
        block.transactions.push_back(
            {sample::user(pair.from), nonces[pair.from]++, engine::Action(transfer)});
    }
    return block;
}

/// The same transfers on a bare array of balances.
double bare_seconds(const std::vector<Pair>& all) {
    std::vector<i128> balances(accounts, 1'000'000);
    return median_seconds(
        5, [] {},
        [&] {
            for (const Pair& pair : all) {
                balances[pair.from] -= 1;
                balances[pair.to] += 1;
            }
            keep(balances);
        });
}

/// SHA-256 of what these transfers change, for a root after the block.
double hashing_seconds(const engine::Machine& machine, const std::vector<Pair>& all) {
    std::set<u32> pages;
    for (const Pair& pair : all)
        for (const u32 account : {pair.from, pair.to})
            pages.insert((system_accounts + account) / ledger::accounts_per_page);
    const Bytes bytes(bytes_to_hash(machine.state().ledger, pages), 7);
    return median_seconds(5, [] {}, [&] { keep(crypto::sha256(bytes)); });
}

void add_rows(Rows& rows, engine::Machine& machine, u32 count, std::vector<u64>& nonces) {
    Random random(count);
    std::vector<Pair> all;
    engine::Block block;
    const double seconds = median_seconds(
        5,
        [&] {
            all = pairs(count, random);
            block = block_of(machine, all, nonces);
        },
        [&] { keep(machine.execute(block)->root); });
    const double bare = bare_seconds(all);
    const double hashed = bare + hashing_seconds(machine, all);
    const auto rate = [count](double time) { return count / time / 1e6; };
    const std::string what =
        "transfers, blocks of " + std::to_string(count / 1000) + "k, 1M accounts";
    const bool large = count >= accounts;
    rows.push_back({what, figure(rate(seconds), "M/s"), figure(rate(bare), "M/s on a bare array"),
                    figure(bare / seconds, "of it"), large ? ">= 0.2 of it, >= 5 M/s" : "",
                    !large || (bare / seconds >= 0.2 && rate(seconds) >= 5)});
    rows.push_back({"  the same", figure(rate(seconds), "M/s"),
                    figure(rate(hashed), "M/s there, and SHA-256 of it"),
                    figure(hashed / seconds, "of it"), ">= 0.2 of it", hashed / seconds >= 0.2});
}

}  // namespace

Rows transfers() {
    auto machine = engine::Machine::create(sample::market(accounts));
    std::vector<u64> nonces(accounts, 0);
    Rows rows;
    add_rows(rows, *machine, 100'000, nonces);
    add_rows(rows, *machine, 1'000'000, nonces);
    return rows;
}

}  // namespace ballast::bench
