#include <ballast/files/decimal.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/keys.hpp>
#include <ballast/market/market.hpp>
#include <ballast/market/numbers.hpp>

#include <algorithm>

namespace ballast::market {
namespace {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<u8>(c) < 0x20 || c == 0x7F)
            out += fmt::format("\\u{:04X}", static_cast<u8>(c));
        else
            out += c;
    }
    return out + '"';
}

bool bare(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

/// Visits the keys of a sheet and writes each with its value.
class TomlWriter {
public:
    TomlWriter(std::string& out, const Sheet& names, std::string table)
        : out_(&out), names_(&names), table_(std::move(table)) {}

    template <class T>
    void required(std::string_view key, T&& value, std::string_view = {}) {
        const std::string written = text(value);
        if (!written.empty()) *out_ += fmt::format("{} = {}\n", key, written);
    }
    template <class T>
    void optional(std::string_view key, T&& value, std::string_view = {}) {
        required(key, value);
    }
    template <class Row>
    void section(std::string_view key, const char*, Row& row, std::string_view = {}) {
        std::string body;
        const std::string name = under(key);
        TomlWriter inner(body, *names_, name);
        keys(inner, row);
        if (!body.empty()) *out_ += fmt::format("\n[{}]\n{}", name, body);
    }
    template <class Row>
    void section(std::string_view key, const char* noun, std::optional<Row>& row,
                 std::string_view = {}) {
        if (row) section(key, noun, *row);
    }
    template <class Row>
    void required_section(std::string_view key, const char* noun, Row& row) {
        section(key, noun, row);
    }
    template <class Row>
    void entries(std::string_view key, const char*, std::vector<Row>& rows, std::string_view) {
        const std::string name = under(key);
        for (Row& row : rows) {
            *out_ += fmt::format("\n[[{}]]\n", name);
            TomlWriter inner(*out_, *names_, name);
            keys(inner, row);
        }
    }

private:
    std::string under(std::string_view key) const {
        return table_.empty() ? std::string(key) : fmt::format("{}.{}", table_, key);
    }

    std::string text(const std::string& value) const { return in_quotes(value); }
    std::string text(bool value) const { return value ? "true" : "false"; }
    std::string text(u32 value) const { return fmt::format("{}", value); }
    std::string text(Amount value) const {
        return in_quotes(scaled_text(value.units(), files::money_decimals));
    }
    std::string text(Ratio value) const {
        return in_quotes(percent_text(value.units(), files::ratio_decimals));
    }
    std::string text(Ray value) const {
        return in_quotes(scaled_text(static_cast<i128>(value.units()), ray_decimals));
    }
    std::string text(Price value) const {
        return in_quotes(scaled_text(value.units(), files::money_decimals));
    }
    std::string text(Cash value) const {
        return in_quotes(scaled_text(value.units(), files::money_decimals));
    }
    std::string text(pricing::Fine value) const {
        return in_quotes(scaled_text(value.units(), fine_decimals));
    }
    std::string text(UnderlyingId value) const {
        return in_quotes(names_->clearing.underlyings[value.value()].name);
    }
    std::string text(CompartmentId value) const {
        return in_quotes(names_->clearing.compartments[value.value()].terms.name);
    }
    std::string text(const ModelName& value) const {
        return in_quotes(names_->clearing.models[value.value].model.name);
    }
    std::string text(const UnderlyingNames& value) const {
        std::string list;
        for (const UnderlyingId id : value.value)
            list += fmt::format("{}{}", list.empty() ? "" : ", ", text(id));
        return fmt::format("[{}]", list);
    }
    std::string text(AssetId value) const {
        return in_quotes(names_->assets[value.value()].terms.name);
    }
    std::string text(FeedId value) const { return in_quotes(names_->feeds[value.value()].name); }
    std::string text(PublisherId value) const {
        return in_quotes(names_->publishers[value.value()].name);
    }
    std::string text(VaultTypeId value) const {
        return in_quotes(names_->types[value.value()].terms.vault.name);
    }
    std::string text(const Seconds& value) const { return seconds_text(value.value); }
    std::string text(const Moment& value) const { return in_quotes(files::time_text(value.value)); }
    std::string text(const Wad& value) const {
        return in_quotes(scaled_text(value.value, wad_decimals));
    }
    std::string text(const Yearly&) const { return {}; }
    std::string text(const Key& value) const {
        if (!value.value) return {};
        std::string digits;
        for (const u8 byte : *value.value) digits += fmt::format("{:02x}", byte);
        return in_quotes(digits);
    }
    std::string text(const crypto::Key& value) const { return in_quotes(files::key_text(value)); }
    std::string text(const Holdings& value) const {
        if (value.value.empty()) return {};
        std::string list;
        for (std::size_t i = 0; i < value.value.size(); ++i) {
            if (value.value[i].zero()) continue;
            const std::string& name = names_->assets[i].terms.name;
            list += fmt::format("{}{} = {}", list.empty() ? " " : ", ",
                                bare(name) ? name : in_quotes(name), text(value.value[i]));
        }
        return fmt::format("{{{}{}}}", list, list.empty() ? "" : " ");
    }
    template <class T>
    std::string text(const std::optional<T>& value) const {
        return value ? text(*value) : std::string();
    }
    template <class E>
        requires std::is_enum_v<E>
    std::string text(E value) const {
        return in_quotes(Words<E>::list[static_cast<std::size_t>(value)]);
    }

    std::string* out_;
    const Sheet* names_;
    std::string table_;
};

}  // namespace

std::string market_text(const engine::Genesis& genesis) {
    Sheet sheet = sheet_of(genesis);
    const Sheet names = sheet;
    std::string out;
    TomlWriter writer(out, names, "");
    keys(writer, sheet);
    return out;
}

}  // namespace ballast::market
