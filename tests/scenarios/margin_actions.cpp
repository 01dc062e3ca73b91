#include "margin_actions.hpp"

#include <sodium.h>

#include <algorithm>

namespace ballast::scenarios {
namespace {

using engine::Action;

struct Pair {
    crypto::PublicKey key{};
    std::array<u8, crypto_sign_SECRETKEYBYTES> secret{};
};

Pair pair_of(AccountId account) {
    std::array<u8, crypto_sign_SEEDBYTES> seed{};
    for (std::size_t byte = 0; byte < sizeof(u32); ++byte)
        seed[byte] = static_cast<u8>(account.value() >> 8 * byte);
    Pair pair;
    crypto_sign_seed_keypair(pair.key.data(), pair.secret.data(), seed.data());
    return pair;
}

Attempt<CompartmentId> read_compartment(Words& words, const Stage& stage) {
    BALLAST_CHECK(words.expect("in"));
    BALLAST_TRY(const std::size_t chosen, words.choose("a compartment", stage.names.compartments));
    return CompartmentId{static_cast<u16>(chosen)};
}

Attempt<std::string> new_label(Words& words, const Stage& stage, std::string_view what) {
    BALLAST_TRY(const std::string label, words.next(what));
    if (stage.margins.contains(label) || stage.instruments.contains(label))
        return words.fault("there is a '{}' already", label);
    return label;
}

// `open_margin alice a in cross`
Attempt<Asked> open_margin(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const std::string label, new_label(words, stage, "a name for the margin account"));
    BALLAST_TRY(const CompartmentId compartment, read_compartment(words, stage));
    return Asked{sender, clearing::OpenMargin{compartment, key_of(sender)}, label};
}

Attempt<Asked> margin_deposit(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const MarginAccountId account, read_margin(words, stage));
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    BALLAST_TRY(const Amount amount, words.amount());
    return Asked{sender, clearing::MarginDeposit{account, asset, amount}, ""};
}

Attempt<Asked> margin_withdraw(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const MarginAccountId account, read_margin(words, stage));
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    BALLAST_TRY(const Amount amount, words.amount());
    return Asked{sender, clearing::MarginWithdraw{account, asset, amount}, ""};
}

Attempt<pricing::Right> read_right(Words& words) {
    BALLAST_TRY(const std::size_t chosen, words.choose("a right", {"call", "put"}));
    return chosen == 0 ? pricing::Right::call : pricing::Right::put;
}

// `perp ETH period 8h`, `option ETH call 200 expires 2h`, `binary ETH put 200 payout 1 expires 2h`,
// `everlasting ETH call 200 period 1d`; an expiry counts from the beginning of the market.
Attempt<risk::Series> read_series(Words& words, const Stage& stage) {
    const std::vector<std::string> kinds{"perp", "option", "binary", "everlasting"};
    BALLAST_TRY(const std::size_t kind, words.choose("a kind of instrument", kinds));
    BALLAST_TRY(const std::size_t underlying,
                words.choose("an underlying", stage.names.underlyings));
    risk::Series series;
    series.kind = static_cast<u8>(kind);
    series.underlying = UnderlyingId{static_cast<u16>(underlying)};
    if (kinds[kind] != "perp") {
        BALLAST_TRY(series.right, read_right(words));
        BALLAST_TRY(series.strike, words.price());
    }
    if (kinds[kind] == "binary") {
        BALLAST_CHECK(words.expect("payout"));
        BALLAST_TRY(series.payout, words.price());
    }
    const bool dated = kinds[kind] == "option" || kinds[kind] == "binary";
    BALLAST_CHECK(words.expect(dated ? "expires" : "period"));
    BALLAST_TRY(const u64 seconds, words.seconds());
    (dated ? series.expiry : series.period) =
        seconds + (dated ? stage.machine.genesis().time : u64{0});
    return series;
}

// `list alice PERP perp ETH period 8h in cross`
Attempt<Asked> list(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const std::string label, new_label(words, stage, "a name for the instrument"));
    BALLAST_TRY(const risk::Series series, read_series(words, stage));
    BALLAST_TRY(const CompartmentId compartment, read_compartment(words, stage));
    return Asked{sender, clearing::ListInstrument{compartment, series}, label};
}

