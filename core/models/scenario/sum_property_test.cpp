// What holds for any portfolio, over seeded ones; and the sum against a slow one that shares no
// code with it.
#include <ballast/scenario/test_market.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace ballast::scenario {
namespace {

using namespace test;
using pricing::Right;

constexpr int rounds = 300;

struct World {
    Place place;
    Terms terms;
};

class Dice {
public:
    explicit Dice(u32 seed) : engine_(seed) {}
    i64 from(i64 least, i64 most) {
        return std::uniform_int_distribution<i64>(least, most)(engine_);
    }
    bool chance(i64 in_hundred) { return from(1, 100) <= in_hundred; }

private:
    std::mt19937 engine_;
};

World world_of(Dice& dice) {
    World out;
    for (u16 u = 0; u < 3; ++u) {
        out.place.add_underlying(dice.from(50, 5000));
        const i64 spot = out.place.underlyings[u].spot.units() / unit;
        out.place.underlyings[u].confidence = percent(dice.from(30, 100));
        out.place.add_asset(spot);
        out.place.add_perp(u, spot + dice.from(-3, 3));
        for (int i = 0; i < 8; ++i) {
            const u32 id = out.place.add_option(u, dice.chance(50) ? Right::call : Right::put,
                                                spot * (8 + i / 2) / 10, dice.chance(50) ? 7 : 60);
            out.place.instruments[id].now.rate = thousandths(40);
            out.place.instruments[id].confidence = percent(dice.from(30, 100));
        }
    }
    Terms& terms = out.terms;
    for (const i64 spot : {700, 850, 950, 1000, 1050, 1150, 1300})
        for (const auto rule : {VolatilityRule::up, VolatilityRule::none, VolatilityRule::down})
            terms.scenarios.push_back(spot_move(spot, rule));
    terms.scenarios.push_back(spot_move(3000, VolatilityRule::up));
    terms.scenarios.back().weight = thousandths(150);
    terms.quick = {1, 10, 19};
    terms.volatility.range_up = thousandths(500);
    terms.volatility.range_down = thousandths(300);
    terms.discount.long_base = thousandths(950);
    terms.discount.long_rate_add = thousandths(100);
    terms.discount.short_base = thousandths(1040);
    terms.basis = {thousandths(1045), thousandths(955), thousandths(500), thousandths(2000)};
    terms.contingency = {percent(3), percent(1), percent(1), percent(1), dice.chance(30)};
    terms.confidence = {percent(55), percent(40)};
    terms.initial_factor = percent(120);
    terms.maintenance_factor = percent(90);
    for (u16 u = 0; u < 3; ++u) {
        terms.collateral.push_back({percent(5), percent(3), u == 0 ? Follow::losses : Follow::both,
                                    UnderlyingId(u), percent(100)});
        terms.underlyings.push_back({percent(dice.from(0, 100)), 0, {}});
    }
    return out;
}

Account account_of(const World& world, Dice& dice) {
    Account out;
    for (u32 id = 0; id < world.place.instruments.size(); ++id)
        if (dice.chance(35)) out.add(id, dice.from(-20, 20));
    for (u16 asset = 0; asset < 3; ++asset)
        if (dice.chance(40)) out.hold(asset, dice.from(0, 30));
    out.cash = cash(dice.from(-10'000, 50'000));
    return out;
}

Margin margin_of(const World& world, const Table& table, const Account& account) {
    Workspace workspace;
    return evaluate(world.terms, table, account.portfolio(), workspace);
}

TEST(Portfolios, OrderOfPositionsDoesNotMatter) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const World world = world_of(dice);
        const Table table = world.place.build(world.terms);
        Account account = account_of(world, dice);
        const Margin before = margin_of(world, table, account);
        std::ranges::reverse(account.positions);
        std::ranges::reverse(account.holdings);
        EXPECT_EQ(margin_of(world, table, account), before) << seed;
    }
}

TEST(Portfolios, InitialIsUnderMaintenanceAndTheQuickCheckIsOverTheFullOne) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const World world = world_of(dice);
        const Table table = world.place.build(world.terms);
        const Account account = account_of(world, dice);
        const Margin margin = margin_of(world, table, account);
        EXPECT_LE(margin.initial, margin.maintenance) << seed;
        EXPECT_LE(margin.maintenance, margin.mark_to_market) << seed;
        Workspace workspace;
        const Margin first = quick(world.terms, table, account.portfolio(), workspace);
        EXPECT_GE(first.initial, margin.initial) << seed;
        EXPECT_GE(first.maintenance, margin.maintenance) << seed;
        EXPECT_EQ(first.mark_to_market, margin.mark_to_market) << seed;
    }
}

