// The list of keys against its two other tellings: the terms of the machine and the reference.
#include <ballast/files/csv.hpp>
#include <ballast/market/keys.hpp>

#include <gtest/gtest.h>

#include <set>

namespace ballast::market {
namespace {

/// Visits keys and notes their names, with the table that they stand in.
class Lister {
public:
    explicit Lister(std::set<std::string>& names) : names_(&names) {}
    template <class T>
    void required(std::string_view key, T&&, std::string_view = {}) {
        names_->emplace(key);
    }
    template <class T>
    void optional(std::string_view key, T&&, std::string_view = {}) {
        names_->emplace(key);
    }
    template <class Row>
    void section(std::string_view key, const char*, Row&, std::string_view = {}) {
        names_->emplace(key);
    }
    template <class Row>
    void required_section(std::string_view key, const char*, Row&) {
        names_->emplace(key);
    }
    template <class Row>
    void entries(std::string_view key, const char*, std::vector<Row>&, std::string_view) {
        names_->emplace(key);
    }

private:
    std::set<std::string>* names_;
};

template <class Row>
void list(std::set<std::string>& names, Row row = {}) {
    Lister lister(names);
    keys(lister, row);
}

// Every key of the file, those of every kind included.
std::set<std::string> all_keys() {
    std::set<std::string> names;
    list<Sheet>(names);
    for (const auto kind : {engine::AssetKind::synthetic, engine::AssetKind::governance})
        list(names, AssetEntry{{"", kind, {}}, {}, {}});
    list(names, treasury::SyntheticTerms{{}, AssetId{0}, {}, {}, {}});
    list<backstop::PoolTerms>(names);
    list<oracle::Publisher>(names);
    list<oracle::Source>(names);
    for (const auto kind : {oracle::FeedKind::price, oracle::FeedKind::rate}) {
        oracle::FeedTerms feed;
        feed.kind = kind;
        list(names, feed);
    }
    for (u8 kind = 0; kind <= static_cast<u8>(auctions::CurveKind::health_discount); ++kind) {
        auctions::AuctionTerms auction;
        auction.curve.kind = static_cast<auctions::CurveKind>(kind);
        list(names, auction);
    }
    list<basket::CollateralTerms>(names);
    vaults::RedemptionTerms redemption;
    redemption.enabled = true;
    list(names, redemption);
    list<treasury::CompartmentTerms>(names);
    list<TypeEntry>(names);
    clearing::UnderlyingTerms underlying;
    underlying.pillars.emplace_back();
    list(names, underlying);
    list<clearing::Pillar>(names);
    list<pricing::Svi>(names);
    list<ModelEntry>(names);
    list<MarginCompartmentEntry>(names);
    list<clearing::CollateralTerms>(names);
    list<clearing::GreeksLimits>(names);
    list<portfolio::Terms>(names);
    list<portfolio::Economics>(names);
    list<clearing::PoolTerms>(names);
    list<swap::Terms>(names);
    list<pool::Prices>(names);
    list<pool::Budgets>(names);
    list(names, access::Terms{true, AssetId{0}, Amount::units(1)});
    list<AccountEntry>(names);
    list<VaultEntry>(names);
    return names;
}

TEST(Keys, EveryOneIsInTheReference) {
    const auto text = files::read_file(BALLAST_SOURCE_DIR "/docs/methods/market.md");
    ASSERT_TRUE(text);
    for (const std::string& key : all_keys())
        EXPECT_NE(text->find("| `" + key + "`"), std::string::npos)
            << key << " is not in docs/methods/market.md";
}

/// Counts the fields of one struct of terms.
struct Counter {
    std::size_t count = 0;
    template <class T>
    void operator()(T&) {
        ++count;
    }
};

template <class Row>
std::size_t fields_of() {
    Row row;
    Counter counter;
    Row::fields(counter, row);
    return counter.count;
}

// Whoever adds a term to the machine gives it a key here (keys.hpp), in the reference and in the
// count.
TEST(Keys, EveryTermOfTheMachineHasOne) {
    EXPECT_EQ(fields_of<engine::Genesis>(), 15u);
    EXPECT_EQ(fields_of<engine::AssetTerms>(), 3u);
    EXPECT_EQ(fields_of<engine::TypeTerms>(), 6u);
    EXPECT_EQ(fields_of<engine::GenesisAccount>(), 2u);
    EXPECT_EQ(fields_of<engine::GenesisVault>(), 4u);
    EXPECT_EQ(fields_of<oracle::Publisher>(), 2u);
    EXPECT_EQ(fields_of<oracle::Source>(), 2u);
    EXPECT_EQ(fields_of<oracle::FeedTerms>(), 31u);
    EXPECT_EQ(fields_of<vaults::VaultTypeTerms>(), 11u);
    EXPECT_EQ(fields_of<vaults::RedemptionTerms>(), 6u);
    EXPECT_EQ(fields_of<basket::CollateralTerms>(), 8u);
    EXPECT_EQ(fields_of<auctions::AuctionTerms>(), 10u);
    EXPECT_EQ(fields_of<auctions::Curve>(), 8u);
    EXPECT_EQ(fields_of<backstop::PoolTerms>(), 3u);
    EXPECT_EQ(fields_of<swap::Terms>(), 4u);
    EXPECT_EQ(fields_of<access::Terms>(), 3u);
    EXPECT_EQ(fields_of<swap::Outlook>(), 3u);
    EXPECT_EQ(fields_of<clearing::Terms>(), 6u);
    EXPECT_EQ(fields_of<clearing::UnderlyingTerms>(), 12u);
    EXPECT_EQ(fields_of<clearing::Pillar>(), 2u);
    EXPECT_EQ(fields_of<clearing::CollateralTerms>(), 4u);
    EXPECT_EQ(fields_of<clearing::GreeksLimits>(), 3u);
    EXPECT_EQ(fields_of<portfolio::Terms>(), 11u);
    EXPECT_EQ(fields_of<treasury::CompartmentTerms>(), 4u);
    EXPECT_EQ(fields_of<treasury::SyntheticTerms>(), 5u);
}

}  // namespace
}  // namespace ballast::market
