/// What is wrong with a market's terms.  Every room's `validate` answers with the first fault it
/// finds.
#pragma once

#include <ballast/base/quantity.hpp>

#include <optional>
#include <string>

namespace ballast {

struct TermsFault {
    std::string key;   ///< Where, as a path in the room's terms: "feeds[2].quorum_count".
    std::string what;  ///< The rule that is broken, with the value and the limit: "is 4, must be at
                       ///< most 3".

    friend bool operator==(const TermsFault&, const TermsFault&) = default;
};

/// A number as a person writes it: quantities as decimals without trailing zeros.
[[nodiscard]] std::string text(i128 value);
[[nodiscard]] std::string text(Amount value);
[[nodiscard]] std::string text(Price value);
[[nodiscard]] std::string text(Ratio value);
[[nodiscard]] std::string text(Ray value);

/// The fault of a value that is not from `least` to `most`, both included.
template <class T>
[[nodiscard]] std::optional<TermsFault> outside(const std::string& key, T value, T least, T most) {
    if (least <= value && value <= most) return {};
    std::string what = "is ";
    what += text(value);
    what += value < least ? ", must be at least " : ", must be at most ";
    what += text(value < least ? least : most);
    return TermsFault{key, what};
}

/// list[position], as it stands in keys.
[[nodiscard]] std::string at(const char* list, std::size_t position);

/// The fault of a part, with its place in the whole in front of the key.
[[nodiscard]] std::optional<TermsFault> within(const std::string& place,
                                               std::optional<TermsFault> fault);

}  // namespace ballast
