#include <ballast/oracle/aggregate.hpp>
#include <ballast/oracle/market_test_kit.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace ballast::oracle {
namespace {

using Rows = std::vector<Observation>;

// ---- A second, slower way to the same numbers: every unit of weight is an element of its own.

i64 naive_median(const std::vector<std::pair<i64, u32>>& rows, bool lower) {
    std::vector<i64> all;
    for (const auto& [value, weight] : rows) all.insert(all.end(), weight, value);
    std::sort(all.begin(), all.end());
    return lower ? all[(all.size() - 1) / 2] : all[all.size() / 2];
}

template <class Number>
i64 naive_median_of(const Rows& rows, bool lower, Number number) {
    std::vector<std::pair<i64, u32>> pairs;
    for (const Observation& row : rows) pairs.emplace_back(number(row), row.weight);
    return naive_median(pairs, lower);
}

i64 ceiling(i128 a, i128 b) {
    return static_cast<i64>((a + b - 1) / b);
}

struct Naive {
    i64 mid = 0;
    i64 spread = 0;
    u64 time = 0;
    Rows kept;
};

Naive naive(const FeedTerms& terms, const Rows& rows) {
    const auto price = [](const Observation& row) { return row.price.units(); };
    const auto confidence = [](const Observation& row) { return row.confidence.units(); };
    const i64 median = naive_median_of(rows, true, price);
    const auto off = [&](i64 from) {
        return [from](const Observation& row) { return std::abs(row.price.units() - from); };
    };
    const i64 unit =
        std::max({naive_median_of(rows, true, off(median)), naive_median_of(rows, true, confidence),
                  ceiling(i128{median} * terms.outlier_floor.units(), ratio_one)});
    const i128 most = i128{unit} * terms.outlier_deviations.units() / ratio_one;
    Naive result;
    for (const Observation& row : rows)
        if (off(median)(row) <= most) result.kept.push_back(row);
    result.mid = naive_median_of(result.kept, true, price);
    const i64 uncertain = naive_median_of(result.kept, false, confidence);
    const i64 apart = naive_median_of(result.kept, false, off(result.mid));
    result.spread = ceiling(i128{uncertain} * terms.confidence_multiple.units(), ratio_one) +
                    ceiling(i128{apart} * terms.dispersion_multiple.units(), ratio_one);
    result.time = static_cast<u64>(naive_median_of(
        result.kept, true, [](const Observation& row) { return static_cast<i64>(row.time); }));
    return result;
}

// ---- Generated reports: tight, wide, tied and absurd ones.

class Generator {
public:
    explicit Generator(u64 seed) : random_(seed) {}
    u64 below(u64 end) { return random_() % end; }
    FeedTerms terms(u32 sources) {
        FeedTerms terms = feed_of(sources);
        terms.outlier_deviations = permille(static_cast<i64>(1'000 + below(8'000)));
        terms.outlier_floor = Ratio::units(static_cast<i64>(1 + below(20'000'000)));
        terms.confidence_multiple = permille(static_cast<i64>(below(3'000)));
        terms.dispersion_multiple = permille(static_cast<i64>(below(3'000)));
        return terms;
    }
    Rows rows(u32 sources) {
        const i64 centre = static_cast<i64>(1 + below(1) + (u64{1} << below(50)));
        const i64 width = static_cast<i64>(1 + below(static_cast<u64>(centre) / 3 + 2));
        Rows rows;
        for (u32 i = 0; i < sources; ++i) {
            i64 price = centre + static_cast<i64>(below(static_cast<u64>(width)));
            if (below(8) == 0) price = price * static_cast<i64>(1 + below(5));
            const i64 confidence = static_cast<i64>(below(static_cast<u64>(price) / 50 + 1));
            rows.push_back({Price::units(price), Price::units(confidence), 500 + below(100),
                            static_cast<u32>(1 + below(5))});
        }
        return rows;
    }
    void shuffle(Rows& rows) { std::shuffle(rows.begin(), rows.end(), random_); }

private:
    std::mt19937_64 random_;
};

TEST(WeightedMedian, Cases) {
    struct Case {
        std::vector<Weighted> values;
        i64 lower, upper;
    };
    const Case cases[]{
        {{{7, 3}}, 7, 7},
        {{{1, 1}, {2, 1}}, 1, 2},
        {{{3, 1}, {1, 1}, {2, 1}}, 2, 2},
        {{{1, 1}, {2, 1}, {3, 2}}, 2, 3},
        {{{1, 1}, {2, 1}, {3, 3}}, 3, 3},
        {{{5, 1}, {5, 9}, {1, 9}}, 5, 5},
        {{{-4, 2}, {-2, 2}, {9, 1}}, -2, -2},
    };
    for (const Case& one : cases) {
        auto values = one.values;
        EXPECT_EQ(weighted_median(values, Round::down), one.lower);
        EXPECT_EQ(weighted_median(values, Round::up), one.upper);
    }
}

TEST(Aggregate, EqualsTheSlowReference) {
    Generator generator(1);
    for (u32 round = 0; round < 20'000; ++round) {
        const u32 sources = static_cast<u32>(1 + generator.below(9));
        const FeedTerms terms = generator.terms(sources);
        const Rows rows = generator.rows(sources);
        const Aggregate fast = aggregate(terms, rows);
        const Naive slow = naive(terms, rows);
        ASSERT_EQ(fast.mid.units(), slow.mid) << round;
        ASSERT_EQ(fast.spread.units(), slow.spread) << round;
        ASSERT_EQ(fast.time, slow.time) << round;
        ASSERT_EQ(fast.accepted, slow.kept.size()) << round;
    }
}

TEST(Aggregate, OrderOfReportsDoesNotMatter) {
    Generator generator(2);
    for (u32 round = 0; round < 3'000; ++round) {
        const u32 sources = static_cast<u32>(2 + generator.below(9));
        const FeedTerms terms = generator.terms(sources);
        Rows rows = generator.rows(sources);
        const Aggregate first = aggregate(terms, rows);
        generator.shuffle(rows);
        const Aggregate second = aggregate(terms, rows);
        ASSERT_EQ(first.mid, second.mid);
        ASSERT_EQ(first.spread, second.spread);
        ASSERT_EQ(first.time, second.time);
        ASSERT_EQ(first.reasons, second.reasons);
    }
}

TEST(Aggregate, MidLiesAmongTheAccepted) {
    Generator generator(3);
    for (u32 round = 0; round < 3'000; ++round) {
        const u32 sources = static_cast<u32>(1 + generator.below(9));
        const FeedTerms terms = generator.terms(sources);
        const Rows kept = naive(terms, generator.rows(sources)).kept;
        const Aggregate sum = aggregate(terms, kept);
        const auto price = [](const Observation& row) { return row.price; };
        const auto [least, most] = std::ranges::minmax(kept, {}, price);
        ASSERT_LE(least.price, sum.mid);
        ASSERT_LE(sum.mid, most.price);
    }
}

// Whoever holds less weight than the honest sources cannot move the price out of their range, as
// long as they agree within outlier_deviations * outlier_floor: then none of them is removed.
TEST(Aggregate, MinorityCannotMoveItOutOfTheHonestRange) {
    Generator generator(4);
    for (u32 round = 0; round < 10'000; ++round) {
        const u32 honest = static_cast<u32>(1 + generator.below(5));
        const i64 base = static_cast<i64>(1'000'000 + generator.below(1'000'000'000));
        Rows rows;
        u32 weight = 0;
        for (u32 i = 0; i < honest; ++i) {
            const i64 price = base + static_cast<i64>(generator.below(static_cast<u64>(base) / 50));
            const u32 own = static_cast<u32>(1 + generator.below(5));
            rows.push_back({Price::units(price), {}, 500, own});
            weight += own;
        }
        const auto price = [](const Observation& row) { return row.price; };
        const Observation least = std::ranges::min(rows, {}, price);
        const Observation most = std::ranges::max(rows, {}, price);
        if (weight > 1) {
            const i64 lie = static_cast<i64>(1 + generator.below(static_cast<u64>(base) * 3));
            const i64 doubt = static_cast<i64>(generator.below(static_cast<u64>(lie)));
            rows.push_back({Price::units(lie), Price::units(doubt), 500,
                            static_cast<u32>(1 + generator.below(weight - 1))});
        }
        generator.shuffle(rows);
        const Aggregate sum = aggregate(feed_of(6), rows);  // 5 deviations of 0.5 %: 2.5 %.
        ASSERT_LE(least.price, sum.mid) << round;
        ASSERT_LE(sum.mid, most.price) << round;
    }
}

TEST(Aggregate, MoreConfidenceNeverNarrows) {
    Generator generator(5);
    for (u32 round = 0; round < 3'000; ++round) {
        const u32 sources = static_cast<u32>(1 + generator.below(7));
        const FeedTerms terms = generator.terms(sources);
        Rows rows = naive(terms, generator.rows(sources)).kept;
        const Aggregate before = aggregate(terms, rows);
        if (before.accepted != rows.size()) continue;
        rows[generator.below(rows.size())].confidence += Price::units(1'000);
        const Aggregate after = aggregate(terms, rows);
        ASSERT_EQ(after.mid, before.mid);  // A larger unit of deviation removes nobody.
        ASSERT_GE(after.spread, before.spread);
    }
}

TEST(Aggregate, QuorumIsOfCountAndOfWeightAfterRemoval) {
    FeedTerms terms = feed_of(4);
    terms.quorum_count = 2;
    terms.quorum_weight = 6;
    terms.live_count = 3;
    const auto row = [](const char* price, u32 weight) {
        return Observation{usd(price), {}, 500, weight};
    };
    struct Case {
        Rows rows;
        u32 reasons;
    };
    const Case cases[]{
        {{}, reason::stale_sources | reason::quorum_count | reason::quorum_weight},
        {{row("100", 3), row("100", 3), row("100", 3), row("100", 3)}, 0},
        {{row("100", 3), row("100", 3), row("100", 3), row("300", 3)}, reason::outliers},
        {{row("100", 3), row("100", 3), row("100", 3)}, reason::stale_sources},
        {{row("100", 3), row("100", 3)}, reason::stale_sources | reason::thin},
        {{row("100", 3), row("100", 2)},
         reason::stale_sources | reason::thin | reason::quorum_weight},
        {{row("100", 7)}, reason::stale_sources | reason::thin | reason::quorum_count},
        {{row("100", 7), row("200", 3)},
         reason::stale_sources | reason::outliers | reason::thin | reason::quorum_count},
    };
    for (const Case& one : cases) {
        const Aggregate sum = aggregate(terms, one.rows);
        EXPECT_EQ(sum.reasons, one.reasons);
        EXPECT_EQ(sum.quorum, (one.reasons & (reason::quorum_count | reason::quorum_weight)) == 0);
    }
}

TEST(Aggregate, HoldsAtTheLimits) {
    FeedTerms terms = feed_of(32);
    terms.outlier_deviations = terms.confidence_multiple = terms.dispersion_multiple =
        limits::ratio_max;
    terms.outlier_floor = permille(1'000);
    Rows rows(32, {limits::price_max, limits::price_max, limits::time_max, weight_max});
    rows[0].price = Price::units(1);
    const Aggregate sum = aggregate(terms, rows);
    EXPECT_EQ(sum.mid, limits::price_max);
    EXPECT_EQ(sum.spread, limits::price_max);
    EXPECT_EQ(sum.time, limits::time_max);
}

}  // namespace
}  // namespace ballast::oracle
