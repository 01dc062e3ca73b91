#include <ballast/audit/exact.hpp>
#include <ballast/audit/laws.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

using auctions::Auction;
using auctions::AuctionKind;

struct Between {
    U256 low;
    U256 high;
};

U256 ceiling(const U256& a, const U256& b) {
    const U256 quotient = a / b;
    return quotient * b == a ? quotient : quotient + U256(1);
}

U256 less(const U256& a, const U256& b) {
    return a > b ? a - b : U256();
}

/// cut^cuts, one multiplication after another, once rounded down and once up; and the most by which
/// half-up rounding of repeated squares may lie outside.
Between after_cuts(Ray cut, u64 cuts) {
    const U256 one(ray_one);
    const U256 factor(cut.units());
    Between power{one, one};
    for (u64 i = 0; i < cuts && !power.low.zero(); ++i) {
        power.low = power.low * factor / one;
        power.high = ceiling(power.high * factor, one);
    }
    const U256 slack(2 * u128{cuts} + 2);
    return {less(power.low, slack), power.high + slack};
}

/// Where the price of a curve must lie after so long.
Between price_between(const auctions::Curve& curve, Ray top, u64 elapsed) {
    const U256 one(ray_one);
    const U256 start(top.units());
    switch (curve.kind) {
        case auctions::CurveKind::linear: {
            if (elapsed >= curve.duration_seconds) return {};
            const U256 left = start * U256(curve.duration_seconds - elapsed);
            const U256 duration(curve.duration_seconds);
            return {less(left / duration, start / one + U256(2)), ceiling(left, duration)};
        }
        case auctions::CurveKind::stepped:
        case auctions::CurveKind::continuous: {
            const bool steps = curve.kind == auctions::CurveKind::stepped;
            const Between power =
                after_cuts(curve.cut, steps ? elapsed / curve.step_seconds : elapsed);
            return {less(start * power.low / one, U256(1)), start * power.high / one + U256(1)};
        }
        case auctions::CurveKind::fixed_discount:
        case auctions::CurveKind::health_discount: return {start, start};
    }
    return {};
}

/// The auctions of one block, followed by its events.
class Hall {
public:
    explicit Hall(const Scene& scene) : scene_(scene), rows_(scene.before.auctions) {}

    void follow(const Event& event, Findings& findings) {
        switch (event.kind) {
            case EventKind::auction_started: return start(event);
            case EventKind::auction_restarted: return restart(event);
            case EventKind::auction_taken: return take(event, findings);
            case EventKind::keeper_rewarded: return reward(event, findings);
            default: return;
        }
    }

    /// What is left of each lot that was known from the start.
    void compare(Findings& findings) const {
        for (const auto& [id, row] : rows_) {
            const Auction& after = scene_.state().auctions.rows[id];
            if (!after.open || row.lot_units == 0) continue;
            for (std::size_t k = 0; k < row.lot.count; ++k)
                findings.equal(Law::l3, row.lot.parts[k].amount.units(),
                               after.lot.parts[k].amount.units(),
                               [&] { return "lot of auction " + text(id); });
        }
    }

private:
    /// An auction of this block; the lot is not told, so its units stay at zero.
    void start(const Event& event) {
        Auction row = scene_.state().auctions.rows[event.subject];
        row.top = Ray::units(static_cast<u128>(event.value));
        row.started = scene_.block.time;
        row.lot_units = 0;
        rows_[event.subject] = row;
    }

    void restart(const Event& event) {
        rows_[event.subject].top = Ray::units(static_cast<u128>(event.value));
        rows_[event.subject].started = scene_.block.time;
    }

    void take(const Event& event, Findings& findings) {
        Auction& row = rows_[event.subject];
        paid_ = event.amount;
        if (row.kind == AuctionKind::in_place) return take_in_place(row, event, findings);
        const U256 units = wide(event.value);
        const Between price =
            price_between(terms_of(row).curve, row.top, scene_.block.time - row.started);
        const U256 paid = wide(event.amount) * U256(ray_one);
        const auto of = [&](const char* what) { return what + text(event.subject); };
        findings.holds(Law::l3, paid >= units * price.low,
                       [&] { return of("the curve's price is paid in auction "); });
        findings.holds(Law::l3, paid <= (units + U256(1)) * price.high + U256(ray_one),
                       [&] { return of("no more than the curve's price is paid in auction "); });
        if (row.lot_units == 0) return;
        for (std::size_t k = 0; k < row.lot.count; ++k)
            row.lot.parts[k].amount -= Amount::units(times_over_floor(
                wide(row.lot.parts[k].amount.units()), units, U256(row.lot_units)));
        row.lot_units -= static_cast<u128>(event.value);
    }

    /// What is handed over is worth at most what is paid and the largest discount.
    void take_in_place(const Auction& row, const Event& event, Findings& findings) {
        const auctions::Curve& curve = terms_of(row).curve;
        const bool fixed = curve.kind == auctions::CurveKind::fixed_discount;
        const i64 numerator = fixed ? ratio_one + curve.discount.units() : ratio_one;
        const i64 denominator = fixed ? ratio_one : ratio_one - curve.discount.units();
        const auto& feed = scene_.genesis().types[row.type.value()].vault.debt_feed;
        const i64 mark =
            feed ? scene_.state().oracle.feeds[feed->value()].quote.mark.units() : amount_one;
        const U256 most = wide(event.amount) * wide(mark) * wide(numerator);
        const U256 got = wide(event.value) * wide(amount_one) * wide(denominator);
        findings.holds(Law::l3, got <= most, [&] {
            return "a take in place gets no more than the discount, auction " +
                   text(event.subject) + ", worth " + text(event.value) + " for " +
                   text(event.amount);
        });
    }

    void reward(const Event& event, Findings& findings) {
        const Auction& row = rows_[event.subject];
        const auto& terms = terms_of(row);
        const i128 flat = times_over_floor(wide(terms.tip.units()), wide(paid_),
                                           wide(std::max(row.tab_start.units(), i128{1})));
        const i128 part = times_over_floor(wide(terms.chip.units()), wide(paid_), wide(ratio_one));
        findings.at_most(Law::l3, flat + part, event.amount,
                         [&] { return "reward in auction " + text(event.subject); });
    }

    [[nodiscard]] const auctions::AuctionTerms& terms_of(const Auction& row) const {
        if (row.kind == AuctionKind::surplus) return scene_.genesis().surplus;
        if (row.kind == AuctionKind::recapitalisation) return scene_.genesis().recapitalisation;
        return scene_.genesis().types[row.type.value()].auction;
    }

    const Scene& scene_;
    std::map<u32, Auction> rows_;
    i128 paid_ = 0;  ///< In the last take: a reward is for the take that stands before it.
};

}  // namespace

void check_takes(const Scene& scene, Findings& findings) {
    Hall hall(scene);
    for (const Event& event : scene.outcome.events) hall.follow(event, findings);
    hall.compare(findings);
}

}  // namespace ballast::audit
