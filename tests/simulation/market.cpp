#include "market.hpp"

#include <sodium.h>

#include <algorithm>

namespace ballast::simulation {
namespace {

using engine::AssetKind;
using engine::TypeTerms;

Ratio per_mille(i64 count) {
    return Ratio::units(count * (ratio_one / 1000));
}

oracle::FeedTerms feed(const char* name, std::vector<oracle::Source> sources) {
    oracle::FeedTerms terms;
    terms.name = name;
    terms.sources = std::move(sources);
    terms.quorum_count = terms.quorum_weight = terms.sources.size() > 2 ? 2 : 1;
    terms.live_count = terms.sources.size() > 2 ? 3 : 1;
    terms.volatility_floor_per_day = per_mille(5);
    terms.volatility_multiple = Ratio::units(ratio_one / 2);
    terms.widen_max = percent(10);
    terms.breaker_confirm = 2;
    terms.breaker_confirm_seconds = 24;
    terms.breaker_hold_seconds = 600;
    terms.halt_seconds = 900;
    terms.recovery_seconds = 36;
    return terms;
}

oracle::Terms oracle_terms(Market& market, Random& random) {
    oracle::Terms terms;
    for (u32 i = 0; i < publishers; ++i) {
        oracle::Publisher publisher{"venue " + std::string(1, static_cast<char>('a' + i)), {}};
        if (i < signers) {
            std::array<u8, 32> seed{};
            for (u8& byte : seed) byte = static_cast<u8>(random.next());
            publisher.key.emplace();
            crypto_sign_seed_keypair(publisher.key->data(), market.secrets[i].data(), seed.data());
        }
        terms.publishers.push_back(std::move(publisher));
    }
    const std::vector<oracle::Source> all{
        {PublisherId{0}, 3}, {PublisherId{1}, 2}, {PublisherId{2}, 2}, {PublisherId{3}, 1}};
    terms.feeds = {feed("USDC/USD", all), feed("ETH/USD", all), feed("BTC/USDC", all),
                   feed("STETH/ETH", {{PublisherId{0}, 1}, {PublisherId{2}, 1}}),
                   feed("BAL/USD", {{PublisherId{2}, 1}, {PublisherId{3}, 1}})};
    terms.feeds[2].quote = usdc_feed;
    terms.feeds[3].kind = oracle::FeedKind::rate;
    terms.feeds[4].delay_seconds = 24;
    terms.feeds[1].settlement_seconds = 3'600;
    return terms;
}

auctions::AuctionTerms auction(Random& random, auctions::CurveKind kind) {
    auctions::AuctionTerms terms;
    terms.curve.kind = kind;
    terms.curve.duration_seconds = 2'400;
    terms.curve.step_seconds = 60;
    const bool every_second = kind == auctions::CurveKind::continuous;
    terms.curve.cut = Ray::units(every_second ? ray_one / 100'000 * 99'960 : ray_one / 1000 * 975);
    terms.curve.discount = percent(random.between(5, 15));
    terms.curve.close_factor = percent(random.between(30, 100));
    terms.curve.full_close_health = percent(random.between(0, 95));
    terms.curve.allow_spiral = random.chance(500);
    terms.buffer = percent(random.between(105, 130));
    terms.tail_seconds = 1'800;
    terms.cusp = percent(random.between(30, 60));
    const i64 penalty = random.between(0, 15);
    terms.penalty = percent(penalty);
    terms.tip = whole(random.between(0, std::clamp(penalty - 3, i64{0}, i64{2})));
    terms.chip = per_mille(random.between(0, std::min(penalty * 8, i64{10})));
    terms.debt_at_auction_max = whole(random.between(20'000, 80'000));
    terms.restarts_max = static_cast<u32>(random.between(0, 3));
    terms.remainder_min = whole(random.between(10, 90));
    return terms;
}

basket::CollateralTerms collateral(AssetId asset, FeedId feed, Amount cap) {
    basket::CollateralTerms terms;
    terms.asset = asset;
    terms.feed = feed;
    terms.cap = cap;
    terms.concentration_depth = Amount::units(cap.units() / 2);
    return terms;
}

struct Shape {
    const char* name;
    AssetId debt;
    Ratio minimum;
    Ratio liquidation;
    std::vector<basket::CollateralTerms> basket;
    auctions::CurveKind curve;
};

TypeTerms type(Random& random, Shape shape) {
    TypeTerms terms;
    terms.vault.name = shape.name;
    terms.vault.debt_asset = shape.debt;
    terms.vault.basket = std::move(shape.basket);
    terms.vault.minimum_ratio = shape.minimum;
    terms.vault.liquidation_ratio = shape.liquidation;
    terms.vault.debt_ceiling = whole(random.between(200'000, 2'000'000));
    terms.vault.minimum_debt = whole(100);
    // Per second up to 8 * 10^-8: a half percent a day, so that fees matter within a run.
    terms.vault.fee_per_second =
        Ray::units(ray_one + static_cast<u128>(random.below(80)) * (ray_one / 1'000'000'000));
    terms.vault.opening_fee = per_mille(random.between(0, 10));
    terms.auction = auction(random, shape.curve);
    terms.backstop_ratio = percent(random.between(0, 110));
    return terms;
}

vaults::RedemptionTerms redemption(Random& random) {
    vaults::RedemptionTerms terms;
    terms.enabled = true;
    terms.fee_floor = per_mille(5);
    terms.fee_max = percent(random.between(5, 100));
    terms.decay_per_minute = 999'037'758'833'783'000;
    terms.divisor = 2;
    terms.smallest = Amount::units(amount_one / 10);
    return terms;
}

std::vector<TypeTerms> types(Random& random) {
    using auctions::CurveKind;
    std::vector<basket::CollateralTerms> mix{collateral(ether, ether_feed, whole(5'000)),
                                             collateral(bitcoin, bitcoin_feed, whole(120)),
                                             collateral(staked, ether_feed, whole(4'000))};
    mix[0].haircut = percent(5);
    mix[1].concentration_charge = percent(6);
    mix[2].rate_feed = staked_feed;
    mix[2].correlation_charge = percent(5);
    std::vector<basket::CollateralTerms> earning{collateral(staked, ether_feed, whole(5'000))};
    earning[0].rate_feed = staked_feed;
    const std::vector<basket::CollateralTerms> plain{collateral(ether, ether_feed, whole(9'000))};
    const std::vector<basket::CollateralTerms> two{collateral(ether, ether_feed, whole(4'000)),
                                                   collateral(bitcoin, bitcoin_feed, whole(90))};
    const std::vector<basket::CollateralTerms> dollars{
        collateral(usdc, usdc_feed, whole(3'000'000))};

    std::vector<TypeTerms> all;
    all.push_back(
        type(random, {"ETH-A", dollar, percent(150), percent(140), plain, CurveKind::stepped}));
    all.push_back(
        type(random, {"MIX", dollar, percent(160), percent(150), mix, CurveKind::linear}));
    all.push_back(type(
        random, {"STETH", dollar, percent(140), percent(130), earning, CurveKind::continuous}));
    all.push_back(type(
        random, {"FIX", dollar, percent(130), percent(120), plain, CurveKind::fixed_discount}));
    all.push_back(type(
        random, {"HEALTH", dollar, percent(130), percent(120), two, CurveKind::health_discount}));
    all.push_back(
        type(random, {"POOL", dollar, percent(115), percent(110), plain, CurveKind::stepped}));
    all.push_back(
        type(random, {"ETHB", ether_due, percent(130), percent(120), dollars, CurveKind::stepped}));
    all[5].resolution = engine::Resolution::pool;
    all[5].redistribute = true;
    all[5].vault.redemption = redemption(random);
    all[6].vault.debt_feed = ether_feed;
    all[6].vault.redemption = redemption(random);
    all[6].vault.minimum_debt = whole(1);
    all[6].auction.remainder_min = Amount::units(amount_one / 2);
    all[6].auction.tip = Amount();
    return all;
}

treasury::Terms treasury_terms(const std::vector<TypeTerms>& types, Random& random) {
    treasury::Terms terms;
    for (const TypeTerms& type : types) {
        const bool dollars = type.vault.debt_asset == dollar;
        treasury::CompartmentTerms own;
        own.synthetic = type.vault.debt_asset;
        own.reserve_share = percent(random.between(0, 60));
        own.reserve_target = dollars ? whole(random.between(0, 1'500)) : whole(5);
        own.loss_out_max = dollars ? whole(random.between(0, 3'000)) : whole(random.between(0, 9));
        terms.compartments.push_back(own);
    }
    terms.synthetics = {{dollar, token, whole(random.between(0, 2'000)), whole(1'000), whole(400)},
                        {ether_due, token, whole(random.between(0, 4)), whole(5), whole(2)}};
    return terms;
}

}  // namespace

Market random_market(Random& random) {
    Market market;
    engine::Genesis& genesis = market.genesis;
    genesis.name = "simulation";
    genesis.time = 1'583'971'200;
    genesis.assets = {
        {"USDC", AssetKind::collateral, {}},       {"ETH", AssetKind::collateral, {}},
        {"BTC", AssetKind::collateral, {}},        {"STETH", AssetKind::collateral, {}},
        {"USDB", AssetKind::synthetic, {}},        {"ETHB", AssetKind::synthetic, {}},
        {"BAL", AssetKind::governance, token_feed}};
    genesis.oracle = oracle_terms(market, random);
    genesis.types = types(random);
    const Ratio floor = percent(random.between(0, 105));
    genesis.backstop.pools = {{dollar, whole(300), floor}, {ether_due, whole(1), floor}};
    genesis.treasury = treasury_terms(genesis.types, random);
    genesis.recapitalisation = auction(random, auctions::CurveKind::stepped);
    genesis.surplus = auction(random, auctions::CurveKind::continuous);
    genesis.debt_at_auction_max = whole(random.between(60'000, 200'000));
    const std::vector<Amount> balances{whole(400'000), whole(1'500), whole(40),    whole(900),
                                       Amount(),       Amount(),     whole(20'000)};
    genesis.accounts.assign(users, {balances});
    for (u32 i = 0; i < 14; ++i) {
        engine::GenesisVault vault;
        vault.owner = AccountId{system_accounts + i};
        vault.type = VaultTypeId{static_cast<u16>(i % genesis.types.size())};
        const bool dollars = i % genesis.types.size() != 6;
        vault.collateral = {dollars ? whole(40) : whole(6'000)};
        vault.debt = dollars ? whole(random.between(2'000, 4'500)) : whole(random.between(10, 20));
        genesis.vaults.push_back(vault);
    }
    market.prices = {amount_one,
                     200 * i64{amount_one},
                     8'000 * i64{amount_one},
                     105 * (i64{amount_one} / 100),
                     5 * i64{amount_one},
                     0,
                     0};
    if (random.chance(250)) make_wild(market, random);
    return market;
}

}  // namespace ballast::simulation
