#include <ballast/conform_statistics/statistics.hpp>

#include <ballast/conformance/csv.hpp>
#include <ballast/conformance/json.hpp>
#include <ballast/derivatives/statistics.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ballast::conformance::statistics {

namespace {

using derivatives::Bar;

constexpr double tolerance = 1e-9;
constexpr const char* bound = "within 1e-9, relative or absolute";

void close(Case& test, std::string_view what, double expected, double got) {
    if (std::abs(expected - got) <= tolerance * std::max(1.0, std::abs(expected))) return;
    test.fail(what, std::to_string(expected), std::to_string(got));
}

void close_relative(Case& test, std::string_view what, double expected, double got) {
    if (std::abs(expected - got) <= tolerance * std::abs(expected)) return;
    test.fail(what, std::to_string(expected), std::to_string(got));
}

std::vector<Bar> bars_of(const std::filesystem::path& file) {
    std::vector<Bar> bars;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows())
        bars.push_back({row.real("open"), row.real("high"), row.real("low"), row.real("close")});
    if (bars.size() < 3) throw Malformed(file.string() + ": has too few bars");
    return bars;
}

double mean_of(const std::vector<Bar>& bars, double (*variance)(const Bar&)) {
    double sum = 0;
    for (const Bar& bar : bars) sum += variance(bar);
    return sum / static_cast<double>(bars.size());
}

}  // namespace

void proportion_of_failures(const std::filesystem::path& file, Tally& tally) {
    tally.note = bound;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        const auto answer =
            derivatives::kupiec(row.small("T"), row.small("exceptions"), row.real("p"));
        Case test(tally, row.where());
        close(test, "LR_pof", row.real("LR_pof"), answer.ratio);
        close(test, "p_value", row.real("p_value"), answer.p);
        test.same("reject_5pct", row.flag("reject_5pct"), answer.p < 0.05);
    }
}

void not_rejected(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact";
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        const auto answer = derivatives::kupiec_accepted(row.small("T"), row.real("p"));
        Case test(tally, row.where());
        test.same("min_exceptions", row.text("min_exceptions"), std::to_string(answer.least));
        test.same("max_exceptions", row.text("max_exceptions"), std::to_string(answer.most));
    }
}

void independence(const std::filesystem::path& file, Tally& tally) {
    tally.note = bound;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        const auto answer = derivatives::christoffersen(
            {row.small("n00"), row.small("n01"), row.small("n10"), row.small("n11")},
            row.real("p"));
        Case test(tally, row.where());
        close(test, "LR_ind", row.real("LR_ind"), answer.independence.ratio);
        close(test, "LR_cc", row.real("LR_cc"), answer.conditional.ratio);
        close(test, "p_uc", row.real("p_uc"), answer.unconditional.p);
        close(test, "p_ind", row.real("p_ind"), answer.independence.p);
        close(test, "p_cc", row.real("p_cc"), answer.conditional.p);
    }
}

void estimators(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-9 of the figure; of those that a replay computes";
    const Json json = read_json(file);
    const std::vector<Bar> bars = bars_of(file.parent_path() / "ohlc_sample.csv");
    const std::array realised{0.001, 0.0009, 0.0025, 0.002};
    const std::array forecast{0.0008, 0.001, 0.0012, 0.003};
    const auto compare = [&](const char* key, double got) {
        Case test(tally, key);
        close_relative(test, key, std::strtod(text_of(json, key).c_str(), nullptr), got);
    };
    compare("parkinson", mean_of(bars, derivatives::parkinson));
    compare("garman_klass", mean_of(bars, derivatives::garman_klass));
    compare("rogers_satchell", mean_of(bars, derivatives::rogers_satchell));
    compare("yang_zhang", derivatives::yang_zhang(bars));
    for (const double lambda : {0.94, 0.97}) {
        double state = 0;
        for (std::size_t i = 1; i < bars.size(); ++i) {
            const double move = std::log(bars[i].close / bars[i - 1].close);
            state = i == 1 ? move * move : derivatives::ewma(state, move * move, lambda);
        }
        compare(lambda < 0.95 ? "ewma_next_var_lambda_0.94" : "ewma_next_var_lambda_0.97", state);
    }
    compare("qlike_patton_example(h=.0008,.001,.0012,.003; rv=.001,.0009,.0025,.002)",
            derivatives::qlike(realised, forecast));
}

}  // namespace ballast::conformance::statistics
