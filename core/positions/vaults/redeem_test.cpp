#include <ballast/vaults/test_market.hpp>

namespace ballast::vaults::test {
namespace {

Reject why(const Result<void>& result) {
    EXPECT_FALSE(result);
    return result ? Reject::unknown_vault : result.error();
}

/// Three plain vaults of 10 ether that owe 10,000, 12,000 and 15,000; carol holds their dollars.
struct Redemption : testing::Test {
    Redemption() {
        safe = market.open(alice, plain, whole(10), whole(10'000));
        middle = market.open(alice, plain, whole(10), whole(12'000));
        risky = market.open(bob, plain, whole(10), whole(15'000));
        market.ledger.post({alice, carol, dollar, whole(22'000)});
        market.ledger.post({bob, carol, dollar, whole(15'000)});
    }
    Amount held(VaultId vault) { return Amount::units(market.row(vault).amounts[0].units()); }

    Market market;
    VaultId safe, middle, risky;
};

TEST_F(Redemption, takes_from_the_riskiest_at_face_value_less_the_fee) {
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(3'700), percent(100)}));
    EXPECT_EQ(market.debt(risky), whole(11'300));
    EXPECT_EQ(market.debt(middle), whole(12'000));
    // Base rate 3,700 / 37,000 / 2 = 5 %, floor 0.5 %: 203.50 dollars stay with the owner; ether is
    // handed out at 2004 dollars: 3496.50 / 2004 = 1.744760479...
    EXPECT_EQ(market.balance(carol, ether), whole(1'000'000) + Amount::units(174'476'047));
    EXPECT_EQ(held(risky), whole(10) - Amount::units(174'476'047));
    EXPECT_EQ(market.state.types[1].base_rate, wad_one / 20);
    EXPECT_EQ(market.events.back(), (Event{EventKind::vault_redeemed, risky.value(), carol, dollar,
                                           whole(3'700).units(), 20'350'000'000}));
    market.expect_laws();
}

TEST_F(Redemption, goes_on_to_the_next_and_leaves_what_is_over_to_the_owner) {
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(16'000), percent(100)}));
    EXPECT_TRUE(market.row(risky).debt.zero());
    EXPECT_EQ(market.row(risky).status, VaultStatus::open);
    EXPECT_EQ(market.debt(middle), whole(11'000));
    EXPECT_EQ(market.debt(safe), whole(10'000));
    const Amount rest = held(risky);
    EXPECT_GT(rest, whole(2));
    ASSERT_TRUE(market.act(bob, Withdraw{risky, ether, rest}));
    EXPECT_EQ(market.balance(bob, ether), whole(999'990) + rest);
    market.expect_laws();
}

TEST_F(Redemption, leaves_a_vault_nothing_or_the_minimum) {
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(14'950), percent(100)}));
    EXPECT_EQ(market.debt(risky), whole(100));
    EXPECT_EQ(market.debt(middle), whole(11'950));  // The 50 that would have left too little.
    // After that the minimum is taken whole or not at all.
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(99), percent(100)}));
    EXPECT_EQ(market.debt(risky), whole(100));
    EXPECT_EQ(market.debt(middle), whole(11'851));
    market.expect_laws();
}

TEST_F(Redemption, improves_the_health_of_every_vault_it_takes_from) {
    market.set_price(ether, dollars(1'700));
    for (u32 round = 0; round < 20; ++round) {
        const auto health_of = [&](VaultId vault) {
            return health(market.row(vault), market.state.types[1], market.types[1],
                          market.prices[1]);
        };
        const std::array before{health_of(safe), health_of(middle), health_of(risky)};
        ASSERT_TRUE(
            market.act(carol, Redeem{dollar, Amount::units(123'456'789'012), percent(100)}));
        EXPECT_GE(health_of(safe), before[0]);
        EXPECT_GE(health_of(middle), before[1]);
        EXPECT_GE(health_of(risky), before[2]);
        market.expect_laws();
    }
}

TEST_F(Redemption, passes_over_vaults_that_wait_for_liquidation) {
    market.set_price(ether, dollars(1'600));
    ASSERT_FALSE(market.is_healthy(risky));
    ASSERT_TRUE(market.is_healthy(middle));
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(1'000), percent(100)}));
    EXPECT_EQ(market.debt(risky), whole(15'000));
    EXPECT_EQ(market.debt(middle), whole(11'000));
    market.set_price(ether, dollars(100));
    EXPECT_EQ(why(market.act(carol, Redeem{dollar, whole(1'000), percent(100)})),
              Reject::redemption_unavailable);
    market.expect_laws();
}

TEST_F(Redemption, finds_the_riskiest_across_all_types_of_the_asset) {
    const VaultId other = market.open(bob, mixed, whole(10), whole(11'800));
    const Amount owed_before = market.debt(other);
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(1'000), percent(100)}));
    EXPECT_EQ(market.debt(other), owed_before - whole(1'000));
    EXPECT_EQ(market.debt(risky), whole(15'000));
    EXPECT_GT(market.state.types[0].base_rate, 0u);
    EXPECT_EQ(market.state.types[1].base_rate, 0u);
    market.types[0].redemption.enabled = false;
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(1'000), percent(100)}));
    EXPECT_EQ(market.debt(risky), whole(14'000));
    market.expect_laws();
}

TEST_F(Redemption, hands_out_every_asset_of_a_basket_in_proportion) {
    market.types[1].redemption.enabled = false;
    const VaultId vault = market.open(bob, mixed);
    ASSERT_TRUE(market.act(bob, Deposit{vault, ether, whole(10)}));
    ASSERT_TRUE(market.act(bob, Deposit{vault, gold, whole(5)}));
    ASSERT_TRUE(market.act(bob, Mint{vault, whole(10'000)}));
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(5'000), percent(100)}));
    const i128 of_ether = (market.balance(carol, ether) - whole(1'000'000)).units();
    const i128 of_gold = (market.balance(carol, gold) - whole(1'000'000)).units();
    EXPECT_GT(of_gold, 0);
    EXPECT_LE(of_ether - 2 * of_gold, 1);
    EXPECT_GE(of_ether - 2 * of_gold, -1);
    const Cash worth = math::worth(Amount::units(of_ether), dollars(2'004), Round::up) +
                       math::worth(Amount::units(of_gold), dollars(3'006), Round::up);
    EXPECT_LT(worth, Cash::units(whole(5'000).units()));
    market.expect_laws();
}

// Liquity V1's decay of 0.999037758833783 a minute is one half in twelve hours.
TEST_F(Redemption, the_base_rate_decays_by_the_minute_and_stops_at_its_limits) {
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(3'700), percent(100)}));
    market.pass(12 * 3'600 + 59);
    ASSERT_TRUE(market.act(carol, Redeem{dollar, whole(1), percent(100)}));
    const u64 rate = market.state.types[1].base_rate;
    const u64 step = static_cast<u64>(u128{wad_one} / 33'300 / 2) + 1;
    EXPECT_NEAR(static_cast<double>(rate - step), 0.025e18, 1e10);
    // The odd 59 seconds are not lost: they count towards the next minute.
    EXPECT_EQ(market.state.types[1].base_rate_time, market.now - 59);

    EXPECT_EQ(why(market.act(carol, Redeem{dollar, whole(1), percent(3)})),
              Reject::redemption_fee_over_limit);
    market.types[1].redemption.fee_max = percent(3);
    EXPECT_TRUE(market.act(carol, Redeem{dollar, whole(1), percent(3)}));
    market.expect_laws();
}

TEST_F(Redemption, rejects) {
    const struct {
        AccountId caller;
        Redeem request;
        Reject reason;
    } cases[] = {
        {carol, {dollar, whole(0), percent(100)}, Reject::amount_not_positive},
        {carol, {dollar, limits::amount_max + whole(1), percent(100)}, Reject::amount_over_limit},
        {carol, {ether, whole(1), percent(100)}, Reject::redemption_unavailable},
        {alice, {dollar, whole(1), percent(100)}, Reject::insufficient_balance},
        {carol,
         {dollar, Amount::units(99'999'999), percent(100)},
         Reject::redemption_under_minimum},
        {carol, {dollar, whole(100), Ratio::units(5'000'000)}, Reject::redemption_fee_over_limit},
    };
    for (const auto& bad : cases) EXPECT_EQ(why(market.act(bad.caller, bad.request)), bad.reason);
    const Redeem fair{dollar, whole(100), percent(100)};
    market.prices[0].status = oracle::Status::halted;
    market.prices[1].status = oracle::Status::degraded;
    EXPECT_EQ(why(market.act(carol, fair)), Reject::feed_degraded);
    market.prices[1].status = oracle::Status::halted;
    EXPECT_EQ(why(market.act(carol, fair)), Reject::feed_halted);
    market.prices[1].status = oracle::Status::live;
    EXPECT_TRUE(market.act(carol, fair));
    for (VaultTypeTerms& terms : market.types) terms.redemption.enabled = false;
    EXPECT_EQ(why(market.act(carol, fair)), Reject::redemption_unavailable);
    market.expect_laws();
}

TEST_F(Redemption, takes_from_a_bounded_number_of_vaults) {
    Amount brought;
    for (u32 i = 0; i < redemption_vaults_max + 10; ++i) {
        market.open(bob, plain, whole(1), whole(1'600));
        brought += whole(1'600);
    }
    market.ledger.post({bob, carol, dollar, brought});
    const Amount before = market.balance(carol, dollar);
    ASSERT_TRUE(market.act(carol, Redeem{dollar, brought, percent(100)}));
    EXPECT_EQ(before - market.balance(carol, dollar), whole(1'600 * i64{redemption_vaults_max}));
    market.expect_laws();
}

TEST(redeem, synthetic_gold_for_dollars_at_the_price_of_gold) {
    Market market;
    const VaultId vault = market.open(alice, metal, whole(10'000), whole(2));
    ASSERT_TRUE(market.act(alice, Redeem{synthetic, Amount::units(amount_one / 2), percent(100)}));
    // Half an ounce at 2994; the base rate is 0.5 / 2.02 / 2 and the floor 0.5 %; a coin at 1.002.
    const Amount got = market.balance(alice, coin) - whole(990'000);
    EXPECT_NEAR(static_cast<double>(got.units()),
                1e8 * 0.5 * 2'994 * (1 - 0.005 - 0.25 / 2.02) / 1.002, 1e3);
    EXPECT_EQ(market.debt(vault).units(), 152'000'000);
    market.expect_laws();
}

}  // namespace
}  // namespace ballast::vaults::test
