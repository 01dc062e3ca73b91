// Certificates of models by scenarios against the models themselves.
#include <ballast/sweep/zone.hpp>

#include <ballast/math/mul_div.hpp>
#include <ballast/sweep/test_book.hpp>
#include <ballast/sweep/test_kinds.hpp>

#include <gtest/gtest.h>

namespace ballast::sweep {
namespace {

using pricing::Fine;
using scenario::SkewRule;
using scenario::VolatilityRule;
using test::Random;

const std::array<risk::Kind, 3> kinds{test::linear, test::option, test::binary};
const std::array<Curve, 3> curves{Curve::convex, Curve::convex, Curve::any};

constexpr Fine per_mille(i64 value) {
    return Fine::units(pricing::fine_one / 1000 * value);
}
constexpr Ratio ratio(i64 value) {
    return Ratio::units(ratio_one / 1000 * value);
}

/// Terms in which every charge that maintenance knows is there, or not, by chance.
scenario::Terms any_terms(Random& random, bool deltas) {
    scenario::Terms terms;
    const auto by_chance = [&](i64 most) {
        return random.once_in(2) ? static_cast<i64>(random.below(u64(most) + 1)) : 0;
    };
    for (const i64 spot : {1000, 1150, 850, 1050, 950, 2000, 400})
        for (const VolatilityRule rule :
             {VolatilityRule::none, VolatilityRule::up, VolatilityRule::down})
            terms.scenarios.push_back(
                {.spot = per_mille(spot),
                 .volatility = rule,
                 .weight = per_mille(spot == 2000 || spot == 400 ? 300 : 1000),
                 .shift = {}});
    if (random.once_in(4)) terms.scenarios.resize(1);  // So that skew and basis are the worst.
    if (random.once_in(2)) {
        terms.scenarios.push_back({.skew = SkewRule::linear, .shift = {}});
        terms.scenarios.push_back({.skew = SkewRule::absolute, .shift = {}});
    }
    terms.volatility = {per_mille(500), per_mille(300), per_mille(300), per_mille(130),
                        per_mille(by_chance(400))};
    terms.skew = {per_mille(250), per_mille(-100), per_mille(250), per_mille(-100),
                  per_mille(10),  per_mille(4000), per_mille(600), per_mille(by_chance(100))};
    if (random.once_in(2))
        terms.discount = {per_mille(950),  scenario::fine_one, per_mille(160),
                          per_mille(1040), scenario::fine_one, per_mille(160)};
    if (random.once_in(2))
        terms.basis = {per_mille(1045), per_mille(955), per_mille(500), per_mille(2000)};
    terms.contingency = {ratio(by_chance(30)), {}, ratio(by_chance(3)), {}, random.once_in(2)};
    terms.maintenance_factor = ratio(random.once_in(2) ? 800 : 1000);
    terms.initial_factor = scenario::one;
    terms.floor.short_option = ratio(by_chance(200));
    for (u32 i = 0; i < 3; ++i)
        terms.collateral.push_back({.maintenance = ratio(by_chance(100)),
                                    .initial = {},
                                    .follow = static_cast<scenario::Follow>(random.below(3)),
                                    .underlying = UnderlyingId{static_cast<u16>(i % 2)},
                                    .beta = ratio(1000 + by_chance(9000))});
    terms.underlyings.resize(2);
    terms.underlyings[0].common = ratio(by_chance(600));
    if (!deltas) return terms;
    terms.floor.delta_net = ratio(by_chance(300));
    terms.floor.delta_hedged = ratio(by_chance(300));
    terms.delay = {per_mille(by_chance(3000)), 660, ratio(by_chance(300))};
    terms.underlyings[1].depth = i64{amount_one} * 20;
    terms.underlyings[1].impact = ratio(30);
    return terms;
}

/// A market that it owns.
struct Owned {
    std::vector<scenario::Underlying> underlyings;
    std::vector<scenario::Instrument> instruments;
    std::vector<scenario::Asset> assets;
    Price settlement = Price::units(amount_one);

