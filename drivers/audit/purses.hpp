/// What every account may hold of the asset that fees are paid in, followed from one transaction of
/// a block to the next by what the transactions and their events say.
#pragma once

#include <ballast/audit/laws.hpp>

namespace ballast::audit {

/// Where fees are free, nothing is followed.
class Purses {
public:
    explicit Purses(const engine::Machine& machine);

    /// Follows what happened in the block before its first transaction.
    void begin(const Scene& scene);

    /// Whether the account may have held less than `fee` units at this point, and whether it may
    /// have held as much.  Where events do not tell what somebody paid or gained, both.
    [[nodiscard]] bool may_lack(u32 account, i128 fee) const { return of(account).low < fee; }
    [[nodiscard]] bool may_hold(u32 account, i128 fee) const { return of(account).high >= fee; }

    /// Follows a transaction that was tried: its fee, and all that it did.
    void follow(const Scene& scene, std::size_t position, i128 fee);

    /// Compares with the ledger after the block, and goes on from it.
    void compare(const Scene& scene, Findings& findings);

private:
    /// Units that an account holds at least and at most.
    struct Range {
        i128 low = 0;
        i128 high = 0;
    };

    void reload(const engine::Machine& machine);
    void follow_events(const Scene& scene, u32 sender);
    void follow(const Scene& scene, const Event& event, u32 sender);
    void follow_sale(const Scene& scene, const Event& event);
    void follow_swap(const Scene& scene, const Event& event);
    void move(u32 account, i128 units);
    void gain_some(u32 account);
    void pay_some(u32 account);
    [[nodiscard]] Range of(u32 account) const {
        return account < ranges_.size() ? ranges_[account] : Range{};
    }
    [[nodiscard]] Range* edit(u32 account);

    std::vector<Range> ranges_;  ///< By account, the machine's own included.
    std::size_t event_ = 0;      ///< The next of the block's events.
    std::size_t accounts_ = 0;   ///< That the ledger has after the block.
};

}  // namespace ballast::audit