// `buys 10 PERP 200` or `sells 5 C200 3.5`
Attempt<clearing::Leg> read_leg(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t side, words.choose("a side", {"buys", "sells"}));
    BALLAST_TRY(const Amount size, words.amount());
    BALLAST_TRY(const InstrumentId instrument, read_instrument(words, stage));
    BALLAST_TRY(const Price price, words.price());
    if (size.units() > limits::size_max) return words.fault("no position is that large");
    const auto units = static_cast<i64>(size.units());
    return clearing::Leg{instrument, side == 0 ? units : -units, price};
}

// `fill alice a b buys 10 PERP 200 sells 5 C200 3.5`: the margin account a buys from b.
Attempt<Asked> fill(Words& words, const Stage& stage, AccountId sender) {
    clearing::Fill request;
    clearing::Ticket& ticket = request.ticket;
    BALLAST_TRY(ticket.first, read_margin(words, stage));
    BALLAST_TRY(ticket.second, read_margin(words, stage));
    do {
        BALLAST_TRY(const clearing::Leg leg, read_leg(words, stage));
        ticket.legs.push_back(leg);
    } while (words.peek() == "buys" || words.peek() == "sells");
    const auto& accounts = stage.machine.state().clearing.accounts;
    ticket.expires = stage.machine.time();
    ticket.number_first = accounts[ticket.first.value()].ticket;
    ticket.number_second = accounts[ticket.second.value()].ticket;
    const Bytes message = clearing::signed_bytes(stage.machine.chain(), ticket);
    const auto sign = [&](MarginAccountId account, crypto::Signature& signature) {
        const Pair pair = pair_of(accounts[account.value()].owner);
        crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                             pair.secret.data());
    };
    sign(ticket.first, request.by_first);
    sign(ticket.second, request.by_second);
    return Asked{sender, std::move(request), ""};
}

Attempt<Asked> settle_margin(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const MarginAccountId account, read_margin(words, stage));
    return Asked{sender, clearing::SettleMargin{account}, ""};
}

// `take_collateral bob a ETH pay 100`
Attempt<Asked> take_collateral(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const MarginAccountId account, read_margin(words, stage));
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    BALLAST_CHECK(words.expect("pay"));
    BALLAST_TRY(const Amount pay, words.amount());
    return Asked{sender, clearing::TakeCollateral{account, asset, pay}, ""};
}

// `take_portfolio bob margin_auction 0 into b part 50% pay_max 1000`
Attempt<Asked> take_portfolio(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_CHECK(words.expect("margin_auction"));
    clearing::TakePortfolio request;
    BALLAST_TRY(request.auction, words.count());
    BALLAST_CHECK(words.expect("into"));
    BALLAST_TRY(request.keeper, read_margin(words, stage));
    BALLAST_CHECK(words.expect("part"));
    BALLAST_TRY(const Ratio part, words.ratio());
    request.take.wanted = {part.units(), ratio_one};
    BALLAST_CHECK(words.expect("pay_max"));
    BALLAST_TRY(const Amount most, words.amount());
    request.take.pay_max = Cash::units(most.units());
    return Asked{sender, request, ""};
}

struct Verb {
    std::string_view name;
    Attempt<Asked> (*read)(Words& words, const Stage& stage, AccountId sender);
};

constexpr Verb verbs[] = {
    {"open_margin", open_margin},
    {"margin_deposit", margin_deposit},
    {"margin_withdraw", margin_withdraw},
    {"list", list},
    {"fill", fill},
    {"settle_margin", settle_margin},
    {"take_collateral", take_collateral},
    {"take_portfolio", take_portfolio},
};

}  // namespace

crypto::PublicKey key_of(AccountId account) {
    return pair_of(account).key;
}

std::vector<std::string> margin_verbs() {
    std::vector<std::string> names;
    for (const Verb& verb : verbs) names.emplace_back(verb.name);
    return names;
}

Attempt<Asked> read_margin_action(const std::string& verb, Words& words, const Stage& stage,
                                  AccountId sender) {
    const auto found = std::find_if(std::begin(verbs), std::end(verbs),
                                    [&](const Verb& known) { return known.name == verb; });
    BALLAST_ASSERT(found != std::end(verbs));
    return found->read(words, stage, sender);
}

}  // namespace ballast::scenarios
