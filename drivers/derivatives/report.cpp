#include <ballast/derivatives/report.hpp>

#include <ballast/files/time.hpp>
#include <ballast/replay/report.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace ballast::derivatives {

using files::Attempt;
using Json = nlohmann::ordered_json;

namespace {

std::string money(double dollars) {
    return replay::short_money(Cash::units(static_cast<i128>(std::llround(dollars * 1e8))));
}

double cents(double dollars) {
    return std::round(dollars * 100) / 100;
}

std::string p_text(double p) {
    return p < 0.0001 ? std::string("<0.0001") : fmt::format("{:.4f}", p);
}

std::string horizon_text(u64 seconds) {
    return files::duration_text(seconds);
}

Json coverage_json(const Study& study) {
    Json list = Json::array();
    for (const CoverageCount& one : study.coverage) {
        const auto at = [&](double p) {
            const Test test = kupiec(one.observations, one.over_initial, p);
            return Json{{"likelihood_ratio", test.ratio}, {"p_value", test.p}};
        };
        list.push_back({{"horizon_seconds", one.seconds},
                        {"n", one.observations},
                        {"seed", study.seed},
                        {"over_initial", one.over_initial},
                        {"over_maintenance", one.over_maintenance},
                        {"worst_loss_over_initial", one.worst_multiple},
                        {"kupiec_99", at(0.01)},
                        {"kupiec_99_5", at(0.005)},
                        {"christoffersen_independence_p",
                         christoffersen(one.transitions, 0.01).independence.p}});
    }
    return list;
}

Json json_of(const Study& study) {
    const Counts& counts = study.counts;
    const Layers& layers = study.layers;
    Json json{{"title", study.title},
              {"market", study.market_name},
              {"book", study.book},
              {"model", study.model},
              {"seed", study.seed},
              {"from", files::time_text(study.grid.start)},
              {"blocks", study.grid.blocks},
              {"block_seconds", study.grid.step},
              {"accounts", study.accounts},
              {"instruments", study.instruments},
              {"fills", counts.fills},
              {"refused", counts.refused},
              {"notional", cents(study.notional)},
              {"equity_start", cents(study.equity_start)},
              {"equity_end", cents(study.equity_end)},
              {"leverage", study.leverage()}};
    json["margin"] = {{"start", cents(study.margin_start)},
                      {"peak", cents(study.margin_peak)},
                      {"largest_rise_1_day", study.rise_day},
                      {"largest_rise_5_days", study.rise_days}};
    json["coverage"] = coverage_json(study);
    json["liquidations"] = {{"accounts", study.liquidated},
                            {"auctions", counts.auctions},
                            {"takes", counts.takes},
                            {"insolvent_auctions", counts.turned},
                            {"collateral_sales", counts.collateral_sales},
                            {"backstopped", counts.backstopped},
                            {"deleverages", counts.deleverages},
                            {"accounts_deleveraged", counts.hit}};
    json["losses"] = {
        {"keeper_gain", cents(layers.keeper_gain)}, {"insurance", cents(layers.reserve)},
        {"treasury", cents(layers.surplus)},        {"deleveraged", cents(layers.deleveraged)},
        {"socialised", cents(layers.socialised)},   {"booked", cents(layers.booked)},
        {"bad_debt_end", cents(study.bad_debt_end)}};
    json["insurance"] = {{"start", cents(study.insurance_start)},
                         {"least", cents(study.insurance_least)},
                         {"end", cents(study.insurance_end)}};
    json["keepers"] = {{"profit", cents(study.keeper_profit)},
                       {"costs", cents(counts.keeper_costs)},
                       {"rejected", counts.keeper_rejections},
                       {"reasons", counts.keeper_reasons}};
    json["refusals"] = counts.refusals;
    json["audit"] = study.findings;
    json["chain"] = files::hex_text(study.chain);
    json["root"] = files::hex_text(study.root);
    json["height"] = study.height;
    json["notes"] = study.notes;
    return json;
}

std::string coverage_text(const Study& study) {
    std::string out =
        fmt::format("\n{:<10} {:>7} {:>9} {:>12} {:>10} {:>11} {:>11}\n", "horizon", "n",
                    "> initial", "> maintenance", "worst/IM", "p at 99 %", "p at 99.5 %");
    for (const CoverageCount& one : study.coverage)
        out += fmt::format("{:<10} {:>7} {:>9} {:>13} {:>10.2f} {:>11} {:>11}\n",
                           horizon_text(one.seconds), one.observations, one.over_initial,
                           one.over_maintenance, one.worst_multiple,
                           p_text(kupiec(one.observations, one.over_initial, 0.01).p),
                           p_text(kupiec(one.observations, one.over_initial, 0.005).p));
    return out + fmt::format(
                     "n: accounts times intervals, positions as opened; p: Kupiec's test of losses "
                     "over the initial margin at that quantile, seed '{}';\n"
                     "accounts of one book lose together, so p is a guide and no proof\n",
                     study.seed);
}

std::string losses_text(const Study& study) {
    const Layers& layers = study.layers;
    const Counts& counts = study.counts;
    std::string out;
    const auto line = [&](const char* what, double dollars, const std::string& note) {
        out += fmt::format("  {:<22} {:>10}  {}\n", what, money(dollars), note);
    };
    line("keepers' discount", layers.keeper_gain,
         fmt::format("{} takes, {} sales of collateral; their profit {}", counts.takes,
                     counts.collateral_sales, money(study.keeper_profit)));
    line("insurance", layers.reserve, "");
    line("treasury", layers.surplus,
         fmt::format("the two held {} at the start, {} at least", money(study.insurance_start),
                     money(study.insurance_least)));
    line("deleveraging", layers.deleveraged,
         fmt::format("{} positions of {} accounts", counts.deleverages, counts.hit));
    line("socialised", layers.socialised, "");
    line("booked as bad debt", layers.booked,
         fmt::format("{} at the end", money(study.bad_debt_end)));
    return out;
}

}  // namespace

