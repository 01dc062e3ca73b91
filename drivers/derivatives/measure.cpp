#include <ballast/derivatives/measure.hpp>
#include <ballast/derivatives/units.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

namespace {

double dollars(i128 units) {
    return static_cast<double>(units) * unit;
}

bool is_loss_of(const Stage& stage, const Event& event) {
    return event.subject == stage.base.genesis.types.size() + compartment.value();
}

}  // namespace

Measure::Measure(const Setup& setup, const Stage& stage, const engine::Machine& machine)
    : setup_(setup), stage_(stage), machine_(machine) {
    for (const u64 seconds : {u64{3'600}, u64{86'400}})
        coverage.push_back({seconds, 0, 0, 0, 0, {}});
    const std::size_t accounts = stage.first + stage.keepers + stage.book.accounts.size();
    unhealthy_.resize(accounts);
    hit_.resize(accounts);
    memories_.assign(coverage.size(), std::vector<Memory>(stage.book.accounts.size()));
}

bool Measure::is_trader(std::size_t margin) const {
    const std::size_t before = stage_.first + stage_.keepers;
    return margin >= before && opened_[margin - before];
}

double Measure::insurance() const {
    const auto place = stage_.base.genesis.types.size() + compartment.value();
    const auto& row = machine_.state().treasury.compartments[static_cast<u32>(place)];
    const Amount most = machine_.genesis().treasury.compartments[place].loss_out_max;
    const Amount surplus =
        machine_.state().ledger.balance(system_account::surplus, stage_.base.synthetic);
    return dollars(
        (row.reserve + std::min(surplus, std::max(Amount(), most - row.loss_let_out))).units());
}

double Measure::keeper_equity() const {
    double sum = 0;
    const clearing::Sight sight = machine_.clearing();
    for (u32 i = 0; i < stage_.keepers; ++i) {
        const AccountId account{stage_.cast.keepers.value() + i};
        sum += dollars(machine_.state().ledger.balance(account, stage_.base.synthetic).units());
        const auto standing =
            machine_.risk().standing(sight, sight.state.accounts[stage_.first + i]);
        if (standing) sum += dollars(standing->equity);
        const auto& collateral = sight.compartment(compartment).collateral;
        for (u32 slot = 0; slot < collateral.size(); ++slot)
            sum += dollars(math::worth(
                machine_.state().ledger.balance(account, collateral[slot].asset),
                machine_.risk().collateral_price(sight, compartment, slot), Round::down));
    }
    return sum;
}

double Measure::book_equity() const {
    double sum = 0;
    const clearing::Sight sight = machine_.clearing();
    for (u32 id = stage_.first + stage_.keepers; id < sight.state.accounts.size(); ++id) {
        if (!is_trader(id)) continue;
        const auto standing = machine_.risk().standing(sight, sight.state.accounts[id]);
        if (standing) sum += dollars(standing->equity);
    }
    return sum;
}

void Measure::begin() {
    const auto& accounts = machine_.state().clearing.accounts;
    for (u32 id = stage_.first + stage_.keepers; id < accounts.size(); ++id)
        paper_.push_back(accounts[id]);
    for (std::size_t i = 0; i < paper_.size(); ++i)
        opened_.push_back(!stage_.book.accounts[i].maker && !paper_[i].positions.empty());
    begun_ = true;
    equity_start = book_equity();
    keeper_start = keeper_equity();
    insurance_least = insurance();
}

void Measure::settle_paper(const Event& event) {
    const InstrumentId id{event.subject};
    const Price paid = Price::units(static_cast<i64>(event.value));
    for (clearing::AccountRow& account : paper_) {
        const clearing::Position position = clearing::position_in(account, id);
        if (position.size == 0) continue;
        const Cash value = clearing::value_of(position.size, paid) - position.entry;
        account.cash += Amount::units(value.units());
        std::erase_if(account.positions,
                      [id](const clearing::Position& held) { return held.instrument == id; });
    }
}

void Measure::count(const Events& events) {
    for (const Event& event : events) {
        switch (event.kind) {
            case EventKind::margin_unhealthy:
                counts.unhealthy += unhealthy_[event.subject] ? 0u : 1u;
                unhealthy_[event.subject] = true;
                break;
            case EventKind::account_auction_started: ++counts.auctions; break;
            case EventKind::account_auction_taken: ++counts.takes; break;
            case EventKind::account_auction_turned: ++counts.turned; break;
            case EventKind::account_collateral_sold: ++counts.collateral_sales; break;
            case EventKind::account_backstopped: ++counts.backstopped; break;
            case EventKind::position_deleveraged:
                ++counts.deleverages;
                layers.deleveraged += dollars(event.value);
                counts.hit += hit_[event.subject] ? 0u : 1u;
                hit_[event.subject] = true;
                break;
            case EventKind::loss_socialised: layers.socialised += dollars(event.amount); break;
            case EventKind::loss_from_reserve:
                if (is_loss_of(stage_, event)) layers.reserve += dollars(event.amount);
                break;
            case EventKind::loss_from_surplus:
                if (is_loss_of(stage_, event)) layers.surplus += dollars(event.amount);
                break;
            case EventKind::loss_booked:
                if (is_loss_of(stage_, event)) layers.booked += dollars(event.amount);
                break;
            case EventKind::instrument_settled: settle_paper(event); break;
            default: break;
        }
    }
}

