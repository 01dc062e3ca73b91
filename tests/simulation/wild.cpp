#include "market.hpp"

#include <algorithm>

namespace ballast::simulation {
namespace {

using engine::Genesis;

/// One of the ends of a range, or near it, or anywhere.
i128 extreme(Random& random, i128 least, i128 most) {
    switch (random.below(6)) {
        case 0: return least;
        case 1: return std::min(least + 1, most);
        case 2: return most;
        case 3: return std::max(most - 1, least);
        default: break;
    }
    // So many digits shorter than the whole range: small numbers are as likely as large ones.
    i128 span = most - least;
    for (u64 digits = random.below(25); digits > 0 && span > 9; --digits) span /= 10;
    const auto share = static_cast<i128>(random.below(1'000'000));
    const auto rest = static_cast<i128>(random.below(1'000'000));
    return least + span / 1'000'000 * share + rest % (std::min(span, i128{1'000'000}) + 1);
}
Amount amount(Random& random, Amount most) {
    return Amount::units(extreme(random, 0, most.units()));
}
Ratio ratio(Random& random, i64 least, i64 most) {
    return Ratio::units(static_cast<i64>(extreme(random, least, most)));
}
u64 seconds(Random& random) {
    return static_cast<u64>(extreme(random, 1, limits::step_seconds_max));
}

void change_vault(Random& random, vaults::VaultTypeTerms& terms) {
    switch (random.below(11)) {
        case 0: terms.minimum_debt = amount(random, limits::amount_max); break;
        case 1: terms.minimum_debt = Amount::units(static_cast<i128>(random.below(3))); break;
        case 2: terms.debt_ceiling = amount(random, vaults::issue_max); break;
        case 3:
            terms.fee_per_second =
                Ray::units(ray_one + static_cast<u128>(extreme(random, 0, i128{ray_one / 1000})));
            break;
        case 4: terms.opening_fee = ratio(random, 0, ratio_one); break;
        case 5:
            terms.minimum_ratio = terms.liquidation_ratio =
                ratio(random, ratio_one, limits::ratio_max.units());
            break;
        case 6: terms.minimum_ratio = terms.liquidation_ratio = Ratio::units(ratio_one); break;
        case 7: terms.basket[0].cap = amount(random, limits::supply_max); break;
        case 8: terms.basket[0].haircut = ratio(random, 0, ratio_one - 1); break;
        case 9:
            terms.redemption.fee_floor = Ratio();
            terms.redemption.decay_per_minute =
                static_cast<u64>(extreme(random, 0, vaults::wad_one));
            terms.redemption.divisor = static_cast<u32>(extreme(random, 1, ~u32{0}));
            terms.redemption.smallest = Amount::units(1);
            break;
        default:
            terms.basket[0].concentration_charge = ratio(random, 0, ratio_one / 2);
            terms.basket[0].concentration_depth = amount(random, limits::supply_max);
    }
}

void change_auction(Random& random, auctions::AuctionTerms& terms) {
    switch (random.below(13)) {
        case 0: terms.curve.duration_seconds = seconds(random); break;
        case 1: terms.curve.step_seconds = seconds(random); break;
        case 2:
            terms.curve.cut = Ray::units(static_cast<u128>(extreme(random, 1, i128{ray_one})));
            break;
        case 3: terms.curve.discount = ratio(random, 0, ratio_one); break;
        case 4: terms.curve.close_factor = ratio(random, 1, ratio_one); break;
        case 5: terms.buffer = ratio(random, 1, limits::ratio_max.units()); break;
        case 6: terms.tail_seconds = seconds(random); break;
        case 7: terms.cusp = ratio(random, 0, ratio_one); break;
        case 8: terms.penalty = ratio(random, 0, ratio_one); break;
        case 9: terms.chip = Ratio(), terms.tip = Amount(); break;
        case 10: terms.debt_at_auction_max = amount(random, limits::supply_max); break;
        case 11: terms.remainder_min = amount(random, limits::amount_max); break;
        default: terms.curve.full_close_health = ratio(random, 0, ratio_one);
    }
}

void change_house(Random& random, Genesis& genesis) {
    auto& compartment = genesis.treasury.compartments[static_cast<std::size_t>(
        random.below(genesis.treasury.compartments.size()))];
    auto& synthetic = genesis.treasury.synthetics[static_cast<std::size_t>(random.below(2))];
    auto& pool = genesis.backstop.pools[static_cast<std::size_t>(random.below(2))];
    switch (random.below(8)) {
        case 0: compartment.reserve_share = ratio(random, 0, ratio_one); break;
        case 1: compartment.reserve_target = amount(random, limits::supply_max); break;
        case 2: compartment.loss_out_max = amount(random, limits::supply_max); break;
        case 3: synthetic.surplus_lot = amount(random, limits::amount_max); break;
        case 4: synthetic.recapitalisation_lot = amount(random, limits::amount_max); break;
        case 5:
            pool.remainder_min =
                Amount::units(extreme(random, 1'000'000, limits::amount_max.units()));
            break;
        case 6: pool.floor = ratio(random, 0, limits::ratio_max.units()); break;
        default: genesis.debt_at_auction_max = amount(random, limits::supply_max);
    }
}

void change_balances(Random& random, Genesis& genesis) {
    const auto asset = static_cast<std::size_t>(random.below(4));
    const Amount most = Amount::units(limits::supply_max.units() / 2 / (2 * users));
    const Amount each = amount(random, most);
    for (engine::GenesisAccount& account : genesis.accounts) account.balances[asset] = each;
}

void change(Random& random, Genesis& genesis) {
    auto& type = genesis.types[static_cast<std::size_t>(random.below(genesis.types.size()))];
    switch (random.below(8)) {
        case 0:
        case 1:
        case 2: return change_vault(random, type.vault);
        case 3:
        case 4: return change_auction(random, type.auction);
        case 5: return change_house(random, genesis);
        case 6: return change_balances(random, genesis);
        default:
            type.backstop_ratio = ratio(random, 0, limits::ratio_max.units());
            type.redistribute = random.chance(500);
            type.resolution =
                random.chance(500) ? engine::Resolution::pool : engine::Resolution::auction;
    }
}

}  // namespace

void make_wild(Market& market, Random& random) {
    for (u32 i = 0; i < 30; ++i) {
        Genesis changed = market.genesis;
        change(random, changed);
        if (random.chance(100)) change_auction(random, changed.recapitalisation);
        if (random.chance(100)) change_auction(random, changed.surplus);
        if (!engine::validate(changed)) market.genesis = std::move(changed);
    }
    for (u32 feed = 0; feed < feeds; ++feed)
        if (random.chance(300))
            market.prices[feed] = static_cast<i64>(extreme(random, 1, limits::price_max.units()));
}

}  // namespace ballast::simulation
