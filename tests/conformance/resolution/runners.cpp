/// Auctions of whole accounts as Derive's own tests take them, and liquidation at an incentive.
#include <ballast/conformance/runners.hpp>
#include <ballast/conform_resolution/decimals.hpp>
#include <ballast/conformance/csv.hpp>
#include <ballast/portfolio/remedy.hpp>

#include <array>

namespace ballast::conformance {

namespace {

using namespace resolution;
using portfolio::Auction;
using portfolio::Loan;
using portfolio::Standing;

constexpr i128 wad = 1'000'000'000'000'000'000;

// ---- Derive: a take per action

// The auction of the tests that the file was taken from (v2-core, PMRMTestBase); what the file's
// meta names is the auction of the unit tests, which start at 1.0.
portfolio::Terms derive_terms() {
    portfolio::Terms terms;
    terms.top = Ratio::units(980'000'000);
    terms.knee = Ratio::units(800'000'000);
    terms.fast_seconds = 100;
    terms.slow_seconds = 14'400;
    terms.insolvent_seconds = 600;
    terms.buffer = Ratio::units(200'000'000);
    terms.fee = Ratio::units(20'000'000);
    return terms;
}

constexpr Near to_a_millionth_millionth{1'000'000, 18};

Cash wads(const Json& object, std::string_view key) {
    return Cash::units(whole_of(object, key));
}

// A fraction of 10^18, as the contracts give it.
i128 parts_of(const portfolio::Fraction& fraction) {
    return portfolio::part(wad, fraction, Round::down);
}

struct Sequence {
    portfolio::Terms terms = derive_terms();
    Auction auction;
    u64 start = 0;
    bool first = true;
    Cash cash;      // What the account holds after the last take, and
    i128 size = 0;  // what it has of its first option.
};

// The fee at the start is known from figures of the start alone.
void check_fee(Case& test, const Sequence& sequence, const Json& scenario, const Json& action) {
    if (!sequence.first || small_or(action, "Time", 0) != sequence.start) return;
    const Cash fee = Cash::units(decimal(text_of(scenario, "LiquidationFee"), 18));
    const Json& results = action["Results"];
    const Standing before{wads(results, "PreMtM") + fee, wads(results, "PreMM") + fee, {}};
    const auto opening = portfolio::open(sequence.terms, {}, before, sequence.start);
    if (!opening) return test.fail("opening", "an auction", std::string(name(opening.error())));
    to_a_millionth_millionth(test, "LiquidationFee", fee.units(), opening->fee.units());
}

// What was left of the account by the last take is what the peer's account holds at this one.
void check_rest(Case& test, const Sequence& sequence, const Json& account) {
    if (sequence.first) return;
    to_a_millionth_millionth(test, "Cash", whole_of(account, "Cash"), sequence.cash.units());
    const Json& amounts = array_of(account, "OptionAmounts");
    if (amounts.empty()) return;
    to_a_millionth_millionth(test, "OptionAmounts", whole_of(Json{{"first", amounts[0]}}, "first"),
                             sequence.size);
}

Standing after(const Standing& before, const portfolio::TakePlan& plan) {
    const auto rest = [&](Cash worth) {
        return portfolio::cut(worth, plan.reserved, plan.fraction).left + plan.paid;
    };
    return {rest(before.mark), rest(before.maintenance), {}};
}

void check_take(Case& test, Sequence& sequence, const Json& action, u64 now) {
    const Json& results = action["Results"];
    const Near near = to_a_millionth_millionth;
    const Standing standing{wads(results, "PreMtM"), wads(results, "PreMM"), {}};
    near(test, "PreBM", whole_of(results, "PreBM"),
         portfolio::buffer_margin(sequence.terms, standing).units());
    if (sequence.auction.leg == portfolio::Leg::solvent)
        near(test, "PreFMax", whole_of(results, "PreFMax"),
             parts_of(portfolio::fraction_max(sequence.terms, sequence.auction, standing, now)));

    const portfolio::Take take{{whole_of(action["Liquidator"], "PercentWant"), wad},
                               portfolio::cash_max};
    const auto plan = portfolio::check_take(sequence.terms, sequence.auction, standing, now,
                                            {take, portfolio::cash_max});
    if (!plan) return test.fail("take", "accepted", std::string(name(plan.error())));
    near(test, "ExpectedBidPrice", whole_of(results, "ExpectedBidPrice"), plan->paid.units());
    near(test, "SMPayout", -whole_of(results, "SMPayout"), plan->drawn.units());
    near(test, "fLiquidatedOfOriginal", whole_of(results, "fLiquidatedOfOriginal"),
         parts_of(plan->fraction));

    const Standing left = after(standing, *plan);
    const Json& account = action["PortfolioAndFeeds"];
    sequence.cash =
        portfolio::cut(wads(account, "Cash"), plan->reserved, plan->fraction).left + plan->paid;
    if (const Json& amounts = array_of(account, "OptionAmounts"); !amounts.empty())
        sequence.size =
            portfolio::cut(Amount::units(whole_of(Json{{"first", amounts[0]}}, "first")),
                           plan->fraction)
                .left.units();
    portfolio::apply_take(sequence.auction, *plan);
    near(test, "PostMtM", whole_of(results, "PostMtM"), left.mark.units());
    near(test, "PostMM", whole_of(results, "PostMM"), left.maintenance.units());
    near(test, "PostBM", whole_of(results, "PostBM"),
         portfolio::buffer_margin(sequence.terms, left).units());
    if (sequence.auction.leg == portfolio::Leg::solvent)
        near(test, "PostFMax", whole_of(results, "PostFMax"),
             parts_of(portfolio::fraction_max(sequence.terms, sequence.auction, left, now)));
}

void derive_sequences(const std::filesystem::path& file, Tally& tally) {
    tally.note =
        "a case per take, within 1e-12, as the peer asserts; its auction is its test's own";
    const Json document = read_json(file);
    for (const auto& [key, scenario] : document.at("cases").items()) {
        Sequence sequence;
        sequence.start = small_or(scenario, "StartTime", 0);
        sequence.auction.open = true;
        sequence.auction.started = sequence.start;
        for (const Json& action : array_of(scenario, "Actions")) {
            const u64 now = small_or(action, "Time", 0);
            Case test(tally, key + " at " + std::to_string(now));
            if (sequence.first && whole_of(action["Results"], "PreMtM") < 0)
                portfolio::turn(sequence.auction, sequence.start);
            check_fee(test, sequence, scenario, action);
            check_rest(test, sequence, action["PortfolioAndFeeds"]);
            check_take(test, sequence, action, now);
            sequence.first = false;
        }
    }
}

// ---- Liquidation at an incentive

constexpr u32 places = 24;
constexpr Near to_twenty_decimals{10'000, places};
constexpr Near to_eighteen_decimals{1'000'000, places};
constexpr i128 unit = wad * 1'000'000;  // 10^24

Ratio ratio_in(const CsvRow& row, std::string_view column) {
    return Ratio::units(static_cast<i64>(decimal(row.text(column), 9)));
}

void paths(const std::filesystem::path& file, Tally& tally) {
    tally.note = "to 20 decimals; loan to value to 18";
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where());
        Loan loan{Cash::units(unit), Cash::units(decimal(row.text("ltv0"), places))};
        for (u64 step = 0; step < row.small("step"); ++step)
            loan = portfolio::liquidate(loan, ratio_in(row, "incentive"),
                                        ratio_in(row, "close_factor"));
        to_twenty_decimals(test, "collateral", decimal(row.text("collateral"), places),
                           loan.collateral.units());
        to_twenty_decimals(test, "debt", decimal(row.text("debt"), places), loan.debt.units());
        if (row.text("ltv") == "inf") {
            test.same("ltv is infinite", true, loan.collateral.zero());
            continue;
        }
        const auto ltv =
            math::mul_div(loan.debt.units(), unit, loan.collateral.units(), Round::down);
        to_eighteen_decimals(test, "ltv", decimal(row.text("ltv"), places), ltv.value());
    }
}

void check_frontier(Case& test, const CsvRow& row, Ratio incentive) {
    const i128 frontier = decimal(row.text("toxic_ltv_frontier_1_over_1_plus_i"), places);
    const auto heals = [&](i128 debt) {
        return portfolio::incentive_heals(Cash::units(debt), Cash::units(unit), incentive);
    };
    test.same("heals just under the frontier", true, heals(frontier - 100));
    test.same("heals just past the frontier", false, heals(frontier + 100));
}

// A loan at health 0.99, in units of which a hundredth is whole.
void spirals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "to 20 decimals, from a loan at health 0.99";
    constexpr i128 hundredth = unit / 100;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where());
        const Ratio incentive = ratio_in(row, "incentive");
        const Ratio threshold = ratio_in(row, "lltv");
        const Loan loan{Cash::units(99 * hundredth),
                        Cash::units(decimal(row.text("lltv"), places))};
        check_frontier(test, row, incentive);
        to_twenty_decimals(test, "ltv", decimal(row.text("ltv_at_hf_0.99"), places),
                           loan.debt.units() * 100 / 99);
        test.same("improves", row.flag("liquidation_improves_health"),
                  portfolio::incentive_heals(loan.debt, loan.collateral, incentive));

        const auto part =
            portfolio::repay_part(loan, {threshold, Ratio::units(1'050'000'000), incentive});
        const std::string& expected = row.text("repay_fraction_to_target_hf_1.05");
        const bool reachable = !expected.empty() && expected.front() != '-' &&
                               expected.find_first_not_of("0123456789.") == std::string::npos;
        test.same("target is reachable", reachable, part.has_value());
        if (part && reachable)
            to_twenty_decimals(test, "repaid part", decimal(expected, places),
                               static_cast<i128>(part->units() / 1000));

        // Of a debt beyond all collateral, what is repaid is what collateral pays for.
        const Loan hopeless{loan.collateral, Cash::units(10 * unit)};
        const Loan left = portfolio::liquidate(hopeless, incentive, Ratio::units(ratio_one));
        const auto most = math::mul_div((hopeless.debt - left.debt).units(), unit,
                                        loan.debt.units(), Round::down);
        to_twenty_decimals(
            test, "most that collateral repays",
            decimal(row.text("max_repayable_debt_fraction_before_collateral_exhausted"), places),
            most.value());
    }
}

constexpr std::array runners{
    Runner{"derive", "dutch_auction_liquidation_sims*.json", derive_sequences},
    Runner{"quant", "liquidation_path*.csv", paths},
    Runner{"quant", "liquidation_spiral*.csv", spirals},
};

}  // namespace

std::span<const Runner> resolution_runners() {
    return runners;
}

}  // namespace ballast::conformance
