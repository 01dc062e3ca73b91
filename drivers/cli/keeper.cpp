#include <ballast/keeper/keeper.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/cli/option_values.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/numbers.hpp>

namespace ballast::cli {
namespace {

using files::Attempt;
using files::fault;
using Json = nlohmann::ordered_json;

constexpr std::size_t rungs_max = 64;
constexpr u32 decimals = files::money_decimals;

struct KeeperOptions {
    KeyOptions key;
    std::string node = "http://127.0.0.1:7420";
    u64 account = 0;
    std::optional<u64> margin_account;
    std::string cost = "0";
    std::string profit = "0";
    std::string slippage = "0";
    std::vector<std::string> depths;
    std::vector<std::string> prices;
    std::string refill = "1h";
    std::string capital;
    std::string expiry = "2m";
    u64 parallel = 4;
    bool json = false;
};

// "SIZE:DISCOUNT,…", each the next so much of the asset.
Attempt<std::vector<keeper::Rung>> read_ladder(const std::string& argument,
                                               const std::string& ladder) {
    std::vector<keeper::Rung> rungs;
    std::string_view rest = ladder;
    while (!rest.empty()) {
        const std::string_view rung = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), rung.size() + 1));
        const std::size_t colon = rung.find(':');
        if (colon == std::string_view::npos)
            return fault("--depth {}: '{}' is not SIZE:DISCOUNT", argument, rung);
        const std::string option = fmt::format("--depth {}:", argument);
        BALLAST_TRY(const i128 size, read_number(option, rung.substr(0, colon), decimals, 1,
                                                 limits::amount_max.units()));
        BALLAST_TRY(const Ratio discount,
                    read_ratio(option, rung.substr(colon + 1), Ratio(), Ratio::units(ratio_one)));
        if (!rungs.empty() && discount < rungs.back().discount)
            return fault("--depth {}: the discount falls at '{}'", argument, rung);
        if (rungs.size() == rungs_max)
            return fault("--depth {}: more than {} rungs", argument, rungs_max);
        rungs.push_back({Amount::units(size), discount});
    }
    return rungs;
}

// A table with the columns size and discount, as one line.
Attempt<std::string> ladder_of(const std::string& path) {
    BALLAST_TRY(auto table, files::CsvReader::open(path));
    BALLAST_TRY(const std::size_t size, table.require("size"));
    BALLAST_TRY(const std::size_t discount, table.require("discount"));
    std::string ladder;
    while (true) {
        BALLAST_TRY(const bool more, table.next());
        if (!more) return ladder;
        ladder += fmt::format("{}{}:{}", ladder.empty() ? "" : ",", table.field(size),
                              table.field(discount));
    }
}

Attempt<void> read_depths(const KeeperOptions& options, keeper::Options& out) {
    for (const std::string& argument : options.depths) {
        BALLAST_TRY(const auto pair, read_pair("--depth", argument));
        std::string ladder = pair.second;
        if (ladder.find(':') == std::string::npos) {
            BALLAST_TRY(ladder, ladder_of(pair.second));
        }
        BALLAST_TRY(out.depths[pair.first], read_ladder(argument, ladder));
    }
    for (const std::string& argument : options.prices) {
        BALLAST_TRY(const auto pair, read_pair("--price", argument));
        BALLAST_TRY(const i128 price,
                    read_number("--price", pair.second, decimals, 1, limits::price_max.units()));
        out.prices[pair.first] = Price::units(static_cast<i64>(price));
    }
    return {};
}

// "50" is dollars of each bid, "2 %" a part of what is paid.
Attempt<void> read_profit(const std::string& text, keeper::Terms& terms) {
    if (text.ends_with('%')) {
        BALLAST_TRY(terms.margin,
                    read_ratio("--min-profit", text, Ratio(), Ratio::units(10 * i64{ratio_one})));
        return {};
    }
    BALLAST_TRY(const i128 cash,
                read_number("--min-profit", text, decimals, 0, limits::amount_max.units()));
    terms.profit_min = Cash::units(cash);
    return {};
}

