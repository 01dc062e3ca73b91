#include <ballast/cli/margin_text.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace ballast::cli {
namespace {

using scenario::Breakdown;
using scenario::Scenario;
using scenario::SkewRule;
using scenario::VolatilityRule;
using Json = nlohmann::ordered_json;

constexpr u32 fine_digits = 12;

std::string money(Cash value) {
    return files::grouped_text(value.units(), files::money_decimals, 2);
}

std::string plain(Cash value) {
    return files::decimal_text(value.units(), files::money_decimals, files::money_decimals);
}

std::string ratio(Ratio value) {
    return files::decimal_text(value.units(), files::ratio_decimals, 4);
}

std::string fine(scenario::Fine value, u32 shown) {
    return files::decimal_text(value.units(), fine_digits, shown);
}

// "+18 %"
std::string move_text(scenario::Fine spot) {
    const scenario::Fine move = spot - scenario::fine_one;
    const std::string sign = move.units() > 0 ? "+" : "";
    return sign + files::decimal_text(move.units(), fine_digits - 2, 2) + " %";
}

std::string volatility_text(const Scenario& row) {
    switch (row.volatility) {
        case VolatilityRule::none: return "as it is";
        case VolatilityRule::up: return "up";
        case VolatilityRule::down: return "down";
        case VolatilityRule::shift: return "shift " + fine(row.shift, 4);
    }
    return "";
}

std::string skew_text(SkewRule rule) {
    switch (rule) {
        case SkewRule::none: return "none";
        case SkewRule::linear: return "tilts";
        case SkewRule::absolute: return "bends";
    }
    return "";
}

std::string scenario_text(const Scenario& row) {
    if (row.skew != SkewRule::none) return "the smile " + skew_text(row.skew);
    std::string out =
        fmt::format("spot {}, volatility {}", move_text(row.spot), volatility_text(row));
    if (row.weight != scenario::fine_one) out += fmt::format(", weight {}", fine(row.weight, 4));
    return out;
}

const scenario::Terms& terms_of(const MarginAnswer& answer) {
    return std::get<scenario::Terms>(answer.model->terms);
}

std::string worst_text(const MarginAnswer& answer) {
    const scenario::Terms& terms = terms_of(answer);
    if (answer.margin.worst < terms.scenarios.size())
        return scenario_text(terms.scenarios[answer.margin.worst]);
    return answer.breakdown->floor < answer.breakdown->basis ? "the least requirement"
                                                             : "the forwards alone (basis)";
}

void add_line(std::string& out, std::string_view what, const std::string& initial,
              const std::string& maintenance) {
    out += fmt::format("{:<28}{:>20}{:>20}\n", what, initial, maintenance);
}

std::string head(const MarginAnswer& answer) {
    const market::AccountBook& book = *answer.book;
    return fmt::format("{}, {}: {} version {}\n\n", book.name, files::time_text(book.time),
                       answer.model->name, answer.model->version);
}

std::string why(const MarginAnswer& answer) {
    const Breakdown& parts = *answer.breakdown;
    std::string out;
    add_line(out, "", "initial", "maintenance");
    add_line(out, "cash", "", money(answer.book->cash));
    add_line(out, "collateral", "", money(parts.collateral));
    add_line(out, "positions paid upfront", "", money(parts.positions));
    add_line(out, "equity", money(answer.margin.mark_to_market),
             money(answer.margin.mark_to_market));
    add_line(out, "worst loss", money(parts.initial.loss), money(parts.maintenance.loss));
    add_line(out, "times", ratio(parts.initial.factor), ratio(parts.maintenance.factor));
    for (std::size_t i = 0; i < scenario::charge_count; ++i) {
        const Cash initial = parts.initial.charges[i];
        if (initial.zero() && parts.maintenance.charges[i].zero()) continue;
        add_line(out, scenario::name(static_cast<scenario::Charge>(i)), money(-initial),
                 money(-parts.maintenance.charges[i]));
    }
    add_line(out, "margin left", money(answer.margin.initial), money(answer.margin.maintenance));
    out += fmt::format("\nworst: {}\n", worst_text(answer));
    return out;
}

std::string verdict(const margin::Margin& margin) {
    if (margin.maintenance < Cash()) return "the account is to be liquidated\n";
    if (margin.initial < Cash()) return "the account may only reduce risk\n";
    return "the account is in order\n";
}

// Where a scenario stands in the matrix: rows by weight and spot, columns by volatility.
struct Grid {
    std::vector<std::pair<scenario::Fine, scenario::Fine>> rows;  // Weight and spot.
    std::vector<std::string> columns;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> cells;  // Position of a scenario.
};

Grid grid_of(const scenario::Terms& terms) {
    Grid grid;
    for (const Scenario& row : terms.scenarios)
        if (row.skew == SkewRule::none) grid.rows.emplace_back(row.weight, row.spot);
    std::ranges::sort(grid.rows, [](const auto& a, const auto& b) {
        const bool near = a.first == scenario::fine_one;
        if (near != (b.first == scenario::fine_one)) return near;
        return near ? a.second > b.second : a.second < b.second;
    });
    const auto rest = std::ranges::unique(grid.rows);
    grid.rows.erase(rest.begin(), rest.end());
    for (std::size_t i = 0; i < terms.scenarios.size(); ++i) {
        const Scenario& row = terms.scenarios[i];
        if (row.skew != SkewRule::none) continue;
        const std::string column = volatility_text(row);
        auto place = std::ranges::find(grid.columns, column);
        if (place == grid.columns.end()) place = grid.columns.insert(place, column);
        const auto at = std::ranges::find(grid.rows, std::pair(row.weight, row.spot));
        grid.cells[{static_cast<std::size_t>(at - grid.rows.begin()),
                    static_cast<std::size_t>(place - grid.columns.begin())}] = i;
    }
    return grid;
}

std::string cell(const MarginAnswer& answer, std::size_t place) {
    const std::string mark = place == answer.margin.worst ? "*" : " ";
    return money(answer.breakdown->profit[place]) + mark;
}

void trim(std::string& line) {
    while (line.ends_with(' ')) line.pop_back();
}

std::string matrix_text(const MarginAnswer& answer) {
    const scenario::Terms& terms = terms_of(answer);
    const Grid grid = grid_of(terms);
    std::string out = fmt::format("\n{:<12}{:>8}", "spot", "weight");
    for (const std::string& column : grid.columns)
        out += fmt::format("{:>20} ", "volatility " + column);
    out.pop_back();
    out += "\n";
    for (std::size_t row = 0; row < grid.rows.size(); ++row) {
        const auto& [weight, spot] = grid.rows[row];
        out += fmt::format("{:<12}{:>8}", move_text(spot), fine(weight, 4));
        for (std::size_t column = 0; column < grid.columns.size(); ++column) {
            const auto found = grid.cells.find({row, column});
            out +=
                fmt::format("{:>21}", found == grid.cells.end() ? "" : cell(answer, found->second));
        }
        trim(out);
        out += "\n";
    }
    for (std::size_t i = 0; i < terms.scenarios.size(); ++i) {
        if (terms.scenarios[i].skew == SkewRule::none) continue;
        out += fmt::format("{:<20}{:>21}", "the smile " + skew_text(terms.scenarios[i].skew),
                           cell(answer, i));
        trim(out);
        out += "\n";
    }
    if (!answer.breakdown->basis.zero())
        out += fmt::format("{:<20}{:>20}\n", "basis", money(answer.breakdown->basis));
    return out;
}

std::string group_name(const MarginAnswer& answer, const Breakdown::Group& group) {
    const std::string& underlying = answer.book->names.underlyings[group.underlying.value()];
    if (group.linear && group.expiry == 0) return underlying + " perps";
    if (group.expiry == 0) return underlying + " everlasting";
    return underlying + " " + files::time_text(group.expiry).substr(0, 10) +
           (group.linear ? " futures" : " options");
}

std::string groups_text(const MarginAnswer& answer) {
    const bool one = answer.margin.worst < terms_of(answer).scenarios.size();
    std::string out = fmt::format("\n{:<28}{:>20}{:>20}\n", "by expiry", "worth",
                                  one ? "profit in the worst" : "");
    for (const auto& group : answer.breakdown->groups)
        out += fmt::format("{:<28}{:>20}{:>20}\n", group_name(answer, group), money(group.now),
                           one ? money(group.profit[answer.margin.worst]) : "");
    return out;
}

Json level_json(const Breakdown::Level& level, Cash left) {
    Json charges = Json::object();
    for (std::size_t i = 0; i < scenario::charge_count; ++i)
        charges[std::string(scenario::name(static_cast<scenario::Charge>(i)))] =
            plain(level.charges[i]);
    return {{"loss", plain(level.loss)},
            {"factor", ratio(level.factor)},
            {"charges", charges},
            {"left", plain(left)}};
}

Json scenarios_json(const MarginAnswer& answer) {
    Json rows = Json::array();
    const scenario::Terms& terms = terms_of(answer);
    for (std::size_t i = 0; i < terms.scenarios.size(); ++i) {
        const Scenario& row = terms.scenarios[i];
        rows.push_back({{"spot", fine(row.spot, fine_digits)},
                        {"volatility", volatility_text(row)},
                        {"skew", skew_text(row.skew)},
                        {"weight", fine(row.weight, fine_digits)},
                        {"profit", plain(answer.breakdown->profit[i])}});
    }
    return rows;
}

Json groups_json(const MarginAnswer& answer) {
    Json rows = Json::array();
    for (const auto& group : answer.breakdown->groups) {
        Json profits = Json::array();
        for (const Cash profit : group.profit) profits.push_back(plain(profit));
        rows.push_back({{"name", group_name(answer, group)},
                        {"worth", plain(group.now)},
                        {"profit", profits}});
    }
    return rows;
}

}  // namespace

