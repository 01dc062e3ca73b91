#include <ballast/api/stress.hpp>

#include <ballast/math/mul_div.hpp>

#include <vector>

namespace ballast::api {
namespace {

constexpr i64 fine_steps = 1'000'000;  ///< Parts of the mark that a price is narrowed down to.

Price scaled(Price price, i64 numerator, i64 denominator) {
    const i128 most = limits::price_max.units();
    const i128 units = math::divide(i128{price.units()} * numerator, denominator, Round::down);
    return Price::units(static_cast<i64>(std::min(units, most)));
}

void scale(oracle::Quote& quote, i64 numerator, i64 denominator) {
    for (Price* price : {&quote.mark, &quote.low, &quote.high, &quote.firm_low, &quote.firm_high})
        *price = scaled(*price, numerator, denominator);
}

}  // namespace

// What the margin of the account depends on and nothing else: its instruments, numbered anew, its
// compartment's model, and the feeds.
struct Stress::World {
    const clearing::Terms& terms;
    const clearing::Kinds kinds;
    const oracle::Terms& oracle_terms;
    const u64 now;
    const oracle::State quotes;   ///< As they are.
    const ledger::Ledger ledger;  ///< Empty: only the number of its assets counts.
    oracle::State oracle;
    clearing::State state;
    clearing::Market market;
    clearing::AccountRow account;
    std::vector<FeedId> moved;  ///< Feeds that are not where they are now.

    World(const clearing::Sight& sight, const clearing::AccountRow& row)
        : terms(sight.terms),
          kinds(sight.kinds),
          oracle_terms(sight.oracle_terms),
          now(sight.now),
          quotes(sight.oracle),
          ledger(sight.ledger.assets()),
          oracle(sight.oracle),
          account(row) {
        const clearing::CompartmentRow& own = sight.state.compartments[row.compartment.value()];
        for (u32 i = 0; i < sight.state.compartments.size(); ++i) {
            clearing::CompartmentRow compartment = sight.state.compartments[i];
            compartment.model = own.model;
            compartment.next = own.next;
            state.compartments.push(compartment);
        }
        for (clearing::Position& position : account.positions) {
            const u32 id = state.instruments.push(sight.instrument(position.instrument));
            position.instrument = InstrumentId(id);
        }
    }

    [[nodiscard]] clearing::Sight sight() const {
        return {terms, kinds, state, ledger, oracle_terms, oracle, market, now};
    }

    void restore() {
        for (const FeedId feed : moved)
            oracle.feeds.edit(feed.value()).quote = oracle::quote(quotes, feed);
        moved.clear();
    }

    void move(FeedId feed, i64 numerator, i64 denominator) {
        scale(oracle.feeds.edit(feed.value()).quote, numerator, denominator);
        moved.push_back(feed);
    }

    // The marks that the new market gives.
    void mark() {
        market = clearing::look(sight());
        for (u32 id = 0; id < state.instruments.size(); ++id) {
            const clearing::InstrumentRow& row = state.instruments[id];
            const auto& underlying = market.underlyings[row.series.underlying.value()];
            if (row.phase == clearing::Phase::settled ||
                underlying.status == oracle::Status::halted)
                continue;
            std::array<Price, 1> value{};
            kinds[row.series.kind].value(row.series, {&market.points[id], 1}, value);
            state.instruments.edit(id).mark = value[0];
        }
    }
};

Stress::Stress(const clearing::Sight& sight, const clearing::AccountRow& account)
    : world_(std::make_unique<World>(sight, account)) {}
Stress::~Stress() = default;

Result<clearing::Standing> Stress::at(UnderlyingId underlying, i64 numerator, i64 denominator) {
    World& world = *world_;
    const clearing::UnderlyingTerms& terms = world.terms.underlyings[underlying.value()];
    world.restore();
    world.move(terms.spot, numerator, denominator);
    if (terms.perp && *terms.perp != terms.spot) world.move(*terms.perp, numerator, denominator);
    world.mark();
    const clearing::Sight sight = world.sight();
    return clearing::Risk(sight).standing(sight, world.account);
}

Stress::Prices Stress::liquidation_prices(UnderlyingId underlying) {
    const auto good = [&](i64 parts) {
        const auto standing = at(underlying, parts, fine_steps);
        return standing && standing->maintenance >= Cash();
    };
    Prices prices;
    if (!good(fine_steps)) return prices;
    const FeedId feed = world_->terms.underlyings[underlying.value()].spot;
    const Price mark = oracle::quote(world_->quotes, feed).mark;
    const auto narrow = [&](i64 inside, i64 outside) {
        while (inside - outside > 1 || outside - inside > 1) {
            const i64 middle = (inside + outside) / 2;
            (good(middle) ? inside : outside) = middle;
        }
        return scaled(mark, outside, fine_steps);
    };
    constexpr i64 down = fine_steps / 32;
    for (i64 parts = fine_steps - down; parts >= down && !prices.below; parts -= down)
        if (!good(parts)) prices.below = narrow(parts + down, parts);
    constexpr i64 up = fine_steps / 16;
    for (i64 parts = fine_steps + up; parts <= 4 * fine_steps && !prices.above; parts += up)
        if (!good(parts)) prices.above = narrow(parts - up, parts);
    return prices;
}

}  // namespace ballast::api
