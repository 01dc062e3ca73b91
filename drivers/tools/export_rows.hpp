/// The rows of the state in words; see export.hpp.
#pragma once

#include <ballast/engine/machine.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <string_view>
#include <vector>

namespace ballast::tools {

using Json = nlohmann::ordered_json;

/// One list of an export.
struct Section {
    std::string_view name;
    std::function<u32(const engine::Machine&)> size;
    std::function<Json(const engine::Machine&, u32 row)> row;
};

/// All of them, in the order in which they are written.
[[nodiscard]] std::vector<Section> sections();
/// Those of margin accounts and liquidity.
[[nodiscard]] std::vector<Section> clearing_sections();

}  // namespace ballast::tools
