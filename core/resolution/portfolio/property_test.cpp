// Accounts with positions, taken apart by keepers: what the plans promise, on whole accounts.
#include <ballast/portfolio/portfolio.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ballast::portfolio {
namespace {

struct Line {
    i64 size = 0;
    i64 price = 0;
};

// An account under a margin that is linear in sizes: a part of each position's worth.
struct Account {
    std::vector<Line> lines;
    Cash cash;
};

constexpr i64 requirement_parts = 20;

Standing standing_of(const Account& account) {
    Standing standing{account.cash, {}, {}};
    i128 required = 0;
    for (const Line& line : account.lines) {
        const i128 worth =
            math::divide(i128{line.size} * line.price, i128{amount_one}, Round::down);
        standing.mark += Cash::units(worth);
        standing.gross += Cash::units(worth < 0 ? -worth : worth);
        required += worth < 0 ? -worth : worth;
    }
    standing.maintenance = standing.mark - Cash::units(required / requirement_parts);
    return standing;
}

// What one unit more or less of every position, and of cash, can change in a buffer margin.
Cash rounding_of(const Account& account) {
    i128 most = 8;
    for (const Line& line : account.lines) most += 2 * (line.price / amount_one + 2);
    return Cash::units(most);
}

i64 in(std::mt19937_64& random, i64 least, i64 most) {
    return least + static_cast<i64>(random() % static_cast<u64>(most - least + 1));
}

// An account below maintenance whose mark-to-market is positive.
Account unhealthy(std::mt19937_64& random) {
    for (;;) {
        Account account;
        const i64 count = in(random, 1, 6);
        for (i64 i = 0; i < count; ++i)
            account.lines.push_back(
                {in(random, -900'000'000, 900'000'000), in(random, 1'000'000, 5'000'000'000'000)});
        const Standing without = standing_of(account);
        const i128 required = (without.mark - without.maintenance).units();
        if (required < 1000) continue;
        account.cash = Cash::units(required / 100 * in(random, 1, 99)) - without.mark;
        return account;
    }
}

Account take_from(Account& account, const TakePlan& plan) {
    Account taken;
    for (Line& line : account.lines) {
        const auto halves = cut(line.size, plan.fraction);
        EXPECT_EQ(halves.taken + halves.left, line.size);
        taken.lines.push_back({halves.taken, line.price});
        line.size = halves.left;
    }
    const auto cash = cut(account.cash, plan.reserved, plan.fraction);
    EXPECT_EQ(cash.taken + cash.left, account.cash);
    account.cash = cash.left + plan.paid;
    taken.cash = cash.taken - plan.paid + plan.drawn;
    return taken;
}

Offer asks(const Fraction& fraction) {
    return {{fraction, cash_max}, cash_max};
}

Auction open_at(const Terms& terms, const Account& account, u64 now) {
    return open(terms, MarginAccountId{1}, standing_of(account), now).value().auction;
}

TEST(Portfolio, TheLargestFractionRestoresTheBufferAndNoMore) {
    std::mt19937_64 random(20'260'101);
    const Terms terms;
    for (int round = 0; round < 5000; ++round) {
        Account account = unhealthy(random);
        const Auction auction = open_at(terms, account, 0);
        const u64 now = static_cast<u64>(in(random, 0, 44'099));
        const Cash bound = rounding_of(account);
        const auto plan = check_take(terms, auction, standing_of(account), now, asks({1, 1}));
        ASSERT_TRUE(plan);
        ASSERT_TRUE(plan->ends);
        take_from(account, *plan);
        const Cash left = buffer_margin(terms, standing_of(account));
        ASSERT_LE(left, bound) << round;
        ASSERT_GE(left, -bound) << round;
    }
}

TEST(Portfolio, AKeeperNeverPaysMoreThanTheMarkNorGetsAUnitForNothing) {
    std::mt19937_64 random(20'260'102);
    const Terms terms;
    for (int round = 0; round < 5000; ++round) {
        Account account = unhealthy(random);
        const Auction auction = open_at(terms, account, 0);
        const Cash before = standing_of(account).mark;
        const Fraction wanted{in(random, 1, 1'000'000), 1'000'000};
        const u64 now = static_cast<u64>(in(random, 0, 44'099));
        const auto plan = check_take(terms, auction, standing_of(account), now, asks(wanted));
        ASSERT_TRUE(plan);
        const Cash bound = rounding_of(account);
        const Account taken = take_from(account, *plan);
        const Cash gain = standing_of(taken).mark;
        ASSERT_GE(gain, -bound);
        ASSERT_LE(standing_of(account).mark + gain, before);
        // What he gains is the discount on his part, at most, rounding aside.
        const Cash whole = before - bid(terms, auction, {before, {}, {}}, now);
        const Cash fair = Cash::units(part(whole.units(), plan->fraction, Round::up));
        ASSERT_LE(gain, fair + Cash::units(1)) << round;
    }
}

// As long as time stands still, taking in parts is taking at once: the same is sold at the same
// price.
TEST(Portfolio, PartialTakesAddUp) {
    std::mt19937_64 random(20'260'103);
    const Terms terms;
    for (int round = 0; round < 2000; ++round) {
        Account sliced = unhealthy(random);
        const Account before = sliced;
        Account whole = sliced;
        const u64 now = static_cast<u64>(in(random, 0, 43'000));
        Auction auction = open_at(terms, sliced, 0);
        const auto at_once = check_take(terms, auction, standing_of(whole), now, asks({1, 1}));
        ASSERT_TRUE(at_once);
        take_from(whole, *at_once);

        const i64 slices = in(random, 1, 6);
        for (i64 i = 0; i < slices && auction.open; ++i) {
            const auto plan = check_take(terms, auction, standing_of(sliced), now,
                                         asks({in(random, 1, 300), 1000}));
            ASSERT_TRUE(plan);
            take_from(sliced, *plan);
            apply_take(auction, *plan);
        }
        if (auction.open && next_step(terms, auction, standing_of(sliced), now) == Step::run) {
            const auto rest = check_take(terms, auction, standing_of(sliced), now, asks({1, 1}));
            ASSERT_TRUE(rest);
            take_from(sliced, *rest);
        }
        for (std::size_t i = 0; i < whole.lines.size(); ++i) {
            const auto size = [i](const Account& account) { return account.lines[i].size; };
            const i128 slack =
                8 * rounding_of(before).units() * static_cast<i128>(math::magnitude(size(before)));
            const i128 bound = 20 + slack / -buffer_margin(terms, standing_of(before)).units();
            ASSERT_LE(math::magnitude(size(sliced) - size(whole)), static_cast<u128>(bound));
        }
        const Cash margin = buffer_margin(terms, standing_of(sliced));
        const Cash bound = Cash::units(8 * rounding_of(sliced).units());
        ASSERT_LE(margin, bound);
        ASSERT_GE(margin, -bound);
    }
}

TEST(Portfolio, TheBidFallsMonotonically) {
    std::mt19937_64 random(20'260'104);
    const Terms terms;
    for (int round = 0; round < 200; ++round) {
        const Account account = unhealthy(random);
        const Standing standing = standing_of(account);
        Auction auction = open_at(terms, account, 0);
        Cash last = standing.mark;
        for (u64 now = 0; now <= 44'100; now += 1 + random() % 600) {
            const Cash price = bid(terms, auction, standing, now);
            ASSERT_LE(price, last);
            last = price;
        }
        turn(auction, 44'100);
        for (u64 now = 44'100; now < 50'000; now += 1 + random() % 300) {
            const Cash price = bid(terms, auction, standing, now);
            ASSERT_LE(price, last);
            last = price;
        }
        ASSERT_EQ(last, standing.maintenance);
    }
}

// An insolvent account goes wholly, in however many parts, and the layer never pays more than the
// requirement was short.
TEST(Portfolio, TheSecurityLayerPaysAtMostMaintenance) {
    std::mt19937_64 random(20'260'105);
    const Terms terms;
    for (int round = 0; round < 2000; ++round) {
        Account account = unhealthy(random);
        account.cash -= standing_of(account).mark + Cash::units(in(random, 0, 1'000'000'000));
        const Standing before = standing_of(account);
        Auction auction = open_at(terms, account, 0);
        ASSERT_EQ(auction.leg, Leg::insolvent);
        const u64 now = static_cast<u64>(in(random, 0, 4000));
        Cash drawn;
        while (auction.open) {
            const Standing standing = standing_of(account);
            if (next_step(terms, auction, standing, now) == Step::end) break;
            const Fraction wanted = random() % 4 == 0 ? Fraction{1, 1} : Fraction{1, 3};
            const auto plan = check_take(terms, auction, standing, now, asks(wanted));
            ASSERT_TRUE(plan);
            drawn += plan->drawn;
            take_from(account, *plan);
            apply_take(auction, *plan);
        }
        const Cash bound = Cash::units(20 * rounding_of(account).units());
        ASSERT_LE(drawn, -before.maintenance + bound) << round;
        if (auction.open) continue;
        for (const Line& line : account.lines) ASSERT_EQ(line.size, 0);
    }
}

// Whatever the figures, there is an answer, and an accepted take stays inside its bounds.
TEST(Portfolio, AnswersAnything) {
    std::mt19937_64 random(20'260'107);
    const auto any = [&random] {
        const i128 size = static_cast<i128>(random()) << (random() % 40);
        const i128 value = random() % 8 == 0 ? cash_max.units() + in(random, -1, 1) : size;
        return Cash::units(random() % 2 == 0 ? -value : value);
    };
    u32 accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        Terms terms;
        terms.fast_seconds = random() % 3 == 0 ? 0 : random() % leg_seconds_max;
        terms.tip = random() % 2 == 0 ? Cash() : cash_max;
        terms.keeper_margin = random() % 2 == 0 ? Ratio() : limits::ratio_max;
        terms.fraction_min = Ratio::units(random() % 2 == 0 ? 0 : in(random, 0, ratio_one));
        ASSERT_FALSE(validate(terms));
        const auto [low, high] = std::minmax({any(), any()});
        const Standing standing{high, low, any()};
        const u64 now = random() % 3 == 0 ? random() >> 1 : random() % leg_seconds_max;
        auto opening = open(terms, MarginAccountId{1}, standing, random() % (now + 1));
        if (!opening) continue;
        Auction& auction = opening->auction;
        ASSERT_LE(opening->fee, std::max(standing.mark, Cash()));
        if (random() % 4 == 0) turn(auction, now - random() % (now - auction.started + 1));
        const i128 denominator = i128{1} << (random() % 128);
        const Fraction wild{static_cast<i128>(random()) << (random() % 64), denominator};
        const Fraction tame{in(random, 0, 1000), 1000};
        const Offer offer = asks(random() % 2 == 0 ? wild : tame);
        const auto plan = check_take(terms, auction, standing, now, offer);
        if (!plan) continue;
        ++accepted;
        ASSERT_TRUE(valid(plan->fraction));
        ASSERT_FALSE(less(fraction_max(terms, auction, standing, now), plan->fraction));
        ASSERT_GE(plan->paid, Cash());
        ASSERT_GE(plan->drawn, Cash());
        ASSERT_LE(plan->paid, std::max(standing.mark, Cash()));
        ASSERT_LE(plan->drawn, std::max(-standing.maintenance, Cash()));
        ASSERT_LE(plan->tip, terms.tip);
        apply_take(auction, *plan);
        ASSERT_EQ(auction.open, !plan->ends);
    }
    EXPECT_GT(accepted, 500);
}

}  // namespace
}  // namespace ballast::portfolio
