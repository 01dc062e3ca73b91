#include <ballast/replay/runner.hpp>
#include <ballast/engine/log.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/bind.hpp>
#include <ballast/replay/owner.hpp>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

Runner::Runner(const Setup& setup, const Stage& stage, engine::Machine& machine)
    : setup_(setup),
      stage_(stage),
      machine_(machine),
      outside_(setup.assumptions.outside, stage.world),
      tally_(machine, stage),
      pending_(stage.vault_names.size()) {
    for (u32 i = 0; i < setup.assumptions.keepers.count; ++i)
        keepers_.push_back({AccountId{stage.cast.keepers.value() + i},
                            latency_of(setup.assumptions.keepers, i), 0});
}

void Runner::send(engine::Block& block, AccountId sender, engine::Action action) {
    const auto [nonce, fresh] = nonces_.emplace(sender.value(), ledger().nonce(sender));
    block.transactions.push_back({sender, nonce->second++, std::move(action)});
}

// Owners sell what they minted; the market passes on what keepers and the pool's depositor begin
// with.
void Runner::fund(engine::Block& block) {
    const AccountId market = stage_.cast.market;
    for (u32 i = 0; i < stage_.vault_names.size(); ++i) {
        const AccountId seller = owner(VaultId{i});
        const Amount minted = ledger().balance(seller, stage_.synthetic);
        if (!minted.zero()) send(block, seller, engine::Transfer{market, stage_.synthetic, minted});
    }
    if (!stage_.pool_deposit.zero()) {
        send(block, market,
             engine::Transfer{stage_.cast.depositor, stage_.synthetic, stage_.pool_deposit});
        send(block, stage_.cast.depositor,
             engine::PoolDeposit{stage_.synthetic, stage_.pool_deposit});
    }
    if (stage_.keeper_capital.zero()) return;
    for (const Keeper& keeper : keepers_)
        send(block, market,
             engine::Transfer{keeper.account, stage_.synthetic, stage_.keeper_capital});
}

void Runner::report(engine::Block& block) const {
    for (const Reporter& reporter : stage_.reporters) {
        const Price price = reported(stage_.world, reporter, grid_block_);
        if (!price.zero())
            block.reports.push_back(
                {reporter.publisher, reporter.feed, price, Price(), block.time, {}});
    }
}

// As much as the book takes at an acceptable discount and the market can pay for.
void Runner::sell(engine::Block& block, const Keeper& keeper, AssetId asset, Amount& market_holds) {
    const std::size_t place = *stage_.assets[asset.value()];
    const Book& book = outside_.books()[place];
    if (book.price.zero()) return;
    const Cash room = book.room(setup_.assumptions.outside.slippage_max);
    Amount amount = std::min(ledger().balance(keeper.account, asset),
                             math::amount_worth(room, book.price, Round::down));
    if (amount <= Amount()) return;
    const Amount wanted = math::amount_worth(book.proceeds(amount), synthetic(), Round::down);
    if (wanted > market_holds)
        amount = Amount::units(
            *math::mul_div(amount.units(), market_holds.units(), wanted.units(), Round::down));
    // Selling less brings more per unit, so the market could pay for a little more than is left
    // now; it does not.
    const Cash proceeds =
        std::min(book.proceeds(amount), math::worth(market_holds, synthetic(), Round::down));
    const Amount paid = math::amount_worth(proceeds, synthetic(), Round::down);
    if (amount <= Amount() || paid <= Amount()) return;
    keeper_books_.slippage += math::worth(amount, book.price, Round::down) - proceeds;
    (void)outside_.sell(place, amount);
    market_holds -= paid;
    send(block, keeper.account, engine::Transfer{stage_.cast.market, asset, amount});
    send(block, stage_.cast.market, engine::Transfer{keeper.account, stage_.synthetic, paid});
}

