#include <ballast/abci/child.hpp>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

namespace ballast::abci {
namespace {

constexpr std::chrono::milliseconds look_again{20};
constexpr int not_executed = 127;

/// Between fork and exec: nothing but system calls.
[[noreturn]] void become(const char* program, char* const* arguments, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (::getppid() != parent || ::dup2(log, STDOUT_FILENO) < 0 || ::dup2(log, STDERR_FILENO) < 0)
        ::_exit(not_executed);
    ::execv(program, arguments);
    ::_exit(not_executed);
}

}  // namespace

files::Attempt<Child> Child::start(const std::filesystem::path& program,
                                   const std::vector<std::string>& arguments,
                                   const std::filesystem::path& log) {
    if (::access(program.c_str(), X_OK) != 0)
        return files::fault("cannot run {}: {}", program.string(), std::strerror(errno));
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (out < 0) return files::fault("cannot write {}: {}", log.string(), std::strerror(errno));
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) become(words.front().c_str(), pointers.data(), out, parent);
    const int why = errno;
    ::close(out);
    if (pid < 0) return files::fault("cannot run {}: {}", program.string(), std::strerror(why));
    return Child(pid);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), end_(std::move(other.end_)) {}

Child::~Child() {
    stop(std::chrono::seconds{5});
}

std::optional<std::string> Child::ended() {
    int status = 0;
    if (pid_ == 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return end_;
    pid_ = 0;
    end_ = WIFSIGNALED(status) ? fmt::format("ended by signal {}", WTERMSIG(status))
                               : fmt::format("ended with status {}", WEXITSTATUS(status));
    return end_;
}

void Child::stop(std::chrono::milliseconds grace) {
    if (pid_ == 0 || ended()) return;
    ::kill(pid_, SIGTERM);
    for (auto waited = std::chrono::milliseconds{0}; waited < grace; waited += look_again) {
        if (ended()) return;
        std::this_thread::sleep_for(look_again);
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    end_ = "ended by signal 9";
}

}  // namespace ballast::abci
