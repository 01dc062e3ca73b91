#include "golden.hpp"

#include <cstdio>

/// Prints the golden lines: golden > tests/golden/golden.txt, where a change of them is meant.
int main() {
    for (const std::string& line : ballast::golden::lines()) std::printf("%s\n", line.c_str());
    return 0;
}
