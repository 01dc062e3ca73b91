#include <ballast/engine/clearing_fault.hpp>

namespace ballast::engine {
namespace {

using Fault = std::optional<TermsFault>;

bool is_kind(const Genesis& genesis, AssetId asset, AssetKind kind) {
    return asset.value() < genesis.assets.size() && genesis.assets[asset.value()].kind == kind;
}

Fault feed_fault(const Genesis& genesis, FeedId feed, const char* key) {
    if (feed.value() >= genesis.oracle.feeds.size())
        return TermsFault{key, "names a feed that does not exist"};
    if (genesis.oracle.feeds[feed.value()].kind != oracle::FeedKind::price)
        return TermsFault{key, "names a feed of the wrong kind"};
    return {};
}

Fault underlying_fault(const Genesis& genesis, const clearing::UnderlyingTerms& terms) {
    if (auto fault = feed_fault(genesis, terms.spot, "spot")) return fault;
    if (terms.perp)
        if (auto fault = feed_fault(genesis, *terms.perp, "perp")) return fault;
    for (std::size_t i = 0; i < terms.pillars.size(); ++i)
        if (auto fault =
                within(at("pillars", i), feed_fault(genesis, terms.pillars[i].feed, "feed")))
            return fault;
    const u64 window = genesis.oracle.feeds[terms.spot.value()].settlement_seconds;
    if (terms.expiry_step != 0 && terms.settlement_window > window)
        return TermsFault{"settlement_window",
                          "is " + text(static_cast<i128>(terms.settlement_window)) +
                              ", must be at most the spot feed's settlement_seconds, " +
                              text(static_cast<i128>(window))};
    return {};
}

Fault compartment_fault(const Genesis& genesis, const clearing::CompartmentTerms& terms) {
    if (!is_kind(genesis, terms.synthetic, AssetKind::synthetic))
        return TermsFault{"synthetic", "must be a synthetic asset"};
    for (std::size_t i = 0; i < terms.collateral.size(); ++i) {
        const clearing::CollateralTerms& collateral = terms.collateral[i];
        const std::string place = at("collateral", i);
        if (!is_kind(genesis, collateral.asset, AssetKind::collateral) &&
            !is_kind(genesis, collateral.asset, AssetKind::synthetic))
            return TermsFault{place + ".asset", "must be a collateral or a synthetic asset"};
        if (auto fault = within(place, feed_fault(genesis, collateral.feed, "feed"))) return fault;
    }
    return {};
}

}  // namespace

std::optional<TermsFault> clearing_fault(const Genesis& genesis) {
    const clearing::Terms& terms = genesis.clearing;
    if (auto fault = clearing::validate(terms)) return fault;
    for (std::size_t i = 0; i < terms.underlyings.size(); ++i)
        if (auto fault =
                within(at("underlyings", i), underlying_fault(genesis, terms.underlyings[i])))
            return fault;
    for (std::size_t i = 0; i < terms.compartments.size(); ++i)
        if (auto fault =
                within(at("compartments", i), compartment_fault(genesis, terms.compartments[i])))
            return fault;
    if (terms.governor && (terms.governor->value() < system_accounts ||
                           terms.governor->value() - system_accounts >= genesis.accounts.size()))
        return TermsFault{"governor", "must be one of the accounts"};
    return {};
}

}  // namespace ballast::engine
