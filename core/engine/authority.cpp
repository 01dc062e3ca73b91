#include <ballast/engine/authority.hpp>

#include <ballast/engine/machine.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

namespace right = access::right;

/// Money that goes to another account leaves the sender's hands.
u8 rights_towards(AccountId sender, AccountId owner) {
    return owner == sender ? right::trade : right::withdraw;
}

u8 rights_at_vault(const State& state, AccountId sender, VaultId vault) {
    const auto& rows = state.vaults.vaults;
    if (vault.value() >= rows.size()) return right::trade;
    return rights_towards(sender, rows[vault.value()].owner);
}

u8 needed(const State&, AccountId, const Transfer&) {
    return right::withdraw;
}
u8 needed(const State& state, AccountId sender, const vaults::Deposit& request) {
    return rights_at_vault(state, sender, request.vault);
}
u8 needed(const State& state, AccountId sender, const vaults::Repay& request) {
    return rights_at_vault(state, sender, request.vault);
}
u8 needed(const State& state, AccountId sender, const clearing::MarginDeposit& request) {
    const auto& rows = state.clearing.accounts;
    if (request.account.value() >= rows.size()) return right::trade;
    return rights_towards(sender, rows[request.account.value()].owner);
}
u8 needed(const State&, AccountId, const clearing::OpenMargin&) {
    return right::trade | right::manage;
}
u8 needed(const State&, AccountId, const clearing::SwitchModel&) {
    return right::manage;
}
u8 needed(const State&, AccountId, const access::OpenAccount&) {
    return right::manage;
}
u8 needed(const State&, AccountId, const access::GrantKey&) {
    return right::manage;
}
u8 needed(const State&, AccountId, const access::RevokeKey&) {
    return right::manage;
}
template <class Request>
u8 needed(const State&, AccountId, const Request&) {
    return right::trade;
}

u8 rights_needed(const State& state, const Transaction& transaction) {
    if (const auto* action = std::get_if<Action>(&transaction.body))
        return rights_needed(state, transaction.sender, *action);
    u8 rights = 0;
    for (const Action& action : std::get<Batch>(transaction.body).actions)
        rights |= rights_needed(state, transaction.sender, action);
    return rights;
}

/// Whether a signature stands under the transaction whose key may do this.
Result<void> check_signed(const Grounds& grounds, const Transaction& transaction, Verdict verdict) {
    // Nobody makes the machine hash more than a transaction may hold.
    const auto* batch = std::get_if<Batch>(&transaction.body);
    if (batch && batch->actions.size() > limits::batch_max) return no(Reject::batch_too_long);
    if (!transaction.authorisation) return no(Reject::signature_missing);
    const bool good = verdict == Verdict::unknown
                          ? authentic(transaction, grounds.genesis, grounds.chain)
                          : verdict == Verdict::good;
    if (!good) return no(Reject::signature_wrong);
    BALLAST_TRY(const u8 rights, access::rights_of(grounds.state.access, transaction.sender,
                                                   transaction.authorisation->key, grounds.now));
    if ((rights_needed(grounds.state, transaction) & ~rights) != 0)
        return no(Reject::right_missing);
    return {};
}

}  // namespace

u8 rights_needed(const State& state, AccountId sender, const Action& action) {
    return std::visit([&](const auto& request) { return needed(state, sender, request); }, action);
}

Amount fee_of(const Genesis& genesis, const Transaction& transaction) {
    const auto* batch = std::get_if<Batch>(&transaction.body);
    const std::size_t actions = batch ? std::max<std::size_t>(batch->actions.size(), 1) : 1;
    return Amount::units(genesis.access.fee.units() * static_cast<i128>(actions));
}

Result<void> check_authority(const Grounds& grounds, const Transaction& transaction,
                             Verdict verdict) {
    const ledger::Ledger& ledger = grounds.state.ledger;
    const access::Terms& terms = grounds.genesis.access;
    const AccountId sender = transaction.sender;
    if (!ledger.exists(sender)) return no(Reject::unknown_account);
    if (sender.value() < system_accounts) return no(Reject::system_account_forbidden);
    if (transaction.expires != 0 && grounds.now > transaction.expires)
        return no(Reject::transaction_expired);
    if (!ledger.nonce_free(sender, transaction.nonce)) return no(Reject::bad_nonce);
    if (terms.signed_transactions) BALLAST_CHECK(check_signed(grounds, transaction, verdict));
    if (!terms.fee.zero() &&
        ledger.balance(sender, terms.fee_asset) < fee_of(grounds.genesis, transaction))
        return no(Reject::fee_not_covered);
    return {};
}

void charge_sender(Desk& desk, const Transaction& transaction) noexcept {
    desk.state.ledger.use_nonce(transaction.sender, transaction.nonce);
    const access::Terms& terms = desk.genesis.access;
    if (terms.fee.zero()) return;
    const Amount fee = fee_of(desk.genesis, transaction);
    desk.state.ledger.post({transaction.sender, system_account::surplus, terms.fee_asset, fee});
    const i128 actions = fee.units() / terms.fee.units();
    desk.events.push_back({EventKind::fee_paid, static_cast<u32>(actions), transaction.sender,
                           terms.fee_asset, fee.units(), 0});
}

}  // namespace ballast::engine
