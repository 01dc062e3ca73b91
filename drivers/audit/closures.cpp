#include <ballast/audit/laws.hpp>
#include <ballast/audit/worth.hpp>

#include <set>

namespace ballast::audit {
namespace {

/// An account that may be closed out, and what the events since say of it.
struct Closure {
    u32 account = 0;
    i128 equity = 0;      ///< Just before.
    i128 drawn = 0;       ///< From the layers.
    i128 haircuts = 0;    ///< Of those on the other side.
    i128 socialised = 0;  ///< Borne by others.
    i128 lost = 0;        ///< Debt written off.
    i128 taken_over = 0;  ///< Cash that could not be paid for it yet.
    i128 forfeited = 0;   ///< Worth of collateral that went to the surplus.
    bool written_off = false;
    bool last = true;

    [[nodiscard]] i128 covered() const { return drawn + haircuts + socialised; }
    [[nodiscard]] i128 end() const { return equity + covered() + lost - forfeited - taken_over; }
    [[nodiscard]] bool any() const { return covered() != 0 || written_off; }
};

/// The close-outs of one block, by its events: they follow the account's being found unhealthy, or
/// the end of its auction, at once.
class Closures {
public:
    Closures(const Scene& scene, Findings& findings) : scene_(scene), findings_(findings) {}

    void follow(const Event& event);
    /// Compares what was closed, now that it is known what changed after.
    void finish();

private:
    void end();
    void begin(u32 account);
    void hit(const Event& event, i128 amount);
    void loss(const Event& event);
    void compare(const Closure& closure);
    [[nodiscard]] u32 house(u32 account) const {
        return scene_.before.accounts[account].compartment.value();
    }

    const Scene& scene_;
    Findings& findings_;
    std::optional<Closure> open_;
    std::map<u32, i128> changes_;  ///< Of equity since the block began to resolve, by account.
    std::set<u32> moved_;          ///< Accounts that later events change.
    std::vector<Closure> closed_;
};

void Closures::begin(u32 account) {
    end();
    if (account >= scene_.before.accounts.size()) return;
    Closure closure;
    closure.account = account;
    closure.equity = equity_of(scene_, scene_.before.accounts[account]) + changes_[account];
    open_ = closure;
}

void Closures::end() {
    if (open_ && open_->any()) {
        if (open_->written_off)
            open_->forfeited = collateral_worth(scene_, scene_.before.accounts[open_->account]);
        changes_[open_->account] += open_->end() - open_->equity;
        // An account may be closed out twice; where it stands in the end the last one says.
        for (Closure& earlier : closed_)
            if (earlier.account == open_->account) earlier.last = false;
        closed_.push_back(*open_);
    }
    open_.reset();
}

void Closures::finish() {
    end();
    for (const Closure& closure : closed_) compare(closure);
}

/// What another account bears for the one that is open: it is of the same compartment (L10).
void Closures::hit(const Event& event, i128 amount) {
    changes_[event.subject] -= amount;
    const bool known = open_ && event.subject < scene_.before.accounts.size();
    findings_.holds(Law::l10, known && house(event.subject) == house(open_->account), [&] {
        return "margin account " + text(i128{event.subject}) +
               " bears losses of its own compartment alone";
    });
}

void Closures::loss(const Event& event) {
    const std::size_t first = scene_.genesis().types.size();
    if (!open_ || event.subject < first) return;
    if (event.subject - first == house(open_->account)) open_->drawn += event.amount;
}

void Closures::follow(const Event& event) {
    switch (event.kind) {
        case EventKind::margin_unhealthy: return begin(event.subject);
        case EventKind::account_auction_ended:
            return begin(scene_.state().clearing.auctions[event.subject].account.value());
        case EventKind::position_deleveraged:
            hit(event, event.value);
            if (open_) open_->haircuts += event.value;
            return;
        case EventKind::loss_socialised:
            hit(event, event.amount);
            if (open_) open_->socialised += event.amount;
            return;
        case EventKind::account_backstopped:
            if (!open_) return;
            // The loss that follows is this one, for which no cash comes.
            open_->written_off = true;
            open_->lost = event.amount;
            open_->taken_over = event.value;
            open_->drawn -= event.amount;
            return;
        case EventKind::loss_arose: return loss(event);
        case EventKind::account_auction_taken:
            // What was drawn for a take stands before it.
            if (open_) open_->drawn -= event.value;
            return end();
        case EventKind::loss_from_reserve:
        case EventKind::loss_from_surplus:
        case EventKind::loss_booked:
        case EventKind::margin_debt_minted:
        case EventKind::margin_debt_repaid: return;
        case EventKind::filled:
        case EventKind::margin_deposited:
        case EventKind::margin_withdrawn: moved_.insert(event.subject); return end();
        default: return end();
    }
}

void Closures::compare(const Closure& closure) {
    const clearing::AccountRow& before = scene_.before.accounts[closure.account];
    const clearing::AccountRow& after = scene_.state().clearing.accounts[closure.account];
    const i128 most = 2 * dust_of(before);
    const i128 lack = closure.equity < 0 ? -closure.equity : 0;
    const auto of = [&](const char* what) { return what + text(i128{closure.account}); };
    findings_.at_most(Law::l8, lack + most, closure.covered(),
                      [&] { return of("what others paid for margin account "); });
    const i128 end = closure.end();
    if (closure.written_off) {
        findings_.at_most(Law::l8, most, end < 0 ? -end : end,
                          [&] { return of("what is left unexplained of margin account "); });
    } else if (after.positions.empty() && closure.equity < 0 && closure.last) {
        findings_.at_least(Law::l8, -most, end,
                           [&] { return of("what nobody covered of margin account "); });
    }
    if (!closure.last || moved_.contains(closure.account)) return;
    const i128 left = equity_of(scene_, after);
    findings_.at_most(Law::l8, most, left < end ? end - left : left - end,
                      [&] { return of("equity other than events say, margin account "); });
}

}  // namespace

void check_closures(const Scene& scene, Findings& findings) {
    if (scene.genesis().clearing.compartments.empty()) return;
    Closures closures(scene, findings);
    for (const Event& event : scene.outcome.events) closures.follow(event);
    closures.finish();
}

}  // namespace ballast::audit
