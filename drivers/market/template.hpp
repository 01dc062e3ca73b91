/// Templates: a design without assets, which a study fills with those that it has prices of.
///
/// A template is a market file in which
///   - a vault type may take `collateral = "each"` and is then made once for every collateral of
///     the study, its name having "{asset}" in it;
///   - [feed_default] and [rate_feed_default] hold the keys of feeds; who reports is the study's;
///   - quorum_count, quorum_weight, live_count and settlement_count may be "one", "half",
///     "majority" or "all" of the venues of the feed.
/// A whole market may be filled as well: its publishers are replaced by the study's venues, and
/// vault types whose collateral or debt has no price are left out, with a note.
#pragma once

#include <ballast/market/market.hpp>

#include <optional>

namespace ballast::market {

/// A design, read but not filled.
struct Template {
    std::string name;   ///< What it calls itself.
    std::string place;  ///< Its file.
    Node root;
    Overrides overrides;
};

/// An asset of a study and the venues that price it.
struct Priced {
    std::string asset;                ///< "ETH".
    std::vector<std::string> venues;  ///< Each becomes a publisher of its name; at least one.
    std::string quote;                ///< What it is priced in: empty or "USD" for the dollar, else
                                      ///< another asset of the study ("ETH" for stETH, "USDT").
};

/// What a study has.
struct Instance {
    std::string name;                ///< Of the market; empty: the template's.
    u64 time = 0;                    ///< Of block 0.
    std::vector<Priced> collateral;  ///< AssetId i is the i-th of these.
    std::vector<Priced> quotes;      ///< Priced, but not locked: USDT, USDC.
    std::vector<Priced> rates;       ///< Units of `quote` per unit of `asset`, for yield-bearing
                                     ///< collateral; `quote` needs a price, `asset` does not.
    std::optional<std::string> synthetic;  ///< Another name for the template's one synthetic.
    std::optional<Priced> governance;  ///< Without it there is no governance token and no auction
                                       ///< of the treasury.
};

/// The name of the feed of a price: "ETH/USD", "STETH/ETH"; of a rate: "WSTETH/STETH rate".
[[nodiscard]] std::string price_feed_name(const Priced& priced);
[[nodiscard]] std::string rate_feed_name(const Priced& priced);

/// Whether a tree can only be a template.
[[nodiscard]] bool is_template(const Node& root);

/// Reads a template.  Its keys are judged when it is filled.
[[nodiscard]] files::Attempt<Template> load_template(const std::filesystem::path& path,
                                                     const Overrides& overrides = {});

/// The market of a study.  Overrides are made in the words of the filled market
/// ("vault_type.ETH-A.minimum_ratio").  `notes` gets a sentence for all that was left out.  Assets
/// are compared without regard to case and carry the study's spelling.
[[nodiscard]] files::Attempt<engine::Genesis> instantiate(const Template& design,
                                                          const Instance& instance,
                                                          std::vector<std::string>& notes);

/// A study of ether and bitcoin at two venues, to show and check templates with.
[[nodiscard]] Instance sample_instance();

/// Names of the presets in a directory (files *.toml without the ending), sorted.
[[nodiscard]] std::vector<std::string> list_presets(const std::filesystem::path& directory);

/// The file that `argument` means: a file that exists, or the name of a preset in `directory`.  A
/// fault names the nearest preset and lists all.
[[nodiscard]] files::Attempt<std::filesystem::path> find_market(
    const std::string& argument, const std::filesystem::path& directory);

}  // namespace ballast::market
