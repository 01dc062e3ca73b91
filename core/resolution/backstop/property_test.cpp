/// The pool against a slow model that keeps every deposit by itself: a loss takes from each its
/// exact share, in fixed point with 2^-96 of a unit.
#include <ballast/backstop/backstop.hpp>
#include <ballast/math/mul_div.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ballast::backstop {
namespace {

using math::U256;

constexpr u32 accounts = 12;
constexpr u32 assets = 5;  // Two synthetics, three collaterals.
constexpr std::array<AssetId, 2> synthetics{AssetId(0), AssetId(1)};
constexpr std::array<AssetId, 3> collaterals{AssetId(2), AssetId(3), AssetId(4)};
constexpr u32 fraction_bits = 96;

class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}
    u64 next() {
        state_ += 0x9e3779b97f4a7c15u;
        u64 z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    u64 below(u64 bound) { return next() % bound; }
    /// Of any magnitude up to 2^bits.
    i128 magnitude(u32 bits) { return static_cast<i128>(next() >> (63 - below(bits))) + 1; }

private:
    u64 state_;
};

// A number of units with its error bound: the pool's number is at least value - bound, and never
// more than value.
struct Model {
    U256 value;  // In 2^-96 units.
    U256 bound;
};

U256 fixed(i128 amount) {
    return U256(static_cast<u128>(amount)) << fraction_bits;
}
U256 times(const U256& value, i128 numerator, i128 denominator) {
    return *math::mul_div(value, U256(static_cast<u128>(numerator)),
                          U256(static_cast<u128>(denominator)), Round::up);
}

struct Depositor {
    Model deposit;
    std::array<Model, collaterals.size()> gains;
};

class Market {
public:
    explicit Market(u64 seed) : random(seed) {
        for (const AssetId asset : synthetics)
            terms.pools.push_back({asset, remainder_lowest, Ratio::units(ratio_one)});
        open_pools(terms, state, system_accounts + accounts);
        for (u32 i = 0; i < accounts; ++i) {
            users.push_back(ledger.open());
            for (const AssetId asset : synthetics)
                ledger.post(
                    {system_account::issuer, users.back(), asset, Amount::units(i128{1} << 80)});
        }
    }

    void step() {
        const auto pool = static_cast<u32>(random.below(2));
        const auto user = static_cast<u32>(random.below(accounts));
        switch (random.below(8)) {
            case 0:
            case 1:
            case 2: return deposit(pool, user);
            case 3: return withdraw(pool, user);
            case 4: return claim(pool, user);
            default: return loss(pool);
        }
    }

    // Every number of the pool against the model, and all claims against what is held.
    void check() {
        std::array<i128, collaterals.size()> owed{};
        for (u32 pool = 0; pool < 2; ++pool) {
            i128 deposits = 0;
            for (u32 user = 0; user < accounts; ++user) {
                const Amount left = deposit_of(terms, state, users[user], synthetics[pool]);
                compare(left.units(), book[pool][user].deposit);
                deposits += left.units();
                for (u32 i = 0; i < collaterals.size(); ++i) {
                    const i128 gain = gain_of(pool, user, i);
                    compare(gain, book[pool][user].gains[i]);
                    owed[i] += gain;
                }
            }
            ASSERT_LE(deposits, total(terms, state, synthetics[pool]).units());
            ASSERT_EQ(total(terms, state, synthetics[pool]),
                      ledger.balance(system_account::backstop, synthetics[pool]));
        }
        for (u32 i = 0; i < collaterals.size(); ++i)
            ASSERT_LE(owed[i], ledger.balance(system_account::backstop, collaterals[i]).units());
    }

    // Everybody takes all that the remainder allows.
    void empty() {
        for (u32 pool = 0; pool < 2; ++pool)
            for (u32 user = 0; user < accounts; ++user) {
                claim(pool, user);
                const Amount left = deposit_of(terms, state, users[user], synthetics[pool]);
                take(pool, user, std::min(left, available(terms, state, synthetics[pool])));
            }
    }

    u32 scales() const { return state.scales.size(); }
    u32 near_emptyings = 0;

private:
    static void compare(i128 actual, const Model& model) {
        const U256 pool = fixed(actual);
        ASSERT_LE(pool, model.value + U256(1) * (U256(1) << 40));
        ASSERT_LE(model.value, pool + model.bound + fixed(1));
    }

    i128 gain_of(u32 pool, u32 user, u32 collateral) const {
        for (const Portion& gain : gains_of(terms, state, users[user], synthetics[pool]))
            if (gain.asset == collaterals[collateral]) return gain.amount.units();
        return 0;
    }

