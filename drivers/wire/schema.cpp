#include <ballast/wire/envelope.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/words.hpp>

#include <limits>

namespace ballast::wire {
namespace {

Json decimal_schema(u32 decimals, bool negative) {
    return {{"type", "string"},
            {"pattern", fmt::format("^{}[0-9]+(\\.[0-9]+)?$", negative ? "-?" : "")},
            {"description", decimals == 0 ? "whole number"
                                          : fmt::format("decimal with at most {} digits after the "
                                                        "point",
                                                        decimals)}};
}
Json name_schema(List list) {
    return {{"type", "string"}, {"description", fmt::format("the {}'s name", noun(list))}};
}
template <class Words>
Json words_schema(const Words& words) {
    Json list = Json::array();
    for (const std::string_view word : words) list.push_back(word);
    return {{"type", "string"}, {"enum", std::move(list)}};
}
Json hex_schema(std::size_t bytes) {
    return {{"type", "string"}, {"pattern", fmt::format("^(0x)?[0-9a-fA-F]{{{}}}$", 2 * bytes)}};
}
template <class T>
Json whole_schema() {
    Json schema{{"type", "integer"}, {"minimum", 0}, {"maximum", std::numeric_limits<T>::max()}};
    // Readers of JSON that know only binary fractions lose digits of these.
    if (sizeof(T) == 8) schema["type"] = {"integer", "string"};
    return schema;
}

/// Describes the fields of one object.
class SchemaWriter {
public:
    explicit SchemaWriter(std::span<const std::string_view> names) : names_(names) {}

    template <class T>
    void operator()(const T& value) {
        name_ = names_[position_++];
        properties_[std::string(name_)] = schema(value);
        if (required(value)) required_.push_back(name_);
    }
    [[nodiscard]] Json object() && {
        return {{"type", "object"},
                {"properties", std::move(properties_)},
                {"required", std::move(required_)},
                {"additionalProperties", false}};
    }
    void constant(std::string_view name, std::string_view word) {
        properties_[std::string(name)] = Json{{"const", word}};
        required_.push_back(name);
    }
    void may_miss(std::string_view name) {
        for (auto at = required_.begin(); at != required_.end(); ++at)
            if (*at == name) return void(required_.erase(at));
    }

private:
    template <class T>
    static bool required(const T&) {
        return true;
    }
    template <class T>
    static bool required(const std::optional<T>&) {
        return false;
    }

    template <Unsigned T>
    Json schema(const T&) {
        switch (sense_of(name_)) {
            case Sense::count:
            case Sense::size: return whole_schema<T>();
            case Sense::model: return name_schema(List::model);
            case Sense::kind: return name_schema(List::kind);
            case Sense::rights:
                return {{"type", "array"},
                        {"items", words_schema(rights_words)},
                        {"uniqueItems", true}};
        }
        return {};
    }
    Json schema(const i64&) { return decimal_schema(decimals_of<Amount>, true); }
    Json schema(const i128&) { return decimal_schema(0, true); }
    Json schema(const bool&) { return {{"type", "boolean"}}; }
    template <class E>
        requires std::is_enum_v<E>
    Json schema(const E&) {
        return words_schema(EnumWords<E>::list);
    }
    template <class T, class Rep>
    Json schema(const Id<T, Rep>&) {
        if constexpr (list_of<Id<T, Rep>>.has_value())
            return name_schema(*list_of<Id<T, Rep>>);
        else
            return whole_schema<Rep>();
    }
    template <class K, class Rep>
    Json schema(const Quantity<K, Rep>&) {
        return decimal_schema(decimals_of<Quantity<K, Rep>>, std::numeric_limits<Rep>::min() < 0);
    }
    template <std::size_t N>
    Json schema(const std::array<u8, N>&) {
        return hex_schema(N);
    }
    Json schema(const crypto::Key&) {
        return {{"type", "string"},
                {"pattern", "^(ed25519:[0-9a-fA-F]{64}|ethereum:0x[0-9a-fA-F]{40})$"}};
    }
    Json schema(const engine::Action&) { return action_schema(); }
    template <class T>
    Json schema(const std::vector<T>&) {
        return {{"type", "array"}, {"items", schema(T{})}, {"maxItems", list_max<T>}};
    }
    template <class T>
    Json schema(const std::optional<T>&) {
        return {{"anyOf", {schema(T{}), Json{{"type", "null"}}}}};
    }
    template <class S>
        requires requires(SchemaWriter& w, const S& s) { S::fields(w, s); }
    Json schema(const S& row) {
        SchemaWriter inner(names_of<S>());
        S::fields(inner, row);
        return std::move(inner).object();
    }

    std::span<const std::string_view> names_;
    std::size_t position_ = 0;
    std::string_view name_;
    Json properties_ = Json::object();
    Json required_ = Json::array();
};

constexpr std::size_t kinds = std::variant_size_v<engine::Action>;

template <std::size_t I>
Json one_action() {
    using T = std::variant_alternative_t<I, engine::Action>;
    const T none{};
    SchemaWriter writer(names_of<T>());
    writer.constant("action", engine::action_names()[I]);
    T::fields(writer, none);
    return std::move(writer).object();
}
template <std::size_t... I>
constexpr std::array<Json (*)(), kinds> makers(std::index_sequence<I...>) {
    return {one_action<I>...};
}

}  // namespace

Json action_schema(std::size_t index) {
    static constexpr auto all = makers(std::make_index_sequence<kinds>{});
    return all[index]();
}

Json action_schema() {
    Json list = Json::array();
    for (std::size_t i = 0; i < kinds; ++i) list.push_back(action_schema(i));
    return {{"oneOf", std::move(list)}};
}

Json transaction_schema() {
    const Document none;
    SchemaWriter writer(names_of<Document>());
    Document::fields(writer, none);
    writer.may_miss("expires");
    writer.may_miss("batch");
    return std::move(writer).object();
}

Json report_schema() {
    const oracle::Report none;
    SchemaWriter writer(names_of<oracle::Report>());
    oracle::Report::fields(writer, none);
    writer.may_miss("signature");
    return std::move(writer).object();
}

}  // namespace ballast::wire
