/// The registry of a machine with one instrument more.
#include <ballast/engine/registry.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ballast {
namespace {

TEST(registry, holds_the_new_instrument_behind_all_others) {
    const auto kinds = engine::registry();
    ASSERT_GT(kinds.size(), 1u);
    EXPECT_EQ(kinds.back().name, "power");
    EXPECT_EQ(kinds.front().name, "perp");
    std::set<std::string> names;
    for (const risk::Kind& kind : kinds) {
        EXPECT_TRUE(kind.check && kind.value && kind.greeks && kind.range && kind.funding &&
                    kind.payoff)
            << kind.name;
        EXPECT_TRUE(names.insert(std::string(kind.name)).second) << kind.name;
    }
}

}  // namespace
}  // namespace ballast
