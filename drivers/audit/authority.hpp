/// Who may act, followed from the blocks alone: signatures are verified again, nonces are counted
/// one by one, keys and fees are those that the transactions say, and what fees are paid from is
/// what transactions and events leave of it.
#pragma once

#include <ballast/audit/laws.hpp>
#include <ballast/audit/purses.hpp>

#include <map>
#include <set>

namespace ballast::audit {

class Authority {
public:
    explicit Authority(const engine::Machine& machine);

    /// Follows the block and compares every receipt, fee, nonce and key.
    void check(const Scene& scene, Findings& findings);

private:
    struct Account {
        u64 next = 0;        ///< The lowest nonce not used.
        std::set<u64> used;  ///< Those used above it.
        u32 parent = 0;
        std::map<crypto::Key, access::Grant> keys;
    };
    struct Fee {
        u32 account = 0;
        u32 actions = 0;
    };

    /// Why the transaction may not be tried; what needs balances or rights aside.
    [[nodiscard]] Reject refusal(const Scene& scene, const engine::Transaction& transaction) const;
    [[nodiscard]] Reject refusal_of_key(const Scene& scene,
                                        const engine::Transaction& transaction) const;
    [[nodiscard]] u8 rights(u32 account, const crypto::Key& key, u64 now) const;
    void follow(const Scene& scene, std::size_t position, Findings& findings);
    void follow_tried(const Scene& scene, std::size_t position);
    void apply(u32 sender, const engine::Action& action, bool keyed);
    void use_nonce(u32 account, u64 nonce);
    void check_fees(const Scene& scene, Findings& findings) const;
    void compare(const Scene& scene, Findings& findings) const;
    [[nodiscard]] Account& of(u32 account) { return accounts_[account - system_accounts]; }
    [[nodiscard]] const Account& of(u32 account) const {
        return accounts_[account - system_accounts];
    }

    std::vector<Account> accounts_;  ///< From the first that is not the machine's.
    Purses purses_;                  ///< What fees are paid from.
    std::vector<Fee> fees_;          ///< Due in the block.
    std::set<u32> touched_;          ///< Accounts that the block has named.
};

}  // namespace ballast::audit
