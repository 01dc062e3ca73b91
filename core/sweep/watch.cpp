#include <ballast/sweep/watch.hpp>

namespace ballast::sweep {

Watch::Watch(u32 underlyings, u32 levels)
    : levels_(levels), bands_(underlyings), ladders_(underlyings) {
    BALLAST_ASSERT(0 < levels && levels <= levels_max);
}

void Watch::move(UnderlyingId underlying, const Coordinates& now, std::vector<u32>& out) {
    Ladder& ladder = ladders_[underlying.value()];
    ladder.stale = ladder.stale || !ladder.regions[0].holds(now);
    const auto before = static_cast<std::ptrdiff_t>(out.size());
    bands_.leave(underlying, now, out);
    std::sort(out.begin() + before, out.end());
}

/// Bands are opened when their first account comes.
BandId Watch::band(UnderlyingId underlying, u32 level) {
    Ladder& ladder = ladders_[underlying.value()];
    if (!bands_.stands(ladder.bands[level]) || ladder.bands[level].number == 0)
        ladder.bands[level] = bands_.open(underlying, ladder.regions[level]);
    return ladder.bands[level];
}

void Watch::expire(UnderlyingId underlying) {
    Ladder& ladder = ladders_[underlying.value()];
    for (u32 level = 0; level < levels_; ++level) {
        bands_.close(ladder.bands[level]);
        ladder.bands[level] = {underlying, 0, 0};
    }
}

}  // namespace ballast::sweep
