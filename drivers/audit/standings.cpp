#include <ballast/audit/laws.hpp>
#include <ballast/audit/worth.hpp>

#include <algorithm>
#include <set>

namespace ballast::audit {
namespace {

struct Standing {
    i128 equity = 0;
    i128 initial = 0;
    i128 maintenance = 0;
};

/// Tables of the block's market, made anew.
class Tables {
public:
    explicit Tables(const Scene& scene);

    /// Where the models put the account.  None where something that it holds has no price.
    [[nodiscard]] std::optional<Standing> standing(const clearing::AccountRow& account) const;

private:
    void tell_underlyings();
    void tell_instruments();
    void tell_assets();
    void build(u16 model);
    [[nodiscard]] bool priced(const clearing::AccountRow& account) const;
    [[nodiscard]] Standing under(u16 model, const clearing::AccountRow& account) const;
    [[nodiscard]] const oracle::Quote& quote(FeedId feed) const {
        return scene_.state().oracle.feeds[feed.value()].quote;
    }

    const Scene& scene_;
    clearing::Sight sight_;
    std::vector<margin::Underlying> underlyings_;
    std::vector<margin::Instrument> instruments_;
    std::vector<margin::Asset> assets_;
    std::vector<Cash> open_interest_;
    std::map<u16, margin::Table> tables_;
};

/// 1 less the wider half of the quote over its mark, at least 0, rounded down.
Ratio confidence_of(const oracle::Quote& quote) {
    if (quote.mark.zero()) return {};
    const i128 mark = quote.mark.units();
    const i128 width =
        std::max(quote.high.units() - quote.mark.units(), quote.mark.units() - quote.low.units());
    const i128 part = times_over_ceiling(wide(width), wide(ratio_one), wide(mark));
    return Ratio::units(static_cast<i64>(std::max<i128>(0, ratio_one - part)));
}

Tables::Tables(const Scene& scene) : scene_(scene), sight_(scene.after.clearing()) {
    tell_underlyings(), tell_instruments(), tell_assets();
    const auto& houses = scene.state().clearing.compartments;
    for (u32 i = 0; i < houses.size(); ++i) {
        build(houses[i].model);
        if (houses[i].next.height != 0) build(houses[i].next.model);
    }
}

void Tables::tell_underlyings() {
    for (std::size_t i = 0; i < scene_.genesis().clearing.underlyings.size(); ++i) {
        const oracle::Quote& spot = quote(scene_.genesis().clearing.underlyings[i].spot);
        underlyings_.push_back({std::max(spot.mark, Price::units(1)), confidence_of(spot),
                                sight_.market.underlyings[i].volatility[0]});
    }
}

/// Those that there were when the block was priced, with the open interest that they had then.
void Tables::tell_instruments() {
    const std::size_t count = sight_.market.points.size();
    for (u32 id = 0; id < count; ++id) {
        const clearing::InstrumentRow& row = scene_.state().clearing.instruments[id];
        const FeedId spot =
            scene_.genesis().clearing.underlyings[row.series.underlying.value()].spot;
        instruments_.push_back({row.series, sight_.market.points[id], sight_.market.fixed[id],
                                confidence_of(quote(spot))});
        i128 open = scene_.before.instruments[id].open_interest;
        if (row.phase == clearing::Phase::settled) open = 0;
        open_interest_.push_back(
            Cash::units(times_over_ceiling(wide(open), wide(row.mark.units()), wide(amount_one))));
    }
}

void Tables::tell_assets() {
    assets_.resize(scene_.genesis().assets.size());
    for (const auto& compartment : scene_.genesis().clearing.compartments)
        for (const clearing::CollateralTerms& collateral : compartment.collateral) {
            const oracle::Quote& price = quote(collateral.feed);
            assets_[collateral.asset.value()] = {price.firm_low, confidence_of(price)};
        }
}

void Tables::build(u16 model) {
    if (tables_.contains(model)) return;
    tables_.emplace(
        model, margin::build(scene_.genesis().clearing.models[model],
                             {underlyings_, instruments_, assets_}, sight_.kinds, open_interest_));
}

bool Tables::priced(const clearing::AccountRow& account) const {
    for (const clearing::Position& position : account.positions) {
        const auto& row = scene_.state().clearing.instruments[position.instrument.value()];
        if (status_of(scene_, row.series.underlying) == oracle::Status::halted) return false;
    }
    const auto& terms = scene_.genesis().clearing.compartments[account.compartment.value()];
    for (std::size_t slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero() &&
            !oracle::allows_use(quote(terms.collateral[slot].feed)))
            return false;
    return true;
}

/// Scenarios are summed with everything listed, as `explain` does.
Standing Tables::under(u16 model, const clearing::AccountRow& account) const {
    std::vector<risk::Exposure> positions;
    std::vector<margin::Holding> holdings;
    i128 cash = equity_of(scene_, account) - collateral_worth(scene_, account);
    for (const clearing::Position& position : account.positions) {
        const auto& row = scene_.state().clearing.instruments[position.instrument.value()];
        positions.push_back({position.instrument, position.size});
        if (sight_.kinds[row.series.kind].upfront) cash -= value_of(position.size, row.mark);
    }
    const auto& terms = scene_.genesis().clearing.compartments[account.compartment.value()];
    for (std::size_t slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            holdings.push_back({terms.collateral[slot].asset, account.collateral[slot]});
    const margin::Portfolio portfolio{positions, holdings, Cash::units(cash)};
    const margin::Model& terms_of_model = scene_.genesis().clearing.models[model];
    const margin::Table& table = tables_.at(model);
    margin::Margin margin;
    if (const auto* scenarios = std::get_if<scenario::Terms>(&terms_of_model.terms)) {
        margin = scenario::explain(*scenarios, std::get<scenario::Table>(table), portfolio).margin;
    } else {
        margin::Workspace workspace;
        margin = margin::evaluate(terms_of_model, table, portfolio, workspace);
    }
    return {margin.mark_to_market.units(), margin.initial.units(), margin.maintenance.units()};
}

/// During the grace of a switch the requirement moves from the old to the new, never under both.
std::optional<Standing> Tables::standing(const clearing::AccountRow& account) const {
    if (!priced(account)) return {};
    const auto& house = scene_.state().clearing.compartments[account.compartment.value()];
    Standing now = under(house.model, account);
    if (house.next.height == 0 || house.next.start == 0) return now;
    const Standing next = under(house.next.model, account);
    const u64 elapsed = scene_.block.time - house.next.start;
    now.initial = std::min(now.initial, next.initial);
    i128 moved = next.maintenance;
    if (elapsed < house.next.ramp)
        moved = now.maintenance + product_floor(next.maintenance - now.maintenance,
                                                static_cast<i128>(elapsed),
                                                static_cast<i128>(house.next.ramp));
    now.maintenance = std::max(moved, next.maintenance);
    return now;
}

std::string of(const char* what, u32 id) {
    return what + text(i128{id});
}

bool waits(const Scene& scene, const clearing::AccountRow& account) {
    return std::any_of(account.positions.begin(), account.positions.end(), [&](const auto& held) {
        const auto& row = scene.state().clearing.instruments[held.instrument.value()];
        return row.phase == clearing::Phase::expired;
    });
}

/// The machine's answer for the account as it stands now.
void check_standing(const Scene& scene, const Tables& tables, u32 id, Findings& findings) {
    const clearing::AccountRow& account = scene.state().clearing.accounts[id];
    const auto own = tables.standing(account);
    const auto machine = scene.after.risk().standing(scene.after.clearing(), account);
    findings.equal(Law::l6, own.has_value(), machine.has_value(),
                   [&] { return of("prices of margin account ", id); });
    if (!own || !machine) return;
    findings.equal(Law::l6, own->initial, machine->initial.units(),
                   [&] { return of("initial margin of account ", id); });
    findings.equal(Law::l6, own->maintenance, machine->maintenance.units(),
                   [&] { return of("maintenance margin of account ", id); });
    // The models price what has expired and waits for its settlement; its mark stands still.
    if (waits(scene, account)) return;
    const i128 apart = equity_of(scene, account) - machine->equity.units();
    findings.at_most(Law::l6, dust_of(account), apart < 0 ? -apart : apart,
                     [&] { return of("equity apart from its parts, margin account ", id); });
}

/// What the block says of accounts before anybody acts.
struct ToldStandings {
    std::set<u32> unhealthy;
    std::set<u32> changed;  ///< By a settlement or for another account.
    std::set<u32> started;  ///< Auctions, by account.
    std::set<u32> closed;
    std::set<u32> acted;  ///< By transactions.
};

ToldStandings standings_told(const Scene& scene) {
    ToldStandings told;
    for (const Event& event : scene.outcome.events) {
        switch (event.kind) {
            case EventKind::margin_unhealthy: told.unhealthy.insert(event.subject); break;
            case EventKind::position_settled: told.changed.insert(event.subject); break;
            case EventKind::position_deleveraged:
            case EventKind::loss_socialised:
                told.changed.insert(event.subject);
                told.closed.insert(event.subject);
                break;
            case EventKind::account_auction_started:
                told.started.insert(scene.state().clearing.auctions[event.subject].account.value());
                break;
            case EventKind::account_backstopped: told.closed.insert(event.subject); break;
            case EventKind::margin_deposited:
            case EventKind::margin_withdrawn:
            case EventKind::filled:
            case EventKind::account_collateral_sold: told.acted.insert(event.subject); break;
            default: break;
        }
    }
    return told;
}

/// Every account that was unhealthy when the block began to resolve, and no other, was said to be.
void check_found(const Scene& scene, const Tables& tables, const ToldStandings& told,
                 Findings& findings) {
    for (u32 id = 0; id < scene.before.accounts.size(); ++id) {
        const clearing::AccountRow& account = scene.before.accounts[id];
        if (account.in_auction || told.changed.contains(id)) continue;
        const auto own = tables.standing(account);
        const bool bad =
            own && own->maintenance < 0 && (!account.positions.empty() || !account.debt.zero());
        findings.equal(Law::l6, bad, told.unhealthy.contains(id), [&] {
            return of("found unhealthy if and only if it was, margin account ", id);
        });
    }
}

/// Who was found unhealthy is auctioned or closed out, unless selling collateral may restore him.
void check_dealt_with(const Scene& scene, const ToldStandings& told, Findings& findings) {
    for (const u32 id : told.unhealthy) {
        if (id >= scene.before.accounts.size()) continue;
        const clearing::AccountRow& account = scene.state().clearing.accounts[id];
        const clearing::AccountRow& before = scene.before.accounts[id];
        const bool closed = account.positions.empty() && !before.positions.empty();
        const bool sale = equity_of(scene, before) > 0 && collateral_worth(scene, before) > 0;
        findings.holds(Law::l6,
                       told.started.contains(id) || closed || sale || told.closed.contains(id) ||
                           told.acted.contains(id),
                       [&] { return of("something is done about margin account ", id); });
    }
}

}  // namespace

void check_standings(const Scene& scene, Findings& findings) {
    if (scene.genesis().clearing.compartments.empty()) return;
    if (scene.state().clearing.accounts.size() == 0) return;
    const ToldStandings told = standings_told(scene);
    if (scene.before.accounts.empty()) return;  // Nothing was there to be priced.
    const Tables tables(scene);
    for (u32 id = 0; id < scene.before.accounts.size(); ++id)
        check_standing(scene, tables, id, findings);
    check_found(scene, tables, told, findings);
    check_dealt_with(scene, told, findings);
}

}  // namespace ballast::audit
