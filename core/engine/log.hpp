/// The block log: what a node writes, what a replay or an audit reads.  One format for every face.
///
///     log    := "BALLASTL" | u32 version | u32 genesis length | genesis | record*
///     record := u32 body length | body | checksum 8
///     body   := block | root 32
///
/// The checksum is the first eight bytes of SHA-256 over the body.  A record that ends early is a
/// torn write and is reported as truncated; everything before it is good.
#pragma once

#include <ballast/engine/block.hpp>
#include <ballast/engine/genesis.hpp>

#include <optional>

namespace ballast::engine {

struct Record {
    Block block;
    crypto::Digest root{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.block), visit(row.root);
    }
};

/// The bytes that start a log.
[[nodiscard]] Bytes log_header(const Genesis& genesis);

/// The bytes of one block that was executed, with the root that it gave.
[[nodiscard]] Bytes log_record(const Block& block, const crypto::Digest& root);

/// Reads a log from memory, record by record.
class LogReader {
public:
    /// Rejects: truncated, bad_magic, bad_version, bad_encoding.
    static Result<LogReader> open(ByteView bytes);

    [[nodiscard]] const Genesis& genesis() const { return genesis_; }
    /// The next record; nothing at the end.  Rejects: truncated (a torn record), bad_digest,
    /// bad_encoding.
    Result<std::optional<Record>> next();
    /// Bytes that have been read and were good.
    [[nodiscard]] std::size_t good() const { return good_; }

private:
    LogReader(Genesis genesis, ByteView bytes, std::size_t good);
    Genesis genesis_;
    ByteView bytes_;
    std::size_t good_;
};

}  // namespace ballast::engine
