#include <ballast/abci/frame.hpp>

namespace ballast::abci {
namespace {

/// A length takes at most four bytes: 7 bits in each, and 2^28 is more than any message has.
constexpr std::size_t length_bytes_max = 4;
static_assert(frame_bytes_max < std::size_t{1} << (7 * length_bytes_max));

}  // namespace

void append_frame(std::string& out, std::string_view message) {
    std::size_t left = message.size();
    while (left >= 0x80) {
        out += static_cast<char>((left & 0x7F) | 0x80);
        left >>= 7;
    }
    out += static_cast<char>(left);
    out += message;
}

void FrameReader::feed(std::string_view bytes) {
    bytes_.erase(0, at_);
    at_ = 0;
    bytes_ += bytes;
}

files::Attempt<std::optional<std::string_view>> FrameReader::next() {
    std::size_t length = 0;
    std::size_t used = 0;
    for (u8 byte = 0x80; (byte & 0x80) != 0; ++used) {
        if (used == length_bytes_max) return files::fault("abci: a frame's length is no number");
        if (at_ + used == bytes_.size()) return std::nullopt;
        byte = static_cast<u8>(bytes_[at_ + used]);
        length |= static_cast<std::size_t>(byte & 0x7F) << (7 * used);
    }
    if (length > frame_bytes_max)
        return files::fault("abci: a frame of {} bytes; at most {} are allowed", length,
                            frame_bytes_max);
    if (bytes_.size() - at_ - used < length) return std::nullopt;
    const std::string_view message(bytes_.data() + at_ + used, length);
    at_ += used + length;
    return message;
}

}  // namespace ballast::abci
