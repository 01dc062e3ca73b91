/// Messages on a stream: each behind its length as an unsigned LEB128 number.
#pragma once

#include <ballast/files/fault.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ballast::abci {

/// Longest message: a block of CometBFT's largest size, and what goes with it.
inline constexpr std::size_t frame_bytes_max = std::size_t{128} << 20;

/// Appends `message`, behind its length.
void append_frame(std::string& out, std::string_view message);

/// Takes a stream apart.
class FrameReader {
public:
    void feed(std::string_view bytes);
    /// The next message, valid until `feed`; nothing where more bytes are needed.  A fault, from
    /// which there is no way back, where a length exceeds frame_bytes_max or is no number.
    [[nodiscard]] files::Attempt<std::optional<std::string_view>> next();

private:
    std::string bytes_;
    std::size_t at_ = 0;
};

}  // namespace ballast::abci
