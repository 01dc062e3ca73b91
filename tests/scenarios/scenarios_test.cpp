/// Every *.scn of the folder as a test of its own.
///
///     scenarios_test                    runs them all, as any test
///     scenarios_test --update [FILE…]   writes the last line, `root …`, where nothing else differs
///     scenarios_test --actual FILE      prints the scenario as it happens

#include "runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace ballast::scenarios {
namespace {

using Path = std::filesystem::path;

class ScenarioTest : public testing::Test {
public:
    explicit ScenarioTest(Path path) : path_(std::move(path)) {}
    void TestBody() override {
        const auto played = play_file();
        if (!played) FAIL() << played.error().sentence;
        if (played->differences.empty()) return;
        FAIL() << show(played->differences) << "as it happens: scenarios_test --actual "
               << path_.string();
    }

private:
    Attempt<Played> play_file() const {
        BALLAST_TRY(const Scenario scenario, load(path_));
        return play(scenario);
    }
    Path path_;
};

std::vector<Path> all_scenarios() {
    std::vector<Path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(BALLAST_SCENARIOS_DIR))
        if (entry.path().extension() == ".scn") paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

int complain(const std::string& sentence) {
    std::fprintf(stderr, "%s\n", sentence.c_str());
    return 1;
}

int print_actual(const Path& path) {
    const auto scenario = load(path);
    if (!scenario) return complain(scenario.error().sentence);
    const auto played = play(*scenario);
    if (!played) return complain(played.error().sentence);
    std::fputs(played->actual.c_str(), stdout);
    return 0;
}

// What differs otherwise is for a person to decide.
int update_root(const Path& path) {
    const auto scenario = load(path);
    if (!scenario) return complain(scenario.error().sentence);
    auto played = play(*scenario);
    if (!played) return complain(played.error().sentence);
    std::erase_if(played->differences,
                  [&](const Difference& d) { return d.actual == played->root; });
    if (!played->differences.empty()) return complain(show(played->differences));
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << with_root(*scenario, played->root);
    return out.flush() ? 0 : complain("cannot write " + path.string());
}

int update(const std::vector<Path>& paths) {
    int failures = 0;
    for (const Path& path : paths) failures += update_root(path);
    return failures == 0 ? 0 : 1;
}

void register_tests() {
    for (const Path& path : all_scenarios())
        testing::RegisterTest("scenario", path.stem().string().c_str(), nullptr, nullptr, __FILE__,
                              __LINE__,
                              [path]() -> ScenarioTest* { return new ScenarioTest(path); });
}

}  // namespace
}  // namespace ballast::scenarios

int main(int count, char** values) {
    using namespace ballast::scenarios;
    const std::vector<std::string> arguments(values + 1, values + count);
    if (!arguments.empty() && arguments[0] == "--update")
        return update(count == 2 ? all_scenarios()
                                 : std::vector<Path>(arguments.begin() + 1, arguments.end()));
    if (!arguments.empty() && arguments[0] == "--actual")
        return count == 3 ? print_actual(arguments[1]) : complain("--actual takes one file");
    register_tests();
    testing::InitGoogleTest(&count, values);
    return RUN_ALL_TESTS();
}
