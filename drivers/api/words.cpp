#include <ballast/api/words.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <array>

namespace ballast::api {
namespace {

constexpr u32 ray_decimals = 27;
constexpr u32 fine_decimals = 12;

std::string money(i128 units) {
    return files::decimal_text(units, files::money_decimals, files::money_decimals);
}

// The place of `name` among `rows`, by what `name_of` says of each.
template <class Id, class Rows, class NameOf>
Parsed<Id> named(std::string_view field, const std::string& name, const Rows& rows,
                 NameOf name_of) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (name_of(rows[i]) == name) return Id(static_cast<typename Id::rep>(i));
        known.push_back(name_of(rows[i]));
    }
    return std::unexpected(Error{
        rpc::error_code::params,
        fmt::format("{}: '{}' does not exist{}", field, name, market::suggestion(name, known)),
        Json{{"field", field}, {"value", name}, {"expected", known}}});
}

struct ReasonWord {
    u32 bit;
    std::string_view word;
};
constexpr std::array<ReasonWord, 14> reason_table{{
    {oracle::reason::stale_sources, "stale_sources"},
    {oracle::reason::outliers, "outliers"},
    {oracle::reason::thin, "thin"},
    {oracle::reason::quorum_count, "quorum_count"},
    {oracle::reason::quorum_weight, "quorum_weight"},
    {oracle::reason::jump, "jump"},
    {oracle::reason::breaker, "breaker"},
    {oracle::reason::outage, "outage"},
    {oracle::reason::recovering, "recovering"},
    {oracle::reason::growth_cap, "growth_cap"},
    {oracle::reason::quote_feed, "quote_feed"},
    {oracle::reason::delayed, "delayed"},
    {oracle::reason::never_reported, "never_reported"},
    {oracle::reason::out_of_range, "out_of_range"},
}};

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string decimal(Amount value) {
    return money(value.units());
}
std::string decimal(Cash value) {
    return money(value.units());
}
std::string decimal(Price value) {
    return money(value.units());
}
std::string decimal(Ratio value) {
    return files::decimal_text(value.units(), files::ratio_decimals, files::ratio_decimals);
}
std::string decimal(Ray value) {
    constexpr u128 most = ~u128{0} >> 1;
    return files::decimal_text(static_cast<i128>(std::min(value.units(), most)), ray_decimals,
                               ray_decimals);
}
std::string decimal(pricing::Fine value) {
    return files::decimal_text(value.units(), fine_decimals, fine_decimals);
}
std::string size_text(i64 units) {
    return money(units);
}

std::string hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const u8 byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::optional<Bytes> bytes_of(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = nibble(text[i]);
        const int low = nibble(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<u8>(high * 16 + low));
    }
    return bytes;
}

Json whole(i128 value) {
    constexpr i128 safe = i128{1} << 53;
    if (value >= -safe && value <= safe) return static_cast<std::int64_t>(value);
    return files::decimal_text(value, 0, 0);
}

const std::string& name(const engine::Genesis& genesis, AssetId asset) {
    return genesis.assets[asset.value()].name;
}
const std::string& name(const engine::Genesis& genesis, FeedId feed) {
    return genesis.oracle.feeds[feed.value()].name;
}
const std::string& name(const engine::Genesis& genesis, VaultTypeId type) {
    return genesis.types[type.value()].vault.name;
}
const std::string& name(const engine::Genesis& genesis, PublisherId publisher) {
    return genesis.oracle.publishers[publisher.value()].name;
}
const std::string& name(const engine::Genesis& genesis, CompartmentId compartment) {
    return genesis.clearing.compartments[compartment.value()].name;
}
const std::string& name(const engine::Genesis& genesis, UnderlyingId underlying) {
    return genesis.clearing.underlyings[underlying.value()].name;
}
const std::string& treasury_name(const engine::Genesis& genesis, u32 compartment) {
    if (compartment < genesis.types.size()) return genesis.types[compartment].vault.name;
    return genesis.clearing.compartments[compartment - genesis.types.size()].name;
}

std::string_view word(oracle::Status status) {
    switch (status) {
        case oracle::Status::live: return "live";
        case oracle::Status::degraded: return "degraded";
        case oracle::Status::halted: return "halted";
    }
    return "";
}
std::string_view word(engine::AssetKind kind) {
    switch (kind) {
        case engine::AssetKind::collateral: return "collateral";
        case engine::AssetKind::synthetic: return "synthetic";
        case engine::AssetKind::governance: return "governance";
    }
    return "";
}
std::string_view word(auctions::AuctionKind kind) {
    switch (kind) {
        case auctions::AuctionKind::collateral: return "collateral";
        case auctions::AuctionKind::in_place: return "in_place";
        case auctions::AuctionKind::surplus: return "surplus";
        case auctions::AuctionKind::recapitalisation: return "recapitalisation";
    }
    return "";
}
std::string_view word(auctions::CurveKind kind) {
    switch (kind) {
        case auctions::CurveKind::linear: return "linear";
        case auctions::CurveKind::stepped: return "stepped";
        case auctions::CurveKind::continuous: return "continuous";
        case auctions::CurveKind::fixed_discount: return "fixed_discount";
        case auctions::CurveKind::health_discount: return "health_discount";
    }
    return "";
}
std::string_view word(clearing::Phase phase) {
    switch (phase) {
        case clearing::Phase::open: return "open";
        case clearing::Phase::expired: return "expired";
        case clearing::Phase::settled: return "settled";
    }
    return "";
}

