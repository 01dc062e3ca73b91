#include <ballast/cli/cli.hpp>
#include <ballast/cli/node_call.hpp>
#include <ballast/cli/option_values.hpp>
#include <ballast/engine/describe.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/wire/json.hpp>

#include <algorithm>
#include <charconv>

namespace ballast::cli {
namespace {

using client::Json;
using files::Attempt;
using files::fault;

struct TxOptions {
    KeyOptions key;
    std::string node = default_node;
    std::vector<std::string> words;
    u64 from = 0;
    u64 expires = 0;
    bool batch = false;
    bool dry_run = false;
    bool no_wait = false;
    bool json = false;
};

std::vector<std::string> action_words() {
    std::vector<std::string> names;
    for (const std::string_view name : engine::action_names()) names.emplace_back(name);
    return names;
}

// One line per action: its name, and its fields with those in brackets that may be left out.
std::string action_help() {
    std::string out;
    const auto names = action_words();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Json schema = wire::action_schema(i);
        out += fmt::format("  {:<20}", names[i]);
        for (const auto& [field, ignored] : schema["properties"].items()) {
            if (field == "action") continue;
            const bool needed =
                std::ranges::find(schema["required"], Json(field)) != schema["required"].end();
            out += needed ? fmt::format(" {}", field) : fmt::format(" [{}]", field);
        }
        out += "\n";
    }
    return out;
}

// `ACTION key=value… [ACTION key=value…]…`: a word without = begins an action.
Attempt<Json> read_actions(const std::vector<std::string>& words) {
    const auto names = action_words();
    Json actions = Json::array();
    Json schema;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) {
            const auto found = std::ranges::find(names, word);
            if (found == names.end())
                return fault("'{}' is no action{}", word, market::suggestion(word, names));
            schema = wire::action_schema(static_cast<std::size_t>(found - names.begin()));
            actions.push_back({{"action", word}});
            continue;
        }
        if (actions.empty()) return fault("'{}' stands before any action", word);
        const std::string key = word.substr(0, equals);
        if (key == "action" || !schema["properties"].contains(key)) {
            std::vector<std::string> fields;
            for (const auto& [field, ignored] : schema["properties"].items())
                if (field != "action") fields.push_back(field);
            return fault("'{}' is no field of {}{}", key,
                         actions.back()["action"].get<std::string>(),
                         market::suggestion(key, fields));
        }
        actions.back()[key] = value_of(schema["properties"][key], word.substr(equals + 1));
    }
    if (actions.empty()) return fault("name an action; see ballast tx --help");
    return actions;
}

Json request_of(const TxOptions& options, const Json& actions) {
    Json params{{"sender", options.from}, {"actions", actions}};
    if (options.batch) params["batch"] = true;
    if (options.expires != 0) params["expires"] = options.expires;
    return params;
}

// The names of a market, which are all that reading and describing a transaction needs of it.
engine::Genesis names_of(const Json& info) {
    engine::Genesis genesis;
    genesis.name = info["name"];
    for (const Json& row : info["assets"]) genesis.assets.emplace_back().name = row["name"];
    for (const Json& row : info["publishers"])
        genesis.oracle.publishers.emplace_back().name = row["name"];
    for (const Json& row : info["feeds"]) genesis.oracle.feeds.emplace_back().name = row["name"];
    for (const Json& row : info["vault_types"])
        genesis.types.emplace_back().vault.name = row["name"];
    for (const Json& row : info["underlyings"])
        genesis.clearing.underlyings.emplace_back().name = row["name"];
    for (const Json& row : info["compartments"])
        genesis.clearing.compartments.emplace_back().name = row["name"];
    for (const Json& row : info["models"])
        genesis.clearing.models.emplace_back().name = row.get<std::string>();
    return genesis;
}

