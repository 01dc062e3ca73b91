#include <ballast/tools/doctor_system.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace ballast::tools {
namespace {

namespace fs = std::filesystem;

/// A program that says it is this version of CometBFT.
fs::path program(const std::string& version) {
    fs::path path = fs::path(testing::TempDir()) / ("comet-" + version);
    std::ofstream(path) << "#!/bin/sh\necho " << version << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
}

node::Config replicated() {
    node::Config config;
    config.consensus = "cometbft";
    return config;
}

TEST(Doctor, LooksAtTheCometThatANodeWouldRun) {
    const fs::path good = program("0.38.25");
    const Finding found = check_consensus(replicated(), good);
    EXPECT_EQ(found.level, Level::ok);
    EXPECT_EQ(found.says, "cometbft 0.38.25, " + good.string());
    EXPECT_EQ(check_consensus(replicated(), program("1.0.0")).level, Level::warn);
    EXPECT_EQ(check_consensus(replicated(), fs::path("/bin/false")).level, Level::fail);
}

TEST(Doctor, SaysWhereNoCometWasFound) {
    const Finding lacking = check_consensus(replicated(), files::fault("it is not in PATH"));
    EXPECT_EQ(lacking.level, Level::fail);
    EXPECT_EQ(lacking.says, "it is not in PATH");
    EXPECT_EQ(check_consensus(node::Config{}, files::fault("it is not in PATH")).level, Level::ok);
}

}  // namespace
}  // namespace ballast::tools
