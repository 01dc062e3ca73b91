#include <ballast/access/access.hpp>

#include <algorithm>

namespace ballast::access {
namespace {

u32 row_of(AccountId account) {
    BALLAST_ASSERT(account.value() >= system_accounts);
    return account.value() - system_accounts;
}

const Grant* find(const std::vector<Grant>& grants, const crypto::Key& key) {
    for (const Grant& grant : grants)
        if (grant.key == key) return &grant;
    return nullptr;
}

/// Whether somebody may manage the account for ever without `besides`.  A sub-account needs nobody
/// of its own.
bool managed(const Holder& holder, AccountId account, const crypto::Key& besides) {
    if (holder.parent != account) return true;
    return std::any_of(holder.grants.begin(), holder.grants.end(), [&](const Grant& grant) {
        return grant.key != besides && (grant.rights & right::manage) != 0 && grant.expires == 0;
    });
}

bool counts(const Grant& grant, u64 now) {
    return grant.expires == 0 || now <= grant.expires;
}

}  // namespace

void found(State& state, const crypto::Key& key) {
    const AccountId account{system_accounts + state.holders.size()};
    state.holders.push({account, {{key, right::all, 0}}});
}

Result<void> act(Books& books, AccountId sender, const OpenAccount& request) {
    const bool keyed = books.terms.signed_transactions && request.key.has_value();
    if (keyed && !crypto::well_formed(*request.key)) return no(Reject::key_malformed);
    if (books.ledger.accounts() >= limits::accounts_max) return no(Reject::table_full);
    const AccountId opened = books.ledger.open();
    AccountId parent = keyed ? opened : sender;
    if (books.terms.signed_transactions) {
        if (keyed)
            found(books.state, *request.key);
        else
            parent = books.state.holders[row_of(sender)].parent,
            books.state.holders.push({parent, {}});
        BALLAST_ASSERT(books.state.holders.size() == row_of(opened) + 1);
    }
    books.events.push_back({EventKind::account_opened, opened.value(), sender, AssetId{}, 0,
                            static_cast<i128>(parent.value())});
    return {};
}

Result<void> act(Books& books, AccountId sender, const GrantKey& request) {
    if (!books.terms.signed_transactions) return no(Reject::keys_unused);
    if (!crypto::well_formed(request.key)) return no(Reject::key_malformed);
    if (request.rights == 0 || request.rights > right::all) return no(Reject::rights_unknown);
    if (request.expires != 0 && request.expires < books.now) return no(Reject::grant_expired);
    const Holder& holder = books.state.holders[row_of(sender)];
    const Grant* found = find(holder.grants, request.key);
    if (!found && holder.grants.size() >= grants_max) return no(Reject::keys_full);
    const bool manages = (request.rights & right::manage) != 0 && request.expires == 0;
    if (!manages && !managed(holder, sender, request.key)) return no(Reject::last_manager);

    const auto place = static_cast<std::size_t>(found ? found - holder.grants.data() : 0);
    std::vector<Grant>& grants = books.state.holders.edit(row_of(sender)).grants;
    const Grant grant{request.key, request.rights, request.expires};
    if (found)
        grants[place] = grant;
    else
        grants.push_back(grant);
    books.events.push_back({EventKind::key_granted, static_cast<u32>(grants.size()), sender,
                            AssetId{}, static_cast<i128>(request.expires), request.rights});
    return {};
}

Result<void> act(Books& books, AccountId sender, const RevokeKey& request) {
    if (!books.terms.signed_transactions) return no(Reject::keys_unused);
    const Holder& holder = books.state.holders[row_of(sender)];
    if (!find(holder.grants, request.key)) return no(Reject::key_not_granted);
    if (!managed(holder, sender, request.key)) return no(Reject::last_manager);
    std::vector<Grant>& grants = books.state.holders.edit(row_of(sender)).grants;
    std::erase_if(grants, [&](const Grant& grant) { return grant.key == request.key; });
    books.events.push_back(
        {EventKind::key_revoked, static_cast<u32>(grants.size()), sender, AssetId{}, 0, 0});
    return {};
}

Result<u8> rights_of(const State& state, AccountId account, const crypto::Key& key, u64 now) {
    const Holder& holder = state.holders[row_of(account)];
    const Grant* own = find(holder.grants, key);
    const Grant* above =
        holder.parent == account ? nullptr : find(state.holders[row_of(holder.parent)].grants, key);
    if (!own && !above) return no(Reject::key_not_granted);
    u8 rights = 0;
    if (own && counts(*own, now)) rights |= own->rights;
    if (above && counts(*above, now)) rights |= above->rights;
    if (rights == 0) return no(Reject::key_expired);
    return rights;
}

}  // namespace ballast::access