std::string summary(const Study& study) {
    const Counts& counts = study.counts;
    std::string out =
        fmt::format("{}: {}\n{} under {}, {} accounts, {} instruments, seed '{}'\n",
                    study.covered() ? "COVERED" : "NOT COVERED", study.title, study.book,
                    study.model, study.accounts, study.instruments, study.seed);
    out += fmt::format("{} blocks of {} s from {}\n", study.grid.blocks, study.grid.step,
                       files::time_text(study.grid.start));
    out += fmt::format("\nopened   {} of notional on {} of equity: leverage {:.2f}; {} fills",
                       money(study.notional), money(study.equity_start), study.leverage(),
                       counts.fills);
    if (counts.refused > 0) {
        out += fmt::format("; {} refused", counts.refused);
        for (const auto& [reason, count] : counts.refusals)
            out += fmt::format(" ({} {})", reason, count);
    }
    out += fmt::format(
        "\nmargin   {} at the start, {} at its peak; largest rise x{:.2f} in a day, x{:.2f} in "
        "five\n",
        money(study.margin_start), money(study.margin_peak), study.rise_day, study.rise_days);
    out += fmt::format(
        "equity   {} at the end\nliquidated {} accounts: {} auctions, {} of them insolvent; {} "
        "went "
        "to the backstop\n",
        money(study.equity_end), study.liquidated, counts.auctions, counts.turned,
        counts.backstopped);
    out += coverage_text(study);
    out += "\nlosses by layer\n" + losses_text(study);
    out += fmt::format("\naudit of the final state: {}\n",
                       study.findings.empty() ? "every law holds" : "VIOLATED");
    for (const std::string& finding : study.findings) out += "  " + finding + "\n";
    out += fmt::format("root {} at height {}\n", files::hex_text(study.root), study.height);
    for (const std::string& note : study.notes) out += fmt::format("note: {}\n", note);
    return out;
}

std::string summary_json(const Study& study) {
    return json_of(study).dump(2) + "\n";
}

