/// Snapshots of a home, and as files that carry a market with its state from one home to another.
/// A snapshot file is a chain::StateFile: `ballast start --dev --state` reads it too.
#pragma once

#include <ballast/chain/home.hpp>
#include <ballast/store/store.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ballast::tools {

/// A snapshot that was looked at.
struct Checked {
    u64 height = 0;
    crypto::Digest root{};
    u64 bytes = 0;
    u32 chunks = 0;
    bool in_log = false;  ///< The block of its height is kept, and its root was compared.
    std::string wrong;    ///< Empty: the state is whole and has this root.
};

/// What the home's manifests say; nothing is read or compared.
[[nodiscard]] files::Attempt<std::vector<Checked>> list_snapshots(
    const std::filesystem::path& home);

/// Reads every snapshot of a home (or the one of `height`): the digest of each chunk, the root of
/// the state, and that it is the root that the log has, and `root` where one is given.
[[nodiscard]] files::Attempt<std::vector<Checked>> verify_snapshots(
    const std::filesystem::path& home, std::optional<u64> height,
    const std::optional<crypto::Digest>& root);
/// The same of a file.
[[nodiscard]] Checked verify_file(const chain::StateFile& file,
                                  const std::optional<crypto::Digest>& root);

/// Takes a snapshot of the last block of a home that no node is using, and keeps as many as its
/// config.toml says; its height.
[[nodiscard]] files::Attempt<u64> create_snapshot(const std::filesystem::path& home);

/// The snapshot of `height` of a home, the newest without one, as it goes into a file.
[[nodiscard]] files::Attempt<chain::StateFile> take_out(const std::filesystem::path& home,
                                                        std::optional<u64> height);

/// Makes a home that begins at the file's state.  The home may be there if it is of the same
/// genesis and has no block yet.
[[nodiscard]] files::Attempt<void> restore_home(const std::filesystem::path& home,
                                                const chain::StateFile& file);

/// Adds the file's snapshot to a home that no node is using and that has the block of its height
/// with the same root.
[[nodiscard]] files::Attempt<void> put_in(const std::filesystem::path& home,
                                          const chain::StateFile& file);

}  // namespace ballast::tools
