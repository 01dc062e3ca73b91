/// A small market with everything in it, for tests and benchmarks: ether against a synthetic
/// dollar, one unsigned publisher, one user per purpose.  Figures are round so that a person can
/// follow them.
#pragma once

#include <ballast/engine/machine.hpp>

#include <map>

namespace ballast::sample {

inline constexpr AssetId ether{0};
inline constexpr AssetId dollar{1};
inline constexpr AssetId token{2};
inline constexpr FeedId ether_feed{0};
inline constexpr FeedId token_feed{1};
inline constexpr VaultTypeId ether_vaults{0};
inline constexpr u64 genesis_time = 1'583'971'200;  // 2020-03-12T00:00Z.
inline constexpr u64 block_seconds = 12;

constexpr Amount whole(i64 count) {
    return Amount::units(i128{count} * amount_one);
}
constexpr Price dollars(i64 count) {
    return Price::units(count * amount_one);
}
constexpr Ratio percent(i64 count) {
    return Ratio::units(count * (ratio_one / 100));
}
constexpr AccountId user(u32 index) {
    return AccountId{system_accounts + index};
}

/// A feed that believes its one publisher at once, with no width of its own.
inline oracle::FeedTerms plain_feed(std::string name) {
    oracle::FeedTerms feed;
    feed.name = std::move(name);
    feed.sources = {{PublisherId{0}, 1}};
    feed.volatility_multiple = Ratio();
    feed.jump_max = Ratio::units(100 * ratio_one);
    return feed;
}

inline auctions::AuctionTerms plain_auction() {
    auctions::AuctionTerms terms;
    terms.curve.kind = auctions::CurveKind::stepped;
    terms.curve.step_seconds = 30;
    terms.curve.cut = Ray::units(ray_one / 1000 * 990);
    terms.buffer = percent(120);
    terms.tail_seconds = 3600;
    terms.cusp = percent(40);
    terms.penalty = percent(13);
    terms.chip = Ratio::units(ratio_one / 1000);
    terms.debt_at_auction_max = whole(10'000'000);
    terms.restarts_max = 3;
    terms.remainder_min = whole(500);
    return terms;
}

/// Minimum ratio 150 %, liquidation at 145 %, debt of at least 1 000, no fees.
inline engine::TypeTerms plain_type() {
    engine::TypeTerms type;
    type.vault.name = "ETH-A";
    type.vault.debt_asset = dollar;
    basket::CollateralTerms collateral;
    collateral.asset = ether;
    collateral.feed = ether_feed;
    collateral.cap = whole(10'000'000);
    collateral.concentration_depth = whole(1'000'000);
    type.vault.basket = {collateral};
    type.vault.minimum_ratio = percent(150);
    type.vault.liquidation_ratio = percent(145);
    type.vault.debt_ceiling = whole(1'000'000'000);
    type.vault.minimum_debt = whole(1'000);
    type.auction = plain_auction();
    type.take_cost = whole(10);
    return type;
}

/// `users` accounts that hold 1 000 ether and 1 000 tokens each.
inline engine::Genesis market(u32 users = 8) {
    engine::Genesis genesis;
    genesis.name = "sample";
    genesis.time = genesis_time;
    genesis.assets = {{"ETH", engine::AssetKind::collateral, {}},
                      {"USDB", engine::AssetKind::synthetic, {}},
                      {"BAL", engine::AssetKind::governance, token_feed}};
    genesis.oracle.publishers = {{"venue", {}}};
    genesis.oracle.feeds = {plain_feed("ETH/USD"), plain_feed("BAL/USD")};
    genesis.types = {plain_type()};
    genesis.backstop.pools = {{dollar, whole(1), percent(100)}};
    genesis.treasury.compartments = {{dollar, percent(20), whole(10'000), whole(1'000'000)}};
    genesis.treasury.synthetics = {{dollar, token, whole(100'000), whole(10'000), whole(10'000)}};
    genesis.recapitalisation = plain_auction();
    genesis.surplus = plain_auction();
    genesis.debt_at_auction_max = whole(100'000'000);
    genesis.accounts.assign(users, {{whole(1'000), Amount(), whole(1'000)}});
    return genesis;
}

/// Drives a machine block by block: sets prices, queues transactions with the right nonces,
/// remembers what happened.
class Chain {
public:
    explicit Chain(engine::Genesis genesis)
        : machine_(*engine::Machine::create(std::move(genesis))) {}

    void price(FeedId feed, Price price) { prices_[feed] = price; }
    void silence(FeedId feed) { prices_.erase(feed); }
    void ask(AccountId sender, engine::Action action) { push(sender, {std::move(action)}); }
    void ask(AccountId sender, engine::Batch batch) { push(sender, {std::move(batch)}); }

    /// Executes a block `seconds` after the last one, with every price said since.
    const engine::Outcome& block(u64 seconds = block_seconds) {
        engine::Block block{
            machine_.height() + 1, machine_.time() + seconds, {}, std::move(queue_)};
        queue_.clear();
        for (const auto& [feed, price] : prices_)
            block.reports.push_back({PublisherId{0}, feed, price, Price(), block.time, {}});
        outcome_ = *machine_.execute(block);
        return outcome_;
    }

    [[nodiscard]] const engine::Machine& machine() const { return machine_; }
    [[nodiscard]] const engine::Outcome& outcome() const { return outcome_; }
    [[nodiscard]] Amount balance(AccountId account, AssetId asset) const {
        return machine_.state().ledger.balance(account, asset);
    }

private:
    void push(AccountId sender, std::variant<engine::Action, engine::Batch> body) {
        u64 nonce = machine_.state().ledger.nonce(sender);
        for (const engine::Transaction& earlier : queue_)
            nonce += earlier.sender == sender ? 1u : 0u;
        queue_.push_back({sender, nonce, std::move(body)});
    }

    engine::Machine machine_;
    engine::Outcome outcome_;
    std::map<FeedId, Price> prices_;
    std::vector<engine::Transaction> queue_;
};

/// Any price is good enough for this keeper.
inline constexpr Ray any_price = Ray::units(ray_one * 1'000'000);

/// How often something happened in a block.
inline u32 count(const engine::Outcome& outcome, EventKind kind) {
    u32 number = 0;
    for (const Event& event : outcome.events) number += event.kind == kind ? 1u : 0u;
    return number;
}

/// Asks for a vault of `owner` with collateral and debt in whole units; `id` is the one that it
/// will get.
inline void open_vault(Chain& chain, AccountId owner, VaultId id, i64 collateral, i64 debt) {
    chain.ask(owner, vaults::OpenVault{ether_vaults});
    chain.ask(owner, vaults::Deposit{id, ether, whole(collateral)});
    chain.ask(owner, vaults::Mint{id, whole(debt)});
}

/// A market in which ether costs 200 dollars and a token 5.
inline Chain at_200(engine::Genesis genesis) {
    Chain chain(std::move(genesis));
    chain.price(ether_feed, dollars(200));
    chain.price(token_feed, dollars(5));
    chain.block();
    return chain;
}

/// What the vault owes now.
inline Amount owed(const Chain& chain, u32 vault) {
    const auto& state = chain.machine().state().vaults;
    return vaults::owed(state.vaults[vault], state.types[0]);
}

}  // namespace ballast::sample
