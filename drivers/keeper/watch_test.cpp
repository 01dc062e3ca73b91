#include <ballast/keeper/watch.hpp>

#include <gtest/gtest.h>

namespace ballast::keeper {
namespace {

Json row(const char* feed, const char* mark) {
    return {{"feed", feed}, {"mark", mark}, {"status", "live"}};
}

Json message(bool whole, Json changed, Json removed = Json::array()) {
    return {{"whole", whole},
            {"changed", std::move(changed)},
            {"removed", std::move(removed)},
            {"cut", false}};
}

TEST(Watch, RowsFollowTheirChannel) {
    Watch watch;
    const auto take = [&](u64 height, const Json& data) {
        return watch.take(Watch::Channel::prices, height, height * 10, data).has_value();
    };
    ASSERT_TRUE(take(5, message(true, {row("ETH/USD", "110"), row("BTC/USD", "6000")})));
    ASSERT_TRUE(take(6, message(false, Json::array({row("ETH/USD", "100")}))));
    EXPECT_EQ(watch.marks()->at("ETH/USD"), Price::units(100 * amount_one));
    EXPECT_EQ(watch.marks()->at("BTC/USD"), Price::units(6000 * i64{amount_one}));
    ASSERT_TRUE(take(7, message(false, Json::array(), Json::array({{{"feed", "BTC/USD"}}}))));
    EXPECT_EQ(watch.marks()->size(), 1u);
    ASSERT_TRUE(take(8, message(true, Json::array({row("BTC/USD", "1")}))));
    EXPECT_FALSE(watch.marks()->contains("ETH/USD"));
    EXPECT_EQ(watch.height(), 8u);
    EXPECT_EQ(watch.time(), 80u);
}

// A message that means nothing changes nothing.
TEST(Watch, WhatIsNoMessageIsRefusedWhole) {
    Watch watch;
    ASSERT_TRUE(watch.take(Watch::Channel::prices, 5, 50,
                           message(true, Json::array({row("ETH/USD", "110")}))));
    EXPECT_FALSE(watch.take(Watch::Channel::prices, 6, 60,
                            message(false, {row("BTC/USD", "1"), {{"mark", "2"}}})));
    EXPECT_FALSE(watch.take(Watch::Channel::prices, 6, 60, Json()));
    EXPECT_FALSE(watch.take(Watch::Channel::account, 6, 60, Json::object()));
    EXPECT_EQ(watch.marks()->size(), 1u);
    EXPECT_EQ(watch.height(), 5u);
}

TEST(Watch, IsReadyWhenAllIsKnown) {
    Watch watch;
    const Json none = message(true, Json::array());
    ASSERT_TRUE(watch.take(Watch::Channel::auctions, 5, 50, none));
    ASSERT_TRUE(watch.take(Watch::Channel::prices, 5, 50, none));
    EXPECT_FALSE(watch.ready());
    ASSERT_TRUE(watch.take(Watch::Channel::account, 4, 40, {{"account", {{"account", 16}}}}));
    EXPECT_TRUE(watch.ready());
    EXPECT_EQ(watch.height(), 5u);  // An older message does not turn it back.
    EXPECT_EQ(watch.account_height(), 4u);
    ASSERT_TRUE(watch.take(Watch::Channel::health, 6, 60,
                           message(true, Json::array({{{"of", "vault"}, {"number", 3}}}))));
    EXPECT_EQ(watch.near_threshold(), 1u);
}

TEST(Watch, UnhealthyMarginAccounts) {
    Watch watch;
    const auto row = [](const char* of, u32 number, bool healthy) {
        return Json{{"of", of}, {"number", number}, {"healthy", healthy}};
    };
    ASSERT_TRUE(watch.take(Watch::Channel::health, 6, 60,
                           message(true, {row("vault", 3, false), row("margin", 4, true),
                                          row("margin", 5, false), row("margin", 6, false)})));
    EXPECT_EQ(watch.unhealthy_accounts(8), (std::vector<u32>{5, 6}));
    EXPECT_EQ(watch.unhealthy_accounts(1), std::vector<u32>{5});
}

}  // namespace
}  // namespace ballast::keeper
