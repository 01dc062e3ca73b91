#include <ballast/tools/doctor.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/files/time.hpp>
#include <ballast/store/store.hpp>
#include <ballast/tools/doctor_system.hpp>
#include <ballast/tools/home_history.hpp>
#include <ballast/tools/node_call.hpp>
#include <ballast/tools/snapshots.hpp>

#include <sys/stat.h>
#include <optional>

namespace ballast::tools {
namespace {

/// The bits of a mode that let others in.
std::optional<unsigned> others(const std::filesystem::path& path, unsigned bits) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    return found.st_mode & bits;
}

Finding check_home(const std::filesystem::path& home) {
    std::error_code error;
    if (!std::filesystem::exists(chain::genesis_path(home), error))
        return {"home", Level::fail,
                home.string() + " holds no chain; 'ballast init --home' makes one"};
    if (others(home, S_IWGRP | S_IWOTH).value_or(0) != 0)
        return {"home", Level::warn, home.string() + " can be written by others; chmod go-w it"};
    return {"home", Level::ok, home.string()};
}

/// Whatever is secret must be its owner's alone.
Finding check_keys(const std::filesystem::path& home, const node::Config& config) {
    std::vector<std::filesystem::path> secrets;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(home / "keys", error))
        if (entry.is_regular_file(error)) secrets.push_back(entry.path());
    for (const char* name : {"priv_validator_key.json", "node_key.json"})
        secrets.push_back(home / "cometbft" / "config" / name);
    if (!config.key.empty()) secrets.emplace_back(config.key);
    std::size_t seen = 0;
    for (const std::filesystem::path& path : secrets) {
        const auto open = others(path, S_IRWXG | S_IRWXO);
        if (!open) continue;
        ++seen;
        if (*open != 0)
            return {"keys", Level::fail,
                    fmt::format("{} can be read by others; chmod 600 it", path.string())};
    }
    return {"keys", Level::ok, fmt::format("{} files, for their owner alone", seen)};
}

Finding check_certificate(const node::Config& config) {
    if (config.certificate.empty())
        return {
            "TLS",
            config.host.starts_with("127.") || config.host == "localhost" ? Level::ok : Level::warn,
            fmt::format("none; the API is at {}", config.host)};
    for (const std::string& path : {config.certificate, config.key}) {
        std::error_code error;
        if (!std::filesystem::exists(path, error))
            return {"TLS", Level::fail, path + " is not there"};
    }
    return {"TLS", Level::ok, config.certificate};
}

Finding check_snapshots(const std::filesystem::path& home, const History& history) {
    const auto rows = list_snapshots(home);
    if (!rows) return {"snapshots", Level::fail, rows.error().sentence};
    if (rows->empty())
        return {"snapshots", history.last() > 100'000 ? Level::warn : Level::ok,
                "none yet: a start replays every block"};
    const auto checked = verify_snapshots(home, rows->back().height, {});
    if (!checked) return {"snapshots", Level::fail, checked.error().sentence};
    const Checked& newest = checked->front();
    if (!newest.wrong.empty())
        return {"snapshots", Level::fail,
                fmt::format("the one of height {}: {}", newest.height, newest.wrong)};
    return {"snapshots", Level::ok,
            fmt::format("{}, the newest of height {} has the root {}", rows->size(), newest.height,
                        newest.in_log ? "of the log" : "that it says")};
}

/// The store as a reader sees it; `last_block` becomes the time of the last block.
void check_store(const std::filesystem::path& home, const std::string& program,
                 std::vector<Finding>& findings, u64& last_block) {
    const auto history = home_history(home);
    if (!history) {
        findings.push_back({"store", Level::fail, history.error().sentence});
        return;
    }
    const u64 last = (*history)->last();
    if (last != (*history)->base()) {
        const auto record = (*history)->record(last);
        if (!record) {
            findings.push_back({"store", Level::fail, record.error().sentence});
            return;
        }
        last_block = record->block.time;
    }
    const auto genesis = (*history)->genesis();
    findings.push_back(
        {"store", Level::ok,
         fmt::format("market {}, blocks {} to {}{}", genesis.name, (*history)->first(), last,
                     last_block == 0 ? "" : ", the last of " + files::time_text(last_block))});
    findings.push_back(check_snapshots(home, **history));
    const auto store = store::Store::look(chain::data_path(home), engine::digest_of(genesis));
    if (!store) return;
    const std::string& writer = (*store)->meta().program;
    findings.push_back({"version", Level::ok,
                        writer == program
                            ? program
                            : fmt::format("{}; the home was begun by {}", program, writer)});
}

}  // namespace

std::string_view word(Level level) {
    switch (level) {
        case Level::ok: return "ok";
        case Level::warn: return "warn";
        case Level::fail: return "FAIL";
    }
    return "?";
}

std::vector<Finding> examine(const std::filesystem::path& home, const std::string& program,
                             const files::Attempt<std::filesystem::path>& comet) {
    std::vector<Finding> findings{check_home(home)};
    if (findings.front().level == Level::fail) return findings;
    const auto loaded = node::load_config(home);
    std::error_code error;
    const std::filesystem::path file = home / "config.toml";
    findings.push_back(
        !loaded ? Finding{"configuration", Level::fail, loaded.error().sentence}
                : Finding{"configuration", Level::ok,
                          std::filesystem::exists(file, error) ? file.string() : "the defaults"});
    const node::Config config = loaded ? *loaded : node::Config{};
    findings.push_back(check_keys(home, config));
    findings.push_back(check_certificate(config));
    u64 last_block = 0;
    check_store(home, program, findings, last_block);
    findings.push_back(check_clock(last_block));
    findings.push_back(check_space(home, config));
    findings.push_back(check_sync(home));
    findings.push_back(check_files(config));
    findings.push_back(check_port(config, node_answers(home)));
    findings.push_back(check_consensus(config, comet));
    return findings;
}

}  // namespace ballast::tools
