#include <ballast/audit/worth.hpp>

#include <algorithm>

namespace ballast::audit {

i128 product_floor(i128 a, i128 b, i128 c) {
    const bool negative = (a < 0) != (b < 0);
    const U256 left = wide(a < 0 ? -a : a);
    const U256 right = wide(b < 0 ? -b : b);
    return negative ? -times_over_ceiling(left, right, wide(c))
                    : times_over_floor(left, right, wide(c));
}

i128 claim_of(const clearing::AccountRow& account) {
    i128 claim = account.cash.units();
    for (const clearing::Position& position : account.positions) claim -= position.entry.units();
    return claim;
}

i128 value_of(i64 size, Price price) {
    return product_floor(size, price.units(), amount_one);
}

i128 gross_of(const Scene& scene, const clearing::AccountRow& account) {
    i128 gross = 0;
    for (const clearing::Position& position : account.positions) {
        const auto& row = scene.state().clearing.instruments[position.instrument.value()];
        gross += value_of(position.size < 0 ? -position.size : position.size, row.mark);
    }
    return gross;
}

i128 collateral_worth(const Scene& scene, const clearing::AccountRow& account) {
    const auto& terms = scene.genesis().clearing.compartments[account.compartment.value()];
    i128 worth = 0;
    for (std::size_t slot = 0; slot < terms.collateral.size(); ++slot) {
        const FeedId feed = terms.collateral[slot].feed;
        const Price price = scene.state().oracle.feeds[feed.value()].quote.firm_low;
        worth += product_floor(account.collateral[slot].units(), price.units(), amount_one);
    }
    return worth;
}

i128 equity_of(const Scene& scene, const clearing::AccountRow& account) {
    const clearing::State& state = scene.state().clearing;
    const Ray index = state.compartments[account.compartment.value()].index;
    i128 equity = claim_of(account) - owed_ceiling(account.debt.units(), index);
    for (const clearing::Position& position : account.positions) {
        const clearing::InstrumentRow& row = state.instruments[position.instrument.value()];
        const i128 flow = row.funding.units() - position.funding.units();
        // Flows count 10^-18 dollars, so units of 10^-8 and of cash make 10^18.
        equity += product_floor(-i128{position.size}, flow, i128{1'000'000'000'000'000'000});
        equity += value_of(position.size, row.mark);
    }
    return equity + collateral_worth(scene, account);
}

i128 dust_of(const clearing::AccountRow& account) {
    i128 dust = 4 + limits::basket_max;
    for (const clearing::Position& position : account.positions) {
        const i128 size = position.size < 0 ? -i128{position.size} : i128{position.size};
        dust += 4 + 2 * (size / amount_one);
    }
    return dust;
}

oracle::Status status_of(const Scene& scene, UnderlyingId underlying) {
    const clearing::UnderlyingTerms& terms =
        scene.genesis().clearing.underlyings[underlying.value()];
    const auto quote = [&](FeedId feed) { return scene.state().oracle.feeds[feed.value()].quote; };
    oracle::Status status = quote(terms.spot).status;
    bool priced = !quote(terms.spot).mark.zero();
    if (terms.perp) {
        status = std::max(status, quote(*terms.perp).status);
        priced = priced && !quote(*terms.perp).mark.zero();
    }
    for (const clearing::Pillar& pillar : terms.pillars)
        status = std::max(status, quote(pillar.feed).status);
    return priced ? status : oracle::Status::halted;
}

}  // namespace ballast::audit
