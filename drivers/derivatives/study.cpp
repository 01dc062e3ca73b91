#include <ballast/derivatives/study.hpp>

#include <ballast/audit/auditor.hpp>
#include <ballast/derivatives/runner.hpp>
#include <ballast/engine/log.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

namespace {

constexpr u64 progress_every = 200;

double opened_notional(const Stage& stage, const Measure& measure) {
    double sum = 0;
    for (std::size_t i = 0; i < measure.paper().size(); ++i) {
        if (stage.book.accounts[i].maker) continue;
        for (const clearing::Position& position : measure.paper()[i].positions) {
            const auto& series = stage.book.instruments[position.instrument.value()].series;
            const Price spot =
                stage.base.world.dollars[stage.underlying[series.underlying.value()]][0];
            sum += std::abs(static_cast<double>(position.size)) * 1e-8 *
                   static_cast<double>(spot.units()) * 1e-8;
        }
    }
    return sum;
}

void fill_in(Study& study, const Setup& setup, const Stage& stage) {
    study.title = setup.base.title;
    study.source = setup.base.source;
    study.market_name = setup.base.market_name;
    study.book = stage.book.name;
    study.seed = setup.terms.seed;
    study.parameters = settings_of(setup.terms);
    for (auto& [key, value] : replay::parameters(setup.base.assumptions))
        if (key.starts_with("keepers.") || key.starts_with("outside."))
            study.parameters.emplace_back(std::move(key), std::move(value));
    study.inputs = setup.base.inputs;
    study.notes = stage.base.notes;
    study.notes.insert(study.notes.end(), stage.book.notes.begin(), stage.book.notes.end());
    study.grid = stage.base.world.grid;
    study.instruments = stage.book.instruments.size();
    const clearing::Terms& terms = stage.base.genesis.clearing;
    study.model = terms.models[terms.compartments[compartment.value()].model].name;
    for (const auto& underlying : terms.underlyings) study.underlyings.push_back(underlying.name);
    for (const Account& account : stage.book.accounts) study.accounts += account.maker ? 0u : 1u;
}

void sum_up(Study& study, const Stage& stage, const Measure& measure) {
    study.counts = measure.counts;
    study.layers = measure.layers;
    study.coverage = measure.coverage;
    study.rows = measure.rows;
    study.greeks = measure.greeks;
    study.notional = opened_notional(stage, measure);
    study.equity_start = measure.equity_start;
    study.equity_end = measure.book_equity();
    study.insurance_least = measure.insurance_least;
    study.insurance_end = measure.insurance();
    study.keeper_profit =
        measure.keeper_equity() - measure.keeper_start - measure.counts.keeper_costs;
    study.liquidated = measure.counts.unhealthy;
    study.rise_day = largest_rise(study.rows, 86'400);
    study.rise_days = largest_rise(study.rows, u64{5} * 86'400);
    if (study.rows.empty()) return;
    study.margin_start = study.rows.front().initial;
    study.insurance_start = study.rows.front().insurance;
    study.bad_debt_end = study.rows.back().bad_debt;
    for (const Row& row : study.rows) study.margin_peak = std::max(study.margin_peak, row.initial);
}

// L7, which the auditor of vaults does not look at: every instrument nets to zero.
void check_nets(const engine::Machine& machine, std::vector<std::string>& findings) {
    const auto& state = machine.state().clearing;
    std::vector<i128> sums(state.instruments.size());
    std::vector<i128> longs(state.instruments.size());
    for (const clearing::AccountRow& account : state.accounts.rows())
        for (const clearing::Position& position : account.positions) {
            sums[position.instrument.value()] += position.size;
            if (position.size > 0) longs[position.instrument.value()] += position.size;
        }
    for (u32 id = 0; id < state.instruments.size(); ++id) {
        if (sums[id] != 0)
            findings.push_back(fmt::format("L7: instrument {} does not net to zero", id));
        if (state.instruments[id].phase != clearing::Phase::settled &&
            longs[id] != state.instruments[id].open_interest)
            findings.push_back(fmt::format("L7: open interest of instrument {} is wrong", id));
    }
}

}  // namespace

Attempt<Study> run(const Setup& setup, const Progress& progress) {
    BALLAST_TRY(const Stage stage, prepare(setup));
    auto machine = engine::Machine::create(stage.base.genesis);
    if (!machine)
        return fault("{}: {} {}", setup.base.market_name, machine.error().key,
                     machine.error().what);
    if (setup.base.record) setup.base.record(engine::log_header(stage.base.genesis));
    Runner runner(setup, stage, *machine);
    const u64 heights = runner.heights();
    Study study;
    fill_in(study, setup, stage);
    for (u64 height = 1; height < heights; ++height) {
        BALLAST_CHECK(runner.step());
        if (progress && height % progress_every == 0) progress(height, heights);
    }
    audit::Auditor auditor(*machine);
    BALLAST_CHECK(runner.step());
    auditor.look(runner.block(), runner.outcome(), *machine);
    for (const audit::Violation& one : auditor.findings().violations())
        study.findings.push_back(fmt::format("{}: {}", audit::name(one.law), one.what));
    check_nets(*machine, study.findings);
    sum_up(study, stage, runner.measure());
    study.chain = machine->chain();
    study.root = machine->root();
    study.height = machine->height();
    return study;
}

Attempt<std::vector<Study>> compare(
    const Setup& setup, const std::vector<std::string>& models,
    const std::function<void(const std::string&, std::size_t, std::size_t)>& progress) {
    std::vector<Study> studies;
    for (std::size_t i = 0; i < models.size(); ++i) {
        if (progress) progress(models[i], i, models.size());
        Setup one = setup;
        one.model = models[i];
        auto study = run(one);
        if (!study) return fault("{}: {}", models[i], study.error().sentence);
        studies.push_back(std::move(*study));
    }
    return studies;
}

}  // namespace ballast::derivatives
