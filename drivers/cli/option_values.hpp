/// What stands behind options, read exactly; a fault names the option, the value and what may stand
/// there.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/keys/keys.hpp>

#include <CLI/CLI.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace ballast::cli {

/// A decimal number from `least` to `most`, of 10^-decimals.
[[nodiscard]] files::Attempt<i128> read_number(std::string_view option, std::string_view text,
                                               u32 decimals, i128 least, i128 most);
/// A ratio from `least` to `most`, also as a percentage: 0.005 or "0.5 %".
[[nodiscard]] files::Attempt<Ratio> read_ratio(std::string_view option, std::string_view text,
                                               Ratio least, Ratio most);
/// Seconds up to `most`: 90, 90s, 15m, 1h.
[[nodiscard]] files::Attempt<u64> read_seconds(std::string_view option, std::string_view text,
                                               u64 most);
/// A time, or nothing where the text is empty.
[[nodiscard]] files::Attempt<std::optional<u64>> read_time(std::string_view option,
                                                           std::string_view text);
/// `NAME=VALUE`, both not empty.
[[nodiscard]] files::Attempt<std::pair<std::string, std::string>> read_pair(std::string_view option,
                                                                            std::string_view text);

/// Whose private key signs.
struct KeyOptions {
    std::string home;
    std::string key;
    std::string dev_key;
    std::string passphrase_file;
};
/// Adds --home, --key, --dev-key and --passphrase-file.
void add_key_options(CLI::App* command, KeyOptions& options);
[[nodiscard]] files::Attempt<keys::Signer> open_key(const KeyOptions& options);

/// What a command that signs begins with: its options and its key.
template <class T>
struct Begun {
    T options;
    keys::Signer signer;
};
/// Nothing where the options or the key are wrong, which the context is told.
template <class T>
[[nodiscard]] std::optional<Begun<T>> begin(files::Attempt<T> options, const KeyOptions& key,
                                            Context& context) {
    if (!options) {
        context.exit = context.console.fail(Exit::usage, options.error());
        return {};
    }
    auto signer = open_key(key);
    if (!signer) {
        context.exit = context.console.fail(Exit::bad_input, signer.error());
        return {};
    }
    return Begun<T>{std::move(*options), std::move(*signer)};
}

/// Prints a line at once, for who watches a command that goes on; of faults, on the error stream.
void say_now(const std::string& line, bool fault);

/// From now on SIGINT and SIGTERM set this.
[[nodiscard]] const std::atomic<bool>& stop_on_signals();

}  // namespace ballast::cli
