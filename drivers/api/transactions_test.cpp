#include <ballast/api/schema.hpp>
#include <ballast/api/test_node.hpp>
#include <ballast/api/words.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>

namespace ballast::api::test {
namespace {

using sample::user;

Json transfer(const char* amount) {
    return {{"action", "transfer"}, {"to", user(5).value()}, {"asset", "ETH"}, {"amount", amount}};
}

Json prepared(Node& node, const Json& actions) {
    return node.data("transaction.prepare", {{"sender", user(0).value()}, {"actions", actions}});
}

TEST(transactions, prepare_chooses_the_lowest_nonce_that_is_not_on_its_way) {
    Node node;
    const Json first = prepared(node, Json::array({transfer("1")}));
    auto waiting = node.begin("transaction.submit", {{"transaction", first["transaction"]}});
    const Json second = prepared(node, Json::array({transfer("2")}));
    EXPECT_EQ(second["nonce"].get<u64>(), first["nonce"].get<u64>() + 1);
    node.backend.mine();
    EXPECT_EQ(Node::wait(std::move(waiting))["data"]["receipt"]["accepted"], true);
    EXPECT_EQ(prepared(node, Json::array({transfer("2")}))["nonce"], second["nonce"]);
}

TEST(transactions, what_is_prepared_is_what_was_asked_for) {
    Node node;
    const Json answer = prepared(node, Json::array({transfer("1.5"), transfer("2")}));
    EXPECT_EQ(answer["json"]["batch"], true);
    EXPECT_EQ(answer["json"]["actions"][0]["amount"], "1.5");
    EXPECT_EQ(answer["description"].size(), 2u);
    EXPECT_TRUE(answer["typed_data"].contains("types"));
    node.backend.chain().read([&](const engine::Machine& machine) {
        const auto transaction = wire::transaction_from_json(answer["json"], machine.genesis());
        ASSERT_TRUE(transaction);
        const auto chain = wire::chain_id(machine.genesis().name, machine.chain());
        EXPECT_EQ(hex(*wire::encode(*transaction, chain)), answer["transaction"]);
        EXPECT_EQ(hex(engine::signed_bytes(*transaction, machine.chain())), answer["signed_bytes"]);
    });
}

TEST(transactions, submit_waits_for_the_block_and_get_finds_it) {
    Node node;
    const Json json = prepared(node, Json::array({transfer("1")}))["json"];
    auto waiting = node.begin("transaction.submit", {{"transaction", json}});
    EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
    const auto block = node.backend.mine();
    const Json answer = Node::wait(std::move(waiting));
    EXPECT_FALSE(misfit(node.methods.find("transaction.submit")->result, answer));
    EXPECT_EQ(answer["data"]["height"], block->block.height);
    EXPECT_EQ(answer["data"]["id"], hex(block->ids[0]));
    const Json found = node.call("transaction.get", {{"id", answer["data"]["id"]}});
    EXPECT_FALSE(misfit(node.methods.find("transaction.get")->result, found));
    EXPECT_EQ(found["data"]["transaction"], json);
    EXPECT_EQ(found["data"]["receipt"]["name"], "done");
    const std::string other(64, '0');
    EXPECT_EQ(node.call("transaction.get", {{"id", other}})["code"], rpc::error_code::absent);
}

TEST(transactions, submit_need_not_wait) {
    Node node;
    const Json json = prepared(node, Json::array({transfer("1")}))["json"];
    const Json answer =
        node.data("transaction.submit", {{"transaction", json}, {"wait", "accept"}});
    EXPECT_TRUE(answer["height"].is_null());
    node.backend.mine();
    EXPECT_EQ(node.data("transaction.get", {{"id", answer["id"]}})["receipt"]["accepted"], true);
}

TEST(transactions, what_the_check_refuses_is_an_error_with_its_reason) {
    Node node;
    Json json = prepared(node, Json::array({transfer("1")}))["json"];
    json["sender"] = 5'000;
    const Json answer = node.call("transaction.submit", {{"transaction", json}});
    EXPECT_EQ(answer["code"], rpc::error_code::rejected);
    EXPECT_EQ(answer["data"]["name"], "unknown_account");
}

TEST(transactions, what_the_machine_refuses_is_a_receipt_with_its_reason) {
    Node node;
    const Json json = prepared(node, Json::array({transfer("100000")}))["json"];
    auto waiting = node.begin("transaction.submit", {{"transaction", json}});
    node.backend.mine();
    const Json receipt = Node::wait(std::move(waiting))["data"]["receipt"];
    EXPECT_EQ(receipt["accepted"], false);
    EXPECT_EQ(receipt["name"], "insufficient_balance");
    EXPECT_EQ(receipt["sentence"], "the account holds less than that");
}

TEST(transactions, bytes_that_are_no_transaction_are_refused) {
    Node node;
    for (const char* bytes : {"", "00", "zz", "0a0b0c"}) {
        const Json answer = node.call("transaction.submit", {{"transaction", bytes}});
        EXPECT_EQ(answer["code"], rpc::error_code::params) << bytes << " " << answer.dump();
    }
    Json deep = Json::object();
    deep["sender"] = Json::array({Json::object()});
    EXPECT_EQ(node.call("transaction.submit", {{"transaction", deep}})["code"],
              rpc::error_code::params);
}

TEST(dry_run, shows_health_and_liquidation_price_before_and_after) {
    Node node;
    const u64 height = node.backend.chain().height();
    const Json params{
        {"sender", user(0).value()},
        {"actions",
         Json::array(
             {Json{{"action", "withdraw"}, {"vault", 0}, {"asset", "ETH"}, {"amount", "20"}}})}};
    const Json answer = node.data("transaction.dry_run", params);
    ASSERT_EQ(answer["receipts"][0]["accepted"], true) << answer.dump();
    ASSERT_EQ(answer["vaults"].size(), 1u);
    const Json& vault = answer["vaults"][0];
    EXPECT_EQ(vault["before"]["liquidation"][0]["liquidation_price"], "145");
    EXPECT_EQ(vault["after"]["liquidation"][0]["liquidation_price"], "181.25");
    EXPECT_EQ(vault["before"]["ratio"], "2");
    EXPECT_EQ(vault["after"]["ratio"], "1.6");
    EXPECT_EQ(answer["accounts"][0]["after"]["balances"]["ETH"], "820");
    EXPECT_EQ(answer["events"][0]["name"], "collateral_withdrawn");
    // Nothing has happened.
    EXPECT_EQ(node.backend.chain().height(), height);
    EXPECT_EQ(node.data("vault.get", {{"vault", 0}})["ratio"], "2");
}

TEST(dry_run, refuses_as_the_machine_would) {
    Node node;
    Json params{{"sender", user(0).value()},
                {"actions",
                 Json::array({Json{
                     {"action", "withdraw"}, {"vault", 0}, {"asset", "ETH"}, {"amount", "50"}}})}};
    const Json answer = node.data("transaction.dry_run", params);
    EXPECT_EQ(answer["receipts"][0]["name"], "ratio_under_minimum");
    EXPECT_EQ(answer["vaults"][0]["before"], answer["vaults"][0]["after"]);
}

TEST(dry_run, of_a_margin_account_shows_margins_and_prices) {
    Node node;
    const Json params{
        {"sender", user(1).value()},
        {"actions",
         Json::array({Json{
             {"action", "margin_deposit"}, {"account", 1}, {"asset", "ETH"}, {"amount", "50"}}})}};
    const Json answer = node.data("transaction.dry_run", params);
    ASSERT_EQ(answer["receipts"][0]["accepted"], true) << answer.dump();
    ASSERT_EQ(answer["margin_accounts"].size(), 1u);
    const Json& account = answer["margin_accounts"][0];
    EXPECT_EQ(account["before"]["collateral"]["ETH"], "100");
    EXPECT_EQ(account["after"]["collateral"]["ETH"], "150");
    EXPECT_NE(account["before"]["liquidation"], account["after"]["liquidation"]);
    EXPECT_FALSE(misfit(node.methods.find("transaction.dry_run")->result,
                        node.call("transaction.dry_run", params)));
}

TEST(dry_run, of_several_one_after_another_and_at_an_earlier_height) {
    Node node;
    const u64 before = node.backend.chain().height();
    (void)node.backend.act(user(5), engine::Transfer{user(6), sample::ether, sample::whole(1'000)});
    const auto send = [](const char* amount, u64 nonce) {
        return Json{{"sender", user(5).value()},
                    {"nonce", nonce},
                    {"actions", Json::array({Json{{"action", "transfer"},
                                                  {"to", user(0).value()},
                                                  {"asset", "ETH"},
                                                  {"amount", amount}}})}};
    };
    Json params{{"transactions", Json::array({send("600", 1), send("600", 2)})}};
    const Json now = node.data("transaction.dry_run", params);
    EXPECT_EQ(now["receipts"][0]["name"], "insufficient_balance");
    params["height"] = before;
    const Json then = node.data("transaction.dry_run", params);
    EXPECT_EQ(then["receipts"][0]["name"], "done");
    EXPECT_EQ(then["receipts"][1]["name"], "insufficient_balance");
    EXPECT_EQ(node.call("transaction.dry_run", Json::object())["code"], rpc::error_code::params);
}

TEST(transactions, several_are_submitted_together_and_each_has_its_own_fate) {
    Node node;
    Json good = prepared(node, Json::array({transfer("1")}))["json"];
    Json poor = good;
    poor["nonce"] = good["nonce"].get<u64>() + 1;
    poor["actions"][0]["amount"] = "1000000000";
    Json stranger = good;
    stranger["sender"] = 5'000;
    auto waiting = node.begin("transaction.submit_all",
                              {{"transactions", Json::array({good, stranger, poor})}});
    node.backend.mine();
    const Json answer = Node::wait(std::move(waiting));
    EXPECT_FALSE(misfit(node.methods.find("transaction.submit_all")->result, answer));
    const Json& items = answer["data"]["items"];
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0]["receipt"]["accepted"], true);
    EXPECT_TRUE(items[1]["height"].is_null());
    EXPECT_EQ(items[1]["error"]["code"], rpc::error_code::rejected);
    EXPECT_EQ(items[2]["receipt"]["name"], "insufficient_balance");
    // Nothing is on its way any more.
    EXPECT_EQ(prepared(node, Json::array({transfer("1")}))["nonce"], good["nonce"].get<u64>() + 2);
}

TEST(transactions, of_several_one_that_cannot_be_read_is_named_and_none_is_taken) {
    Node node;
    const Json good = prepared(node, Json::array({transfer("1")}))["json"];
    const Json answer =
        node.call("transaction.submit_all", {{"transactions", Json::array({good, "0102"})}});
    EXPECT_EQ(answer["code"], rpc::error_code::params);
    EXPECT_NE(answer.dump().find("transactions[1]"), std::string::npos) << answer;
    EXPECT_EQ(node.call("transaction.submit_all", {{"transactions", Json::array()}})["code"],
              rpc::error_code::params);
}

}  // namespace
}  // namespace ballast::api::test
