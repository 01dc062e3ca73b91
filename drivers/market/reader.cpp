#include <ballast/market/reader.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/node_values.hpp>
#include <ballast/market/overrides.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <limits>

namespace ballast::market {

using files::Attempt;
using files::fault;
using files::Fault;

namespace {

std::string under(std::string_view place, std::string_view rest) {
    return place.empty() ? std::string(rest) : fmt::format("{}.{}", place, rest);
}

template <class Id>
Read<void> assign_name(const Node& node, Id& value, const std::vector<std::string>& names,
                       std::string_view noun) {
    if (node.kind != NodeKind::word) return complaint(fmt::format("must be the name of {}", noun));
    const auto found = std::ranges::find(names, node.text);
    if (found == names.end())
        return complaint(
            fmt::format("is not the name of {}{}", noun, suggestion(node.text, names)));
    value = Id{static_cast<typename Id::rep>(found - names.begin())};
    return {};
}

Read<void> assign_digits(const Node& node, crypto::PublicKey& key) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    constexpr auto rule = "must be an ed25519 public key: 64 hexadecimal digits in quotes";
    if (node.kind != NodeKind::word || node.text.size() != 2 * key.size()) return complaint(rule);
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = digit(node.text[2 * i]);
        const int low = digit(node.text[2 * i + 1]);
        if (high < 0 || low < 0) return complaint(rule);
        key[i] = static_cast<u8>(high * 16 + low);
    }
    return {};
}

}  // namespace

Read<void> Reader::assign(const Node& node, std::string& value) {
    return read_word(node, value);
}
Read<void> Reader::assign(const Node& node, bool& value) {
    return read_flag(node, value);
}
Read<void> Reader::assign(const Node& node, u32& value) {
    return read_small(node, value);
}

Read<void> Reader::assign(const Node& node, Amount& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_scaled(text, files::money_decimals));
    value = Amount::units(units);
    return {};
}

Read<void> Reader::assign(const Node& node, Ratio& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_fraction(text, files::ratio_decimals));
    constexpr i128 most = limits::ratio_max.units();
    if (units < -most || units > most) return complaint("is too large: at most 1000, or 100000 %");
    value = Ratio::units(static_cast<i64>(units));
    return {};
}

Read<void> Reader::assign(const Node& node, Ray& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_fraction(text, ray_decimals));
    if (units < 0) return complaint("must not be negative");
    value = Ray::units(static_cast<u128>(units));
    return {};
}

Read<void> Reader::assign(const Node& node, Price& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_scaled(text, files::money_decimals));
    constexpr i128 most = limits::price_max.units();
    if (units < -most || units > most) return complaint("is too large: at most 40000000000");
    value = Price::units(static_cast<i64>(units));
    return {};
}

Read<void> Reader::assign(const Node& node, Cash& value) {
    Amount amount;
    BALLAST_CHECK(assign(node, amount));
    value = Cash::units(amount.units());
    return {};
}

Read<void> Reader::assign(const Node& node, pricing::Fine& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_fraction(text, fine_decimals));
    constexpr i128 most = i128{1'000'000} * pricing::fine_one;
    if (units < -most || units > most) return complaint("is too large: at most 1000000");
    value = pricing::Fine::units(static_cast<i64>(units));
    return {};
}

Read<void> Reader::assign(const Node& node, AssetId& value) {
    return assign_name(node, value, reading_->names.assets, "an asset");
}
Read<void> Reader::assign(const Node& node, FeedId& value) {
    return assign_name(node, value, reading_->names.feeds, "a feed");
}
Read<void> Reader::assign(const Node& node, PublisherId& value) {
    return assign_name(node, value, reading_->names.publishers, "a publisher");
}
Read<void> Reader::assign(const Node& node, VaultTypeId& value) {
    return assign_name(node, value, reading_->names.types, "a vault type");
}

