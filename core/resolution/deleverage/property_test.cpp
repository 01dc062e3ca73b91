// What every plan promises, over seeded markets; and that no allocation does better than
// least_overshoot, against all allocations of small markets.
#include <ballast/deleverage/apportion.hpp>
#include <ballast/deleverage/deleverage.hpp>
#include <ballast/math/mul_div.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

namespace ballast::deleverage {
namespace {

constexpr std::array rankings{Ranking::least_overshoot, Ranking::queue, Ranking::pro_rata};

class Random {
public:
    explicit Random(u64 seed) : engine_(seed) {}
    i64 in(i64 least, i64 most) {
        return least + static_cast<i64>(engine_() % static_cast<u64>(most - least + 1));
    }
    bool once_in(i64 count) { return in(1, count) == 1; }
    template <class T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1],
                      values[static_cast<std::size_t>(in(0, static_cast<i64>(i) - 1))]);
    }

private:
    std::mt19937_64 engine_;
};

struct Market {
    Bankrupt bankrupt;
    std::vector<Candidate> candidates;
};

i64 haircut_units(const Bankrupt& bankrupt) {
    return bankrupt.size > 0 ? bankrupt.bankruptcy.units() - bankrupt.mark.units()
                             : bankrupt.mark.units() - bankrupt.bankruptcy.units();
}

// Prices are multiples of `tick`.
Market some_market(Random& random, i64 size_most, i64 count_most, i64 tick = 1) {
    Market market;
    const bool held = random.once_in(2);
    const i64 mark = tick * random.in(1, 1'000'000'000'000 / tick);
    const i64 worse = random.once_in(8) ? 0 : tick * random.in(0, mark / tick / 4);
    market.bankrupt.size = (held ? 1 : -1) * random.in(1, size_most * count_most / 2 + 1);
    market.bankrupt.mark = Price::units(mark);
    market.bankrupt.bankruptcy = Price::units(held ? mark + worse : std::max<i64>(mark - worse, 0));
    const i64 count = random.in(0, count_most);
    for (i64 i = 0; i < count; ++i) {
        Candidate candidate;
        candidate.account = MarginAccountId{static_cast<u32>(i * 3 + random.in(0, 2))};
        const i64 size = random.in(1, size_most);
        candidate.size = held ? -size : size;
        const i64 gain = random.in(-2, 6) * std::max(worse, tick) / 2 + tick * random.in(0, 3);
        candidate.profit = Cash::units(i128{size} * gain / amount_one);
        candidate.notional = Cash::units(i128{size} * mark / amount_one * random.in(1, 4));
        candidate.equity =
            Cash::units(i128{size} * worse / amount_one * random.in(-1, 8) / 2 + random.in(0, 2));
        market.candidates.push_back(candidate);
    }
    return market;
}

TEST(Plan, AddsUpExactlyWhateverTheOrder) {
    Random random(20'260'201);
    for (int round = 0; round < 6000; ++round) {
        Market market = some_market(random, 5'000'000'000, 12);
        const Plan expected =
            plan(rankings[static_cast<std::size_t>(round % 3)], market.bankrupt, market.candidates)
                .value();
        random.shuffle(market.candidates);
        const Plan result =
            plan(rankings[static_cast<std::size_t>(round % 3)], market.bankrupt, market.candidates)
                .value();
        ASSERT_EQ(result.closures, expected.closures);

        i128 units = result.left;
        i128 room = 0;
        Cash haircuts;
        for (const Candidate& candidate : market.candidates) {
            room += static_cast<i128>(math::magnitude(candidate.size));
            const auto closure =
                std::ranges::find(result.closures, candidate.account, &Closure::account);
            if (closure == result.closures.end()) continue;
            ASSERT_GE(closure->at_bankruptcy, 0);
            ASSERT_GE(closure->at_mark, 0);
            ASSERT_LE(math::magnitude(closure->at_bankruptcy + closure->at_mark),
                      math::magnitude(candidate.size));
            ASSERT_GE(closure->haircut, Cash());
            ASSERT_LE(closure->haircut, std::max(candidate.equity, Cash()));
            // Nobody closes at the mark who could still bear a unit.
            if (closure->at_mark > 0) {
                ASSERT_GT(haircut_units(market.bankrupt), 0);
            }
            units += closure->at_bankruptcy + closure->at_mark;
            haircuts += closure->haircut;
        }
        const i128 size = static_cast<i128>(math::magnitude(market.bankrupt.size));
        ASSERT_EQ(units, size);
        ASSERT_EQ(result.left, std::max(size - room, i128{0}));
        ASSERT_EQ(haircuts, result.covered);
        ASSERT_EQ(result.covered + result.uncovered, result.deficit);
        ASSERT_GE(result.uncovered, Cash());
        ASSERT_EQ(result.deficit.units(),
                  math::divide(size * haircut_units(market.bankrupt), i128{amount_one}, Round::up));
        ASSERT_TRUE(std::ranges::is_sorted(result.closures, {}, &Closure::account));
    }
}

// Principal and overshoot of closing so many units of each candidate, exactly: as multiples of
// 1 / (10^8 * common), where `common` is a multiple of every size.
struct Cost {
    i128 principal = 0;
    i128 overshoot = 0;
    friend auto operator<=>(const Cost&, const Cost&) = default;
};

Cost cost_of(const Market& market, std::span<const i64> units, i64 common) {
    Cost cost;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const Candidate& candidate = market.candidates[i];
        const i64 size = static_cast<i64>(math::magnitude(candidate.size));
        const i128 gain =
            std::max(candidate.profit.units(), i128{0}) * amount_one * (common / size) * units[i];
        const i128 haircut = i128{haircut_units(market.bankrupt)} * units[i] * common;
        cost.principal += std::max(haircut - gain, i128{0});
        cost.overshoot += std::max(gain - haircut, i128{0});
    }
    return cost;
}

