#include <ballast/portfolio/terms.hpp>

namespace ballast::portfolio {

namespace {

constexpr Ratio whole = Ratio::units(ratio_one);

std::optional<TermsFault> validate_curve(const Terms& terms) {
    if (auto fault = outside("top", terms.top, Ratio(), whole)) return fault;
    if (auto fault = outside("knee", terms.knee, Ratio(), terms.top)) return fault;
    const auto longest = static_cast<i128>(leg_seconds_max);
    const auto seconds = [&](const char* key, u64 value, i128 least) {
        return outside(key, static_cast<i128>(value), least, longest);
    };
    if (auto fault = seconds("fast_seconds", terms.fast_seconds, 0)) return fault;
    if (auto fault = seconds("slow_seconds", terms.slow_seconds, 1)) return fault;
    return seconds("insolvent_seconds", terms.insolvent_seconds, 1);
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms) {
    if (auto fault = validate_curve(terms)) return fault;
    if (auto fault = outside("buffer", terms.buffer, Ratio(), whole)) return fault;
    if (auto fault = outside("keeper_margin", terms.keeper_margin, Ratio(), limits::ratio_max))
        return fault;
    if (auto fault = outside("fee", terms.fee, Ratio(), whole)) return fault;
    if (auto fault = outside("fraction_min", terms.fraction_min, Ratio(), whole)) return fault;
    const i128 most = cash_max.units();
    if (auto fault = outside("remainder_min", terms.remainder_min.units(), i128{0}, most))
        return fault;
    return outside("tip", terms.tip.units(), i128{0}, most);
}

}  // namespace ballast::portfolio
