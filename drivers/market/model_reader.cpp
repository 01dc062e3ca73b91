#include <ballast/market/model_reader.hpp>
#include <ballast/market/node_values.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>

#include <limits>

namespace ballast::market {

using files::Fault;

namespace {

template <class Quantity>
Read<void> assign_scaled(const Node& node, Quantity& value, i128 most) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_scaled(text, files::money_decimals));
    if (units < -most || units > most) return complaint("is too large");
    value = Quantity::units(static_cast<typename Quantity::rep>(units));
    return {};
}

template <class Quantity>
Read<void> assign_fraction(const Node& node, Quantity& value, u32 decimals, i128 most) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_fraction(text, decimals));
    if (units < -most || units > most) return complaint("is too large");
    value = Quantity::units(static_cast<i64>(units));
    return {};
}

}  // namespace

Read<void> ModelReader::assign(const Node& node, std::string& value) {
    return read_word(node, value);
}
Read<void> ModelReader::assign(const Node& node, bool& value) {
    return read_flag(node, value);
}
Read<void> ModelReader::assign(const Node& node, u32& value) {
    return read_small(node, value);
}

Read<void> ModelReader::assign(const Node& node, Price& value) {
    return assign_scaled(node, value, limits::price_max.units());
}
Read<void> ModelReader::assign(const Node& node, Amount& value) {
    return assign_scaled(node, value, limits::amount_max.units());
}
Read<void> ModelReader::assign(const Node& node, Cash& value) {
    return assign_scaled(node, value, limits::supply_max.units());
}
Read<void> ModelReader::assign(const Node& node, Ratio& value) {
    return assign_fraction(node, value, files::ratio_decimals, limits::ratio_max.units());
}
Read<void> ModelReader::assign(const Node& node, pricing::Fine& value) {
    return assign_fraction(node, value, fine_decimals, i128{1'000'000} * pricing::fine_one);
}

Read<void> ModelReader::assign(const Node& node, Span& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(value.value, read_seconds(text));
    return {};
}

Read<void> ModelReader::assign(const Node& node, Instant& value) {
    BALLAST_TRY(const auto text, number_text(node));
    const auto time = files::parse_time(text);
    if (!time) return complaint("is no time: write \"2026-03-27T08:00:00Z\" or seconds since 1970");
    value.value = *time;
    return {};
}

Read<void> ModelReader::assign(const Node& node, SizeOf& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const i128 units, read_scaled(text, files::money_decimals));
    if (units < -limits::size_max || units > limits::size_max)
        return complaint("is too large: at most 1000000000 either way");
    value.value = static_cast<i64>(units);
    return {};
}

std::string ModelReader::under(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const Node* ModelReader::take(std::string_view key, bool needed) {
    known_.emplace_back(key);
    if (reading_->fault) return nullptr;
    const Node* node = table_->find(key);
    if (node == nullptr && needed)
        reading_->fault = Fault{fmt::format("{}: {}lacks the key {}", table_->place,
                                            path_.empty() ? "" : path_ + ": ", key)};
    return node;
}

void ModelReader::remember(const Node& node, std::string_view key) {
    reading_->origins[under(key)] = {node.place, under(key), node.scalar() ? node.text : ""};
}

void ModelReader::fail(const Node& node, std::string_view key, std::string_view what) {
    const std::string value = node.scalar() ? fmt::format("'{}' ", node.text) : std::string();
    reading_->fault = Fault{fmt::format("{}: {}: {}{}", node.place, under(key), value, what)};
}

void ModelReader::finish() {
    if (reading_->fault) return;
    for (const Member& member : table_->members) {
        if (std::ranges::find(known_, member.key) != known_.end()) continue;
        reading_->fault = Fault{fmt::format("{}: {}: is no key here{}", member.value.place,
                                            under(member.key), suggestion(member.key, known_))};
        return;
    }
}

files::Fault model_fault(const ModelReading& reading, const Node& root, const TermsFault& fault) {
    for (std::string path = fault.key; !path.empty();) {
        const auto found = reading.origins.find(path);
        if (found != reading.origins.end()) {
            const ModelOrigin& origin = found->second;
            if (origin.text.empty())
                return Fault{fmt::format("{}: {}: {}", origin.place, fault.key, fault.what)};
            return Fault{fmt::format("{}: {}: '{}' {}", origin.place, fault.key, origin.text,
                                     rule_of(fault.what))};
        }
        const auto cut = path.find_last_of(".[");
        path.resize(cut == std::string::npos ? 0 : cut);
    }
    return Fault{fmt::format("{}: {}: {}", root.place, fault.key, fault.what)};
}

}  // namespace ballast::market
