#include <ballast/treasury/treasury.hpp>

namespace ballast::treasury {

namespace {

// The terms of a synthetic whose treasury may trade with the market.
const SyntheticTerms* trading(const Terms& terms, AssetId synthetic) {
    for (const SyntheticTerms& own : terms.synthetics)
        if (own.asset == synthetic && own.governance) return &own;
    return nullptr;
}

}  // namespace

std::optional<RecapitalisationOrder> recapitalisation_due(const Terms& terms, const State& state,
                                                          AssetId synthetic, Amount at_auction) {
    const SyntheticTerms* own = trading(terms, synthetic);
    if (!own) return std::nullopt;
    if (bad_debt(terms, state, synthetic) - at_auction < own->recapitalisation_lot)
        return std::nullopt;
    return RecapitalisationOrder{synthetic, *own->governance, own->recapitalisation_lot};
}

std::optional<SurplusOrder> surplus_auction_due(const Terms& terms, const State& state,
                                                const ledger::Ledger& ledger, AssetId synthetic) {
    const SyntheticTerms* own = trading(terms, synthetic);
    if (!own || !bad_debt(terms, state, synthetic).zero()) return std::nullopt;
    const Amount surplus = ledger.balance(system_account::surplus, synthetic);
    if (surplus - own->surplus_lot < own->surplus_target) return std::nullopt;
    return SurplusOrder{synthetic, *own->governance, own->surplus_lot};
}

}  // namespace ballast::treasury
