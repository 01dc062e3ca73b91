#include <ballast/treasury/treasury.hpp>

namespace ballast::treasury {

void open_compartments(const Terms& terms, State& state) {
    BALLAST_ASSERT(state.compartments.size() == 0);
    for (std::size_t i = 0; i < terms.compartments.size(); ++i) state.compartments.push({});
}

Amount bad_debt(const Terms& terms, const State& state, AssetId synthetic) {
    Amount sum;
    for (u32 key = 0; key < terms.compartments.size(); ++key)
        if (terms.compartments[key].synthetic == synthetic) sum += state.compartments[key].bad_debt;
    return sum;
}

}  // namespace ballast::treasury
