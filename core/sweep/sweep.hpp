/// All accounts against all scenarios: a sparse matrix times a dense one, in exact integers.
/// docs/methods/account_bands.md, section 1.
///
/// Instruments are shared, so each is priced once per scenario into a Table.  Accounts are sparse
/// rows over it.  What an account loses at worst is the least, over the scenarios, of
///     weight * sum over its positions of size * profit,
/// and every term of that is exact: no rounding, the same bits from every instruction set and for
/// every way of dividing the accounts among threads.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/base/quantity.hpp>

#include <span>
#include <vector>

namespace ballast::sweep {

/// Which registers a sweep computes in.  The answer does not depend on it.
enum class Lanes : u8 { plain, avx2, avx512 };
/// The widest that this processor and this build have.
[[nodiscard]] Lanes widest_lanes();

inline constexpr u32 weight_max = 1'000'000'000;  ///< Largest weight of a scenario.

/// What one unit of each instrument gains or loses in each scenario: one row per instrument.
class Table {
public:
    /// All cells are 0.  One weight per scenario, at most scenarios_max of them, each at most
    /// weight_max: numerators over any common denominator, e.g. 10^9 or 1.
    Table(u32 rows, std::vector<u32> weights);

    /// Replaces a row: one profit per scenario, 10^-8 dollars per unit; |profit| <= price_max.
    void set(u32 row, std::span<const i64> profits);

    [[nodiscard]] u32 rows() const { return static_cast<u32>(largest_.size()); }
    [[nodiscard]] u32 scenarios() const { return static_cast<u32>(weights_.size()); }
    [[nodiscard]] std::span<const u32> weights() const { return weights_; }
    /// Cells from one row to the next: the scenarios padded with zeros to a multiple of eight.
    [[nodiscard]] u32 width() const { return width_; }
    [[nodiscard]] std::span<const i64> row(u32 row) const {
        return {cells_.data() + std::size_t{row} * width_, width_};
    }
    /// The largest |profit| of a row.
    [[nodiscard]] u64 largest(u32 row) const { return largest_[row]; }
    /// No |profit| of any row that was ever set reaches 2^bits.
    [[nodiscard]] u32 bits() const { return bits_; }

private:
    u32 width_;
    u32 bits_ = 0;
    std::vector<u32> weights_;
    std::vector<i64> cells_;
    std::vector<u64> largest_;
};

/// So many units of the instrument in this row of the table.
struct Position {
    u32 row = 0;
    i64 size = 0;  ///< 10^-8 units; at most size_max either way.  Negative: short.
};

/// Accounts as sparse rows, dense from 0.
///
/// Positions are kept in lots: the largest power of ten that divides all sizes of the account.
/// Where the lots fit 32 bits, a position takes eight bytes and one multiplication per scenario.
class Rows {
public:
    /// Appends an account; returns its number.  At most positions_max positions.
    u32 push(std::span<const Position> positions);
    /// Replaces the positions of an account.  What it held is reclaimed when half of all space is
    /// of that kind, so this costs O(positions), on average.
    void set(u32 account, std::span<const Position> positions);

    [[nodiscard]] u32 size() const { return static_cast<u32>(accounts_.size()); }
    [[nodiscard]] std::vector<Position> positions(u32 account) const;

    struct Lots {
        u32 row;
        i32 count;
    };
    struct Account {
        u32 begin = 0;
        u16 count = 0;
        u8 exponent = 0;  ///< One lot is 10^exponent units; 0 of a wide account.
        u8 bits = 0;      ///< All its lots together are less than 2^bits; of a wide account `many`.
        static constexpr u8 many = 255;

        [[nodiscard]] bool wide() const { return bits == many; }
    };
    [[nodiscard]] const Account& account(u32 account) const { return accounts_[account]; }
    [[nodiscard]] std::span<const Lots> narrow(const Account& of) const {
        return {narrow_.data() + of.begin, of.count};
    }
    [[nodiscard]] std::span<const Position> wide(const Account& of) const {
        return {wide_.data() + of.begin, of.count};
    }

private:
    [[nodiscard]] Account append(std::span<const Position> positions);
    void compact();

    std::vector<Account> accounts_;
    std::vector<Lots> narrow_;
    std::vector<Position> wide_;
    u64 abandoned_ = 0;  ///< Positions that no account refers to.
};

/// The worst weighted profit of each account in [first, last), in 10^-16 dollars times the unit of
/// the weights; `out` has last - first entries.  Negative: a loss.  A product outside i128, beyond
/// 1.7 * 10^13 dollars at weights of 10^9, saturates there.  Reads nothing but its arguments, so
/// ranges may be swept at the same time.
void sweep(const Table& table, const Rows& rows, u32 first, u32 last, std::span<i128> out,
           Lanes lanes);

/// The profit of one account in every scenario, unweighted, in 10^-16 dollars, exactly; `out` has
/// one entry per scenario.
void profits(const Table& table, const Rows& rows, u32 account, std::span<i128> out);

/// What must be set aside for a worst weighted profit, when `weight_one` is the weight 1: its loss,
/// rounded up; 0 for a gain.
[[nodiscard]] Cash requirement(i128 worst, u32 weight_one);

}  // namespace ballast::sweep