Json reasons(u32 bits) {
    Json words = Json::array();
    for (const ReasonWord& row : reason_table)
        if ((bits & row.bit) != 0) words.push_back(row.word);
    return words;
}

const std::vector<std::string>& status_words() {
    static const std::vector<std::string> words{"live", "degraded", "halted"};
    return words;
}

const std::vector<std::string>& reason_words() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> out;
        for (const ReasonWord& row : reason_table) out.emplace_back(row.word);
        return out;
    }();
    return words;
}

Error absent(std::string_view what, const Json& asked) {
    return {rpc::error_code::absent, fmt::format("{} {} does not exist", what, asked.dump()),
            Json{{"field", what}, {"value", asked}}};
}

Error wrong(std::string_view field, const Json& value, std::string expected) {
    return error_of({std::string(field), value, std::move(expected)});
}

Error rejected(Reject reason) {
    return {rpc::error_code::rejected,
            fmt::format("{}: {}", ballast::name(reason), ballast::sentence(reason)),
            Json{{"code", static_cast<u32>(reason)},
                 {"name", ballast::name(reason)},
                 {"sentence", ballast::sentence(reason)}}};
}

Parsed<AssetId> asset_named(const engine::Genesis& genesis, const std::string& name) {
    return named<AssetId>("asset", name, genesis.assets, [](const auto& row) { return row.name; });
}
Parsed<FeedId> feed_named(const engine::Genesis& genesis, const std::string& name) {
    return named<FeedId>("feed", name, genesis.oracle.feeds,
                         [](const auto& row) { return row.name; });
}
Parsed<VaultTypeId> type_named(const engine::Genesis& genesis, const std::string& name) {
    return named<VaultTypeId>("type", name, genesis.types,
                              [](const auto& row) { return row.vault.name; });
}
Parsed<CompartmentId> compartment_named(const engine::Genesis& genesis, const std::string& name) {
    return named<CompartmentId>("compartment", name, genesis.clearing.compartments,
                                [](const auto& row) { return row.name; });
}
Parsed<PublisherId> publisher_named(const engine::Genesis& genesis, const std::string& name) {
    return named<PublisherId>("publisher", name, genesis.oracle.publishers,
                              [](const auto& row) { return row.name; });
}

std::optional<Ratio> ratio_of(const std::string& text) {
    const auto units =
        files::parse_decimal(text, files::ratio_decimals, Round::down, limits::ratio_max.units());
    if (!units || *units < 0) return std::nullopt;
    return Ratio::units(static_cast<i64>(*units));
}

Json receipt_json(const engine::Receipt& receipt) {
    if (receipt.accepted())
        return {{"accepted", true},
                {"code", 0},
                {"name", "done"},
                {"sentence", "the transaction was done"},
                {"position", nullptr}};
    return {{"accepted", false},
            {"code", receipt.code},
            {"name", ballast::name(receipt.reason())},
            {"sentence", ballast::sentence(receipt.reason())},
            {"position", receipt.position}};
}

Json receipt_schema() {
    return schema::record({{"accepted", schema::boolean(), "Whether it was done."},
                           {"code", schema::whole(0, 65535), "0, or the number of the refusal."},
                           {"name", schema::text(), "done, or the refusal's name."},
                           {"sentence", schema::text(), "The refusal in words."},
                           {"position", schema::nullable(schema::whole()),
                            "Of a batch that was refused: which action, from 0."}});
}

std::vector<schema::Field> paged(std::vector<schema::Field> fields) {
    fields.push_back(schema::optional("after", schema::whole(),
                                      "Where to go on: `next` of the page before; else from 0."));
    Json limit = schema::whole(1, page_max);
    limit["default"] = page_default;
    fields.push_back(schema::optional("limit", limit, "Most items of the page."));
    return fields;
}

Page page_of(const Json& params) {
    return {params.value("after", u64{0}), params.value("limit", page_default)};
}

Json page_schema(const Json& item) {
    return schema::record(
        {{"items", schema::list_of(item), ""},
         {"next", schema::nullable(schema::whole()),
          "`after` of the next page; null where there is none.  A page may be short, or even "
          "empty, and yet have a next one: a call looks at so many rows and no more."}});
}

}  // namespace ballast::api
