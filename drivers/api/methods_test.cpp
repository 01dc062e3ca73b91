#include <ballast/api/schema.hpp>
#include <ballast/api/service.hpp>
#include <ballast/api/test_node.hpp>

#include <set>

namespace ballast::api::test {
namespace {

using sample::user;

struct Example {
    std::string method;
    Json params;
};

Json deposit_action() {
    return {{"action", "deposit"}, {"vault", 0}, {"asset", "ETH"}, {"amount", "2.5"}};
}

// At least one for every method that answers at once.
std::vector<Example> examples() {
    const u32 owner = user(0).value();
    return {
        {"node.info", {}},
        {"chain.info", {}},
        {"chain.info", {{"height", 1}}},
        {"account.get", {{"account", owner}}},
        {"account.get", {{"account", 0}}},
        {"account.list", {{"limit", 3}}},
        {"vault.get", {{"vault", 0}}},
        {"vault.list", Json::object()},
        {"vault.list", {{"owner", owner}, {"type", "ETH-A"}, {"within", "5"}}},
        {"feed.get", {{"feed", "ETH/USD"}}},
        {"feed.list", {}},
        {"auction.list", {{"closed", true}}},
        {"auction.list", {{"of", "margin"}}},
        {"pool.list", {}},
        {"treasury.get", {}},
        {"swap.list", {}},
        {"margin.get", {{"margin_account", 1}}},
        {"margin.list", {{"within", "1000"}}},
        {"instrument.list", {{"compartment", "cross"}}},
        {"block.get", {}},
        {"event.list", {{"from", 1}}},
        {"transaction.prepare", {{"sender", owner}, {"actions", Json::array({deposit_action()})}}},
        {"transaction.dry_run", {{"sender", owner}, {"actions", Json::array({deposit_action()})}}},
        {"report.submit",
         {{"report",
           {{"publisher", "venue"},
            {"feed", "ETH/USD"},
            {"price", "201"},
            {"confidence", "0.1"},
            {"time", sample::genesis_time}}}}},
    };
}

// Those whose examples need something to have happened first: the tests below.
const std::set<std::string> tested_apart{"auction.get", "transaction.submit",
                                         "transaction.submit_all", "transaction.get"};

TEST(methods, every_answer_keeps_to_the_document) {
    Node node;
    for (Example example : examples()) {
        const rpc::Method* method = node.methods.find(example.method);
        ASSERT_NE(method, nullptr) << example.method;
        if (example.params.is_null()) example.params = Json::object();
        if (example.params.contains("height") || example.params.contains("from"))
            example.params[example.params.contains("from") ? "from" : "height"] =
                node.backend.chain().height();
        EXPECT_FALSE(misfit(method->params, example.params)) << example.method;
        const Json answer = node.call(example.method, example.params);
        const auto wrong = misfit(method->result, answer);
        EXPECT_FALSE(wrong) << example.method << ": " << (wrong ? error_of(*wrong).message : "")
                            << "\n"
                            << answer.dump(1);
    }
}

TEST(methods, the_document_has_every_method_and_every_method_an_example) {
    Node node;
    std::set<std::string> described;
    const Json document = catalogue().openrpc("Ballast", "0");
    for (const Json& method : document["methods"]) {
        const std::string name = method["name"];
        if (name.starts_with("channel.") || name.starts_with("rpc.")) continue;
        described.insert(name);
        EXPECT_NE(node.methods.find(name), nullptr) << name;
    }
    std::set<std::string> tried = tested_apart;
    for (const Example& example : examples()) tried.insert(example.method);
    EXPECT_EQ(tried, described);
}

TEST(methods, what_is_wrong_is_named) {
    Node node;
    const auto error = [&](const char* method, const Json& params) {
        const Json answer = node.call(method, params);
        return answer.value("error", "no error");
    };
    EXPECT_EQ(error("vault.get", Json::object()),
              "vault: found nothing, expected it to be there: it is required");
    EXPECT_EQ(error("vault.get", {{"vault", "0"}}), "vault: found \"0\", expected a whole number");
    EXPECT_EQ(error("vault.get", {{"vault", 9}}), "vault 9 does not exist");
    EXPECT_EQ(error("feed.get", {{"feed", "ETH/UDS"}}).substr(0, 55),
              "feed: 'ETH/UDS' does not exist; did you mean 'ETH/USD'?");
    EXPECT_EQ(error("vault.list", {{"limit", 1001}}), "limit: found 1001, expected at most 1000");
    EXPECT_EQ(error("vault.list", {{"within", "-1"}}),
              "within: found \"-1\", expected a ratio from 0 to 1000, as \"0.1\"");
    EXPECT_EQ(error("vault.list", {{"onwer", 16}}).substr(0, 37),
              "onwer: found 16, expected one of the ");
    EXPECT_EQ(node.call("chain.info", {{"height", 9'999}})["code"], rpc::error_code::absent);
    EXPECT_EQ(node.call("block.get", {{"height", 9'999}})["code"], rpc::error_code::absent);
    EXPECT_EQ(node.call("auction.get", {{"auction", 0}})["code"], rpc::error_code::absent);
}

TEST(methods, every_answer_says_of_which_block_it_is) {
    Node node;
    const Json answer = node.call("account.get", {{"account", user(0).value()}});
    node.backend.chain().read([&](const engine::Machine& machine) {
        EXPECT_EQ(answer["height"], machine.height());
        EXPECT_EQ(answer["time"], machine.time());
    });
    EXPECT_EQ(answer["root"].get<std::string>().size(), 64u);
    EXPECT_EQ(answer["data"]["balances"]["ETH"], "800");
}

TEST(methods, an_earlier_height_is_answered_as_it_was) {
    Node node;
    const u64 before = node.backend.chain().height();
    (void)node.backend.act(user(0), engine::Transfer{user(1), sample::ether, sample::whole(7)});
    const auto ether = [&](const Json& params) {
        return node.data("account.get", params)["balances"]["ETH"].get<std::string>();
    };
    EXPECT_EQ(ether({{"account", user(0).value()}}), "793");
    EXPECT_EQ(ether({{"account", user(0).value()}, {"height", before}}), "800");
}

TEST(methods, what_may_yet_be_lost_is_not_answered) {
    Node node;
    EXPECT_TRUE(node.call("feed.list").contains("data"));
    node.backend.chain().undurable = 1;
    EXPECT_EQ(node.call("feed.list")["code"], rpc::error_code::busy);
    node.backend.chain().undurable = 0;
    EXPECT_TRUE(node.call("feed.list").contains("data"));
}

TEST(methods, only_a_share_of_the_workers_reads_far_back) {
    MemoryBackend backend(busy_machine());
    const u64 before = backend.chain().height();
    backend.mine();
    Service service(backend);
    const auto ask = [&](std::optional<u64> height) {
        return service.look(height, [](const View&) -> Reply { return Json(); });
    };
    std::vector<std::shared_ptr<void>> places;
    for (unsigned i = 0; i < Share::places(); ++i) {
        EXPECT_TRUE(ask(before).has_value());
        places.push_back(service.behind.take());
        EXPECT_TRUE(places.back());
    }
    EXPECT_EQ(ask(before).error().code, rpc::error_code::busy);
    EXPECT_TRUE(ask({}).has_value());
    EXPECT_TRUE(ask(before + 1).has_value()) << "the last block is at hand";
    places.clear();
    EXPECT_TRUE(ask(before).has_value());
}

TEST(recent, empty_blocks_are_not_remembered) {
    Recent recent;
    chain::Committed block;
    for (u64 height = 1; height < 10; ++height) {
        block.block.height = height;
        recent.note(block);
    }
    EXPECT_EQ(recent.blocks(), 0u);
    block.ids.emplace_back();
    recent.note(block);
    EXPECT_EQ(recent.blocks(), 1u);
}

TEST(methods, pages_follow_one_another) {
    Node node;
    std::vector<u32> seen;
    Json params{{"limit", 3}};
    for (u32 page = 0; page < 10; ++page) {
        const Json answer = node.data("account.list", params);
        for (const Json& item : answer["items"]) seen.push_back(item["account"]);
        if (answer["next"].is_null()) break;
        params["after"] = answer["next"];
    }
    ASSERT_EQ(seen.size(), 8u);
    for (u32 i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], system_accounts + i);
}

TEST(methods, who_owns_what) {
    Node node;
    EXPECT_EQ(node.data("account.get", {{"account", user(0).value()}})["vaults"]["items"],
              Json::array({0}));
    const Json trader = node.data("account.get", {{"account", user(1).value()}});
    EXPECT_EQ(trader["margin_accounts"]["items"], Json::array({1}));
    EXPECT_EQ(node.data("account.get", {{"account", user(3).value()}})["pools"][0]["deposit"],
              "400");
    EXPECT_EQ(node.data("account.get", {{"account", user(4).value()}})["swap_shares"][0]["pool"],
              0);
    EXPECT_TRUE(node.data("vault.list", {{"owner", user(5).value()}})["items"].empty());
}

}  // namespace
}  // namespace ballast::api::test
