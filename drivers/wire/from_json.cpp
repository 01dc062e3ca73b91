#include <ballast/files/key_text.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/wire/envelope.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/trouble.hpp>
#include <ballast/wire/words.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace ballast::wire {
namespace {

constexpr std::string_view action_key = "action";

// What was found, short enough for a sentence.
std::string shown(const Json& json) {
    constexpr std::size_t longest = 64;
    if (json.is_structured()) return json.is_array() ? "a list" : "an object";
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.size() > longest ? text.substr(0, longest) + "…" : text;
}

// What an object may leave out, apart from optional fields.
template <class S>
constexpr bool may_miss(std::string_view name) {
    if constexpr (std::same_as<S, Document>) return name == "expires" || name == "batch";
    if constexpr (std::same_as<S, oracle::Report>) return name == "signature";
    return false;
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What the readers of one input share.
struct Source {
    const engine::Genesis& genesis;
    Trouble trouble;
};

void read_action(Source& source, const Json& json, engine::Action& action);

template <class S>
void read_fields(Source& source, const Json& json, S& row);

/// Reads values; says what is wrong with the first that is wrong.
class ValueReader {
public:
    ValueReader(Source& source, std::string_view name) : source_(&source), name_(name) {}

    template <Unsigned T>
    void operator()(const Json& json, T& value) {
        switch (sense_of(name_)) {
            case Sense::count:
            case Sense::size: return whole(json, value);
            case Sense::model: return named(json, List::model, value);
            case Sense::kind: return named(json, List::kind, value);
            case Sense::rights: return rights(json, value);
        }
    }
    void operator()(const Json& json, i64& value) {
        value =
            static_cast<i64>(decimal(json, decimals_of<Amount>, std::numeric_limits<i64>::max()));
    }
    void operator()(const Json& json, i128& value) {
        value = decimal(json, 0, std::numeric_limits<i128>::max());
    }
    void operator()(const Json& json, bool& value) {
        if (!json.is_boolean()) return wrong(json, "true or false");
        value = json.get<bool>();
    }
    template <class E>
        requires std::is_enum_v<E>
    void operator()(const Json& json, E& value) {
        const auto& words = EnumWords<E>::list;
        const auto found = json.is_string()
                               ? std::ranges::find(words, json.get_ref<const std::string&>())
                               : words.end();
        if (found == words.end())
            return wrong(json, fmt::format("one of {}", fmt::join(words, ", ")));
        value = static_cast<E>(found - words.begin());
    }
    template <class T, class Rep>
    void operator()(const Json& json, Id<T, Rep>& value) {
        Rep raw{};
        if constexpr (list_of<Id<T, Rep>>.has_value())
            named(json, *list_of<Id<T, Rep>>, raw);
        else
            whole(json, raw);
        value = Id<T, Rep>(raw);
    }
    template <class K, class Rep>
    void operator()(const Json& json, Quantity<K, Rep>& value) {
        using Q = Quantity<K, Rep>;
        value = Q::units(
            static_cast<Rep>(decimal(json, decimals_of<Q>, std::numeric_limits<Rep>::max())));
    }
    // The wire carries no more.
    void operator()(const Json& json, Amount& value) {
        value = Amount::units(decimal(json, decimals_of<Amount>, std::numeric_limits<i64>::max()));
    }
    void operator()(const Json& json, Ray& value) {
        if (const auto* digits = text(json, "a decimal in quotes"))
            value = taken(ray_of(*digits), Ray());
    }
    template <std::size_t N>
    void operator()(const Json& json, std::array<u8, N>& value) {
        const auto* digits = text(json, "hexadecimal digits in quotes");
        if (digits == nullptr) return;
        const Bytes bytes = taken(files::bytes_of_hex(*digits, N), Bytes(N));
        std::ranges::copy(bytes, value.begin());
    }
    void operator()(const Json& json, crypto::Key& value) {
        if (const auto* key = text(json, "a key in quotes"))
            value = taken(files::parse_key(*key), crypto::Key());
    }
    void operator()(const Json& json, engine::Action& value) { read_action(*source_, json, value); }
    template <class T>
    void operator()(const Json& json, std::vector<T>& values) {
        static_assert(list_max<T> != 0, "a list without a bound");
        values.clear();
        if (!json.is_array()) return wrong(json, "a list");
        if (json.size() > list_max<T>)
            return source_->trouble.fail(
                fmt::format("has {} elements; at most {}", json.size(), list_max<T>));
        for (const Json& element : json) {
            (*this)(element, values.emplace_back());
            if (source_->trouble.met()) return source_->trouble.within(values.size() - 1);
        }
    }
    template <class T>
    void operator()(const Json& json, std::optional<T>& value) {
        value.reset();
        if (!json.is_null()) (*this)(json, value.emplace());
    }
    template <class S>
        requires requires(ValueReader& r, S& s) { S::fields(r, s); }
    void operator()(const Json& json, S& row) {
        read_fields(*source_, json, row);
    }

private:
    void wrong(const Json& json, std::string_view expected) {
        source_->trouble.fail(fmt::format("is {}; expected {}", shown(json), expected));
    }
    const std::string* text(const Json& json, std::string_view expected) {
        if (json.is_string()) return &json.get_ref<const std::string&>();
        wrong(json, expected);
        return nullptr;
    }
    template <class T>
    T taken(files::Attempt<T> attempt, T otherwise) {
        if (attempt) return std::move(*attempt);
        source_->trouble.fail(std::move(attempt.error().sentence));
        return otherwise;
    }
    i128 decimal(const Json& json, u32 decimals, i128 most) {
        const auto* digits = text(json, "a decimal in quotes, such as \"12.5\"");
        return digits == nullptr ? 0 : taken(value_of(*digits, decimals, most), i128{0});
    }
    template <Unsigned T>
    void whole(const Json& json, T& value) {
        constexpr u64 most = std::numeric_limits<T>::max();
        u64 raw = 0;
        bool good = json.is_number_unsigned();
        if (good) raw = json.get<u64>();
        if (json.is_string()) {
            const auto& digits = json.get_ref<const std::string&>();
            const char* const end = digits.data() + digits.size();
            const auto read = std::from_chars(digits.data(), end, raw);
            good = !digits.empty() && read.ptr == end && read.ec == std::errc();
        }
        if (!good || raw > most) return wrong(json, fmt::format("a whole number up to {}", most));
        value = static_cast<T>(raw);
    }
    // A position that has no name stands as it is.
    template <Unsigned T>
    void named(const Json& json, List list, T& value) {
        const bool number = json.is_number_unsigned() &&
                            !name_at(source_->genesis, list, json.get<u64>()).has_value();
        if (number) return whole(json, value);
        const auto* name = text(json, fmt::format("the {}'s name", noun(list)));
        if (name != nullptr)
            value = static_cast<T>(taken(position_of(source_->genesis, list, *name), u64{0}));
    }
    template <Unsigned T>
    void rights(const Json& json, T& value) {
        const std::string expected = fmt::format("a list of {}", fmt::join(rights_words, ", "));
        const bool number =
            json.is_number_unsigned() && json.get<u64>() >> rights_words.size() != 0;
        if (number) return whole(json, value);
        if (!json.is_array()) return wrong(json, expected);
        value = 0;
        for (const Json& word : json) {
            const auto found =
                word.is_string()
                    ? std::ranges::find(rights_words, word.get_ref<const std::string&>())
                    : rights_words.end();
            if (found == rights_words.end()) return wrong(word, expected);
            const auto bit = static_cast<T>(1 << (found - rights_words.begin()));
            if ((value & bit) != 0) return wrong(word, "every word once");
            value = static_cast<T>(value | bit);
        }
    }

    Source* source_;
    std::string_view name_;
};

/// Reads one object, field by field.
template <class S>
class ObjectReader {
public:
    ObjectReader(Source& source, const Json& json, std::span<const std::string_view> names)
        : source_(&source), json_(&json), names_(names) {}

    template <class T>
    void operator()(T& value) {
        const std::string_view name = names_[position_++];
        if (source_->trouble.met()) return;
        const auto found = json_->find(std::string(name));
        if (found == json_->end()) {
            if (!is_optional<T> && !may_miss<S>(name))
                source_->trouble.fail(fmt::format("`{}` is missing", name));
            return;
        }
        ValueReader(*source_, name)(*found, value);
        if (source_->trouble.met()) source_->trouble.within(name);
    }

private:
    Source* source_;
    const Json* json_;
    std::span<const std::string_view> names_;
    std::size_t position_ = 0;
};

// Keys that stand in an object and mean nothing.
void refuse_unknown(Source& source, const Json& json, std::span<const std::string_view> names,
                    std::string_view besides = {}) {
    for (const auto& item : json.items()) {
        const std::string& key = item.key();
        if (std::ranges::find(names, key) != names.end()) continue;
        if (!besides.empty() && key == besides) continue;
        std::vector<std::string> known(names.begin(), names.end());
        if (!besides.empty()) known.emplace(known.begin(), besides);
        return source.trouble.fail(
            known.empty() ? fmt::format("`{}` is unknown", key)
                          : fmt::format("`{}` is unknown{}", key, market::suggestion(key, known)));
    }
}

template <class S>
void read_known(Source& source, const Json& json, S& row, std::span<const std::string_view> names,
                std::string_view besides = {}) {
    refuse_unknown(source, json, names, besides);
    ObjectReader<S> reader(source, json, names);
    S::fields(reader, row);
}
template <class S>
void read_fields(Source& source, const Json& json, S& row) {
    if (!json.is_object())
        return source.trouble.fail(fmt::format("is {}; expected an object", shown(json)));
    read_known(source, json, row, names_of<S>());
}

constexpr std::size_t kinds = std::variant_size_v<engine::Action>;
using ReadOne = void (*)(Source&, const Json&, engine::Action&);

template <std::size_t I>
void read_one(Source& source, const Json& json, engine::Action& action) {
    using T = std::variant_alternative_t<I, engine::Action>;
    read_known(source, json, action.emplace<I>(), names_of<T>(), action_key);
}
template <std::size_t... I>
constexpr std::array<ReadOne, kinds> readers(std::index_sequence<I...>) {
    return {read_one<I>...};
}

void read_action(Source& source, const Json& json, engine::Action& action) {
    static constexpr auto all = readers(std::make_index_sequence<kinds>{});
    if (!json.is_object())
        return source.trouble.fail(fmt::format("is {}; expected an object", shown(json)));
    const auto name = json.find(std::string(action_key));
    if (name == json.end()) return source.trouble.fail("`action` is missing");
    const auto names = engine::action_names();
    const auto found = name->is_string()
                           ? std::ranges::find(names, name->get_ref<const std::string&>())
                           : names.end();
    if (found == names.end())
        return source.trouble.fail(
            fmt::format("action: {} is no action{}", shown(*name),
                        market::suggestion(name->is_string() ? name->get<std::string>() : "",
                                           {names.begin(), names.end()})));
    all[static_cast<std::size_t>(found - names.begin())](source, json, action);
}

}  // namespace

files::Attempt<engine::Action> action_from_json(const Json& json, const engine::Genesis& genesis) {
    Source source{genesis, {}};
    engine::Action action;
    read_action(source, json, action);
    if (source.trouble.met()) return files::fault("{}", source.trouble.sentence());
    return action;
}

files::Attempt<engine::Transaction> transaction_from_json(const Json& json,
                                                          const engine::Genesis& genesis) {
    Source source{genesis, {}};
    Document document;
    read_fields(source, json, document);
    if (source.trouble.met()) return files::fault("{}", source.trouble.sentence());
    return transaction_of(std::move(document));
}

files::Attempt<oracle::Report> report_from_json(const Json& json, const engine::Genesis& genesis) {
    Source source{genesis, {}};
    oracle::Report report;
    read_fields(source, json, report);
    if (source.trouble.met()) return files::fault("{}", source.trouble.sentence());
    return report;
}

}  // namespace ballast::wire
