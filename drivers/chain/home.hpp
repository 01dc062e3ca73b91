/// What stands in a home beside its store.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>

namespace ballast::chain {

/// HOME/genesis.bin: the header of a block log, so that it and all records behind one another are a
/// log that can be replayed and audited.
[[nodiscard]] inline std::filesystem::path genesis_path(const std::filesystem::path& home) {
    return home / "genesis.bin";
}
[[nodiscard]] inline std::filesystem::path data_path(const std::filesystem::path& home) {
    return home / "data";
}

/// The genesis of a home.
[[nodiscard]] files::Attempt<engine::Genesis> read_genesis(const std::filesystem::path& home);

/// Writes a file as a whole or not at all, durably: under another name first.
[[nodiscard]] files::Attempt<void> write_file(const std::filesystem::path& path, ByteView bytes);

/// A market with its state in one file: genesis, snapshot and a checksum.
struct StateFile {
    engine::Genesis genesis;
    u64 height = 0;
    crypto::Digest root{};
    Bytes snapshot;
};
[[nodiscard]] files::Attempt<void> write_state(const std::filesystem::path& path,
                                               const StateFile& state);
[[nodiscard]] files::Attempt<StateFile> read_state(const std::filesystem::path& path);

}  // namespace ballast::chain