MarginAnswer margin_answer(const market::AccountBook& book, const margin::Model& model,
                           const margin::Table& table) {
    MarginAnswer answer{&book, &model, {}, {}};
    scenario::Workspace workspace;
    answer.margin = margin::evaluate(model, table, book.portfolio(), workspace);
    if (const auto* terms = std::get_if<scenario::Terms>(&model.terms))
        answer.breakdown =
            scenario::explain(*terms, std::get<scenario::Table>(table), book.portfolio());
    return answer;
}

std::string margin_text(const MarginAnswer& answer, bool matrix) {
    std::string out = head(answer);
    if (!answer.breakdown) {
        add_line(out, "", "initial", "maintenance");
        add_line(out, "equity", money(answer.margin.mark_to_market),
                 money(answer.margin.mark_to_market));
        add_line(out, "required", money(answer.margin.mark_to_market - answer.margin.initial),
                 money(answer.margin.mark_to_market - answer.margin.maintenance));
        add_line(out, "margin left", money(answer.margin.initial),
                 money(answer.margin.maintenance));
        if (matrix) out += "\na model by notional has no scenarios\n";
        return out + "\n" + verdict(answer.margin);
    }
    out += why(answer) + verdict(answer.margin);
    if (matrix) out += matrix_text(answer) + groups_text(answer);
    return out;
}

std::string margin_json(const MarginAnswer& answer, bool matrix) {
    Json out{{"book", answer.book->name},
             {"time", files::time_text(answer.book->time)},
             {"model", answer.model->name},
             {"version", answer.model->version},
             {"equity", plain(answer.margin.mark_to_market)},
             {"initial", plain(answer.margin.initial)},
             {"maintenance", plain(answer.margin.maintenance)}};
    if (answer.breakdown) {
        out["cash"] = plain(answer.book->cash);
        out["collateral"] = plain(answer.breakdown->collateral);
        out["positions"] = plain(answer.breakdown->positions);
        out["basis"] = plain(answer.breakdown->basis);
        out["floor"] = plain(answer.breakdown->floor);
        out["worst"] = worst_text(answer);
        out["initial_parts"] = level_json(answer.breakdown->initial, answer.margin.initial);
        out["maintenance_parts"] =
            level_json(answer.breakdown->maintenance, answer.margin.maintenance);
        if (matrix) {
            out["scenarios"] = scenarios_json(answer);
            out["groups"] = groups_json(answer);
        }
    }
    return out.dump(2) + "\n";
}

}  // namespace ballast::cli
