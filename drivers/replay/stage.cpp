#include <ballast/replay/stage.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/bind.hpp>
#include <ballast/replay/owner.hpp>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

// The slot of the basket that takes the asset, by its own name or by that of what its feed prices.
std::optional<u32> slot_for(const engine::Genesis& market, const vaults::VaultTypeTerms& type,
                            std::string_view asset) {
    for (u32 slot = 0; slot < type.basket.size(); ++slot) {
        const basket::CollateralTerms& terms = type.basket[slot];
        if (upper_case(market.assets[terms.asset.value()].name) == asset) return slot;
    }
    for (u32 slot = 0; slot < type.basket.size(); ++slot) {
        const basket::CollateralTerms& terms = type.basket[slot];
        if (!terms.rate_feed && feed_asset(market.oracle.feeds[terms.feed.value()]) == asset)
            return slot;
    }
    return std::nullopt;
}

Ratio floor_of(const vaults::VaultTypeTerms& type, u32 slot) {
    const basket::CollateralTerms& collateral = type.basket[slot];
    const Ratio charges =
        collateral.haircut + collateral.concentration_charge + collateral.correlation_charge;
    const i64 counts = std::max<i64>(ratio_one - charges.units(), ratio_one / 100);
    return math::ratio_of(type.liquidation_ratio.units(), counts, Round::up);
}

bool takes_all(const engine::Genesis& market, const vaults::VaultTypeTerms& type,
               const Position& position) {
    return std::all_of(position.locked.begin(), position.locked.end(), [&](const Lock& lock) {
        return slot_for(market, type, lock.asset).has_value();
    });
}

// The first type (or the one asked for) that takes everything the position holds.
Attempt<VaultTypeId> type_for(const engine::Genesis& market, const PopulationTerms& terms,
                              const Position& position) {
    for (std::size_t i = 0; i < market.types.size(); ++i) {
        const vaults::VaultTypeTerms& type = market.types[i].vault;
        if (!terms.type.empty() && type.name != terms.type) continue;
        if (takes_all(market, type, position)) return VaultTypeId{static_cast<u16>(i)};
    }
    std::string held;
    for (const Lock& lock : position.locked) held += (held.empty() ? "" : " and ") + lock.asset;
    return fault("vault {} holds {}, which no vault type of the market{} takes", position.name,
                 held, terms.type.empty() ? "" : " named " + terms.type);
}

Attempt<void> seat(Stage& stage, const PopulationTerms& terms, const Position& position,
                   AccountId owner) {
    BALLAST_TRY(const VaultTypeId type, type_for(stage.genesis, terms, position));
    const vaults::VaultTypeTerms& vault_type = stage.genesis.types[type.value()].vault;
    if (stage.vault_names.empty()) stage.synthetic = vault_type.debt_asset;
    if (vault_type.debt_asset != stage.synthetic)
        return fault("vault {} owes another synthetic than those before it; a replay has one",
                     position.name);
    engine::GenesisVault vault{owner, type, std::vector<Amount>(vault_type.basket.size()),
                               position.debt};
    for (const Lock& lock : position.locked)
        vault.collateral[*slot_for(stage.genesis, vault_type, lock.asset)] += lock.amount;
    stage.genesis.vaults.push_back(std::move(vault));
    stage.vault_names.push_back(position.name);
    stage.debt_total += position.debt;
    return {};
}

// What an attentive owner keeps aside, by AssetId.
std::vector<Amount> spare(const Stage& stage, const engine::GenesisVault& vault, Ratio share) {
    const auto& basket = stage.genesis.types[vault.type.value()].vault.basket;
    std::vector<Amount> balances(stage.genesis.assets.size());
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        balances[basket[slot].asset.value()] +=
            math::portion(vault.collateral[slot], share, Round::down);
    return balances;
}

