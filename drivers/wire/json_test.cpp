#include <ballast/wire/drawn.hpp>
#include <ballast/wire/json.hpp>

#include <gtest/gtest.h>

namespace ballast::wire {
namespace {

/// Names enough for every list; no market that could start.
engine::Genesis market() {
    engine::Genesis genesis;
    genesis.name = "test";
    for (const char* name : {"USD", "ETH", "BTC"})
        genesis.assets.push_back({.name = name, .kind = {}, .feed = {}});
    genesis.types.resize(2);
    genesis.types[0].vault.name = "ETH-A";
    genesis.types[1].vault.name = "ETH-B";
    genesis.oracle.feeds.resize(1);
    genesis.oracle.feeds[0].name = "ETH/USD";
    genesis.oracle.publishers.push_back({.name = "venue", .key = {}});
    genesis.clearing.underlyings.resize(1);
    genesis.clearing.underlyings[0].name = "ETH";
    genesis.clearing.compartments.resize(1);
    genesis.clearing.compartments[0].name = "main";
    genesis.clearing.models.resize(2);
    genesis.clearing.models[0].name = "span";
    genesis.clearing.models[1].name = "pmrm";
    return genesis;
}

engine::Action action(std::string_view text) {
    const auto json = parse_json(text);
    EXPECT_TRUE(json) << (json ? "" : json.error().sentence);
    const auto read = action_from_json(*json, market());
    EXPECT_TRUE(read) << (read ? "" : read.error().sentence);
    return read ? *read : engine::Action();
}

TEST(Json, AnActionStandsInWordsAndDecimals) {
    constexpr auto text = R"({"action":"transfer","to":17,"asset":"ETH","amount":"12.5"})";
    const auto transfer = std::get<engine::Transfer>(action(text));
    EXPECT_EQ(transfer.to, AccountId(17));
    EXPECT_EQ(transfer.asset, AssetId(1));
    EXPECT_EQ(transfer.amount, Amount::units(1'250'000'000));
    EXPECT_EQ(to_json(transfer, market()).dump(), text);
}

TEST(Json, EveryWayToSayAValueIsReadAsItIsWritten) {
    const std::string key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const std::vector<std::string> texts{
        R"({"action":"open_vault","type":"ETH-B"})",
        R"({"action":"redeem","asset":"USD","amount":"0.00000001","fee_max":"0.005"})",
        R"({"action":"take","auction":3,"pay_max":"7",)"
        R"("price_max":"0.000000000000000000000000001"})",
        R"({"action":"list_instrument","compartment":"main","series":{"kind":"option",)"
        R"("underlying":"ETH","right":"put","strike":"2000","payout":"0",)"
        R"("expiry":1700000000,"period":0}})",
        R"({"action":"take_portfolio","auction":1,"keeper":2,"take":{)"
        R"("wanted":{"numerator":"1","denominator":"3"},"pay_max":"-5.25"}})",
        R"({"action":"switch_model","compartment":"main","model":"pmrm","height":9,"ramp":60})",
        R"({"action":"pool_trade","account":1,"instrument":2,"size":"-0.5","bound":"1999.99"})",
        R"({"action":"liquidity_collect"})",
        R"({"action":"swap_exact_in","pool":0,"given":"second","in":"1","out_min":"0"})",
        R"({"action":"open_account"})",
        R"({"action":"open_account","key":"ethereum:0x)" + key.substr(0, 40) + "\"}",
        R"({"action":"grant_key","key":"ed25519:)" + key +
            R"(","rights":["trade","manage"],"expires":0})",
    };
    for (const std::string& text : texts) EXPECT_EQ(to_json(action(text), market()).dump(), text);
}

TEST(Json, WhatIsWrittenReadsAsTheSameTransaction) {
    const engine::Genesis genesis = market();
    for (u64 seed = 0; seed < 2000; ++seed) {
        const engine::Transaction drawn = Draw(seed).transaction();
        const Json json = to_json(drawn, genesis);
        const auto read = transaction_from_json(*parse_json(json.dump()), genesis);
        ASSERT_TRUE(read) << seed << " " << read.error().sentence << "\n" << json.dump();
        ASSERT_EQ(ballast::encode(*read), ballast::encode(drawn)) << seed << "\n" << json.dump();
    }
}

