/// What an audit finds: how often each law was checked, and every time that it did not hold.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::audit {

/// The laws of the machine, and two more: that the machine's own accounts hold what they keep, and
/// that only those act who may.
enum class Law : u8 { l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, custody, authority };
inline constexpr std::size_t laws = 12;

/// "L1" to "L10", "custody" or "authority".
[[nodiscard]] std::string_view name(Law law);

/// One time that a law did not hold.
struct Violation {
    Law law{};
    u64 height = 0;
    std::string what;
    std::string expected;
    std::string found;
};

/// Violations kept in full; those beyond are counted only.
inline constexpr std::size_t violations_kept = 100;

/// Decimal digits, with a sign.
[[nodiscard]] std::string text(i128 value);

class Findings {
public:
    /// The block that is being looked at.
    void at(u64 height) { height_ = height; }

    /// The two numbers must be equal.  `what` is called for the sentence only where they are not.
    template <class What>
    void equal(Law law, i128 expected, i128 found, What&& what) {
        count(law);
        if (expected != found) add(law, what(), text(expected), text(found));
    }
    template <class What>
    void at_most(Law law, i128 most, i128 found, What&& what) {
        count(law);
        if (found > most) add(law, what(), "at most " + text(most), text(found));
    }
    template <class What>
    void at_least(Law law, i128 least, i128 found, What&& what) {
        count(law);
        if (found < least) add(law, what(), "at least " + text(least), text(found));
    }
    template <class What>
    void holds(Law law, bool good, What&& what) {
        count(law);
        if (!good) add(law, what(), "yes", "no");
    }
    void add(Law law, std::string what, std::string expected, std::string found);

    [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
    /// All there were, those that are not kept included.
    [[nodiscard]] u64 violated() const { return violated_; }
    /// How often the law was looked at.
    [[nodiscard]] u64 checks(Law law) const { return checks_[static_cast<std::size_t>(law)]; }

private:
    void count(Law law) { ++checks_[static_cast<std::size_t>(law)]; }

    u64 height_ = 0;
    u64 violated_ = 0;
    std::array<u64, laws> checks_{};
    std::vector<Violation> violations_;
};

}  // namespace ballast::audit
