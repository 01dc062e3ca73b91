/// The door: accounts, their keys, and who may sign what.
#pragma once

#include <ballast/access/state.hpp>
#include <ballast/base/event.hpp>
#include <ballast/ledger/ledger.hpp>

#include <optional>

namespace ballast::access {

/// Opens an account.  With a key it stands alone and the key may do everything with it; without, it
/// is a sub-account of the sender (or of the sender's own parent), whose keys act for it.  Where
/// transactions are not signed it is an account and nothing more.  key_malformed, table_full.
struct OpenAccount {
    std::optional<crypto::Key> key;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key);
    }
};

/// Lets a key act for the sender, or changes what it may do.  keys_unused, key_malformed,
/// rights_unknown, grant_expired, keys_full, last_manager.
struct GrantKey {
    crypto::Key key;
    u8 rights = 0;    ///< Of `right`; at least one.
    u64 expires = 0;  ///< Last block time at which the key counts; 0: for ever.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key), visit(row.rights), visit(row.expires);
    }
};

/// Takes that back.  keys_unused, key_not_granted, last_manager.
struct RevokeKey {
    crypto::Key key;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key);
    }
};

/// Whose signature a transaction carries.
struct Authorisation {
    crypto::Key key;
    crypto::KeySignature signature{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key), visit(row.signature);
    }
};

/// What the actions work on.
struct Books {
    const Terms& terms;
    State& state;
    ledger::Ledger& ledger;
    u64 now;  ///< The block's time.
    Events& events;
};

/// Each decides and does, or changes nothing.  Events: account_opened, key_granted, key_revoked.
[[nodiscard]] Result<void> act(Books& books, AccountId sender, const OpenAccount& request);
[[nodiscard]] Result<void> act(Books& books, AccountId sender, const GrantKey& request);
[[nodiscard]] Result<void> act(Books& books, AccountId sender, const RevokeKey& request);

/// Notes the account that the ledger has just opened at genesis, which stands alone under `key`.
void found(State& state, const crypto::Key& key);

/// What the key may do with the account at this time, by the account's own grants and its parent's
/// together.  key_not_granted, key_expired.  Only where transactions are signed.
[[nodiscard]] Result<u8> rights_of(const State& state, AccountId account, const crypto::Key& key,
                                   u64 now);

}  // namespace ballast::access
