#include "crowd.hpp"

#include <ballast/math/money.hpp>

#include <algorithm>
#include <map>

namespace ballast::simulation {
namespace {

constexpr std::array<AssetId, 4> collaterals{usdc, ether, bitcoin, staked};
constexpr std::array<AssetId, 2> synthetics{dollar, ether_due};

constexpr u32 vaults_most = 200;  ///< Closed ones count: a market keeps them for ever.

/// How much debt of this price a value backs at this ratio; never more than any supply.
i128 backs(i128 value, i128 price, Ratio ratio) {
    const i128 worth = std::min(value / price, limits::supply_max.units());
    return worth * ratio_one / ratio.units();
}

}  // namespace

struct Crowd::Asking {
    const engine::Machine& machine;
    std::vector<engine::Transaction> transactions{};
    std::map<u32, u64> nonces{};

    [[nodiscard]] const engine::State& state() const { return machine.state(); }
    [[nodiscard]] Amount balance(AccountId account, AssetId asset) const {
        return state().ledger.balance(account, asset);
    }
};

/// Of a few people the one who holds most of it.
AccountId Crowd::somebody_with(const Asking& asking, AssetId asset) {
    AccountId best = somebody();
    for (u64 i = 0; i < 5; ++i) {
        const AccountId other = somebody();
        if (asking.balance(best, asset) < asking.balance(other, asset)) best = other;
    }
    return best;
}

AccountId Crowd::somebody() {
    return AccountId{system_accounts + static_cast<u32>(random_.below(users))};
}

/// `about`, or just above or below it, or what no one can mean.
Amount Crowd::edge(Amount about) {
    switch (random_.below(10)) {
        case 0: return Amount();
        case 1: return Amount::units(1);
        case 2: return about;
        case 3: return about + Amount::units(1);
        case 4: return about - Amount::units(1);
        case 5: return limits::amount_max;
        case 6: return limits::amount_max + Amount::units(1);
        case 7: return -about;
        default: return part(about);
    }
}

Amount Crowd::part(Amount of) {
    if (random_.chance(150)) return of;
    const u64 share = random_.below(1'000'000) + 1;
    return Amount::units(of.units() * static_cast<i128>(share) / 1'000'000);
}

VaultId Crowd::some_vault(const Asking& asking, AccountId sender) {
    const u32 count = asking.state().vaults.vaults.size();
    if (random_.chance(10)) return VaultId{count + static_cast<u32>(random_.below(3))};
    const bool own = !random_.chance(150);
    VaultId vault{static_cast<u32>(random_.below(count))};
    for (u32 tries = 0; own && tries < count; ++tries) {
        const vaults::VaultRow& row = asking.state().vaults.vaults[vault.value()];
        if (row.owner == sender && row.status == vaults::VaultStatus::open) return vault;
        vault = VaultId{(vault.value() + 1) % count};
    }
    return vault;
}

AuctionId Crowd::some_auction(const Asking& asking) {
    const auto& open = asking.state().auctions.open.get();
    if (open.empty() || random_.chance(30))
        return AuctionId{static_cast<u32>(random_.below(asking.state().auctions.rows.size() + 2))};
    AuctionId auction = open[static_cast<std::size_t>(random_.below(open.size()))];
    if (!random_.chance(100)) return auction;
    for (const AuctionId id : open) {
        const auctions::Auction& row = asking.state().auctions.rows[id.value()];
        if (asking.machine.prices()[row.type.value()].status == oracle::Status::halted)
            auction = id;
    }
    return auction;
}

engine::Action Crowd::deposit(const Asking& asking, AccountId sender, VaultId vault) {
    AssetId asset = random_.one_of<AssetId>(collaterals);
    if (vault.value() < asking.state().vaults.vaults.size() && !random_.chance(50)) {
        const u16 type = asking.state().vaults.vaults[vault.value()].type.value();
        const auto& basket = asking.machine.genesis().types[type].vault.basket;
        asset = basket[static_cast<std::size_t>(random_.below(basket.size()))].asset;
    }
    const Amount held = asking.balance(sender, asset);
    const Amount amount = random_.chance(150) ? edge(held) : part(Amount::units(held.units() / 8));
    return vaults::Deposit{vault, asset, amount};
}

/// Around the most that the vault can mint.
engine::Action Crowd::mint(const Asking& asking, VaultId vault) {
    if (vault.value() >= asking.state().vaults.vaults.size())
        return vaults::Mint{vault, Amount::units(amount_one)};
    const vaults::VaultRow& row = asking.state().vaults.vaults[vault.value()];
    const auto& terms = asking.machine.types()[row.type.value()];
    const vaults::TypePrices& prices = asking.machine.prices()[row.type.value()];
    const vaults::TypeRow& type = asking.state().vaults.types[row.type.value()];
    const vaults::Value value =
        vaults::collateral_value(row, terms, vaults::risk_weights(terms, prices, type));
    const i128 per_unit = std::max(i128{prices.debt_high.units()}, i128{1});
    const i128 most = backs(value.units(), per_unit, terms.minimum_ratio);
    const Amount room = std::max(Amount::units(most) - vaults::owed(row, type), Amount());
    if (random_.chance(200)) return vaults::Mint{vault, edge(room)};
    if (random_.chance(300)) return vaults::Mint{vault, part(room)};
    return vaults::Mint{vault, Amount::units(room.units() / 100 * random_.between(70, 100))};
}

engine::Action Crowd::withdraw(const Asking& asking, VaultId vault) {
    if (vault.value() >= asking.state().vaults.vaults.size())
        return vaults::Withdraw{vault, ether, Amount::units(1)};
    const vaults::VaultRow& row = asking.state().vaults.vaults[vault.value()];
    const auto& basket = asking.machine.types()[row.type.value()].basket;
    const auto slot = static_cast<std::size_t>(random_.below(basket.size()));
    const Amount held = Amount::units(row.amounts[slot].units());
    const AssetId asset = random_.chance(30) ? token : basket[slot].asset;
    if (random_.chance(200)) return vaults::Withdraw{vault, asset, edge(held)};
    return vaults::Withdraw{vault, asset, part(Amount::units(held.units() / 2))};
}

engine::Action Crowd::on_vault(const Asking& asking, AccountId sender) {
    const u64 kind = random_.below(100);
    if (kind < 5) {
        const bool full = asking.state().vaults.vaults.size() >= vaults_most || random_.chance(30);
        const u64 types = asking.machine.types().size();
        return vaults::OpenVault{
            VaultTypeId{static_cast<u16>(full ? types : random_.below(types))}};
    }
    const VaultId vault = some_vault(asking, sender);
    if (kind < 30) return deposit(asking, sender, vault);
    if (kind < 65) return mint(asking, vault);
    if (kind < 80) return withdraw(asking, vault);
    if (kind < 97 || asking.state().vaults.vaults.size() >= vaults_most) {
        Amount owed = Amount::units(amount_one);
        if (vault.value() < asking.state().vaults.vaults.size()) {
            const vaults::VaultRow& row = asking.state().vaults.vaults[vault.value()];
            owed = vaults::owed(row, asking.state().vaults.types[row.type.value()]);
        }
        return vaults::Repay{vault, random_.chance(400) ? edge(owed) : part(owed)};
    }
    return vaults::Close{vault};
}

engine::Action Crowd::on_pool(const Asking& asking, AccountId sender) {
    const AssetId asset = random_.chance(20) ? AssetId{static_cast<u16>(random_.below(9))}
                                             : random_.one_of<AssetId>(synthetics);
    const u64 kind = random_.below(10);
    if (kind < 2) return engine::PoolClaim{asset};
    const auto& terms = asking.machine.genesis().backstop;
    if (kind < 5) {
        const Amount in = backstop::deposit_of(terms, asking.state().backstop, sender, asset);
        return engine::PoolWithdraw{asset, random_.chance(300) ? edge(in) : part(in)};
    }
    const Amount held = asset.value() < 7 ? asking.balance(sender, asset) : Amount();
    return engine::PoolDeposit{asset, random_.chance(200) ? edge(held) : part(held)};
}

engine::Action Crowd::transfer(const Asking& asking, AccountId sender) {
    const AssetId asset{static_cast<u16>(random_.below(random_.chance(30) ? 9 : 7))};
    AccountId to = somebody();
    if (random_.chance(20)) to = AccountId{static_cast<u32>(random_.below(system_accounts))};
    if (random_.chance(20))
        to = AccountId{system_accounts + users + static_cast<u32>(random_.below(3))};
    const Amount held = asset.value() < 7 ? asking.balance(sender, asset) : Amount::units(1);
    return engine::Transfer{to, asset, random_.chance(200) ? edge(held) : part(held)};
}

engine::Action Crowd::redeem(const Asking& asking, AccountId sender) {
    const AssetId asset = random_.chance(30) ? ether : random_.one_of<AssetId>(synthetics);
    const Amount held = asking.balance(sender, asset);
    const Ratio fee = random_.chance(800) ? Ratio::units(ratio_one)
                                          : Ratio::units(random_.between(0, ratio_one / 100));
    return vaults::Redeem{asset, random_.chance(200) ? edge(held) : part(held), fee};
}

auctions::Take Crowd::take(const Asking& asking, AccountId sender, AuctionId auction) {
    auctions::Take take{auction, Amount::units(amount_one), Ray::units(~u128{0})};
    if (random_.chance(100)) take.price_max = Ray::units(ray_one * random_.below(300));
    if (auction.value() >= asking.state().auctions.rows.size()) return take;
    const auctions::Auction& row = asking.state().auctions.rows[auction.value()];
    const Amount held = asking.balance(sender, row.pay_asset);
    switch (random_.below(4)) {
        case 0: take.pay_max = edge(row.tab); break;
        case 1: take.pay_max = edge(held); break;
        case 2: take.pay_max = part(held); break;
        default: take.pay_max = std::max(std::min(held, limits::amount_max), Amount::units(1));
    }
    return take;
}

engine::Action Crowd::action(const Asking& asking, AccountId sender) {
    const u64 kind = random_.below(100);
    if (kind < 55) return on_vault(asking, sender);
    if (kind < 66) return on_pool(asking, sender);
    if (kind < 80) return transfer(asking, sender);
    if (kind < 84) return redeem(asking, sender);
    if (away_blocks_ > 0 || !random_.chance(200)) return on_vault(asking, sender);
    return take(asking, sender, some_auction(asking));
}

engine::Batch Crowd::batch(const Asking& asking, AccountId sender) {
    engine::Batch batch;
    u64 count = 1 + random_.below(5);
    if (random_.chance(30)) count = 0;
    if (random_.chance(10)) count = limits::batch_max + 1;
    for (u64 i = 0; i < count; ++i) batch.actions.push_back(action(asking, sender));
    return batch;
}

/// A vault opened, filled and drawn from at once, close to what its type allows.
engine::Batch Crowd::position(const Asking& asking, AccountId sender) {
    const u32 count = asking.state().vaults.vaults.size();
    const VaultTypeId type{static_cast<u16>(random_.below(asking.machine.types().size()))};
    const auto& terms = asking.machine.types()[type.value()];
    const vaults::TypePrices& prices = asking.machine.prices()[type.value()];
    engine::Batch batch;
    batch.actions.push_back(vaults::OpenVault{type});
    i128 value = 0;
    for (std::size_t k = 0; k < terms.basket.size(); ++k) {
        const Amount held = asking.balance(sender, terms.basket[k].asset);
        const Amount amount = std::min(part(Amount::units(held.units() / 10)), limits::amount_max);
        if (amount <= Amount()) continue;
        batch.actions.push_back(vaults::Deposit{VaultId{count}, terms.basket[k].asset, amount});
        value += amount.units() * prices.weight[k].units();
    }
    const i128 per_unit = std::max(i128{prices.debt_high.units()}, i128{1});
    const i128 most = backs(value, per_unit, terms.minimum_ratio);
    batch.actions.push_back(
        vaults::Mint{VaultId{count}, Amount::units(most / 1000 * random_.between(850, 990))});
    return batch;
}

/// Several keepers reach for the same auction in one block; where it is in place, perhaps after the
/// owner.
void Crowd::race(Asking& asking) {
    const AuctionId auction = some_auction(asking);
    AssetId pays = dollar;
    if (auction.value() < asking.state().auctions.rows.size()) {
        const auctions::Auction& row = asking.state().auctions.rows[auction.value()];
        pays = row.pay_asset;
        if (row.kind == auctions::AuctionKind::in_place && random_.chance(300))
            push(asking, row.owner, {engine::Action(vaults::Repay{row.vault, row.debt})});
    }
    const u64 keepers = 1 + random_.below(3);
    for (u64 i = 0; i < keepers; ++i) {
        const AccountId sender = somebody_with(asking, pays);
        const auctions::Take wanted = take(asking, sender, auction);
        push(asking, sender, {engine::Action(wanted)});
    }
}

void Crowd::push(Asking& asking, AccountId sender,
                 std::variant<engine::Action, engine::Batch> body) {
    u64 nonce = 0;
    if (asking.state().ledger.exists(sender)) nonce = asking.state().ledger.nonce(sender);
    nonce += asking.nonces[sender.value()];
    const bool replayed = random_.chance(10);
    const bool ahead = random_.chance(10);
    if (replayed) --nonce;
    if (ahead) ++nonce;
    if (!replayed && !ahead) ++asking.nonces[sender.value()];
    asking.transactions.push_back({sender, nonce, std::move(body)});
}

void Crowd::one(Asking& asking) {
    if (away_blocks_ == 0 && random_.chance(120)) return race(asking);
    AccountId sender = somebody();
    if (random_.chance(3)) sender = AccountId{static_cast<u32>(random_.below(system_accounts))};
    if (random_.chance(3)) sender = AccountId{system_accounts + users + 1};
    const AccountId actor = sender.value() < system_accounts + users ? sender : somebody();
    if (asking.state().vaults.vaults.size() < vaults_most && random_.chance(40))
        return push(asking, sender, {position(asking, actor)});
    if (random_.chance(100)) return push(asking, sender, {batch(asking, actor)});
    push(asking, sender, {action(asking, actor)});
}

std::vector<engine::Transaction> Crowd::ask(const engine::Machine& machine, u64 most) {
    Asking asking{machine};
    if (away_blocks_ > 0) --away_blocks_;
    if (away_blocks_ == 0 && random_.chance(5))
        away_blocks_ = static_cast<u32>(random_.between(20, 200));
    const u64 count = std::min(random_.below(20), most);
    while (asking.transactions.size() < count) one(asking);
    asking.transactions.resize(count);  // A race may have brought more than were wanted.
    return std::move(asking.transactions);
}

}  // namespace ballast::simulation