std::string comparison(const std::vector<Study>& studies) {
    if (studies.empty()) return {};
    const Study& first = studies.front();
    std::string out = fmt::format("{}\n{}, {} accounts, {} of notional, seed '{}'\n\n", first.title,
                                  first.book, first.accounts, money(first.notional), first.seed);
    out += fmt::format("{:<16} {:>9} {:>9} {:>7} {:>7} {:>9} {:>9} {:>6} {:>9} {:>9} {:>9}\n",
                       "model", "margin", "peak", "x 1 day", "refused", "> IM 1 h", "> IM 1 d",
                       "liq.", "layers", "delever.", "bad debt");
    for (const Study& study : studies)
        out += fmt::format(
            "{:<16} {:>9} {:>9} {:>7.2f} {:>7} {:>9} {:>9} {:>6} {:>9} {:>9} {:>9}\n", study.model,
            money(study.margin_start), money(study.margin_peak), study.rise_day,
            study.counts.refused,
            fmt::format("{}/{}", study.coverage[0].over_initial, study.coverage[0].observations),
            fmt::format("{}/{}", study.coverage[1].over_initial, study.coverage[1].observations),
            study.liquidated, money(study.layers.reserve + study.layers.surplus),
            money(study.layers.deleveraged), money(study.layers.booked + study.layers.socialised));
    out +=
        "\nmargin: initial, of the book as opened; > IM: losses over it, of accounts times "
        "intervals;\nlayers: paid by insurance and treasury; bad debt: booked or socialised\n";
    for (const Study& study : studies)
        for (const std::string& finding : study.findings)
            out += fmt::format("{}: audit: {}\n", study.model, finding);
    return out;
}

std::string comparison_json(const std::vector<Study>& studies) {
    Json list = Json::array();
    for (const Study& study : studies) list.push_back(json_of(study));
    return list.dump(2) + "\n";
}

std::string path_csv(const Study& study) {
    std::string out = "time";
    for (const std::string& name : study.underlyings)
        out += fmt::format(",{}_spot,{}_volatility", name, name);
    out +=
        ",paper_initial,paper_maintenance,equity,initial,auctions,insurance,bad_debt,"
        "socialised\n";
    for (const Row& row : study.rows) {
        out += files::time_text(row.time);
        for (std::size_t i = 0; i < row.spot.size(); ++i)
            out += fmt::format(",{:.2f},{:.4f}", row.spot[i], row.volatility[i]);
        out += fmt::format(",{:.2f},{:.2f},{:.2f},{:.2f},{},{:.2f},{:.2f},{:.2f}\n", row.initial,
                           row.maintenance, row.equity, row.required, row.auctions, row.insurance,
                           row.bad_debt, row.socialised);
    }
    return out;
}

std::string greeks_csv(const Study& study) {
    std::string out = "time,group,underlying,delta,gamma_1pct,vega_1pt\n";
    for (const GreeksRow& row : study.greeks)
        out += fmt::format("{},{},{},{:.2f},{:.2f},{:.2f}\n", files::time_text(row.time), row.group,
                           study.underlyings[row.underlying], row.delta, row.gamma, row.vega);
    return out;
}

Attempt<void> write(const Study& study, files::RunDirectory& directory, std::string_view version) {
    Json manifest{{"version", version},          {"title", study.title}, {"source", study.source},
                  {"market", study.market_name}, {"book", study.book},   {"model", study.model}};
    manifest["parameters"] = Json::object();
    for (const auto& [key, value] : study.parameters) manifest["parameters"][key] = value;
    manifest["inputs"] = Json::array();
    for (const replay::InputFile& input : study.inputs)
        manifest["inputs"].push_back(
            {{"path", input.path}, {"sha256", input.sha256}, {"rows", input.rows}});
    manifest["chain"] = files::hex_text(study.chain);
    manifest["root"] = files::hex_text(study.root);
    BALLAST_CHECK(directory.write("manifest.json", manifest.dump(2) + "\n"));
    BALLAST_CHECK(directory.write("result.json", summary_json(study)));
    BALLAST_CHECK(directory.write("summary.txt", summary(study)));
    BALLAST_CHECK(directory.write("path.csv", path_csv(study)));
    return directory.write("greeks.csv", greeks_csv(study));
}

}  // namespace ballast::derivatives
