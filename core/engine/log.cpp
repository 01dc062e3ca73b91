#include <ballast/engine/log.hpp>

#include <cstring>
#include <limits>
#include <string_view>

namespace ballast::engine {
namespace {

constexpr std::string_view magic = "BALLASTL";
constexpr u32 version = 2;
constexpr std::size_t checksum_bytes = 8;

ByteView view(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

}  // namespace

Bytes log_header(const Genesis& genesis) {
    Bytes bytes;
    Writer writer(bytes);
    writer.raw(view(magic));
    writer(version);
    const Bytes body = encode(genesis);
    writer(static_cast<u32>(body.size()));
    writer.raw(body);
    return bytes;
}

Bytes log_record(const Block& block, const crypto::Digest& root) {
    Bytes bytes;
    bytes.reserve(sizeof(u32) + encoded_size(block) + root.size() + checksum_bytes);
    append(bytes, u32{0});
    append(bytes, block);
    append(bytes, root);
    const std::size_t size = bytes.size() - sizeof(u32);
    BALLAST_ASSERT(size <= std::numeric_limits<u32>::max());
    const u32 length = static_cast<u32>(size);
    std::memcpy(bytes.data(), &length, sizeof length);
    const crypto::Digest digest = crypto::sha256(ByteView(bytes).subspan(sizeof length));
    bytes.insert(bytes.end(), digest.begin(), digest.begin() + checksum_bytes);
    return bytes;
}

LogReader::LogReader(Genesis genesis, ByteView bytes, std::size_t good)
    : genesis_(std::move(genesis)), bytes_(bytes), good_(good) {}

Result<LogReader> LogReader::open(ByteView bytes) {
    Reader reader(bytes);
    const ByteView head = reader.raw(magic.size());
    if (!reader.ok()) return no(Reject::truncated);
    if (!std::equal(head.begin(), head.end(), view(magic).begin())) return no(Reject::bad_magic);
    u32 found = 0;
    u32 length = 0;
    reader(found);
    if (reader.ok() && found != version) return no(Reject::bad_version);
    reader(length);
    const ByteView body = reader.raw(length);
    if (!reader.ok()) return no(Reject::truncated);
    BALLAST_TRY(Genesis genesis, decode<Genesis>(body));
    return LogReader(std::move(genesis), bytes, bytes.size() - reader.left());
}

Result<std::optional<Record>> LogReader::next() {
    if (good_ == bytes_.size()) return std::optional<Record>();
    Reader reader(bytes_.subspan(good_));
    u32 length = 0;
    reader(length);
    const ByteView body = reader.raw(length);
    const ByteView checksum = reader.raw(checksum_bytes);
    if (!reader.ok()) return no(Reject::truncated);
    const crypto::Digest digest = crypto::sha256(body);
    if (!std::equal(checksum.begin(), checksum.end(), digest.begin()))
        return no(Reject::bad_digest);
    BALLAST_TRY(Record record, decode<Record>(body));
    good_ = bytes_.size() - reader.left();
    return std::optional<Record>(std::move(record));
}

}  // namespace ballast::engine
