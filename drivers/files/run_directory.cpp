#include <ballast/files/run_directory.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <unistd.h>

namespace ballast::files {

namespace fs = std::filesystem;

Attempt<RunDirectory> RunDirectory::begin(const fs::path& target) {
    std::error_code error;
    if (target.empty() || target.filename().empty())
        return fault("'{}': is no name for a run directory", target.string());
    if (fs::exists(target, error))
        return fault("{}: exists already; results are never overwritten", target.string());
    const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    fs::create_directories(parent, error);
    if (error) return fault("{}: cannot be created: {}", parent.string(), error.message());
    const fs::path unfinished =
        parent / fmt::format(".{}.{}.unfinished", target.filename().string(), ::getpid());
    fs::create_directory(unfinished, error);
    if (error) return fault("{}: cannot be created: {}", unfinished.string(), error.message());
    return RunDirectory(target, unfinished);
}

RunDirectory::RunDirectory(fs::path target, fs::path unfinished)
    : target_(std::move(target)), unfinished_(std::move(unfinished)) {}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : target_(std::move(other.target_)), unfinished_(std::move(other.unfinished_)) {
    other.unfinished_.clear();
}

RunDirectory::~RunDirectory() {
    std::error_code ignored;
    if (!unfinished_.empty()) fs::remove_all(unfinished_, ignored);
}

Attempt<void> RunDirectory::write(std::string_view name, std::string_view content) {
    const fs::path path = unfinished_ / name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr)
        return fault("{}: cannot be written: {}", path.string(), std::strerror(errno));
    const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
    const bool flushed = std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    const bool closed = std::fclose(file) == 0;
    if (!written || !flushed || !closed)
        return fault("{}: writing failed: {}", path.string(), std::strerror(errno));
    return {};
}

Attempt<void> RunDirectory::finish() {
    std::error_code error;
    fs::rename(unfinished_, target_, error);
    if (error) return fault("{}: cannot be put in place: {}", target_.string(), error.message());
    unfinished_.clear();
    return {};
}

std::string hex_text(const crypto::Digest& digest) {
    std::string text;
    for (const u8 byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

std::string sha256_text(std::string_view content) {
    const auto* bytes = reinterpret_cast<const u8*>(content.data());
    return hex_text(crypto::sha256(ByteView(bytes, content.size())));
}

}  // namespace ballast::files
