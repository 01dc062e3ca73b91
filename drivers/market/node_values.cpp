#include <ballast/market/node_values.hpp>

#include <limits>

namespace ballast::market {

Read<std::string_view> number_text(const Node& node) {
    if (node.kind == NodeKind::word || node.kind == NodeKind::number)
        return std::string_view(node.text);
    return complaint("must be a number");
}

Read<void> read_word(const Node& node, std::string& value) {
    if (node.kind != NodeKind::word) return complaint("must be text in quotes");
    value = node.text;
    return {};
}

Read<void> read_flag(const Node& node, bool& value) {
    if (!node.scalar() || (node.text != "true" && node.text != "false"))
        return complaint("must be true or false");
    value = node.text == "true";
    return {};
}

Read<void> read_small(const Node& node, u32& value) {
    BALLAST_TRY(const auto text, number_text(node));
    BALLAST_TRY(const u64 count, read_count(text, std::numeric_limits<u32>::max()));
    value = static_cast<u32>(count);
    return {};
}

std::string_view rule_of(std::string_view what) {
    constexpr std::string_view opening = "is ";
    constexpr std::string_view figures = "-0123456789";
    const auto comma = what.find(", ");
    if (what.starts_with(opening) && comma != std::string_view::npos &&
        figures.find(what[opening.size()]) != std::string_view::npos)
        what.remove_prefix(comma + 2);
    return what;
}

}  // namespace ballast::market
