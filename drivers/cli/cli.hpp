/// The program `ballast`: one file per command.  Commands read what they are asked for, call a
/// driver, and print; they decide nothing about markets.
#pragma once

#include <ballast/files/fault.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ballast::cli {

/// What the program returns.
enum class Exit : int {
    done = 0,
    failed = 1,     ///< The world failed (a disk, a pipe), or what was required does not hold.
    usage = 2,      ///< The command line means nothing.
    broken = 3,     ///< A law is violated, or a root differs from the recorded one.
    bad_input = 4,  ///< A file or a setting is wrong.
};

/// What a command prints, gathered until its end so that output is whole or not there.
class Console {
public:
    void print(std::string_view text) { out_ += text; }
    /// Says why there is no answer: on the error stream and, for programs, as {"error": …}.
    Exit fail(Exit code, const files::Fault& fault);
    /// Writes what was printed.  A reader that has gone away is no failure.
    [[nodiscard]] Exit flush(Exit code);

    /// Says how far a long piece of work is, on the error stream, where somebody watches.
    void progress(std::string_view what, u64 done, u64 total);
    void show_progress(bool always);
    void set_json(bool json) { json_ = json; }
    [[nodiscard]] bool json() const { return json_; }

private:
    void end_progress();

    std::string out_;
    bool json_ = false;
    bool watched_ = false;
    std::size_t line_ = 0;  ///< Length of the progress line that stands on the terminal.
};

/// What a command is given to work with.
struct Context {
    Console console;
    Exit exit = Exit::done;
};

/// The folder that holds markets/ and scenarios/: BALLAST_HOME, or the source tree that was built.
[[nodiscard]] std::filesystem::path home();
[[nodiscard]] std::filesystem::path presets_directory();
[[nodiscard]] std::filesystem::path scenarios_directory();

/// Adds --home, the folder of a node: ~/.ballast, or what BALLAST_NODE_HOME names.
void add_home_option(CLI::App* command, std::string& home);

/// Each adds one command to the program.
void add_replay(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_market(CLI::App& app, Context& context);
void add_margin(CLI::App& app, Context& context);
void add_scenarios(CLI::App& app, Context& context);
void add_presets(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_snapshot(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_hash(CLI::App& app, Context& context);
void add_bisect(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_reference(CLI::App& app, Context& context);
void add_init(CLI::App& app, Context& context);
void add_start(CLI::App& app, Context& context);
void add_testnet(CLI::App& app, Context& context);
void add_keys(CLI::App& app, Context& context);
void add_query(CLI::App& app, Context& context);
void add_tx(CLI::App& app, Context& context);
void add_keeper(CLI::App& app, Context& context);
void add_publisher(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);

/// Runs the program.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace ballast::cli
