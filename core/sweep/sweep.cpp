#include <ballast/sweep/sweep.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/mul_div.hpp>
#include <ballast/sweep/lanes.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace ballast::sweep {
namespace {

constexpr u32 table_columns_max = limits::scenarios_max;
constexpr i64 low_half = 0xffffffff;

/// Weights by column in a form that a kernel reads; columns without a scenario never are the worst.
struct Columns {
    std::array<i64, table_columns_max> weight{};
    std::array<i64, table_columns_max> handicap{};
    bool equal = true;  ///< All weights are the first one.
};

Columns columns_of(const Table& table) {
    Columns columns;
    const std::span<const u32> weights = table.weights();
    for (u32 i = 0; i < table.width(); ++i) {
        const bool real = i < table.scenarios();
        columns.weight[i] = real ? weights[i] : 0;
        columns.handicap[i] = real ? 0 : i64{1} << 62;
        columns.equal = columns.equal && (!real || weights[i] == weights[0]);
    }
    return columns;
}

/// Where a kernel reads and writes.
struct Work {
    const Table& table;
    const Rows& rows;
    const Columns& columns;
    u32 first;
    std::span<i128> out;
};

i128 saturating_product(i128 a, i128 b) {
    i128 product = 0;
    if (!__builtin_mul_overflow(a, b, &product)) return product;
    return (a < 0) == (b < 0) ? math::i128_max : math::i128_min;
}

constexpr std::array<i64, 9> powers_of_ten = {1,       10,        100,        1'000,      10'000,
                                              100'000, 1'000'000, 10'000'000, 100'000'000};

// --- any account, one scenario at a time ------------------------------------------------------

template <class Held>
void add_totals(const Table& table, std::span<const Held> held, std::span<i128> totals) {
    for (const Held& position : held) {
        const std::span<const i64> row = table.row(position.row);
        i128 size = 0;
        if constexpr (requires { position.size; })
            size = position.size;
        else
            size = position.count;
        for (u32 i = 0; i < totals.size(); ++i) totals[i] += size * row[i];
    }
}

void totals_of(const Table& table, const Rows& rows, const Rows::Account& account,
               std::span<i128> totals) {
    std::fill(totals.begin(), totals.end(), i128{0});
    if (account.wide()) return add_totals(table, rows.wide(account), totals);
    add_totals(table, rows.narrow(account), totals);
    for (i128& total : totals) total *= powers_of_ten[account.exponent];
}

i128 worst_of_any(const Work& work, const Rows::Account& account) {
    std::array<i128, limits::scenarios_max> totals;
    const std::span<i128> used = std::span(totals).first(work.table.scenarios());
    totals_of(work.table, work.rows, account, used);
    i128 worst = math::i128_max;
    for (u32 i = 0; i < used.size(); ++i)
        worst = std::min(worst, saturating_product(used[i], work.columns.weight[i]));
    return worst;
}

// --- accounts whose every total fits 63 bits --------------------------------------------------

constexpr u32 bits_max = 62;

/// Whether no total of the account can reach 2^62: by the largest of each row, where the largest of
/// all does not settle it.
bool fits(const Table& table, std::span<const Rows::Lots> held) {
    u128 reach = 0;
    for (const Rows::Lots& lots : held) {
        const i64 count = lots.count;
        reach += u128{static_cast<u64>(count < 0 ? -count : count)} * table.largest(lots.row);
    }
    return reach < u128{1} << bits_max;
}

/// The least so far in each lane: high * 2^32 + low with 0 <= low < 2^32; of equal weights `high`
/// alone, unweighted.
template <u32 Count>
struct Least {
    Lanes64<Count> high;
    Lanes64<Count> low;
};
constexpr i64 greatest = i64{1} << 62;

// Every value lies between -2^62 and 2^62 and is not the former: no difference overflows.

template <bool Equal, u32 Count>
BALLAST_SWEEP_KERNEL void lower(Least<Count>& least, const Lanes64<Count>& high,
                                const Lanes64<Count>& low) {
    const Lanes64<Count> difference = high - least.high;
    if constexpr (Equal) {
        least.high ^= (least.high ^ high) & (difference >> 63);
    } else {
        const Lanes64<Count> differs = (difference | -difference) >> 63;
        const Lanes64<Count> less = (difference >> 63) | (~differs & ((low - least.low) >> 63));
        least.high ^= (least.high ^ high) & less;
        least.low ^= (least.low ^ low) & less;
    }
}

/// Columns [at, at + Count * Groups) of one account.
template <bool Equal, u32 Count, u32 Groups>
BALLAST_SWEEP_KERNEL void lower_by_columns(const Work& work, std::span<const Rows::Lots> held,
                                           u32 at, Least<Count>& least) {
    Lanes64<Count> totals[Groups] = {};
    const i64* cells = work.table.row(0).data() + at;
    const u64 width = work.table.width();
    for (const Rows::Lots& lots : held) {
        const i64* row = cells + lots.row * width;
        for (u32 g = 0; g < Groups; ++g) {
            Lanes64<Count> profit;
            load(profit, row + std::size_t{g} * Count);
            add_product<Count>(totals[g], profit, lots.count);
        }
    }
    for (u32 g = 0; g < Groups; ++g) {
        const std::size_t column = at + std::size_t{g} * Count;
        Lanes64<Count> handicap;
        load(handicap, work.columns.handicap.data() + column);
        if constexpr (Equal) {
            lower<true, Count>(least, totals[g] | handicap, totals[g]);
        } else {
            Lanes64<Count> weight;
            load(weight, work.columns.weight.data() + column);
            // |high half| <= 2^30, the low one < 2^32 and a weight < 2^30: nothing overflows.
            const Lanes64<Count> high = (totals[g] >> 32) * weight;
            const Lanes64<Count> low = (totals[g] & low_half) * weight;
            lower<false, Count>(least, (high + (low >> 32)) | handicap, low & low_half);
        }
    }
}

/// The least of all lanes.
template <bool Equal, u32 Count>
BALLAST_SWEEP_KERNEL void gather(const Least<Count>& least, i64& high, i64& low) {
    if constexpr (Count == 1) {
        high = least.high[0];
        low = least.low[0];
    } else {
        constexpr auto order = std::make_integer_sequence<u32, Count / 2>();
        Least<Count / 2> half;
        Least<Count / 2> other;
        halve<Count / 2>(least.high, half.high, other.high, order);
        halve<Count / 2>(least.low, half.low, other.low, order);
        lower<Equal, Count / 2>(half, other.high, other.low);
        gather<Equal, Count / 2>(half, high, low);
    }
}

template <bool Equal, u32 Count>
BALLAST_SWEEP_KERNEL i128 worst_of_narrow(const Work& work, const Rows::Account& account) {
    const std::span<const Rows::Lots> held = work.rows.narrow(account);
    Least<Count> least = {Lanes64<Count>{} + greatest, Lanes64<Count>{}};
    const u32 width = work.table.width();
    constexpr u32 block = Count == 2 ? 8 : 32;
    u32 at = 0;
    for (; at + block <= width; at += block)
        lower_by_columns<Equal, Count, block / Count>(work, held, at, least);
    for (; at < width; at += padding)
        lower_by_columns<Equal, Count, padding / Count>(work, held, at, least);
    i64 high = 0;
    i64 low = 0;
    gather<Equal, Count>(least, high, low);
    // Under 2^62 * 2^30, in lots of under 2^27 units.
    const i64 lot = powers_of_ten[account.exponent];
    if constexpr (Equal) return i128{high} * (lot * work.columns.weight[0]);
    return i128{high} * (lot << 32) + i128{low} * lot;
}

template <bool Equal, u32 Count>
BALLAST_SWEEP_KERNEL void sweep_all(const Work& work) {
    const u32 bits = work.table.bits();
    for (u32 i = 0; i < work.out.size(); ++i) {
        const Rows::Account& account = work.rows.account(work.first + i);
        if (account.bits + bits <= bits_max ||
            (!account.wide() && fits(work.table, work.rows.narrow(account)))) [[likely]]
            work.out[i] = worst_of_narrow<Equal, Count>(work, account);
        else
            work.out[i] = worst_of_any(work, account);
    }
}

template <bool Equal>
void sweep_plain(const Work& work) {
    sweep_all<Equal, 2>(work);
}
#if BALLAST_SWEEP_WIDE
template <bool Equal>
BALLAST_SWEEP_AVX2 void sweep_avx2(const Work& work) {
    sweep_all<Equal, 4>(work);
}
template <bool Equal>
BALLAST_SWEEP_AVX512 void sweep_avx512(const Work& work) {
    sweep_all<Equal, 8>(work);
}
#endif

template <bool Equal>
void sweep_in(const Work& work, Lanes lanes) {
    switch (lanes) {
#if BALLAST_SWEEP_WIDE
        case Lanes::avx512: return sweep_avx512<Equal>(work);
        case Lanes::avx2: return sweep_avx2<Equal>(work);
#else
        case Lanes::avx512:
        case Lanes::avx2:
#endif
        case Lanes::plain: return sweep_plain<Equal>(work);
    }
}

}  // namespace

Table::Table(u32 rows, std::vector<u32> weights) : weights_(std::move(weights)) {
    BALLAST_ASSERT(!weights_.empty() && weights_.size() <= limits::scenarios_max);
    for (const u32 weight : weights_) BALLAST_ASSERT(weight <= weight_max);
    width_ = (scenarios() + padding - 1) / padding * padding;
    cells_.resize(std::size_t{rows} * width_);
    largest_.resize(rows);
}

void Table::set(u32 row, std::span<const i64> profits) {
    BALLAST_ASSERT(row < rows() && profits.size() == weights_.size());
    u64 largest = 0;
    for (const i64 profit : profits)
        largest = std::max(largest, static_cast<u64>(profit < 0 ? -profit : profit));
    BALLAST_ASSERT(largest <= static_cast<u64>(limits::price_max.units()));
    largest_[row] = largest;
    bits_ = std::max(bits_, static_cast<u32>(std::bit_width(largest)));
    std::copy(profits.begin(), profits.end(), cells_.data() + std::size_t{row} * width_);
}

void sweep(const Table& table, const Rows& rows, u32 first, u32 last, std::span<i128> out,
           Lanes lanes) {
    BALLAST_ASSERT(first <= last && last <= rows.size() && out.size() == last - first);
    const Columns columns = columns_of(table);
    const Work work{table, rows, columns, first, out};
    columns.equal ? sweep_in<true>(work, lanes) : sweep_in<false>(work, lanes);
}

void profits(const Table& table, const Rows& rows, u32 account, std::span<i128> out) {
    BALLAST_ASSERT(account < rows.size() && out.size() == table.scenarios());
    totals_of(table, rows, rows.account(account), out);
}

Cash requirement(i128 worst, u32 weight_one) {
    BALLAST_ASSERT(weight_one > 0);
    if (worst >= 0) return {};
    return -Cash::units(math::divide(worst, i128{amount_one} * weight_one, Round::down));
}

}  // namespace ballast::sweep