    [[nodiscard]] scenario::Market view() const {
        return {underlyings, instruments, assets, settlement};
    }
};

i64 grown(i64 value, i64 per_million) {
    return value + static_cast<i64>(i128{value} * per_million / 1'000'000);
}

Owned any_market(Random& random) {
    Owned market;
    for (const i64 spot : {60'000, 300})
        market.underlyings.push_back(
            {.spot = Price::units(spot * amount_one), .volatility = per_mille(600)});
    for (u32 i = 0; i < 24; ++i) {
        scenario::Instrument instrument;
        risk::Series& series = instrument.series;
        series.underlying = UnderlyingId{static_cast<u16>(i % 2)};
        series.kind = static_cast<u8>(i < 4 ? 0 : i < 20 ? 1 : 2);
        const Price spot = market.underlyings[i % 2].spot;
        instrument.now = {spot, Price::units(grown(spot.units(), random.around(20'000))),
                          per_mille(300 + static_cast<i64>(random.below(600))),
                          per_mille(random.around(50)), 0};
        if (series.kind == 0) {
            series.period = 28'800;
        } else {
            series.strike =
                Price::units(spot.units() / 100 * (70 + static_cast<i64>(random.below(61))));
            series.right = random.once_in(2) ? pricing::Right::call : pricing::Right::put;
            series.expiry = 86'400 * (1 + random.below(4) * 130);
            instrument.now.seconds = series.expiry - random.below(40'000);
            if (series.kind == 2) series.payout = Price::units(spot.units() / 10);
        }
        market.instruments.push_back(instrument);
    }
    for (const i64 price : {60'000, 300, 1})
        market.assets.push_back({Price::units(price * amount_one)});
    return market;
}

/// The market with everything moved from its least (0) to its greatest (1000) by chance; all the
/// way, at one of the ends, if `extreme`.
enum class Pick : u8 { least, greatest, extreme, inside };

Owned moved_in(const Owned& centre, i64 width, Pick pick, Random& random) {
    Owned out = centre;
    const auto part = [&]() -> i64 {
        if (pick == Pick::least) return -1000;
        if (pick == Pick::greatest) return 1000;
        return pick == Pick::extreme ? (random.once_in(2) ? 1000 : -1000) : random.around(1000);
    };
    // `width` is in millionths of the spot; the rest in proportion.
    const auto move = [&](i64 value, i64 at) { return grown(value, width * at / 1000); };
    std::array<i64, 2> spots{};
    for (u32 i = 0; i < 2; ++i) {
        spots[i] = part();
        out.underlyings[i].spot = Price::units(move(centre.underlyings[i].spot.units(), spots[i]));
        out.underlyings[i].volatility += Fine::units(pricing::fine_one / 100'000 * part() / 10);
    }
    for (std::size_t i = 0; i < out.instruments.size(); ++i) {
        pricing::Point& now = out.instruments[i].now;
        const i64 at = spots[i % 2];
        now.spot = out.underlyings[i % 2].spot;
        now.forward = Price::units(grown(move(now.forward.units(), at), width * part() / 50'000));
        now.volatility += Fine::units(width * 1'000 * part());
        now.rate += Fine::units(width * 100 * part());
        if (now.seconds > 0)
            now.seconds = static_cast<u64>(i64(now.seconds) + width / 100 * part() / 1000);
    }
    for (scenario::Asset& asset : out.assets)
        asset.price = Price::units(move(asset.price.units(), part()));
    out.settlement = Price::units(grown(amount_one, part() / 10));
    return out;
}

struct Account {
    std::vector<risk::Exposure> positions;
    std::vector<scenario::Holding> holdings;
    Cash cash;
};

Account any_account(Random& random, bool binaries) {
    Account account;
    // Of many positions, or of so few that nothing hides behind something else.
    const u64 rarity = random.once_in(2) ? 4 : 20;
    for (u32 i = 0; i < 24; ++i) {
        if (!random.once_in(rarity) || (i >= 20 && !binaries)) continue;
        const i64 unit = i % 2 == 0 ? amount_one / 1000 : amount_one / 10;
        account.positions.push_back(
            {InstrumentId{i}, random.around(1'000) * unit + random.around(9)});
    }
    for (u16 i = 0; i < 3; ++i)
        if (random.once_in(rarity))
            account.holdings.push_back(
                {AssetId{i}, Amount::units(static_cast<i64>(random.below(10)) * amount_one)});
    account.cash = Cash::units(random.around(100'000) * i64{amount_one});
    return account;
}

/// What the model says, with the marks of what is not paid upfront in cash.
Cash maintenance(const scenario::Terms& terms, const scenario::Table& table,
                 const Account& account) {
    i128 gains = 0;
    for (const risk::Exposure& held : account.positions)
        if (!table.rows[held.instrument.value()].upfront)
            gains += i128{held.size} * table.row(held.instrument)[0];
    const Cash cash =
        account.cash + Cash::units(math::divide(gains, i128{amount_one}, Round::down));
    scenario::Workspace workspace;
    return evaluate(terms, table, {account.positions, account.holdings, cash}, workspace)
        .maintenance;
}

struct Case {
    scenario::Terms terms;
    Owned centre;
    Owned low;
    Owned high;

    Case(Random& random, bool deltas, i64 width)
        : terms(any_terms(random, deltas)),
          centre(any_market(random)),
          low(moved_in(centre, width, Pick::least, random)),
          high(moved_in(centre, width, Pick::greatest, random)) {}
};

class Zones : public testing::TestWithParam<bool> {};

TEST_P(Zones, NeverPromiseMoreThanTheModelGives) {
    Random random(GetParam() ? 11 : 12);
    const bool deltas = GetParam();
    u32 proved = 0;
    u32 asked = 0;
    for (u32 round = 0; round < 250; ++round) {
        const i64 width = i64{200} << random.below(8);  // From 0.02 to 2.56 per cent.
        const Case one(random, deltas, width);
        const Ends ends{one.low.view(), one.high.view()};
        std::vector<Zone> owned;
        for (u16 i = 0; i < 2; ++i)
            owned.emplace_back(one.terms, ends, kinds, curves, UnderlyingId{i});
        const std::array<Zone*, 2> zones{&owned[0], &owned[1]};
        const scenario::Table table = scenario::build(one.terms, one.centre.view(), kinds);
        std::vector<Account> accounts;
        std::vector<Cash> kept;
        for (u32 i = 0; i < 60; ++i) {
            const Account account = any_account(random, !deltas);
            const Held held{account.positions, account.holdings, account.cash};
            const auto least = certain_maintenance(one.terms, table, ends, zones, held);
            ++asked;
            if (!least) continue;
            ++proved;
            accounts.push_back(account);
            kept.push_back(*least);
        }
        for (u32 point = 0; point < 16; ++point) {
            const Pick pick = point == 0   ? Pick::least
                              : point == 1 ? Pick::greatest
                              : point == 2 ? Pick::inside
                                           : Pick::extreme;
            const Owned market = moved_in(one.centre, width, pick, random);
            const scenario::Table there = scenario::build(one.terms, market.view(), kinds);
            for (std::size_t i = 0; i < accounts.size(); ++i)
                ASSERT_TRUE(kept[i] <= maintenance(one.terms, there, accounts[i]))
                    << "round " << round << ", account " << i << ", width " << width;
        }
    }
    EXPECT_GT(proved, asked / 2);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutDeltas, Zones, testing::Bool());

}  // namespace
}  // namespace ballast::sweep
