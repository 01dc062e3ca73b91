#include <ballast/audit/authority.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

constexpr Reject none{};

std::span<const engine::Action> actions_of(const engine::Transaction& transaction) {
    if (const auto* action = std::get_if<engine::Action>(&transaction.body)) return {action, 1};
    return std::get<engine::Batch>(transaction.body).actions;
}

bool keyed(const Scene& scene) {
    return scene.genesis().access.signed_transactions;
}

/// Whether something of another account's is paid into.  What did not exist before the block is
/// passed over: whose it was at that moment nobody tells.
template <class Rows>
bool of_another(const Rows& rows, std::size_t id, std::size_t before, AccountId sender) {
    return id < before && rows[static_cast<u32>(id)].owner != sender;
}

/// The rights that an action of `sender` needs at least.
u8 needed(const Scene& scene, AccountId sender, const engine::Action& action) {
    namespace right = access::right;
    const auto& vaults = scene.state().vaults.vaults;
    const auto& accounts = scene.state().clearing.accounts;
    const std::size_t old_vaults = scene.before.vaults.size();
    const std::size_t old_accounts = scene.before.accounts.size();
    return std::visit(
        [&]<class T>(const T& request) -> u8 {
            if constexpr (std::is_same_v<T, engine::Transfer>) return right::withdraw;
            if constexpr (std::is_same_v<T, access::OpenAccount> ||
                          std::is_same_v<T, access::GrantKey> ||
                          std::is_same_v<T, access::RevokeKey> ||
                          std::is_same_v<T, clearing::SwitchModel>)
                return right::manage;
            if constexpr (std::is_same_v<T, clearing::OpenMargin>)
                return right::trade | right::manage;
            if constexpr (std::is_same_v<T, vaults::Deposit> || std::is_same_v<T, vaults::Repay>) {
                if (request.vault.value() >= old_vaults) return 0;
                if (of_another(vaults, request.vault.value(), old_vaults, sender))
                    return right::withdraw;
            }
            if constexpr (std::is_same_v<T, clearing::MarginDeposit>) {
                if (request.account.value() >= old_accounts) return 0;
                if (of_another(accounts, request.account.value(), old_accounts, sender))
                    return right::withdraw;
            }
            return right::trade;
        },
        action);
}

u8 needed(const Scene& scene, const engine::Transaction& transaction) {
    u8 rights = 0;
    for (const engine::Action& action : actions_of(transaction))
        rights |= needed(scene, transaction.sender, action);
    return rights;
}

/// What only a transaction that may not be tried can be told.
bool tells_of_authority(Reject reason) {
    constexpr Reject all[] = {Reject::bad_nonce, Reject::transaction_expired,
                              Reject::signature_missing, Reject::signature_wrong,
                              Reject::key_expired};
    return std::find(std::begin(all), std::end(all), reason) != std::end(all);
}

/// An empty batch pays for one action.
u32 actions_paid(const engine::Transaction& transaction) {
    return static_cast<u32>(std::max<std::size_t>(actions_of(transaction).size(), 1));
}

std::string at_position(const char* what, std::size_t position) {
    return std::string(what) + " of transaction " + text(static_cast<i128>(position));
}

}  // namespace

Authority::Authority(const engine::Machine& machine) : purses_(machine) {
    const ledger::Ledger& ledger = machine.state().ledger;
    const auto& holders = machine.state().access.holders;
    for (u32 id = system_accounts; id < ledger.accounts(); ++id) {
        Account account;
        account.next = ledger.nonce(AccountId{id});
        account.parent = id;
        for (u64 ahead = 1; ahead < access::nonce_window; ++ahead)
            if (!ledger.nonce_free(AccountId{id}, account.next + ahead))
                account.used.insert(account.next + ahead);
        if (id - system_accounts < holders.size()) {
            account.parent = holders[id - system_accounts].parent.value();
            for (const access::Grant& grant : holders[id - system_accounts].grants)
                account.keys[grant.key] = grant;
        }
        accounts_.push_back(std::move(account));
    }
}

