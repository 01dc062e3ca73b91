// One fault at a time is put into a good market; the sentence must name line, key, value and rule.
#include <ballast/market/market.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace ballast::market {
namespace {

constexpr const char* good = R"(name = "small"
time = 1583971200
debt_at_auction_max = 1_000_000
[[asset]]
name = "ETH"
kind = "collateral"
[[asset]]
name = "USDB"
kind = "synthetic"
[asset.treasury]
governance = "BAL"
surplus_target = 100
surplus_lot = 10
recapitalisation_lot = 10
[asset.pool]
remainder_min = 1
floor = 1.0
[[asset]]
name = "BAL"
kind = "governance"
feed = "BAL/USD"
[[publisher]]
name = "venue"
key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
[[feed]]
name = "ETH/USD"
fresh_seconds = "2m"
jump_max = "20 %"
sources = ["venue"]
[[feed]]
name = "BAL/USD"
sources = [{ publisher = "venue", weight = 2 }]
[[vault_type]]
name = "ETH-A"
debt_asset = "USDB"
minimum_ratio = "150 %"
liquidation_ratio = "145 %"
debt_ceiling = 1_000_000
minimum_debt = 1_000
stability_fee = "5 %"
take_cost = 10
[vault_type.collateral]
asset = "ETH"
feed = "ETH/USD"
haircut = "2 %"
cap = 100_000
[vault_type.auction]
curve = "stepped"
step_seconds = 30
cut = 0.99
buffer = 1.2
tail_seconds = "1h"
cusp = 0.4
penalty = "13 %"
chip = "0.1 %"
debt_at_auction_max = 500_000
restarts_max = 3
[vault_type.compartment]
reserve_share = "20 %"
loss_out_max = 1_000
[recapitalisation]
curve = "linear"
duration_seconds = "1h"
buffer = 1.2
tail_seconds = "1h"
cusp = 0.4
[surplus]
curve = "continuous"
cut = 0.9999
buffer = 1.2
tail_seconds = "1h"
cusp = 0.4
[[account]]
name = "alice"
balances = { ETH = 100 }
[[vault]]
owner = "alice"
type = "ETH-A"
debt = 1_000
collateral = { ETH = 10 }
)";

struct Bad {
    std::string before;  // A line of the good market...
    std::string after;   // ...and what stands there instead.
    std::vector<std::string> says;
};

std::string changed(const std::string& before, const std::string& after) {
    std::string text = good;
    const auto at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    return text.replace(at, before.size(), after);
}

void expect_fault(const Bad& bad) {
    const auto genesis = read_market(changed(bad.before, bad.after), "bad.toml");
    ASSERT_FALSE(genesis) << bad.after;
    for (const std::string& part : bad.says)
        EXPECT_NE(genesis.error().sentence.find(part), std::string::npos)
            << genesis.error().sentence << "\nlacks: " << part;
}

TEST(BadMarket, TheGoodOneIsGood) {
    const auto genesis = read_market(good, "good.toml");
    ASSERT_TRUE(genesis) << genesis.error().sentence;
}

