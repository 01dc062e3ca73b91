#include <ballast/audit/laws.hpp>
#include <ballast/audit/worth.hpp>

#include <algorithm>
#include <set>

namespace ballast::audit {
namespace {

/// The margin accounts of one block, followed by its events.
class Floor {
public:
    explicit Floor(const Scene& scene) : scene_(scene), flows_(scene.before.houses.size()) {
        for (const clearing::AccountRow& account : scene.before.accounts) {
            Followed followed{account.compartment, account.owner, {}, true, false};
            for (const clearing::Position& position : account.positions)
                followed.sizes[position.instrument.value()] = position.size;
            accounts_.push_back(std::move(followed));
        }
        // The pool realises its gains and losses in every block, which no event says.
        if (scene.genesis().clearing.pool && !accounts_.empty()) touch(0);
    }

    void follow(const Event& event, Findings& findings);
    void follow(const engine::Block& block, const engine::Outcome& outcome);
    void compare(Findings& findings) const;

private:
    struct Followed {
        CompartmentId compartment;
        AccountId owner;
        std::map<u32, i128> sizes;
        bool known = true;     ///< Whether the events tell its positions.
        bool touched = false;  ///< Whether anything names it.
    };

    void fill(const Event& event, Findings& findings);
    void fill_side(const Event& side, const Event& trade, Findings& findings);
    void settle(const Event& event);
    void take(const Event& event);
    void withdraw(const Event& event, Findings& findings) const;
    void flow(const Event& event);
    void touch(u32 id);
    void forget(u32 id);
    void compare_sizes(u32 id, Findings& findings) const;
    void compare_untouched(u32 id, Findings& findings) const;
    [[nodiscard]] const clearing::InstrumentRow& instrument(u32 id) const {
        return scene_.state().clearing.instruments[id];
    }
    [[nodiscard]] AssetId synthetic(std::size_t house) const {
        return scene_.genesis().clearing.compartments[house].synthetic;
    }