TEST(Json, AReportIsReadAsItIsWritten) {
    const auto report = report_from_json(
        *parse_json(R"({"publisher":"venue","feed":"ETH/USD","price":"200.5","confidence":"0.1",
                        "time":1700000000})"),
        market());
    ASSERT_TRUE(report) << report.error().sentence;
    EXPECT_EQ(report->price, Price::units(20'050'000'000));
    EXPECT_EQ(*report_from_json(to_json(*report, market()), market()), *report);
}

TEST(Json, WhatIsWrongIsSaidWithFieldAndNearest) {
    const auto says = [](std::string_view text, std::string_view sentence) {
        const auto json = parse_json(text);
        ASSERT_TRUE(json) << json.error().sentence;
        const auto read = transaction_from_json(*json, market());
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().sentence, sentence) << text;
    };
    const auto one = [&](const std::string& asked, std::string_view sentence) {
        says(R"({"sender":17,"nonce":0,"actions":[)" + asked + "]}", sentence);
    };
    says("[]", "is a list; expected an object");
    says(R"({"nonce":0,"actions":[]})", "`sender` is missing");
    says(R"({"sender":17,"nonce":0,"actions":[]})",
         "actions: has 0 elements; without `batch` exactly 1");
    says(R"({"sendr":17,"nonce":0,"actions":[]})",
         "`sendr` is unknown; did you mean 'sender'? there are: sender, nonce, expires, actions, "
         "batch, authorisation");
    says(R"({"sender":-1,"nonce":0,"actions":[]})",
         "sender: is -1; expected a whole number up to 4294967295");
    says(R"({"sender":1.0,"nonce":0,"actions":[]})",
         "sender: is 1.0; expected a whole number up to 4294967295");
    says(R"({"sender":17,"nonce":"1x","actions":[]})",
         "nonce: is \"1x\"; expected a whole number up to 18446744073709551615");
    one("17", "actions[0]: is 17; expected an object");
    one("{}", "actions[0]: `action` is missing");
    one(R"({"action":"transfr"})",
        "actions[0]: action: \"transfr\" is no action; did you mean 'transfer'? there are: " +
            fmt::format("{}", fmt::join(engine::action_names(), ", ")));
    one(R"({"action":"mint","vault":1})", "actions[0]: `amount` is missing");
    one(R"({"action":"mint","vault":1,"amount":5})",
        "actions[0].amount: is 5; expected a decimal in quotes, such as \"12.5\"");
    one(R"({"action":"mint","vault":1,"amount":"1e3"})",
        "actions[0].amount: '1e3' is no decimal number such as \"12.5\"");
    one(R"({"action":"mint","vault":1,"amount":"0.123456789"})",
        "actions[0].amount: 0.123456789 has more than 8 digits after the point");
    one(R"({"action":"mint","vault":1,"amount":"99999999999999"})",
        "actions[0].amount: 99999999999999 is too large; at most 92233720368.54775807");
    one(R"({"action":"pool_claim","asset":"USDD"})",
        "actions[0].asset: 'USDD' is no asset; did you mean 'USD'? there are: USD, ETH, BTC");
    one(R"({"action":"pool_claim","asset":1})",
        "actions[0].asset: is 1; expected the asset's name");
    one(R"({"action":"open_account","key":"0x00"})",
        "actions[0].key: is no key; write ed25519:<64 hexadecimal digits> or ethereum:0x<40>");
    one(R"({"action":"swap_add","pool":0,"first_max":"1","second_max":"1","shares_min":"0","x":1})",
        "actions[0]: `x` is unknown; there are: action, pool, first_max, second_max, shares_min");
}

TEST(Json, TextIsBounded) {
    const auto says = [](std::string_view text, std::string_view part) {
        const auto json = parse_json(text);
        ASSERT_FALSE(json) << text.substr(0, 64);
        EXPECT_NE(json.error().sentence.find(part), std::string::npos) << json.error().sentence;
    };
    says(std::string(60'000, '['), "has more than 16 levels");
    says(std::string(70'000, ' '), "the JSON has 70000 bytes; at most 65536");
    says(R"({"sender":1,"sender":2})", "`sender` stands twice in one object");
    says(R"({"a":[{"b":1,"b":2}]})", "`b` stands twice in one object");
    says(R"({"sender":1)", "this is no JSON");
    says("{\"sender\":\"\xff\"}", "this is no JSON");
    EXPECT_TRUE(parse_json(R"([{"a":1},{"a":2}])"));
}

/// Whether the value has the shape that the schema asks for; types, enums and required keys only.
bool fits(const Json& schema, const Json& value) {
    if (schema.contains("anyOf") || schema.contains("oneOf")) {
        u32 count = 0;
        for (const Json& one : schema.contains("anyOf") ? schema["anyOf"] : schema["oneOf"])
            count += fits(one, value) ? 1u : 0u;
        return count == 1;
    }
    if (schema.contains("const")) return value == schema["const"];
    if (schema.contains("enum"))
        return std::ranges::find(schema["enum"], value) != schema["enum"].end();
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    const std::string found = value.is_number_integer() ? "integer" : value.type_name();
    if (std::ranges::find(types, Json(found)) == types.end()) return false;
    if (value.is_array()) {
        return std::ranges::all_of(value,
                                   [&](const Json& one) { return fits(schema["items"], one); });
    }
    if (!value.is_object()) return true;
    for (const Json& key : schema["required"])
        if (!value.contains(key.get<std::string>())) return false;
    for (const auto& item : value.items())
        if (!schema["properties"].contains(item.key()) ||
            !fits(schema["properties"][item.key()], item.value()))
            return false;
    return true;
}

TEST(Json, TheSchemaDescribesWhatIsWritten) {
    engine::Genesis genesis = market();
    // Every position has a name, as in transactions that a machine accepts.
    genesis.assets.resize(65'536, {.name = "X", .kind = {}, .feed = {}});
    genesis.types.resize(65'536);
    genesis.clearing.underlyings.resize(65'536);
    genesis.clearing.compartments.resize(65'536);
    genesis.clearing.models.resize(65'536);
    const Json schema = transaction_schema();
    u32 read = 0;
    for (u64 seed = 0; seed < 60; ++seed) {
        Draw draw(seed);
        engine::Transaction drawn = draw.transaction();
        const Json json = to_json(drawn, genesis);
        // Kinds and rights beyond the last have no words.
        if (json.dump().find("\"kind\":2") != std::string::npos) continue;
        if (std::holds_alternative<engine::Batch>(drawn.body)) continue;
        const auto& action = std::get<engine::Action>(drawn.body);
        if (std::holds_alternative<access::GrantKey>(action)) continue;
        if (std::holds_alternative<clearing::ListInstrument>(action)) continue;
        EXPECT_TRUE(fits(schema, json)) << json.dump(2);
        EXPECT_TRUE(fits(action_schema(action.index()), json["actions"][0]));
        ++read;
    }
    EXPECT_GT(read, 20u);
    EXPECT_EQ(action_schema()["oneOf"].size(), engine::action_names().size());
    EXPECT_EQ(report_schema()["required"].size(), 5u);
}

}  // namespace
}  // namespace ballast::wire
