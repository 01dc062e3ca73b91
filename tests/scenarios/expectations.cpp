#include "expectations.hpp"

#include <ballast/backstop/backstop.hpp>
#include <ballast/treasury/treasury.hpp>
#include <ballast/vaults/vaults.hpp>

#include <algorithm>

namespace ballast::scenarios {
namespace {

// All that is known of a subject, by the name of the column.
struct Column {
    std::string name;
    Figure figure;
};
using Columns = std::vector<Column>;

Attempt<Columns> balance(Words& words, const Stage& stage) {
    BALLAST_TRY(const AccountId account, read_account(words, stage));
    Columns columns;
    for (u16 i = 0; i < stage.names.assets.size(); ++i) {
        const Amount held = stage.machine.state().ledger.balance(account, AssetId{i});
        columns.push_back({stage.names.assets[i], Figure::of(held)});
    }
    return columns;
}

Attempt<Columns> supply(Words&, const Stage& stage) {
    Columns columns;
    for (u16 i = 0; i < stage.names.assets.size(); ++i) {
        const Amount issued = stage.machine.state().ledger.supply(AssetId{i});
        columns.push_back({stage.names.assets[i], Figure::of(issued)});
    }
    return columns;
}

std::string_view status_name(vaults::VaultStatus status) {
    switch (status) {
        case vaults::VaultStatus::open: return "open";
        case vaults::VaultStatus::closed: return "closed";
    }
    return "unknown";
}

Attempt<Columns> vault(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault named, read_vault(words, stage));
    const vaults::State& state = stage.machine.state().vaults;
    const vaults::VaultRow& row = state.vaults[named.id.value()];
    const vaults::TypeRow& type = state.types[row.type.value()];
    const vaults::VaultTypeTerms& terms = stage.machine.types()[row.type.value()];
    const vaults::TypePrices& prices = stage.machine.prices()[row.type.value()];
    Columns columns{
        {"status", Figure::word(status_name(row.status))},
        {"owed", Figure::of(vaults::owed(row, type))},
        {"ratio", Figure::of(vaults::collateral_ratio(row, type, terms, prices))},
        {"health", Figure::of(vaults::health(row, type, terms, prices))},
    };
    for (std::size_t slot = 0; slot < terms.basket.size(); ++slot) {
        const Amount locked = Amount::units(row.amounts[slot].units());
        columns.push_back(
            {stage.names.assets[terms.basket[slot].asset.value()], Figure::of(locked)});
    }
    return columns;
}

Attempt<Columns> vault_type(Words& words, const Stage& stage) {
    BALLAST_TRY(const VaultTypeId id, read_type(words, stage));
    const vaults::TypeRow& row = stage.machine.state().vaults.types[id.value()];
    const auto at_auction = auctions::at_auction(stage.machine.state().auctions, id);
    return Columns{
        {"owed", Figure::of(vaults::book_value(row))},
        {"index", Figure::of(row.index)},
        {"at_auction", Figure::of(at_auction.tab)},
    };
}

const auctions::AuctionTerms& terms_of(const Stage& stage, const auctions::Auction& row) {
    const engine::Genesis& genesis = stage.machine.genesis();
    switch (row.kind) {
        case auctions::AuctionKind::surplus: return genesis.surplus;
        case auctions::AuctionKind::recapitalisation: return genesis.recapitalisation;
        case auctions::AuctionKind::collateral:
        case auctions::AuctionKind::in_place: break;
    }
    return genesis.types[row.type.value()].auction;
}

Attempt<Columns> auction(Words& words, const Stage& stage) {
    BALLAST_TRY(const AuctionId id, read_auction(words, stage));
    constexpr std::string_view kinds[] = {"collateral", "in_place", "surplus", "recapitalisation"};
    const auctions::Auction& row = stage.machine.state().auctions.rows[id.value()];
    const auto price = auctions::price_now(terms_of(stage, row), row, stage.machine.time());
    Columns columns{
        {"kind", Figure::word(kinds[std::to_underlying(row.kind)])},
        {"status", Figure::word(row.open ? "open" : "over")},
        {"debt", Figure::of(row.debt)},
        {"tab", Figure::of(row.tab)},
        {"price", Figure::of(price.value_or(Ray()))},
        {"restarts", Figure::of(row.restarts)},
    };
    for (const auctions::LotPart& part : row.lot.assets())
        columns.push_back({stage.names.assets[part.asset.value()], Figure::of(part.amount)});
    return columns;
}

Attempt<Columns> pool(Words& words, const Stage& stage) {
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    const auto& terms = stage.machine.genesis().backstop;
    const auto& state = stage.machine.state().backstop;
    return Columns{{"total", Figure::of(backstop::total(terms, state, asset))}};
}

// `depositor alice USDB left 500 ETH 1.5`
Attempt<Columns> depositor(Words& words, const Stage& stage) {
    BALLAST_TRY(const AccountId account, read_account(words, stage));
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    const auto& terms = stage.machine.genesis().backstop;
    const auto& state = stage.machine.state().backstop;
    Columns columns{{"left", Figure::of(backstop::deposit_of(terms, state, account, asset))}};
    for (const auto& name : stage.names.assets) columns.push_back({name, Figure::of(Amount())});
    for (const backstop::Portion& gain : backstop::gains_of(terms, state, account, asset))
        columns[1 + gain.asset.value()].figure = Figure::of(gain.amount);
    return columns;
}

Attempt<Columns> treasury(Words& words, const Stage& stage) {
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    const engine::State& state = stage.machine.state();
    const auto& terms = stage.machine.genesis().treasury;
    const Amount surplus = state.ledger.balance(system_account::surplus, asset);
    return Columns{
        {"surplus", Figure::of(surplus)},
        {"bad_debt", Figure::of(treasury::bad_debt(terms, state.treasury, asset))},
    };
}

Attempt<Columns> compartment(Words& words, const Stage& stage) {
    BALLAST_TRY(const VaultTypeId id, read_type(words, stage));
    const auto& row = stage.machine.state().treasury.compartments[id.value()];
    return Columns{
        {"reserve", Figure::of(row.reserve)},
        {"bad_debt", Figure::of(row.bad_debt)},
        {"loss_let_out", Figure::of(row.loss_let_out)},
    };
}

Attempt<Columns> feed(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t id, words.choose("a feed", stage.names.feeds));
    constexpr std::string_view statuses[] = {"live", "degraded", "halted"};
    const auto& quote = oracle::quote(stage.machine.state().oracle, FeedId{static_cast<u16>(id)});
    return Columns{
        {"status", Figure::word(statuses[std::to_underlying(quote.status)])},
        {"mark", Figure::of(quote.mark)},
        {"low", Figure::of(quote.low)},
        {"high", Figure::of(quote.high)},
    };
}

