#include <ballast/api/auction_answers.hpp>
#include <ballast/api/event_words.hpp>
#include <ballast/api/feed_answers.hpp>
#include <ballast/api/margin_answers.hpp>
#include <ballast/api/service.hpp>
#include <ballast/api/stress.hpp>
#include <ballast/api/test_node.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/oracle/aggregate.hpp>

#include <random>

namespace ballast::api::test {
namespace {

using sample::user;

Price price_of(const Json& text) {
    const auto units = files::parse_decimal(text.get<std::string>(), files::money_decimals,
                                            Round::down, limits::price_max.units());
    return Price::units(static_cast<i64>(units.value()));
}

// 100 ether, 10 000 dollars owed, liquidation at 145 %: unhealthy under 145 dollars an ether.
TEST(vault_answer, the_liquidation_price_is_the_last_good_one) {
    Node node;
    const Json row = node.data("vault.get", {{"vault", 0}})["liquidation"][0];
    EXPECT_EQ(row["liquidation_price"], "145");
    EXPECT_EQ(row["price"], "200");
    EXPECT_EQ(row["never"], false);
    node.backend.prices[sample::ether_feed] = price_of(row["liquidation_price"]);
    node.backend.mine();
    EXPECT_EQ(node.data("vault.get", {{"vault", 0}})["healthy"], true);
    EXPECT_EQ(node.data("vault.get", {{"vault", 0}})["health"], "1");
    node.backend.prices[sample::ether_feed] = price_of(row["liquidation_price"]) - Price::units(1);
    const auto block = node.backend.mine();
    EXPECT_EQ(std::ranges::count(block->events, EventKind::vault_unhealthy, &Event::kind), 1);
}

TEST(vault_answer, a_vault_near_its_threshold_is_listed) {
    Node node;
    EXPECT_TRUE(node.data("vault.list", {{"within", "0.1"}})["items"].empty());
    node.backend.prices[sample::ether_feed] = sample::dollars(150);
    node.backend.mine();
    const Json items = node.data("vault.list", {{"within", "0.1"}})["items"];
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0]["health"], "1.034482758");
    EXPECT_EQ(items[0]["ratio"], "1.5");
}

TEST(vault_answer, what_owes_nothing_is_never_liquidated) {
    Node node;
    ASSERT_TRUE(node.backend.act(user(5), vaults::OpenVault{sample::ether_vaults}).accepted());
    const Json vault = node.data("vault.get", {{"vault", 1}});
    EXPECT_TRUE(vault["liquidation"].empty());
    EXPECT_TRUE(vault["health"].is_null());
    EXPECT_EQ(vault["healthy"], true);
}

// Whatever the reports are, as many are said to count as the machine counts.
TEST(feed_answer, as_many_sources_count_as_the_machine_counts) {
    std::mt19937_64 random(7);
    oracle::FeedTerms terms;
    for (u16 i = 0; i < 7; ++i) terms.sources.push_back({PublisherId{i}, 1 + i % 3u});
    u32 outliers = 0;
    for (u32 round = 0; round < 2'000; ++round) {
        std::vector<oracle::SourceRow> rows(terms.sources.size());
        std::vector<oracle::Observation> fresh;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const i64 far = random() % 4 == 0 ? 40 : 1;
            rows[i].price = Price::units(100'000 + static_cast<i64>(random() % 1'000) * far);
            rows[i].confidence = Price::units(static_cast<i64>(random() % 100));
            rows[i].time = random() % 6 == 0 ? 0 : 1'000 + random() % 200;
            if (rows[i].time != 0 && 1'200 - rows[i].time <= terms.fresh_seconds)
                fresh.push_back(
                    {rows[i].price, rows[i].confidence, rows[i].time, terms.sources[i].weight});
        }
        const auto verdicts = source_verdicts(terms, rows, 1'200);
        u32 counting = 0;
        for (const auto verdict : verdicts) {
            counting += verdict.empty() ? 1u : 0u;
            outliers += verdict == "outlier" ? 1u : 0u;
        }
        const u32 accepted = fresh.empty() ? 0 : oracle::aggregate(terms, fresh).accepted;
        ASSERT_EQ(counting, accepted) << "round " << round;
    }
    EXPECT_GT(outliers, 100u);
}

TEST(feed_answer, a_silent_source_says_why_it_does_not_count) {
    Node node;
    const Json now = node.data("feed.get", {{"feed", "ETH/USD"}});
    EXPECT_EQ(now["sources"][0]["counts"], true);
    EXPECT_EQ(now["status"], "live");
    node.backend.prices.erase(sample::ether_feed);
    node.backend.mine(200);
    const Json later = node.data("feed.get", {{"feed", "ETH/USD"}});
    EXPECT_EQ(later["sources"][0]["why_not"], "stale");
    EXPECT_EQ(later["sources"][0]["age"], 200);
    EXPECT_NE(std::ranges::find(later["reasons"], Json("stale_sources")), later["reasons"].end());
}

