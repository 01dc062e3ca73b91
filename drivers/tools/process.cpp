#include <ballast/tools/process.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cstring>

extern char** environ;

namespace ballast::tools {
namespace {

/// Reads to the end; false where there is more than output_max.
bool drain(int descriptor, std::string& text) {
    std::array<char, 1 << 16> part{};
    while (true) {
        const ssize_t count = ::read(descriptor, part.data(), part.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return true;
        if (text.size() + static_cast<std::size_t>(count) > output_max) return false;
        text.append(part.data(), static_cast<std::size_t>(count));
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

files::Attempt<Output> run_program(const std::vector<std::string>& arguments) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return files::fault("a pipe cannot be had: {}", std::strerror(errno));
    std::vector<std::string> words = arguments;
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, raw[0], &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    Output output;
    const bool whole = failed != 0 || drain(pipe[0], output.text);
    ::close(pipe[0]);
    if (failed != 0)
        return files::fault("{}: cannot be started: {}", arguments[0], std::strerror(failed));
    output.code = wait_for(child);
    if (!whole) return files::fault("{}: says more than {} bytes", arguments[0], output_max);
    return output;
}

}  // namespace ballast::tools
