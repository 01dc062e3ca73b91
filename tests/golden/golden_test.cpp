#include "golden.hpp"

#include <ballast/pricing/kernel.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace {

using namespace ballast::pricing;

kernel::Variant forced = kernel::Variant::baseline;

}  // namespace

/// Stands in for kernel::kernels() in this program (--wrap, CMakeLists.txt), so that every set of
/// instructions that the processor has can be asked for.
const kernel::Kernels& chosen() asm("__wrap__ZN7ballast7pricing6kernel7kernelsEv");
const kernel::Kernels& chosen() {
    return kernel::kernels(forced);
}

namespace ballast::golden {
namespace {

std::vector<std::string> recorded() {
    std::ifstream file(BALLAST_SOURCE_DIR "/tests/golden/golden.txt");
    std::vector<std::string> lines;
    std::string line;
    while (std::getline(file, line)) lines.push_back(line);
    return lines;
}

TEST(Golden, EveryCompilerGivesTheRecordedDigests) {
    forced = kernel::Variant::baseline;
    const std::vector<std::string> own = lines();
    const std::vector<std::string> wanted = recorded();
    ASSERT_EQ(own.size(), wanted.size());
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(own[i], wanted[i]);
}

TEST(Golden, EverySetOfInstructionsGivesThem) {
    const std::vector<std::string> wanted = recorded();
    for (const auto variant : {kernel::Variant::avx2, kernel::Variant::avx512}) {
        if (!kernel::supported(variant)) continue;
        forced = variant;
        const std::vector<std::string> own = lines_of_pricing();
        ASSERT_LE(own.size(), wanted.size());
        for (std::size_t i = 0; i < own.size(); ++i)
            EXPECT_EQ(own[i], wanted[wanted.size() - own.size() + i])
                << "variant " << static_cast<int>(variant);
    }
}

}  // namespace
}  // namespace ballast::golden
