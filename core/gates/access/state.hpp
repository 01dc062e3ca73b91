/// Which keys may do what with which account.
#pragma once

#include <ballast/access/terms.hpp>
#include <ballast/crypto/key.hpp>
#include <ballast/ledger/table.hpp>

#include <vector>

namespace ballast::access {

/// What a key may do; the bits of `Grant::rights`.
namespace right {
inline constexpr u8 trade = 1;     ///< Everything that leaves the account's money in its name.
inline constexpr u8 withdraw = 2;  ///< Sends money to other accounts.
inline constexpr u8 manage = 4;    ///< Opens accounts, grants and revokes keys, switches margin
                                   ///< models.
inline constexpr u8 all = 7;
}  // namespace right

/// A key of an account.
struct Grant {
    crypto::Key key;
    u8 rights = 0;    ///< Of `right`; at least one.
    u64 expires = 0;  ///< Last block time at which it counts; 0: for ever.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.key), visit(row.rights), visit(row.expires);
    }
};

/// An account as this room knows it; row i belongs to AccountId system_accounts + i.
struct Holder {
    /// The account of which this is a sub-account, whose keys act for it too; itself where it
    /// stands alone.
    AccountId parent;
    std::vector<Grant> grants;  ///< At most grants_max; no key twice.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.parent), visit(row.grants);
    }
};

struct State {
    ledger::Table<Holder> holders;  ///< Empty where transactions are not signed.

    template <class F>
    void each(F&& f) {
        f(holders);
    }
    template <class F>
    void each(F&& f) const {
        f(holders);
    }
};

}  // namespace ballast::access
