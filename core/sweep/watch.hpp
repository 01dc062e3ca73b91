/// The tick: who is to be looked at, and the widest band that each of them can then be given.
/// docs/methods/account_bands.md, section 6.
#pragma once

#include <ballast/sweep/bands.hpp>

#include <ballast/base/assert.hpp>

#include <algorithm>
#include <concepts>

namespace ballast::sweep {

inline constexpr u32 levels_max = 8;  ///< Regions of different width around one market.
/// Underlyings of one account that get bands of their own; who has more is always looked at.
inline constexpr u32 account_underlyings_max = 8;

/// What a Watch asks of whoever knows the accounts.
template <class B>
concept Book =
    requires(B& book, u32 account, UnderlyingId underlying, u32 level, std::span<const u8> levels) {
        /// Those that the account's margin depends on.
        { book.underlyings(account) } -> std::convertible_to<std::span<const UnderlyingId>>;
        /// A region around the present market of the underlying; each level holds those below it.
        { book.region(underlying, level) } -> std::same_as<Region>;
        /// The regions of this underlying are asked for anew: bounds over the former ones are void.
        { book.renew(underlying) } -> std::same_as<void>;
        /// Whether the account is proved healthy in every market in which each of its underlyings
        /// lies in its region of that level, as `region` gave it last; levels as `underlyings` are
        /// ordered.
        { book.certain(account, levels) } -> std::same_as<bool>;
    };

/// Bands, and the regions that new ones are made of: per underlying a ladder of nested regions
/// around a market of the recent past.  A ladder is renewed when its narrowest region no longer
/// holds the market and somebody needs it, so that a tick which touches nobody prices nothing.
class Watch {
public:
    /// 0 < `levels` <= levels_max.
    Watch(u32 underlyings, u32 levels);

    /// The market of `underlying` is at `now`.  Appends the accounts that must be looked at, each
    /// once, in ascending order, and forgets them: `place` those that are to be watched on.
    void move(UnderlyingId underlying, const Coordinates& now, std::vector<u32>& out);

    /// Gives the account the widest bands that `book` is certain in.  Must be called again when
    /// anything that its margin depends on changes other than the market: its positions, its cash,
    /// the model.
    template <Book B>
    void place(B& book, u32 account);

    void drop(u32 account) { bands_.drop(account); }

private:
    struct Ladder {
        bool stale = true;
        Coordinates now{};
        std::array<Region, levels_max> regions{};
        std::array<BandId, levels_max> bands{};
    };
    using Levels = std::array<u8, account_underlyings_max>;

    template <Book B>
    void refresh(B& book, UnderlyingId underlying);
    template <Book B>
    bool climb(B& book, u32 account, std::span<u8> levels);
    [[nodiscard]] BandId band(UnderlyingId underlying, u32 level);
    void expire(UnderlyingId underlying);

    u32 levels_;
    u32 usual_ = 0;  ///< The level that was found last: where the next search begins.
    Bands bands_;
    std::vector<Ladder> ladders_;
};

template <Book B>
void Watch::refresh(B& book, UnderlyingId underlying) {
    Ladder& ladder = ladders_[underlying.value()];
    if (!ladder.stale) return;
    expire(underlying);
    book.renew(underlying);
    for (u32 level = 0; level < levels_; ++level)
        ladder.regions[level] = book.region(underlying, level);
    ladder.stale = false;
}

/// The highest level that all underlyings can have together; then each as much higher alone as it
/// can.  Every step is one question, at most levels_ * (1 + underlyings) of them.
template <Book B>
bool Watch::climb(B& book, u32 account, std::span<u8> levels) {
    const auto all_at = [&](u32 level) {
        std::fill(levels.begin(), levels.end(), static_cast<u8>(level));
        return book.certain(account, levels);
    };
    u32 level = usual_;
    if (all_at(level)) {
        while (level + 1 < levels_ && all_at(level + 1)) ++level;
    } else {
        do {
            if (level == 0) return false;
        } while (!all_at(--level));
    }
    usual_ = level;
    std::fill(levels.begin(), levels.end(), static_cast<u8>(level));
    if (levels.size() == 1) return true;
    for (u8& own : levels) {
        while (own + 1u < levels_) {
            ++own;
            if (book.certain(account, levels)) continue;
            --own;
            break;
        }
    }
    return true;
}

template <Book B>
void Watch::place(B& book, u32 account) {
    const std::span<const UnderlyingId> underlyings = book.underlyings(account);
    std::array<BandId, limits::underlyings_max> chosen;
    const auto count = static_cast<u32>(underlyings.size());
    BALLAST_ASSERT(count <= chosen.size());
    for (u32 i = 0; i < count; ++i) chosen[i] = {underlyings[i], 0, 0};
    if (0 < count && count <= account_underlyings_max) {
        Levels levels{};
        const std::span<u8> used = std::span(levels).first(count);
        for (const UnderlyingId underlying : underlyings) refresh(book, underlying);
        if (climb(book, account, used))
            for (u32 i = 0; i < count; ++i) chosen[i] = band(underlyings[i], used[i]);
    }
    bands_.place(account, std::span(chosen).first(count));
}

}  // namespace ballast::sweep
