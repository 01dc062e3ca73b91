#include <ballast/engine/describe.hpp>

#include <ballast/engine/registry.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

constexpr auto names = list_names(
    "transfer", "open_vault", "deposit", "withdraw", "mint", "repay", "close", "redeem", "take",
    "pool_deposit", "pool_withdraw", "pool_claim", "open_margin", "margin_deposit",
    "margin_withdraw", "list_instrument", "fill", "settle_margin", "take_collateral",
    "take_portfolio", "switch_model", "pool_trade", "liquidity_deposit", "liquidity_withdraw",
    "liquidity_collect", "swap_exact_in", "swap_exact_out", "swap_add", "swap_remove",
    "open_account", "grant_key", "revoke_key");
static_assert(names.size() == std::variant_size_v<Action>);

std::string hexadecimal(std::span<const u8> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const u8 byte : bytes) {
        out.push_back(digits[byte / 16]);
        out.push_back(digits[byte % 16]);
    }
    return out;
}

std::string key_words(const crypto::Key& key) {
    switch (key.scheme) {
        case crypto::Scheme::ed25519: return std::string("ed25519:").append(hexadecimal(key.bytes));
        case crypto::Scheme::ethereum:
            return std::string("ethereum:0x")
                .append(
                    hexadecimal(std::span(key.bytes).first(crypto::well_formed(key) ? 20 : 32)));
    }
    return {};
}

/// What is not made of letters, digits and a few marks stands in quotes, so that no name can look
/// like something else.
std::string name_words(const std::string& name) {
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '-' || c == '_' || c == '.' || c == '+';
    });
    if (plain) return name;
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

template <class Rows, class Name>
std::string nth_name(const Rows& rows, std::size_t position, Name name) {
    if (position >= rows.size()) return std::string("#").append(text(static_cast<i128>(position)));
    return name_words(std::string(name(rows[position])));
}

constexpr auto own_name = [](const auto& row) { return row.name; };

/// Writes one row, field by field.
class Sentence {
public:
    Sentence(std::string& out, const Genesis& genesis, std::span<const std::string_view> fields)
        : out_(out), genesis_(genesis), fields_(fields) {}

    template <class T>
    void operator()(const T& value) {
        BALLAST_ASSERT(next_ < fields_.size());
        field_ = fields_[next_++];
        if constexpr (std::is_same_v<T, std::optional<crypto::Key>>) {
            if (value) put(key_words(*value));
        } else {
            put(words(value));
        }
    }

private:
    void put(const std::string& value) {
        if (!out_.empty() && out_.back() != '(') out_.push_back(' ');
        out_.append(field_).append("=").append(value);
    }

    std::string words(u8 value) const {
        if (field_ == "kind")
            return nth_name(registry(), value, [](const risk::Kind& kind) { return kind.name; });
        return field_ == "rights" ? rights(value) : text(static_cast<i128>(value));
    }
    std::string words(u16 value) const {
        if (field_ == "model") return nth_name(genesis_.clearing.models, value, own_name);
        return text(static_cast<i128>(value));
    }
    std::string words(u32 value) const { return text(static_cast<i128>(value)); }
    std::string words(u64 value) const {
        if (field_ == "expires" || field_ == "expiry") return describe_time(value);
        return text(static_cast<i128>(value));
    }
    /// Sizes count 10^-8 units, as amounts do.
    std::string words(i64 value) const { return text(Amount::units(value)); }
    std::string words(i128 value) const { return text(value); }
    std::string words(Cash value) const { return text(Amount::units(value.units())); }
    template <class Kind, class Rep>
    std::string words(Quantity<Kind, Rep> value) const {
        return text(value);
    }
    std::string words(AssetId id) const { return nth_name(genesis_.assets, id.value(), own_name); }
    std::string words(VaultTypeId id) const {
        return nth_name(genesis_.types, id.value(), [](const auto& row) { return row.vault.name; });
    }
    std::string words(UnderlyingId id) const {
        return nth_name(genesis_.clearing.underlyings, id.value(), own_name);
    }
    std::string words(CompartmentId id) const {
        return nth_name(genesis_.clearing.compartments, id.value(), own_name);
    }
    template <class Tag, class Rep>
    std::string words(Id<Tag, Rep> id) const {
        return text(static_cast<i128>(id.value()));
    }
    std::string words(pricing::Right right) const {
        return right == pricing::Right::call ? "call" : "put";
    }
    std::string words(swap::Side side) const {
        return side == swap::Side::first ? "first" : "second";
    }
    std::string words(const crypto::Key& key) const { return key_words(key); }
    template <std::size_t N>
    std::string words(const std::array<u8, N>& bytes) const {
        return hexadecimal(bytes);
    }
    template <class T>
    std::string words(const std::vector<T>& rows) const {
        std::string out = "[";
        for (const T& row : rows) out += words(row);
        return out + "]";
    }
    template <class S>
        requires requires(Sentence& sentence, const S& row) { S::fields(sentence, row); }
    std::string words(const S& row) const {
        std::string out = "(";
        Sentence within(out, genesis_, field_names<S>());
        S::fields(within, row);
        return out + ")";
    }
    static std::string rights(u8 value) {
        if (value == 0 || value > access::right::all) return text(static_cast<i128>(value));
        constexpr auto bits = list_names("trade", "withdraw", "manage");
        std::string out;
        for (std::size_t bit = 0; bit < bits.size(); ++bit) {
            if ((value >> bit & 1) == 0) continue;
            if (!out.empty()) out += "+";
            out += bits[bit];
        }
        return out;
    }

