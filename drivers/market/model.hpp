/// The door to margin models as files: TOML in, a model of the machine out.  The reference of every
/// key is docs/methods/margin.md.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/margin/margin.hpp>
#include <ballast/market/tree.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::market {

/// What a model is read for: names by AssetId and by UnderlyingId.
struct ModelNames {
    std::vector<std::string> assets;
    std::vector<std::string> underlyings;
};

/// The model of a file, without fault by its own rules (margin::validate).  Entries of assets and
/// underlyings that `names` does not have are passed over; "*" stands for those without an entry.
/// A fault names the file and line, the key, the value as written, and what is allowed.
[[nodiscard]] files::Attempt<margin::Model> load_model(const std::filesystem::path& path,
                                                       const ModelNames& names);

/// The same over text in memory; `name` stands for the file.
[[nodiscard]] files::Attempt<margin::Model> read_model(std::string_view text,
                                                       const std::string& name,
                                                       const ModelNames& names);

/// The names of the models in a folder, sorted: its .toml files without the ending.
[[nodiscard]] std::vector<std::string> list_models(const std::filesystem::path& folder);

/// The terms of a model by scenarios (`by = "scenarios"`).
[[nodiscard]] files::Attempt<scenario::Terms> scenario_terms(const Node& root,
                                                             const ModelNames& names);

}  // namespace ballast::market