void Runner::sell_inventory(engine::Block& block) {
    Amount market_holds = ledger().balance(stage_.cast.market, stage_.synthetic);
    for (const Keeper& keeper : keepers_)
        for (u16 asset = 0; asset < stage_.assets.size(); ++asset)
            if (AssetId{asset} != stage_.synthetic && stage_.assets[asset] &&
                !ledger().balance(keeper.account, AssetId{asset}).zero())
                sell(block, keeper, AssetId{asset}, market_holds);
}

// One keeper pays for each action, then takes.
void Runner::place(engine::Block& block, Keeper& keeper, const Sight& sight) {
    const Cash cost = action_cost(setup_.assumptions.keepers, outside_.stress());
    const Amount fee = math::amount_worth(cost, synthetic(), Round::up);
    const Amount fees = Amount::units(fee.units() * static_cast<i128>(keeper_orders_max));
    const Amount purse = ledger().balance(keeper.account, stage_.synthetic) - fees;
    if (purse <= Amount()) return;
    const std::vector<Order> orders = decide(setup_.assumptions.keepers, purse, sight);
    for (const Order& order : orders) {
        if (!fee.zero())
            send(block, keeper.account,
                 engine::Transfer{stage_.cast.market, stage_.synthetic, fee});
        send(block, keeper.account, auctions::Take{order.auction, order.pay_max, order.price_max});
        keeper_books_.costs += cost;
        ++keeper_books_.orders;
    }
    if (!orders.empty()) keeper.idle_until = block.height + 1 + keeper.latency;
}

// Keepers take turns in being first.
void Runner::order(engine::Block& block) {
    const std::size_t count = keepers_.size();
    for (std::size_t i = 0; i < count; ++i) {
        Keeper& keeper = keepers_[(i + block.height) % count];
        if (block.height < keeper.idle_until || sights_.size() <= keeper.latency) continue;
        place(block, keeper, sights_[sights_.size() - 1 - keeper.latency]);
    }
}

void Runner::add_collateral(engine::Block& block) {
    for (; !top_ups_.empty() && top_ups_.front().height <= block.height; top_ups_.pop_front()) {
        const TopUp top_up = top_ups_.front();
        pending_[top_up.vault.value()] = false;
        const vaults::VaultRow& vault = machine_.state().vaults.vaults[top_up.vault.value()];
        if (vault.status == vaults::VaultStatus::closed || vault.debt.zero()) continue;
        const auto& basket = machine_.types()[vault.type.value()].basket;
        Cash added;
        for (std::size_t slot = 0; slot < basket.size(); ++slot) {
            const Amount held = Amount::units(vault.amounts[slot].units());
            const Amount amount =
                std::min(math::portion(held, top_up.share, Round::up),
                         ledger().balance(owner(top_up.vault), basket[slot].asset));
            if (amount <= Amount()) continue;
            const auto place = stage_.assets[basket[slot].asset.value()];
            if (place) added += math::worth(amount, outside_.books()[*place].price, Round::down);
            send(block, owner(top_up.vault),
                 vaults::Deposit{top_up.vault, basket[slot].asset, amount});
        }
        if (added.zero()) continue;
        ++owner_books_.top_ups;
        owner_books_.added += added;
    }
}

void Runner::look() {
    Sight sight;
    sight.height = machine_.height();
    sight.cost = action_cost(setup_.assumptions.keepers, outside_.stress());
    sight.books = outside_.books();
    if (!keepers_.empty()) sight.offers = offers(machine_, stage_, grid_block_);
    sights_.push_back(std::move(sight));
    const std::size_t most =
        setup_.assumptions.keepers.latency_blocks + setup_.assumptions.keepers.latency_spread + 1;
    while (sights_.size() > most) sights_.pop_front();
}

// Whether some collateral counts for less, or some debt for more, than ever before: only then can a
// vault that was not under its owner's trigger have come under it.
bool Runner::new_low() {
    const bool first = lows_.empty();
    bool lower = first;
    std::size_t at = 0;
    const auto follow = [&](Price price) {
        if (first) lows_.push_back(price);
        if (price < lows_[at]) lows_[at] = price, lower = true;
        ++at;
    };
    for (std::size_t type = 0; type < machine_.types().size(); ++type) {
        const vaults::TypePrices& prices = machine_.prices()[type];
        for (std::size_t slot = 0; slot < machine_.types()[type].basket.size(); ++slot)
            follow(prices.weight[slot]);
        follow(-prices.debt_firm);
    }
    return lower;
}

