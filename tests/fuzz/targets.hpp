/// Everything that reads bytes or text which nobody vouches for, as functions over bytes.  A target
/// returns where the bytes were handled, whatever was said about them; it stops the process where
/// they were not.
#pragma once

#include <ballast/base/codec.hpp>

#include <span>
#include <string_view>

namespace ballast::fuzz {

struct Target {
    std::string_view name;
    void (*run)(ByteView bytes);
    /// Inputs that make sense, to begin from.
    std::vector<Bytes> (*seeds)();
};

[[nodiscard]] std::span<const Target> targets();

[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

}  // namespace ballast::fuzz
