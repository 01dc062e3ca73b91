/// What a market says about its prices: who reports them, how reports become one price, and when to
/// stop believing it. Constants of a market, read from genesis.  docs/methods/oracle.md has the
/// formulas.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/crypto/signature.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::oracle {

/// Somebody who reports prices.  Without a key nobody signs: whoever drives the machine vouches for
/// the reports.  That is how recorded data are replayed; a node refuses such a market unless it
/// runs for development.
struct Publisher {
    std::string name;
    std::optional<crypto::PublicKey> key;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.key);
    }
};

/// A publisher's place on one feed.
struct Source {
    PublisherId publisher;
    u32 weight = 1;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.publisher), visit(row.weight);
    }
};

/// A price may do anything and is guarded by the circuit breaker.  A rate (how much of the
/// underlying one share of a yield-bearing asset is worth) falls at once but grows no faster than
/// its cap.
enum class FeedKind : u8 { price, rate };
constexpr bool valid(FeedKind kind) {
    return kind <= FeedKind::rate;
}

inline constexpr u64 span_seconds_max = u64{366} * 86'400;  ///< Longest of any of the times below.
inline constexpr u32 weight_max = 1'000'000;                ///< Largest weight of one source.
inline constexpr u32 breaker_confirm_max = 1'000;  ///< Most aggregates that confirm a jump.

/// One feed.  Times are seconds; ratios are fractions of the price unless said otherwise.
struct FeedTerms {
    std::string name;
    FeedKind kind = FeedKind::price;
    std::vector<Source> sources;
    /// The feed in whose asset this feed's reports are counted; its id must be lower.  Absent: the
    /// unit of account.  The published mark, low and high are the product of both feeds'.
    std::optional<FeedId> quote;

    // Aggregation (1).
    u64 fresh_seconds = 120;                                 ///< Oldest report that counts.
    u32 quorum_count = 1;                                    ///< Sources that must agree.
    u32 quorum_weight = 1;                                   ///< Weight that must agree.
    u32 live_count = 1;                                      ///< Fewer than these agree: degraded.
    Ratio outlier_deviations = Ratio::units(5 * ratio_one);  ///< Units of deviation before removal.
    Ratio outlier_floor = Ratio::units(ratio_one / 200);     ///< Smallest unit of deviation: 0.5 %.

    // Width of the range from low to high (2).
    Ratio confidence_multiple = Ratio::units(ratio_one);  ///< Times the reported confidence.
    Ratio dispersion_multiple = Ratio::units(ratio_one);  ///< Times the deviation among sources.
    Ratio volatility_multiple = Ratio::units(2 * ratio_one);  ///< Times sigma sqrt(age + latency).
    u64 volatility_memory_seconds = u64{6} * 3'600;  ///< Mean age of what volatility remembers.
    Ratio volatility_floor_per_day = Ratio::units(ratio_one / 50);  ///< Smallest sigma, per square
                                                                    ///< root of a day.
    u64 latency_seconds = 12;                       ///< Added to the age: report to action.
    Ratio widen_max = Ratio::units(ratio_one / 4);  ///< Largest half-width; under 1, so low > 0.

    // Circuit breaker (3); price feeds only.
    Ratio jump_max = Ratio::units(ratio_one / 5);  ///< Largest distance from the reference.
    u64 reference_seconds = 1'800;                 ///< Window of the reference median.
    u32 breaker_confirm = 3;                       ///< New aggregates that confirm a jump,
    u64 breaker_confirm_seconds = 60;              ///< spread over at least this time.
    Ratio breaker_walk_per_minute = Ratio::units(ratio_one / 50);  ///< How fast the mark follows
                                                                   ///< meanwhile.
    u64 breaker_hold_seconds = 900;  ///< Unresolved for so long: halted.

    // Outage (4).
    u64 halt_seconds = 3'600;    ///< Without quorum for so long: halted.
    u64 recovery_seconds = 120;  ///< Agreement that ends a halt.

    u64 delay_seconds = 0;  ///< A price is used only after this (5).

    // Rate feeds (6).
    Ratio growth_per_day_max = Ratio::units(ratio_one / 1'000);  ///< Growth allowed per day.
    u64 growth_seconds_max = u64{2} * 86'400;  ///< Growth is allowed for at most this.

    // Settlement (7).
    u64 settlement_seconds = 0;                            ///< Longest window; 0: no settlement.
    u32 settlement_count = 1;                              ///< Sources that make a second count.
    Ratio settlement_cover = Ratio::units(ratio_one / 2);  ///< Share of seconds that must count.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.kind), visit(row.sources), visit(row.quote);
        visit(row.fresh_seconds), visit(row.quorum_count), visit(row.quorum_weight),
            visit(row.live_count);
        visit(row.outlier_deviations), visit(row.outlier_floor);
        visit(row.confidence_multiple), visit(row.dispersion_multiple),
            visit(row.volatility_multiple);
        visit(row.volatility_memory_seconds), visit(row.volatility_floor_per_day);
        visit(row.latency_seconds), visit(row.widen_max);
        visit(row.jump_max), visit(row.reference_seconds), visit(row.breaker_confirm);
        visit(row.breaker_confirm_seconds), visit(row.breaker_walk_per_minute),
            visit(row.breaker_hold_seconds);
        visit(row.halt_seconds), visit(row.recovery_seconds), visit(row.delay_seconds);
        visit(row.growth_per_day_max), visit(row.growth_seconds_max);
        visit(row.settlement_seconds), visit(row.settlement_count), visit(row.settlement_cover);
    }
};

struct Terms {
    std::vector<Publisher> publishers;
    std::vector<FeedTerms> feeds;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.publishers), visit(row.feeds);
    }
};

/// The first fault, if there is one.  Every other function of this room expects terms without
/// fault.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

}  // namespace ballast::oracle
