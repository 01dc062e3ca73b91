#include "market.hpp"

namespace ballast::simulation {
namespace {

using pricing::Fine;

Cash dollars(i64 count) {
    return Cash::units(i128{count} * amount_one);
}
Fine fine(i64 thousandths) {
    return Fine::units(thousandths * (pricing::fine_one / 1000));
}

oracle::FeedTerms volatility_feed(const oracle::FeedTerms& like, const char* name) {
    oracle::FeedTerms terms = like;
    terms.name = name;
    terms.settlement_seconds = 0;
    terms.widen_max = percent(10);
    return terms;
}

/// Moves of spot by up to `width` per mille either way, with volatility up and down.
margin::Model scenarios(const char* name, i64 width, i64 initial) {
    scenario::Terms terms;
    for (const i64 spot :
         {1000 - width, 1000 - width / 2, i64{1000}, 1000 + width / 2, 1000 + width})
        for (const i64 shift : {-200, 200})
            terms.scenarios.push_back({fine(spot), scenario::VolatilityRule::shift,
                                       scenario::SkewRule::none, fine(1000), fine(shift)});
    terms.maintenance_factor = percent(100);
    terms.initial_factor = percent(initial);
    terms.collateral.assign(
        3, {percent(10), percent(5), scenario::Follow::none, UnderlyingId{}, percent(100)});
    terms.collateral[1].follow = scenario::Follow::losses;
    return {name, 1, terms};
}

margin::Model by_notional() {
    notional::Terms terms;
    notional::TierTerms tier;
    tier.name = "all";
    tier.linear.initial = percent(10);
    tier.linear.maintenance = percent(5);
    tier.option.isolated = notional::ShortTerms{percent(15), percent(10), percent(8),
                                                percent(8),  percent(50), percent(110)};
    tier.option.unpaired_initial = percent(100);
    tier.option.unpaired_maintenance = percent(100);
    terms.tiers = {tier};
    terms.collateral.assign(3, {percent(80), percent(90), Ratio(), Ratio(), Ratio()});
    return {"notional", 1, terms};
}

clearing::UnderlyingTerms underlying(const char* name, FeedId spot, FeedId volatility) {
    clearing::UnderlyingTerms terms;
    terms.name = name;
    terms.spot = spot;
    terms.pillars = {{3'600, volatility}, {86'400, volatility}};
    terms.smile = {fine(1000), fine(100), fine(-300), fine(0), fine(200)};
    terms.rate = fine(30);
    terms.funding_cap = fine(20);
    terms.funding_interest = fine(1);
    terms.strike_step = Price::units(i64{10} * amount_one);
    terms.expiry_max = 3 * 86'400;
    return terms;
}

clearing::CompartmentTerms compartment(const char* name, Random& random) {
    clearing::CompartmentTerms terms;
    terms.name = name;
    terms.synthetic = dollar;
    terms.model = static_cast<u16>(random.below(3));
    terms.collateral = {{ether, ether_feed, percent(15), whole(random.between(2'000, 6'000))},
                        {usdc, usdc_feed, percent(2), whole(2'000'000)}};
    terms.open_interest_max = dollars(random.between(300'000, 2'000'000));
    terms.fill_fee = Ratio::units(random.between(0, 5) * (ratio_one / 10'000));
    terms.borrow_rate =
        Ray::units(ray_one + static_cast<u128>(random.below(5)) * (ray_one / 1'000'000'000));
    terms.auction.fast_seconds = static_cast<u64>(random.between(0, 120));
    terms.auction.slow_seconds = static_cast<u64>(random.between(100, 2'000));
    terms.auction.insolvent_seconds = static_cast<u64>(random.between(36, 600));
    terms.auction.buffer = percent(random.between(5, 30));
    terms.auction.keeper_margin = percent(random.between(50, 100));
    terms.auction.fee = Ratio::units(random.between(0, 10) * (ratio_one / 1000));
    terms.auction.fraction_min = percent(random.between(0, 5));
    terms.auction.remainder_min = dollars(random.between(0, 500));
    terms.auction.tip = dollars(random.between(0, 5));
    terms.economics.keeper_cost = dollars(random.between(0, 20));
    terms.economics.keeper_slip = Ratio::units(random.between(0, 20) * (ratio_one / 1000));
    terms.economics.incentive = percent(random.between(1, 10));
    terms.ranking = static_cast<deleverage::Ranking>(random.below(3));
    return terms;
}

}  // namespace

void add_clearing(Market& market, Random& random) {
    engine::Genesis& genesis = market.genesis;
    auto& all = genesis.oracle.feeds;
    all.push_back(volatility_feed(all[ether_feed.value()], "ETH volatility"));
    all.push_back(volatility_feed(all[ether_feed.value()], "BTC volatility"));
    market.prices[ether_volatility.value()] = i64{amount_one} / 10 * 8;
    market.prices[bitcoin_volatility.value()] = i64{amount_one} / 10 * 6;

    clearing::Terms& terms = genesis.clearing;
    terms.underlyings = {underlying("ETH", ether_feed, ether_volatility),
                         underlying("BTC", bitcoin_feed, bitcoin_volatility)};
    // Ether settles; on bitcoin there is only what never expires.
    terms.underlyings[0].expiry_step = 600;
    terms.underlyings[0].settlement_window = 600;
    terms.models = {scenarios("narrow", 100, 130), scenarios("wide", 250, 120), by_notional(),
                    scenarios("narrowest", 40, 110)};
    terms.compartments = {compartment("cross", random), compartment("isolated", random)};
    terms.compartments[0].underlyings = {UnderlyingId{0}, UnderlyingId{1}};
    terms.compartments[1].underlyings = {UnderlyingId{1}};
    terms.compartments[0].account_limits = {dollars(120'000), dollars(8'000), dollars(1'500)};
    terms.compartments[0].compartment_limits = {dollars(400'000), {}, {}};
    terms.governor = AccountId{system_accounts};
    terms.ramp_min = 300;
    for (u32 i = 0; i < terms.compartments.size(); ++i)
        genesis.treasury.compartments.push_back({dollar, percent(random.between(0, 100)),
                                                 whole(random.between(0, 3'000)),
                                                 whole(random.between(0, 4'000))});
}

}  // namespace ballast::simulation
