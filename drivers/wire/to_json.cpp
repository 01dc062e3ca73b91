#include <ballast/files/key_text.hpp>
#include <ballast/wire/envelope.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/words.hpp>

namespace ballast::wire {
namespace {

/// Writes one object, field by field.
class ObjectWriter {
public:
    ObjectWriter(Json& out, const engine::Genesis& genesis, std::span<const std::string_view> names)
        : out_(&out), genesis_(&genesis), names_(names) {}

    template <class T>
    void operator()(const T& value) {
        name_ = names_[position_++];
        Json made = json(value);
        if (!made.is_null()) (*out_)[std::string(name_)] = std::move(made);
    }

private:
    // A position without a name is shown as it is.
    Json named(List list, u64 position) {
        const auto name = name_at(*genesis_, list, position);
        return name ? Json(*name) : Json(position);
    }

    template <Unsigned T>
    Json json(const T& value) {
        switch (sense_of(name_)) {
            case Sense::count:
            case Sense::size: return value;
            case Sense::model: return named(List::model, value);
            case Sense::kind: return named(List::kind, value);
            case Sense::rights: return rights(value);
        }
        return {};
    }
    Json rights(u64 bits) {
        if (bits >> rights_words.size() != 0) return bits;
        Json list = Json::array();
        for (std::size_t bit = 0; bit < rights_words.size(); ++bit)
            if ((bits >> bit & 1) != 0) list.push_back(rights_words[bit]);
        return list;
    }
    Json json(const i64& value) { return decimal_of(value, decimals_of<Amount>); }
    Json json(const i128& value) { return decimal_of(value, 0); }
    Json json(const bool& value) { return value; }
    template <class E>
        requires std::is_enum_v<E>
    Json json(const E& value) {
        return EnumWords<E>::list[std::to_underlying(value)];
    }
    template <class T, class Rep>
    Json json(const Id<T, Rep>& value) {
        if constexpr (list_of<Id<T, Rep>>.has_value())
            return named(*list_of<Id<T, Rep>>, value.value());
        else
            return value.value();
    }
    template <class K, class Rep>
    Json json(const Quantity<K, Rep>& value) {
        return decimal_of(value.units(), decimals_of<Quantity<K, Rep>>);
    }
    Json json(const Ray& value) { return decimal_of(value); }
    template <std::size_t N>
    Json json(const std::array<u8, N>& value) {
        return files::hex_of(value);
    }
    Json json(const crypto::Key& value) { return files::key_text(value); }
    Json json(const engine::Action& value) { return to_json(value, *genesis_); }
    template <class T>
    Json json(const std::vector<T>& values) {
        Json list = Json::array();
        for (const T& value : values) list.push_back(json(value));
        return list;
    }
    template <class T>
    Json json(const std::optional<T>& value) {
        return value ? json(*value) : Json();
    }
    template <class S>
        requires requires(ObjectWriter& w, const S& s) { S::fields(w, s); }
    Json json(const S& row) {
        Json object = Json::object();
        ObjectWriter inner(object, *genesis_, names_of<S>());
        S::fields(inner, row);
        return object;
    }

    Json* out_;
    const engine::Genesis* genesis_;
    std::span<const std::string_view> names_;
    std::size_t position_ = 0;
    std::string_view name_;
};

template <class S>
void write_fields(Json& object, const S& row, const engine::Genesis& genesis) {
    ObjectWriter writer(object, genesis, names_of<S>());
    S::fields(writer, row);
}

}  // namespace

Json to_json(const engine::Action& action, const engine::Genesis& genesis) {
    Json object{{"action", engine::action_names()[action.index()]}};
    std::visit([&](const auto& row) { write_fields(object, row, genesis); }, action);
    return object;
}

Json to_json(const engine::Transaction& transaction, const engine::Genesis& genesis) {
    Json object = Json::object();
    write_fields(object, document_of(transaction), genesis);
    return object;
}

Json to_json(const oracle::Report& report, const engine::Genesis& genesis) {
    Json object = Json::object();
    write_fields(object, report, genesis);
    return object;
}

}  // namespace ballast::wire
