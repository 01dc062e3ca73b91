#include <ballast/cli/cli.hpp>
#include <ballast/cli/margin_text.hpp>
#include <ballast/engine/registry.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>

namespace ballast::cli {
namespace {

namespace fs = std::filesystem;

struct MarginOptions {
    std::string book;
    std::string model = "ballast";
    bool matrix = false;
    bool json = false;
};

fs::path models_directory() {
    return home() / "markets" / "margin";
}

// A file, or the name of one that comes along.
files::Attempt<fs::path> find_model(const std::string& name) {
    if (name.ends_with(".toml") || fs::exists(name)) return fs::path(name);
    const auto names = market::list_models(models_directory());
    if (std::ranges::find(names, name) == names.end())
        return files::fault("'{}' is no margin model{}", name, market::suggestion(name, names));
    return models_directory() / (name + ".toml");
}

files::Attempt<std::string> answer(const MarginOptions& options) {
    const auto kinds = engine::registry();
    BALLAST_TRY(const market::AccountBook book, market::load_book(options.book, kinds));
    BALLAST_TRY(const fs::path path, find_model(options.model));
    BALLAST_TRY(const margin::Model model, market::load_model(path, book.names));
    const margin::Table table = margin::build(model, book.market(), kinds, book.open_interest);
    const MarginAnswer result = margin_answer(book, model, table);
    if (options.json) return margin_json(result, options.matrix);
    return margin_text(result, options.matrix);
}

void margin_command(const MarginOptions& options, Context& context) {
    const auto text = answer(options);
    if (text) return context.console.print(*text);
    context.exit = context.console.fail(Exit::bad_input, text.error());
}

}  // namespace

void add_margin(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("margin", "Say what an account of derivatives requires, and why");
    command->footer(
        "Examples:\n"
        "  ballast margin markets/books/hedged-options.toml\n"
        "  ballast margin book.toml --model derive-pmrm2 --matrix\n"
        "  ballast margin book.toml --model my-model.toml --matrix --json\n\n"
        "Books and models are files: docs/methods/margin.md, sections 18 and 19.");
    const auto options = std::make_shared<MarginOptions>();
    command->add_option("book", options->book, "an account book")->required()->type_name("FILE");
    command->add_option("--model", options->model, "a margin model: its name, or a file")
        ->capture_default_str()
        ->type_name("NAME");
    command->add_flag("--matrix", options->matrix)
        ->description("print the profit of every scenario, and of every expiry in the worst");
    command->add_flag("--json", options->json)->description("print JSON");
    command->callback([options, &context] { margin_command(*options, context); });
}

}  // namespace ballast::cli
