#include <ballast/store/values.hpp>

#include <algorithm>
#include <cstring>

namespace ballast::store {
namespace {

constexpr std::size_t piece_bytes = 255;
constexpr char mark = 1;

}  // namespace

Bytes meta_bytes(const Meta& meta) {
    Bytes bytes;
    Writer writer(bytes);
    writer(meta.format), writer(meta.genesis), writer(meta.program);
    return bytes;
}

files::Attempt<Meta> read_meta(const std::string& place, ByteView bytes) {
    Reader reader(bytes);
    Meta meta;
    reader(meta.format);
    if (reader.ok() && (meta.format < oldest_format || meta.format > format_version))
        return files::fault("{}: the store has format {}; this program reads formats {} to {}",
                            place, meta.format, oldest_format, format_version);
    reader(meta.genesis), reader(meta.program);
    if (!reader.ok()) return files::fault("{}: the store's description is damaged", place);
    return meta;
}

std::size_t spaced_bytes(std::size_t bytes) {
    return bytes + bytes / piece_bytes + 1;
}

std::string spaced(ByteView value) {
    std::string result;
    // The library says how much room there is, which may be more than was asked for.
    const std::size_t bytes = spaced_bytes(value.size());
    result.resize_and_overwrite(bytes, [&](char* to, std::size_t /*room*/) {
        for (std::size_t from = 0; from <= value.size(); from += piece_bytes) {
            const std::size_t count = std::min(piece_bytes, value.size() - from);
            if (count != 0) std::memcpy(to, value.data() + from, count);
            to += count;
            *to++ = mark;
        }
        return bytes;
    });
    return result;
}

std::optional<Bytes> unspaced(ByteView bytes) {
    if (bytes.size() % (piece_bytes + 1) == 0) return std::nullopt;
    Bytes result;
    result.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t count = std::min(piece_bytes + 1, bytes.size());
        if (bytes[count - 1] != static_cast<u8>(mark)) return std::nullopt;
        result.insert(result.end(), bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(count - 1));
        bytes = bytes.subspan(count);
    }
    return result;
}

}  // namespace ballast::store
