#include <ballast/cli/cli.hpp>
#include <ballast/cli/tree.hpp>

namespace ballast::cli {

void add_completion(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("completion", "Print what lets a shell complete commands");
    command->footer(
        "Examples:\n"
        "  ballast completion bash > ~/.local/share/bash-completion/completions/ballast\n"
        "  ballast completion zsh > ~/.zfunc/_ballast\n"
        "  ballast completion fish > ~/.config/fish/completions/ballast.fish");
    const auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([shell, &app, &context] {
        context.console.print(*shell == "bash"  ? bash_completion(app)
                              : *shell == "zsh" ? zsh_completion(app)
                                                : fish_completion(app));
    });
}

void add_reference(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("reference", "Print every command and option as a Markdown page");
    command->footer("Examples:\n  ballast reference > docs/operate/commands.md");
    command->callback([&app, &context] { context.console.print(reference_page(app)); });
}

}  // namespace ballast::cli
