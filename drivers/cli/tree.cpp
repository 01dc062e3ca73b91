#include <ballast/cli/tree.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

namespace ballast::cli {
namespace {

OptionWords words_of(const CLI::Option& option) {
    OptionWords words;
    for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
    words.about = option.get_description();
    words.fallback = option.get_default_str();
    words.environment = option.get_envname();
    if (option.get_positional()) words.positional = option.get_name(true, false);
    words.takes_value = option.get_items_expected_max() > 0;
    words.required = option.get_required();
    return words;
}

void descend(const CLI::App& app, std::vector<std::string> path, std::vector<CommandWords>& out) {
    CommandWords words;
    words.path = path;
    words.about = app.get_description();
    words.footer = app.get_footer();
    for (const CLI::Option* option : app.get_options()) words.options.push_back(words_of(*option));
    words.commands = app.get_subcommands({});
    out.push_back(words);
    for (const CLI::App* command : words.commands) {
        path.push_back(command->get_name());
        descend(*command, path, out);
        path.pop_back();
    }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

/// Text inside single quotes of any of the three shells.
std::string quoted(const std::string& text) {
    return "'" + replaced(text, "'", "") + "'";
}

std::vector<std::string> words_offered(const CommandWords& command) {
    std::vector<std::string> words;
    for (const CLI::App* below : command.commands) words.push_back(below->get_name());
    for (const OptionWords& option : command.options)
        words.insert(words.end(), option.names.begin(), option.names.end());
    return words;
}

std::vector<std::string> words_with_value(const CommandWords& command) {
    std::vector<std::string> words;
    for (const OptionWords& option : command.options)
        if (option.takes_value) words.insert(words.end(), option.names.begin(), option.names.end());
    return words;
}

/// Arms of a shell's `case` that follow the words typed so far down the tree.
std::string steps(const std::vector<CommandWords>& tree) {
    std::string out;
    for (const CommandWords& command : tree)
        for (const CLI::App* below : command.commands) {
            const std::string name = below->get_name();
            const std::string key = command.key();
            out += fmt::format("            '{}:{}') at='{}' ;;\n", key, name,
                               key.empty() ? name : key + "/" + name);
        }
    return out;
}

std::string default_of(const OptionWords& option) {
    const char* home = std::getenv("HOME");
    std::string text = option.fallback;
    if (home != nullptr && *home != '\0' && text.starts_with(home))
        text = "~" + text.substr(std::string_view(home).size());
    return text;
}

std::string row_of(const OptionWords& option) {
    std::string name = option.positional.empty()
                           ? fmt::format("`{}`", fmt::join(option.names, "`, `"))
                           : "*" + option.positional + "*";
    if (option.takes_value && option.positional.empty()) name += " *value*";
    std::string about = replaced(replaced(option.about, "|", "\\|"), "\n", " ");
    if (option.required) about += "; required";
    if (const std::string fallback = default_of(option); !fallback.empty())
        about += fmt::format(" (default `{}`)", fallback);
    if (!option.environment.empty()) about += fmt::format(", or `{}`", option.environment);
    return fmt::format("| {} | {} |\n", name, about);
}

}  // namespace

std::string CommandWords::key() const {
    return fmt::format("{}", fmt::join(path, "/"));
}

std::vector<CommandWords> tree_of(const CLI::App& app) {
    std::vector<CommandWords> tree;
    descend(app, {}, tree);
    return tree;
}

std::string reference_page(const CLI::App& app) {
    std::string out =
        "# Commands\n\nEvery command of the program with its options, as `ballast COMMAND --help` "
        "shows them.\nWritten by `ballast reference`; a test compares.\n";
    for (const CommandWords& command : tree_of(app)) {
        out += fmt::format("\n## ballast{}{}\n\n{}\n", command.path.empty() ? "" : " ",
                           fmt::join(command.path, " "), command.about);
        if (!command.options.empty()) out += "\n| | |\n| --- | --- |\n";
        for (const OptionWords& option : command.options)
            if (option.names.empty() || option.names.front() != "--help") out += row_of(option);
        if (!command.footer.empty()) out += fmt::format("\n```text\n{}\n```\n", command.footer);
    }
    return out;
}

std::string bash_completion(const CLI::App& app) {
    const auto tree = tree_of(app);
    std::string out =
        "# bash completion of ballast; put it into ~/.local/share/bash-completion/completions/\n"
        "_ballast() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local at= word offered= valued=\n"
        "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        "        case \"$at:$word\" in\n" +
        steps(tree) +
        "        esac\n"
        "    done\n"
        "    case \"$at\" in\n";
    for (const CommandWords& command : tree)
        out += fmt::format("        '{}') offered='{}' valued=' {} ' ;;\n", command.key(),
                           fmt::join(words_offered(command), " "),
                           fmt::join(words_with_value(command), " "));
    out +=
        "    esac\n"
        "    COMPREPLY=()\n"
        "    if [[ $valued != *\" $prev \"* ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -W \"$offered\" -- \"$cur\")\n"
        "    fi\n"
        "    if [[ ${#COMPREPLY[@]} -eq 0 && $cur != -* ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
        "    fi\n"
        "}\n"
        "complete -o filenames -F _ballast ballast\n";
    return out;
}

std::string zsh_completion(const CLI::App& app) {
    const auto tree = tree_of(app);
    std::string out =
        "#compdef ballast\n"
        "_ballast() {\n"
        "    local at= word\n"
        "    local -a offered\n"
        "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
        "        case \"$at:$word\" in\n" +
        steps(tree) +
        "        esac\n"
        "    done\n"
        "    case \"$at\" in\n";
    for (const CommandWords& command : tree) {
        out += fmt::format("        '{}') offered=(", command.key());
        for (const CLI::App* below : command.commands)
            out += quoted(below->get_name() + ":" + below->get_description()) + " ";
        for (const OptionWords& option : command.options)
            for (const std::string& name : option.names)
                out += quoted(name + ":" + replaced(option.about, "\n", " ")) + " ";
        out += ") ;;\n";
    }
    out +=
        "    esac\n"
        "    _describe 'ballast' offered\n"
        "    _files\n"
        "}\n"
        "# Autoloaded, this file is the function, and is to answer at once.\n"
        "if [[ $funcstack[1] == _ballast ]]; then\n"
        "    _ballast \"$@\"\n"
        "else\n"
        "    compdef _ballast ballast\n"
        "fi\n";
    return out;
}

std::string fish_completion(const CLI::App& app) {
    const auto tree = tree_of(app);
    std::string out =
        "# fish completion of ballast; put it into ~/.config/fish/completions/ballast.fish\n"
        "function __ballast_at\n"
        "    set -l at ''\n"
        "    for word in (commandline -opc)[2..-1]\n"
        "        switch \"$at:$word\"\n";
    for (const CommandWords& command : tree)
        for (const CLI::App* below : command.commands) {
            const std::string key = command.key();
            const std::string name = below->get_name();
            out += fmt::format("            case '{}:{}'\n                set at '{}'\n", key, name,
                               key.empty() ? name : key + "/" + name);
        }
    out +=
        "        end\n"
        "    end\n"
        "    test \"$at\" = \"$argv[1]\"\n"
        "end\n";
    for (const CommandWords& command : tree) {
        const std::string when = fmt::format("-n \"__ballast_at '{}'\"", command.key());
        for (const CLI::App* below : command.commands)
            out += fmt::format("complete -c ballast {} -a {} -d {}\n", when, below->get_name(),
                               quoted(below->get_description()));
        for (const OptionWords& option : command.options)
            for (const std::string& name : option.names)
                out += fmt::format(
                    "complete -c ballast {} {} {}{} -d {}\n", when,
                    name.starts_with("--") ? "-l" : "-s", name.substr(name.find_first_not_of('-')),
                    option.takes_value ? " -r" : "", quoted(replaced(option.about, "\n", " ")));
    }
    return out;
}

}  // namespace ballast::cli