const std::vector<Bad> shapes{
    {"name = \"small\"", "name = small", {"bad.toml:1: is not TOML"}},
    {"name = \"small\"\n", "", {"bad.toml:1: a market: lacks the key name"}},
    {"name = \"small\"", "name = \"\"", {"bad.toml:1: name: '' must be 1 to 32 bytes"}},
    {"name = \"small\"", "name = 5", {"bad.toml:1: name: '5' must be text in quotes"}},
    {"time = 1583971200",
     "time = \"yesterday\"",
     {"bad.toml:2: time: 'yesterday' is no time", "2020-03-12T00:00:00Z"}},
    {"take_cost = 10", "take_cost = 10\ntake_cost = 11", {"bad.toml:", "is not TOML"}},
    {"take_cost = 10",
     "take_costs = 10",
     {"bad.toml:33: vault_type.ETH-A: lacks the key take_cost"}},
    {"take_cost = 10",
     "take_cost = 10\nowner = 1",
     {"bad.toml:42: vault_type.ETH-A.owner: is no key of a vault type; there are: name, "}},
    {"haircut = ",
     "hair_cut = ",
     {"vault_type.ETH-A.collateral.ETH.hair_cut: is no key of a collateral",
      "did you mean 'haircut'?"}},
    {"cusp = 0.4\npenalty",
     "cusp = 0.4\nduration_seconds = 5\npenalty",
     {"vault_type.ETH-A.auction.duration_seconds: is no key of an auction"}},
    {"[vault_type.compartment]",
     "[vault_type.department]",
     {"vault_type.ETH-A: lacks the key compartment"}},
    {"[[publisher]]", "[publisher]", {"publisher: must be a list of tables: [[publisher]]"}},
    {"sources = [\"venue\"]", "sources = [5]", {"feed.ETH/USD.sources.5: must be a table"}},
    {"sources = [\"venue\"]",
     "sources = [\"venture\"]",
     {"feed.ETH/USD.sources.venture.publisher: 'venture' is not the name of a publisher",
      "there are: venue"}},
    {"debt_asset = \"USDB\"",
     "debt_asset = \"USDC\"",
     {"bad.toml:35: vault_type.ETH-A.debt_asset: 'USDC' is not the name of an asset",
      "did you mean 'USDB'?"}},
    {"debt_asset = \"USDB\"",
     "debt_asset = \"BAL\"",
     {"bad.toml:35: vault_type.ETH-A.debt_asset: 'BAL' must be a synthetic asset"}},
    {"curve = \"stepped\"",
     "curve = \"steps\"",
     {"vault_type.ETH-A.auction.curve: 'steps' is not one of its words",
      "linear, stepped, continuous, fixed_discount, health_discount"}},
    {"owner = \"alice\"",
     "owner = \"bob\"",
     {"bad.toml:77: vault.bob.owner: 'bob' must be the name of an account"}},
    {"collateral = { ETH = 10 }",
     "collateral = { BAL = 10 }",
     {"vault.alice.collateral: is not in the basket of the vault type"}},
    {"balances = { ETH = 100 }",
     "balances = { USDB = 100 }",
     {"account.alice.balances", "nobody owes (L2)"}},
    {"[surplus]",
     "[surplusses]",
     {"bad.toml:67: surplusses: is no key of a market", "did you mean 'surplus'?"}},
    {"key = \"d7", "key = \"x7", {"publisher.venue.key", "64 hexadecimal digits"}},
    {"balances = { ETH = 100 }",
     "balances = { ETH = 100 }\nkey = \"ethereum:0x12\"",
     {"account.alice.key: 'ethereum:0x12' is no key: write", "64 hexadecimal digits"}},
    {"[[account]]",
     "[access]\nsigned_transactions = true\n[[account]]",
     {"account.alice.key: is missing, must be given where transactions are signed"}},
    {"[[account]]",
     "[access]\nsigned_transactions = false\nfee_asset = \"ETH\"\n[[account]]",
     {"access.fee_asset: is no key of access"}},
    {"[[account]]",
     "[access]\nsigned_transactions = false\nfee = 1\n[[account]]",
     {"access: lacks the key fee_asset"}},
    {"[[account]]",
     "[access]\nsigned_transactions = false\nfee = -1\nfee_asset = \"ETH\"\n[[account]]",
     {"access.fee: '-1' must be at least 0"}},
    {"[[feed]]\nname = \"ETH/USD\"",
     "[[publisher]]\nname = \"venue\"\n[[feed]]\nname = \"ETH/USD\"",
     {"bad.toml:26: publisher.venue.name: 'venue' is the same as that of publishers[0]"}},
};

TEST(BadMarket, ShapeAndNames) {
    for (const Bad& bad : shapes) expect_fault(bad);
}

