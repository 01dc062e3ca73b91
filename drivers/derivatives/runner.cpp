#include <ballast/derivatives/runner.hpp>

#include <ballast/engine/log.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/bind.hpp>
#include <ballast/replay/keeper.hpp>

#include <algorithm>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

namespace {

// Heights before the first block of the path.
constexpr u64 open_before = 6;
constexpr u64 list_before = 5;
constexpr u64 fill_before = 3;
constexpr u64 ticket_seconds = 3'600;

}  // namespace

Runner::Runner(const Setup& setup, const Stage& stage, engine::Machine& machine)
    : setup_(setup),
      stage_(stage),
      machine_(machine),
      outside_(setup.base.assumptions.outside, stage.base.world),
      measure_(setup, stage, machine) {
    for (u32 i = 0; i < stage.keepers; ++i) {
        signers_.emplace_back(setup.terms.seed, fmt::format("keeper {}", i));
        keepers_.push_back(
            {AccountId{stage.cast.keepers.value() + i}, MarginAccountId{stage.first + i}, 0});
    }
    for (std::size_t i = 0; i < stage.book.accounts.size(); ++i) {
        signers_.emplace_back(setup.terms.seed, "account " + stage.book.accounts[i].name);
        if (stage.book.accounts[i].maker) makers_.push_back(margin(i));
    }
    tickets_.resize(signers_.size());
}

void Runner::send(AccountId sender, engine::Action action) {
    const auto [nonce, fresh] = nonces_.emplace(sender.value(), ledger().nonce(sender));
    block_.transactions.push_back({sender, nonce->second++, std::move(action)});
}

void Runner::report() {
    for (const replay::Reporter& reporter : stage_.base.reporters) {
        const Price price = replay::reported(stage_.base.world, reporter, grid_block_);
        if (price.zero()) continue;
        oracle::Report report{reporter.publisher, reporter.feed, price, Price(), block_.time, {}};
        const Signer& signer = stage_.publishers[reporter.publisher.value()];
        report.signature = signer.sign(oracle::signed_bytes(report, machine_.chain()));
        block_.reports.push_back(report);
    }
}

void Runner::share_cash() {
    const AssetId asset = stage_.base.synthetic;
    if (!stage_.base.keeper_capital.zero())
        for (const Keeper& keeper : keepers_)
            send(stage_.cast.outside,
                 engine::Transfer{keeper.account, asset, stage_.base.keeper_capital});
    for (std::size_t i = 0; i < stage_.book.accounts.size(); ++i)
        if (!stage_.book.accounts[i].cash.zero())
            send(stage_.cast.outside,
                 engine::Transfer{owner(i), asset, stage_.book.accounts[i].cash});
}

void Runner::open_accounts() {
    const AssetId cash = stage_.base.synthetic;
    if (!stage_.first_surplus.zero()) {
        const VaultId vault{static_cast<u32>(stage_.base.genesis.vaults.size() - 1)};
        send(stage_.cast.outside, vaults::Mint{vault, stage_.first_surplus});
    }
    for (const Keeper& keeper : keepers_) {
        send(keeper.account, clearing::OpenMargin{compartment, signer(keeper.margin).key()});
        const Amount half = Amount::units(stage_.base.keeper_capital.units() / 2);
        if (!half.zero()) send(keeper.account, clearing::MarginDeposit{keeper.margin, cash, half});
    }
    for (std::size_t i = 0; i < stage_.book.accounts.size(); ++i) {
        const Account& account = stage_.book.accounts[i];
        send(owner(i), clearing::OpenMargin{compartment, signer(margin(i)).key()});
        if (!account.cash.zero())
            send(owner(i), clearing::MarginDeposit{margin(i), cash, account.cash});
        for (u16 asset = 0; asset < stage_.base.genesis.assets.size(); ++asset)
            if (AssetId{asset} != cash && !ledger().balance(owner(i), AssetId{asset}).zero())
                send(owner(i), clearing::MarginDeposit{margin(i), AssetId{asset},
                                                       ledger().balance(owner(i), AssetId{asset})});
    }
}

void Runner::list() {
    for (const Instrument& instrument : stage_.book.instruments)
        send(stage_.cast.outside, clearing::ListInstrument{compartment, instrument.series});
}

void Runner::fill(MarginAccountId first, MarginAccountId second, std::vector<clearing::Leg> legs) {
    clearing::Fill fill;
    fill.ticket = {first,
                   second,
                   std::move(legs),
                   block_.time + ticket_seconds,
                   tickets_[first.value()]++,
                   tickets_[second.value()]++};
    const Bytes message = clearing::signed_bytes(machine_.chain(), fill.ticket);
    fill.by_first = signer(first).sign(message);
    fill.by_second = signer(second).sign(message);
    send(row(first).owner, std::move(fill));
}

