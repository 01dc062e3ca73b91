#include <ballast/tools/digests.hpp>
#include <ballast/engine/tables.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/digest_text.hpp>
#include <ballast/tools/process.hpp>

#include <algorithm>

namespace ballast::tools {
namespace {

/// Throws where the text is none.
crypto::Digest digest_from(const nlohmann::json& json) {
    const auto digest = read_digest(json.get<std::string>());
    if (!digest) throw std::invalid_argument(digest.error().sentence);
    return *digest;
}

Digests digests_from(const nlohmann::json& json) {
    Digests digests;
    digests.height = json.at("height").get<u64>();
    digests.root = digest_from(json.at("root"));
    digests.recorded = digest_from(json.at("recorded"));
    for (const std::string_view name : engine::table_names)
        digests.tables.push_back(json.at("tables").contains(name)
                                     ? digest_from(json.at("tables").at(std::string(name)))
                                     : crypto::Digest{});
    return digests;
}

/// The place in `a` and `b`, which were asked for the same heights, of the first that differs or
/// that only one of them reaches; their common length where there is none.
std::size_t parting(const Trace& a, const Trace& b) {
    std::size_t i = 0;
    while (i < a.heights.size() && i < b.heights.size() && a.heights[i].root == b.heights[i].root)
        ++i;
    return i;
}

void note_stops(const Trace& a, const Trace& b, BuildDifference& difference) {
    difference.notes.clear();
    if (!a.stopped.empty()) difference.notes.push_back("this build stops: " + a.stopped);
    if (!b.stopped.empty()) difference.notes.push_back("the other build stops: " + b.stopped);
}

void name_tables(BuildDifference& difference) {
    for (std::size_t i = 0; i < difference.a.tables.size(); ++i)
        if (difference.a.tables[i] != difference.b.tables[i])
            difference.tables.emplace_back(engine::table_name(i));
}

}  // namespace

files::Attempt<Trace> digests(const History& history, Range range,
                              const std::function<void(u64)>& progress) {
    if (range.to == 0 || range.to > history.last()) range.to = history.last();
    range.from = std::max({range.from, history.base(), u64{1}});
    BALLAST_TRY(engine::Machine machine, history.start(history.base()));
    Trace trace;
    // A snapshot counts only with the root that is recorded for it.
    if (range.has(machine.height()))
        trace.heights.push_back(
            {machine.height(), machine.root(), machine.root(), machine.header().tables});
    const auto done =
        walk(history, machine, range.to,
             [&](const engine::Machine& now, const engine::Record& record) -> files::Attempt<void> {
                 if (progress) progress(now.height());
                 if (range.has(now.height()))
                     trace.heights.push_back(
                         {now.height(), now.root(), record.root, now.header().tables});
                 return {};
             });
    if (!done) trace.stopped = done.error().sentence;
    return trace;
}

nlohmann::ordered_json to_json(const Trace& trace) {
    nlohmann::ordered_json answer{{"stopped", trace.stopped}};
    auto& heights = answer["heights"] = nlohmann::ordered_json::array();
    for (const Digests& digests : trace.heights) {
        nlohmann::ordered_json tables = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < digests.tables.size(); ++i)
            tables[std::string(engine::table_name(i))] = files::hex_text(digests.tables[i]);
        heights.push_back({{"height", digests.height},
                           {"root", files::hex_text(digests.root)},
                           {"recorded", files::hex_text(digests.recorded)},
                           {"tables", std::move(tables)}});
    }
    return answer;
}

files::Attempt<Trace> trace_of(const std::string& text) try {
    const nlohmann::json json = nlohmann::json::parse(text);
    Trace trace;
    trace.stopped = json.at("stopped").get<std::string>();
    for (const auto& digests : json.at("heights")) trace.heights.push_back(digests_from(digests));
    return trace;
} catch (const std::exception& wrong) {
    return files::fault("is no output of ballast hash --json: {}", wrong.what());
}

files::Attempt<BuildDifference> bisect_builds(const Build& a, const Build& b, Range range,
                                              u64 samples) {
    BuildDifference difference;
    while (true) {
        ++difference.rounds;
        range.every = std::max<u64>(1, (range.to - range.from) / samples);
        BALLAST_TRY(const Trace left, a(range));
        BALLAST_TRY(const Trace right, b(range));
        note_stops(left, right, difference);
        const std::size_t place = parting(left, right);
        const bool in_a = place < left.heights.size();
        const bool in_b = place < right.heights.size();
        if (!in_a && !in_b) {
            difference.reached = place == 0 ? range.from - 1 : left.heights.back().height;
            const bool whole = left.stopped.empty() && right.stopped.empty();
            if (whole || place == 0 || range.every == 1 || difference.reached >= range.to)
                return difference;
            // Both stop before the next height that was asked for: at one block, or at two.
            range.from = difference.reached + 1;
            range.to = std::min(range.to, difference.reached + range.every);
            continue;
        }
        difference.found = true;
        difference.a = in_a ? left.heights[place] : Digests{};
        difference.b = in_b ? right.heights[place] : Digests{};
        difference.height = std::max(difference.a.height, difference.b.height);
        if (range.every == 1 || place == 0) {
            if (in_a && in_b) name_tables(difference);
            return difference;
        }
        range.from = left.heights[place - 1].height + 1;
        range.to = difference.height;
    }
}

Build other_build(const std::filesystem::path& program, const std::filesystem::path& history) {
    return [program, history](Range range) -> files::Attempt<Trace> {
        BALLAST_TRY(const Output output,
                    run_program({program.string(), "hash", history.string(), "--from",
                                 std::to_string(range.from), "--to", std::to_string(range.to),
                                 "--every", std::to_string(range.every), "--json"}));
        auto trace = trace_of(output.text);
        if (!trace)
            return files::fault("{} (exit code {}): {}", program.string(), output.code,
                                trace.error().sentence);
        return std::move(*trace);
    };
}

}  // namespace ballast::tools
