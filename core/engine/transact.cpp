#include <ballast/engine/authority.hpp>

namespace ballast::engine {
namespace {

Result<void> act(Desk& desk, AccountId sender, const Transfer& request) {
    ledger::Ledger& ledger = desk.state.ledger;
    if (!ledger.exists(request.to)) return no(Reject::unknown_account);
    if (request.to.value() < system_accounts) return no(Reject::system_account_forbidden);
    if (!ledger.exists(request.asset)) return no(Reject::unknown_asset);
    if (request.amount <= Amount()) return no(Reject::amount_not_positive);
    if (request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    if (request.to == sender) return no(Reject::self_transfer);
    if (ledger.balance(sender, request.asset) < request.amount)
        return no(Reject::insufficient_balance);
    ledger.post({sender, request.to, request.asset, request.amount});
    return {};
}

/// The actions of the vault room all have the same shape.
template <class Request>
    requires requires { typename Request::Plan; }
Result<void> act(Desk& desk, AccountId sender, const Request& request) {
    BALLAST_TRY(const typename Request::Plan plan, vaults::check(desk.facts(), sender, request));
    vaults::Books books = desk.books();
    vaults::apply(books, plan);
    return {};
}

Result<void> act(Desk& desk, AccountId sender, const vaults::Redeem& request) {
    BALLAST_TRY(const vaults::Redeem::Plan plan,
                vaults::check(desk.facts(), desk.state.vaults.watch, sender, request));
    vaults::Books books = desk.books();
    vaults::apply(books, plan);
    return {};
}

/// The opening fee is income of the vault's compartment.
Result<void> act(Desk& desk, AccountId sender, const vaults::Mint& request) {
    BALLAST_TRY(const vaults::Mint::Plan plan, vaults::check(desk.facts(), sender, request));
    vaults::Books books = desk.books();
    vaults::apply(books, plan);
    const treasury::Booking income{desk.state.vaults.vaults[request.vault.value()].type, plan.fee};
    treasury::collect(desk.genesis.treasury, desk.state.treasury, desk.state.ledger, income,
                      desk.events);
    return {};
}

Result<void> act(Desk& desk, AccountId sender, const auctions::Take& request) {
    return take(desk, sender, request);
}

Result<void> act(Desk& desk, AccountId sender, const PoolDeposit& request) {
    const backstop::Request wanted{sender, request.asset, request.amount};
    BALLAST_TRY(const backstop::Plan plan,
                backstop::check_deposit(desk.genesis.backstop, desk.state.backstop,
                                        desk.state.ledger, wanted));
    backstop::apply_deposit(desk.state.backstop, desk.state.ledger, plan, desk.events);
    return {};
}

Result<void> act(Desk& desk, AccountId sender, const PoolWithdraw& request) {
    const backstop::Request wanted{sender, request.asset, request.amount};
    const bool waiting =
        request.asset.value() < desk.waiting.size() && desk.waiting[request.asset.value()];
    BALLAST_TRY(
        const backstop::Plan plan,
        backstop::check_withdraw(desk.genesis.backstop, desk.state.backstop, wanted, waiting));
    backstop::apply_withdraw(desk.state.backstop, desk.state.ledger, plan, desk.events);
    return {};
}

Result<void> act(Desk& desk, AccountId sender, const PoolClaim& request) {
    const backstop::Request wanted{sender, request.asset, Amount()};
    BALLAST_TRY(const backstop::Plan plan,
                backstop::check_claim(desk.genesis.backstop, desk.state.backstop, wanted));
    backstop::apply_claim(desk.state.backstop, desk.state.ledger, plan, desk.events);
    return {};
}

/// The actions of the clearing house, likewise.
template <class Request>
    requires requires(const clearing::Facts& facts, const Request& request) {
        clearing::check(facts, AccountId{}, request);
    }
Result<void> act(Desk& desk, AccountId sender, const Request& request) {
    BALLAST_TRY(auto plan, clearing::check(desk.clearing(), sender, request));
    clearing::apply(desk.house, std::move(plan));
    return {};
}

/// The actions of the exchange, likewise.
template <class Request>
    requires requires(Exchange& exchange, const Request& request) {
        act(exchange, AccountId{}, request);
    }
Result<void> act(Desk& desk, AccountId sender, const Request& request) {
    Exchange exchange{desk.genesis.swaps, desk.state.exchange, desk.state.ledger, desk.events};
    return act(exchange, sender, request);
}

/// The backstop keeps a row for every account.
Result<void> act(Desk& desk, AccountId sender, const access::OpenAccount& request) {
    access::Books books = desk.keys();
    BALLAST_CHECK(access::act(books, sender, request));
    backstop::open_account(desk.state.backstop);
    return {};
}

/// The other actions of the access room.
template <class Request>
    requires requires(access::Books& books, const Request& request) {
        access::act(books, AccountId{}, request);
    }
Result<void> act(Desk& desk, AccountId sender, const Request& request) {
    access::Books books = desk.keys();
    return access::act(books, sender, request);
}

Result<void> act(Desk& desk, AccountId sender, const Action& action) {
    return std::visit([&](const auto& request) { return act(desk, sender, request); }, action);
}

Receipt rejected(Reject reason, std::size_t position) {
    return {static_cast<u16>(reason), static_cast<u16>(position)};
}

/// Does all actions or none: what has been written is taken back with the first that is rejected.
Receipt act_together(Desk& desk, AccountId sender, const Batch& batch) {
    if (batch.actions.empty()) return rejected(Reject::batch_empty, 0);
    if (batch.actions.size() > limits::batch_max) return rejected(Reject::batch_too_long, 0);
    const std::size_t events = desk.events.size();
    desk.state.each([](auto& table) { table.begin(); });
    for (std::size_t i = 0; i < batch.actions.size(); ++i) {
        const Result<void> done = act(desk, sender, batch.actions[i]);
        if (done) continue;
        desk.state.each([](auto& table) { table.rollback(); });
        desk.state.vaults.rolled_back();
        desk.events.resize(events);
        return rejected(done.error(), i);
    }
    desk.state.each([](auto& table) { table.commit(); });
    return {};
}

Receipt act(Desk& desk, AccountId sender, const std::variant<Action, Batch>& body) {
    if (const auto* batch = std::get_if<Batch>(&body)) return act_together(desk, sender, *batch);
    const Result<void> done = act(desk, sender, std::get<Action>(body));
    return done ? Receipt{} : rejected(done.error(), 0);
}

}  // namespace

Receipt transact(Desk& desk, const Transaction& transaction, Verdict verdict) {
    const Result<void> authority =
        check_authority({desk.genesis, desk.state, desk.chain, desk.now}, transaction, verdict);
    if (!authority) return rejected(authority.error(), 0);
    charge_sender(desk, transaction);
    return act(desk, transaction.sender, transaction.body);
}

Receipt attempt(Desk& desk, const Transaction& transaction) {
    const AccountId sender = transaction.sender;
    if (!desk.state.ledger.exists(sender)) return rejected(Reject::unknown_account, 0);
    if (sender.value() < system_accounts) return rejected(Reject::system_account_forbidden, 0);
    return act(desk, sender, transaction.body);
}

}  // namespace ballast::engine
