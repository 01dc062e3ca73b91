#include <ballast/oracle/market_test_kit.hpp>

#include <sodium.h>
#include <functional>

namespace ballast::oracle {
namespace {

constexpr u64 noon = 1'000'000;
constexpr crypto::Digest chain{1, 2, 3};

/// The key pair of a fixed seed.
struct Signer {
    crypto::PublicKey key{};
    std::array<u8, 64> secret{};

    explicit Signer(u8 seed) {
        std::array<u8, 32> bytes{};
        bytes[0] = seed;
        crypto_sign_seed_keypair(key.data(), secret.data(), bytes.data());
    }
    void sign(Report& report, const crypto::Digest& on) const {
        const Bytes bytes = signed_bytes(report, on);
        crypto_sign_detached(report.signature.data(), nullptr, bytes.data(), bytes.size(),
                             secret.data());
    }
};

/// Two publishers with keys; the first alone is a source of feed 0, the second of feed 1.
Terms signed_market(const Signer& first, const Signer& second) {
    FeedTerms other = feed_of(1, "BTC/USD");
    other.sources[0].publisher = PublisherId(1);
    Terms terms = market_of({feed_of(1), other});
    terms.publishers = {{"first", first.key}, {"second", second.key}};
    return terms;
}

Report good_report() {
    return {PublisherId(0), FeedId(0), usd("200"), usd("0.1"), noon - 5, {}};
}

TEST(SignedBytes, AreTagChainAndFields) {
    const Bytes bytes = signed_bytes(good_report(), chain);
    const std::string tag = "ballast price report 1";
    ASSERT_EQ(bytes.size(), 4 + tag.size() + 32 + 2 + 2 + 8 + 8 + 8);
    EXPECT_EQ(std::string(bytes.begin() + 4, bytes.begin() + 26), tag);
    EXPECT_EQ(bytes[26], 1);
    EXPECT_EQ(bytes[62], 0x00);  // 200 dollars are 20 * 10^9 units, 0x4a817c800, little-endian.
    EXPECT_EQ(bytes[63], 0xc8);
    EXPECT_EQ(bytes[66], 0x04);
}

TEST(CheckReport, SaysNoForEveryReasonInOrder) {
    const Signer first(1);
    const Signer second(2);
    const Terms terms = signed_market(first, second);
    State state = make_state(terms);
    state.sources.edit(0) = {usd("199"), {}, noon - 10};

    struct Case {
        std::optional<Reject> expected;
        std::function<void(Report&)> change;
    };
    const Case cases[]{
        {{}, [](Report&) {}},
        {Reject::unknown_publisher, [](Report& r) { r.publisher = PublisherId(2); }},
        {Reject::unknown_feed, [](Report& r) { r.feed = FeedId(2); }},
        {Reject::publisher_not_on_feed, [](Report& r) { r.feed = FeedId(1); }},
        {Reject::price_not_positive, [](Report& r) { r.price = {}; }},
        {Reject::price_not_positive, [](Report& r) { r.price = Price::units(-1); }},
        {Reject::price_over_limit,
         [](Report& r) { r.price = limits::price_max + Price::units(1); }},
        {Reject::confidence_negative, [](Report& r) { r.confidence = Price::units(-1); }},
        {Reject::confidence_over_price, [](Report& r) { r.confidence = usd("200.00000001"); }},
        {Reject::report_from_future, [](Report& r) { r.time = noon + 1; }},
        {Reject::report_stale, [](Report& r) { r.time = noon - 121; }},
        {Reject::report_stale, [](Report& r) { r.time = 0; }},
        {Reject::report_not_newer, [](Report& r) { r.time = noon - 10; }},
        {Reject::report_not_newer, [](Report& r) { r.time = noon - 120; }},
    };
    for (const Case& one : cases) {
        Report report = good_report();
        one.change(report);
        first.sign(report, chain);
        const Result<void> answer = check_report(terms, state, report, noon, chain);
        const std::optional<Reject> reason =
            answer ? std::optional<Reject>() : std::optional<Reject>(answer.error());
        EXPECT_EQ(reason, one.expected);
    }
}

TEST(CheckReport, SignatureCoversEveryFieldAndTheChain) {
    const Signer first(1);
    const Signer second(2);
    const Terms terms = signed_market(first, second);
    const State state = make_state(terms);
    const auto answer = [&](const Report& report, const crypto::Digest& on) {
        return check_report(terms, state, report, noon, on);
    };
    Report report = good_report();
    first.sign(report, chain);
    EXPECT_TRUE(answer(report, chain));
    EXPECT_EQ(answer(report, crypto::Digest{}).error(), Reject::bad_signature);

    const std::function<void(Report&)> changes[]{
        [](Report& r) { r.price += Price::units(1); },
        [](Report& r) { r.confidence += Price::units(1); },
        [](Report& r) { r.time += 1; },
        [](Report& r) { r.publisher = PublisherId(1), r.feed = FeedId(1); },
        [](Report& r) { r.signature[0] ^= 1; },
        [](Report& r) { r.signature = {}; },
        [&](Report& r) { second.sign(r, chain); },
    };
    for (const auto& change : changes) {
        Report forged = report;
        change(forged);
        ASSERT_FALSE(answer(forged, chain));
        EXPECT_EQ(answer(forged, chain).error(), Reject::bad_signature);
    }
}

TEST(Observe, KeepsGoodReportsAndNamesTheOthers) {
    Market market(market_of({feed_of(3)}));
    market.say(0, {"200", "201", "202"});
    market.reports.push_back({PublisherId(1), FeedId(0), usd("1"), {}, market.now, {}});
    market.reports.push_back({PublisherId(9), FeedId(0), usd("1"), {}, market.now, {}});
    EXPECT_EQ(market.block().mark, usd("201"));
    ASSERT_EQ(market.count(EventKind::report_rejected), 2u);
    EXPECT_EQ(market.events[0].account, AccountId(1));
    EXPECT_EQ(market.events[0].amount, std::to_underlying(Reject::report_not_newer));
    EXPECT_EQ(market.events[1].account, AccountId(9));
    EXPECT_EQ(market.events[1].amount, std::to_underlying(Reject::unknown_publisher));
}

}  // namespace
}  // namespace ballast::oracle
