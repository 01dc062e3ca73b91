/// A market and accounts to test the bands in: every instrument on every underlying, accounts of
/// all sorts, and a path that drifts, jumps and lets time pass.  Its margin model is small and
/// exact: maintenance = cash + least over the scenarios of the sum of size * (value today + 4/5 *
/// weight * (value there - value today)) - a part of the notional at spot.
#pragma once

#include <ballast/sweep/bounds.hpp>
#include <ballast/sweep/watch.hpp>

#include <algorithm>

namespace ballast::sweep::test {

/// The same numbers in every run (splitmix64).
class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}
    u64 below(u64 count) {
        state_ += 0x9e3779b97f4a7c15;
        u64 mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return static_cast<u64>(u128{mixed ^ (mixed >> 31)} * count >> 64);
    }
    /// From -most to most.
    i64 around(i64 most) { return static_cast<i64>(below(2 * static_cast<u64>(most) + 1)) - most; }
    /// Whether something happens that does once in `count` times.
    bool once_in(u64 count) { return below(count) == 0; }

private:
    u64 state_;
};

/// A kind that takes part, and how series of it are written.
struct Player {
    const risk::Kind* kind = nullptr;
    Curve curve = Curve::any;
    bool strikes = false;  ///< Has a strike and both rights.
    bool pays = false;     ///< Has a payout.
    bool expires = false;  ///< Else, has a period.
};

struct Options {
    u64 seed = 1;
    u32 underlyings = 3;
    u32 accounts = 500;
    u32 levels = 5;
    u32 series_per_player = 4;
};

/// What one underlying's market is computed from, by place in Coordinates.
enum Coordinate : u32 { spot, volatility, rate, time };

struct Scenario {
    i64 spot_percent;
    i64 volatility_percent;
    i64 fifths;  ///< The weight.
};
inline constexpr std::array<Scenario, 11> scenarios{{
    {100, 100, 5},
    {100, 140, 5},
    {100, 70, 5},
    {94, 140, 5},
    {94, 80, 5},
    {106, 140, 5},
    {106, 80, 5},
    {85, 130, 5},
    {115, 130, 5},
    {40, 150, 2},
    {300, 150, 1},
}};
inline constexpr i64 whole = 25;  ///< Margin is counted in parts of this.

class TestBook {
public:
    TestBook(Options options, std::span<const Player> players);

    // What a Watch asks.
    [[nodiscard]] std::span<const UnderlyingId> underlyings(u32 account) const {
        return accounts_[account].underlyings;
    }
    [[nodiscard]] Region region(UnderlyingId underlying, u32 level) const;
    void renew(UnderlyingId underlying);
    [[nodiscard]] bool certain(u32 account, std::span<const u8> levels);

    /// Moves the market by one step; which underlyings have moved.
    std::vector<UnderlyingId> step();
    /// Gives the account other positions and cash.
    void trade(u32 account);

    [[nodiscard]] const Coordinates& now(UnderlyingId underlying) const {
        return now_[underlying.value()];
    }
    /// Whether the account's maintenance margin is negative, looked at alone and exactly.
    [[nodiscard]] bool sick(u32 account) const;
    /// The same of all accounts, by the sweep.
    [[nodiscard]] std::vector<bool> all_sick() const;
    [[nodiscard]] u32 accounts() const { return static_cast<u32>(accounts_.size()); }

private:
    struct Instrument {
        const Player* player;
        risk::Series series;
        i64 smile;  ///< Added to the volatility of the underlying.
        i64 carry;  ///< Forward over spot, 10^-6.
    };
    struct Account {
        std::vector<Position> positions;  ///< Ascending by row.
        std::vector<UnderlyingId> underlyings;
        i128 cash = 0;  ///< 10^-16 dollars, in parts of `whole`.
    };
    struct Ladder {
        std::array<Region, levels_max> regions;
        std::array<BoundTable, levels_max> tables;
    };

    [[nodiscard]] pricing::Point point(const Instrument& instrument, const Scenario& scenario,
                                       const Coordinates& at) const;
    [[nodiscard]] risk::Box box(const Instrument& instrument, const Scenario& scenario,
                                const Region& region) const;
    [[nodiscard]] Bound bound(const Instrument& instrument, const Scenario& scenario,
                              const Region& region) const;
    void list(Random& random, UnderlyingId underlying, const Player& player);
    void price(UnderlyingId underlying);
    void fill(u32 row, const Region& region, BoundTable& table) const;
    [[nodiscard]] i128 charge(const Account& account, std::span<const i64> spots) const;
    [[nodiscard]] u32 first_row(UnderlyingId underlying) const {
        return underlying.value() * per_underlying_;
    }

