/// Liquity's stability pool and its decay of the base rate.
#include <ballast/conform_liquity/liquity_pool.hpp>
#include <ballast/conformance/csv.hpp>
#include <ballast/conformance/json.hpp>
#include <ballast/conformance/runners.hpp>

#include <ballast/math/power.hpp>

#include <array>
#include <optional>
#include <utility>

namespace ballast::conformance {

namespace {

using liquity::Pool;
using math::U256;

u128 amount_of(const U256& number) {
    if (!number.fits_u128()) throw Malformed(math::to_decimal(number) + " exceeds 128 bits");
    return number.to_u128();
}

void decay(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in all 18 decimals";
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where());
        test.same("decpow_wad", row.number("decpow_wad"),
                  math::decayed_power(row.number("base_wad"), row.small("minutes")));
    }
}

// ---- The executed pool ----

constexpr std::array<const char*, 4> deposit_columns{"dep0", "dep1", "dep2", "dep3"};
constexpr std::array<const char*, 4> gain_columns{"gain0", "gain1", "gain2", "gain3"};

void act(Pool& pool, const CsvRow& row) {
    const std::string& op = row.text("op");
    const u128 amount = amount_of(row.number("amount"));
    u128 left = 0;
    if (op == "deposit") {
        pool.deposit(row.text("user"), amount);
    } else if (op == "withdraw") {
        pool.withdraw(row.text("user"), amount, left);
    } else if (op == "offset") {
        pool.offset(amount, amount_of(row.number("coll")));
    } else if (op != "withdraw_revert") {
        throw Malformed(row.where() + ": an op '" + op + "'");
    }
}

void executed(const std::filesystem::path& file, Tally& tally) {
    tally.note =
        "exact; withdraw_revert rows are refusals by the run's stubbed peers: nothing may move";
    const Csv csv(file);
    Pool pool;
    std::string episode;
    for (const CsvRow& row : csv.rows()) {
        if (std::exchange(episode, row.text("episode")) != row.text("episode")) pool = Pool();
        act(pool, row);
        Case test(tally, row.where());
        test.same("total_deposits", row.number("total_deposits"), U256(pool.total()));
        test.same("pool_coll", row.number("pool_coll"), U256(pool.collateral()));
        test.same("P", row.number("P"), pool.product());
        test.same("scale", row.number("scale"), U256(pool.scale()));
        for (std::size_t user = 0; user < deposit_columns.size(); ++user) {
            const std::string who = std::to_string(user);
            test.same(deposit_columns[user], row.number(deposit_columns[user]),
                      U256(pool.deposit_of(who)));
            test.same(gain_columns[user], row.number(gain_columns[user]), U256(pool.gain_of(who)));
        }
    }
}

// ---- The sequences of the peer's own tests ----

// What has happened in a sequence so far.
struct Story {
    Pool pool;
    std::map<std::pair<std::string, u64>, u128> gains;  // By depositor and number of the operation.
    std::map<std::string, u128> withdrawn;              // The last withdrawal of each.
};

void act(Story& story, const Json& op) {
    const std::string kind = text_of(op, "op");
    if (kind == "price") return;
    if (kind == "offset") {
        story.pool.offset(amount_of(number_of(op, "debt")), amount_of(number_of(op, "coll")));
        return;
    }
    const std::string who = text_of(op, "who");
    const u128 amount = amount_of(number_of(op, "amount"));
    const std::pair key(who, small_or(op, "i", 0));
    if (kind == "deposit") {
        story.gains[key] = story.pool.deposit(who, amount);
    } else if (kind == "withdraw") {
        u128 left = 0;
        story.gains[key] = story.pool.withdraw(who, amount, left);
        if (left > 0) story.withdrawn[who] = left;
    } else {
        throw Malformed("an op '" + kind + "'");
    }
}

// The first argument of a view.
std::string argument_of(const Json& expected) {
    const Json& arguments = array_of(expected, "args");
    if (arguments.empty() || !arguments[0].is_string()) throw Malformed("a view of nobody");
    return arguments[0].get<std::string>();
}

