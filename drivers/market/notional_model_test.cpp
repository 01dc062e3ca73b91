// Margin models by notional as files.
#include <ballast/market/notional_model.hpp>

#include <ballast/files/csv.hpp>

#include <gtest/gtest.h>

#include <set>

namespace ballast::market {
namespace {

const std::string source = BALLAST_SOURCE_DIR;
const ModelNames names{{"USD", "ETH", "SOL"}, {"BTC", "SOL", "PEPE"}};

Ratio ratio(i64 millionths) {
    return Ratio::units(millionths * 1000);
}

notional::Terms terms_of(const std::string& name) {
    const auto model = load_model(source + "/markets/margin/" + name + ".toml", names);
    EXPECT_TRUE(model) << model.error().sentence;
    if (!model) return {};
    EXPECT_EQ(model->name, name);
    return std::get<notional::Terms>(model->terms);
}

TEST(NotionalModels, DerivesStandardHasItsFigures) {
    const notional::Terms terms = terms_of("derive-standard");
    EXPECT_EQ(terms.tier_of, (std::vector<u8>{0, 1, 0}));
    const notional::TierTerms& major = notional::tier(terms, UnderlyingId(0));
    EXPECT_EQ(major.linear.initial, ratio(100'000));
    EXPECT_EQ(major.linear.maintenance, ratio(65'000));
    ASSERT_TRUE(major.option.isolated);
    EXPECT_EQ(major.option.isolated->initial_least, ratio(130'000));
    EXPECT_EQ(major.option.unpaired_maintenance, ratio(1'100'000));
    EXPECT_EQ(major.confidence.option_threshold, ratio(550'000));
    ASSERT_EQ(terms.collateral.size(), 3u);
    EXPECT_EQ(terms.collateral[0].maintenance, Ratio());  // What is not named counts nothing.
    EXPECT_EQ(terms.collateral[1].initial, ratio(750'000));
    EXPECT_EQ(terms.depeg.threshold, Price::units(99'000'000));
    EXPECT_EQ(terms.ratio_step, Ratio());
}

TEST(NotionalModels, DydxHasItsTiers) {
    const notional::Terms terms = terms_of("dydx-v4");
    EXPECT_EQ(terms.tiers.size(), 7u);
    EXPECT_EQ(terms.ratio_step, ratio(1));
    EXPECT_EQ(notional::tier(terms, UnderlyingId(0)).name, "large-cap");
    const notional::TierTerms& tail = notional::tier(terms, UnderlyingId(2));
    EXPECT_EQ(tail.name, "long-tail");
    EXPECT_EQ(tail.linear.open_interest_high, Cash::units(i128{10'000'000} * amount_one));
    EXPECT_FALSE(tail.option.isolated);
}

TEST(NotionalModels, DriftGrowsWithSize) {
    const notional::Terms terms = terms_of("drift");
    EXPECT_EQ(terms.ratio_step, ratio(100));
    EXPECT_EQ(terms.tiers[0].linear.size_premium, ratio(200));
    EXPECT_EQ(terms.collateral[2].size_discount, ratio(3'000));
}

TEST(NotionalModels, FaultsNameFileKeyValueAndLimit) {
    struct Bad {
        const char* text;
        const char* sentence;
    };
    const std::string head = "name = \"m\"\nversion = 1\nby = \"notional\"\n";
    const std::string tier =
        "[[tier]]\nname = \"t\"\nunpaired_initial = 1\nunpaired_maintenance = 1\n";
    const std::vector<Bad> cases{
        {"maintenance = \"6 %\"\ninitial = \"5 %\"\n",
         "m.toml:8: tier[0].maintenance: '6 %' must be at most 0.05"},
        {"maintenance = \"4 %\"\n", "m.toml:4: tier[0]: lacks the key initial"},
        {"maintenance = \"4 %\"\ninitial = \"5 %\"\nopen_interest_low = 5\n",
         "m.toml:4: tier[0].open_interest_high: must be above open_interest_low, or both be 0"},
        {"maintenance = \"4 %\"\ninitial = \"5 %\"\n[tier.short]\ninitial_most = 1\n",
         "m.toml:10: tier[0].short: lacks the key initial_least"},
        {"maintenance = \"4 %\"\ninitial = \"5 %\"\n[[collateral]]\nasset = \"ETH\"\n"
         "initial = 0.9\nmaintenance = 0.8\n",
         "m.toml:12: collateral[0].initial: '0.9' must be at most 0.8"},
    };
    for (const Bad& bad : cases) {
        const auto model = read_model(head + tier + bad.text, "m.toml", names);
        ASSERT_FALSE(model) << bad.text;
        EXPECT_TRUE(model.error().sentence.starts_with(bad.sentence))
            << model.error().sentence << "\n"
            << bad.sentence;
    }
}

/// Notes the names of keys.
class Lister {
public:
    explicit Lister(std::set<std::string>& found) : found_(&found) {}
    template <class T>
    void required(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class T>
    void optional(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class Row>
    void section(std::string_view key, Row& row) {
        found_->emplace(key);
        model_keys(*this, row);
    }
    template <class Row>
    void entries(std::string_view key, std::vector<Row>&) {
        found_->emplace(key);
        Row row;
        model_keys(*this, row);
    }

private:
    std::set<std::string>* found_;
};

TEST(NotionalModels, EveryKeyIsInTheReference) {
    const auto text = files::read_file(source + "/docs/methods/notional_margin.md");
    ASSERT_TRUE(text);
    std::set<std::string> found;
    Lister lister(found);
    NotionalSheet sheet;
    model_keys(lister, sheet);
    EXPECT_GT(found.size(), 30u);
    for (const std::string& key : found)
        EXPECT_NE(text->find("| `" + key + "`"), std::string::npos)
            << key << " is not in docs/methods/notional_margin.md";
}

}  // namespace
}  // namespace ballast::market