void Runner::fill_book() {
    const auto& instruments = machine_.state().clearing.instruments;
    for (std::size_t i = 0; i < stage_.book.accounts.size(); ++i) {
        std::vector<clearing::Leg> legs;
        for (const Holding& holding : stage_.book.accounts[i].holdings) {
            const Price mark = instruments[holding.instrument.value()].mark;
            const Price price = std::max(holding.entry.value_or(mark), Price::units(1));
            legs.push_back({holding.instrument, holding.size, price});
        }
        if (legs.empty()) continue;
        const MarginAccountId maker = makers_[next_maker_++ % makers_.size()];
        for (std::size_t at = 0; at < legs.size(); at += clearing::legs_max) {
            const auto from = legs.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min<std::size_t>(clearing::legs_max, legs.size() - at);
            fill(margin(i), maker, {from, from + static_cast<std::ptrdiff_t>(count)});
        }
    }
}

void Runner::set_up() {
    if (block_.height == 1) share_cash();
    if (block_.height + open_before == stage_.warm_blocks) open_accounts();
    if (block_.height + list_before == stage_.warm_blocks) list();
    if (block_.height + fill_before == stage_.warm_blocks) fill_book();
}

std::vector<clearing::AccountRow> Runner::keeper_rows() const {
    std::vector<clearing::AccountRow> rows;
    if (machine_.state().clearing.accounts.size() < stage_.first + stage_.keepers) return rows;
    for (const Keeper& keeper : keepers_) rows.push_back(row(keeper.margin));
    return rows;
}

void Runner::hear() {
    for (std::size_t i = 0; i < outcome_.receipts.size(); ++i) {
        const auto* action = std::get_if<engine::Action>(&block_.transactions[i].body);
        const bool is_fill = action && std::holds_alternative<clearing::Fill>(*action);
        const engine::Receipt& receipt = outcome_.receipts[i];
        const bool before = block_.height <= stage_.warm_blocks;
        if (receipt.accepted()) {
            measure_.counts.fills += is_fill ? 1u : 0u;
            continue;
        }
        const std::string reason(name(receipt.reason()));
        if (before) {
            measure_.counts.refused += 1;
            ++measure_.counts.refusals[reason];
        } else {
            ++measure_.counts.keeper_rejections;
            ++measure_.counts.keeper_reasons[reason];
        }
    }
}

// What takers gained, valued after the block: what they hold against what they would hold.
void Runner::note_takes(const std::vector<clearing::AccountRow>& before) {
    const clearing::Sight sight = machine_.clearing();
    for (std::size_t i = 0; i < outcome_.receipts.size(); ++i) {
        const auto* action = std::get_if<engine::Action>(&block_.transactions[i].body);
        if (!action || !outcome_.receipts[i].accepted()) continue;
        const auto* take = std::get_if<clearing::TakePortfolio>(action);
        if (!take) continue;
        const auto was =
            machine_.risk().standing(sight, before[take->keeper.value() - stage_.first]);
        const auto is = machine_.risk().standing(sight, row(take->keeper));
        if (was && is)
            measure_.layers.keeper_gain +=
                static_cast<double>((is->equity - was->equity).units()) * 1e-8;
    }
}

Attempt<void> Runner::step() {
    nonces_.clear();
    block_ = {};
    block_.height = machine_.height() + 1;
    block_.time = stage_.base.genesis.time + block_.height * stage_.base.world.grid.step;
    const bool on_grid = block_.height > stage_.warm_blocks;
    grid_block_ = on_grid ? block_.height - stage_.warm_blocks - 1 : 0;
    outside_.advance(grid_block_);
    report();
    if (on_grid)
        keepers_act();
    else
        set_up();
    const std::vector<clearing::AccountRow> before = keeper_rows();
    auto outcome = machine_.execute(block_);
    if (!outcome)
        return fault("the machine refused block {}: {}", block_.height, sentence(outcome.error()));
    outcome_ = std::move(*outcome);
    if (setup_.base.record) setup_.base.record(engine::log_record(block_, outcome_.root));
    hear();
    if (!before.empty()) note_takes(before);
    if (block_.height == stage_.warm_blocks) measure_.begin();
    measure_.look(outcome_, on_grid);
    return {};
}

}  // namespace ballast::derivatives