void Runner::watch_owners() {
    if (!new_low() && !tally_.redistributed()) return;
    const OwnerTerms& terms = setup_.assumptions.owners;
    for (u32 i = 0; i < stage_.attentive.size(); ++i) {
        if (!stage_.attentive[i] || pending_[i]) continue;
        const vaults::VaultRow& vault = machine_.state().vaults.vaults[i];
        const u16 type = vault.type.value();
        if (vault.debt.zero() || machine_.prices()[type].status == oracle::Status::halted) continue;
        const Ratio health = vaults::health(vault, machine_.state().vaults.types[type],
                                            machine_.types()[type], machine_.prices()[type]);
        const Ratio share = top_up(terms, health);
        if (share.zero()) continue;
        pending_[i] = true;
        top_ups_.push_back({machine_.height() + 1 + terms.delay_blocks, VaultId{i}, share});
    }
}

void Runner::hear_receipts(const engine::Block& block, const engine::Outcome& outcome) {
    for (std::size_t i = 0; i < outcome.receipts.size(); ++i) {
        if (outcome.receipts[i].accepted()) continue;
        const auto* action = std::get_if<engine::Action>(&block.transactions[i].body);
        if (action == nullptr || !std::holds_alternative<auctions::Take>(*action)) continue;
        ++keeper_books_.failed;
        ++keeper_books_.reasons[std::string(name(outcome.receipts[i].reason()))];
    }
}

Attempt<void> Runner::step() {
    nonces_.clear();
    engine::Block block;
    block.height = machine_.height() + 1;
    block.time = stage_.genesis.time + block.height * stage_.world.grid.step;
    const bool on_grid = block.height > stage_.warm_blocks;
    grid_block_ = on_grid ? block.height - stage_.warm_blocks - 1 : 0;
    outside_.advance(grid_block_);
    if (block.height == 1) {
        fund(block);
    } else {
        report(block);
        sell_inventory(block);
        add_collateral(block);
        if (!keepers_.empty()) order(block);
    }
    const auto outcome = machine_.execute(block);
    if (!outcome)
        return fault("the machine refused block {}: {}", block.height, sentence(outcome.error()));
    if (setup_.record) setup_.record(engine::log_record(block, outcome->root));
    hear_receipts(block, *outcome);
    tally_.follow(outcome->events, grid_block_,
                  action_cost(setup_.assumptions.keepers, outside_.stress()), on_grid);
    look();
    if (block.height > 1) watch_owners();
    return {};
}

// What an account holds, at outside prices.
Cash Runner::holdings(AccountId account) const {
    Cash sum;
    for (u16 asset = 0; asset < stage_.assets.size(); ++asset) {
        if (AssetId{asset} == stage_.synthetic || !stage_.assets[asset]) continue;
        const Price price = stage_.world.dollars[*stage_.assets[asset]][grid_block_];
        sum += math::worth(ledger().balance(account, AssetId{asset}), price, Round::down);
    }
    return sum;
}

Study Runner::finish() const {
    Study study;
    study.totals = tally_.totals();
    study.rows = tally_.rows();
    study.auctions = tally_.auctions();
    study.waiting = tally_.waiting();
    study.keepers = keeper_books_;
    study.owners = owner_books_;
    study.chain = machine_.chain();
    study.root = machine_.root();
    study.height = machine_.height();
    for (const Keeper& keeper : keepers_) {
        const Cash unsold = holdings(keeper.account);
        const Amount gained =
            ledger().balance(keeper.account, stage_.synthetic) - stage_.keeper_capital;
        study.keepers.unsold += unsold;
        study.keepers.profit += unsold + math::worth(gained, synthetic(), Round::down);
    }
    return study;
}

}  // namespace ballast::replay
