/// Another program that this one started, and that does not outlive it.
#pragma once

#include <ballast/files/fault.hpp>

#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ballast::abci {

class Child {
public:
    /// Starts `program`, with its output at the end of `log`.  By the thread whose end, however it
    /// comes, is the program's end too.
    static files::Attempt<Child> start(const std::filesystem::path& program,
                                       const std::vector<std::string>& arguments,
                                       const std::filesystem::path& log);
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();  ///< As stop, with five seconds.

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// How it ended, in words; nothing while it runs.
    [[nodiscard]] std::optional<std::string> ended();
    /// Asks it to end, waits for so long, and ends it.
    void stop(std::chrono::milliseconds grace);

private:
    explicit Child(pid_t pid) : pid_(pid) {}
    pid_t pid_;  ///< 0: there is none any more.
    std::optional<std::string> end_;
};

}  // namespace ballast::abci