Read<void> Reader::assign(const Node& node, UnderlyingId& value) {
    return assign_name(node, value, reading_->names.underlyings, "an underlying");
}
Read<void> Reader::assign(const Node& node, CompartmentId& value) {
    return assign_name(node, value, reading_->names.compartments, "a margin compartment");
}
Read<void> Reader::assign(const Node& node, ModelName& value) {
    Id<struct ModelTag, u16> id;
    BALLAST_CHECK(assign_name(node, id, reading_->names.models, "a margin model"));
    value.value = id.value();
    return {};
}
Read<void> Reader::assign(const Node& node, UnderlyingNames& value) {
    if (node.kind != NodeKind::list) return complaint("must be a list: [\"ETH\", \"BTC\"]");
    value.value.clear();
    for (const Node& item : node.items) BALLAST_CHECK(assign(item, value.value.emplace_back()));
    return {};
}

Read<void> Reader::assign(const Node& node, Seconds& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(value.value, read_seconds(text));
    return {};
}

Read<void> Reader::assign(const Node& node, Moment& value) {
    BALLAST_TRY(const auto text, number_text(node));
    const auto time = files::parse_time(text);
    if (!time) return complaint("is no time: write \"2020-03-12T00:00:00Z\" or seconds since 1970");
    value.value = *time;
    return {};
}

Read<void> Reader::assign(const Node& node, Wad& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_fraction(text, wad_decimals));
    if (units < 0 || units > i128{vaults::wad_one}) return complaint("must be from 0 to 1");
    value.value = static_cast<u64>(units);
    return {};
}

Read<void> Reader::assign(const Node& node, Yearly& value) {
    if (table_->find(value.exact) != nullptr)
        return complaint(fmt::format("says the same as {}; one of them must go", value.exact));
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(value.value, read_yearly_fee(text));
    return {};
}

Read<void> Reader::assign(const Node& node, Key& value) {
    return assign_digits(node, value.value.emplace());
}

Read<void> Reader::assign(const Node& node, crypto::Key& value) {
    if (node.kind != NodeKind::word) return complaint("must be text in quotes");
    const auto key = files::parse_key(node.text);
    if (!key)
        return complaint(
            "is no key: write \"ed25519:\" and 64 hexadecimal digits, or "
            "\"ethereum:0x\" and 40");
    value = *key;
    return {};
}

Read<void> Reader::assign(const Node& node, Holdings& value) {
    if (node.kind != NodeKind::table) return complaint("must be a table: { ETH = 12.5 }");
    value.value.assign(reading_->names.assets.size(), Amount());
    for (const Member& member : node.members) {
        AssetId asset;
        BALLAST_CHECK(assign(word(member.key, member.value.place), asset));
        BALLAST_CHECK(assign(member.value, value.value[asset.value()]));
    }
    return {};
}

template <class T>
Read<void> Reader::assign(const Node& node, std::optional<T>& value) {
    return assign(node, value.emplace());
}

template <class E>
    requires std::is_enum_v<E>
Read<void> Reader::assign(const Node& node, E& value) {
    const auto& list = Words<E>::list;
    const auto found = std::ranges::find(list, node.text);
    if (node.kind != NodeKind::word || found == list.end()) {
        const std::vector<std::string> words(list.begin(), list.end());
        return complaint("is not one of its words" + suggestion(node.text, words));
    }
    value = static_cast<E>(found - list.begin());
    return {};
}

template <class T>
void Reader::read(const Node& node, std::string_view key, T& value, std::string_view path) {
    remember(node, key, path);
    if (const auto done = assign(node, value); !done) fail(node, key, done.error().what);
}

// What is held twice (fee_per_second, stability_fee) is known by the key that is there.
void Reader::remember_default(std::string_view key, std::string_view path) {
    const std::string place = under(where_.path, path.empty() ? key : path);
    reading_->origins.try_emplace(place, Origin{spelled(key), table_->place, {}});
}

void Reader::remember(const Node& node, std::string_view key, std::string_view path) {
    Origin origin{spelled(key), node.place, {}};
    if (node.scalar()) origin.text = node.text;
    reading_->origins[under(where_.path, path.empty() ? key : path)] = std::move(origin);
}

