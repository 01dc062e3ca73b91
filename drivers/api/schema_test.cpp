#include <ballast/api/schema.hpp>

#include <gtest/gtest.h>

namespace ballast::api {
namespace {

const Json type =
    schema::record({{"account", schema::whole(0, 100), ""},
                    {"amount", schema::decimal(), ""},
                    schema::optional("side", schema::word({"buy", "sell"}), ""),
                    schema::optional("ids", schema::list_of(schema::hex()), ""),
                    schema::optional("limits", schema::map_of(schema::decimal()), ""),
                    schema::optional("parent", schema::nullable(schema::whole()), "")});

// What is said of `text`: the field, or "fits".
std::string said(const char* text) {
    const auto wrong = misfit(type, Json::parse(text));
    return wrong ? wrong->field : "fits";
}

TEST(schema, what_fits_fits) {
    EXPECT_EQ(said(R"({"account": 3, "amount": "1.5"})"), "fits");
    EXPECT_EQ(said(R"({"account": 100, "amount": "-0", "side": "buy", "ids": ["00ff", ""],
                       "limits": {"a": "1"}, "parent": null})"),
              "fits");
    EXPECT_EQ(said(R"({"account": 0, "amount": "7", "parent": 9})"), "fits");
}

TEST(schema, the_first_misfit_is_named_by_its_path) {
    EXPECT_EQ(said(R"({"amount": "1"})"), "account");
    EXPECT_EQ(said(R"({"account": 101, "amount": "1"})"), "account");
    EXPECT_EQ(said(R"({"account": -1, "amount": "1"})"), "account");
    EXPECT_EQ(said(R"({"account": 1.0, "amount": "1"})"), "account");
    EXPECT_EQ(said(R"({"account": 99999999999999999999, "amount": "1"})"), "account");
    EXPECT_EQ(said(R"({"account": 1, "amount": 1})"), "amount");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1e3"})"), "amount");
    EXPECT_EQ(said(R"({"account": 1, "amount": "."})"), "amount");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1."})"), "amount");
    EXPECT_EQ(said(R"({"account": 1, "amount": ""})"), "amount");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1", "side": "hold"})"), "side");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1", "ids": ["00", "0"]})"), "ids[1]");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1", "limits": {"x": 2}})"), "limits.x");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1", "parent": "2"})"), "parent");
    EXPECT_EQ(said(R"({"account": 1, "amount": "1", "acount": 2})"), "acount");
    EXPECT_EQ(said("[]"), "");
}

TEST(schema, an_error_names_field_value_and_what_was_expected) {
    const auto wrong = misfit(type, Json::parse(R"({"account": 101, "amount": "1"})"));
    ASSERT_TRUE(wrong);
    const rpc::Error error = error_of(*wrong);
    EXPECT_EQ(error.code, rpc::error_code::params);
    EXPECT_EQ(error.message, "account: found 101, expected at most 100");
    EXPECT_EQ(error.data["field"], "account");
}

TEST(schema, a_long_value_is_cut_in_the_error) {
    const rpc::Error error = error_of({"field", std::string(100'000, 'x'), "less"});
    EXPECT_LT(error.message.size(), 300u);
}

}  // namespace
}  // namespace ballast::api
