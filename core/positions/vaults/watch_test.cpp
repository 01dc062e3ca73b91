#include <ballast/vaults/test_market.hpp>

#include <algorithm>
#include <random>

namespace ballast::vaults::test {
namespace {

/// Random vaults over random prices; after every step the watch must name what the sweep names
/// (L6), and rank as a sort of all vaults ranks.
class Drift {
public:
    explicit Drift(u64 seed) : random_(seed) {
        market_.types[1].fee_per_second = Ray::units(ray_one + u128{20'000'000'000'000'000});
    }

    u64 draw(u64 below) { return random_() % below; }

    void add_vaults(u32 count) {
        for (u32 i = 0; i < count; ++i) {
            const VaultTypeId type{static_cast<u16>(draw(3))};
            const VaultId vault = market_.open(alice, type);
            change(vault);
        }
    }
    /// Writes a vault as deposits, mints, seizures and redistributions might.
    void change(VaultId vault) {
        Market& market = market_;
        const VaultRow row = market.row(vault);
        const VaultTypeTerms& terms = market.types[row.type.value()];
        for (u32 k = 0; k < terms.basket.size(); ++k) {
            const i64 target = draw(3) == 0 ? 0 : static_cast<i64>(draw(2'000'000'000));
            change_collateral(market.state, vault, k,
                              Amount::units(target - row.amounts[k].units()));
        }
        const i64 debt = draw(5) == 0 ? 0 : static_cast<i64>(draw(2'000'000'000'000));
        const i64 scaled = row.type == metal ? debt / 3'000 : debt;
        (void)change_debt(market.state, vault, Normal::units(scaled - row.debt.units()));
    }
    void step() {
        const u32 count = market_.state.vaults.size();
        for (u64 i = draw(5); i > 0; --i) change(VaultId{static_cast<u32>(draw(count))});
        if (draw(8) == 0) add_vaults(static_cast<u32>(draw(10)));
        for (const AssetId asset : {ether, gold, coin}) {
            const i64 from = draw(2) == 0 ? 990 : 970;
            const i64 units =
                market_.marks[asset].units() * (from + static_cast<i64>(draw(41))) / 1'000;
            market_.marks[asset] =
                Price::units(std::clamp(units, i64{50'000'000}, i64{500'000'000'000}));
        }
        if (draw(60) == 0) market_.marks[gold] = Price::units(0);
        if (draw(3) == 0) market_.now += draw(10'000'000);
        accrue_and_reprice();
    }
    void accrue_and_reprice() {
        // Fees alone: the ledger of this market holds no supply against the debts written above.
        for (u32 id = 0; id < market_.types.size(); ++id) {
            TypeRow& row = market_.state.types.edit(id);
            row.index = *rates::accrued_index(row.index, market_.types[id].fee_per_second,
                                              market_.now - row.updated);
            row.updated = market_.now;
        }
        market_.reprice();
    }
    void expect_fast_equals_slow() {
        for (const VaultTypeId type : {mixed, plain, metal}) {
            const Watched watched = market_.watched(type);
            std::vector<VaultId> fast;
            std::vector<VaultId> slow;
            market_.state.watch.unhealthy(market_.state, watched, fast);
            unhealthy_by_sweep(market_.state, watched, slow);
            ASSERT_EQ(fast, slow);
            found_ += fast.size();
            looked_at_ += market_.state.watch.looked_at();
        }
    }
    std::vector<Ranked> ranked_slowly(VaultTypeId type) const {
        std::vector<Ranked> ranked;
        for (u32 id = 0; id < market_.state.vaults.size(); ++id) {
            const VaultRow& row = market_.state.vaults[id];
            if (row.type != type || row.debt.zero() || row.status != VaultStatus::open) continue;
            ranked.push_back({health(row, market_.state.types[type.value()],
                                     market_.types[type.value()], market_.prices[type.value()]),
                              type, VaultId{id}});
        }
        std::sort(ranked.begin(), ranked.end());
        return ranked;
    }
    void expect_ranking(u32 count) {
        for (const VaultTypeId type : {mixed, plain, metal}) {
            std::vector<Ranked> fast;
            market_.state.watch.riskiest(market_.state, market_.watched(type), count, fast);
            std::vector<Ranked> slow = ranked_slowly(type);
            if (slow.size() > count) slow.resize(count);
            ASSERT_EQ(fast, slow);
        }
    }

    Market market_;
    std::size_t found_ = 0;
    std::size_t looked_at_ = 0;

private:
    std::mt19937_64 random_;
};

TEST(watch, names_exactly_what_the_sweep_names) {
    for (const u64 seed : {u64{11}, u64{12}, u64{13}, u64{14}}) {
        Drift drift(seed);
        drift.add_vaults(150);
        for (u32 step = 0; step < 600; ++step) {
            drift.step();
            drift.expect_fast_equals_slow();
            if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << step;
        }
        EXPECT_GT(drift.found_, 1'000u);
    }
}

TEST(watch, ranks_as_a_sort_of_all_vaults) {
    Drift drift(21);
    drift.add_vaults(150);
    for (u32 step = 0; step < 300; ++step) {
        drift.step();
        drift.expect_ranking(static_cast<u32>(drift.draw(40)));
        if (drift.draw(2) == 0) drift.expect_fast_equals_slow();
        if (testing::Test::HasFatalFailure()) FAIL() << "step " << step;
    }
}

TEST(watch, answers_the_same_when_it_has_forgotten_everything) {
    Drift drift(31);
    drift.add_vaults(100);
    for (u32 step = 0; step < 100; ++step) {
        drift.step();
        if (step % 7 == 0) drift.market_.state.restored();
        drift.expect_fast_equals_slow();
        drift.expect_ranking(20);
        if (testing::Test::HasFatalFailure()) FAIL() << "step " << step;
    }
}

TEST(watch, survives_batches_that_are_rolled_back) {
    Drift drift(41);
    drift.add_vaults(60);
    State& state = drift.market_.state;
    for (u32 step = 0; step < 300; ++step) {
        drift.step();
        drift.expect_fast_equals_slow();
        state.each([](auto& table) { table.begin(); });
        for (u64 i = drift.draw(6); i > 0; --i)
            drift.change(VaultId{static_cast<u32>(drift.draw(state.vaults.size()))});
        drift.add_vaults(static_cast<u32>(drift.draw(4)));
        if (drift.draw(2) == 0) drift.expect_ranking(15);  // Keys what is then taken back.
        if (drift.draw(3) == 0) {
            state.each([](auto& table) { table.commit(); });
        } else {
            state.each([](auto& table) { table.rollback(); });
            state.rolled_back();
        }
        drift.expect_ranking(15);
        if (drift.draw(2) == 0) drift.add_vaults(2);  // Ids of what was rolled back, other types.
        drift.expect_ranking(15);
        if (testing::Test::HasFatalFailure()) FAIL() << "step " << step;
    }
}

// Debts of a few units, prices of a few units and vaults within a unit of the threshold: here every
// rounding of the bands decides.
TEST(watch, is_exact_where_everything_is_small) {
    std::mt19937_64 random(71);
    for (u32 round = 0; round < 400; ++round) {
        Market market;
        const auto draw = [&](u64 below) { return static_cast<i64>(random() % below); };
        const auto small_prices = [&] {
            TypePrices& prices = market.prices[mixed.value()];
            prices.weight[0] = Price::units(draw(40) + 1);
            prices.weight[1] = Price::units(draw(40) + 1);
            prices.debt_firm = Price::units(draw(10) + 1);
        };
        market.state.types.edit(0).index = Ray::units(ray_one + random() % ray_one);
        for (u32 i = 0; i < 60; ++i) {
            const VaultId vault = market.open(alice, mixed);
            change_collateral(market.state, vault, 0, Amount::units(draw(12)));
            change_collateral(market.state, vault, 1, Amount::units(draw(12)));
            (void)change_debt(market.state, vault, Normal::units(draw(30)));
        }
        for (u32 step = 0; step < 12; ++step) {
            small_prices();
            const Watched watched = market.watched(mixed);
            std::vector<VaultId> fast;
            std::vector<VaultId> slow;
            market.state.watch.unhealthy(market.state, watched, fast);
            unhealthy_by_sweep(market.state, watched, slow);
            ASSERT_EQ(fast, slow) << "round " << round << " step " << step;
            std::vector<Ranked> few;
            std::vector<Ranked> all;
            market.state.watch.riskiest(market.state, watched, 9, few);
            market.state.watch.riskiest(market.state, watched, 60, all);
            ASSERT_TRUE(std::is_sorted(all.begin(), all.end()));
            all.resize(std::min(all.size(), std::size_t{9}));
            ASSERT_EQ(few, all);
        }
    }
}

TEST(watch, looks_at_nobody_while_no_band_is_crossed) {
    Market market;
    for (i64 i = 0; i < 500; ++i) market.open(alice, plain, whole(10), whole(5'000 + 10 * i));
    std::vector<VaultId> out;
    market.state.watch.unhealthy(market.state, market.watched(plain), out);
    for (i64 price = 2'000; price > 1'110; price -= 10) {
        market.set_price(ether, dollars(price));
        market.state.watch.unhealthy(market.state, market.watched(plain), out);
        EXPECT_EQ(market.state.watch.looked_at(), 0u) << price;
    }
    EXPECT_TRUE(out.empty());
    // 10 * 1090 * 0.999 / 1.1 = 9899.18: the vaults with 9,900 to 9,990 are unhealthy.
    market.set_price(ether, dollars(1'090));
    market.state.watch.unhealthy(market.state, market.watched(plain), out);
    EXPECT_EQ(out.size(), 10u);
    EXPECT_EQ(market.state.watch.looked_at(), 10u);
    EXPECT_EQ(out.front(), VaultId{490});
}

TEST(watch, a_reference_that_has_become_useless_is_renewed) {
    Market market;
    for (i64 i = 0; i < 2'000; ++i) {
        const VaultId vault = market.open(alice, mixed);
        ASSERT_TRUE(market.act(alice, Deposit{vault, i % 2 == 0 ? ether : gold, whole(10)}));
        ASSERT_TRUE(market.act(alice, Mint{vault, whole(i % 2 == 0 ? 8'000 : 12'000)}));
    }
    std::vector<VaultId> out;
    market.state.watch.unhealthy(market.state, market.watched(mixed), out);
    // Ether halves, which leaves its vaults unhealthy, while gold doubles: a gold vault's key,
    // taken at the old weights, no longer clears the bar although the vault is safe.
    market.set_price(gold, dollars(6'000));
    market.set_price(ether, dollars(1'000));
    market.state.watch.unhealthy(market.state, market.watched(mixed), out);
    EXPECT_EQ(out.size(), 1'000u);
    EXPECT_EQ(market.state.watch.looked_at(), 2'000u);
    out.clear();
    market.state.watch.unhealthy(market.state, market.watched(mixed), out);
    EXPECT_EQ(out.size(), 1'000u);
    EXPECT_EQ(market.state.watch.looked_at(), 1'000u);
}

TEST(watch, prices_beyond_the_kernel_are_looked_at_one_by_one) {
    Market market;
    const VaultId vault = market.open(alice, metal);
    ASSERT_TRUE(market.act(alice, Deposit{vault, coin, whole(100)}));
    (void)change_debt(market.state, vault, Normal::units(1));
    market.types[2].liquidation_ratio = limits::ratio_max;
    market.state.types.edit(2).index = limits::index_max;
    market.prices[2].debt_firm = limits::price_max;
    ASSERT_FALSE(need_per_unit(limits::index_max, limits::price_max, limits::ratio_max));
    std::vector<VaultId> out;
    market.state.watch.unhealthy(market.state, market.watched(metal), out);
    EXPECT_EQ(out, std::vector{vault});
    std::vector<Ranked> ranked;
    market.state.watch.riskiest(market.state, market.watched(metal), 5, ranked);
    ASSERT_EQ(ranked.size(), 1u);
    EXPECT_EQ(ranked[0].vault, vault);
}

/// A number of at most `bits` bits; every other one has them all set.
u64 up_to_bits(std::mt19937_64& random, u64 bits) {
    const u64 most = (u64{1} << bits) - 1;
    return random() % 2 == 0 ? most : random() & most;
}

/// Rows of amounts below 2^`bits` that owe about what they are worth, nothing, or far more.
Columns random_columns(std::mt19937_64& random, u32 width, u64 bits, const Price* weights,
                       u64 need) {
    Columns columns;
    for (u32 row = 0; row < 300; ++row) {
        Holdings amounts{};
        u128 value = 0;
        for (u32 k = 0; k < width; ++k) {
            amounts[k] = Held::units(static_cast<i64>(up_to_bits(random, bits)));
            value +=
                u128{static_cast<u64>(amounts[k].units())} * static_cast<u64>(weights[k].units());
        }
        const u64 even = static_cast<u64>(std::min(value / need, u128{1} << 61)) + random() % 3;
        const std::array<u64, 8> debts{even, even, even, even, 0, even / 2, even * 3, even * 2};
        columns.push();
        columns.write(row, amounts, debts[random() % debts.size()]);
    }
    return columns;
}

TEST(sweep, equals_the_formula_row_by_row) {
    std::mt19937_64 random(51);
    for (u32 round = 0; round < 3'000; ++round) {
        const u32 width = static_cast<u32>(random() % (limits::basket_max + 1));
        const u64 weight_bits = random() % 61 + 1;
        basket::Prices weights{};
        for (Price& weight : weights)
            weight = Price::units(static_cast<i64>(up_to_bits(random, weight_bits)));
        const u64 need = up_to_bits(random, random() % 60 + 1) + 1;
        const Columns columns =
            random_columns(random, width, random() % 61 + 1, weights.data(), need);
        std::vector<u32> slow;
        for (u32 row = 0; row < columns.size(); ++row) {
            u128 value = 0;
            for (u32 k = 0; k < columns.width(); ++k)
                value += u128{columns.amounts(k)[row]} * static_cast<u64>(weights[k].units());
            if (value < u128{columns.debt()[row]} * need) slow.push_back(row);
        }
        std::vector<u32> fast(columns.size());
        fast.resize(sweep(columns, weights, need, fast));
        ASSERT_EQ(fast, slow) << "round " << round;
    }
}

TEST(need_per_unit, bounds_what_any_vault_must_hold) {
    std::mt19937_64 random(61);
    for (u32 i = 0; i < 20'000; ++i) {
        TypeRow type;
        type.index = Ray::units(ray_one + (u128{random()} << (random() % 20)));
        VaultRow vault;
        vault.debt = Normal::units(static_cast<i64>(random() >> (random() % 62 + 2)));
        const Price price = Price::units(static_cast<i64>(random() >> (random() % 60 + 3)));
        const Ratio ratio = Ratio::units(static_cast<i64>(ratio_one + random() % 5'000'000'000));
        const auto need = need_per_unit(type.index, price, ratio);
        if (!need) continue;
        const auto required = required_value(owed(vault, type), price, ratio);
        const u128 bound = (static_cast<u128>(vault.debt.units()) + 1) * *need;
        if (required) {
            ASSERT_LE(static_cast<u128>(required->units()), bound);
        }
    }
}

}  // namespace
}  // namespace ballast::vaults::test