void Measure::observe(CoverageCount& horizon, std::vector<Memory>& memory) {
    const clearing::Sight sight = machine_.clearing();
    for (std::size_t i = 0; i < paper_.size(); ++i) {
        if (!opened_[i] || paper_[i].positions.empty()) continue;
        const auto standing = machine_.risk().standing(sight, paper_[i]);
        if (!standing) continue;
        const double equity = dollars(standing->equity);
        Memory& last = memory[i];
        if (last.known) {
            const double loss = last.equity - equity;
            const bool over = loss > last.initial;
            ++horizon.observations;
            horizon.over_initial += over ? 1u : 0u;
            horizon.over_maintenance += loss > last.maintenance ? 1u : 0u;
            if (last.initial > 0)
                horizon.worst_multiple = std::max(horizon.worst_multiple, loss / last.initial);
            Transitions& n = horizon.transitions;
            if (last.before == 0) ++(over ? n.n01 : n.n00);
            if (last.before == 1) ++(over ? n.n11 : n.n10);
            last.before = over ? 1 : 0;
        }
        last.equity = equity;
        last.initial = equity - dollars(standing->initial);
        last.maintenance = equity - dollars(standing->maintenance);
        last.known = true;
    }
}

void Measure::sample() {
    const clearing::Sight sight = machine_.clearing();
    Row row;
    row.time = machine_.time();
    for (const clearing::UnderlyingNow& now : sight.market.underlyings) {
        row.spot.push_back(dollars(now.spot.mark.units()));
        row.volatility.push_back(static_cast<double>(now.volatility[0].units()) * 1e-12);
    }
    for (std::size_t i = 0; i < paper_.size(); ++i) {
        if (!opened_[i]) continue;
        const auto standing = machine_.risk().standing(sight, paper_[i]);
        if (!standing) continue;
        row.initial += dollars(standing->equity - standing->initial);
        row.maintenance += dollars(standing->equity - standing->maintenance);
    }
    for (u32 id = stage_.first + stage_.keepers; id < sight.state.accounts.size(); ++id) {
        if (!is_trader(id)) continue;
        const auto standing = machine_.risk().standing(sight, sight.state.accounts[id]);
        if (!standing) continue;
        row.equity += dollars(standing->equity);
        row.required += dollars(standing->equity - standing->initial);
    }
    for (const portfolio::Auction& auction : sight.state.auctions.rows())
        row.auctions += auction.open ? 1u : 0u;
    row.insurance = insurance();
    const auto place = static_cast<u32>(stage_.base.genesis.types.size() + compartment.value());
    row.bad_debt = dollars(machine_.state().treasury.compartments[place].bad_debt.units());
    row.socialised = dollars(sight.state.compartments[compartment.value()].socialised.units());
    rows.push_back(std::move(row));
    sum_greeks();
}

void Measure::sum_greeks() {
    const clearing::Sight sight = machine_.clearing();
    constexpr const char* names[] = {"keepers", "makers", "book"};
    for (u32 underlying = 0; underlying < sight.terms.underlyings.size(); ++underlying) {
        GreeksRow sums[3];
        for (u32 id = stage_.first; id < sight.state.accounts.size(); ++id) {
            const bool keeper = id < stage_.first + stage_.keepers;
            const std::size_t group = keeper ? 0 : is_trader(id) ? 2 : 1;
            const auto each = clearing::greeks_of(sight, sight.state.accounts[id],
                                                  UnderlyingId{static_cast<u16>(underlying)});
            sums[group].delta += dollars(each.delta);
            sums[group].gamma += dollars(each.gamma);
            sums[group].vega += dollars(each.vega);
        }
        for (std::size_t group = 0; group < 3; ++group) {
            sums[group].time = machine_.time();
            sums[group].group = names[group];
            sums[group].underlying = underlying;
            greeks.push_back(sums[group]);
        }
    }
}

void Measure::look(const engine::Outcome& outcome, bool on_grid) {
    count(outcome.events);
    if (!begun_ || !on_grid) return;
    insurance_least = std::min(insurance_least, insurance());
    const u64 since = machine_.time() - stage_.base.world.grid.start;
    for (std::size_t i = 0; i < coverage.size(); ++i)
        if (since % coverage[i].seconds < stage_.base.world.grid.step)
            observe(coverage[i], memories_[i]);
    if (rows.empty() || machine_.time() - sampled_ >= sample_seconds) {
        sampled_ = machine_.time();
        sample();
    }
}

double largest_rise(const std::vector<Row>& rows, u64 seconds) {
    double largest = 1;
    std::size_t first = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        while (rows[i].time - rows[first].time > seconds) ++first;
        for (std::size_t j = first; j < i; ++j)
            if (rows[j].initial > 0) largest = std::max(largest, rows[i].initial / rows[j].initial);
    }
    return largest;
}

}  // namespace ballast::derivatives