// The copy of the market answers as the machine itself where nothing is moved.
TEST(stress, unmoved_it_says_what_the_machine_says) {
    Node node;
    node.backend.chain().read([](const engine::Machine& machine) {
        const clearing::Sight sight = machine.clearing();
        for (const clearing::AccountRow& account : sight.state.accounts.rows()) {
            const auto truth = machine.risk().standing(sight, account);
            const auto copied = Stress(sight, account).at(sample::on_ether, 1, 1);
            ASSERT_TRUE(truth && copied);
            EXPECT_EQ(copied->equity, truth->equity);
            EXPECT_EQ(copied->initial, truth->initial);
            EXPECT_EQ(copied->maintenance, truth->maintenance);
        }
    });
}

// What was copied is searched as it was, whatever has become of the state.
TEST(stress, a_search_needs_the_state_no_longer) {
    Node node;
    Service service(node.backend);
    std::function<Json()> search;
    (void)service.look({}, [&](const View& view) -> Reply {
        search = liquidation_search(view, MarginAccountId{0});
        return Json();
    });
    const Json before = node.data("margin.get", {{"margin_account", 0}})["liquidation"];
    node.backend.prices[sample::ether_feed] = sample::dollars(190);
    node.backend.mine();
    EXPECT_NE(node.data("margin.get", {{"margin_account", 0}})["liquidation"], before);
    EXPECT_EQ(search(), before);
}