    const Scene& scene_;
    std::vector<Followed> accounts_;
    std::vector<i128> flows_;  ///< Of cash, by compartment.
    std::vector<Event> sides_;
    u32 settling_ = 0;
};

void Floor::touch(u32 id) {
    BALLAST_ASSERT(id < accounts_.size());
    accounts_[id].touched = true;
}

void Floor::forget(u32 id) {
    touch(id);
    accounts_[id].known = false;
}

/// A leg: what the first bought, what the second did, and of which instrument.
void Floor::fill(const Event& event, Findings& findings) {
    findings.equal(Law::l7, 2, static_cast<i128>(sides_.size()),
                   [&] { return "sides of a trade of instrument " + text(i128{event.subject}); });
    i128 bought = 0;
    i128 paid = 0;
    for (const Event& side : sides_) {
        fill_side(side, event, findings);
        bought += side.amount, paid += side.value;
    }
    sides_.clear();
    const auto of = [&](const char* what) { return what + text(i128{event.subject}); };
    findings.equal(Law::l7, 0, bought, [&] { return of("bought less sold of instrument "); });
    findings.equal(Law::l3, 0, paid, [&] { return of("paid less received for instrument "); });
}

void Floor::fill_side(const Event& side, const Event& trade, Findings& findings) {
    touch(side.subject);
    Followed& account = accounts_[side.subject];
    const i128 before = account.sizes[trade.subject];
    const i128 after = before + side.amount;
    account.sizes[trade.subject] = after;
    const auto status = status_of(scene_, instrument(trade.subject).series.underlying);
    const auto of = [&](const char* what) { return what + text(i128{side.subject}); };
    findings.holds(Law::l9, status != oracle::Status::halted,
                   [&] { return of("no trade on a halted feed, margin account "); });
    if (!account.known) return;
    const bool smaller =
        before != 0 && (before > 0 ? after >= 0 && after < before : after <= 0 && after > before);
    findings.holds(Law::l9, smaller || status == oracle::Status::live,
                   [&] { return of("risk grows on live feeds alone, margin account "); });
}

void Floor::settle(const Event& event) {
    touch(event.subject);
    accounts_[event.subject].sizes.erase(settling_);
}

/// How much of each position was taken no event says; nor which of his accounts the keeper used.
void Floor::take(const Event& event) {
    const portfolio::Auction& auction = scene_.state().clearing.auctions[event.subject];
    forget(auction.account.value());
    const CompartmentId house = accounts_[auction.account.value()].compartment;
    for (u32 id = 0; id < accounts_.size(); ++id)
        if (accounts_[id].owner == event.account && accounts_[id].compartment == house) forget(id);
}

/// What leaves an account with positions is new risk.
void Floor::withdraw(const Event& event, Findings& findings) const {
    const Followed& account = accounts_[event.subject];
    if (!account.known) return;
    for (const auto& [id, size] : account.sizes) {
        if (size == 0) continue;
        const auto status = status_of(scene_, instrument(id).series.underlying);
        findings.holds(Law::l9, status == oracle::Status::live, [&] {
            return "withdrawal on live feeds alone, margin account " + text(i128{event.subject});
        });
    }
}

/// What an event does to the cash that a compartment holds.
void Floor::flow(const Event& event) {
    const std::size_t types = scene_.genesis().types.size();
    if (event.kind == EventKind::loss_arose) {
        if (event.subject >= types) flows_[event.subject - types] += event.amount;
        return;
    }
    if (event.kind == EventKind::fill_fee_paid) {
        flows_[event.subject] -= event.amount;
        return;
    }
    const auto& pool = scene_.genesis().clearing.pool;
    if (event.kind == EventKind::liquidity_deposits_settled) {
        flows_[pool->compartment.value()] += event.amount;
        return;
    }
    if (event.kind == EventKind::liquidity_withdrawals_settled) {
        flows_[pool->compartment.value()] -= event.amount;
        return;
    }
    const std::size_t house = accounts_[event.subject].compartment.value();
    const bool cash = event.asset == synthetic(house);
    i128& flow = flows_[house];
    switch (event.kind) {
        case EventKind::margin_deposited: flow += cash ? event.amount : 0; return;
        case EventKind::margin_withdrawn: flow -= cash ? event.amount : 0; return;
        case EventKind::margin_debt_minted: flow += event.amount; return;
        case EventKind::margin_debt_repaid: flow -= event.amount; return;
        case EventKind::account_collateral_sold: flow += event.value; return;
        // Debt that is written off is a loss too, for which no cash came.
        case EventKind::account_backstopped: flow -= event.amount; return;
        default: return;
    }
}

void Floor::follow(const Event& event, Findings& findings) {
    switch (event.kind) {
        case EventKind::margin_opened: {
            const CompartmentId house{static_cast<u16>(event.value)};
            accounts_.push_back({house, event.account, {}, true, true});
            return;
        }
        case EventKind::margin_withdrawn: withdraw(event, findings); [[fallthrough]];
        case EventKind::margin_deposited:
        case EventKind::margin_debt_minted:
        case EventKind::margin_debt_repaid:
        case EventKind::account_collateral_sold: touch(event.subject); [[fallthrough]];
        case EventKind::loss_arose:
        case EventKind::liquidity_deposits_settled:
        case EventKind::liquidity_withdrawals_settled:
        case EventKind::fill_fee_paid: return flow(event);
        case EventKind::filled: sides_.push_back(event); return;
        case EventKind::traded: return fill(event, findings);
        case EventKind::instrument_settled: settling_ = event.subject; return;
        case EventKind::position_settled: return settle(event);
        case EventKind::account_backstopped: flow(event); [[fallthrough]];
        case EventKind::position_deleveraged: return forget(event.subject);
        case EventKind::loss_socialised: return touch(event.subject);
        case EventKind::account_auction_started:
        case EventKind::account_auction_ended:
            // A close-out may follow, and says no sizes.
            return forget(scene_.state().clearing.auctions[event.subject].account.value());
        case EventKind::margin_unhealthy: return forget(event.subject);
        case EventKind::account_auction_taken: return take(event);
        default: return;
    }
}

/// What is accepted and leaves no event of its own.
void Floor::follow(const engine::Block& block, const engine::Outcome& outcome) {
    const auto mark = [this](const engine::Action& action) {
        if (const auto* request = std::get_if<clearing::SettleMargin>(&action))
            touch(request->account.value());
    };
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
        if (!outcome.receipts[i].accepted()) continue;
        if (const auto* batch = std::get_if<engine::Batch>(&block.transactions[i].body))
            for (const engine::Action& action : batch->actions) mark(action);
        else
            mark(std::get<engine::Action>(block.transactions[i].body));
    }
}

void Floor::compare_sizes(u32 id, Findings& findings) const {
    const clearing::AccountRow& row = scene_.state().clearing.accounts[id];
    std::map<u32, i128> sizes;
    for (const clearing::Position& position : row.positions)
        sizes[position.instrument.value()] = position.size;
    std::map<u32, i128> followed = accounts_[id].sizes;
    std::erase_if(followed, [](const auto& entry) { return entry.second == 0; });
    findings.holds(Law::l7, sizes == followed, [&] {
        return "the positions of margin account " + text(i128{id}) + " are what was traded";
    });
}

void Floor::compare_untouched(u32 id, Findings& findings) const {
    if (id >= scene_.before.accounts.size()) return;
    clearing::AccountRow row = scene_.state().clearing.accounts[id];
    const clearing::AccountRow& before = scene_.before.accounts[id];
    // What is noted of its state is no change of it.
    row.over_limit = before.over_limit;
    row.unhealthy = before.unhealthy;
    findings.holds(Law::l10, row == before, [&] {
        return "margin account " + text(i128{id}) + ", which nothing names, does not change";
    });
}

void Floor::compare(Findings& findings) const {
    const clearing::State& state = scene_.state().clearing;
    findings.equal(Law::l7, static_cast<i128>(accounts_.size()), state.accounts.size(),
                   [] { return std::string("number of margin accounts"); });
    const std::size_t count = std::min<std::size_t>(accounts_.size(), state.accounts.size());
    for (u32 id = 0; id < count; ++id) {
        if (accounts_[id].known) compare_sizes(id, findings);
        if (!accounts_[id].touched) compare_untouched(id, findings);
    }
    for (u32 house = 0; house < flows_.size(); ++house) {
        const i128 before = scene_.before.houses[house].held.units();
        findings.equal(
            Law::l8, before + flows_[house], state.compartments[house].held.units(),
            [&] { return "cash held by " + scene_.genesis().clearing.compartments[house].name; });
    }
}

}  // namespace

void check_floor(const Scene& scene, Findings& findings) {
    if (scene.genesis().clearing.compartments.empty()) return;
    Floor floor(scene);
    for (const Event& event : scene.outcome.events) floor.follow(event, findings);
    floor.follow(scene.block, scene.outcome);
    floor.compare(findings);
}

}  // namespace ballast::audit
