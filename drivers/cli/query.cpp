#include <ballast/api/api.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/cli/node_call.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/version/version.hpp>

namespace ballast::cli {
namespace {

using Json = client::Json;

struct QueryOptions {
    std::string node = default_node;
    std::string method;
    std::vector<std::string> arguments;
    bool json = false;
    bool openrpc = false;
};

Json document() {
    return api::catalogue().openrpc("Ballast", std::string(version::number()));
}

// Params from key=value words by the method's schema, or one JSON object.
files::Attempt<Json> read_params(const QueryOptions& options) {
    if (options.arguments.size() == 1 && options.arguments[0].starts_with('{')) {
        Json params = Json::parse(options.arguments[0], nullptr, false);
        if (!params.is_object())
            return files::fault("'{}' is no JSON object", options.arguments[0]);
        return params;
    }
    const rpc::Methods all = api::catalogue();
    const rpc::Method* method = all.find(options.method);
    Json params = Json::object();
    for (const std::string& argument : options.arguments) {
        const std::size_t equals = argument.find('=');
        if (equals == 0 || equals == std::string::npos)
            return files::fault("'{}' is not KEY=VALUE", argument);
        const std::string key = argument.substr(0, equals);
        const std::string value = argument.substr(equals + 1);
        const Json type = method != nullptr && method->params["properties"].contains(key)
                              ? method->params["properties"][key]
                              : Json::object();
        params[key] = value_of(type, value);
    }
    return params;
}

files::Attempt<void> know_method(const std::string& method) {
    std::vector<std::string> names;
    const Json all = document();
    for (const Json& row : all["methods"]) names.push_back(row["name"]);
    if (method.starts_with("admin.") || std::ranges::find(names, method) != names.end()) return {};
    return files::fault("'{}' is no method{}", method, market::suggestion(method, names));
}

void query(const QueryOptions& options, Context& context) {
    Console& console = context.console;
    if (options.openrpc) return console.print(document().dump(2) + "\n");
    if (options.method.empty()) {
        context.exit = console.fail(Exit::usage, {"name a method; see ballast query --help"});
        return;
    }
    auto known = know_method(options.method);
    if (!known) {
        context.exit = console.fail(Exit::usage, known.error());
        return;
    }
    const auto params = read_params(options);
    if (!params) {
        context.exit = console.fail(Exit::usage, params.error());
        return;
    }
    const auto answer = call_node(options.node, options.method, *params);
    if (!answer) {
        context.exit = console.fail(answer.error().code, answer.error().fault);
        return;
    }
    console.print(options.json ? answer->dump(2) + "\n" : table_of(*answer));
}

}  // namespace

void add_query(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("query", "Ask a node");
    command->footer(
        "Examples:\n"
        "  ballast query node.info\n"
        "  ballast query vault.list owner=17 within=0.1\n"
        "  ballast query account.get account=17 height=1000 --json\n"
        "  ballast query event.list '{\"from\": 1, \"name\": \"vault_unhealthy\"}'\n"
        "  ballast query --openrpc\n\n"
        "Methods and their params: docs/methods/api.md.");
    const auto options = std::make_shared<QueryOptions>();
    command->add_option("method", options->method, "a method")->type_name("METHOD");
    command->add_option("arguments", options->arguments, "params, or all of them as JSON")
        ->type_name("KEY=VALUE...");
    add_node_option(command, options->node);
    command->add_flag("--json", options->json, "print JSON");
    command->add_flag("--openrpc", options->openrpc)
        ->description("print the OpenRPC document of all methods; asks nobody");
    command->callback([options, &context] { query(*options, context); });
}

}  // namespace ballast::cli