std::vector<i64> units_of(const Market& market, const Plan& plan) {
    std::vector<i64> units;
    for (const Candidate& candidate : market.candidates) {
        const auto closure = std::ranges::find(plan.closures, candidate.account, &Closure::account);
        units.push_back(closure == plan.closures.end() ? 0 : closure->at_bankruptcy);
    }
    return units;
}

// Every way to close `total` units, within the caps.
void each_allocation(std::span<const i64> caps, i64 total, auto&& visit) {
    std::vector<i64> units(caps.size());
    for (;;) {
        i64 sum = 0;
        for (const i64 count : units) sum += count;
        if (sum == total) visit(units);
        std::size_t place = 0;
        while (place < caps.size() && units[place] == caps[place]) units[place++] = 0;
        if (place == caps.size()) return;
        ++units[place];
    }
}

i64 bearable(const Market& market, const Candidate& candidate) {
    const i64 haircut = haircut_units(market.bankrupt);
    const auto size = static_cast<i128>(math::magnitude(candidate.size));
    if (haircut == 0) return static_cast<i64>(size);
    if (candidate.equity <= Cash()) return 0;
    return static_cast<i64>(std::min(size, candidate.equity.units() * amount_one / haircut));
}

TEST(LeastOvershoot, NoAllocationIsBetter) {
    Random random(20'260'202);
    u32 compared = 0;
    for (int round = 0; round < 12'000; ++round) {
        const Market market = some_market(random, 6, 5, amount_one);
        const Plan best =
            plan(Ranking::least_overshoot, market.bankrupt, market.candidates).value();
        const std::vector<i64> units = units_of(market, best);
        i64 total = 0;
        for (const i64 count : units) total += count;
        std::vector<i64> caps;
        for (const Candidate& candidate : market.candidates)
            caps.push_back(bearable(market, candidate));
        const Cost least = cost_of(market, units, 60);
        each_allocation(caps, total, [&](const std::vector<i64>& other) {
            ++compared;
            ASSERT_LE(least, cost_of(market, other, 60)) << round;
        });
    }
    EXPECT_GT(compared, 100'000);
}

TEST(LeastOvershoot, TheOtherRankingsAreNotBetter) {
    Random random(20'260'203);
    u32 strictly = 0;
    for (int round = 0; round < 5000; ++round) {
        // Sizes divide 2520, so that costs are whole numbers.
        const Market market = some_market(random, 10, 10, amount_one);
        const auto cost = [&](Ranking ranking) {
            const Plan result = plan(ranking, market.bankrupt, market.candidates).value();
            return cost_of(market, units_of(market, result), 2520);
        };
        const Cost least = cost(Ranking::least_overshoot);
        for (const Ranking ranking : {Ranking::queue, Ranking::pro_rata}) {
            const Cost other = cost(ranking);
            ASSERT_LE(least, other) << round;
            if (least < other) ++strictly;
        }
    }
    EXPECT_GT(strictly, 2000);
}

// Where every profit pays its haircut nobody's principal is touched, and overshoot alone is
// compared.
TEST(LeastOvershoot, AmongWinnersItEndsTheLeastProfit) {
    Random random(20'260'204);
    constexpr i128 dollar_million_hundredth = i128{10'000} * amount_one;
    std::array<Cash, 3> overshoot;
    Cash deficit;
    for (int round = 0; round < 3000; ++round) {
        Market market;
        market.bankrupt = {random.in(1, 100) * amount_one, Price::units(90 * amount_one),
                           Price::units(95 * amount_one)};
        for (u32 id = 0; id < 8; ++id) {
            const i64 size = random.in(10, 40) * amount_one;
            const Cash profit = Cash::units(size * i128{random.in(5, 60)});
            market.candidates.push_back(
                {MarginAccountId{id}, -size, profit,
                 profit + Cash::units(random.in(0, 1000) * i128{amount_one}),
                 Cash::units(size * i128{90})});
        }
        const auto figures = [&](Ranking ranking) {
            return fairness(market.candidates,
                            plan(ranking, market.bankrupt, market.candidates).value());
        };
        deficit += Cash::units(market.bankrupt.size * i128{5});
        const Fairness least = figures(Ranking::least_overshoot);
        ASSERT_EQ(least.principal, Cash());
        for (const Ranking ranking : {Ranking::queue, Ranking::pro_rata}) {
            const Fairness other = figures(ranking);
            ASSERT_LE(least.overshoot, other.overshoot + Cash::units(8));
            ASSERT_LE(other.principal, Cash::units(8));
        }
        ASSERT_LE(figures(Ranking::pro_rata).gini, least.gini);
        for (const Ranking ranking : rankings)
            overshoot[std::to_underlying(ranking)] += figures(ranking).overshoot;
    }
    // In all, millions of dollars: section 8 of docs/methods/account_resolution.md tells them.
    EXPECT_EQ(deficit.units() / dollar_million_hundredth, 75);
    EXPECT_EQ(overshoot[0].units() / dollar_million_hundredth, 176);
    EXPECT_EQ(overshoot[1].units() / dollar_million_hundredth, 439);
    EXPECT_EQ(overshoot[2].units() / dollar_million_hundredth, 414);
}

TEST(Apportion, IsExactAndWithinOneUnitOfTheShare) {
    Random random(20'260'205);
    for (int round = 0; round < 5000; ++round) {
        std::vector<u128> weights;
        u128 sum = 0;
        const i64 count = random.in(1, 30);
        const int shift = static_cast<int>(random.in(0, 60));
        for (i64 i = 0; i < count; ++i) {
            weights.push_back(static_cast<u128>(random.in(0, 1'000'000'000)) << shift);
            sum += weights.back();
        }
        if (sum == 0) continue;
        const u128 total =
            round % 5 == 0 ? sum : sum / 1'000'000 * static_cast<u128>(random.in(0, 999'999));
        const std::vector<u128> shares = apportion(total, weights);
        u128 all = 0;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            all += shares[i];
            ASSERT_LE(shares[i], weights[i]);
            ASSERT_GE(shares[i], math::mul_div(weights[i], total, sum, Round::down).value());
            ASSERT_LE(shares[i], math::mul_div(weights[i], total, sum, Round::up).value());
        }
        ASSERT_EQ(all, total);
    }
}

TEST(Socialise, SharesExactlyWhateverTheOrder) {
    Random random(20'260'206);
    for (int round = 0; round < 3000; ++round) {
        std::vector<Holder> holders;
        Cash equity;
        const i64 count = random.in(0, 20);
        for (i64 i = 0; i < count; ++i) {
            holders.push_back({MarginAccountId{static_cast<u32>(i)},
                               Cash::units(random.in(-1'000'000'000, 2'000'000'000))});
            equity += std::max(holders.back().equity, Cash());
        }
        const Cash loss = Cash::units(random.in(0, 15'000'000'000));
        const Socialised result = socialise(loss, holders).value();
        random.shuffle(holders);
        ASSERT_EQ(socialise(loss, holders).value().shares, result.shares);
        Cash sum = result.booked;
        for (const Share& share : result.shares) sum += share.cash;
        ASSERT_EQ(sum, loss);
        ASSERT_EQ(result.booked, std::max(loss - equity, Cash()));
    }
}

}  // namespace
}  // namespace ballast::deleverage
