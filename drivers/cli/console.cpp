#include <ballast/cli/cli.hpp>

#include <nlohmann/json.hpp>

#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace ballast::cli {

Exit Console::fail(Exit code, const files::Fault& fault) {
    end_progress();
    if (json_) {
        const nlohmann::ordered_json answer{{"error", fault.sentence},
                                            {"exit", static_cast<int>(code)}};
        // Bytes of a broken file may stand in the sentence; JSON holds text.
        out_ = answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    fmt::print(stderr, "ballast: {}\n", fault.sentence);
    return code;
}

Exit Console::flush(Exit code) {
    end_progress();
    const std::size_t written = std::fwrite(out_.data(), 1, out_.size(), stdout);
    const bool whole = written == out_.size() && std::fflush(stdout) == 0;
    if (whole || errno == EPIPE) return code;
    std::perror("ballast: cannot write the output");
    return Exit::failed;
}

void Console::show_progress(bool always) {
    watched_ = always || isatty(STDERR_FILENO) == 1;
}

void Console::progress(std::string_view what, u64 done, u64 total) {
    if (!watched_) return;
    const std::string line =
        total == 0 ? fmt::format("{}: {}", what, done)
                   : fmt::format("{}: {} of {} ({} %)", what, done, total, done * 100 / total);
    fmt::print(stderr, "\r{:<{}}", line, line_);
    std::fflush(stderr);
    line_ = line.size();
}

void Console::end_progress() {
    if (line_ == 0) return;
    fmt::print(stderr, "\r{:<{}}\r", "", line_);
    line_ = 0;
}

std::filesystem::path home() {
    const char* chosen = std::getenv("BALLAST_HOME");
    return chosen != nullptr && *chosen != '\0' ? chosen : BALLAST_HOME_DEFAULT;
}

std::filesystem::path presets_directory() {
    return home() / "markets" / "presets";
}

std::filesystem::path scenarios_directory() {
    return home() / "scenarios";
}

}  // namespace ballast::cli