// Every instrument that has a name is a column, with the size that the account holds of it.
Attempt<Columns> margin(Words& words, const Stage& stage) {
    BALLAST_TRY(const MarginAccountId id, read_margin(words, stage));
    const clearing::Sight sight = stage.machine.clearing();
    const clearing::AccountRow& row = sight.state.accounts[id.value()];
    const auto standing = stage.machine.risk().standing(sight, row);
    const clearing::Standing known = standing ? *standing : clearing::Standing{};
    const auto& house = sight.state.compartments[row.compartment.value()];
    Columns columns{
        {"status", Figure::word(row.in_auction ? "auction" : "held")},
        {"equity", Figure::of(known.equity)},
        {"initial", Figure::of(known.initial)},
        {"maintenance", Figure::of(known.maintenance)},
        {"cash", Figure::of(row.cash)},
        {"owed", Figure::of(clearing::owed(row, house))},
    };
    const auto& collateral = sight.compartment(row.compartment).collateral;
    for (std::size_t slot = 0; slot < collateral.size(); ++slot)
        columns.push_back(
            {stage.names.assets[collateral[slot].asset.value()], Figure::of(row.collateral[slot])});
    for (const auto& [label, instrument] : stage.instruments) {
        const i64 size = clearing::position_in(row, instrument).size;
        columns.push_back({label, Figure::of(Amount::units(size))});
    }
    return columns;
}

