#include "measure.hpp"
#include "random.hpp"

#include <ballast/engine/log.hpp>

#include <sample_market.hpp>

namespace ballast::bench {
namespace {

constexpr u32 owners = 10'000;
constexpr u32 blocks = 2'000;

engine::Genesis market() {
    engine::Genesis genesis = sample::market(owners);
    Random random(4);
    for (u32 i = 0; i < owners; ++i) {
        engine::GenesisVault vault;
        vault.owner = sample::user(i);
        vault.type = sample::ether_vaults;
        vault.collateral = {sample::whole(100)};
        // From 150 % of what the debt is worth upwards, at 200 dollars.
        vault.debt = sample::whole(static_cast<i64>(2'000 + random.below(11'000)));
        genesis.vaults.push_back(vault);
    }
    return genesis;
}

/// A price that moves in every block, a little crash among them, and a few transfers.
Bytes record() {
    auto machine = engine::Machine::create(market());
    Random random(5);
    Bytes log = engine::log_header(machine->genesis());
    i64 price = 200 * i64{amount_one};
    for (u32 i = 0; i < blocks; ++i) {
        price += static_cast<i64>(random.below(amount_one)) - amount_one / 2;
        if (i >= blocks / 2 && i < blocks / 2 + 20) price -= amount_one;
        engine::Block block{machine->height() + 1, machine->time() + 12, {}, {}};
        block.reports.push_back(
            {PublisherId{0}, sample::ether_feed, Price::units(price), Price(), block.time, {}});
        for (u32 k = 0; k < 5; ++k) {
            const u32 from = static_cast<u32>(random.below(owners / 2));
            const AccountId sender = sample::user(from);
            block.transactions.push_back(
                {sender, machine->state().ledger.nonce(sender),
                 engine::Action(engine::Transfer{sample::user(from + owners / 2), sample::ether,
                                                 Amount::units(1)})});
        }
        const Bytes bytes = engine::log_record(block, machine->execute(block)->root);
        log.insert(log.end(), bytes.begin(), bytes.end());
    }
    return log;
}

/// Reads the log, and lets `act` have each block.
template <class Act>
void read(const Bytes& log, Act&& act) {
    auto reader = engine::LogReader::open(log);
    while (true) {
        const auto record = reader->next();
        if (!record || !*record) break;
        act(**record);
    }
}

}  // namespace

Rows replays() {
    const Bytes log = record();
    std::optional<engine::Machine> machine;
    bool same = true;
    const double seconds = median_seconds(
        3, [&] { machine = *engine::Machine::create(market()); },
        [&] {
            read(log, [&](const engine::Record& record) {
                same = machine->execute(record.block)->root == record.root && same;
            });
        });
    const double reading = median_seconds(
        3, [] {}, [&] { read(log, [](const engine::Record& record) { keep(record); }); });
    return {{"replay of a log, 10k vaults, a price move in each block",
             figure(blocks / seconds, "blocks/s"),
             figure(blocks / reading, "blocks/s to read and check it"),
             figure(seconds / reading, "x"), same ? "" : "the same roots", same}};
}

}  // namespace ballast::bench