TEST(Portfolios, TheBreakdownAddsUpToTheMargin) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const World world = world_of(dice);
        const Table table = world.place.build(world.terms);
        const Account account = account_of(world, dice);
        const Breakdown parts = explain(world.terms, table, account.portfolio());
        EXPECT_EQ(parts.margin, margin_of(world, table, account)) << seed;
        EXPECT_EQ(parts.margin.mark_to_market, account.cash + parts.collateral + parts.positions);
        const auto left = [&](const Breakdown::Level& level) {
            const i128 scaled = i128{level.loss.units()} * level.factor.units();
            Cash out = parts.margin.mark_to_market +
                       Cash::units((scaled - (ratio_one - 1)) / ratio_one);  // A loss: <= 0.
            for (const Cash charge : level.charges) out -= charge;
            return out;
        };
        EXPECT_EQ(parts.margin.initial, left(parts.initial)) << seed;
        EXPECT_EQ(parts.margin.maintenance, left(parts.maintenance)) << seed;
    }
}

// Free of charge, a long option never makes an account worse; so at its premium never by more.
TEST(Portfolios, ALongOptionCostsAtMostItsPremium) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        World world = world_of(dice);
        world.terms.confidence = {};
        const Table table = world.place.build(world.terms);
        Account account = account_of(world, dice);
        const Margin before = margin_of(world, table, account);
        const auto id = static_cast<u32>(dice.from(1, 8));  // Options of the first underlying.
        const auto same = [&](const risk::Exposure& e) { return e.instrument.value() == id; };
        if (std::ranges::any_of(account.positions, same)) continue;
        account.add(id, dice.from(1, 10));
        const Margin after = margin_of(world, table, account);
        EXPECT_GE(after.maintenance, before.maintenance - Cash::units(8)) << seed;
    }
}

TEST(Portfolios, TogetherNeverWorseThanApart) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        World world = world_of(dice);
        world.terms.confidence = {};
        const Table table = world.place.build(world.terms);
        const Account one = account_of(world, dice);
        const Account two = account_of(world, dice);
        std::map<InstrumentId, i64> sizes;
        std::map<AssetId, Amount> amounts;
        Account both;
        both.cash = one.cash + two.cash;
        for (const Account* part : {&one, &two}) {
            for (const auto& exposure : part->positions)
                sizes[exposure.instrument] += exposure.size;
            for (const auto& holding : part->holdings) amounts[holding.asset] += holding.amount;
        }
        for (const auto& [id, size] : sizes) both.positions.push_back({id, size});
        for (const auto& [id, amount] : amounts) both.holdings.push_back({id, amount});
        const Margin apart_one = margin_of(world, table, one);
        const Margin apart_two = margin_of(world, table, two);
        const Margin together = margin_of(world, table, both);
        const Cash doubt = Cash::units(2'000);
        EXPECT_GE(together.initial, apart_one.initial + apart_two.initial - doubt) << seed;
        EXPECT_GE(together.maintenance, apart_one.maintenance + apart_two.maintenance - doubt)
            << seed;
    }
}

TEST(Portfolios, TwiceThePortfolioIsTwiceTheMargin) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const World world = world_of(dice);
        const Table table = world.place.build(world.terms);
        const Account once = account_of(world, dice);
        Account twice = once;
        for (auto& exposure : twice.positions) exposure.size *= 2;
        for (auto& holding : twice.holdings) holding.amount += holding.amount;
        twice.cash += twice.cash;
        const i128 a = margin_of(world, table, once).maintenance.units() * 2;
        const i128 b = margin_of(world, table, twice).maintenance.units();
        EXPECT_LT(static_cast<i64>(a > b ? a - b : b - a), 2'000) << seed;
    }
}

/// The same in doubles, by the formulas of docs/methods/margin.md, over maps.
class Slow {
public:
    Slow(const World& world, const Table& table, const Account& account)
        : world_(world), table_(table), account_(account) {}

    double maintenance() {
        double equity = real(account_.cash.units());
        double charges = 0;
        for (const auto& holding : account_.holdings) {
            const double worth = worth_of(holding);
            equity += worth;
            charges += worth * 0.05;
        }
        for (const auto& exposure : account_.positions) {
            if (instrument(exposure).series.kind == 1)
                equity += size(exposure) * price(exposure, 0);
        }
        charges += contingency();
        const double factor = 0.9;
        const double scale = world_.terms.contingency.scaled ? factor : 1;
        return equity + factor * loss() - scale * charges;
    }

private:
    static double real(i128 units) { return static_cast<double>(units) / 1e8; }
    static double size(const risk::Exposure& exposure) { return real(exposure.size); }
    double price(const risk::Exposure& exposure, std::size_t column) const {
        return real(table_.row(exposure.instrument)[column]);
    }
    const Instrument& instrument(const risk::Exposure& exposure) const {
        return world_.place.instruments[exposure.instrument.value()];
    }
    double worth_of(const Holding& holding) const {
        return real(holding.amount.units()) *
               real(world_.place.assets[holding.asset.value()].price.units());
    }