void Authority::use_nonce(u32 account, u64 nonce) {
    Account& own = of(account);
    own.used.insert(nonce);
    while (own.used.erase(own.next) > 0) ++own.next;
}

u8 Authority::rights(u32 account, const crypto::Key& key, u64 now) const {
    u8 rights = 0;
    for (const u32 holder : {account, of(account).parent}) {
        const auto found = of(holder).keys.find(key);
        if (found == of(holder).keys.end()) continue;
        const u64 expires = found->second.expires;
        if (expires == 0 || expires >= now) rights |= found->second.rights;
    }
    return rights;
}

Reject Authority::refusal(const Scene& scene, const engine::Transaction& transaction) const {
    const u32 sender = transaction.sender.value();
    if (sender >= system_accounts + accounts_.size()) return Reject::unknown_account;
    if (sender < system_accounts) return Reject::system_account_forbidden;
    if (transaction.expires != 0 && scene.block.time > transaction.expires)
        return Reject::transaction_expired;
    const Account& account = of(sender);
    if (transaction.nonce < account.next || account.used.contains(transaction.nonce) ||
        transaction.nonce - account.next >= access::nonce_window)
        return Reject::bad_nonce;
    return keyed(scene) ? refusal_of_key(scene, transaction) : none;
}

Reject Authority::refusal_of_key(const Scene& scene, const engine::Transaction& transaction) const {
    if (actions_of(transaction).size() > limits::batch_max) return Reject::batch_too_long;
    if (!transaction.authorisation) return Reject::signature_missing;
    if (!engine::authentic(transaction, scene.genesis(), scene.after.chain()))
        return Reject::signature_wrong;
    const u32 sender = transaction.sender.value();
    const crypto::Key& key = transaction.authorisation->key;
    if (!of(sender).keys.contains(key) && !of(of(sender).parent).keys.contains(key))
        return Reject::key_not_granted;
    return rights(sender, key, scene.block.time) == 0 ? Reject::key_expired : none;
}

void Authority::follow(const Scene& scene, std::size_t position, Findings& findings) {
    const engine::Transaction& transaction = scene.block.transactions[position];
    const engine::Receipt& receipt = scene.outcome.receipts[position];
    const Reject expected = refusal(scene, transaction);
    if (expected != none) {
        findings.equal(Law::authority, static_cast<i128>(expected), receipt.code,
                       [&] { return at_position("receipt", position); });
        return;
    }
    const u32 sender = transaction.sender.value();
    touched_.insert(sender);
    const bool covered =
        !keyed(scene) || (needed(scene, transaction) &
                          ~rights(sender, transaction.authorisation->key, scene.block.time)) == 0;
    if (receipt.reason() == Reject::right_missing) return;
    findings.holds(Law::authority, covered,
                   [&] { return at_position("rights for every action", position); });
    const i128 fee =
        scene.genesis().access.fee.units() * static_cast<i128>(actions_paid(transaction));
    if (receipt.reason() == Reject::fee_not_covered) {
        findings.holds(Law::authority, purses_.may_lack(sender, fee),
                       [&] { return at_position("a sender too poor for the fee", position); });
        return;
    }
    findings.holds(Law::authority, purses_.may_hold(sender, fee),
                   [&] { return at_position("money for the fee", position); });
    findings.holds(Law::authority, !tells_of_authority(receipt.reason()),
                   [&] { return at_position("a reason for the receipt", position); });
    fees_.push_back({sender, actions_paid(transaction)});
    purses_.follow(scene, position, fee);
    follow_tried(scene, position);
}

void Authority::follow_tried(const Scene& scene, std::size_t position) {
    const engine::Transaction& transaction = scene.block.transactions[position];
    const u32 sender = transaction.sender.value();
    use_nonce(sender, transaction.nonce);
    if (!scene.outcome.receipts[position].accepted()) return;
    for (const engine::Action& action : actions_of(transaction))
        apply(sender, action, keyed(scene));
}

