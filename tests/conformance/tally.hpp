/// Counting of cases: how many of a file's rows we answer as the peer did, and where we do not.
#pragma once

#include <ballast/math/u256.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::conformance {

/// Thrown when a file is not of the layout that its name promises.  The sentence says where.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Failure {
    std::string where;  ///< The row or the case.
    std::string what;   ///< The quantity.
    std::string expected;
    std::string got;
};

/// The result of one file.
struct Tally {
    static constexpr std::size_t failures_kept = 5;

    std::size_t passed = 0;
    std::size_t total = 0;
    std::string note;               ///< "exact", or the bound and its reason.
    std::vector<Failure> failures;  ///< The first of them.
    std::string malformed;          ///< Why the file cannot be read; empty if it can.

    /// A file without a case is no failure: the peer has such, and what is held out may fill them.
    [[nodiscard]] bool good() const { return malformed.empty() && passed == total; }
};

/// One row of a file: it passes if every comparison made during its life agrees.
class Case {
public:
    Case(Tally& tally, std::string where) : tally_(&tally), where_(std::move(where)) {
        ++tally_->total;
    }
    Case(const Case&) = delete;
    Case& operator=(const Case&) = delete;
    ~Case() {
        if (right_) ++tally_->passed;
    }

    void same(std::string_view what, std::string expected, std::string got);
    void same(std::string_view what, const math::U256& expected, const math::U256& got);
    void same(std::string_view what, bool expected, bool got);
    /// |expected - got| <= bound.
    void near(std::string_view what, const math::U256& expected, const math::U256& got,
              const math::U256& bound);
    /// Something that cannot be compared at all.
    void fail(std::string_view what, std::string expected, std::string got);

private:
    Tally* tally_;
    std::string where_;
    bool right_ = true;
};

}  // namespace ballast::conformance
