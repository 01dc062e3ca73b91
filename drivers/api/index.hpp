/// Who owns which vaults, margin accounts, sub-accounts and pool shares.  Rows are never removed
/// and never change hands, so what is known of one height is true of all later ones, and of an
/// earlier one as far as its tables reach.
#pragma once

#include <ballast/engine/machine.hpp>

#include <mutex>
#include <unordered_map>
#include <vector>

namespace ballast::api {

/// Any thread may ask.
class Index {
public:
    /// Looks at the rows that are new since the last call.
    void follow(const engine::State& state);

    enum class Of : u8 { vaults, margin_accounts, children, swap_shares, liquidity };
    static constexpr std::size_t kinds = 5;

    struct Slice {
        std::vector<u32> rows;
        bool more = false;  ///< There are others after these.
    };
    /// The rows of the table that the account owns, from `after` on, at most `limit`, below `size`
    /// (of the table as it was at the height that is asked about).
    [[nodiscard]] Slice owned(Of of, AccountId owner, u32 after, u64 limit, u32 size) const;

private:
    struct Column {
        u32 seen = 0;
        std::unordered_map<u32, std::vector<u32>> rows;  ///< By owner, ascending.
    };
    mutable std::mutex mutex_;
    std::array<Column, kinds> columns_;
};

}  // namespace ballast::api
