/// How long it takes to find the unhealthy among a million vaults of three collaterals after a
/// price move.  The bound is the time to read the same bytes from memory once, measured in the same
/// run.
#include <ballast/vaults/debt.hpp>
#include <ballast/vaults/watch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

namespace ballast::bench {
namespace {

using namespace ballast::vaults;

constexpr u32 vaults = 1'000'000;
constexpr u32 copies = 4;  ///< Taken in turn, so that no cache holds what is read.
constexpr u32 rounds = 20;

/// Best of some rounds, in milliseconds.
template <class Work>
double best(Work work) {
    double least = 1e9;
    for (u32 round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work(round);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        least = std::min(least, took.count());
    }
    return least;
}

Types make_types() {
    VaultTypeTerms terms;
    terms.name = "three";
    for (u16 k = 0; k < 3; ++k) {
        basket::CollateralTerms collateral;
        collateral.asset = AssetId{static_cast<u16>(k + 1)};
        collateral.cap = limits::supply_max;
        terms.basket.push_back(collateral);
    }
    terms.minimum_ratio = Ratio::units(1'500'000'000);
    terms.liquidation_ratio = Ratio::units(1'300'000'000);
    return {terms};
}

/// Vaults that hold 1 to 10 of each collateral at 2000 dollars and owe so much that their ratio is
/// between 150 % and 450 %.
State make_market(const Types& types) {
    State state = make_state(types, 0);
    std::mt19937_64 random(1);
    TypeRow& type = state.types.edit(0);
    for (u32 id = 0; id < vaults; ++id) {
        VaultRow row;
        i64 worth = 0;
        for (u32 k = 0; k < 3; ++k) {
            row.amounts[k] = Held::units(static_cast<i64>(random() % 900'000'000 + 100'000'000));
            type.locked[k] += Amount::units(row.amounts[k].units());
            worth += row.amounts[k].units() * 2'000;
        }
        row.debt = Normal::units(worth / static_cast<i64>(random() % 300 + 150) * 100);
        type.debt += NormalTotal::units(row.debt.units());
        (void)state.vaults.push(row);
    }
    return state;
}

TypePrices priced(double fall) {
    TypePrices prices;
    const i64 price = static_cast<i64>(200'000'000'000.0 * (1 - fall));
    for (u32 k = 0; k < 3; ++k) prices.weight[k] = Price::units(price - i64{k} * 1'000);
    prices.debt_firm = Price::units(amount_one);
    prices.status = oracle::Status::live;
    return prices;
}

std::vector<Columns> make_columns(const State& state) {
    Columns columns;
    for (u32 id = 0; id < vaults; ++id) {
        const VaultRow& row = state.vaults[id];
        columns.push();
        columns.write(id, row.amounts, static_cast<u64>(row.debt.units()) + 1);
    }
    return std::vector<Columns>(copies, columns);
}

/// Reads every word once.
u64 stream(const Columns& columns) {
    u64 sum = 0;
    for (u32 row = 0; row < columns.size(); ++row)
        sum += columns.amounts(0)[row] ^ columns.amounts(1)[row] ^ columns.amounts(2)[row] ^
               columns.debt()[row];
    return sum;
}

void print(const char* what, double milliseconds, double bound) {
    std::printf("%-52s %10.3f ms %8.2f x bound\n", what, milliseconds, milliseconds / bound);
}

void run() {
    const Types types = make_types();
    State state = make_market(types);
    const std::vector<Columns> columns = make_columns(state);
    std::vector<u32> out(vaults);
    const TypePrices at_start = priced(0);
    const auto need =
        need_per_unit(Ray::units(ray_one), at_start.debt_firm, types[0].liquidation_ratio);
    u64 seen = 0;
    const double bound = best([&](u32 round) { seen += stream(columns[round % copies]); });
    print("bound: read 32 bytes of 1,000,000 vaults", bound, bound);
    print("sweep: every vault looked at", best([&](u32 round) {
              seen += sweep(columns[round % copies], priced(0.1).weight, *need, out);
          }),
          bound);

    std::vector<VaultId> found;
    const auto watch = [&](const TypePrices& prices) {
        found.clear();
        state.watch.unhealthy(state, {VaultTypeId{0}, types[0], prices}, found);
    };
    watch(at_start);
    print("watch: price falls 10 %, no band crossed",
          best([&](u32 round) { watch(priced(0.1 + round * 0.0001)); }), bound);
    print("watch: price falls 13.6 %, a few are unhealthy",
          best([&](u32) { watch(priced(0.136)); }), bound);
    std::printf("%-52s %10zu\n", "       unhealthy", found.size());
    print("watch: 1 % of vaults changed, no band crossed", best([&](u32 round) {
              for (u32 id = round; id < vaults; id += 100) (void)state.edit(VaultId{id});
              watch(priced(0.1));
          }),
          bound);
    std::fprintf(stderr, "%s", seen == 0 ? "?" : "");
}

}  // namespace
}  // namespace ballast::bench

int main() {
    ballast::bench::run();
    return 0;
}
