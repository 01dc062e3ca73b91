/// dYdX v4: what a liquidation takes, at which price, and what insurance gains or loses.
#include <ballast/conform_notional/dydx.hpp>

#include <algorithm>

namespace ballast::conformance::dydx {

namespace {

const Json& part(const Json& row, std::string_view key) {
    if (!row.is_object() || !row.contains(key)) throw Malformed("no key " + std::string(key));
    return row[std::string(key)];
}

// A figure of the row's liquidation parameters, or the peer's own.
Whole parameter(const Json& row, const char* group, const char* key, const Whole& otherwise) {
    if (!row.contains("liquidationConfig")) return otherwise;
    const Json& all = row["liquidationConfig"];
    return whole_or(*group == '\0' ? all : part(all, group), key, otherwise);
}

// The position that a liquidation closes by `delta`, before and after.
struct Closing {
    Account account;
    Whole quantums;
    Danger before;
    Danger after;
    Danger whole;  // Of the account.
};

Closing closing_of(const Json& row, const Whole& delta) {
    Closing closing;
    closing.account = account_of(row);
    const u64 id = small_or(row, "perpetualId", 0);
    const auto found = closing.account.positions.find(id);
    if (found != closing.account.positions.end()) closing.quantums = found->second.quantums;
    if (closing.quantums.sign() * delta.sign() != -1 ||
        absolute(closing.quantums) < absolute(delta))
        throw PeerError{"types.ErrInvalidPerpetualPositionSizeDelta"};
    const Perpetual& perpetual = closing.account.perpetual(id);
    closing.before = risk_of(perpetual, closing.quantums).danger();
    closing.after = risk_of(perpetual, closing.quantums + delta).danger();
    closing.whole = closing.account.risk().danger();
    return closing;
}

void bankruptcy(const Json& row, Case& test) {
    const Closing closing = closing_of(row, whole_of(row, "deltaQuantums"));
    const Cash value = notional::bankruptcy_value(closing.whole, closing.before, closing.after);
    same(test, row, "expectedBankruptcyPriceQuoteQuantums", value.units());
}

// Our spread is a whole number of units; in units of a billionth of a quantum it is rounded up by
// less than one of them, within which the price that the peer gives as a fraction must lie.
void fillable(const Json& row, Case& test) {
    const Closing closing = closing_of(row, whole_of(row, "deltaQuantums"));
    const char* group = "FillablePriceConfig";
    const notional::FillableTerms terms{
        ratio_of(parameter(row, group, "BankruptcyAdjustmentPpm", 1'000'000)),
        ratio_of(parameter(row, group, "SpreadToMaintenanceMarginRatioPpm", 100'000))};
    constexpr i128 fine = 1'000'000'000;
    const auto finer = [](Cash cash) { return Cash::units(cash.units() * fine); };
    const Danger account{finer(closing.whole.net), finer(closing.whole.maintenance)};
    const Cash spread =
        notional::fillable_spread(terms, account, finer(closing.before.maintenance));
    const Whole value = Whole((finer(closing.before.net) - spread).units());
    if (!row.contains("expectedFillablePrice")) return;
    const Json& price = row["expectedFillablePrice"];
    const Whole expected = whole_of(price, "num") * closing.quantums * fine;
    const Whole got = value * whole_of(price, "den");
    if (absolute(got - expected) > absolute(whole_of(price, "den")) * 2)
        test.fail("price times size, 10^-9 quantums", expected.text(), got.text());
}

void subticks(const Json& row, Case& test) {
    const Json& pair = part(row, "clobPair");
    const Json& price = part(row, "fillablePrice");
    const int exponent = static_cast<int>(whole_or(pair, "QuantumConversionExponent", 0).small());
    const Whole scale = power_of_ten(static_cast<u32>(exponent < 0 ? -exponent : exponent));
    Whole numerator = whole_of(price, "num");
    Whole denominator = whole_or(price, "den", 1);
    if (exponent < 0) {
        numerator = numerator * scale;
    } else {
        denominator = denominator * scale;
    }
    // A seller asks for a whole tick more, a buyer for one less.
    const bool up = row.value("isLiquidatingLong", false);
    const Whole tick = whole_or(pair, "SubticksPerTick", 1);
    const Whole rounded = up ? ceiled(numerator, denominator) : floored(numerator, denominator);
    const Whole aligned = (up ? ceiled(rounded, tick) : floored(rounded, tick)) * tick;
    const Whole most = Whole(i128{~u64{0}}) / tick * tick;
    same(test, row, "expectedSubticks", std::min(most, std::max(tick, aligned)));
}

void insurance(const Json& row, Case& test) {
    const Whole filled = whole_of(row, "fillAmount");
    if (filled.zero()) throw PeerError{"types.ErrInvalidQuantumsForInsuranceFundDeltaCalculation"};
    const bool buys = row.value("isBuy", false);
    const Closing closing = closing_of(row, buys ? filled : -filled);
    // The order book's exponent of the peer's BTC and ETH.
    const int exponent = small_or(row, "perpetualId", 0) == 0 ? -8 : -9;
    const Whole traded = times_power_of_ten(whole_of(row, "subticks") * filled, exponent);
    const Cash received = cash_of(buys ? -traded : traded);
    const Cash value = notional::bankruptcy_value(closing.whole, closing.before, closing.after);
    const Ratio fee = ratio_of(parameter(row, "", "MaxLiquidationFeePpm", 5'000));
    same(test, row, "expectedLiquidationInsuranceFundDeltaBig",
         notional::insurance_delta(received, value, fee).units());
}

void position_limits(const Json& row, Case& test) {
    const Json& call = part(row, "positionToLiquidate");
    if (position_id(call) != 0) throw PeerError{"perptypes.ErrPerpetualDoesNotExist"};
    const Cash notional = cash_of(bitcoin().notional(position_of(call).quantums));
    const char* group = "PositionBlockLimits";
    const notional::Span span = notional::liquidatable_notional(
        notional, cash_of(parameter(row, group, "MinPositionNotionalLiquidated", 1'000)),
        ratio_of(parameter(row, group, "MaxPositionPortionLiquidatedPpm", 1'000'000)));
    same(test, row, "expectedMinPosNotionalLiquidatable", span.least.units());
    same(test, row, "expectedMaxPosNotionalLiquidatable", span.most.units());
}

// What is left of a limit per block; empty where it is exceeded already.
std::string left_of(const Whole& limit, const Whole& used) {
    return used > limit ? "" : (limit - used).text();
}

std::string error_name(const Json& row, const char* key) {
    if (!row.contains(key)) return "";
    const Json& error = row[key];
    return text_of(error.contains("$ref") ? error : error["args"].at(0), "$ref");
}

void account_limit(const Json& row, Case& test, const std::string& what, const std::string& left,
                   const std::string& refusal) {
    const std::string expected = "expectedMax" + what;
    // A perpetual is liquidated once a block; the test asks for that with the number 0.
    const bool again = whole_or(row, "previouslyLiquidatedPerpetualId", 0).zero();
    const std::string error = again          ? "types.ErrSubaccountHasLiquidatedPerpetual"
                              : left.empty() ? refusal
                                             : "";
    test.same(expected + "Err", error_name(row, (expected + "Err").c_str()), error);
    if (error.empty()) test.same(expected, whole_of(row, expected).text(), left);
}

void account_limits(const Json& row, Case& test) {
    const char* group = "SubaccountBlockLimits";
    const Whole most = i128{~u64{0}};
    account_limit(row, test, "NotionalLiquidatable",
                  left_of(parameter(row, group, "MaxNotionalLiquidated", most),
                          whole_or(row, "previousNotionalLiquidated", 0)),
                  "types.ErrLiquidationExceedsSubaccountMaxNotionalLiquidated");
    account_limit(row, test, "InsuranceLost",
                  left_of(parameter(row, group, "MaxQuantumsInsuranceLost", most),
                          absolute(whole_or(row, "previousInsuranceFundLost", 0))),
                  "types.ErrLiquidationExceedsSubaccountMaxInsuranceLost");
}

// --- open interest ----------------------------------------------------------------------------

const Json& only_update(const Json& side) {
    if (!side.contains("PerpetualUpdates") || side["PerpetualUpdates"].size() != 1)
        throw PeerError{"types.ErrMatchUpdatesMustUpdateOnePerp"};
    return side["PerpetualUpdates"][0];
}

// How much longer an account gets.
Whole longer_by(const Json& side, u64 perpetual, const Whole& change) {
    Whole held;
    const Json& account = side["SettledSubaccount"];
    if (account.is_object() && account.contains("PerpetualPositions"))
        for (const Json& call : account["PerpetualPositions"])
            if (position_id(call) == perpetual) held = position_of(call).quantums;
    return std::max(Whole(0), held + change) - std::max(Whole(0), held);
}

Whole open_interest_change(const Json& sides, u64& perpetual) {
    if (sides.size() != 2) throw PeerError{"types.ErrMatchUpdatesMustHaveTwoUpdates"};
    const Json& first = only_update(sides[0]);
    const Json& second = only_update(sides[1]);
    perpetual = small_or(first, "PerpetualId", 0);
    if (perpetual != small_or(second, "PerpetualId", 0))
        throw PeerError{"types.ErrMatchUpdatesMustBeSamePerpId"};
    const Whole a = whole_of(first, "BigQuantumsDelta");
    const Whole b = whole_of(second, "BigQuantumsDelta");
    if (!(a + b).zero()) throw PeerError{"types.ErrMatchUpdatesInvalidSize"};
    return longer_by(sides[0], perpetual, a) + longer_by(sides[1], perpetual, b);
}

void open_interest(const Json& row, Case& test) {
    u64 perpetual = 0;
    Whole change;
    if (text_of(part(row, "updateType"), "$ref") == "types.Match")
        change = open_interest_change(array_of(row, "settledUpdates"), perpetual);
    if (!row.contains("expectedVal")) return;
    const Json& expected = row["expectedVal"];
    test.same("a change", !expected.is_null(), !change.zero());
    if (expected.is_null() || change.zero()) return;
    same(test, expected, "BaseQuantums", change);
    same(test, expected, "PerpetualId", i128{perpetual});
}

template <void (*answer)(const Json&, Case&)>
void table(const std::filesystem::path& file, Tally& tally) {
    each(file, tally, answer);
}

}  // namespace

void liquidation_tables(std::vector<Runner>& runners) {
    const auto add = [&](std::string_view pattern, Run run) {
        runners.push_back({"dydx", pattern, run});
    };
    add("TestGetBankruptcyPriceInQuoteQuantums.json", table<bankruptcy>);
    add("TestGetFillablePrice.json", table<fillable>);
    add("TestConvertFillablePriceToSubticks.json", table<subticks>);
    add("TestGetLiquidationInsuranceFundDelta.json", table<insurance>);
    add("TestGetMaxAndMinPositionNotionalLiquidatable.json", table<position_limits>);
    add("TestGetMaxLiquidatableNotionalAndInsuranceLost.json", table<account_limits>);
    add("TestGetDeltaOpenInterestFromUpdates.json", table<open_interest>);
}

}  // namespace ballast::conformance::dydx
