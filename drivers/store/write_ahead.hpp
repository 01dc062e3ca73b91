/// Looks at RocksDB's write-ahead files before RocksDB does, to tell a write that was torn by a
/// crash, which was never acknowledged, from damage, which nobody may repair in silence.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ballast::store {

/// What was found in the write-ahead files of a store.
struct WriteAhead {
    /// A torn write at the end of a file: all from `offset` on is to be cut off.
    struct Torn {
        std::filesystem::path file;
        u64 offset = 0;
        u64 size = 0;
    };
    std::vector<Torn> torn;
    /// The first height in each file that holds blocks.  The block before it stands in another file
    /// or was forgotten; a store that has neither has lost a file.
    std::vector<u64> beginnings;
};

/// A record that is not whole is torn if it is the last one and something of it is missing: the
/// file ends early, or a whole sector of it was never written.  A record is written only after the
/// one before it was acknowledged, so a good record behind a bad one means that the bad one had
/// been good, and so does a bad last record of which nothing is missing: damage, a fault with the
/// file, the byte and the height before it.
///
/// The list of files (MANIFEST) has the same form, but several of its records are synced at once:
/// there, whatever is missing near the end is torn.
[[nodiscard]] files::Attempt<WriteAhead> inspect_write_ahead(
    const std::filesystem::path& directory);

/// Cuts a torn write off, durably.
[[nodiscard]] files::Attempt<void> cut(const WriteAhead::Torn& torn);

}  // namespace ballast::store
