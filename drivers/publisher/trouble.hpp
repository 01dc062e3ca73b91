/// What may go wrong with a publisher, on purpose: reports that come late, are lost, stay away or
/// are wrong.  All of it follows from a seed.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace ballast::publisher {

/// Nothing is reported from `start` seconds after the beginning on, for `length` seconds.
struct Outage {
    u64 start = 0;
    u64 length = 0;
};

struct Trouble {
    u64 seed = 1;
    u64 jitter_seconds = 0;  ///< A report is up to so much old when it is sent, evenly.
    std::vector<Outage> outages;
    Ratio drop;  ///< The share of reports that are lost, from 0 to 1.
    Ratio bias;  ///< Added to every price, as a part of it; more than -1.
};

/// The fate of one report.
struct Fate {
    bool sent = true;
    u64 late_seconds = 0;  ///< Age at which it is sent.
};

/// What becomes of what is seen of `feed` so many seconds after the beginning: the same answer for
/// the same seed, feed and time, whatever was asked before.
[[nodiscard]] Fate fate_of(const Trouble& trouble, std::string_view feed, u64 elapsed);

/// price * (1 + bias), rounded down, from one unit to the largest price.
[[nodiscard]] Price biased(Price price, Ratio bias);

/// Reads `START:LENGTH`, both as durations ("10m:90s"); 0 may be the start.  A fault names what is
/// wrong.
[[nodiscard]] files::Attempt<Outage> parse_outage(std::string_view text);

}  // namespace ballast::publisher
