#include <ballast/api/event_words.hpp>

#include <array>

namespace ballast::api {
namespace {

// How a number of an event is shown.
enum class As : u8 {
    none,
    count,    // A whole number.
    money,    // 10^-8.
    ratio,    // 10^-9.
    ray,      // 10^-27.
    flag,     // 0 or 1.
    status,   // oracle::Status.
    reasons,  // Bits of oracle::reason.
    reject,
    rights,       // Bits of access::right.
    asset,        // By name.
    feed,         // Likewise.
    type,         // Of vaults.
    book,         // Compartment of the treasury.
    compartment,  // Of the clearing house.
    publisher,
    model,
    layer,  // treasury::Layer.
};

struct Member {
    std::string_view name;
    As as = As::none;
};

struct Row {
    EventKind kind;
    Member subject;
    std::string_view account;  // Empty: nobody.
    bool asset = false;
    Member amount;
    Member value;
};

using K = EventKind;
constexpr Member nothing{};
constexpr Member vault{"vault", As::count};
constexpr Member auction{"auction", As::count};
constexpr Member margin{"margin_account", As::count};
constexpr Member instrument{"instrument", As::count};
constexpr Member book{"compartment", As::book};
constexpr Member house{"compartment", As::compartment};
constexpr Member pool{"pool", As::count};
constexpr Member amount{"amount", As::money};

constexpr auto table = std::to_array<Row>({
    {K::feed_status, {"feed", As::feed}, "", false, {"old", As::status}, {"new", As::status}},
    {K::feed_reasons, {"feed", As::feed}, "", false, {"old", As::reasons}, {"new", As::reasons}},
    {K::report_rejected, {"feed", As::feed}, "publisher", false, {"reason", As::reject}, nothing},
    {K::fee_accrued, {"type", As::type}, "", true, amount, {"index", As::ray}},
    {K::fee_paid, {"actions", As::count}, "sender", true, amount, nothing},
    {K::account_opened, {"opened", As::count}, "sender", false, nothing, {"parent", As::count}},
    {K::key_granted,
     {"keys", As::count},
     "account",
     false,
     {"expires", As::count},
     {"rights", As::rights}},
    {K::key_revoked, {"keys", As::count}, "account", false, nothing, nothing},
    {K::vault_opened, vault, "owner", false, nothing, {"type", As::type}},
    {K::collateral_deposited, vault, "payer", true, amount, nothing},
    {K::collateral_withdrawn, vault, "receiver", true, amount, nothing},
    {K::debt_minted, vault, "receiver", true, amount, {"opening_fee", As::money}},
    {K::debt_repaid, vault, "payer", true, amount, nothing},
    {K::vault_closed, vault, "owner", false, nothing, nothing},
    {K::vault_unhealthy, vault, "", true, {"owed", As::money}, {"collateral_value", As::money}},
    {K::vault_seized, vault, "owner", true, {"debt", As::money}, nothing},
    {K::vault_redeemed, vault, "redeemer", true, {"debt", As::money}, {"fee", As::money}},
    {K::redistributed, vault, "", true, {"debt", As::money}, {"collateral_value", As::money}},
    {K::auction_started, auction, "owner", true, {"tab", As::money}, {"top_price", As::ray}},
    {K::auction_taken, auction, "keeper", true, {"paid", As::money}, {"units", As::money}},
    {K::auction_restarted, auction, "", true, {"tab", As::money}, {"top_price", As::ray}},
    {K::auction_ended, auction, "", true, {"uncovered", As::money}, {"units", As::money}},
    {K::auction_cancelled, auction, "", true, {"debt", As::money}, {"units", As::money}},
    {K::keeper_rewarded, auction, "keeper", true, amount, nothing},
    {K::pool_deposited, nothing, "account", true, amount, nothing},
    {K::pool_withdrawn, nothing, "account", true, amount, nothing},
    {K::pool_gain_paid, nothing, "account", true, amount, nothing},
    {K::pool_absorbed,
     {"vault_or_auction", As::count},
     "",
     true,
     {"debt", As::money},
     {"collateral_value", As::money}},
    {K::pool_gained, {"vault_or_auction", As::count}, "", true, amount, {"pool", As::asset}},
    {K::loss_arose, book, "", true, amount, nothing},
    {K::loss_from_reserve, book, "", true, amount, nothing},
    {K::loss_from_surplus, book, "", true, amount, nothing},
    {K::loss_booked, book, "", true, amount, nothing},
    {K::bad_debt_paid, book, "", true, amount, {"layer", As::layer}},
    {K::reserve_funded, book, "", true, amount, nothing},
    {K::cost_charged, book, "", true, {"from_reserve", As::money}, {"let_out", As::money}},
    {K::margin_opened, margin, "owner", false, nothing, house},
    {K::margin_deposited, margin, "owner", true, amount, nothing},
    {K::margin_withdrawn, margin, "owner", true, amount, nothing},
    {K::margin_debt_minted, margin, "owner", true, amount, {"owed", As::money}},
    {K::margin_debt_repaid, margin, "owner", true, amount, {"owed", As::money}},
    {K::margin_fee_accrued, house, "", true, amount, {"index", As::ray}},
    {K::instrument_listed, instrument, "", false, nothing, house},
    {K::instrument_expired, instrument, "", false, nothing, {"settlement", As::money}},
    {K::instrument_settled,
     instrument,
     "",
     false,
     {"open_interest", As::money},
     {"paid", As::money}},
    {K::settlement_delayed, instrument, "", false, {"reason", As::reject}, nothing},
    {K::filled, margin, "owner", false, {"size", As::money}, {"paid", As::money}},
    {K::traded, instrument, "", false, {"size", As::money}, {"price", As::money}},
    {K::fill_fee_paid, house, "", true, amount, nothing},
    {K::position_settled, margin, "owner", true, {"size", As::money}, {"received", As::money}},
    {K::margin_unhealthy,
     margin,
     "owner",
     false,
     {"equity", As::money},
     {"maintenance", As::money}},
    {K::greeks_over_limit, margin, "owner", false, nothing, nothing},
    {K::compartment_greeks, house, "", false, {"over", As::flag}, nothing},
    {K::model_switch_begun, house, "", false, {"model", As::model}, {"from_height", As::count}},
    {K::model_switched, house, "", false, {"model", As::model}, {"old_model", As::model}},
    {K::account_auction_started,
     auction,
     "owner",
     false,
     {"mark", As::money},
     {"maintenance", As::money}},
    {K::account_auction_taken, auction, "keeper", false, {"paid", As::money}, {"drawn", As::money}},
    {K::account_auction_turned,
     auction,
     "owner",
     false,
     {"mark", As::money},
     {"maintenance", As::money}},
    {K::account_auction_ended, auction, "owner", false, {"paid", As::money}, {"drawn", As::money}},
    {K::account_collateral_sold, margin, "keeper", true, amount, {"paid", As::money}},
    {K::account_backstopped,
     margin,
     "owner",
     true,
     {"debt_lost", As::money},
     {"kept_back", As::money}},
    {K::position_deleveraged, margin, "owner", false, {"size", As::money}, {"haircut", As::money}},
    {K::loss_socialised, margin, "owner", false, amount, nothing},
    {K::liquidity_traded, instrument, "taker", false, {"size", As::money}, {"charge", As::money}},
    {K::liquidity_hedged, instrument, "taker", false, {"size", As::money}, nothing},
    {K::liquidity_valued, pool, "", false, {"low", As::money}, {"high", As::money}},
    {K::liquidity_deposit_requested, pool, "account", false, amount, nothing},
    {K::liquidity_withdrawal_requested, pool, "account", false, {"shares", As::money}, nothing},
    {K::liquidity_deposits_settled, pool, "", false, {"taken", As::money}, {"minted", As::money}},
    {K::liquidity_withdrawals_settled, pool, "", false, {"paid", As::money}, {"burnt", As::money}},
    {K::liquidity_collected, pool, "account", false, amount, {"shares", As::money}},
    {K::swap_added, pool, "account", false, {"first", As::money}, {"shares", As::money}},
    {K::swap_removed, pool, "account", false, {"first", As::money}, {"shares", As::money}},
    {K::swap_traded, pool, "account", true, {"in", As::money}, {"out", As::money}},
});

#define X(name, number, meaning) +1
static_assert(table.size() == 0 BALLAST_EVENTS(X));
#undef X

const Row* row_of(EventKind kind) {
    for (const Row& row : table)
        if (row.kind == kind) return &row;
    return nullptr;
}

std::string_view layer_word(i128 layer) {
    constexpr std::array<std::string_view, 3> words{"reserve", "surplus", "recapitalisation"};
    return layer >= 0 && layer < 3 ? words[static_cast<std::size_t>(layer)] : "unknown";
}

// The name at a position, or the number itself where there is none.
template <class Rows, class NameOf>
Json named(i128 position, const Rows& rows, NameOf name_of) {
    if (position < 0 || position >= static_cast<i128>(rows.size())) return whole(position);
    return name_of(rows[static_cast<std::size_t>(position)]);
}

Json name_json(const engine::Genesis& genesis, As as, i128 number) {
    const auto plain = [](const auto& row) { return Json(row.name); };
    switch (as) {
        case As::asset: return named(number, genesis.assets, plain);
        case As::feed: return named(number, genesis.oracle.feeds, plain);
        case As::publisher: return named(number, genesis.oracle.publishers, plain);
        case As::compartment: return named(number, genesis.clearing.compartments, plain);
        case As::model: return named(number, genesis.clearing.models, plain);
        case As::type:
            return named(number, genesis.types,
                         [](const auto& row) { return Json(row.vault.name); });
        case As::book:
            if (number < 0 || number >= static_cast<i128>(genesis.treasury.compartments.size()))
                return whole(number);
            return treasury_name(genesis, static_cast<u32>(number));
        default: return whole(number);
    }
}

Json rights_json(i128 bits) {
    Json words = Json::array();
    const auto add = [&](u8 bit, const char* word) {
        if ((bits & bit) != 0) words.push_back(word);
    };
    add(access::right::trade, "trade");
    add(access::right::withdraw, "withdraw");
    add(access::right::manage, "manage");
    return words;
}

Json number_json(const engine::Genesis& genesis, As as, i128 number) {
    switch (as) {
        case As::none: return nullptr;
        case As::count: return whole(number);
        case As::money: return decimal(Amount::units(number));
        case As::ratio: return decimal(Ratio::units(static_cast<i64>(number)));
        case As::ray: return decimal(Ray::units(static_cast<u128>(number)));
        case As::flag: return number != 0;
        case As::status: return word(static_cast<oracle::Status>(number));
        case As::reasons: return reasons(static_cast<u32>(number));
        case As::reject: return ballast::name(static_cast<Reject>(number));
        case As::rights: return rights_json(number);
        case As::layer: return layer_word(number);
        default: return name_json(genesis, as, number);
    }
}

}  // namespace

Json event_json(const engine::Genesis& genesis, const Event& event) {
    Json out{{"name", ballast::name(event.kind)}};
    const Row* row = row_of(event.kind);
    if (row == nullptr) return out;
    const auto add = [&](const Member& member, i128 number) {
        if (member.as != As::none)
            out[std::string(member.name)] = number_json(genesis, member.as, number);
    };
    add(row->subject, event.subject);
    if (row->kind == EventKind::report_rejected)
        add({"publisher", As::publisher}, event.account.value());
    else if (!row->account.empty())
        out[std::string(row->account)] = event.account.value();
    if (row->asset) add({"asset", As::asset}, event.asset.value());
    add(row->amount, event.amount);
    add(row->value, event.value);
    return out;
}

Json event_schema() {
    Json type = schema::any_record();
    type["properties"] = Json{{"name", schema::word(event_names())}};
    type["required"] = Json::array({"name"});
    type["description"] = "Members by name of the event; the table of events has them.";
    return type;
}

std::vector<std::string> event_names() {
    std::vector<std::string> names;
    for (const Row& row : table) names.emplace_back(ballast::name(row.kind));
    return names;
}

std::optional<EventKind> event_named(const std::string& name) {
    for (const Row& row : table)
        if (ballast::name(row.kind) == name) return row.kind;
    return std::nullopt;
}

std::string_view subject_of(EventKind kind) {
    const Row* row = row_of(kind);
    return row == nullptr ? std::string_view() : row->subject.name;
}

bool names_account(EventKind kind) {
    const Row* row = row_of(kind);
    return row != nullptr && !row->account.empty() && kind != EventKind::report_rejected;
}

std::vector<EventWords> event_table() {
    std::vector<EventWords> out;
    for (const Row& row : table) {
        EventWords words{std::string(ballast::name(row.kind)), static_cast<u32>(row.kind), {}};
        const auto add = [&](std::string_view member) {
            if (!member.empty()) words.members.emplace_back(member);
        };
        add(row.subject.name), add(row.account);
        if (row.asset) add("asset");
        add(row.amount.name), add(row.value.name);
        out.push_back(std::move(words));
    }
    return out;
}

}  // namespace ballast::api
