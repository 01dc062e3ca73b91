#include <ballast/cli/cli.hpp>

#include <cstdlib>

namespace ballast::cli {

void add_home_option(CLI::App* command, std::string& home) {
    const char* user = std::getenv("HOME");
    home = (std::filesystem::path(user == nullptr ? "." : user) / ".ballast").string();
    command->add_option("--home", home, "the folder of the node")
        ->envname("BALLAST_NODE_HOME")
        ->capture_default_str();
}

}  // namespace ballast::cli
