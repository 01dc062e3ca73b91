#include <ballast/store/lock.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace ballast::store {
namespace {

std::string holder(int file) {
    std::array<char, 32> text{};
    const ssize_t count = ::pread(file, text.data(), text.size(), 0);
    std::string who(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    while (!who.empty() && who.back() == '\n') who.pop_back();
    return who.empty() ? "unknown" : who;
}

}  // namespace

files::Attempt<Lock> Lock::take(const std::filesystem::path& home) {
    const std::filesystem::path path = home / "LOCK";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return files::fault("{} cannot be opened: {}", path.string(), std::strerror(errno));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const std::string who = holder(file);
        ::close(file);
        return files::fault("{} is in use by process {}; only one may open it at a time",
                            home.string(), who);
    }
    const std::string self = std::to_string(::getpid()) + "\n";
    // The number is for people; the lock holds without it, on a full disk too.
    if (::ftruncate(file, 0) == 0) [[maybe_unused]]
        const ssize_t written = ::pwrite(file, self.data(), self.size(), 0);
    return Lock(file);
}

Lock::Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Lock::~Lock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace ballast::store