Attempt<void> seat_all(Stage& stage, const Setup& setup, const Population& population) {
    const u32 keepers = setup.assumptions.keepers.count;
    stage.cast = {AccountId{system_accounts}, AccountId{system_accounts + 1},
                  AccountId{system_accounts + 2}, AccountId{system_accounts + 2 + keepers}};
    u32 next = stage.cast.owners.value();
    for (const Position& position : population.positions)
        BALLAST_CHECK(seat(stage, setup.assumptions.population, position, AccountId{next++}));
    const OwnerTerms& owners = setup.assumptions.owners;
    stage.attentive = attentive_owners(owners, population.positions.size());
    stage.genesis.accounts.assign(2 + keepers, {});
    for (std::size_t i = 0; i < stage.genesis.vaults.size(); ++i) {
        engine::GenesisAccount account;
        if (stage.attentive[i])
            account.balances = spare(stage, stage.genesis.vaults[i], owners.spare);
        stage.genesis.accounts.push_back(std::move(account));
    }
    return {};
}

// The synthetic is larger than the population: the rest of it is owed by the outside market itself,
// in a vault type of its own against an asset of its own that is always worth a dollar.  Without it
// a population that is liquidated as a whole would run out of the synthetic with which its auctions
// are paid.
void issue_elsewhere(Stage& stage, Ratio multiple, Price debt_price) {
    stage.supply_elsewhere = math::portion(stage.debt_total, multiple, Round::down);
    if (stage.supply_elsewhere.zero()) return;
    engine::Genesis& genesis = stage.genesis;
    const AssetId asset{static_cast<u16>(genesis.assets.size())};
    const FeedId feed{static_cast<u16>(genesis.oracle.feeds.size())};
    genesis.assets.push_back({"elsewhere", engine::AssetKind::collateral, {}});
    stage.assets.push_back(std::nullopt);
    oracle::FeedTerms feed_terms;
    feed_terms.name = "elsewhere";
    genesis.oracle.feeds.push_back(feed_terms);
    report_at_par(stage, feed);
    stage.elsewhere = VaultTypeId{static_cast<u16>(genesis.types.size())};
    engine::TypeTerms type = genesis.types[genesis.vaults[0].type.value()];
    type.vault.name = "elsewhere";
    type.vault.basket = {{asset,
                          feed,
                          {},
                          Ratio(),
                          limits::amount_max,
                          Ratio(),
                          Amount::units(amount_one),
                          Ratio()}};
    type.vault.fee_per_second = Ray::units(ray_one);
    type.vault.redemption.enabled = false;
    type.redistribute = false;
    genesis.types.push_back(type);
    genesis.treasury.compartments.push_back({stage.synthetic, Ratio(), Amount(), Amount()});
    constexpr Ratio tenfold = Ratio::units(10 * i64{ratio_one});
    const Cash backing = math::portion(math::worth(stage.supply_elsewhere, debt_price, Round::up),
                                       tenfold, Round::up);
    const Amount locked = std::min(Amount::units(backing.units()), limits::amount_max);
    genesis.vaults.push_back(
        {stage.cast.market, *stage.elsewhere, {locked}, stage.supply_elsewhere});
}

// Divides the synthetic that owners have sold: the pool's deposit first, then keepers, the rest
// stays in the market.
void fund(Stage& stage, const Assumptions& assumptions, Price debt_price) {
    const auto& pools = stage.genesis.backstop.pools;
    const bool pool = std::any_of(pools.begin(), pools.end(),
                                  [&](const auto& p) { return p.asset == stage.synthetic; });
    if (pool)
        stage.pool_deposit =
            math::portion(stage.debt_total, assumptions.outside.pool_share, Round::down);
    const KeeperTerms& keepers = assumptions.keepers;
    if (keepers.count == 0) return;
    const Amount wanted = math::amount_worth(keepers.capital, debt_price, Round::down);
    const Amount there_is = stage.debt_total + stage.supply_elsewhere - stage.pool_deposit;
    const Amount most = Amount::units(there_is.units() / keepers.count);
    stage.keeper_capital = std::min(wanted, most);
    if (stage.keeper_capital < wanted)
        stage.notes.push_back(
            fmt::format("keepers hold {} each instead of {}: there is no more of the synthetic",
                        files::grouped_text(stage.keeper_capital.units(), 8, 0),
                        files::grouped_text(wanted.units(), 8, 0)));
}

std::vector<std::string> owed_assets(const engine::Genesis& market) {
    std::vector<std::string> rising;
    for (const engine::TypeTerms& type : market.types)
        if (type.vault.debt_feed)
            rising.push_back(feed_asset(market.oracle.feeds[type.vault.debt_feed->value()]));
    return rising;
}

