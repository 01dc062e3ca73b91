#include <ballast/oracle/market_test_kit.hpp>
#include <ballast/oracle/terms.hpp>

#include <functional>
#include <span>

namespace ballast::oracle {
namespace {

Terms good() {
    FeedTerms rate = feed_of(3, "stETH/ETH");
    rate.kind = FeedKind::rate;
    rate.quote = FeedId(0);
    return market_of({feed_of(3), rate});
}

TEST(Terms, GoodOnesHaveNoFault) {
    EXPECT_FALSE(validate(good()));
    EXPECT_FALSE(validate(Terms{}));
}

TEST(Terms, SurviveTheCodec) {
    const Bytes bytes = encode(good());
    Reader reader(bytes);
    Terms back;
    reader(back);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.left(), 0u);
    EXPECT_EQ(encode(back), bytes);
    EXPECT_EQ(back.feeds[1].quote, FeedId(0));
}

struct Case {
    const char* key;
    const char* what;
    std::function<void(Terms&)> spoil;
};

void expect_faults(std::span<const Case> cases) {
    for (const Case& one : cases) {
        Terms terms = good();
        one.spoil(terms);
        const auto fault = validate(terms);
        ASSERT_TRUE(fault) << one.key;
        EXPECT_EQ(fault->key, one.key);
        EXPECT_EQ(fault->what, one.what) << one.key;
    }
}

TEST(Terms, FaultyListsAreNamedByKeyAndLimit) {
    const crypto::PublicKey key{7};
    const Case cases[]{
        {"publishers.size", "is 65, must be at most 64", [](Terms& t) { t.publishers.resize(65); }},
        {"publishers[1].name.size", "is 0, must be at least 1",
         [](Terms& t) { t.publishers[1].name.clear(); }},
        {"publishers[2].name.size", "is 33, must be at most 32",
         [](Terms& t) { t.publishers[2].name.assign(33, 'x'); }},
        {"publishers[2].name", "is the same as that of publishers[0]",
         [](Terms& t) { t.publishers[2].name = t.publishers[0].name; }},
        {"publishers[2].key", "is the same as that of publishers[1]",
         [&](Terms& t) { t.publishers[1].key = t.publishers[2].key = key; }},
        {"feeds.size", "is 65, must be at most 64", [](Terms& t) { t.feeds.resize(65); }},
        {"feeds[1].name", "is the same as that of feeds[0]",
         [](Terms& t) { t.feeds[1].name = t.feeds[0].name; }},
        {"feeds[1].quote", "is 1, must be at most 0",
         [](Terms& t) { t.feeds[1].quote = FeedId(1); }},
        {"feeds[0].quote", "is 0, must be at most -1",
         [](Terms& t) { t.feeds[0].quote = FeedId(0); }},
        {"feeds[0].kind", "is neither price nor rate",
         [](Terms& t) { t.feeds[0].kind = static_cast<FeedKind>(2); }},
        {"feeds[0].sources.size", "is 0, must be at least 1",
         [](Terms& t) { t.feeds[0].sources.clear(); }},
        {"feeds[0].sources[1].publisher", "is 3, must be at most 2",
         [](Terms& t) { t.feeds[0].sources[1].publisher = PublisherId(3); }},
        {"feeds[0].sources[2].publisher", "is the same as that of feeds[0].sources[0]",
         [](Terms& t) { t.feeds[0].sources[2].publisher = PublisherId(0); }},
        {"feeds[0].sources[0].weight", "is 0, must be at least 1",
         [](Terms& t) { t.feeds[0].sources[0].weight = 0; }},
    };
    expect_faults(cases);
}

TEST(Terms, FaultyNumbersAreNamedByKeyAndLimit) {
    const Case cases[]{
        {"feeds[1].quorum_count", "is 4, must be at most 3",
         [](Terms& t) { t.feeds[1].quorum_count = 4; }},
        {"feeds[1].quorum_weight", "is 4, must be at most 3",
         [](Terms& t) { t.feeds[1].quorum_weight = 4; }},
        {"feeds[1].live_count", "is 1, must be at least 2",
         [](Terms& t) { t.feeds[1].live_count = 1; }},
        {"feeds[0].fresh_seconds", "is 0, must be at least 1",
         [](Terms& t) { t.feeds[0].fresh_seconds = 0; }},
        {"feeds[0].outlier_deviations", "is 0.999999999, must be at least 1",
         [](Terms& t) { t.feeds[0].outlier_deviations = Ratio::units(ratio_one - 1); }},
        {"feeds[0].outlier_floor", "is 0, must be at least 0.000000001",
         [](Terms& t) { t.feeds[0].outlier_floor = {}; }},
        {"feeds[0].widen_max", "is 1, must be at most 0.999999999",
         [](Terms& t) { t.feeds[0].widen_max = permille(1'000); }},
        {"feeds[0].confidence_multiple", "is -0.000000001, must be at least 0",
         [](Terms& t) { t.feeds[0].confidence_multiple = Ratio::units(-1); }},
        {"feeds[0].jump_max", "is 0, must be at least 0.000000001",
         [](Terms& t) { t.feeds[0].jump_max = {}; }},
        {"feeds[0].breaker_hold_seconds", "is 59, must be at least 60",
         [](Terms& t) { t.feeds[0].breaker_hold_seconds = 59; }},
        {"feeds[0].halt_seconds", "is 31622401, must be at most 31622400",
         [](Terms& t) { t.feeds[0].halt_seconds = span_seconds_max + 1; }},
        {"feeds[1].growth_per_day_max", "is 1.000000001, must be at most 1",
         [](Terms& t) { t.feeds[1].growth_per_day_max = Ratio::units(ratio_one + 1); }},
        {"feeds[1].settlement_cover", "is 0, must be at least 0.000000001",
         [](Terms& t) { t.feeds[1].settlement_cover = {}; }},
        {"feeds[1].settlement_count", "is 4, must be at most 3",
         [](Terms& t) { t.feeds[1].settlement_count = 4; }},
    };
    expect_faults(cases);
}

}  // namespace
}  // namespace ballast::oracle