Attempt<keeper::Options> read_options(const KeeperOptions& options) {
    keeper::Options out;
    out.node = options.node;
    if (options.account < system_accounts || options.account >= limits::accounts_max)
        return fault("--account {}: must be from {} to {}", options.account, system_accounts,
                     limits::accounts_max - 1);
    out.account = AccountId(static_cast<u32>(options.account));
    if (options.margin_account && *options.margin_account >= limits::accounts_max)
        return fault("--margin-account {}: must be at most {}", *options.margin_account,
                     limits::accounts_max - 1);
    if (options.margin_account)
        out.margin_account = MarginAccountId(static_cast<u32>(*options.margin_account));
    BALLAST_TRY(const i128 cost,
                read_number("--cost", options.cost, decimals, 0, limits::amount_max.units()));
    out.terms.cost = Cash::units(cost);
    BALLAST_CHECK(read_profit(options.profit, out.terms));
    BALLAST_TRY(out.slippage,
                read_ratio("--slippage", options.slippage, Ratio(), Ratio::units(ratio_one)));
    BALLAST_CHECK(read_depths(options, out));
    BALLAST_TRY(out.refill_seconds, read_seconds("--refill", options.refill, 30 * 86'400));
    BALLAST_TRY(out.expiry_seconds, read_seconds("--expiry", options.expiry, 86'400));
    if (out.expiry_seconds == 0) return fault("--expiry {}: must be at least 1 s", options.expiry);
    if (!options.capital.empty()) {
        BALLAST_TRY(const i128 capital, read_number("--capital", options.capital, decimals, 1,
                                                    limits::amount_max.units()));
        out.capital = Amount::units(capital);
    }
    if (options.parallel < 1 || options.parallel > keeper::parallel_max)
        return fault("--parallel {}: must be from 1 to {}", options.parallel, keeper::parallel_max);
    out.parallel = options.parallel;
    return out;
}

void tell(const keeper::Notice& notice, bool json) {
    say_now(
        json ? notice.json.dump() : fmt::format("{:<8} {}", keeper::name(notice.kind), notice.text),
        notice.kind == keeper::Notice::Kind::fault && !json);
}

std::string amount_text(Amount amount) {
    return files::decimal_text(amount.units(), decimals, decimals);
}

std::string cash_text(Cash cash) {
    return files::decimal_text(cash.units(), decimals, 2);
}

Json summary_json(const keeper::Summary& summary) {
    Json standings = Json::array();
    for (const keeper::Standing& standing : summary.standings)
        standings.push_back({{"asset", standing.asset},
                             {"start", amount_text(standing.start)},
                             {"now", amount_text(standing.now)},
                             {"paid", amount_text(standing.result.paid)},
                             {"reward", amount_text(standing.result.reward)},
                             {"fees", amount_text(standing.result.fees)},
                             {"proceeds", cash_text(standing.result.proceeds)},
                             {"profit", cash_text(standing.profit)}});
    Json gained = Json::object();
    for (const auto& [asset, amount] : summary.gained) gained[asset] = amount_text(amount);
    return {{"kind", "summary"},
            {"height", summary.height},
            {"time", summary.time},
            {"auctions", summary.auctions},
            {"submitted", summary.count.submitted},
            {"won", summary.count.won},
            {"lost", summary.count.lost},
            {"expired", summary.count.expired},
            {"pending", summary.count.pending},
            {"reasons", summary.reasons},
            {"skipped", summary.skipped},
            {"skips", summary.skips},
            {"interruptions", summary.interruptions},
            {"near_threshold", summary.near_threshold},
            {"standings", standings},
            {"gained", gained},
            {"differences", summary.differences}};
}

std::string summary_text(const keeper::Summary& summary) {
    std::string text = fmt::format(
        "{} auctions seen; {} bids: {} won, {} lost, {} expired, {} open; {} not handed in\n",
        summary.auctions, summary.count.submitted, summary.count.won, summary.count.lost,
        summary.count.expired, summary.count.pending, summary.skipped);
    for (const auto& [reason, count] : summary.reasons)
        text += fmt::format("  lost {:>6}  {}\n", count, reason);
    for (const keeper::Standing& standing : summary.standings)
        text +=
            fmt::format("{}: paid {}, reward {}, fees {}; worth {} outside; profit {} dollars\n",
                        standing.asset, amount_text(standing.result.paid),
                        amount_text(standing.result.reward), amount_text(standing.result.fees),
                        cash_text(standing.result.proceeds), cash_text(standing.profit));
    for (const auto& [asset, amount] : summary.gained)
        text += fmt::format("gained {} {}\n", amount_text(amount), asset);
    for (const std::string& difference : summary.differences)
        text += fmt::format("NOT EXPLAINED  {}\n", difference);
    if (summary.differences.empty()) text += "the balances are what the bids explain\n";
    return text;
}

void run_keeper(const KeeperOptions& options, Context& context) {
    Console& console = context.console;
    const auto begun = begin(read_options(options), options.key, context);
    if (!begun) return;
    const auto summary = keeper::keep(begun->options, begun->signer, stop_on_signals(),
                                      [&](const auto& notice) { tell(notice, console.json()); });
    if (!summary) {
        context.exit = console.fail(Exit::failed, summary.error());
        return;
    }
    console.print(console.json() ? summary_json(*summary).dump() + "\n" : summary_text(*summary));
}

}  // namespace

void add_keeper(CLI::App& app, Context& context) {
    auto options = std::make_shared<KeeperOptions>();
    CLI::App* command =
        app.add_subcommand("keeper", "Watch a node's auctions and bid where it pays.");
    command->add_option("--node", options->node, "the node")
        ->envname("BALLAST_NODE")
        ->capture_default_str();
    command->add_option("--account", options->account, "number of the account that bids")
        ->required();
    add_key_options(command, options->key);
    command->add_option("--cost", options->cost, "dollars that one take costs, beside the fee")
        ->capture_default_str();
    command
        ->add_option("--min-profit", options->profit,
                     "least profit of a bid: dollars, or a part of what is paid (2%)")
        ->capture_default_str();
    command->add_option("--margin-account", options->margin_account,
                        "its margin account, to take portfolios into; without it they are left "
                        "alone");
    command
        ->add_option("--slippage", options->slippage,
                     "what selling collateral loses, and getting rid of a portfolio's positions, "
                     "of their gross worth")
        ->capture_default_str();
    command
        ->add_option("--depth", options->depths,
                     "ASSET=SIZE:DISCOUNT,… or ASSET=FILE with columns size and discount: the "
                     "next so much of it sells at so much less")
        ->allow_extra_args(false);
    command->add_option("--refill", options->refill, "for so long what was bought fills its outlet")
        ->capture_default_str();
    command
        ->add_option("--price", options->prices,
                     "ASSET=DOLLARS outside; without it the market's own mark")
        ->allow_extra_args(false);
    command->add_option("--capital", options->capital,
                        "most in flight at a time, in the asset that is paid; without it all");
    command->add_option("--expiry", options->expiry, "of a bid, in the node's time")
        ->capture_default_str();
    command->add_option("--parallel", options->parallel, "bids in flight at a time")
        ->capture_default_str();
    command->add_flag("--json", options->json, "one JSON object per line");
    command->footer(
        "Examples:\n"
        "  ballast keeper --account 16 --dev-key alice --min-profit 2%\n"
        "  ballast keeper --account 21 --key keeper --cost 5 --min-profit 50 \\\n"
        "      --depth ETH=500:0.2%,2000:1%,5000:4%\n"
        "  ballast keeper --account 21 --key keeper --margin-account 7 --slippage 1%\n\n"
        "Ends with SIGINT or SIGTERM and then says what was won and lost; docs/methods/keeper.md.");
    command->callback([options, &context] { run_keeper(*options, context); });
}

}  // namespace ballast::cli
