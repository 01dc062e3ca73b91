/// The same crash and the same population under several designs.
#pragma once

#include <ballast/replay/study.hpp>

namespace ballast::replay {

struct Variant {
    std::string name;
    engine::Genesis market;
};

/// Called with the variant, its position and how many there are.
using VariantProgress =
    std::function<void(const std::string& name, std::size_t position, std::size_t total)>;

/// Runs `base` once per variant (its own market is ignored).  A population that is drawn is drawn
/// once: above the highest liquidation ratio of all variants, unless population.floor says
/// otherwise, and with no debt under the highest minimum.
[[nodiscard]] files::Attempt<std::vector<Study>> compare(Setup base,
                                                         const std::vector<Variant>& variants,
                                                         const VariantProgress& progress = {});

}  // namespace ballast::replay
