/// What a build makes of a history: the root and the digest of every table after chosen blocks.
/// Two builds are compared by it.
#pragma once

#include <ballast/tools/history.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ballast::tools {

/// Which heights are wanted: `from`, then every `every`-th, and `to` itself.
struct Range {
    u64 from = 1;
    u64 to = 0;  ///< 0: the last.
    u64 every = 1;

    [[nodiscard]] bool has(u64 height) const {
        return height == to || (height >= from && height <= to && (height - from) % every == 0);
    }
};

/// What the state is after one block.
struct Digests {
    u64 height = 0;
    crypto::Digest root{};
    crypto::Digest recorded{};           ///< What the history says.
    std::vector<crypto::Digest> tables;  ///< By place in engine::table_names.
};

struct Trace {
    std::vector<Digests> heights;
    std::string stopped;  ///< Why it does not reach the end; empty: it does.
};

/// Replays from genesis, or from the oldest snapshot, which is shown too, by this build's rules
/// alone: a root that differs from the recorded one stops nothing.  A fault where nothing can be
/// replayed at all.
[[nodiscard]] files::Attempt<Trace> digests(const History& history, Range range,
                                            const std::function<void(u64)>& progress = {});

/// As `ballast hash --json` prints it, and back.  A text that is none is a fault.
[[nodiscard]] nlohmann::ordered_json to_json(const Trace& trace);
[[nodiscard]] files::Attempt<Trace> trace_of(const std::string& text);

/// Asks one build for its digests over a range.
using Build = std::function<files::Attempt<Trace>(Range)>;

/// The first height and the tables in which two builds differ on one history.
struct BuildDifference {
    bool found = false;
    u64 height = 0;
    Digests a, b;
    std::vector<std::string> tables;  ///< Names of those that differ.
    u64 reached = 0;                  ///< Where there is none: the last height of both.
    std::vector<std::string> notes;   ///< Which build stops where and why.
    u64 rounds = 0;                   ///< Replays of each build.
};

/// Narrows the range by `samples` heights at a time.  Heights after one that differs are taken to
/// differ too.
[[nodiscard]] files::Attempt<BuildDifference> bisect_builds(const Build& a, const Build& b,
                                                            Range range, u64 samples = 1000);

/// The build at `program`, which is run as `PROGRAM hash PATH …`.
[[nodiscard]] Build other_build(const std::filesystem::path& program,
                                const std::filesystem::path& history);

}  // namespace ballast::tools