Attempt<Population> find_population(const Setup& setup, const Stage& stage) {
    if (setup.vaults) return *setup.vaults;
    const PopulationTerms& terms = setup.assumptions.population;
    BALLAST_TRY(const Demands wanted, demands(stage.genesis, stage.world, terms));
    const Ratio floor = terms.floor.zero() ? wanted.floor : terms.floor;
    const Amount smallest = terms.debt_smallest.zero() ? wanted.debt_smallest : terms.debt_smallest;
    Population population = draw_population(terms, floor, smallest);
    const auto debt_feed = stage.genesis.types[wanted.type.value()].vault.debt_feed;
    Price debt_price = Price::units(amount_one);
    if (debt_feed) {
        const auto owed =
            stage.world.find(feed_asset(stage.genesis.oracle.feeds[debt_feed->value()]));
        if (!owed) return fault("there is no price of what the market's vaults owe");
        debt_price = stage.world.dollars[*owed][0];
    }
    const Price price = stage.world.dollars[*stage.world.find(wanted.asset)][0];
    lock_collateral(population, wanted.asset, price, debt_price);
    population.notes.push_back(
        fmt::format("they hold {} at {} dollars, at ratios from {} up", wanted.asset,
                    files::decimal_text(price.units(), 8, 8),
                    files::decimal_text((floor + terms.slack_smallest).units(), 9, 4)));
    return population;
}

// Long enough for every feed's first price to have waited for its delay, and then a little.
u64 warm_up(const engine::Genesis& genesis, u64 step) {
    u64 longest = 0;
    for (const oracle::FeedTerms& feed : genesis.oracle.feeds)
        longest = std::max(longest, feed.delay_seconds);
    return 10 + (2 * longest + step - 1) / step;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Attempt<Demands> demands(const engine::Genesis& market, const World& world,
                         const PopulationTerms& terms) {
    const std::string asked = upper_case(terms.asset);
    for (std::size_t i = 0; i < market.types.size(); ++i) {
        const vaults::VaultTypeTerms& type = market.types[i].vault;
        if (!terms.type.empty() && type.name != terms.type) continue;
        for (const std::string& asset : world.assets) {
            if (!asked.empty() && asset != asked) continue;
            const auto slot = slot_for(market, type, asset);
            if (slot)
                return Demands{VaultTypeId{static_cast<u16>(i)}, asset, floor_of(type, *slot),
                               type.minimum_debt};
        }
    }
    return fault("no vault type of the market{} takes {}",
                 terms.type.empty() ? "" : " named " + terms.type,
                 asked.empty() ? std::string("a collateral that has prices") : asked);
}

Attempt<Stage> prepare(const Setup& setup) {
    Stage stage;
    append(stage.notes, setup.notes);
    const PathTerms& path = setup.assumptions.path;
    BALLAST_TRY(const Grid grid,
                plan_grid(setup.series, path.block_time, setup.window, stage.notes));
    BALLAST_TRY(stage.world,
                draw_world(setup.series, grid, owed_assets(setup.market), stage.notes));
    stage.genesis = setup.market;
    stage.genesis.accounts.clear();
    stage.genesis.vaults.clear();
    BALLAST_CHECK(bind_market(stage));
    BALLAST_TRY(const Population population, find_population(setup, stage));
    append(stage.notes, population.notes);
    BALLAST_CHECK(seat_all(stage, setup, population));
    BALLAST_CHECK(bind_synthetic(stage));
    const Price debt_price = stage.synthetic_price ? stage.world.dollars[*stage.synthetic_price][0]
                                                   : Price::units(amount_one);
    issue_elsewhere(stage, setup.assumptions.outside.supply, debt_price);
    fund(stage, setup.assumptions, debt_price);
    stage.warm_blocks = warm_up(stage.genesis, grid.step);
    const u64 before = (stage.warm_blocks + 1) * grid.step;
    if (grid.start < before)
        return fault("the first price is too close to 1970 for the blocks before it");
    stage.genesis.time = grid.start - before;
    return stage;
}

}  // namespace ballast::replay