    double contingency() const {
        double out = 0;
        std::map<std::tuple<u16, u64, i64>, std::pair<double, double>> strikes;
        for (const auto& exposure : account_.positions) {
            const auto& series = instrument(exposure).series;
            const double spot =
                real(world_.place.underlyings[series.underlying.value()].spot.units());
            if (series.kind == 0) {
                out += std::abs(size(exposure)) * spot * 0.03;
                continue;
            }
            auto& [calls, puts] =
                strikes[{series.underlying.value(), series.expiry, series.strike.units()}];
            (series.right == Right::call ? calls : puts) += size(exposure);
        }
        for (const auto& [key, held] : strikes) {
            const double spot = real(world_.place.underlyings[std::get<0>(key)].spot.units());
            const auto naked = [](double a, double b) {
                return std::max(0.0, -a - std::max(b, 0.0));
            };
            out += 0.01 * spot * (naked(held.first, held.second) + naked(held.second, held.first));
        }
        return out;
    }

    double loss() const {
        const std::size_t count = world_.terms.scenarios.size();
        double own = 0;
        std::vector<double> common(count + 1);
        for (u16 u = 0; u < 3; ++u) {
            std::vector<double> profits;
            for (std::size_t s = 0; s < count; ++s) profits.push_back(profit(u, s));
            profits.push_back(basis(u));
            const double part =
                static_cast<double>(world_.terms.underlyings[u].common.units()) / 1e9;
            own += (1 - part) * *std::ranges::min_element(profits);
            for (std::size_t s = 0; s <= count; ++s) common[s] += part * profits[s];
        }
        return own + *std::ranges::min_element(common);
    }

    std::map<u64, double> values(u16 underlying, std::size_t column) const {
        std::map<u64, double> out;
        for (const auto& exposure : account_.positions)
            if (instrument(exposure).series.underlying == UnderlyingId(underlying))
                out[instrument(exposure).series.expiry] += size(exposure) * price(exposure, column);
        return out;
    }

    static double years(u64 expiry) {
        return static_cast<double>(expiry) / static_cast<double>(pricing::year_seconds);
    }

    double profit(u16 underlying, std::size_t scenario) const {
        const Scenario& row = world_.terms.scenarios[scenario];
        const auto now = values(underlying, 0);
        double out = 0;
        for (const auto& [expiry, value] : values(underlying, scenario + 1)) {
            const double t = years(expiry);
            const double over = 0.95 * std::exp(-t * 0.1);
            const double under = std::min(std::exp(0.04 * t), 1.04);
            const double discount = expiry == 0 ? 1 : value < 0 ? under : over;
            out += discount * value - now.at(expiry);
        }
        const double move = static_cast<double>(row.spot.units()) / 1e12 - 1;
        for (const auto& holding : account_.holdings) {
            if (holding.asset.value() != underlying) continue;
            const double gain = worth_of(holding) * move;
            out += underlying == 0 ? std::min(gain, 0.0) : gain;
        }
        return out * static_cast<double>(row.weight.units()) / 1e12;
    }

    double basis(u16 underlying) const {
        const std::size_t count = world_.terms.scenarios.size();
        const auto now = values(underlying, 0);
        const auto up = values(underlying, count + 1);
        const auto down = values(underlying, count + 2);
        double out = 0;
        for (const auto& [expiry, value] : now)
            if (expiry != 0)
                out += std::min({up.at(expiry) - value, down.at(expiry) - value, 0.0}) *
                       (0.5 + 2 * years(expiry));
        return out;
    }

    const World& world_;
    const Table& table_;
    const Account& account_;
};

TEST(Portfolios, AgreeWithTheSlowSum) {
    for (u32 seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const World world = world_of(dice);
        const Table table = world.place.build(world.terms);
        const Account account = account_of(world, dice);
        const double slow = Slow(world, table, account).maintenance();
        const double fast =
            static_cast<double>(margin_of(world, table, account).maintenance.units()) / 1e8;
        EXPECT_NEAR(fast, slow, 1e-4) << seed;
    }
}

}  // namespace
}  // namespace ballast::scenario
