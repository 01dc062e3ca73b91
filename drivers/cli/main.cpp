#include <ballast/cli/cli.hpp>

int main(int argc, char** argv) {
    return ballast::cli::run(argc, argv);
}
