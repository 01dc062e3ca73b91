#include <ballast/replay/study.hpp>

#include <ballast/engine/log.hpp>
#include <ballast/replay/runner.hpp>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

constexpr u64 progress_every = 1'000;

u64 ranked(const std::vector<u64>& sorted, u64 hundredths) {
    const std::size_t rank = (sorted.size() * hundredths + 99) / 100;
    return sorted[rank == 0 ? 0 : rank - 1];
}

void judge(Study& study) {
    study.worst_ratio = study.rows.empty() ? Ratio() : study.rows.front().ratio;
    for (const BlockRow& row : study.rows) {
        if (row.shortfall > study.shortfall_most) {
            study.shortfall_most = row.shortfall;
            study.shortfall_time = row.time;
        }
        study.blocks_short += row.shortfall.zero() ? 0U : 1U;
        if (row.ratio <= study.worst_ratio)
            study.worst_ratio = row.ratio, study.worst_time = row.time;
    }
    if (study.rows.empty()) return;
    study.shortfall_end = study.rows.back().shortfall;
    study.bad_debt_end = study.rows.back().bad_debt;
}

void sum_auctions(Study& study) {
    std::vector<u64> durations;
    for (AuctionRecord& record : study.auctions) {
        study.restarts += record.restarts;
        if (record.end == AuctionEnd::open) {
            ++study.auctions_open;
            if (!study.rows.empty()) record.ended = study.rows.back().time;
        } else {
            durations.push_back(record.ended - record.started);
        }
    }
    study.durations = spread_of(std::move(durations));
    study.clear = spread_of(study.totals.clear_blocks);
}

}  // namespace

Spread spread_of(std::vector<u64> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {values.size(), ranked(values, 50), ranked(values, 95), values.back()};
}

Attempt<Study> run(const Setup& setup, const Progress& progress) {
    BALLAST_TRY(const Stage stage, prepare(setup));
    auto machine = engine::Machine::create(stage.genesis);
    if (!machine)
        return fault("{}: {} {}", setup.market_name, machine.error().key, machine.error().what);
    if (setup.record) setup.record(engine::log_header(stage.genesis));
    Runner runner(setup, stage, *machine);
    const u64 heights = runner.heights();
    for (u64 height = 1; height <= heights; ++height) {
        BALLAST_CHECK(runner.step());
        if (progress && (height % progress_every == 0 || height == heights))
            progress(height, heights);
    }
    Study study = runner.finish();
    study.title = setup.title;
    study.source = setup.source;
    study.market_name = setup.market_name;
    study.parameters = parameters(setup.assumptions);
    study.inputs = setup.inputs;
    if (setup.vaults && setup.vaults->input) study.inputs.push_back(*setup.vaults->input);
    study.notes = stage.notes;
    if (study.totals.unhealthy_at_start > 0)
        study.notes.push_back(fmt::format("vaults unhealthy at the first price already: {}",
                                          study.totals.unhealthy_at_start));
    study.grid = stage.world.grid;
    study.vaults = stage.vault_names.size();
    study.vault_names = stage.vault_names;
    study.debt_start = stage.debt_total;
    judge(study);
    sum_auctions(study);
    return study;
}

}  // namespace ballast::replay
