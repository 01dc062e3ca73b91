#include <ballast/derivatives/stage.hpp>

#include <ballast/derivatives/units.hpp>
#include <ballast/derivatives/volatility.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/bind.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

namespace {

const replay::Series* series_of(const std::vector<replay::Series>& all, const std::string& asset) {
    const auto found = std::ranges::find(all, asset, &replay::Series::asset);
    return found == all.end() ? nullptr : &*found;
}

std::string feed_of(const engine::Genesis& genesis, FeedId feed) {
    return replay::feed_asset(genesis.oracle.feeds[feed.value()]);
}

// Prices of what the market has feeds of, and volatilities where there are none.
Attempt<std::vector<replay::Series>> gather_series(const Setup& setup,
                                                   std::vector<std::string>& notes) {
    const engine::Genesis& market = setup.base.market;
    std::vector<replay::Series> series;
    for (const replay::Series& one : setup.base.series)
        for (u16 feed = 0; feed < market.oracle.feeds.size(); ++feed)
            if (feed_of(market, FeedId{feed}) == one.asset) {
                series.push_back(one);
                break;
            }
    for (const clearing::UnderlyingTerms& underlying : market.clearing.underlyings) {
        const std::string spot = feed_of(market, underlying.spot);
        const replay::Series* prices = series_of(series, spot);
        if (prices == nullptr)
            return fault("there is no price of {}, an underlying of the market", spot);
        const replay::Series from = *prices;
        for (const clearing::Pillar& pillar : underlying.pillars) {
            const std::string asset = feed_of(market, pillar.feed);
            if (series_of(series, asset) != nullptr) continue;
            series.push_back(estimate(from, asset, setup.terms.volatility));
            notes.push_back(fmt::format("{}: estimated from the range of {} (HExp)", asset, spot));
        }
    }
    return series;
}

Attempt<void> choose_model(const Setup& setup, engine::Genesis& genesis) {
    if (setup.model.empty()) return {};
    const auto& models = genesis.clearing.models;
    for (std::size_t i = 0; i < models.size(); ++i)
        if (models[i].name == setup.model) {
            genesis.clearing.compartments[compartment.value()].model = static_cast<u16>(i);
            return {};
        }
    return fault("the market has no margin model '{}'", setup.model);
}

Attempt<Ground> ground_of(const Stage& stage) {
    const engine::Genesis& genesis = stage.base.genesis;
    Ground ground{genesis.clearing, {}, {}, stage.base.world.grid.start, {}};
    for (const auto& asset : genesis.assets) ground.assets.push_back(asset.name);
    ground.synthetic = genesis.assets[stage.base.synthetic.value()].name;
    for (const std::size_t at : stage.underlying)
        ground.spot.push_back(stage.base.world.dollars[at][0]);
    return ground;
}

Attempt<std::size_t> in_world(const Stage& stage, FeedId feed) {
    const std::string asset = feed_of(stage.base.genesis, feed);
    const auto found = stage.base.world.find(asset);
    if (!found) return fault("there is no price of {}", asset);
    return *found;
}

Attempt<void> find_prices(Stage& stage) {
    const clearing::Terms& terms = stage.base.genesis.clearing;
    for (const auto& underlying : terms.underlyings) {
        BALLAST_TRY(const std::size_t at, in_world(stage, underlying.spot));
        stage.underlying.push_back(at);
    }
    for (const auto& collateral : terms.compartments[compartment.value()].collateral) {
        BALLAST_TRY(const std::size_t at, in_world(stage, collateral.feed));
        stage.collateral.push_back(at);
    }
    return {};
}

// The outside owes the synthetic that everybody begins with, in a vault type of its own against an
// asset that is always worth a dollar; what it pays to mint more is the treasury's first surplus.
void issue(Stage& stage, Amount cash) {
    engine::Genesis& genesis = stage.base.genesis;
    const AssetId asset{static_cast<u16>(genesis.assets.size())};
    const FeedId feed{static_cast<u16>(genesis.oracle.feeds.size())};
    genesis.assets.push_back({"elsewhere", engine::AssetKind::collateral, {}});
    oracle::FeedTerms feed_terms;
    feed_terms.name = "elsewhere";
    genesis.oracle.feeds.push_back(feed_terms);
    replay::report_at_par(stage.base, feed);
    stage.elsewhere = VaultTypeId{static_cast<u16>(genesis.types.size())};
    engine::TypeTerms type;
    type.vault.name = "elsewhere";
    type.vault.debt_asset = stage.base.synthetic;
    type.vault.basket = {{asset,
                          feed,
                          {},
                          Ratio(),
                          limits::amount_max,
                          Ratio(),
                          Amount::units(amount_one),
                          Ratio()}};
    type.vault.minimum_ratio = Ratio::units(2 * i64{ratio_one});
    type.vault.liquidation_ratio = Ratio::units(2 * i64{ratio_one});
    type.vault.debt_ceiling = limits::amount_max;
    type.vault.opening_fee = Ratio::units(ratio_one);
    type.vault.minimum_debt = Amount::units(amount_one);
    type.resolution = engine::Resolution::auction;
    type.redistribute = true;
    type.auction.curve.kind = auctions::CurveKind::fixed_discount;
    type.auction.curve.close_factor = Ratio::units(ratio_one);
    genesis.treasury.compartments.insert(
        genesis.treasury.compartments.begin() + static_cast<std::ptrdiff_t>(genesis.types.size()),
        {stage.base.synthetic, Ratio(), Amount(), Amount()});
    genesis.types.push_back(type);
    const Amount backing =
        Amount::units(std::min(limits::amount_max.units(),
                               10 * (cash.units() + 2 * stage.first_surplus.units() + amount_one)));
    genesis.vaults.push_back({stage.cast.outside, stage.elsewhere, {backing}, cash});
}

Attempt<AssetId> asset_named(const engine::Genesis& genesis, const std::string& name) {
    for (std::size_t i = 0; i < genesis.assets.size(); ++i)
        if (genesis.assets[i].name == name) return AssetId{static_cast<u16>(i)};
    return fault("the market has no asset '{}'", name);
}

// Accounts with their coins, and the cash that all of them begin with.
Attempt<Amount> seat(Stage& stage, const Setup& setup) {
    engine::Genesis& genesis = stage.base.genesis;
    const replay::KeeperTerms& keepers = setup.base.assumptions.keepers;
    stage.keepers = keepers.count;
    stage.first = genesis.clearing.pool ? 1 : 0;  // The pool is margin account 0.
    stage.cast = {AccountId{system_accounts}, AccountId{system_accounts + 1},
                  AccountId{system_accounts + 1 + stage.keepers}};
    genesis.accounts.assign(1 + stage.keepers, {});
    stage.base.keeper_capital = Amount::units(keepers.capital.units());
    Amount cash = Amount::units(stage.base.keeper_capital.units() * stage.keepers);
    for (const Account& account : stage.book.accounts) {
        engine::GenesisAccount row{std::vector<Amount>(genesis.assets.size())};
        for (const Deposit& deposit : account.deposits) {
            BALLAST_TRY(const AssetId asset, asset_named(genesis, deposit.asset));
            row.balances[asset.value()] += deposit.amount;
        }
        cash += account.cash;
        genesis.accounts.push_back(std::move(row));
    }
    return cash;
}

u64 warm_up(const engine::Genesis& genesis, u64 step) {
    u64 longest = 0;
    for (const oracle::FeedTerms& feed : genesis.oracle.feeds)
        longest = std::max({longest, feed.delay_seconds, feed.recovery_seconds});
    return 12 + (2 * longest + step - 1) / step;
}

void give_keys(Stage& stage, const std::string& seed) {
    for (oracle::Publisher& publisher : stage.base.genesis.oracle.publishers) {
        stage.publishers.emplace_back(seed, "publisher " + publisher.name);
        publisher.key = stage.publishers.back().key();
    }
}

}  // namespace

