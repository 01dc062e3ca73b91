#include <ballast/cli/book.hpp>
#include <ballast/cli/design.hpp>
#include <ballast/replay/report.hpp>

namespace ballast::cli {
namespace {

struct ReplayOptions : StudyOptions {
    std::string market = "ballast";
    bool log = false;
    BookOptions book;
};

Answer<replay::Study> run_study(const ReplayOptions& options, Console& console, Bytes& log,
                                std::optional<files::RunDirectory>& directory) {
    auto study = gather_study(options);
    if (!study) return std::unexpected(study.error());
    replay::Setup& setup = study->setup;
    auto genesis = market_for(*study, options.market, setup.notes);
    if (!genesis) return std::unexpected(genesis.error());
    if (!options.out.empty()) {
        // Before the work, so that a wrong place is told at once.
        auto begun = files::RunDirectory::begin(options.out);
        if (!begun) return std::unexpected(Refusal{Exit::failed, begun.error()});
        directory.emplace(std::move(*begun));
        if (auto done = directory->write("market.toml", market::market_text(*genesis)); !done)
            return std::unexpected(Refusal{Exit::failed, done.error()});
    }
    setup.market = std::move(*genesis);
    setup.market_name = options.market;
    if (options.log)
        setup.record = [&log](ByteView part) { log.insert(log.end(), part.begin(), part.end()); };
    auto result = replay::run(
        setup, [&](u64 done, u64 total) { console.progress("replaying, blocks", done, total); });
    if (!result) return std::unexpected(Refusal{Exit::bad_input, result.error()});
    return std::move(*result);
}

/// Writes what the run leaves, and gives the directory its name.
files::Attempt<void> leave(const replay::Study& study, const ReplayOptions& options,
                           const Bytes& log, files::RunDirectory& directory) {
    BALLAST_CHECK(replay::write(study, directory, build_name(), options.every));
    const auto* text = reinterpret_cast<const char*>(log.data());
    if (options.log) BALLAST_CHECK(directory.write("blocks.log", {text, log.size()}));
    return directory.finish();
}

void replay_command(const ReplayOptions& options, Context& context) {
    Console& console = context.console;
    console.show_progress(options.progress);
    if (options.list_settings) return console.print(settings_text(options.json));
    if (!options.book.book.empty())
        return replay_book(options, options.book, options.market, context);
    if (options.log && options.out.empty()) {
        context.exit = console.fail(
            Exit::usage, files::Fault{"--log writes into the run directory: name one with --out"});
        return;
    }
    Bytes log;
    std::optional<files::RunDirectory> directory;
    const auto study = run_study(options, console, log, directory);
    if (!study) {
        context.exit = console.fail(study.error().code, study.error().fault);
        return;
    }
    if (directory) {
        if (auto done = leave(*study, options, log, *directory); !done) {
            context.exit = console.fail(Exit::failed, done.error());
            return;
        }
    }
    console.print(options.json ? replay::summary_json(*study) : replay::summary(*study));
    if (directory && !options.json)
        console.print(fmt::format("\nrun directory: {}\n", options.out));
    if (options.require_backed && !study->backed()) context.exit = Exit::failed;
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("replay", "Run a market through a crash");
    command->footer(
        "Examples:\n"
        "  ballast replay 2020-03\n"
        "  ballast replay 2020-03 --market maker --set keepers.capital=500000 --out run-1\n"
        "  ballast replay --prices ETH@binance=eth.csv BTC@binance=btc.csv --from 2021-05-19\n"
        "  ballast replay 2020-03 --out run-1 --log && ballast audit run-1/blocks.log\n"
        "  ballast replay 2021-05 --vaults vaults.csv --market liquity-v1 --json\n"
        "  ballast replay 2020-03 --book short-strangles --model derive-pmrm2\n"
        "  ballast replay --settings");
    const auto options = std::make_shared<ReplayOptions>();
    add_study_options(command, *options);
    add_book_options(command, options->book, false);
    command->add_option("--market", options->market, "a preset or a market file")
        ->capture_default_str();
    command->add_flag("--log", options->log, "write the block log too, for ballast audit");
    command->callback([options, &context] { replay_command(*options, context); });
}

}  // namespace ballast::cli
