#include <ballast/replay/population.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/replay/random.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace ballast::replay {

using files::Attempt;
using files::CsvReader;
using files::fault;

namespace {

constexpr std::string_view collateral_suffix = "_collateral";
constexpr std::string_view debt_suffix = "_debt";

std::string asset_name(std::string_view column, std::string_view suffix) {
    std::string name(column.substr(0, column.size() - suffix.size()));
    for (char& c : name)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return name;
}

struct Columns {
    std::size_t vault = 0;
    std::size_t debt = 0;
    std::string debt_asset;
    std::vector<std::pair<std::size_t, std::string>> collateral;
};

Attempt<Columns> find_columns(const CsvReader& csv) {
    Columns columns;
    BALLAST_TRY(columns.vault, csv.require("vault"));
    for (std::size_t i = 0; i < csv.columns().size(); ++i) {
        const std::string& name = csv.columns()[i];
        if (name == "vault" || name == "collateral_ratio") continue;
        if (name.ends_with(collateral_suffix)) {
            columns.collateral.emplace_back(i, asset_name(name, collateral_suffix));
        } else if (name.ends_with(debt_suffix) && columns.debt_asset.empty()) {
            columns.debt = i;
            columns.debt_asset = asset_name(name, debt_suffix);
        } else {
            return fault(
                "{}:1: column {} is unknown or one too many; expected vault,<asset>_collateral,…,"
                "<synthetic>_debt[,collateral_ratio]",
                csv.name(), name);
        }
    }
    if (columns.debt_asset.empty() || columns.collateral.empty())
        return fault("{}:1: the columns {} lack <asset>_collateral or <synthetic>_debt", csv.name(),
                     fmt::join(csv.columns(), ","));
    return columns;
}

Attempt<Amount> read_amount(const CsvReader& csv, std::size_t column, Round round) {
    const auto value = files::parse_decimal(csv.field(column), files::money_decimals, round,
                                            limits::amount_max.units());
    if (!value)
        return csv.wrong(column, fmt::format("{}, expected an amount from 0 to 40000000000",
                                             files::phrase(value.error())));
    if (*value < 0)
        return csv.wrong(column, "is negative, expected an amount from 0 to 40000000000");
    return Amount::units(*value);
}

Attempt<Position> read_position(const CsvReader& csv, const Columns& columns) {
    Position position;
    position.name = std::string(csv.field(columns.vault));
    if (position.name.empty()) return csv.wrong(columns.vault, "is no name");
    BALLAST_TRY(position.debt, read_amount(csv, columns.debt, Round::up));
    for (const auto& [column, asset] : columns.collateral) {
        BALLAST_TRY(const Amount amount, read_amount(csv, column, Round::down));
        if (!amount.zero()) position.locked.push_back({asset, amount});
    }
    return position;
}

i64 fixed(Ratio ratio) {
    return static_cast<i64>((i128{ratio.units()} << 32U) / ratio_one);
}

i64 times(i64 a, i64 b) {
    return static_cast<i64>(i128{a} * b >> 32U);
}

// ratio * e^x, at most `most`.
Ratio scaled(Ratio ratio, i64 x, Ratio most) {
    const i64 bounded = std::clamp(x, -20 * fixed_one, 20 * fixed_one);
    const u128 factor = exponential(bounded) >> 32U;
    const u128 value = static_cast<u128>(ratio.units()) * factor >> 32U;
    return value > static_cast<u128>(most.units()) ? most : Ratio::units(static_cast<i64>(value));
}

// Sizes and ratios share a factor, so that they can be correlated.
struct Draw {
    i64 size = 0;  // Standard normal.
    Ratio slack;
};

Draw draw_one(Random& random, const PopulationTerms& terms) {
    constexpr Ratio slack_most = Ratio::units(100 * i64{ratio_one});
    Draw draw;
    draw.size = random.normal();
    const i64 rho = fixed(terms.size_correlation);
    const i64 own = static_cast<i64>(
        math::square_root(static_cast<u128>((i128{fixed_one} << 32U) - i128{rho} * rho)));
    const i64 z = times(rho, draw.size) + times(own, random.normal());
    if (terms.slack_shape == SlackShape::lognormal) {
        draw.slack = scaled(terms.slack, times(fixed(terms.slack_sigma), z), slack_most);
    } else {
        const i128 wait = i128{random.waiting()} * terms.slack.units() >> 32U;
        draw.slack = Ratio::units(static_cast<i64>(std::min<i128>(wait, slack_most.units())));
    }
    draw.slack = std::max(draw.slack, terms.slack_smallest);
    return draw;
}

}  // namespace

Attempt<Population> load_population(const std::filesystem::path& path) {
    BALLAST_TRY(std::string text, files::read_file(path));
    Population population;
    population.input = InputFile{path.string(), files::sha256_text(text), 0};
    BALLAST_TRY(CsvReader csv, CsvReader::over(std::move(text), path.string()));
    BALLAST_TRY(const Columns columns, find_columns(csv));
    std::set<std::string> names;
    u64 empty = 0;
    for (;;) {
        BALLAST_TRY(const bool more, csv.next());
        if (!more) break;
        ++population.input->rows;
        BALLAST_TRY(Position position, read_position(csv, columns));
        if (!names.insert(position.name).second) return csv.wrong(columns.vault, "is named twice");
        if (position.debt.zero() || position.locked.empty())
            ++empty;
        else
            population.positions.push_back(std::move(position));
    }
    if (population.positions.empty())
        return fault("{}: holds no vault with collateral and debt", path.string());
    if (empty > 0)
        population.notes.push_back(fmt::format(
            "{}: {} vaults without debt or without collateral left out", path.string(), empty));
    population.notes.push_back(
        fmt::format("{}: {} vaults; {} debt is taken as the market's synthetic", path.string(),
                    population.positions.size(), columns.debt_asset));
    return population;
}

Population draw_population(const PopulationTerms& terms, Ratio floor, Amount debt_smallest) {
    Random random(terms.seed);
    std::vector<Draw> draws;
    for (u32 i = 0; i < terms.count; ++i) draws.push_back(draw_one(random, terms));
    std::vector<u128> weights;
    u128 sum = 0;
    for (const Draw& draw : draws) {
        // At most e^20 * 2^64 < 2^93, so a million of them fit.
        const i64 size =
            std::clamp(times(fixed(terms.size_sigma), draw.size), -20 * fixed_one, 20 * fixed_one);
        weights.push_back(exponential(size));
        sum += weights.back();
    }
    Population population;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        const auto debt =
            math::mul_div(static_cast<u128>(terms.debt_total.units()), weights[i], sum, Round::up);
        Position position;
        position.name = fmt::format("v{:05}", i);
        position.debt = std::max(Amount::units(static_cast<i128>(*debt)), debt_smallest);
        position.ratio = floor + draws[i].slack;
        population.positions.push_back(std::move(position));
    }
    population.notes.push_back(
        fmt::format("{} vaults drawn with seed '{}'; debts under {} were raised to it", terms.count,
                    terms.seed, files::grouped_text(debt_smallest.units(), 8, 0)));
    return population;
}

void lock_collateral(Population& population, const std::string& asset, Price price,
                     Price debt_price) {
    for (Position& position : population.positions) {
        if (position.ratio.zero()) continue;
        const Cash owed = math::worth(position.debt, debt_price, Round::up);
        const Cash needed = math::portion(owed, position.ratio, Round::up);
        position.locked = {{asset, math::amount_worth(needed, price, Round::up)}};
    }
}

}  // namespace ballast::replay
