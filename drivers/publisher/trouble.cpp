#include <ballast/publisher/trouble.hpp>

#include <ballast/files/time.hpp>
#include <ballast/math/money.hpp>
#include <ballast/replay/random.hpp>

#include <algorithm>

namespace ballast::publisher {

Fate fate_of(const Trouble& trouble, std::string_view feed, u64 elapsed) {
    Fate fate;
    replay::Random random(fmt::format("publisher/{}/{}/{}", trouble.seed, feed, elapsed));
    const u64 lost = random.below(ratio_one);
    if (trouble.jitter_seconds > 0) fate.late_seconds = random.below(trouble.jitter_seconds + 1);
    fate.sent = static_cast<i64>(lost) >= trouble.drop.units();
    for (const Outage& outage : trouble.outages)
        if (elapsed >= outage.start && elapsed - outage.start < outage.length) fate.sent = false;
    return fate;
}

Price biased(Price price, Ratio bias) {
    if (bias.zero()) return price;
    return std::max(Price::units(1),
                    math::portion(price, Ratio::units(ratio_one + bias.units()), Round::down));
}

files::Attempt<Outage> parse_outage(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return files::fault("'{}' is not START:LENGTH, such as 10m:90s", text);
    const std::string_view start = text.substr(0, colon);
    const std::string_view length = text.substr(colon + 1);
    const auto from = start == "0" ? std::optional<u64>(0) : files::parse_duration(start);
    const auto seconds = files::parse_duration(length);
    if (!from) return files::fault("'{}': the start '{}' is not a time such as 10m", text, start);
    if (!seconds)
        return files::fault("'{}': the length '{}' is not a time such as 90s", text, length);
    return Outage{*from, *seconds};
}

}  // namespace ballast::publisher
