#include <ballast/conformance/tally.hpp>

namespace ballast::conformance {

void Case::fail(std::string_view what, std::string expected, std::string got) {
    right_ = false;
    if (tally_->failures.size() < Tally::failures_kept) {
        tally_->failures.push_back(
            {where_, std::string(what), std::move(expected), std::move(got)});
    }
}

void Case::same(std::string_view what, std::string expected, std::string got) {
    if (expected != got) fail(what, std::move(expected), std::move(got));
}

void Case::same(std::string_view what, const math::U256& expected, const math::U256& got) {
    if (expected != got) fail(what, math::to_decimal(expected), math::to_decimal(got));
}

void Case::same(std::string_view what, bool expected, bool got) {
    if (expected != got) fail(what, expected ? "yes" : "no", got ? "yes" : "no");
}

void Case::near(std::string_view what, const math::U256& expected, const math::U256& got,
                const math::U256& bound) {
    const math::U256 distance = expected > got ? expected - got : got - expected;
    if (distance > bound) {
        fail(what, math::to_decimal(expected) + " +- " + math::to_decimal(bound),
             math::to_decimal(got));
    }
}

}  // namespace ballast::conformance
