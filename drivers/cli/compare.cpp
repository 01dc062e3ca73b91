#include <ballast/replay/compare.hpp>
#include <ballast/cli/book.hpp>
#include <ballast/cli/design.hpp>
#include <ballast/replay/report.hpp>

#include <algorithm>

namespace ballast::cli {
namespace {

struct CompareOptions : StudyOptions {
    std::vector<std::string> variants;
    BookOptions book;
};

std::unexpected<Refusal> failed(const files::Fault& fault) {
    return std::unexpected(Refusal{Exit::failed, fault});
}

// All presets, ours last, unless variants are named.
std::vector<std::string> names_of(const CompareOptions& options) {
    if (!options.variants.empty()) return options.variants;
    auto names = market::list_presets(presets_directory());
    if (std::erase(names, "ballast") != 0) names.emplace_back("ballast");
    return names;
}

Answer<std::vector<replay::Variant>> variants_of(Study& study,
                                                 const std::vector<std::string>& names) {
    std::vector<replay::Variant> variants;
    for (const std::string& name : names) {
        std::vector<std::string> notes;
        auto genesis = market_for(study, name, notes);
        if (!genesis) return std::unexpected(genesis.error());
        for (const std::string& note : notes)
            study.setup.notes.push_back(fmt::format("{}: {}", name, note));
        const std::string stem = std::filesystem::path(name).stem().string();
        variants.push_back({name.ends_with(".toml") ? stem : name, std::move(*genesis)});
    }
    return variants;
}

Answer<void> write(const std::vector<replay::Study>& studies,
                   const std::vector<replay::Variant>& variants, files::RunDirectory& directory,
                   u64 every) {
    std::vector<std::pair<std::string, std::string>> contents{
        {"comparison.txt", replay::comparison(studies)},
        {"comparison.json", replay::comparison_json(studies)}};
    for (std::size_t i = 0; i < studies.size(); ++i) {
        const std::string& name = variants[i].name;
        contents.emplace_back(name + ".market.toml", market::market_text(variants[i].market));
        contents.emplace_back(name + ".manifest.json",
                              replay::manifest_json(studies[i], build_name()));
        contents.emplace_back(name + ".blocks.csv", replay::blocks_csv(studies[i], every));
        contents.emplace_back(name + ".auctions.csv", replay::auctions_csv(studies[i]));
    }
    for (const auto& [name, content] : contents)
        if (auto done = directory.write(name, content); !done) return failed(done.error());
    if (auto done = directory.finish(); !done) return failed(done.error());
    return {};
}

Answer<std::vector<replay::Study>> compare_designs(const CompareOptions& options,
                                                   Console& console) {
    auto study = gather_study(options);
    if (!study) return std::unexpected(study.error());
    const auto variants = variants_of(*study, names_of(options));
    if (!variants) return std::unexpected(variants.error());
    std::optional<files::RunDirectory> directory;
    if (!options.out.empty()) {
        auto begun = files::RunDirectory::begin(options.out);
        if (!begun) return failed(begun.error());
        directory.emplace(std::move(*begun));
    }
    auto studies = replay::compare(study->setup, *variants,
                                   [&](const std::string& name, std::size_t at, std::size_t total) {
                                       console.progress("comparing, now " + name, at, total);
                                   });
    if (!studies) return std::unexpected(Refusal{Exit::bad_input, studies.error()});
    if (directory)
        if (auto done = write(*studies, *variants, *directory, options.every); !done)
            return std::unexpected(done.error());
    return std::move(*studies);
}

void compare_command(const CompareOptions& options, Context& context) {
    Console& console = context.console;
    console.show_progress(options.progress);
    if (options.list_settings) return console.print(settings_text(options.json));
    if (!options.book.book.empty()) return compare_book(options, options.book, context);
    const auto studies = compare_designs(options, console);
    if (!studies) {
        context.exit = console.fail(studies.error().code, studies.error().fault);
        return;
    }
    console.print(options.json ? replay::comparison_json(*studies) : replay::comparison(*studies));
    if (!options.out.empty() && !options.json)
        console.print(fmt::format("\nrun directory: {}\n", options.out));
    const bool backed = std::ranges::all_of(*studies, &replay::Study::backed);
    if (options.require_backed && !backed) context.exit = Exit::failed;
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("compare", "Run the same crash and population under several designs");
    command->footer(
        "Examples:\n"
        "  ballast compare 2020-03\n"
        "  ballast compare 2021-05 --variant maker --variant liquity-v1 --variant ballast\n"
        "  ballast compare --prices eth.csv --variant maker my-market.toml --json\n"
        "  ballast compare 2020-03 --book short-strangles --models ballast,derive-pmrm2\n\n"
        "Without --variant, all presets are compared.");
    const auto options = std::make_shared<CompareOptions>();
    add_study_options(command, *options);
    add_book_options(command, options->book, true);
    command->add_option("--variant", options->variants, "presets or market files")
        ->expected(1, -1)
        ->take_all();
    command->callback([options, &context] { compare_command(*options, context); });
}

}  // namespace ballast::cli
