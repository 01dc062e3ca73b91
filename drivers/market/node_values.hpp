/// What the readers of market files and of model files read alike: a node as a plain value, and the
/// rule of a fault.
#pragma once

#include <ballast/market/numbers.hpp>
#include <ballast/market/tree.hpp>

namespace ballast::market {

/// The digits as they were written.
[[nodiscard]] Read<std::string_view> number_text(const Node& node);

[[nodiscard]] Read<void> read_word(const Node& node, std::string& value);
[[nodiscard]] Read<void> read_flag(const Node& node, bool& value);
[[nodiscard]] Read<void> read_small(const Node& node, u32& value);

/// The rule of a fault without the value, which is shown as it was written.
[[nodiscard]] std::string_view rule_of(std::string_view what);

}  // namespace ballast::market
