#include "market.hpp"

#include <ballast/margin/margin.hpp>
#include <ballast/options/options.hpp>
#include <ballast/perps/perps.hpp>
#include <ballast/pricing/pricing.hpp>

namespace ballast::bench {
namespace {

using scenario::Scenario;
using scenario::SkewRule;
using scenario::VolatilityRule;

pricing::Fine fine(i64 thousandths) {
    return pricing::Fine::units(thousandths * (pricing::fine_one / 1000));
}

/// The shape of Derive's second portfolio margin: 9 spots, volatility both ways inside, 8 tails and
/// two moves of the smile.
margin::Model derive_like() {
    scenario::Terms terms;
    for (const i64 spot : {1180, 1135, 1090, 1045, 1000, 955, 910, 865, 820}) {
        terms.scenarios.push_back({fine(spot), VolatilityRule::up, SkewRule::none, fine(1000), {}});
        if (spot == 1180 || spot == 820) continue;
        for (const VolatilityRule rule : {VolatilityRule::none, VolatilityRule::down})
            terms.scenarios.push_back({fine(spot), rule, SkewRule::none, fine(1000), {}});
    }
    for (const i64 spot : {340, 670, 1500, 2000, 3000, 4000, 5000, 6000})
        terms.scenarios.push_back({fine(spot), VolatilityRule::up, SkewRule::none, fine(200), {}});
    for (const SkewRule skew : {SkewRule::linear, SkewRule::absolute})
        terms.scenarios.push_back({fine(1000), VolatilityRule::none, skew, fine(1000), {}});
    terms.volatility = {fine(500), fine(300), fine(300), fine(130), fine(400)};
    terms.skew = {fine(250), fine(-100),  fine(250), fine(-100),
                  fine(10),  fine(4'000), fine(600), {}};
    terms.discount.long_base = fine(950);
    terms.discount.short_base = fine(1040);
    terms.basis = {fine(1045), fine(955), fine(500), fine(2'000)};
    terms.maintenance_factor = Ratio::units(ratio_one / 5 * 4);
    return {"derive-like", 1, terms};
}

/// A perp, and calls and puts at four strikes in each of two expiries.
std::vector<margin::Instrument> book(u64 now) {
    std::vector<margin::Instrument> rows(1);
    rows[0].now = {Price::units(2'500 * amount_one), Price::units(2'502 * amount_one), {}, {}, 0};
    for (const u64 days : {u64{14}, u64{45}})
        for (const i64 strike : {2'000, 2'400, 2'600, 3'200})
            for (const pricing::Right right : {pricing::Right::call, pricing::Right::put}) {
                margin::Instrument instrument;
                instrument.series.kind = 1;
                instrument.series.right = right;
                instrument.series.strike = Price::units(strike * amount_one);
                instrument.series.expiry = now + days * 86'400;
                instrument.now = {Price::units(2'500 * amount_one),
                                  Price::units(2'510 * amount_one), fine(650), fine(40),
                                  days * 86'400};
                rows.push_back(instrument);
            }
    return rows;
}

}  // namespace

Rows cold() {
    const std::array kinds{perps::kind(), options::kind()};
    const margin::Model model = derive_like();
    const std::vector<margin::Instrument> listed = book(1'700'000'000);
    const std::vector<margin::Underlying> spots{{Price::units(2'500 * amount_one), {}, {}}};
    const std::vector<margin::Asset> assets;
    const margin::Market market{spots, listed, assets};
    std::vector<risk::Exposure> positions;
    for (u32 id = 0; id < listed.size(); ++id)
        positions.push_back({InstrumentId{id}, (id % 3 == 0 ? -1 : 1) * amount_one});
    const margin::Portfolio portfolio{positions, {}, Cash::units(i128{50'000} * amount_one)};
    margin::Workspace workspace;

    constexpr u32 repeats = 200;
    const double all = median_seconds(
        9, [] {},
        [&] {
            for (u32 i = 0; i < repeats; ++i) {
                const margin::Table table = margin::build(model, market, kinds);
                keep(margin::evaluate(model, table, portfolio, workspace));
            }
        });
    const margin::Table table = margin::build(model, market, kinds);
    const double warm = median_seconds(
        9, [] {},
        [&] {
            for (u32 i = 0; i < repeats; ++i)
                keep(margin::evaluate(model, table, portfolio, workspace));
        });
    // The least that repricing can cost: so many prices through the door, all of one strike at
    // once.
    std::array<pricing::Point, 36> points{};
    points.fill(listed[1].now);
    std::array<Price, 36> prices{};
    const double priced = median_seconds(
        9, [] {},
        [&] {
            for (u32 i = 0; i < repeats * 16; ++i) {
                pricing::european(pricing::Right::call, listed[1].series.strike, points, prices);
                keep(prices);
            }
        });
    return {{"cold: 16 options and a perp, 33 scenarios, everything priced", time_of(all / repeats),
             time_of(priced / repeats) + " to price 16 x 36", figure(all / priced, "x"), "", true},
            {"  of it the account, from a table", time_of(warm / repeats), "", "", "", true}};
}

}  // namespace ballast::bench