const std::vector<Bad> numbers{
    {"minimum_ratio = \"150 %\"",
     "minimum_ratio = \"140 %\"",
     {"bad.toml:36: vault_type.ETH-A.minimum_ratio: '140 %' must be at least 1.45"}},
    {"minimum_ratio = \"150 %\"",
     "minimum_ratio = \"much\"",
     {"minimum_ratio: 'much' is not a decimal number"}},
    {"minimum_ratio = \"150 %\"",
     "minimum_ratio = nan",
     {"minimum_ratio: 'nan' is not a finite number"}},
    {"minimum_ratio = \"150 %\"", "minimum_ratio = inf", {"is not a finite number"}},
    {"minimum_ratio = \"150 %\"",
     "minimum_ratio = 1001",
     {"minimum_ratio: '1001' is too large: at most 1000"}},
    {"minimum_ratio = \"150 %\"", "minimum_ratio = true", {"'true' must be a number"}},
    {"minimum_ratio = \"150 %\"",
     "minimum_ratio = 1.5000000001",
     {"'1.5000000001' has more than 9 digits after the point"}},
    {"minimum_debt = 1_000",
     "minimum_debt = 0.000000001",
     {"minimum_debt: '0.000000001' has more than 8 digits after the point"}},
    {"minimum_debt = 1_000",
     "minimum_debt = -1",
     {"bad.toml:39: vault_type.ETH-A.minimum_debt: '-1' must be at least 0"}},
    {"minimum_debt = 1_000", "minimum_debt = 1e39", {"minimum_debt: '1e39' is too large"}},
    {"minimum_debt = 1_000",
     "minimum_debt = 1",
     {"minimum_debt: '1' on which a keeper can count on 0.5876, less than the take_cost"}},
    {"stability_fee = \"5 %\"",
     "stability_fee = \"-5 %\"",
     {"stability_fee: '-5 %' must be from 0 to 10000 % per year"}},
    {"stability_fee = \"5 %\"",
     "stability_fee = \"5 %\"\nfee_per_second = 1",
     {"stability_fee: '5 %' says the same as fee_per_second"}},
    {"stability_fee = \"5 %\"",
     "fee_per_second = 0.9",
     {"bad.toml:40: vault_type.ETH-A.fee_per_second: '0.9' must be at least 1"}},
    {"step_seconds = 30",
     "step_seconds = \"30 parsecs\"",
     {"step_seconds: '30 parsecs' is not a duration"}},
    {"step_seconds = 30",
     "step_seconds = 0",
     {"vault_type.ETH-A.auction.step_seconds: '0' must be at least 1"}},
    {"cut = 0.99\n", "cut = \"101 %\"\n", {"auction.cut: '101 %' must be at most 1"}},
    {"penalty = \"13 %\"", "penalty = 2", {"auction.penalty: '2' must be at most 1"}},
    {"chip = \"0.1 %\"", "chip = \"20 %\"", {"auction.chip: '20 %' must be at most 0.115044247"}},
    {"restarts_max = 3", "restarts_max = 1001", {"restarts_max: '1001' must be at most 1000"}},
    {"restarts_max = 3", "restarts_max = 0.5", {"'0.5' is not a whole number"}},
    {"restarts_max = 3", "restarts_max = -1", {"'-1' must be from 0 to 4294967295"}},
    {"haircut = \"2 %\"",
     "haircut = \"200 %\"",
     {"bad.toml:45: vault_type.ETH-A.collateral.ETH.haircut: '200 %' must be at most 1"}},
    {"fresh_seconds = \"2m\"",
     "fresh_seconds = 0",
     {"bad.toml:27: feed.ETH/USD.fresh_seconds: '0' must be at least 1"}},
    {"jump_max = \"20 %\"",
     "jump_max = 0",
     {"feed.ETH/USD.jump_max: '0' must be at least 0.000000001"}},
    {"jump_max = \"20 %\"", "widen_max = 1", {"widen_max: '1' must be at most 0.999999999"}},
    {"fresh_seconds = \"2m\"",
     "quorum_count = 2",
     {"feed.ETH/USD.quorum_count: '2' must be at most 1"}},
    {"remainder_min = 1\n",
     "remainder_min = 0\n",
     {"bad.toml:16: asset.USDB.pool.remainder_min: '0' must be at least 0.01"}},
    {"surplus_lot = 10",
     "surplus_lot = 0",
     {"asset.USDB.treasury.surplus_lot: '0' must be at least 0.00000001"}},
    {"reserve_share = \"20 %\"",
     "reserve_share = \"120 %\"",
     {"vault_type.ETH-A.compartment.reserve_share: '120 %' must be at most 1"}},
    {"weight = 2", "weight = 0", {"feed.BAL/USD.sources.venue.weight: '0' must be at least 1"}},
    {"debt_at_auction_max = 1_000_000",
     "debt_at_auction_max = -1",
     {"bad.toml:3: debt_at_auction_max: '-1' must be at least 0"}},
};

TEST(BadMarket, NumbersAndLimits) {
    for (const Bad& bad : numbers) expect_fault(bad);
}

TEST(BadMarket, FilesThatAreNoMarkets) {
    EXPECT_FALSE(load_market("/does/not/exist.toml"));
    EXPECT_FALSE(read_market("", "empty.toml"));
    EXPECT_FALSE(read_market(std::string("\0\xff\xfe", 3), "bytes.toml"));
    const std::string text = good;
    std::size_t refused = 0;
    for (std::size_t length = 0; length + 1 < text.size(); length += 7)
        refused += read_market(text.substr(0, length), "torn.toml") ? 0u : 1u;
    // Only what is torn off within the optional lists at the end is still a market.
    EXPECT_GT(refused, text.size() / 7 - 20);
}

}  // namespace
}  // namespace ballast::market
