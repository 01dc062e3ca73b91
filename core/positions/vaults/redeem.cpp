#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/vaults/checks.hpp>

#include <algorithm>

namespace ballast::vaults {
namespace {

using TypeIds = std::vector<VaultTypeId>;

/// The types that issue `asset`, allow redemption and have live prices.  Rejects:
/// redemption_unavailable if none allows it, else feed_degraded or feed_halted.
Result<TypeIds> redeemable_types(const Facts& facts, AssetId asset) {
    TypeIds live;
    std::optional<oracle::Status> best;
    for (u32 id = 0; id < facts.types.size(); ++id) {
        const VaultTypeTerms& terms = facts.types[id];
        if (terms.debt_asset != asset || !terms.redemption.enabled) continue;
        const oracle::Status status = facts.prices[id].status;
        best = std::min(best.value_or(status), status);
        if (status == oracle::Status::live) live.emplace_back(static_cast<u16>(id));
    }
    if (!best) return no(Reject::redemption_unavailable);
    BALLAST_CHECK(allows_new_risk(*best));
    return live;
}

/// The riskiest vaults of all these types, those that wait for liquidation included.
std::vector<Ranked> riskiest(const Facts& facts, Watch& watch, const TypeIds& types) {
    std::vector<Ranked> ranked;
    for (const VaultTypeId type : types) {
        const Watched watched{type, facts.types[type.value()], facts.prices[type.value()]};
        watch.riskiest(facts.state, watched, redemption_reach, ranked);
    }
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > redemption_reach) ranked.resize(redemption_reach);
    return ranked;
}

/// How much of `left` this vault can take: all it owes, or what leaves it the minimum debt.
Redeem::Slice slice_of(const Facts& facts, VaultId vault, Amount left) {
    const VaultRow& row = facts.state.vaults[vault.value()];
    const TypeRow& type = facts.state.types[row.type.value()];
    const Amount due = owed(row, type);
    Redeem::Slice slice{vault, due, row.debt, {}, {}};
    if (left >= due) return slice;
    slice.paid = std::min(left, due - facts.types[row.type.value()].minimum_debt);
    const auto debt = slice.paid.units() > 0 ? normalised(slice.paid, type, Round::down)
                                             : Result<Normal>(Normal::units(0));
    slice.debt = debt.value_or(Normal::units(0));
    return slice;
}

/// Vaults and debts of the redemption; the collateral is decided once the fee is known.
std::vector<Redeem::Slice> slices_of(const Facts& facts, const std::vector<Ranked>& ranked,
                                     Amount left) {
    std::vector<Redeem::Slice> slices;
    for (const Ranked& next : ranked) {
        if (left.zero() || slices.size() == redemption_vaults_max) break;
        if (next.health.units() < ratio_one) continue;
        const Redeem::Slice slice = slice_of(facts, next.vault, left);
        if (slice.debt.zero()) continue;
        slices.push_back(slice);
        left -= slice.paid;
    }
    return slices;
}

/// The type's base rate after `redeemed`, of a supply of `supply`, was taken.
Redeem::Raised raise(const Facts& facts, VaultTypeId id, Amount redeemed, Amount supply) {
    const RedemptionTerms& terms = facts.types[id.value()].redemption;
    const TypeRow& type = facts.state.types[id.value()];
    const math::U256 one(wad_one);
    const u64 minutes = (facts.now - type.base_rate_time) / 60;
    const math::U256 decayed = math::U256(type.base_rate) *
                               math::decayed_power(math::U256(terms.decay_per_minute), minutes) /
                               one;
    const u128 whole = static_cast<u128>(supply.units()) * terms.divisor;
    const auto risen =
        math::mul_div(static_cast<u128>(redeemed.units()), u128{wad_one}, whole, Round::up);
    const u128 rate = std::min(decayed.to_u128() + risen.value_or(wad_one), u128{wad_one});
    return {id, static_cast<u64>(rate), type.base_rate_time + minutes * 60};
}

Ratio fee_rate(const RedemptionTerms& terms, u64 base_rate) {
    constexpr u64 wad_per_ratio = wad_one / u64{ratio_one};
    const u64 base = (base_rate + wad_per_ratio - 1) / wad_per_ratio;
    return std::min(terms.fee_floor + Ratio::units(static_cast<i64>(base)), terms.fee_max);
}

/// Decides what collateral the redeemer gets: a share of each asset, worth what is paid less the
/// fee.
void price_slice(const Facts& facts, Ratio rate, Redeem::Slice& slice) {
    const VaultRow& vault = facts.state.vaults[slice.vault.value()];
    const VaultTypeTerms& terms = facts.types[vault.type.value()];
    const TypePrices& prices = facts.prices[vault.type.value()];
    slice.fee = math::portion(slice.paid, rate, Round::up);
    const i128 bought = (slice.paid - slice.fee).units() * prices.debt_low.units();
    const i128 whole = collateral_value(vault, terms, prices.high).units();
    if (whole == 0) return;  // Only where the debt is worth nothing either.
    for (u32 k = 0; k < terms.basket.size(); ++k) {
        const auto amount =
            math::mul_div(i128{vault.amounts[k].units()}, bought, whole, Round::down);
        slice.amounts[k] = Amount::units(std::min(*amount, i128{vault.amounts[k].units()}));
    }
}

/// Raises the base rate of each type that is taken from and prices its slices.
Result<std::vector<Redeem::Raised>> price(const Facts& facts, const Redeem& request,
                                          const TypeIds& types,
                                          std::vector<Redeem::Slice>& slices) {
    const auto type_of = [&](const Redeem::Slice& slice) {
        return facts.state.vaults[slice.vault.value()].type;
    };
    const Amount supply = facts.ledger.supply(request.asset);
    std::vector<Redeem::Raised> raised;
    for (const VaultTypeId type : types) {
        Amount redeemed;
        for (const Redeem::Slice& slice : slices)
            if (type_of(slice) == type) redeemed += slice.paid;
        if (redeemed.zero()) continue;
        raised.push_back(raise(facts, type, redeemed, supply));
        const Ratio rate = fee_rate(facts.types[type.value()].redemption, raised.back().base_rate);
        if (rate > request.fee_max) return no(Reject::redemption_fee_over_limit);
        for (Redeem::Slice& slice : slices)
            if (type_of(slice) == type) price_slice(facts, rate, slice);
    }
    return raised;
}

}  // namespace

