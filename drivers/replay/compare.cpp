#include <ballast/replay/compare.hpp>
#include <ballast/files/decimal.hpp>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

// What all variants together ask of a population: written into the assumptions, so that each draws
// the same.
Attempt<void> agree(Setup& base, const std::vector<Variant>& variants) {
    std::vector<std::string> ignored;
    const PathTerms& path = base.assumptions.path;
    BALLAST_TRY(const Grid grid, plan_grid(base.series, path.block_time, base.window, ignored));
    BALLAST_TRY(const World world, draw_world(base.series, grid, {}, ignored));
    PopulationTerms& terms = base.assumptions.population;
    Ratio floor;
    Amount smallest;
    std::string asset;
    for (const Variant& variant : variants) {
        const auto wanted = demands(variant.market, world, terms);
        if (!wanted) return fault("{}: {}", variant.name, wanted.error().sentence);
        floor = std::max(floor, wanted->floor);
        smallest = std::max(smallest, wanted->debt_smallest);
        if (asset.empty()) asset = wanted->asset;
    }
    if (terms.floor.zero()) terms.floor = floor;
    if (terms.debt_smallest.zero()) terms.debt_smallest = smallest;
    if (terms.asset.empty()) terms.asset = asset;
    return {};
}

}  // namespace

Attempt<std::vector<Study>> compare(Setup base, const std::vector<Variant>& variants,
                                    const VariantProgress& progress) {
    if (variants.empty()) return fault("there is nothing to compare: name at least one variant");
    if (!base.vaults) BALLAST_CHECK(agree(base, variants));
    std::vector<Study> studies;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (progress) progress(variants[i].name, i, variants.size());
        base.market = variants[i].market;
        base.market_name = variants[i].name;
        auto study = run(base);
        if (!study) return fault("{}: {}", variants[i].name, study.error().sentence);
        studies.push_back(std::move(*study));
    }
    return studies;
}

}  // namespace ballast::replay