std::optional<U256> observed(const Story& story, const Json& expected, u64 at) {
    const std::string quantity = text_of(expected, "quantity");
    if (quantity == "stabilityPool.P") return story.pool.product();
    if (quantity == "stabilityPool.currentScale") return U256(story.pool.scale());
    if (quantity == "stabilityPool.getTotalLUSDDeposits") return U256(story.pool.total());
    if (quantity == "stabilityPool.getCompoundedLUSDDeposit")
        return U256(story.pool.deposit_of(argument_of(expected)));
    if (quantity == "stabilityPool.getDepositorETHGain")
        return U256(story.pool.gain_of(argument_of(expected)));
    if (quantity == "coll_gain") {
        const auto gain = story.gains.find({text_of(expected, "who"), at});
        return gain == story.gains.end() ? std::nullopt : std::optional(U256(gain->second));
    }
    if (quantity == "compounded_deposit_withdrawn") {
        const std::string who = text_of(expected, "who");
        if (who == "stabilityPool") return U256(story.pool.total());  // Its balance of LUSD.
        const auto amount = story.withdrawn.find(who);
        return U256(amount == story.withdrawn.end() ? u128{0} : amount->second);
    }
    return std::nullopt;
}

// A whole number that may be written as 6e+22.
U256 power_notation(const std::string& text) {
    const std::size_t e = text.find('e');
    U256 value = number_of(Json(text.substr(0, e)));
    if (e == std::string::npos) return value;
    const u64 zeros = small_of(Json(text.substr(text.find_first_of("0123456789", e))));
    if (zeros > 60) throw Malformed("'" + text + "' is no number of 256 bits");
    for (u64 i = 0; i < zeros; ++i) value = value * U256(10);
    return value;
}

// The peer's own tolerance.  Where it compares P exactly, one unit: the debts in the file are those
// that its helper was asked to open, and a debt that was opened one wei smaller moves P by one.
U256 bound_of(const Json& expected) {
    const auto bound = expected.find("tol");
    if (bound != expected.end() && !bound->is_null())
        return power_notation(text_of(expected, "tol"));
    return U256(text_of(expected, "quantity") == "stabilityPool.P" ? 1 : 0);
}

u64 moment_of(const Json& expected) {
    return small_or(expected, "after_op", small_or(expected, "at_op", 0));
}

void expect_all(Tally& tally, const Story& story, const Json& sequence, u64 from, u64 to) {
    for (const Json& expected : array_of(sequence, "expected")) {
        const u64 at = moment_of(expected);
        if (at < from || at >= to) continue;
        const std::string quantity = text_of(expected, "quantity");
        Case test(tally, text_of(sequence, "name") + ", after op " + std::to_string(at));
        const auto got = observed(story, expected, at);
        if (got) {
            test.near(quantity, power_notation(text_of(expected, "expected")), *got,
                      bound_of(expected));
        } else {
            test.fail(quantity, text_of(expected, "expected"), "nothing that answers to this");
        }
    }
}

void sequences(const std::filesystem::path& file, Tally& tally) {
    tally.note =
        "within the peer's own tolerance, else exact; P +-1, as the debts in the file are nominal";
    const Json document = read_json(file);
    for (const Json& sequence : array_of(document, "cases")) {
        Story story;
        u64 next = 0;
        for (const Json& op : array_of(sequence, "ops")) {
            const u64 number = small_or(op, "i", next);
            expect_all(tally, story, sequence, next, number);
            act(story, op);
            next = number;
        }
        expect_all(tally, story, sequence, next, ~u64{0});
    }
}

constexpr std::array<Runner, 3> runners{{
    {"liquity", "liquity_decpow*.csv", decay},
    {"liquity", "liquity_sp_exec*.csv", executed},
    {"liquity", "*stability_pool_sequences*.json", sequences},
}};

}  // namespace

std::span<const Runner> liquity_runners() {
    return runners;
}

}  // namespace ballast::conformance
