#include <ballast/cli/book.hpp>

#include <ballast/derivatives/report.hpp>
#include <ballast/market/model.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>

namespace ballast::cli {
namespace {

std::unexpected<Refusal> refuse(Exit code, const files::Fault& fault) {
    return std::unexpected(Refusal{code, fault});
}

std::filesystem::path models_directory() {
    return home() / "markets" / "margin";
}

// Settings of the book out of those of the study.
Answer<void> take_settings(std::vector<std::string>& settings, derivatives::BookTerms& terms) {
    std::vector<std::string> rest;
    for (const std::string& setting : settings) {
        const auto equals = setting.find('=');
        if (!setting.starts_with("book.") || equals == std::string::npos) {
            rest.push_back(setting);
            continue;
        }
        const std::string key = setting.substr(0, equals);
        const auto known = derivatives::set_term(terms, key, setting.substr(equals + 1));
        if (!known) return refuse(Exit::usage, known.error());
        if (*known) continue;
        std::vector<std::string> names;
        for (const auto& [name, value] : derivatives::settings_of(terms)) names.push_back(name);
        return refuse(Exit::usage, {fmt::format("--set {}: is no parameter of a book{}", setting,
                                                market::suggestion(key, names))});
    }
    settings = rest;
    return {};
}

// A model that the market does not have comes from its file.
Answer<std::string> add_model(const std::string& name, engine::Genesis& genesis) {
    auto& models = genesis.clearing.models;
    if (std::ranges::any_of(models, [&](const auto& model) { return model.name == name; }))
        return name;
    const bool is_file = name.ends_with(".toml");
    const auto path = is_file ? std::filesystem::path(name) : models_directory() / (name + ".toml");
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return refuse(
            Exit::usage,
            {fmt::format("'{}' is neither a margin model nor a file{}", name,
                         market::suggestion(name, market::list_models(models_directory())))});
    market::ModelNames names;
    for (const auto& asset : genesis.assets) names.assets.push_back(asset.name);
    for (const auto& underlying : genesis.clearing.underlyings)
        names.underlyings.push_back(underlying.name);
    auto model = market::load_model(path, names);
    if (!model) return refuse(Exit::bad_input, model.error());
    const std::string own = model->name;
    models.push_back(std::move(*model));
    return own;
}

Answer<derivatives::Setup> gather_book(StudyOptions options, const BookOptions& book,
                                       const std::string& market) {
    derivatives::Setup setup;
    setup.book = book.book;
    if (auto done = take_settings(options.settings, setup.terms); !done)
        return std::unexpected(done.error());
    if (!options.seed.empty()) setup.terms.seed = options.seed;
    if (!options.block_time.empty()) {
        const auto set = derivatives::set_term(setup.terms, "book.block_time", options.block_time);
        if (!set) return refuse(Exit::usage, set.error());
        options.block_time.clear();
    }
    auto study = gather_study(options);
    if (!study) return std::unexpected(study.error());
    setup.base = std::move(study->setup);
    const bool own = market == "ballast" || market == "derivatives";
    const auto path = own ? home() / "markets" / "derivatives.toml" : std::filesystem::path(market);
    const auto overrides = market::parse_overrides(study->market_settings);
    if (!overrides) return refuse(Exit::usage, overrides.error());
    auto genesis = market::load_market(path, *overrides);
    if (!genesis) return refuse(Exit::bad_input, genesis.error());
    setup.base.market = std::move(*genesis);
    setup.base.market_name = own ? "derivatives" : market;
    return setup;
}

Answer<std::optional<files::RunDirectory>> begin(const std::string& out) {
    if (out.empty()) return std::nullopt;
    auto begun = files::RunDirectory::begin(out);
    if (!begun) return refuse(Exit::failed, begun.error());
    return std::optional<files::RunDirectory>(std::move(*begun));
}

Answer<derivatives::Study> run_book(const StudyOptions& options, const BookOptions& book,
                                    const std::string& market, Console& console) {
    auto setup = gather_book(options, book, market);
    if (!setup) return std::unexpected(setup.error());
    if (!book.models.empty()) {
        const auto model = add_model(book.models.front(), setup->base.market);
        if (!model) return std::unexpected(model.error());
        setup->model = *model;
    }
    auto directory = begin(options.out);
    if (!directory) return std::unexpected(directory.error());
    auto study = derivatives::run(
        *setup, [&](u64 done, u64 total) { console.progress("replaying, blocks", done, total); });
    if (!study) return refuse(Exit::bad_input, study.error());
    if (!*directory) return std::move(*study);
    if (auto done = (*directory)->write("market.toml", market::market_text(setup->base.market));
        !done)
        return refuse(Exit::failed, done.error());
    if (auto done = derivatives::write(*study, **directory, build_name()); !done)
        return refuse(Exit::failed, done.error());
    if (auto done = (*directory)->finish(); !done) return refuse(Exit::failed, done.error());
    return std::move(*study);
}

Answer<std::vector<derivatives::Study>> run_models(const StudyOptions& options,
                                                   const BookOptions& book, Console& console) {
    auto setup = gather_book(options, book, "derivatives");
    if (!setup) return std::unexpected(setup.error());
    std::vector<std::string> models;
    for (const std::string& name :
         book.models.empty() ? market::list_models(models_directory()) : book.models) {
        const auto model = add_model(name, setup->base.market);
        if (!model) return std::unexpected(model.error());
        models.push_back(*model);
    }
    auto directory = begin(options.out);
    if (!directory) return std::unexpected(directory.error());
    auto studies = derivatives::compare(
        *setup, models, [&](const std::string& name, std::size_t at, std::size_t total) {
            console.progress("comparing, now " + name, at, total);
        });
    if (!studies) return refuse(Exit::bad_input, studies.error());
    if (!*directory) return std::move(*studies);
    std::vector<std::pair<std::string, std::string>> contents{
        {"comparison.txt", derivatives::comparison(*studies)},
        {"comparison.json", derivatives::comparison_json(*studies)}};
    for (const derivatives::Study& study : *studies) {
        contents.emplace_back(study.model + ".path.csv", derivatives::path_csv(study));
        contents.emplace_back(study.model + ".greeks.csv", derivatives::greeks_csv(study));
    }
    for (const auto& [name, content] : contents)
        if (auto done = (*directory)->write(name, content); !done)
            return refuse(Exit::failed, done.error());
    if (auto done = (*directory)->finish(); !done) return refuse(Exit::failed, done.error());
    return std::move(*studies);
}

}  // namespace

void add_book_options(CLI::App* command, BookOptions& options, bool several) {
    std::string names;
    for (const std::string& name : derivatives::drawn_books())
        names += (names.empty() ? "" : ", ") + name;
    command->add_option("--book", options.book,
                        "replay margin accounts instead of vaults: " + names + ", or a table");
    if (several)
        command
            ->add_option("--models", options.models,
                         "of a book: the margin models to compare; otherwise all")
            ->delimiter(',');
    else
        command->add_option("--model", options.models, "of a book: its margin model")->expected(1);
}

void replay_book(const StudyOptions& options, const BookOptions& book, const std::string& market,
                 Context& context) {
    const auto study = run_book(options, book, market, context.console);
    if (!study) {
        context.exit = context.console.fail(study.error().code, study.error().fault);
        return;
    }
    context.console.print(options.json ? derivatives::summary_json(*study)
                                       : derivatives::summary(*study));
    if (!options.out.empty() && !options.json)
        context.console.print(fmt::format("\nrun directory: {}\n", options.out));
    if (!study->findings.empty()) context.exit = Exit::broken;
    if (options.require_backed && !study->covered()) context.exit = Exit::failed;
}

void compare_book(const StudyOptions& options, const BookOptions& book, Context& context) {
    const auto studies = run_models(options, book, context.console);
    if (!studies) {
        context.exit = context.console.fail(studies.error().code, studies.error().fault);
        return;
    }
    context.console.print(options.json ? derivatives::comparison_json(*studies)
                                       : derivatives::comparison(*studies));
    if (!options.out.empty() && !options.json)
        context.console.print(fmt::format("\nrun directory: {}\n", options.out));
}

}  // namespace ballast::cli