// The node says names and nonces; what is signed is made here, of the words of the command line.
Attempt<Json> signed_json(const TxOptions& options, const keys::Signer& signer, const Json& info,
                          const Json& prepared, const Json& actions) {
    const engine::Genesis names = names_of(info);
    const Json whole{{"sender", options.from},
                     {"nonce", prepared["nonce"]},
                     {"expires", options.expires},
                     {"actions", actions},
                     {"batch", options.batch || actions.size() != 1}};
    BALLAST_TRY(engine::Transaction transaction, wire::transaction_from_json(whole, names));
    BALLAST_TRY(const Bytes digest, files::bytes_of_hex(info["digest"].get<std::string>(), 32));
    crypto::Digest chain{};
    std::ranges::copy(digest, chain.begin());
    transaction.authorisation = signer.sign(transaction, names, chain);
    return wire::to_json(transaction, names);
}

std::string receipt_text(const Json& data) {
    if (data["receipt"].is_null())
        return fmt::format("accepted; {}\n", data["id"].get<std::string>());
    const Json& receipt = data["receipt"];
    return fmt::format("{} at height {}: {}\n{}\n", receipt["name"].get<std::string>(),
                       data["height"].dump(), receipt["sentence"].get<std::string>(),
                       data["id"].get<std::string>());
}

Answer<Json> run_transaction(const TxOptions& options, const Json& actions) {
    if (options.dry_run)
        return call_node(options.node, "transaction.dry_run", request_of(options, actions));
    const auto signer = open_key(options.key);
    if (!signer) return std::unexpected(Refusal{Exit::bad_input, signer.error()});
    BALLAST_TRY(const Json prepared,
                call_node(options.node, "transaction.prepare", request_of(options, actions)));
    BALLAST_TRY(const Json info, call_node(options.node, "chain.info", Json::object()));
    const auto transaction = signed_json(options, *signer, info["data"], prepared["data"], actions);
    if (!transaction) return std::unexpected(Refusal{Exit::bad_input, transaction.error()});
    return call_node(
        options.node, "transaction.submit",
        Json{{"transaction", *transaction}, {"wait", options.no_wait ? "accept" : "commit"}});
}

void transact(const TxOptions& options, Context& context) {
    Console& console = context.console;
    const auto actions = read_actions(options.words);
    if (!actions) {
        context.exit = console.fail(Exit::usage, actions.error());
        return;
    }
    const auto answer = run_transaction(options, *actions);
    if (!answer) {
        context.exit = console.fail(answer.error().code, answer.error().fault);
        return;
    }
    const Json& data = (*answer)["data"];
    if (options.json)
        console.print(answer->dump(2) + "\n");
    else
        console.print(options.dry_run ? table_of(*answer) : receipt_text(data));
    const Json& receipt = options.dry_run ? data["receipts"][0] : data["receipt"];
    if (receipt.is_object() && !receipt["accepted"].get<bool>()) context.exit = Exit::failed;
}

}  // namespace

void add_tx(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("tx", "Sign a transaction and hand it to a node");
    command->footer(
        "Examples:\n"
        "  ballast tx transfer to=17 asset=ETH amount=1.5 --from 16 --key alice\n"
        "  ballast tx open_vault type=ETH-A --from 16 --key alice\n"
        "  ballast tx deposit vault=0 asset=ETH amount=10 mint vault=0 amount=5000 --from 16 "
        "--batch --key alice\n"
        "  ballast tx withdraw vault=0 asset=ETH amount=1 --from 16 --dry-run\n\n"
        "Actions and their fields:\n" +
        action_help());
    const auto options = std::make_shared<TxOptions>();
    command->add_option("action", options->words, "an action and its fields; several with --batch")
        ->type_name("ACTION KEY=VALUE...");
    command->add_option("--from", options->from, "the account that asks")->required();
    command->add_option("--expires", options->expires,
                        "last block time at which it may be done, seconds since 1970");
    add_key_options(command, options->key);
    add_node_option(command, options->node);
    command->add_flag("--batch", options->batch, "several actions, all or none");
    command->add_flag("--dry-run", options->dry_run, "say what would become of it; needs no key");
    command->add_flag("--no-wait", options->no_wait, "do not wait for the block");
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &context] { transact(*options, context); });
}

}  // namespace ballast::cli
