#include "market.hpp"

#include <ballast/sweep/watch.hpp>

#include <random.hpp>

namespace ballast::bench {
namespace {

constexpr u32 affected = 1'000;
constexpr u32 levels = 6;  // From 0.25 to 8 per cent of spot either way.
constexpr u32 positions = 5;

/// Accounts of three positions in one underlying and two in the next.  Every account has cash for
/// the bands of a level between 2 and 5, but for a thousand in the first underlying, which live
/// from one narrowest band to the next.
class Book {
public:
    explicit Book(u32 count) : table_(instruments, std::vector<u32>(moves.size(), 1)) {
        for (u32 i = 0; i < bench::underlyings; ++i) market_.price(i, table_);
        for (Ladder& ladder : ladders_)
            for (sweep::BoundTable& bounds : ladder.bounds)
                bounds = sweep::BoundTable(instruments, moves.size());
        Random random(5);
        for (u32 account = 0; account < count; ++account) {
            const u32 first =
                account < affected ? 0 : static_cast<u32>(random.below(bench::underlyings - 1));
            std::array<sweep::Position, positions> held;
            for (u32 i = 0; i < positions; ++i)
                held[i] = {(first + i / 3) * per_underlying +
                               static_cast<u32>(random.below(per_underlying)),
                           (static_cast<i64>(random.below(2'001)) - 1'000) * (amount_one / 100)};
            rows_.push(held);
        }
        cash_.resize(count);
    }

    // What a Watch asks.
    std::span<const UnderlyingId> underlyings(u32 account) {
        const u32 first = rows_.narrow(rows_.account(account))[0].row / per_underlying;
        own_ = {UnderlyingId{static_cast<u16>(first)}, UnderlyingId{static_cast<u16>(first + 1)}};
        return own_;
    }
    [[nodiscard]] sweep::Region region(UnderlyingId underlying, u32 level) const {
        const Spot& now = market_.spot(underlying.value());
        sweep::Region region{coordinates(underlying), coordinates(underlying)};
        const i64 reach = now.price / 400 << level;
        region.low[0] -= reach;
        region.high[0] += reach;
        region.low[1] -= pricing::fine_one / 500 << level;
        region.high[1] += pricing::fine_one / 500 << level;
        region.high[2] += i64{600} << 2 * level;
        return region;
    }
    void renew(UnderlyingId underlying) {
        Ladder& ladder = ladders_[underlying.value()];
        for (u32 level = 0; level < levels; ++level) {
            ladder.regions[level] = region(underlying, level);
            ladder.bounds[level].clear();
        }
    }
    [[nodiscard]] bool certain(u32 account, std::span<const u8> at) {
        return keeps(account, at) + cash_[account] >= 0;
    }

    /// What the positions are certain to keep.
    i128 keeps(u32 account, std::span<const u8> at) {
        const auto held = rows_.narrow(rows_.account(account));
        i64 lot = 1;
        for (u32 i = 0; i < rows_.account(account).exponent; ++i) lot *= 10;
        std::array<sweep::Position, positions> sizes;
        const u32 first = held[0].row / per_underlying;
        for (u32 i = 0; i < positions; ++i) {
            const u32 part = i < 3 ? 0 : 1;
            sizes[i] = {held[i].row, held[i].count * lot};
            fill(first + part, at[part], held[i].row);
        }
        const std::array<sweep::Part, 2> parts{
            {{&ladders_[first].bounds[at[0]], std::span(sizes).first(3)},
             {&ladders_[first + 1].bounds[at[1]], std::span(sizes).last(2)}}};
        return least(parts, lanes_);
    }

    /// Cash that lasts for regions of this level, and no higher one.
    void pay_in(u32 account, u8 level) {
        const std::array<u8, 2> at{level, level};
        cash_[account] = -keeps(account, at);
    }
    [[nodiscard]] bool sick(u32 account) const {
        i128 worst = 0;
        sweep::sweep(table_, rows_, account, account + 1, std::span(&worst, 1), lanes_);
        return worst + cash_[account] < 0;
    }
    [[nodiscard]] sweep::Coordinates coordinates(UnderlyingId underlying) const {
        const Spot& now = market_.spot(underlying.value());
        return {now.price, now.volatility, now.time};
    }
    void move(i64 per_mille) {
        i64& price = market_.spot(0).price;
        price += price / 1000 * per_mille;
    }
    void price() { market_.price(0, table_); }
    [[nodiscard]] u32 size() const { return rows_.size(); }

private:
    struct Ladder {
        std::array<sweep::Region, levels> regions;
        std::array<sweep::BoundTable, levels> bounds;
    };
    void fill(u32 underlying, u32 level, u32 row) {
        Ladder& ladder = ladders_[underlying];
        if (ladder.bounds[level].filled(row)) return;
        const sweep::Region& region = ladder.regions[level];
        std::array<sweep::Bound, moves.size()> bounds;
        market_.bounds(row, {region.low[0], region.low[1], region.low[2]},
                       {region.high[0], region.high[1], region.high[2]}, bounds);
        ladder.bounds[level].set(row, bounds);
    }

    sweep::Lanes lanes_ = sweep::widest_lanes();
    Market market_;
    sweep::Table table_;
    sweep::Rows rows_;
    std::vector<i128> cash_;
    std::array<Ladder, bench::underlyings> ladders_;
    std::array<UnderlyingId, 2> own_;
};

struct Times {
    double price = 0;
    double find = 0;
    double place = 0;
    double sweep = 0;
    std::size_t touched = 0;
};

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

Times tick_with(u32 accounts) {
    Book book(accounts);
    sweep::Watch watch(underlyings, levels);
    for (u32 i = 0; i < underlyings; ++i) book.renew(UnderlyingId{static_cast<u16>(i)});
    for (u32 account = affected; account < accounts; ++account) {
        book.pay_in(account, static_cast<u8>(2 + account * 4ull / accounts));
        watch.place(book, account);
    }
    std::array<std::vector<double>, 3> seconds;
    Times times;
    std::vector<u32> touched;
    for (u32 round = 0; round < 11; ++round) {
        for (u32 account = 0; account < affected; ++account) {
            book.pay_in(account, 0);
            watch.place(book, account);
        }
        touched.clear();
        book.move(round % 2 == 0 ? 3 : -3);
        const double start = processor_seconds();
        book.price();
        const double priced = processor_seconds();
        watch.move(UnderlyingId{0}, book.coordinates(UnderlyingId{0}), touched);
        u32 sick = 0;
        for (const u32 account : touched) sick += book.sick(account) ? 1u : 0u;
        keep(sick);
        const double found = processor_seconds();
        for (const u32 account : touched) watch.place(book, account);
        const double placed = processor_seconds();
        seconds[0].push_back(priced - start);
        seconds[1].push_back(found - priced);
        seconds[2].push_back(placed - found);
        times.touched = touched.size();
    }
    times.price = median(seconds[0]);
    times.find = median(seconds[1]);
    times.place = median(seconds[2]);
    times.sweep = median_seconds(
        3, [] {},
        [&] {
            u32 sick = 0;
            for (u32 account = 0; account < accounts; ++account)
                sick += book.sick(account) ? 1u : 0u;
            keep(sick);
        });
    return times;
}

}  // namespace

Rows ticks() {
    Rows rows;
    double smallest = 0;
    for (const u32 accounts : {100'000u, 1'000'000u, 10'000'000u}) {
        const Times times = tick_with(accounts);
        const double tick = times.price + times.find;
        if (smallest == 0) smallest = tick;
        const std::string count = std::to_string(accounts / 1000) + "k accounts";
        const std::string all = time_of(times.sweep) + " to look at all of them";
        rows.push_back({"tick, " + count + ", " + std::to_string(times.touched) + " looked at",
                        time_of(tick), all, figure(tick / times.sweep, "x"), "<= 1 ms",
                        tick <= 0.001});
        rows.push_back(
            {"  of it pricing 200 instruments x 25", time_of(times.price), "", "", "", true});
        rows.push_back({"  against the fewest accounts", figure(tick / smallest, "x"), "", "",
                        "<= 2 x", tick <= 2 * smallest});
        rows.push_back({"  new bands for those looked at", time_of(times.place), "", "", "", true});
    }
    return rows;
}

}  // namespace ballast::bench
