#include "golden.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace ballast::golden {
namespace {

TEST(Golden, EveryCompilerGivesTheRecordedDigests) {
    std::ifstream file(BALLAST_SOURCE_DIR "/tests/golden/golden.txt");
    std::vector<std::string> recorded;
    std::string line;
    while (std::getline(file, line)) recorded.push_back(line);
    const std::vector<std::string> own = lines();
    ASSERT_EQ(own.size(), recorded.size());
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(own[i], recorded[i]);
}

}  // namespace
}  // namespace ballast::golden
