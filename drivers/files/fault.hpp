/// What the world does wrong: a missing disk, a broken table, a word that means nothing.  A Fault
/// is a sentence that names the place, the value found and what was expected, so that the reader
/// can mend it without asking.
#pragma once

#include <ballast/base/result.hpp>

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

namespace ballast::files {

struct Fault {
    std::string sentence;
};

template <class T>
using Attempt = std::expected<T, Fault>;

/// A Fault made from an fmt format and its arguments.
template <class... Args>
[[nodiscard]] std::unexpected<Fault> fault(fmt::format_string<Args...> format, Args&&... args) {
    return std::unexpected(Fault{fmt::format(format, std::forward<Args>(args)...)});
}

}  // namespace ballast::files

namespace ballast {

/// Lets BALLAST_TRY and BALLAST_CHECK hand a Fault upwards as they do a Reject.
[[nodiscard]] inline std::unexpected<files::Fault> no(files::Fault fault) {
    return std::unexpected(std::move(fault));
}

}  // namespace ballast