    std::string& out_;
    const Genesis& genesis_;
    std::span<const std::string_view> fields_;
    std::size_t next_ = 0;
    std::string_view field_;
};

std::string line_of(const Action& action, const Genesis& genesis) {
    std::string line(names[action.index()]);
    std::visit(
        [&]<class Request>(const Request& request) {
            Sentence sentence(line, genesis, field_names<Request>());
            Request::fields(sentence, request);
        },
        action);
    return line;
}

void append_padded(std::string& out, u64 value, std::size_t places) {
    const std::string digits = text(static_cast<i128>(value));
    if (digits.size() < places) out.append(places - digits.size(), '0');
    out += digits;
}

}  // namespace

std::span<const std::string_view> action_names() {
    return names;
}

std::vector<std::string> describe(const Transaction& transaction, const Genesis& genesis) {
    if (const auto* action = std::get_if<Action>(&transaction.body))
        return {line_of(*action, genesis)};
    const std::vector<Action>& actions = std::get<Batch>(transaction.body).actions;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        std::string line = text(static_cast<i128>(i + 1));
        line.append(" of ").append(text(static_cast<i128>(actions.size()))).append(": ");
        lines.push_back(line.append(line_of(actions[i], genesis)));
    }
    return lines;
}

std::string describe_time(u64 time) {
    if (time == 0) return "never";
    if (time > limits::time_max) return text(static_cast<i128>(time));
    // The civil date of a day, counted in eras of 400 years from March 1st of the year 0, so that
    // the leap day is the last of its year.
    constexpr u64 day_seconds = 86'400;
    constexpr u64 days_to_1970 = 719'468;
    constexpr u64 era_days = 146'097;
    const u64 days = time / day_seconds + days_to_1970;
    const u64 era = days / era_days;
    const u64 day = days % era_days;
    const u64 year = (day - day / 1'460 + day / 36'524 - day / 146'096) / 365;
    const u64 day_of_year = day - (365 * year + year / 4 - year / 100);
    const u64 march_month = (5 * day_of_year + 2) / 153;
    const u64 month = march_month < 10 ? march_month + 3 : march_month - 9;
    std::string out;
    append_padded(out, year + era * 400 + (month <= 2 ? 1 : 0), 4);
    append_padded(out += "-", month, 2);
    append_padded(out += "-", day_of_year - (153 * march_month + 2) / 5 + 1, 2);
    const u64 second = time % day_seconds;
    append_padded(out += "T", second / 3'600, 2);
    append_padded(out += ":", second / 60 % 60, 2);
    append_padded(out += ":", second % 60, 2);
    return out + "Z";
}

}  // namespace ballast::engine
