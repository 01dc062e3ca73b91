#include "measure.hpp"
#include "random.hpp"

#include <ballast/vaults/vaults.hpp>

#include <sample_market.hpp>

namespace ballast::bench {
namespace {

constexpr u32 count = 1'000'000;
constexpr u32 collaterals = 3;

/// A million vaults of three collaterals, of which a hundredth is under water once weights fall by
/// a tenth.
struct Book {
    vaults::Types types;
    vaults::State state;
    vaults::TypePrices prices;

    Book() : types(1) {
        types[0].liquidation_ratio = types[0].minimum_ratio = Ratio::units(ratio_one);
        types[0].basket.resize(collaterals);
        state = vaults::make_state(types, 0);
        Random random(1);
        vaults::TypeRow& type = state.types.edit(0);
        for (u32 i = 0; i < count; ++i) {
            vaults::VaultRow row;
            for (u32 k = 0; k < collaterals; ++k) {
                row.amounts[k] = basket::Held::units(
                    static_cast<i64>(amount_one + random.below(9 * u64{amount_one})));
                type.locked[k] += Amount::units(row.amounts[k].units());
            }
            // Of the 300 dollars a unit of each is worth together, never more than 100 / 112 owed.
            i64 worth = 0;
            for (u32 k = 0; k < collaterals; ++k) worth += 100 * row.amounts[k].units();
            const bool thin = random.below(100) == 0;
            row.debt = vaults::Normal::units(thin ? worth / 100 * 95 : worth / 100 * 60);
            type.debt += vaults::NormalTotal::units(row.debt.units());
            state.watch.note(VaultId{state.vaults.push(row)});
        }
        prices.debt_firm = Price::units(amount_one);
        at(1000);
    }

    /// All weights at so many thousandths of a hundred dollars.
    void at(i64 per_mille) {
        for (u32 k = 0; k < collaterals; ++k)
            prices.weight[k] = Price::units(amount_one / 10 * per_mille);
    }

    std::size_t unhealthy() {
        std::vector<VaultId> found;
        state.watch.unhealthy(state, {VaultTypeId{0}, types[0], prices}, found);
        return found.size();
    }
};

constexpr u32 copies = 4;  // Taken in turn, so that no cache holds what is read.

std::vector<vaults::Columns> columns_of(const Book& book) {
    vaults::Columns columns;
    for (u32 i = 0; i < count; ++i) {
        const vaults::VaultRow& row = book.state.vaults[i];
        columns.push();
        columns.write(i, row.amounts, static_cast<u64>(row.debt.units()) + 1);
    }
    return std::vector<vaults::Columns>(copies, columns);
}

/// Reading the same bytes and nothing else.
double streaming_seconds(const std::vector<vaults::Columns>& all) {
    u32 turn = 0;
    return median_seconds(
        21, [&] { turn = (turn + 1) % copies; },
        [&] {
            u64 sum = 0;
            for (const u64 value : all[turn].debt()) sum += value;
            for (u32 k = 0; k < collaterals; ++k)
                for (const u64 value : all[turn].amounts(k)) sum += value;
            keep(sum);
        });
}

}  // namespace

Rows sweeps() {
    Book book;
    const std::vector<vaults::Columns> columns = columns_of(book);
    const double bound = streaming_seconds(columns);
    std::vector<u32> out(count);
    book.at(900);
    const auto need = vaults::need_per_unit(Ray::units(ray_one), book.prices.debt_firm,
                                            book.types[0].liquidation_ratio);
    u32 turn = 0;
    const double full = median_seconds(
        21, [&] { turn = (turn + 1) % copies; },
        [&] { keep(vaults::sweep(columns[turn], book.prices.weight, *need, out)); });
    const std::string streamed = time_of(bound) + " to stream the bytes";

    // The bands stand at the reference price; then nothing, then a hundredth of the vaults crosses.
    book.at(1000);
    (void)book.unhealthy();
    book.at(995);
    const double quiet = median_seconds(101, [] {}, [&] { keep(book.unhealthy()); });
    book.at(900);
    std::size_t crossed = 0;
    const double busy = median_seconds(21, [] {}, [&] { crossed = book.unhealthy(); });
    Rows rows;
    rows.push_back({"health sweep, 1M vaults x 3 collaterals", time_of(full), streamed,
                    figure(full / bound, "x"), "<= 3 x", full <= 3 * bound});
    rows.push_back({"price move that crosses no band", time_of(quiet), streamed,
                    figure(quiet / bound, "x"), "<= 0.01 x", quiet <= bound / 100});
    rows.push_back({"price move that crosses " + std::to_string(crossed) + " bands", time_of(busy),
                    streamed, figure(busy / bound, "x"), "", true});
    return rows;
}

}  // namespace ballast::bench