// Account 0 is long ether in every way, account 1 short of it: the machine itself finds each of
// them unhealthy at the price that was foretold and not a thousandth before.
TEST(margin_answer, the_machine_liquidates_at_the_price_that_was_foretold) {
    for (const u32 account : {0u, 1u}) {
        Node node;
        const Json row = node.data("margin.get", {{"margin_account", account}})["liquidation"][0];
        const bool falls = !row["below"].is_null();
        ASSERT_TRUE(falls || !row["above"].is_null()) << row.dump();
        const Price price = price_of(row[falls ? "below" : "above"]);
        const Price bit = Price::units(price.units() / 1'000);
        const auto healthy_at = [&](Price spot) {
            node.backend.prices[sample::ether_feed] = spot;
            node.backend.mine(0);
            return node.data("margin.get", {{"margin_account", account}})["healthy"].get<bool>();
        };
        node.backend.mine();
        EXPECT_TRUE(healthy_at(falls ? price + bit : price - bit)) << row.dump();
        node.backend.mine();
        node.backend.prices[sample::ether_feed] = price;
        const auto block = node.backend.mine(1);
        EXPECT_GE(std::ranges::count(block->events, EventKind::margin_unhealthy, &Event::kind), 1)
            << row.dump();
    }
}

TEST(auction_answer, a_running_auction_says_what_all_of_it_costs) {
    Node node;
    node.backend.prices[sample::ether_feed] = sample::dollars(140);
    node.backend.mine();
    const Json list = node.data("auction.list")["items"];
    ASSERT_EQ(list.size(), 1u);
    const Json& auction = list[0];
    // 100 ether from 140 * 120 %, for a tab of 10 000 and 13 %.
    EXPECT_EQ(auction["top_price"], "168");
    EXPECT_EQ(auction["price"], "168");
    EXPECT_EQ(auction["tab"], "11300");
    EXPECT_EQ(auction["lot"]["ETH"], "100");
    EXPECT_EQ(auction["all"]["pay"], "11300");
    EXPECT_EQ(auction["all"]["units"], "67.26190476");
    const rpc::Method* method = node.methods.find("auction.get");
    const Json one = node.call("auction.get", {{"auction", 0}});
    EXPECT_FALSE(misfit(method->result, one));
    EXPECT_EQ(one["data"], auction);
    Service service(node.backend);
    (void)service.look({}, [](const View& view) -> Reply {
        EXPECT_FALSE(open_auctions(view, 1).cut);
        EXPECT_TRUE(open_auctions(view, 0).cut);
        return Json();
    });
}

// User 5 has borrowed 1 200 dollars against ten ether at 200 in margin account 2.
void borrow(Node& node) {
    const MarginAccountId account{2};
    ASSERT_TRUE(node.backend.act(user(5), clearing::OpenMargin{sample::cross, {}}).accepted());
    ASSERT_TRUE(
        node.backend
            .act(user(5), clearing::MarginDeposit{account, sample::ether, sample::whole(10)})
            .accepted());
    ASSERT_TRUE(
        node.backend
            .act(user(5), clearing::MarginWithdraw{account, sample::dollar, sample::whole(1'200)})
            .accepted());
}

// What is told is what the machine sells, and not a unit more.
TEST(margin_answer, an_unhealthy_account_says_what_it_sells) {
    Node node;
    borrow(node);
    EXPECT_TRUE(node.data("margin.get", {{"margin_account", 2}})["sales"].is_null());
    node.backend.prices[sample::ether_feed] = sample::dollars(130);
    node.backend.mine();
    const Json row = node.data("margin.get", {{"margin_account", 2}});
    EXPECT_EQ(row["healthy"], false);
    ASSERT_EQ(row["sales"].size(), 1u) << row.dump();
    EXPECT_EQ(row["sales"][0]["asset"], "ETH");
    EXPECT_EQ(row["sales"][0]["incentive"], "0");
    const Amount pay = Amount::units(price_of(row["sales"][0]["pay"]).units());
    const auto take = [&](Amount amount) {
        return node.backend
            .act(user(0), clearing::TakeCollateral{MarginAccountId{2}, sample::ether, amount})
            .reason();
    };
    EXPECT_EQ(take(pay + Amount::units(1)), Reject::account_no_sale);
    const auto held = [&] {
        return price_of(node.data("margin.get", {{"margin_account", 2}})["collateral"]["ETH"]);
    };
    const Price before = held();
    EXPECT_EQ(take(pay), Reject{});
    EXPECT_EQ(before - held(), price_of(row["sales"][0]["amount"]));
    const Json after = node.data("margin.get", {{"margin_account", 2}});
    EXPECT_EQ(after["healthy"], true);
    EXPECT_TRUE(after["sales"].is_null());
}

TEST(auction_answer, a_margin_account_says_what_it_holds_and_what_it_costs) {
    Node node;
    borrow(node);
    node.backend.prices[sample::ether_feed] = sample::dollars(110);
    node.backend.mine();
    const Json list = node.data("auction.list", {{"of", "margin"}})["items"];
    Json item;
    for (const Json& one : list)
        if (one["margin_account"] == 2) item = one;
    ASSERT_FALSE(item.is_null()) << list.dump();
    EXPECT_FALSE(
        misfit(node.methods.find("auction.get")->result,
               node.call("auction.get", {{"of", "margin"}, {"auction", item["auction"]}})));
    EXPECT_EQ(item["type"], "cross");
    EXPECT_EQ(item["pay_asset"], "USDB");
    EXPECT_EQ(item["lot"], (Json{{"ETH", "10"}}));
    EXPECT_EQ(item["mark"], "-100");
    EXPECT_EQ(item["reserved"], "0");
    EXPECT_EQ(item["gross"], "0");
    EXPECT_EQ(item["fraction_max"], "1");
    for (const Json& one : list) {
        const Json account = node.data("margin.get", {{"margin_account", one["margin_account"]}});
        i64 gross = 0;
        for (const Json& position : account["positions"]) {
            std::string value = position["value"];
            if (value.starts_with('-')) value.erase(0, 1);
            gross += price_of(value).units();
        }
        EXPECT_EQ(price_of(one["gross"]).units(), gross);
    }
}

TEST(event_words, every_event_of_the_machine_has_members_with_names) {
    const engine::Genesis genesis = sample::cleared_market();
    for (const EventWords& row : event_table()) {
        Event event;
        event.kind = *event_named(row.name);
        event.asset = sample::dollar;
        const Json out = event_json(genesis, event);
        EXPECT_EQ(out["name"], row.name);
        EXPECT_EQ(out.size(), row.members.size() + 1) << out.dump();
        EXPECT_FALSE(misfit(event_schema(), out));
    }
}

TEST(event_words, an_event_says_what_its_numbers_mean) {
    const engine::Genesis genesis = sample::cleared_market();
    const Event event{EventKind::debt_minted, 3, user(1), sample::dollar, 150'000'000, 50};
    EXPECT_EQ(event_json(genesis, event).dump(),
              R"({"name":"debt_minted","vault":3,"receiver":17,"asset":"USDB","amount":"1.5",)"
              R"("opening_fee":"0.0000005"})");
}

TEST(event_list, filters_and_goes_on_where_it_stopped) {
    Node node;
    (void)node.backend.act(user(0), vaults::Deposit{VaultId{0}, sample::ether, sample::whole(1)});
    (void)node.backend.act(user(5), vaults::OpenVault{sample::ether_vaults});
    const u64 from = node.backend.chain().oldest();
    const auto names = [&](Json params) {
        params["from"] = from;
        std::vector<std::string> out;
        const Json answer = node.data("event.list", params);
        for (const Json& item : answer["items"]) out.push_back(item["event"]["name"]);
        return out;
    };
    EXPECT_EQ(names({{"account", user(5).value()}}), std::vector<std::string>{"vault_opened"});
    EXPECT_EQ(names({{"subject", "vault"}, {"number", 0}}),
              std::vector<std::string>{"collateral_deposited"});
    Json params{{"from", from}, {"subject", "vault"}, {"limit", 1}};
    const Json first = node.data("event.list", params);
    ASSERT_EQ(first["items"].size(), 1u);
    params.update(first["next"]);
    const Json second = node.data("event.list", params);
    ASSERT_EQ(second["items"].size(), 1u);
    EXPECT_EQ(second["items"][0]["event"]["name"], "vault_opened");
}

}  // namespace
}  // namespace ballast::api::test