void Reader::fail(const Node& node, std::string_view key, std::string_view what) {
    if (node.scalar())
        reading_->fault =
            Fault{fmt::format("{}: {}: '{}' {}", node.place, spelled(key), node.text, what)};
    else
        reading_->fault = Fault{fmt::format("{}: {}: {}", node.place, spelled(key), what)};
}

std::string Reader::spelled(std::string_view key) const {
    return under(where_.key, key);
}

const Node* Reader::take(std::string_view key, bool needed) {
    known_.emplace_back(key);
    if (reading_->fault) return nullptr;
    const Node* node = table_->find(key);
    if (node == nullptr && needed) {
        const std::string owner = where_.key.empty() ? where_.noun : where_.key;
        reading_->fault = Fault{fmt::format("{}: {}: lacks the key {}", table_->place, owner, key)};
    }
    return node;
}

bool Reader::is_list(const Node& node, std::string_view key) {
    if (reading_->fault) return false;
    if (node.kind == NodeKind::list) return true;
    fail(node, key, fmt::format("must be a list of tables: [[{}]]", key));
    return false;
}

bool Reader::is_table(const Node& node, const Where& where) {
    if (reading_->fault) return false;
    reading_->origins[where.path] = {where.key, node.place, {}};
    if (node.kind == NodeKind::table) return true;
    reading_->fault = Fault{fmt::format("{}: {}: must be a table", node.place, where.key)};
    return false;
}

Reader::Where Reader::within(std::string_view key, std::string_view path, const char* noun) const {
    return {spelled(key), under(where_.path, path.empty() ? key : path), noun};
}

Reader::Where Reader::entry(const Node& list, std::size_t position, Where where) {
    const std::string name = name_of(list.items[position]);
    where.key += name.empty() ? fmt::format(".{}", position) : "." + name;
    where.path += fmt::format("[{}]", position);
    return where;
}

void Reader::finish() {
    if (reading_->fault) return;
    for (const Member& member : table_->members) {
        if (std::ranges::find(known_, member.key) != known_.end()) continue;
        reading_->fault =
            Fault{fmt::format("{}: {}: is no key of {}{}", member.value.place, spelled(member.key),
                              where_.noun, suggestion(member.key, known_))};
        return;
    }
}

namespace {

std::vector<std::string> names_in(const Node& root, std::string_view key) {
    std::vector<std::string> names;
    if (const Node* entries = root.find(key))
        for (const Node& entry : entries->items) names.push_back(name_of(entry));
    return names;
}

// The value's own place, or that of what it stands in.
const Origin* origin_of(const Reading& reading, std::string path) {
    while (!path.empty()) {
        const auto found = reading.origins.find(path);
        if (found != reading.origins.end()) return &found->second;
        const auto cut = path.find_last_of(".[");
        path.resize(cut == std::string::npos ? 0 : cut);
    }
    return nullptr;
}

}  // namespace

Attempt<Sheet> read_sheet(const Node& root, Reading& reading) {
    reading.names = {names_in(root, "asset"),      names_in(root, "feed"),
                     names_in(root, "publisher"),  names_in(root, "vault_type"),
                     names_in(root, "underlying"), names_in(root, "margin_model"),
                     names_in(root, "compartment")};
    Sheet sheet;
    Reader reader(reading, root, {"", "", "a market"});
    keys(reader, sheet);
    reader.finish();
    if (reading.fault) return std::unexpected(*reading.fault);
    return sheet;
}

Fault spell_fault(const Reading& reading, const Sheet& sheet, const TermsFault& fault) {
    const std::string key = sheet_key(sheet, fault.key);
    const Origin* origin = origin_of(reading, key);
    if (origin == nullptr) return Fault{fmt::format("{}: {}", key, fault.what)};
    if (!origin->text)
        return Fault{fmt::format("{}: {}: {}", origin->place, origin->key, fault.what)};
    return Fault{fmt::format("{}: {}: '{}' {}", origin->place, origin->key, *origin->text,
                             rule_of(fault.what))};
}

}  // namespace ballast::market