Attempt<Columns> instrument(Words& words, const Stage& stage) {
    BALLAST_TRY(const InstrumentId id, read_instrument(words, stage));
    constexpr std::string_view phases[] = {"open", "expired", "settled"};
    const clearing::InstrumentRow& row = stage.machine.state().clearing.instruments[id.value()];
    return Columns{
        {"phase", Figure::word(phases[std::to_underlying(row.phase)])},
        {"mark", Figure::of(row.mark)},
        {"open_interest", Figure::of(Amount::units(row.open_interest))},
    };
}

Attempt<Columns> margin_auction(Words& words, const Stage& stage) {
    BALLAST_TRY(const u32 number, words.count());
    const auto& rows = stage.machine.state().clearing.auctions;
    if (number >= rows.size()) return words.fault("there is no auction {}", number);
    return Columns{
        {"status", Figure::word(rows[number].open ? "open" : "over")},
        {"leg",
         Figure::word(rows[number].leg == portfolio::Leg::solvent ? "solvent" : "insolvent")},
        {"paid", Figure::of(rows[number].paid)},
        {"drawn", Figure::of(rows[number].drawn)},
    };
}

// Of margin accounts: what it holds, and what stands behind it.
Attempt<Columns> margin_compartment(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t id, words.choose("a compartment", stage.names.compartments));
    const auto number = static_cast<u32>(id);
    const engine::State& state = stage.machine.state();
    const auto types = static_cast<u32>(stage.machine.types().size());
    const auto& behind = state.treasury.compartments[types + number];
    const clearing::CompartmentRow& row = state.clearing.compartments[number];
    return Columns{
        {"held", Figure::of(row.held)},
        {"fees", Figure::of(row.fees)},
        {"owed", Figure::of(clearing::book_value(row))},
        {"socialised", Figure::of(row.socialised)},
        {"reserve", Figure::of(behind.reserve)},
        {"bad_debt", Figure::of(behind.bad_debt)},
        {"loss_let_out", Figure::of(behind.loss_let_out)},
    };
}

// How often it happened in the last block, and how much in all.
Attempt<Columns> event(Words& words, const Stage& stage) {
    std::vector<std::string> kinds;
    std::vector<EventKind> values;
#define X(kind, number, meaning) kinds.emplace_back(#kind), values.push_back(EventKind::kind);
    BALLAST_EVENTS(X)
#undef X
    BALLAST_TRY(const std::size_t chosen, words.choose("a kind of event", kinds));
    u32 count = 0;
    Amount sum;
    for (const Event& happened : stage.outcome.events) {
        if (happened.kind != values[chosen]) continue;
        ++count;
        sum += Amount::units(happened.amount);
    }
    return Columns{{"count", Figure::of(count)}, {"amount", Figure::of(sum)}};
}

struct Subject {
    std::string_view name;
    Attempt<Columns> (*read)(Words& words, const Stage& stage);
};

constexpr Subject subjects[] = {
    {"balance", balance},
    {"supply", supply},
    {"vault", vault},
    {"auction", auction},
    {"vault_type", vault_type},
    {"pool", pool},
    {"feed", feed},
    {"depositor", depositor},
    {"treasury", treasury},
    {"event", event},
    {"compartment", compartment},
    {"margin", margin},
    {"instrument", instrument},
    {"margin_auction", margin_auction},
    {"margin_compartment", margin_compartment},
};

}  // namespace

Attempt<std::vector<std::string>> actual_words(Words& words, const Stage& stage,
                                               std::span<const Word> line) {
    std::vector<std::string> names;
    for (const Subject& subject : subjects) names.emplace_back(subject.name);
    BALLAST_TRY(const std::size_t chosen, words.choose("what is expected", names));
    BALLAST_TRY(const Columns columns, subjects[chosen].read(words, stage));
    std::vector<std::string> known;
    for (const Column& column : columns) known.push_back(column.name);

    std::vector<std::string> actual;
    for (const Word& word : line) actual.push_back(word.text);
    if (words.empty()) return words.fault("expected a column and a value");
    while (!words.empty()) {
        BALLAST_TRY(const std::size_t column, words.choose("a column", known));
        BALLAST_TRY(const std::string value, words.next("a value of " + known[column]));
        BALLAST_TRY(actual[words.taken() - 1], spelled_like(words, value, columns[column].figure));
    }
    return actual;
}

}  // namespace ballast::scenarios