Attempt<Stage> prepare(const Setup& setup) {
    Stage stage;
    replay::Stage& base = stage.base;
    base.notes = setup.base.notes;
    base.genesis = setup.base.market;
    if (base.genesis.clearing.compartments.empty())
        return fault("{}: has no margin compartment", setup.base.market_name);
    base.genesis.accounts.clear();
    base.genesis.vaults.clear();
    base.genesis.clearing.governor = std::nullopt;
    base.synthetic = base.genesis.clearing.compartments[compartment.value()].synthetic;
    BALLAST_CHECK(choose_model(setup, base.genesis));
    BALLAST_TRY(const auto series, gather_series(setup, base.notes));
    const auto step = static_cast<u64>(setup.terms.slice_seconds);
    BALLAST_TRY(const replay::Grid grid,
                replay::plan_grid(series, step, setup.base.window, base.notes));
    BALLAST_TRY(base.world, replay::draw_world(series, grid, {}, base.notes));
    BALLAST_CHECK(replay::bind_market(base));
    BALLAST_CHECK(find_prices(stage));
    BALLAST_TRY(const Ground ground, ground_of(stage));
    if (std::filesystem::is_regular_file(setup.book)) {
        BALLAST_TRY(stage.book, read_book(setup.book, ground, setup.terms));
    } else {
        BALLAST_TRY(stage.book, draw_book(setup.book, ground, setup.terms));
    }
    BALLAST_TRY(const Amount cash, seat(stage, setup));
    stage.first_surplus = Amount::units(static_cast<i128>(setup.terms.surplus / unit));
    // As much again as the book is large, for what keepers sell outside.
    issue(stage, cash + Amount::units(static_cast<i128>(setup.terms.size / unit)));
    give_keys(stage, setup.terms.seed);
    stage.warm_blocks = warm_up(base.genesis, grid.step);
    const u64 before = (stage.warm_blocks + 1) * grid.step;
    if (grid.start < before) return fault("the first price is too close to 1970");
    base.genesis.time = grid.start - before;
    return stage;
}

}  // namespace ballast::derivatives
