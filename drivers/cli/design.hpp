/// What replay and compare share: from the words of a command line to a study's data and the
/// markets to run on them.
#pragma once

#include <ballast/cli/refusal.hpp>
#include <ballast/market/template.hpp>
#include <ballast/replay/gather.hpp>

namespace ballast::cli {

/// The options that replay and compare have in common.
struct StudyOptions {
    std::string scenario;
    std::vector<std::string> prices;
    std::string vaults;
    std::vector<std::string> settings;  ///< --set, of the replay and of the market alike.
    std::string from;
    std::string to;
    std::string seed;
    std::string block_time;
    std::string keepers;
    std::string population;
    std::string out;
    u64 every = 1;
    bool json = false;
    bool progress = false;
    bool require_backed = false;
    bool list_settings = false;
};

void add_study_options(CLI::App* command, StudyOptions& options);

/// The request without a market, and the settings that are the market's.
struct Study {
    replay::Setup setup;
    std::vector<std::string> market_settings;
};
[[nodiscard]] Answer<Study> gather_study(const StudyOptions& options);

/// The market that `name` (a preset or a file) makes of the study's assets; `notes` of the setup
/// tell what was left out.
[[nodiscard]] Answer<engine::Genesis> market_for(const Study& study, const std::string& name,
                                                 std::vector<std::string>& notes);

/// The study's assets and venues, as a template wants them.
[[nodiscard]] market::Instance instance_of(const replay::Setup& setup);

/// Every parameter of the replay with what it means.
[[nodiscard]] std::string settings_text(bool json);

/// Which Ballast made a run directory: number and commit.
[[nodiscard]] std::string build_name();

}  // namespace ballast::cli
