#include <ballast/cli/option_values.hpp>

#include <ballast/files/time.hpp>
#include <ballast/market/numbers.hpp>

#include <csignal>
#include <cstdio>

namespace ballast::cli {

using files::Attempt;
using files::fault;

namespace {

std::atomic<bool> stopping = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void stop(int) {
    stopping = true;
}

}  // namespace

Attempt<i128> read_number(std::string_view option, std::string_view text, u32 decimals, i128 least,
                          i128 most) {
    const auto value = market::read_scaled(text, decimals);
    if (!value) return fault("{} {}: {}", option, text, value.error().what);
    if (*value < least || *value > most)
        return fault("{} {}: must be from {} to {}", option, text,
                     market::scaled_text(least, decimals), market::scaled_text(most, decimals));
    return *value;
}

Attempt<Ratio> read_ratio(std::string_view option, std::string_view text, Ratio least, Ratio most) {
    constexpr u32 decimals = 9;
    const auto value = market::read_fraction(text, decimals);
    if (!value) return fault("{} {}: {}", option, text, value.error().what);
    if (*value < least.units() || *value > most.units())
        return fault("{} {}: must be from {} to {}", option, text,
                     market::scaled_text(least.units(), decimals),
                     market::scaled_text(most.units(), decimals));
    return Ratio::units(static_cast<i64>(*value));
}

Attempt<u64> read_seconds(std::string_view option, std::string_view text, u64 most) {
    const auto value = market::read_seconds(text);
    if (!value) return fault("{} {}: {}", option, text, value.error().what);
    if (*value > most)
        return fault("{} {}: must be at most {}", option, text, files::duration_text(most));
    return *value;
}

Attempt<std::optional<u64>> read_time(std::string_view option, std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto time = files::parse_time(text);
    if (!time) return fault("{} {}: is no time such as 2020-03-12T23:00", option, text);
    return time;
}

Attempt<std::pair<std::string, std::string>> read_pair(std::string_view option,
                                                       std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size())
        return fault("{} {}: is not NAME=VALUE", option, text);
    return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

void add_key_options(CLI::App* command, KeyOptions& options) {
    add_home_option(command, options.home);
    command->add_option("--key", options.key, "name of the key in HOME/keys")
        ->envname("BALLAST_KEY");
    command->add_option("--dev-key", options.dev_key,
                        "a key of development that everybody knows: alice, bob, …, publisher");
    command->add_option("--passphrase-file", options.passphrase_file,
                        "its first line opens the key; without it BALLAST_PASSPHRASE");
}

Attempt<keys::Signer> open_key(const KeyOptions& options) {
    if (options.key.empty() == options.dev_key.empty())
        return fault("name one key, with --key or with --dev-key");
    if (!options.dev_key.empty())
        return keys::Signer::named(crypto::Scheme::ed25519, options.dev_key);
    std::optional<std::filesystem::path> file;
    if (!options.passphrase_file.empty()) file = options.passphrase_file;
    BALLAST_TRY(const auto passphrase, keys::passphrase(file));
    return keys::Keyring(std::filesystem::path(options.home) / "keys")
        .open(options.key, passphrase);
}

void say_now(const std::string& line, bool fault) {
    std::FILE* stream = fault ? stderr : stdout;
    fmt::print(stream, "{}\n", line);
    std::fflush(stream);
}

const std::atomic<bool>& stop_on_signals() {
    struct sigaction action{};
    action.sa_handler = stop;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return stopping;
}

}  // namespace ballast::cli
