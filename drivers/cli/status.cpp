#include <ballast/cli/cli.hpp>
#include <ballast/files/time.hpp>
#include <ballast/tools/node_call.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

using Json = nlohmann::ordered_json;

struct StatusOptions {
    std::string home;
    std::string node;
};

std::string text_of(const Json& info) {
    const Json& data = info.at("data");
    const bool ready = data.at("ready").get<bool>();
    std::string out = fmt::format(
        "{}{}\n", ready ? "ready" : "NOT READY: ", ready ? "" : data.at("why").get<std::string>());
    out += fmt::format("mode     {}\nchain    {}\n", data.at("mode").get<std::string>(),
                       data.at("chain_id").get<std::string>());
    out += fmt::format("height   {}\ntime     {}\nroot     {}\n", info.at("height").get<u64>(),
                       files::time_text(info.at("time").get<u64>()),
                       info.at("root").get<std::string>());
    out += fmt::format("oldest   {}\npending  {}\npeers    {}\n", data.at("oldest").get<u64>(),
                       data.at("pending").get<u64>(), data.at("peers").get<u64>());
    return out;
}

void ask(const StatusOptions& options, Context& context) {
    const auto info = options.node.empty() ? tools::ask_node(options.home, "node.info")
                                           : tools::ask_node_at(options.node, "node.info");
    if (!info) {
        context.exit = context.console.fail(Exit::failed, info.error());
        return;
    }
    context.console.print(context.console.json() ? info->dump(2) + "\n" : text_of(*info));
    if (!info->at("data").at("ready").get<bool>()) context.exit = Exit::failed;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("status", "Ask a node how it is doing");
    command->footer(
        "Examples:\n  ballast status\n  ballast status --node http://10.0.0.7:7420 --json\n\n"
        "Exit code 1 where nobody answers, or the node is not ready.");
    const auto options = std::make_shared<StatusOptions>();
    add_home_option(command, options->home);
    command->add_option("--node", options->node, "the address of a node, instead of a home");
    command->add_flag("--json")->description("print JSON");
    command->callback([options, &context] { ask(*options, context); });
}

}  // namespace ballast::cli
