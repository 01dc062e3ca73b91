#include <ballast/cli/cli.hpp>
#include <ballast/cli/tree.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {

using Json = nlohmann::ordered_json;

void add_completion(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("completion", "Print what lets a shell complete commands");
    command->footer(
        "Examples:\n"
        "  ballast completion bash > ~/.local/share/bash-completion/completions/ballast\n"
        "  ballast completion zsh > ~/.zfunc/_ballast\n"
        "  ballast completion fish > ~/.config/fish/completions/ballast.fish\n\n"
        "Make the folder first, with mkdir -p.");
    const auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->add_flag("--json")->description("print JSON: the shell, and the script as text");
    command->callback([shell, &app, &context] {
        const std::string script = *shell == "bash"  ? bash_completion(app)
                                   : *shell == "zsh" ? zsh_completion(app)
                                                     : fish_completion(app);
        context.console.print(context.console.json()
                                  ? Json{{"shell", *shell}, {"script", script}}.dump(2) + "\n"
                                  : script);
    });
}

void add_reference(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("reference", "Print every command and option as a Markdown page");
    command->footer("Examples:\n  ballast reference > docs/operate/commands.md");
    command->add_flag("--json")->description("print JSON: the page as text");
    command->callback([&app, &context] {
        const std::string page = reference_page(app);
        context.console.print(context.console.json() ? Json{{"page", page}}.dump(2) + "\n" : page);
    });
}

}  // namespace ballast::cli
