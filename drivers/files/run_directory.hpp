/// The directory in which a study leaves its results.  It appears whole or not at all: everything
/// is written under a temporary name beside it, and the last step is a rename.
#pragma once

#include <ballast/crypto/digest.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace ballast::files {

class RunDirectory {
public:
    /// Starts a directory that will be called `target`.  A fault if `target` exists already
    /// (results are never mixed or overwritten) or if its parent cannot be created or written.
    [[nodiscard]] static Attempt<RunDirectory> begin(const std::filesystem::path& target);

    RunDirectory(RunDirectory&& other) noexcept;
    RunDirectory& operator=(RunDirectory&&) = delete;
    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;
    /// Removes what was not finished.
    ~RunDirectory();

    /// Writes one file of the directory.
    [[nodiscard]] Attempt<void> write(std::string_view name, std::string_view content);
    /// Gives the directory its name.  Nothing can be written after it.
    [[nodiscard]] Attempt<void> finish();
    [[nodiscard]] const std::filesystem::path& target() const { return target_; }

private:
    RunDirectory(std::filesystem::path target, std::filesystem::path unfinished);
    std::filesystem::path target_;
    std::filesystem::path unfinished_;  ///< Empty once finished or moved from.
};

/// A digest in lower-case hexadecimal.
[[nodiscard]] std::string hex_text(const crypto::Digest& digest);

/// SHA-256 of `content` in lower-case hexadecimal.
[[nodiscard]] std::string sha256_text(std::string_view content);

}  // namespace ballast::files