Result<Redeem::Plan> check(const Facts& facts, Watch& watch, AccountId caller,
                           const Redeem& request) {
    if (request.amount.units() <= 0) return no(Reject::amount_not_positive);
    if (request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    BALLAST_TRY(const TypeIds types, redeemable_types(facts, request.asset));
    if (facts.ledger.balance(caller, request.asset) < request.amount)
        return no(Reject::insufficient_balance);
    const auto smallest = [&](VaultTypeId type) {
        return facts.types[type.value()].redemption.smallest;
    };
    Amount least = smallest(types.front());
    for (const VaultTypeId type : types) least = std::min(least, smallest(type));
    if (request.amount < least) return no(Reject::redemption_under_minimum);

    Redeem::Plan plan{caller, slices_of(facts, riskiest(facts, watch, types), request.amount), {}};
    if (plan.slices.empty()) return no(Reject::redemption_unavailable);
    BALLAST_TRY(plan.raised, price(facts, request, types, plan.slices));
    return plan;
}

void apply(Books& books, const Redeem::Plan& plan) noexcept {
    for (const Redeem::Raised& raised : plan.raised) {
        TypeRow& type = books.state.types.edit(raised.type.value());
        type.base_rate = raised.base_rate;
        type.base_rate_time = raised.time;
    }
    for (const Redeem::Slice& slice : plan.slices) {
        const VaultTypeId type = books.state.vaults[slice.vault.value()].type;
        const VaultTypeTerms& terms = books.types[type.value()];
        const Amount fall = -change_debt(books.state, slice.vault, -slice.debt);
        post_repayment(books, plan.caller, terms.debt_asset, slice.paid, fall);
        for (u32 k = 0; k < terms.basket.size(); ++k) {
            if (slice.amounts[k].zero()) continue;
            change_collateral(books.state, slice.vault, k, -slice.amounts[k]);
            books.ledger.post(
                {system_account::vaults, plan.caller, terms.basket[k].asset, slice.amounts[k]});
        }
        books.events.push_back({EventKind::vault_redeemed, slice.vault.value(), plan.caller,
                                terms.debt_asset, slice.paid.units(), slice.fee.units()});
    }
}

}  // namespace ballast::vaults
