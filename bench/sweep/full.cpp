#include "market.hpp"

#include <ballast/sweep/lanes.hpp>

#include <random.hpp>

#include <chrono>
#include <thread>

namespace ballast::bench {
namespace {

constexpr u32 accounts = 1'000'000;
constexpr u32 positions = 5;

sweep::Rows rows_of(u64 seed, i64 lot) {
    Random random(seed);
    sweep::Rows rows;
    for (u32 i = 0; i < accounts; ++i) {
        std::array<sweep::Position, positions> held;
        for (sweep::Position& position : held)
            position = {static_cast<u32>(random.below(instruments)),
                        (static_cast<i64>(random.below(20'001)) - 10'000) * lot};
        rows.push(held);
    }
    return rows;
}

/// What a kernel needs and nothing else: products in registers, or cells read one after the other.
struct Peak {
    i64 count = 0;  ///< Of products or cells.
    std::span<const i64> cells;
    i64 out = 0;
};

template <u32 Count>
BALLAST_SWEEP_KERNEL void multiply(Peak& peak) {
    using Lanes64 = sweep::Lanes64<Count>;
    Lanes64 a = Lanes64{} + 3, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    Lanes64 factor = a;
    for (i64 done = 0; done < peak.count; done += 8 * i64{Count}) {
        asm volatile("" : "+m"(factor));
        a *= factor, b *= factor, c *= factor, d *= factor;
        e *= factor, f *= factor, g *= factor, h *= factor;
    }
    a += b + c + d + e + f + g + h;
    peak.out += a[0];
}

template <u32 Count>
BALLAST_SWEEP_KERNEL void read(Peak& peak) {
    sweep::Lanes64<Count> sums[4] = {};
    for (i64 done = 0; done < peak.count;) {
        asm volatile("" ::: "memory");
        for (std::size_t at = 0; at + 4 * Count <= peak.cells.size(); at += 4 * Count)
            for (u32 k = 0; k < 4; ++k) {
                sweep::Lanes64<Count> cell;
                sweep::load(cell, peak.cells.data() + at + std::size_t{k} * Count);
                sums[k] += cell;
            }
        done += static_cast<i64>(peak.cells.size());
    }
    sums[0] += sums[1] + sums[2] + sums[3];
    peak.out += sums[0][0];
}

#if BALLAST_SWEEP_WIDE
BALLAST_SWEEP_AVX512 void multiply_avx512(Peak& peak) {
    multiply<8>(peak);
}
BALLAST_SWEEP_AVX512 void read_avx512(Peak& peak) {
    read<8>(peak);
}
#endif

/// Median seconds for as much of either as the sweep needs; padding counts, for it is read too.
double peak_seconds(const sweep::Table& table, bool products) {
    Peak peak;
    peak.count = i64{accounts} * positions * table.width();
    peak.cells = {table.row(0).data(), std::size_t{table.rows()} * table.width()};
    const bool wide = sweep::widest_lanes() == sweep::Lanes::avx512;
    const double seconds = median_seconds(
        7, [] {},
        [&] {
#if BALLAST_SWEEP_WIDE
            if (wide) return products ? multiply_avx512(peak) : read_avx512(peak);
#endif
            products ? multiply<2>(peak) : read<2>(peak);
        });
    keep(peak.out);
    return seconds;
}

/// Seconds to read the accounts and write the answers, and nothing else.
double streaming_seconds(const sweep::Rows& rows, std::vector<i128>& out) {
    return median_seconds(
        7, [] {},
        [&] {
            u64 sum = 0;
            for (u32 i = 0; i < rows.size(); ++i) {
                for (const sweep::Rows::Lots& lots : rows.narrow(rows.account(i))) sum += lots.row;
                out[i] = static_cast<i128>(sum);
            }
            keep(out);
        });
}

/// Wall seconds, fastest of some: more threads than one have no time of their own.
double on_threads(u32 count, const sweep::Table& table, const sweep::Rows& rows,
                  std::span<i128> out) {
    double best = 1e9;
    for (u32 round = 0; round < 9; ++round) {
        const auto start = std::chrono::steady_clock::now();
        std::vector<std::thread> threads;
        for (u32 i = 0; i < count; ++i) {
            const u32 first = rows.size() / count * i;
            const u32 last = i + 1 == count ? rows.size() : rows.size() / count * (i + 1);
            threads.emplace_back([&, first, last] {
                sweep::sweep(table, rows, first, last, out.subspan(first, last - first),
                             sweep::widest_lanes());
            });
        }
        for (std::thread& thread : threads) thread.join();
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
        best = std::min(best, wall.count());
    }
    return best;
}

sweep::Table priced(const Market& market, bool equal) {
    std::vector<u32> weights(moves.size(), sweep::weight_max);
    if (!equal)
        for (u32 i = 0; i < moves.size(); ++i) weights[i] -= 10'000'000 * i;
    sweep::Table table(instruments, weights);
    for (u32 i = 0; i < underlyings; ++i) market.price(i, table);
    return table;
}

double one_thread(const sweep::Table& table, const sweep::Rows& rows, std::span<i128> out) {
    return median_seconds(
        9, [] {}, [&] { sweep::sweep(table, rows, 0, accounts, out, sweep::widest_lanes()); });
}

}  // namespace

Rows full_sweeps() {
    const Market market;
    const sweep::Table table = priced(market, true);
    const sweep::Rows rows = rows_of(2, amount_one / 100);
    std::vector<i128> out(accounts);
    const double products = peak_seconds(table, true);
    const double reads = peak_seconds(table, false);
    const double streams = streaming_seconds(rows, out);
    const double bound = std::max({products, reads, streams});
    const std::string floor = time_of(products) + " to multiply, " + time_of(reads) +
                              " to read the table, " + time_of(streams) + " to stream";
    const double one = one_thread(table, rows, out);
    const std::string shape = "sweep, 1M accounts x 5 x 25, 2000 instruments";
    Rows lines;
    lines.push_back({shape + ", one thread", time_of(one), floor, figure(one / bound, "x"),
                     "<= 20 ms", one <= 0.020});
    std::vector<i128> shared(accounts);
    const double two = on_threads(2, table, rows, shared);
    lines.push_back({"  two threads (wall)", time_of(two),
                     time_of(on_threads(1, table, rows, out)) + " on one thread (wall)",
                     figure(one / two, "x faster"), "the same answers", shared == out});
    const double weighted = one_thread(priced(market, false), rows, out);
    lines.push_back({"  with a weight of its own for each scenario", time_of(weighted), floor,
                     figure(weighted / bound, "x"), "", true});
    const double fine = one_thread(table, rows_of(3, 1'234'567), out);
    lines.push_back({"  sizes of any precision, sums of 128 bits", time_of(fine), floor,
                     figure(fine / bound, "x"), "", true});
    return lines;
}

}  // namespace ballast::bench
