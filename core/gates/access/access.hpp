/// The door: accounts, their keys, and who may sign what.
#pragma once

#include <ballast/access/state.hpp>
#include <ballast/base/event.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/ledger/ledger.hpp>

#include <optional>

namespace ballast::access {

/// Opens an account.  With a key it stands alone and the key may do everything with it; without, it
/// is a sub-account of the sender (or of the sender's own parent), whose keys act for it.
struct OpenAccount {
    std::optional<crypto::Key> key;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key);
    }
};

/// Lets a key act for the sender, or changes what it may do.
struct GrantKey {
    crypto::Key key;
    u8 rights = 0;
    u64 expires = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key), visit(row.rights), visit(row.expires);
    }
};

/// Takes that back.
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

}  // namespace ballast::access
