/// HOME/config.toml: how a node runs.  One table of settings makes the reader, the default file,
/// the environment and the help.
#pragma once

#include <ballast/files/fault.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ballast::node {

struct Config {
    std::string host = "127.0.0.1";
    u64 port = 7420;
    std::string certificate, key;
    u64 threads = 2;
    u64 connections = 20'000;
    u64 connections_per_peer = 1'000;
    u64 request_bytes = 1 << 20;
    u64 requests_per_second = 1'000;
    u64 idle_seconds = 60;

    std::string consensus = "embedded";
    u64 interval_milliseconds = 1'000;
    u64 pause_milliseconds = 10;
    u64 block_transactions = 100'000;
    u64 block_bytes = u64{32} << 20;

    u64 pending_transactions = 100'000;
    u64 pending_bytes = u64{128} << 20;
    u64 pending_per_account = 64;
    u64 pending_seconds = 60;
    u64 transaction_bytes = 65'536;

    u64 snapshot_blocks = 10'000;
    u64 snapshots_kept = 3;
    u64 history_blocks = 0;
    u64 free_bytes = u64{64} << 20;

    std::string log_level = "info";
    std::string log_format = "text";
    u64 log_file_bytes = u64{16} << 20;
    u64 log_files = 4;
};

/// One setting: where it stands, what it may be and what it means.
struct Setting {
    std::string_view key;  ///< "api.port".
    std::variant<u64 Config::*, std::string Config::*> field;
    u64 least = 0, most = 0;              ///< Of a number.
    std::vector<std::string_view> words;  ///< Of a word; empty: any text.
    std::string_view meaning;
};
[[nodiscard]] const std::vector<Setting>& settings();

/// The configuration of a home: defaults, then HOME/config.toml if there is one, then the
/// environment (BALLAST_API_PORT for api.port).  A fault names the place, the key, the value and
/// the limit, and for an unknown key the nearest one.
[[nodiscard]] files::Attempt<Config> load_config(const std::filesystem::path& home);
/// Changes one setting, as a flag does; `place` stands in the fault.
[[nodiscard]] files::Attempt<void> set(Config& config, std::string_view place, std::string_view key,
                                       std::string_view value);
/// What must go together: a fault where of api.certificate and api.key only one is given.  To be
/// asked when every source has been read.
[[nodiscard]] files::Attempt<void> check_pairs(const Config& config);
/// The text of a config.toml with these values, each with its meaning and limits.
[[nodiscard]] std::string config_text(const Config& config);
/// All settings for --help: key, default, limits, meaning.
[[nodiscard]] std::string settings_help();

}  // namespace ballast::node
