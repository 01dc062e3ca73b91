#include <ballast/node/config.hpp>

#include <ballast/files/csv.hpp>
#include <ballast/market/suggest.hpp>

// The parser asserts what a hostile file can break, and then reports that as an error all the same.
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace ballast::node {
namespace {

constexpr u64 day_milliseconds = 86'400'000;
constexpr u64 most = u64{1} << 40;

std::vector<Setting> make_settings() {
    using C = Config;
    return {
        {"api.host", &C::host, 0, 0, {}, "address to listen on"},
        {"api.port", &C::port, 0, 65'535, {}, "0: any free port"},
        {"api.certificate", &C::certificate, 0, 0, {}, "PEM file; with it the port speaks TLS"},
        {"api.key", &C::key, 0, 0, {}, "PEM file of the certificate's private key"},
        {"api.threads", &C::threads, 1, 64, {}, "threads that answer requests"},
        {"api.connections", &C::connections, 1, 1'000'000, {}, "open at one time"},
        {"api.connections_per_peer", &C::connections_per_peer, 1, 1'000'000, {}, "of one address"},
        {"api.request_bytes", &C::request_bytes, 1'024, 1 << 26, {}, "longest request"},
        {"api.requests_per_second", &C::requests_per_second, 1, 1'000'000, {}, "of a connection"},
        {"api.idle_seconds", &C::idle_seconds, 1, 86'400, {}, "until a silent WebSocket is closed"},
        {"consensus.kind", &C::consensus, 0, 0, {"embedded", "cometbft"}, "who orders blocks"},
        {"blocks.interval_milliseconds",
         &C::interval_milliseconds,
         0,
         day_milliseconds,
         {},
         "longest time between two blocks; 0: a block only when something waits"},
        {"blocks.pause_milliseconds",
         &C::pause_milliseconds,
         0,
         day_milliseconds,
         {},
         "shortest time between two blocks"},
        {"blocks.transactions", &C::block_transactions, 1, 2'000'000, {}, "most in one block"},
        {"blocks.bytes", &C::block_bytes, 1'024, u64{1} << 30, {}, "largest block"},
        {"pending.transactions",
         &C::pending_transactions,
         1,
         100'000'000,
         {},
         "that may wait for a block"},
        {"pending.bytes", &C::pending_bytes, 1'024, most, {}, "of all that wait"},
        {"pending.per_account", &C::pending_per_account, 1, 64, {}, "of one account"},
        {"pending.seconds", &C::pending_seconds, 1, 86'400, {}, "longest wait for a block"},
        {"pending.transaction_bytes", &C::transaction_bytes, 256, 1 << 24, {}, "longest of one"},
        {"snapshots.every_blocks", &C::snapshot_blocks, 0, most, {}, "0: none"},
        {"snapshots.kept", &C::snapshots_kept, 1, 1'000, {}, "the newest"},
        {"snapshots.history_blocks",
         &C::history_blocks,
         0,
         most,
         {},
         "blocks kept behind the oldest snapshot; 0: all"},
        {"disk.free_bytes", &C::free_bytes, 0, most, {}, "that must stay free on the disk"},
        {"log.level",
         &C::log_level,
         0,
         0,
         {"debug", "info", "warn", "error"},
         "least that is told"},
        {"log.format", &C::log_format, 0, 0, {"text", "json"}, "one line per message"},
        {"log.file_bytes", &C::log_file_bytes, 4'096, most, {}, "of HOME/log/ballast.log"},
        {"log.files", &C::log_files, 1, 1'000, {}, "kept, the newest"},
    };
}

std::string limits_text(const Setting& setting) {
    if (std::holds_alternative<u64 Config::*>(setting.field))
        return fmt::format("{} to {}", setting.least, setting.most);
    std::string words;
    for (const std::string_view word : setting.words)
        words += (words.empty() ? "" : " or ") + std::string(word);
    return words.empty() ? "text" : words;
}

std::string value_text(const Config& config, const Setting& setting) {
    if (const auto* number = std::get_if<u64 Config::*>(&setting.field))
        return std::to_string(config.**number);
    return "\"" + config.*std::get<std::string Config::*>(setting.field) + "\"";
}

std::string variable_of(std::string_view key) {
    std::string name = "BALLAST_";
    for (const char c : key)
        name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

const Setting* find(std::string_view key) {
    const auto& list = settings();
    const auto found = std::ranges::find(list, key, &Setting::key);
    return found == list.end() ? nullptr : &*found;
}

files::Attempt<void> unknown(std::string_view place, std::string_view key) {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) names.emplace_back(setting.key);
    return files::fault("{}: {} is no setting{}", place, key, market::suggestion(key, names));
}

// A whole file: tables of values, and nothing deeper.
files::Attempt<void> read_table(Config& config, const std::string& place, const toml::table& root) {
    for (const auto& [group, part] : root) {
        const toml::table* table = part.as_table();
        const std::string name(group.str());
        if (table == nullptr) return unknown(place, name);
        for (const auto& [word, value] : *table) {
            const std::string key = name + "." + std::string(word.str());
            const std::string where = fmt::format("{}:{}", place, value.source().begin.line);
            if (find(key) == nullptr) return unknown(where, key);
            std::string text;
            if (const auto number = value.value_exact<int64_t>()) {
                text = std::to_string(*number);
            } else if (const auto words = value.value_exact<std::string>()) {
                text = *words;
            } else {
                return files::fault("{}: {} must be a whole number or text in quotes", where, key);
            }
            BALLAST_CHECK(set(config, where, key, text));
        }
    }
    return {};
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> list = make_settings();
    return list;
}

files::Attempt<void> set(Config& config, std::string_view place, std::string_view key,
                         std::string_view value) {
    const Setting* setting = find(key);
    if (setting == nullptr) return unknown(place, key);
    const std::string limits = limits_text(*setting);
    if (const auto* number = std::get_if<u64 Config::*>(&setting->field)) {
        u64 parsed = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), parsed);
        if (error != std::errc() || end != value.data() + value.size() || value.empty() ||
            parsed < setting->least || parsed > setting->most)
            return files::fault("{}: {} is '{}', must be {}", place, key, value, limits);
        config.** number = parsed;
        return {};
    }
    if (!setting->words.empty() && std::ranges::find(setting->words, value) == setting->words.end())
        return files::fault("{}: {} is '{}', must be {}", place, key, value, limits);
    config.*std::get<std::string Config::*>(setting->field) = std::string(value);
    return {};
}

files::Attempt<Config> load_config(const std::filesystem::path& home) {
    Config config;
    const auto path = home / "config.toml";
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
        BALLAST_TRY(const std::string text, files::read_file(path));
        const toml::parse_result parsed = toml::parse(text, path.string());
        if (!parsed)
            return files::fault("{}:{}: is not TOML: {}", path.string(),
                                parsed.error().source().begin.line, parsed.error().description());
        BALLAST_CHECK(read_table(config, path.string(), parsed.table()));
    }
    for (const Setting& setting : settings()) {
        const std::string name = variable_of(setting.key);
        if (const char* value = std::getenv(name.c_str()))
            BALLAST_CHECK(set(config, name, setting.key, value));
    }
    return config;
}

files::Attempt<void> check_pairs(const Config& config) {
    if (config.certificate.empty() == config.key.empty()) return {};
    return files::fault(
        "api.certificate is '{}' and api.key is '{}', must be given together or not at all",
        config.certificate, config.key);
}

std::string config_text(const Config& config) {
    std::string text =
        "# How this node runs.  A flag wins over the environment, and that over "
        "this file.\n";
    std::string_view group;
    for (const Setting& setting : settings()) {
        const std::string_view in = setting.key.substr(0, setting.key.find('.'));
        if (in != group) text += fmt::format("\n[{}]\n", in);
        group = in;
        text += fmt::format("{} = {}  # {}; {}\n", setting.key.substr(in.size() + 1),
                            value_text(config, setting), setting.meaning, limits_text(setting));
    }
    return text;
}

std::string settings_help() {
    const Config config;
    std::string text =
        "Settings of HOME/config.toml, of --set KEY=VALUE, and of the environment "
        "(BALLAST_API_PORT):\n";
    for (const Setting& setting : settings())
        text += fmt::format("  {:<30} {:<12} {} ({})\n", setting.key, value_text(config, setting),
                            setting.meaning, limits_text(setting));
    return text;
}

}  // namespace ballast::node
