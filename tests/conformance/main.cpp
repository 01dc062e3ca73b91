/// ballast's conformance program: `conform DIR` answers the peers' own cases in DIR/<peer>/ and
/// prints how many it answers as they do.  Exit status: 0 if all do, 1 if a row differs or a file
/// cannot be read, 2 if there is nothing to run.
#include <ballast/conformance/runners.hpp>

#include <fnmatch.h>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace ballast::conformance;

struct Line {
    std::string file;
    Tally tally;
    bool covered = false;
};

const Runner* runner_for(const std::string& peer, const std::string& file) {
    for (const auto& runners : all_runners()) {
        for (const Runner& runner : runners) {
            const std::string pattern(runner.pattern);
            if (runner.peer == peer && fnmatch(pattern.c_str(), file.c_str(), 0) == 0)
                return &runner;
        }
    }
    return nullptr;
}

// Every file below `dir`, in order of name; a README is no case.
std::vector<fs::path> files_below(const fs::path& dir) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(dir)) {
        if (entry.is_regular_file() && !entry.path().stem().string().starts_with("README"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Line run(const fs::path& dir, const fs::path& file) {
    Line line;
    line.file = file.lexically_relative(dir).generic_string();
    const std::string peer = file.parent_path().lexically_relative(dir).generic_string();
    const Runner* runner = runner_for(peer, file.filename().string());
    if (runner == nullptr) return line;
    line.covered = true;
    try {
        runner->run(file, line.tally);
        if (line.tally.total == 0) line.tally.note = "the file holds no case";
    } catch (const std::exception& fault) {
        line.tally.malformed = fault.what();
    }
    return line;
}

void print_covered(const std::vector<Line>& lines) {
    std::size_t width = 4;
    for (const Line& line : lines) width = line.covered ? std::max(width, line.file.size()) : width;
    const int column = static_cast<int>(width);
    std::printf("%-*s  %15s  %s\n", column, "file", "passed/total", "note");
    for (const Line& line : lines) {
        if (!line.covered) continue;
        const Tally& tally = line.tally;
        const std::string count = std::to_string(tally.passed) + "/" + std::to_string(tally.total);
        const std::string note =
            tally.malformed.empty() ? tally.note : "MALFORMED: " + tally.malformed;
        std::printf("%-*s  %15s  %s\n", column, line.file.c_str(), count.c_str(), note.c_str());
    }
}

void print_failures(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
        for (const Failure& failure : line.tally.failures) {
            std::printf("\n%s, %s: %s\n  expected %s\n  got      %s\n", line.file.c_str(),
                        failure.where.c_str(), failure.what.c_str(), failure.expected.c_str(),
                        failure.got.c_str());
        }
    }
}

// One line per folder with its files.
void print_not_covered(const std::vector<Line>& lines) {
    std::map<std::string, std::string> folders;
    for (const Line& line : lines) {
        if (line.covered) continue;
        const fs::path file(line.file);
        std::string& names = folders[file.parent_path().generic_string()];
        names.append(names.empty() ? "" : ", ").append(file.filename().string());
    }
    if (!folders.empty()) std::printf("\nnot covered yet\n");
    for (const auto& [folder, names] : folders)
        std::printf("  %s/: %s\n", folder.c_str(), names.c_str());
}

int conform(const fs::path& dir) {
    std::vector<Line> lines;
    for (const fs::path& file : files_below(dir)) lines.push_back(run(dir, file));
    print_covered(lines);
    print_failures(lines);
    print_not_covered(lines);

    std::size_t files = 0;
    std::size_t passed = 0;
    std::size_t total = 0;
    bool good = true;
    for (const Line& line : lines) {
        if (!line.covered) continue;
        ++files;
        passed += line.tally.passed;
        total += line.tally.total;
        good = good && line.tally.good();
    }
    std::printf("\n%zu of %zu files covered, %zu/%zu cases passed\n", files, lines.size(), passed,
                total);
    if (files == 0) return 2;
    return good ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: conform DIR\n");
        return 2;
    }
    // A trailing slash would make the last part of the path empty.
    const fs::path dir = fs::path(std::string(arguments[1]) + "/").lexically_normal().parent_path();
    try {
        return conform(dir);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "conform: %s\n", fault.what());
        return 2;
    }
}
