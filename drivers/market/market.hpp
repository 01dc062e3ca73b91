/// The door to market files: TOML in, the genesis of the machine out.  The reference of every key
/// is docs/methods/market.md.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/market/overrides.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::market {

using Overrides = std::vector<Override>;

/// Reads each `key=value`; see overrides.hpp for the paths.
[[nodiscard]] files::Attempt<Overrides> parse_overrides(const std::vector<std::string>& arguments);

/// The market of a file, with the overrides made, and without fault by the machine's own rules
/// (engine::validate).  A fault names the file and line (or the override), the key in the words of
/// the file, the value as written, and what is allowed.
[[nodiscard]] files::Attempt<engine::Genesis> load_market(const std::filesystem::path& path,
                                                          const Overrides& overrides = {});

/// The same over text in memory; `name` stands for the file.
[[nodiscard]] files::Attempt<engine::Genesis> read_market(std::string_view text,
                                                          const std::string& name,
                                                          const Overrides& overrides = {});

/// The market of a tree that has everything in it but the margin models that it names, whose files
/// are looked for from `folder`.
[[nodiscard]] files::Attempt<engine::Genesis> market_of(Node root, const Overrides& overrides,
                                                        const std::filesystem::path& folder);

/// Writes a market as a file that reads as the same market, every term in it.
[[nodiscard]] std::string market_text(const engine::Genesis& genesis);

}  // namespace ballast::market
