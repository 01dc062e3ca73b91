/// The sample market with a clearing house: one cross-margin compartment on ether, cash in the
/// synthetic dollar, ether as collateral.  Figures are round.
#pragma once

#include <ballast/support/sample_market.hpp>

#include <sodium.h>

namespace ballast::sample {

inline constexpr FeedId volatility_feed{2};
inline constexpr UnderlyingId on_ether{0};
inline constexpr CompartmentId cross{0};

namespace kind {
inline constexpr u8 perp = 0;
inline constexpr u8 option = 1;
inline constexpr u8 binary = 2;
inline constexpr u8 everlasting = 3;
}  // namespace kind

inline constexpr pricing::Fine fine(i64 thousandths) {
    return pricing::Fine::units(thousandths * (pricing::fine_one / 1000));
}

/// Spot moves of 10 % and 20 % either way, volatility up and down by 30 points; all counts, at 80 %
/// for maintenance.
inline margin::Model plain_model() {
    scenario::Terms terms;
    for (const i64 spot : {800, 900, 1000, 1100, 1200})
        for (const i64 shift : {-300, 0, 300})
            terms.scenarios.push_back({fine(spot), scenario::VolatilityRule::shift,
                                       scenario::SkewRule::none, fine(1000), fine(shift)});
    terms.maintenance_factor = percent(80);
    terms.initial_factor = percent(100);
    terms.collateral = {{percent(10), percent(10), scenario::Follow::none, on_ether, percent(100)}};
    return {"plain", 1, terms};
}

inline clearing::UnderlyingTerms plain_underlying() {
    clearing::UnderlyingTerms terms;
    terms.name = "ETH";
    terms.spot = ether_feed;
    terms.pillars = {{86'400, volatility_feed}};
    terms.smile = {fine(1000), fine(0), fine(0), fine(0), fine(100)};
    terms.funding_cap = fine(10);
    terms.strike_step = dollars(10);
    terms.expiry_step = 3'600;
    terms.expiry_max = 365 * 86'400;
    terms.settlement_window = 600;
    return terms;
}

inline clearing::CompartmentTerms plain_compartment() {
    clearing::CompartmentTerms terms;
    terms.name = "cross";
    terms.synthetic = dollar;
    terms.collateral = {{ether, ether_feed, percent(10), whole(1'000'000)}};
    terms.underlyings = {on_ether};
    terms.open_interest_max = Cash::units(i128{1'000'000'000} * amount_one);
    terms.auction.tip = Cash();
    return terms;
}

/// `users` accounts as in market(), and a clearing house.
inline engine::Genesis cleared_market(u32 users = 8) {
    engine::Genesis genesis = market(users);
    genesis.oracle.feeds.push_back(plain_feed("ETH volatility"));
    genesis.oracle.feeds[ether_feed.value()].settlement_seconds = 3'600;
    genesis.clearing.underlyings = {plain_underlying()};
    genesis.clearing.models = {plain_model()};
    genesis.clearing.compartments = {plain_compartment()};
    genesis.treasury.compartments.push_back({dollar, percent(50), whole(100'000), whole(100'000)});
    return genesis;
}

/// Signs tickets.  The key is made of the seed alone.
class Signer {
public:
    explicit Signer(u8 seed) {
        std::array<u8, crypto_sign_SEEDBYTES> bytes{};
        bytes[0] = seed;
        crypto_sign_seed_keypair(key_.data(), secret_.data(), bytes.data());
    }
    [[nodiscard]] const crypto::PublicKey& key() const { return key_; }
    [[nodiscard]] crypto::Signature sign(ByteView message) const {
        crypto::Signature signature{};
        crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                             secret_.data());
        return signature;
    }

private:
    crypto::PublicKey key_{};
    std::array<u8, crypto_sign_SECRETKEYBYTES> secret_{};
};

/// A chain with margin accounts: account i belongs to user i and signs with Signer(i).
class Floor : public Chain {
public:
    explicit Floor(engine::Genesis genesis = cleared_market()) : Chain(std::move(genesis)) {
        price(ether_feed, dollars(200)), price(token_feed, dollars(1));
        price(volatility_feed, Price::units(amount_one / 5 * 4));
        block();
    }

    /// Opens the next user's margin account with so much ether.
    MarginAccountId open(Amount collateral, CompartmentId compartment = cross) {
        const MarginAccountId id{machine().state().clearing.accounts.size()};
        const AccountId owner = user(id.value());
        ask(owner, clearing::OpenMargin{compartment, Signer(static_cast<u8>(id.value())).key()});
        if (!collateral.zero()) ask(owner, clearing::MarginDeposit{id, ether, collateral});
        block(0);
        return id;
    }
    InstrumentId list(risk::Series series, CompartmentId compartment = cross) {
        const InstrumentId id{machine().state().clearing.instruments.size()};
        ask(user(0), clearing::ListInstrument{compartment, series});
        block(0);
        block();  // A first mark.
        return id;
    }
    InstrumentId list_perp() {
        risk::Series series;
        series.kind = kind::perp;
        series.period = 8 * 3'600;
        return list(series);
    }
    InstrumentId list_option(pricing::Right right, i64 strike, u64 expiry) {
        risk::Series series;
        series.kind = kind::option;
        series.right = right;
        series.strike = dollars(strike);
        series.expiry = expiry;
        return list(series);
    }
    /// `first` buys from `second`.
    [[nodiscard]] clearing::Fill agree(MarginAccountId first, MarginAccountId second,
                                       std::vector<clearing::Leg> legs) const {
        const auto& accounts = machine().state().clearing.accounts;
        clearing::Fill fill;
        fill.ticket = {first,
                       second,
                       std::move(legs),
                       machine().time() + 600,
                       accounts[first.value()].ticket,
                       accounts[second.value()].ticket};
        const Bytes message = clearing::signed_bytes(machine().chain(), fill.ticket);
        fill.by_first = Signer(static_cast<u8>(first.value())).sign(message);
        fill.by_second = Signer(static_cast<u8>(second.value())).sign(message);
        return fill;
    }
    engine::Receipt trade(MarginAccountId first, MarginAccountId second, clearing::Leg leg) {
        ask(user(0), agree(first, second, {leg}));
        return block(0).receipts.back();
    }

    [[nodiscard]] const clearing::AccountRow& account(MarginAccountId id) const {
        return machine().state().clearing.accounts[id.value()];
    }
    [[nodiscard]] clearing::Standing standing(MarginAccountId id) const {
        return *machine().risk().standing(machine().clearing(), account(id));
    }
    [[nodiscard]] const clearing::CompartmentRow& compartment(CompartmentId id = cross) const {
        return machine().state().clearing.compartments[id.value()];
    }
};

constexpr i64 units(i64 count) {
    return count * amount_one;
}

}  // namespace ballast::sample