    // What every request does: the account's number is cut to whole units.
    void touch(u32 pool, u32 user) {
        Depositor& depositor = book[pool][user];
        for (Model& gain : depositor.gains) gain = {};
        depositor.deposit.bound += fixed(1);
    }

    void deposit(u32 pool, u32 user) {
        const Request request{users[user], synthetics[pool], Amount::units(random.magnitude(61))};
        const auto plan = check_deposit(terms, state, ledger, request);
        if (!plan) return;
        apply_deposit(state, ledger, *plan, events);
        touch(pool, user);
        book[pool][user].deposit.value += fixed(request.amount.units());
    }

    void withdraw(u32 pool, u32 user) {
        const Amount left = deposit_of(terms, state, users[user], synthetics[pool]);
        if (left.zero()) return;
        const i128 part =
            random.below(3) == 0 ? left.units() : std::min(left.units(), random.magnitude(61));
        take(pool, user, Amount::units(part));
    }

    void take(u32 pool, u32 user, Amount amount) {
        const auto plan =
            check_withdraw(terms, state, {users[user], synthetics[pool], amount}, false);
        if (!plan) return;
        apply_withdraw(state, ledger, *plan, events);
        touch(pool, user);
        Model& deposit = book[pool][user].deposit;
        deposit.value -= std::min(deposit.value, fixed(amount.units()));
    }

    void claim(u32 pool, u32 user) {
        const auto plan = check_claim(terms, state, {users[user], synthetics[pool], {}});
        if (!plan) return;
        apply_claim(state, ledger, *plan, events);
        touch(pool, user);
    }

    void loss(u32 pool) {
        const i128 most = available(terms, state, synthetics[pool]).units();
        if (most == 0) return;
        const bool nearly_all = random.below(3) == 0;
        if (nearly_all) ++near_emptyings;
        const i128 debt = nearly_all ? most - static_cast<i128>(random.below(3)) * most / 1'000'000
                                     : std::min(most, random.magnitude(61));
        std::vector<Portion> portions;
        for (const AssetId asset : collaterals) {
            if (random.below(2) == 0) continue;
            portions.push_back({asset, Amount::units(random.magnitude(61))});
            ledger.post(
                {system_account::issuer, system_account::vaults, asset, portions.back().amount});
        }
        const i128 before = total(terms, state, synthetics[pool]).units();
        absorb(terms, state, ledger,
               {synthetics[pool], Amount::units(debt), portions, system_account::vaults, 0, {}},
               events);
        for (Depositor& depositor : book[pool]) lose(depositor, before, debt, portions);
    }

    // docs/methods/backstop.md, section 6.
    static void lose(Depositor& depositor, i128 before, i128 debt,
                     const std::vector<Portion>& portions) {
        Model& deposit = depositor.deposit;
        if (deposit.value.zero()) return;
        for (const Portion& portion : portions) {
            Model& gain = depositor.gains[portion.asset.value() - collaterals[0].value()];
            const i128 amount = portion.amount.units();
            gain.value += times(deposit.value, amount, before);
            gain.bound += times(deposit.bound + fixed(2), amount, before) + tiny(deposit.value) +
                          fixed(1) / U256(1000);
        }
        const U256 whole = deposit.value;
        deposit.value = times(deposit.value, before - debt, before);
        deposit.bound = times(deposit.bound, before - debt, before) + tiny(whole) +
                        deposit.value / U256(u128{1'000'000'000'000'000'000}) + U256(4);
    }
    // Two units in the last of 27 digits.
    static U256 tiny(const U256& value) {
        return value / U256(u128{500'000'000'000'000'000} * 1'000'000'000) + U256(1);
    }

    Random random;
    Terms terms;
    State state;
    ledger::Ledger ledger{assets};
    Events events;
    std::vector<AccountId> users;
    std::array<std::array<Depositor, accounts>, 2> book;
};

TEST(BackstopProperty, FollowsTheExactShares) {
    u32 scales = 0;
    u32 near_emptyings = 0;
    for (u64 seed = 1; seed <= 8; ++seed) {
        Market market(seed);
        for (u32 i = 0; i < 2000; ++i) {
            market.step();
            if (i % 4 == 0) market.check();
            if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << i;
        }
        market.empty();
        market.check();
        scales += market.scales();
        near_emptyings += market.near_emptyings;
    }
    EXPECT_GT(scales, 500u);
    EXPECT_GT(near_emptyings, 1000u);
}

}  // namespace
}  // namespace ballast::backstop
