#include <ballast/cli/cli.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/market/template.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

// The first sentence of the comment at the head of a preset.
files::Attempt<std::string> headline(const std::filesystem::path& path) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    std::string comment;
    std::size_t at = 0;
    while (at < text.size() && text[at] == '#') {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = std::string_view(text).substr(at + 1, end - at - 1);
        if (line.starts_with(' ')) line.remove_prefix(1);
        if (line.empty()) break;
        comment += comment.empty() ? "" : " ";
        comment += line;
        at = end + 1;
    }
    return comment.substr(0, comment.find(". "));
}

void list(Context& context) {
    const auto names = market::list_presets(presets_directory());
    if (names.empty()) {
        context.exit = context.console.fail(
            Exit::failed, {fmt::format("there are no presets in {}; set BALLAST_HOME",
                                       presets_directory().string())});
        return;
    }
    nlohmann::ordered_json answer = nlohmann::ordered_json::array();
    for (const std::string& name : names) {
        const auto path = presets_directory() / (name + ".toml");
        const std::string about = headline(path).value_or("");
        answer.push_back({{"name", name}, {"about", about}, {"file", path.string()}});
        if (!context.console.json()) context.console.print(fmt::format("{:<16} {}\n", name, about));
    }
    if (context.console.json()) context.console.print(answer.dump(2) + "\n");
}

}  // namespace

void add_presets(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("presets", "List the designs that come along");
    command->footer("Examples:\n  ballast presets\n  ballast market show maker");
    command->add_flag("--json")->description("print JSON");
    command->callback([&context] { list(context); });
}

}  // namespace ballast::cli
