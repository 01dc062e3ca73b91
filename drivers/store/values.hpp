/// How values stand in the store.
#pragma once

#include <ballast/store/store.hpp>

#include <optional>
#include <string>

namespace ballast::store {

/// The oldest format that is read; its values stand as they are.
inline constexpr u32 oldest_format = 1;
/// From this format on values are spaced.
inline constexpr u32 spaced_format = 2;

[[nodiscard]] Bytes meta_bytes(const Meta& meta);
[[nodiscard]] files::Attempt<Meta> read_meta(const std::string& place, ByteView bytes);

/// The value with a byte that is not zero behind every 255 bytes and at the end, so that no sector
/// of it looks as if it had never been written, whatever the value holds.
[[nodiscard]] std::string spaced(ByteView value);
/// How many bytes that makes of so many.
[[nodiscard]] std::size_t spaced_bytes(std::size_t bytes);
/// The value back; nothing where it was never spaced.
[[nodiscard]] std::optional<Bytes> unspaced(ByteView bytes);

}  // namespace ballast::store
