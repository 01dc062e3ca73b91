#include <ballast/vaults/test_market.hpp>

#include <random>

namespace ballast::vaults::test {
namespace {

TEST(owed, rounds_up_and_the_book_down) {
    TypeRow type;
    type.index = Ray::units(ray_one + ray_one / 3);
    type.debt = NormalTotal::units(2);
    VaultRow vault;
    vault.debt = Normal::units(1);
    EXPECT_EQ(owed(vault, type).units(), 2);  // 1.33
    EXPECT_EQ(book_value(type).units(), 2);   // 2.67
    vault.debt = Normal::units(0);
    EXPECT_EQ(owed(vault, type).units(), 0);
}

TEST(accrue, issues_the_growth_of_the_book_to_the_surplus) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(100), whole(10'000));
    const Amount before = market.balance(system_account::surplus, dollar);
    market.pass(31'536'000);
    // 10,100 dollars at five per cent.
    EXPECT_NEAR(static_cast<double>(market.debt(vault).units()), 1'060'500'000'000.0, 1.0);
    const Amount growth = market.balance(system_account::surplus, dollar) - before;
    EXPECT_NEAR(static_cast<double>(growth.units()), 50'500'000'000.0, 1.0);
    const Event& event = market.events.back();
    EXPECT_EQ(event.kind, EventKind::fee_accrued);
    EXPECT_EQ(event.subject, 0u);
    EXPECT_EQ(event.asset, dollar);
    EXPECT_EQ(event.amount, growth.units());
    EXPECT_EQ(event.value, static_cast<i128>(market.state.types[0].index.units()));
    market.expect_laws();
}

TEST(accrue, time_without_debt_moves_the_index_alone) {
    Market market;
    market.pass(86'400);
    EXPECT_GT(market.state.types[0].index.units(), ray_one);
    EXPECT_EQ(market.state.types[1].index.units(), ray_one);
    EXPECT_EQ(market.state.types[1].updated, market.now);
    EXPECT_TRUE(market.events.empty());
    market.expect_laws();
}

TEST(accrue, rests_rather_than_taking_the_supply_over_its_bound) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(100), whole(10'000));
    const Amount supply = market.ledger.supply(dollar);
    market.fund(carol, dollar, issue_max - supply);
    const Amount due = market.debt(vault);
    market.pass(86'400);
    EXPECT_EQ(market.debt(vault), due);
    EXPECT_EQ(market.state.types[0].updated, market.now);
    EXPECT_EQ(market.ledger.supply(dollar), issue_max);
}

TEST(accrue, the_index_at_its_bound_is_not_exceeded) {
    Market market;
    market.types[0].fee_per_second = Ray::units(2 * ray_one);
    market.open(alice, mixed, whole(1'000'000), whole(100));
    market.pass(60);
    EXPECT_EQ(market.state.types[0].index, limits::index_max);
    market.pass(60);
    EXPECT_EQ(market.state.types[0].index, limits::index_max);
    market.expect_laws();
}

/// Thousands of random requests, most of them sensible, over years of fees and wild prices.
class Crowd {
public:
    explicit Crowd(u64 seed) : random_(seed) {
        for (Ray* fee : {&market_.types[1].fee_per_second, &market_.types[2].fee_per_second})
            *fee = Ray::units(ray_one + random_() % 100'000'000'000'000'000);
    }

    void step() {
        const AccountId who{static_cast<u32>(16 + random_() % 3)};
        const u32 count = market_.state.vaults.size();
        const VaultId vault{static_cast<u32>(random_() % (count + 1))};
        const AssetId asset{static_cast<u16>(random_() % assets)};
        const Amount amount = some_amount();
        switch (random_() % 12) {
            case 0:
                note(market_.act(who, OpenVault{VaultTypeId{static_cast<u16>(random_() % 3)}}));
                break;
            case 1:
            case 2: note(market_.act(who, Deposit{vault, asset, amount})); break;
            case 3: note(market_.act(who, Withdraw{vault, asset, amount})); break;
            case 4:
            case 5: note(market_.act(who, Mint{vault, amount})); break;
            case 6: note(market_.act(who, Repay{vault, amount})); break;
            case 7:
                if (random_() % 20 == 0) note(market_.act(who, Close{vault}));
                break;
            case 8: note(market_.act(who, Redeem{asset, amount, percent(100)})); break;
            case 9: market_.pass(random_() % 1'000'000); break;
            case 10:
                market_.set_price(asset, dollars(static_cast<i64>(random_() % 4'000 + 500)));
                break;
            default: resolve(vault); break;
        }
    }

    Market market_;
    u32 accepted_ = 0;

private:
    void note(const Result<void>& result) { accepted_ += result ? 1u : 0u; }
    Amount some_amount() {
        const i64 units = static_cast<i64>(random_() % 100'000'000'000);
        return random_() % 3 == 0 ? whole(units / 100'000'000) : Amount::units(units);
    }

    /// Takes debt out of an unhealthy vault and, mostly, gives it to the others.
    void resolve(VaultId vault) {
        if (vault.value() >= market_.state.vaults.size()) return;
        const VaultRow row = market_.row(vault);
        if (row.debt.zero() || market_.is_healthy(vault)) return;
        Books books = market_.books();
        const i64 part = random_() % 2 == 0 ? row.debt.units() : row.debt.units() / 3 + 1;
        const AccountId to = system_account::vaults;
        const AssetId asset = market_.types[row.type.value()].debt_asset;
        Seized seized = seize(books, vault, Normal::units(part), to);
        const TypePrices& prices = market_.prices[row.type.value()];
        const Bundle left = redistribute(books, prices, vault, {seized.debt, seized.amounts});
        market_.carried[asset.value()] += left.debt;
        for (u32 k = 0; k < market_.types[row.type.value()].basket.size(); ++k)
            books.ledger.post({system_account::vaults, system_account::surplus,
                               market_.types[row.type.value()].basket[k].asset, left.amounts[k]});
        ++accepted_;
    }

    std::mt19937_64 random_;
};

TEST(accounting, every_unit_is_owed_after_thousands_of_random_operations) {
    for (const u64 seed : {u64{1}, u64{2}, u64{3}}) {
        Crowd crowd(seed);
        for (u32 step = 0; step < 6'000; ++step) {
            crowd.step();
            crowd.market_.expect_laws();
            if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << step;
        }
        EXPECT_GT(crowd.accepted_, 1'000u);
    }
}

TEST(accounting, a_round_trip_never_pays) {
    std::mt19937_64 random(7);
    for (u32 round = 0; round < 300; ++round) {
        Market market;
        market.types[0].opening_fee = percent(0);
        market.open(bob, mixed, whole(1'000), whole(500'000));
        market.pass(random() % 100'000'000);
        ASSERT_TRUE(market.act(bob, Deposit{VaultId{0}, ether, whole(100'000)}));
        const VaultId vault = market.open(alice, mixed);
        ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(100)}));
        const Amount amount =
            Amount::units(static_cast<i64>(random() % 1'000'000'000'000 + 10'000'000'000));
        const auto minted = market.act(alice, Mint{vault, amount});
        if (!minted) continue;
        EXPECT_GE(market.debt(vault), amount);
        const Amount first = Amount::units(static_cast<i64>(random()) % amount.units());
        (void)market.act(alice, Repay{vault, first});
        market.fund(alice, dollar, Amount::units(10));
        market.carried[dollar.value()] = Amount::units(10);
        ASSERT_TRUE(market.act(alice, Close{vault}));
        EXPECT_LE(market.balance(alice, dollar), Amount::units(10));
        market.expect_laws();
    }
}

}  // namespace
}  // namespace ballast::vaults::test
