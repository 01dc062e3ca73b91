/// Whole numbers with a sign, wide enough for every product in the peers' formulas, and JSON read
/// without rounding them.
#pragma once

#include <ballast/conformance/json.hpp>
#include <ballast/math/mul_div.hpp>

#include <compare>
#include <string>

namespace ballast::conformance {

/// A sign and 256 bits.  Sums and products assert that they fit.  Division goes towards zero, as
/// that of the peers' languages does.
class Whole {
public:
    Whole() = default;
    // Every integer is one of these, so the conversion is meant to be silent.
    Whole(i128 value)  // NOLINT(google-explicit-constructor)
        : negative_(value < 0), size_(math::magnitude(value)) {}
    Whole(bool negative, const math::U256& size)
        : negative_(negative && !size.zero()), size_(size) {}

    [[nodiscard]] bool zero() const { return size_.zero(); }
    [[nodiscard]] int sign() const { return size_.zero() ? 0 : negative_ ? -1 : 1; }
    [[nodiscard]] const math::U256& size() const { return size_; }
    [[nodiscard]] std::string text() const;
    /// The value, or Malformed.
    [[nodiscard]] i128 small() const;

    friend bool operator==(const Whole&, const Whole&) = default;
    friend std::strong_ordering operator<=>(const Whole& a, const Whole& b) {
        if (a.negative_ != b.negative_) return b.negative_ <=> a.negative_;
        return a.negative_ ? b.size_ <=> a.size_ : a.size_ <=> b.size_;
    }
    friend Whole operator-(const Whole& a) { return {!a.negative_, a.size_}; }
    friend Whole operator+(const Whole& a, const Whole& b);
    friend Whole operator-(const Whole& a, const Whole& b) { return a + -b; }
    friend Whole operator*(const Whole& a, const Whole& b) {
        return {a.negative_ != b.negative_, a.size_ * b.size_};
    }
    friend Whole operator/(const Whole& a, const Whole& b) {
        return {a.negative_ != b.negative_, a.size_ / b.size_};
    }
    friend Whole operator%(const Whole& a, const Whole& b) { return a - a / b * b; }

private:
    bool negative_ = false;
    math::U256 size_;
};

[[nodiscard]] inline Whole absolute(const Whole& a) {
    return {false, a.size()};
}
[[nodiscard]] Whole power_of_ten(u32 exponent);
/// a / b towards minus infinity, and towards plus infinity.  `b` > 0.
[[nodiscard]] Whole floored(const Whole& a, const Whole& b);
[[nodiscard]] Whole ceiled(const Whole& a, const Whole& b);
/// Towards zero.
[[nodiscard]] Whole times_power_of_ten(const Whole& a, int exponent);

/// The document with every number of 16 digits or more as a string of them, so that none passes
/// through a double.  Throws Malformed where the file is no JSON object.
[[nodiscard]] Json read_exact(const std::filesystem::path& file);

/// A whole number; a string of one; or a call of the peer's language that builds one: a name with
/// arguments, tokens of signs, names of the largest numbers of a type.
[[nodiscard]] Whole whole_of(const Json& value);
[[nodiscard]] Whole whole_of(const Json& object, std::string_view key);
[[nodiscard]] Whole whole_or(const Json& object, std::string_view key, const Whole& otherwise);

}  // namespace ballast::conformance