void Authority::apply(u32 sender, const engine::Action& action, bool keyed) {
    if (const auto* open = std::get_if<access::OpenAccount>(&action)) {
        const auto id = static_cast<u32>(system_accounts + accounts_.size());
        Account account;
        account.parent = keyed && !open->key ? of(sender).parent : id;
        if (keyed && open->key) account.keys[*open->key] = {*open->key, access::right::all, 0};
        accounts_.push_back(std::move(account));
        touched_.insert(id);
    } else if (const auto* grant = std::get_if<access::GrantKey>(&action)) {
        of(sender).keys[grant->key] = {grant->key, grant->rights, grant->expires};
    } else if (const auto* revoke = std::get_if<access::RevokeKey>(&action)) {
        of(sender).keys.erase(revoke->key);
    }
}

/// Every transaction that was tried has paid, in order, and nobody else.
void Authority::check_fees(const Scene& scene, Findings& findings) const {
    const access::Terms& terms = scene.genesis().access;
    std::vector<Event> due;
    if (!terms.fee.zero())
        for (const Fee& fee : fees_)
            due.push_back({EventKind::fee_paid, fee.actions, AccountId{fee.account},
                           terms.fee_asset, terms.fee.units() * static_cast<i128>(fee.actions), 0});
    std::vector<Event> paid;
    std::copy_if(scene.outcome.events.begin(), scene.outcome.events.end(), std::back_inserter(paid),
                 [](const Event& event) { return event.kind == EventKind::fee_paid; });
    findings.holds(Law::authority, due == paid, [] { return std::string("fees as they are due"); });
}

void Authority::compare(const Scene& scene, Findings& findings) const {
    const ledger::Ledger& ledger = scene.state().ledger;
    const auto& holders = scene.state().access.holders;
    findings.equal(Law::authority, static_cast<i128>(system_accounts + accounts_.size()),
                   ledger.accounts(), [] { return std::string("accounts"); });
    findings.equal(Law::authority, keyed(scene) ? static_cast<i128>(accounts_.size()) : 0,
                   holders.size(), [] { return std::string("accounts with keys"); });
    for (u32 id = system_accounts; id < system_accounts + accounts_.size(); ++id)
        findings.equal(
            Law::authority, static_cast<i128>(of(id).next),
            static_cast<i128>(ledger.exists(AccountId{id}) ? ledger.nonce(AccountId{id}) : 0),
            [&] { return "next nonce of account " + text(i128{id}); });
    for (const u32 id : touched_) {
        if (!ledger.exists(AccountId{id})) continue;
        const Account& own = of(id);
        const auto of_account = [&](const char* what) {
            return std::string(what) + " of account " + text(i128{id});
        };
        bool same = true;
        for (u64 ahead = 1; ahead < access::nonce_window; ++ahead)
            same = same && ledger.nonce_free(AccountId{id}, own.next + ahead) !=
                               own.used.contains(own.next + ahead);
        findings.holds(Law::authority, same, [&] { return of_account("nonces"); });
        if (!keyed(scene) || id - system_accounts >= holders.size()) continue;
        const access::Holder& holder = holders[id - system_accounts];
        bool keys = holder.parent.value() == own.parent && holder.grants.size() == own.keys.size();
        for (const access::Grant& grant : holder.grants) {
            const auto found = own.keys.find(grant.key);
            keys = keys && found != own.keys.end() && found->second.rights == grant.rights &&
                   found->second.expires == grant.expires;
        }
        findings.holds(Law::authority, keys, [&] { return of_account("keys"); });
    }
}

void Authority::check(const Scene& scene, Findings& findings) {
    fees_.clear();
    touched_.clear();
    purses_.begin(scene);
    for (std::size_t i = 0; i < scene.block.transactions.size(); ++i) follow(scene, i, findings);
    check_fees(scene, findings);
    purses_.compare(scene, findings);
    compare(scene, findings);
}

}  // namespace ballast::audit
