#include <ballast/replay/report.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>

#include <algorithm>

namespace ballast::replay {

using files::duration_text;
using files::grouped_text;
using files::time_text;

namespace {

std::string dollars(Cash cash) {
    const i128 size = cash.units() < 0 ? -cash.units() : cash.units();
    return fmt::format("{}${}", cash.units() < 0 ? "-" : "",
                       grouped_text(size, files::money_decimals, 0));
}

std::string units(Amount amount) {
    return grouped_text(amount.units(), files::money_decimals, 0);
}

std::string count(u64 value) {
    return grouped_text(static_cast<i128>(value), 0, 0);
}

std::string ratio(Ratio value) {
    return fmt::format("{} %", grouped_text(value.units(), files::ratio_decimals - 2, 1));
}

std::string line(std::string_view label, const std::string& text) {
    return fmt::format("  {:<24}{}\n", label, text);
}

std::string heading(const Study& study) {
    const u64 end = study.grid.time(study.grid.blocks == 0 ? 0 : study.grid.blocks - 1);
    return fmt::format("{} · {}\n{} blocks of {} s, {} to {} · {} vaults owing {}\n\n", study.title,
                       study.market_name, count(study.grid.blocks), study.grid.step,
                       time_text(study.grid.start), time_text(end), count(study.vaults),
                       units(study.debt_start));
}

std::string verdict(const Study& study) {
    if (study.backed()) return "VERDICT  every unit was backed at every block\n";
    return fmt::format(
        "VERDICT  NOT every unit was backed: up to {} short, at {}\n         short in {} of {} "
        "blocks; at the end {}\n",
        dollars(study.shortfall_most), time_text(study.shortfall_time), count(study.blocks_short),
        count(study.grid.blocks), dollars(study.shortfall_end));
}

std::string losses(const Study& study) {
    const Totals& t = study.totals;
    if (t.lost.zero()) return line("bad debt", "none arose");
    return line("bad debt", fmt::format("{} arose", units(t.lost))) +
           line("  paid by reserve", units(t.from_reserve)) +
           line("  paid by surplus", units(t.from_surplus)) + line("  booked", units(t.booked)) +
           line("  paid off later", units(t.healed)) +
           line("  left at the end", units(study.bad_debt_end));
}

std::string seconds(const Spread& spread) {
    if (spread.count == 0) return "none ended";
    return fmt::format("median {}, 95 % within {}, longest {}", duration_text(spread.median),
                       duration_text(spread.p95), duration_text(spread.most));
}

std::string blocks(const Study& study) {
    const Spread& spread = study.clear;
    std::string text = spread.count == 0
                           ? std::string("none")
                           : fmt::format("median {}, 95 % within {}, most {}", count(spread.median),
                                         count(spread.p95), count(spread.most));
    if (study.waiting > 0) text += fmt::format("; {} not cleared", count(study.waiting));
    return text;
}

std::string liquidations(const Study& study) {
    const Totals& t = study.totals;
    std::string text =
        line("liquidated", fmt::format("{} of {} vaults, {} of debt", count(t.liquidated.size()),
                                       count(study.vaults), units(t.debt_liquidated))) +
        line("auctions",
             fmt::format("{}, {} takes, {} restarts{}", count(study.auctions.size()),
                         count(t.takes), count(study.restarts),
                         study.auctions_open == 0
                             ? ""
                             : fmt::format("; {} open at the end", count(study.auctions_open)))) +
        line("auction duration", seconds(study.durations)) +
        line("blocks until cleared", blocks(study));
    if (!t.pool_debt.zero())
        text += line("backstop pool", fmt::format("took {} of debt for collateral worth {}",
                                                  units(t.pool_debt), dollars(t.pool_worth)));
    if (!t.redistributed_debt.zero())
        text += line("redistributed",
                     fmt::format("{} of debt with collateral worth {}", units(t.redistributed_debt),
                                 dollars(t.redistributed_worth)));
    return text;
}

std::string people(const Study& study) {
    const KeeperBooks& k = study.keepers;
    std::string failed = k.failed == 0 ? "" : fmt::format(", {} failed", count(k.failed));
    for (const auto& [reason, times] : k.reasons)
        failed += fmt::format(" ({} {})", count(times), reason);
    return line("borrowers' loss",
                fmt::format("{} beyond the debt cancelled", dollars(study.totals.borrowers_loss))) +
           line("keepers' profit",
                fmt::format("{}, after {} of costs", dollars(k.profit), dollars(k.costs))) +
           line("keepers' orders", count(k.orders) + failed) +
           line("slippage paid", dollars(k.slippage)) +
           line("top-ups", study.owners.top_ups == 0
                               ? std::string("none")
                               : fmt::format("{} worth {}", count(study.owners.top_ups),
                                             dollars(study.owners.added)));
}

}  // namespace

std::string short_money(Cash cash) {
    struct Scale {
        i128 units;
        std::string_view suffix;
    };
    const i128 size = cash.units() < 0 ? -cash.units() : cash.units();
    const std::string sign = cash.units() < 0 ? "-$" : "$";
    const i128 one = amount_one;
    for (const Scale& scale :
         {Scale{one * 1'000'000'000, "b"}, Scale{one * 1'000'000, "m"}, Scale{one * 1'000, "k"}}) {
        if (size < scale.units) continue;
        const i128 hundredths = size * 100 / scale.units;
        const u32 shown = hundredths < 1'000 ? 2 : hundredths < 10'000 ? 1 : 0;
        return sign + grouped_text(hundredths, 2, shown) + std::string(scale.suffix);
    }
    return sign + grouped_text(size, files::money_decimals, 0);
}

std::string summary(const Study& study) {
    std::string text = heading(study) + verdict(study);
    text += line("worst ratio",
                 fmt::format("{} at {}", ratio(study.worst_ratio), time_text(study.worst_time)));
    text += losses(study) + liquidations(study) + people(study);
    text += line("final root", files::hex_text(study.root));
    if (!study.source.empty()) text += "\nsource: " + study.source + "\n";
    if (!study.notes.empty()) text += "\nnotes\n";
    for (const std::string& note : study.notes) text += "  - " + note + "\n";
    return text;
}

namespace {

struct Column {
    std::string_view title;
    std::string (*text)(const Study&);
};

const std::vector<Column>& columns() {
    static const std::vector<Column> list{
        {"design", [](const Study& s) { return s.market_name; }},
        {"backed", [](const Study& s) { return std::string(s.backed() ? "yes" : "NO"); }},
        {"short by", [](const Study& s) { return short_money(s.shortfall_most); }},
        {"bad debt",
         [](const Study& s) { return short_money(Cash::units(s.totals.lost.units())); }},
        {"left", [](const Study& s) { return short_money(Cash::units(s.bad_debt_end.units())); }},
        {"worst ratio", [](const Study& s) { return ratio(s.worst_ratio); }},
        {"vaults", [](const Study& s) { return count(s.totals.liquidated.size()); }},
        {"liquidated",
         [](const Study& s) { return short_money(Cash::units(s.totals.debt_liquidated.units())); }},
        {"borrowers lose", [](const Study& s) { return short_money(s.totals.borrowers_loss); }},
        {"keepers earn", [](const Study& s) { return short_money(s.keepers.profit); }},
        {"slippage", [](const Study& s) { return short_money(s.keepers.slippage); }},
        {"auction median",
         [](const Study& s) {
             return s.durations.count == 0 ? std::string("-") : duration_text(s.durations.median);
         }},
        {"p95",
         [](const Study& s) {
             return s.durations.count == 0 ? std::string("-") : duration_text(s.durations.p95);
         }},
        {"cleared p95",
         [](const Study& s) { return s.clear.count == 0 ? std::string("-") : count(s.clear.p95); }},
        {"not", [](const Study& s) { return count(s.waiting); }},
    };
    return list;
}

}  // namespace

std::string comparison(const std::vector<Study>& studies) {
    if (studies.empty()) return "nothing to compare\n";
    std::vector<std::vector<std::string>> cells(1);
    for (const Column& column : columns()) cells[0].emplace_back(column.title);
    for (const Study& study : studies) {
        cells.emplace_back();
        for (const Column& column : columns()) cells.back().push_back(column.text(study));
    }
    std::vector<std::size_t> widths(columns().size());
    for (const auto& row : cells)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    const Study& first = studies.front();
    std::string text = fmt::format("{}\n{} vaults owing {}, the same in every row\n\n", first.title,
                                   count(first.vaults), units(first.debt_start));
    for (const auto& row : cells) {
        text += fmt::format("{:<{}}", row[0], widths[0]);
        for (std::size_t i = 1; i < row.size(); ++i)
            text += fmt::format("  {:>{}}", row[i], widths[i]);
        text += "\n";
    }
    text +=
        "\nshort by: most that was missing at any block; bad debt: debt that no collateral "
        "covered, left: at the end;\n"
        "cleared p95: blocks from unhealthy to cleared, not: vaults never cleared\n";
    return text;
}

}  // namespace ballast::replay