    Options options_;
    std::vector<Player> players_;
    Random random_;
    u32 per_underlying_;
    std::vector<Coordinates> now_;
    std::vector<Instrument> instruments_;
    std::vector<Account> accounts_;
    std::vector<Ladder> ladders_;
    Table table_;
    Rows rows_;
};

inline TestBook::TestBook(Options options, std::span<const Player> players)
    : options_(options),
      players_(players.begin(), players.end()),
      random_(options.seed),
      per_underlying_(static_cast<u32>(players.size()) * options.series_per_player),
      now_(options.underlyings),
      accounts_(options.accounts),
      ladders_(options.underlyings),
      table_(options.underlyings * per_underlying_, std::vector<u32>(scenarios.size(), 1)) {
    for (u32 i = 0; i < options.underlyings; ++i) {
        const UnderlyingId underlying{static_cast<u16>(i)};
        now_[i][spot] = amount_one * (i == 0 ? 60'000 : 100 * (i64{i} + 1) * (i64{i} + 1));
        now_[i][volatility] = pricing::fine_one / 100 * (40 + 20 * i64{i});
        now_[i][rate] = pricing::fine_one / 100 * 4;
        now_[i][time] = 1'000'000'000;
        for (const Player& player : players_)
            for (u32 k = 0; k < options.series_per_player; ++k) list(random_, underlying, player);
        price(underlying);
        for (BoundTable& table : ladders_[i].tables)
            table = BoundTable(options.underlyings * per_underlying_,
                               static_cast<u32>(scenarios.size()));
    }
    for (u32 i = 0; i < options.accounts; ++i) {
        rows_.push({});
        trade(i);
    }
}

inline void TestBook::list(Random& random, UnderlyingId underlying, const Player& player) {
    Instrument instrument{&player, {}, 0, 1'000'000};
    risk::Series& series = instrument.series;
    series.underlying = underlying;
    const i64 price = now(underlying)[spot];
    if (player.strikes) {
        series.strike = Price::units(price / 100 * (75 + static_cast<i64>(random.below(51))));
        series.right = random.once_in(2) ? pricing::Right::call : pricing::Right::put;
        instrument.smile = random.around(pricing::fine_one / 20);
    }
    if (player.pays) series.payout = Price::units(price / 10);
    if (player.expires) {
        series.expiry =
            static_cast<u64>(now(underlying)[time]) + 3'600 + random.below(u64{60} * 86'400);
        instrument.carry += random.around(20'000);
    } else {
        series.period = 5 * 86'400;
    }
    instruments_.push_back(instrument);
}

inline pricing::Point TestBook::point(const Instrument& instrument, const Scenario& scenario,
                                      const Coordinates& at) const {
    pricing::Point point;
    const i64 moved = at[spot] / 100 * scenario.spot_percent;
    const i64 level = std::max(i64{0}, at[volatility] + instrument.smile);
    point.spot = Price::units(moved);
    point.forward = Price::units(static_cast<i64>(i128{moved} * instrument.carry / 1'000'000));
    point.volatility = pricing::Fine::units(level / 100 * scenario.volatility_percent);
    point.rate = pricing::Fine::units(at[rate]);
    const i64 expiry = static_cast<i64>(instrument.series.expiry);
    point.seconds = static_cast<u64>(std::max(i64{0}, expiry - at[time]));
    return point;
}

// Everything in a point rises with its coordinate but the seconds, which fall with time.
inline risk::Box TestBook::box(const Instrument& instrument, const Scenario& scenario,
                               const Region& region) const {
    risk::Box box{point(instrument, scenario, region.low),
                  point(instrument, scenario, region.high)};
    std::swap(box.low.seconds, box.high.seconds);
    return box;
}

inline Bound TestBook::bound(const Instrument& instrument, const Scenario& scenario,
                             const Region& region) const {
    constexpr u32 parts = 8;
    const bool convex = instrument.player->curve == Curve::convex;
    const i64 low = region.low[spot];
    const i64 width = region.high[spot] - low;
    std::array<risk::Box, parts> boxes;
    const u32 count = convex ? 3 : parts;
    for (u32 i = 0; i < count; ++i) {
        Region slice = region;
        slice.low[spot] = low + width * i / (convex ? 2 : parts);
        slice.high[spot] = convex ? slice.low[spot] : low + (width * (i + 1) + parts - 1) / parts;
        boxes[i] = box(instrument, scenario, slice);
    }
    return bound_of(*instrument.player->kind, instrument.series, instrument.player->curve,
                    std::span(boxes).first(count));
}

/// A unit's part of the margin in a scenario: (25 - 4 fifths) * today + 4 fifths * there.
inline void TestBook::fill(u32 row, const Region& region, BoundTable& table) const {
    const Instrument& instrument = instruments_[row];
    const Bound today = bound(instrument, scenarios[0], region);
    std::array<Bound, scenarios.size()> bounds;
    for (u32 i = 0; i < scenarios.size(); ++i) {
        const i64 part = 4 * scenarios[i].fifths;
        bounds[i] = combine(today, whole - part, bound(instrument, scenarios[i], region), part, 1);
    }
    table.set(row, bounds);
}

inline void TestBook::price(UnderlyingId underlying) {
    std::array<pricing::Point, scenarios.size()> points;
    std::array<Price, scenarios.size()> values;
    std::array<i64, scenarios.size()> cells;
    for (u32 k = 0; k < per_underlying_; ++k) {
        const u32 row = first_row(underlying) + k;
        const Instrument& instrument = instruments_[row];
        for (u32 i = 0; i < scenarios.size(); ++i)
            points[i] = point(instrument, scenarios[i], now(underlying));
        instrument.player->kind->value(instrument.series, points, values);
        for (u32 i = 0; i < scenarios.size(); ++i) {
            const i64 part = 4 * scenarios[i].fifths;
            cells[i] = (whole - part) * values[0].units() + part * values[i].units();
        }
        table_.set(row, cells);
    }
}

inline Region TestBook::region(UnderlyingId underlying, u32 level) const {
    const Coordinates& at = now(underlying);
    Region region{at, at};
    const auto widen = [&](u32 which, i64 by) {
        region.low[which] -= by << level;
        region.high[which] += by << level;
    };
    widen(spot, at[spot] / 1000);
    widen(volatility, pricing::fine_one / 1000);
    widen(rate, pricing::fine_one / 2000);
    region.low[time] = at[time];
    region.high[time] = at[time] + (i64{300} << 2 * level);
    return region;
}

inline void TestBook::renew(UnderlyingId underlying) {
    Ladder& ladder = ladders_[underlying.value()];
    for (u32 level = 0; level < options_.levels; ++level) {
        ladder.regions[level] = region(underlying, level);
        ladder.tables[level].clear();
    }
}

/// A thousandth of what is held, at these spots by underlying.
inline i128 TestBook::charge(const Account& account, std::span<const i64> spots) const {
    i128 charge = 0;
    for (const Position& position : account.positions) {
        const i128 size = position.size < 0 ? -position.size : position.size;
        charge += size * (spots[position.row / per_underlying_] / 1000);
    }
    return charge * whole;
}

inline bool TestBook::certain(u32 account, std::span<const u8> levels) {
    const Account& held = accounts_[account];
    std::array<Part, account_underlyings_max> parts;
    std::array<i64, limits::underlyings_max> spots{};
    std::size_t first = 0;
    for (u32 i = 0; i < levels.size(); ++i) {
        const u32 place = held.underlyings[i].value();
        Ladder& ladder = ladders_[place];
        const u32 level = levels[i];
        std::size_t last = first;
        for (; last < held.positions.size(); ++last) {
            const u32 row = held.positions[last].row;
            if (row / per_underlying_ != place) break;
            if (!ladder.tables[level].filled(row))
                fill(row, ladder.regions[level], ladder.tables[level]);
        }
        parts[i] = {&ladder.tables[level], std::span(held.positions).subspan(first, last - first)};
        spots[place] = ladder.regions[level].high[spot];
        first = last;
    }
    const i128 low = least(std::span(parts).first(levels.size()), widest_lanes());
    return low + held.cash - charge(held, spots) >= 0;
}

inline bool TestBook::sick(u32 account) const {
    const Account& held = accounts_[account];
    std::array<i64, limits::underlyings_max> spots{};
    for (u32 i = 0; i < now_.size(); ++i) spots[i] = now_[i][spot];
    std::array<i128, scenarios.size()> totals;
    profits(table_, rows_, account, totals);
    const i128 worst = *std::min_element(totals.begin(), totals.end());
    return worst + held.cash - charge(held, spots) < 0;
}

inline std::vector<bool> TestBook::all_sick() const {
    std::vector<i128> worst(accounts());
    sweep(table_, rows_, 0, accounts(), worst, widest_lanes());
    std::array<i64, limits::underlyings_max> spots{};
    for (u32 i = 0; i < now_.size(); ++i) spots[i] = now_[i][spot];
    std::vector<bool> sick(accounts());
    for (u32 i = 0; i < accounts(); ++i)
        sick[i] = worst[i] + accounts_[i].cash - charge(accounts_[i], spots) < 0;
    return sick;
}

inline void TestBook::trade(u32 account) {
    Account& held = accounts_[account];
    held = {};
    const bool hedged = random_.once_in(2);
    const u32 breadth = 1 + static_cast<u32>(random_.below(options_.underlyings));
    for (u32 i = 0; i < options_.underlyings; ++i) {
        if (!random_.once_in(options_.underlyings) && i >= breadth) continue;
        i64 sum = 0;
        for (u32 k = 0; k < per_underlying_; ++k) {
            if (!random_.once_in(4)) continue;
            i64 size = random_.around(5'000) * (amount_one / 1000);
            if (random_.once_in(20)) size += random_.around(1'000'000);  // Not a round number.
            if (hedged && k == per_underlying_ - 1) size = -sum;
            sum += size;
            held.positions.push_back({first_row(UnderlyingId{static_cast<u16>(i)}) + k, size});
        }
        if (held.positions.empty() || held.positions.back().row / per_underlying_ != i) continue;
        held.underlyings.push_back(UnderlyingId{static_cast<u16>(i)});
    }
    rows_.set(account, held.positions);
    if (held.positions.empty()) return;
    // From a little short of what is needed to three times that.
    std::array<i128, scenarios.size()> totals;
    profits(table_, rows_, account, totals);
    const i128 worst = *std::min_element(totals.begin(), totals.end());
    std::array<i64, limits::underlyings_max> spots{};
    for (u32 i = 0; i < now_.size(); ++i) spots[i] = now_[i][spot];
    const i128 notional = charge(held, spots) * 1000;
    held.cash =
        charge(held, spots) - worst + notional / 1000 * (static_cast<i64>(random_.below(200)) - 1);
}

inline std::vector<UnderlyingId> TestBook::step() {
    const i64 passed = random_.once_in(50) ? static_cast<i64>(random_.below(40'000)) : 12;
    std::vector<UnderlyingId> moved;
    for (u32 i = 0; i < options_.underlyings; ++i) {
        Coordinates& at = now_[i];
        at[time] += passed;
        const i64 reach = random_.once_in(100) ? 300 : random_.once_in(4) ? 10 : 1;  // Per mille.
        const i64 next = at[spot] + at[spot] / 1'000'000 * random_.around(1000 * reach);
        at[spot] = std::max(next, i64{amount_one});
        if (random_.once_in(5))
            at[volatility] = std::clamp(at[volatility] + random_.around(pricing::fine_one / 200),
                                        pricing::fine_one / 20, 3 * pricing::fine_one);
        if (random_.once_in(50))
            at[rate] = std::clamp(at[rate] + random_.around(pricing::fine_one / 500),
                                  -pricing::fine_one / 10, pricing::fine_one / 5);
        moved.push_back(UnderlyingId{static_cast<u16>(i)});
        price(moved.back());
    }
    return moved;
}

/// What a run has seen.
struct Tally {
    u64 account_ticks = 0;
    u64 looked_at = 0;
    u64 fell_sick = 0;
    u64 healed = 0;
    u64 wrong = 0;  ///< Account-ticks on which the bands and the sweep disagree.
};

/// Runs `ticks` steps with bands, against the full sweep after every step.
inline Tally run(TestBook& book, Options options, u32 ticks) {
    Watch watch(options.underlyings, options.levels);
    Random random(options.seed + 1);
    std::vector<bool> sick(book.accounts());
    for (u32 i = 0; i < book.accounts(); ++i) {
        sick[i] = book.sick(i);
        watch.place(book, i);
    }
    Tally tally;
    std::vector<u32> touched;
    for (u32 tick = 0; tick < ticks; ++tick) {
        touched.clear();
        for (const UnderlyingId underlying : book.step())
            watch.move(underlying, book.now(underlying), touched);
        if (random.once_in(3)) {
            const u32 trader = static_cast<u32>(random.below(book.accounts()));
            book.trade(trader);
            watch.drop(trader);
            touched.push_back(trader);
        }
        for (const u32 account : touched) {
            const bool before = sick[account];
            sick[account] = book.sick(account);
            tally.fell_sick += !before && sick[account] ? 1u : 0u;
            tally.healed += before && !sick[account] ? 1u : 0u;
            watch.place(book, account);
        }
        const std::vector<bool> full = book.all_sick();
        for (u32 i = 0; i < book.accounts(); ++i) tally.wrong += full[i] != sick[i] ? 1u : 0u;
        tally.account_ticks += book.accounts();
        tally.looked_at += touched.size();
    }
    return tally;
}

}  // namespace ballast::sweep::test
