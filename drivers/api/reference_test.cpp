// The tables of docs/methods/api.md and docs/operate/metrics.md are what the program says of
// itself, and the dashboard and the alerts ask for nothing that is not there.
#include <ballast/api/event_words.hpp>
#include <ballast/api/test_node.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace ballast::api::test {
namespace {

std::string file(const std::string& path) {
    std::ifstream in(std::string(BALLAST_SOURCE_DIR) + "/" + path);
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_TRUE(in) << path << " cannot be read";
    return text.str();
}

// What stands between the marks <!-- NAME --> and <!-- end of NAME -->.
std::string section(const std::string& text, const std::string& name) {
    const std::string begin = "<!-- " + name + " -->\n";
    const std::size_t first = text.find(begin);
    const std::size_t last = text.find("\n<!-- end of " + name + " -->");
    if (first == std::string::npos || last == std::string::npos) return "there is no " + name;
    return text.substr(first + begin.size(), last - first - begin.size());
}

std::string params_text(const Json& params) {
    std::string out;
    for (const auto& [name, type] : params["properties"].items()) {
        const bool required =
            std::ranges::find(params["required"], Json(name)) != params["required"].end();
        out += fmt::format("{}`{}`{}", out.empty() ? "" : ", ", name, required ? "" : "?");
    }
    return out;
}

std::string member_text(const Json& result) {
    const Json& data = result["properties"]["data"];
    std::string out;
    for (const auto& [name, type] : data["properties"].items())
        out += fmt::format("{}`{}`", out.empty() ? "" : ", ", name);
    return out;
}

std::string method_table(const rpc::Methods& methods) {
    std::string out = "| method | params | data | |\n| --- | --- | --- | --- |";
    const Json document = methods.openrpc("Ballast", "0");
    for (const Json& row : document["methods"]) {
        const rpc::Method* method = methods.find(row["name"]);
        if (method == nullptr) continue;
        out += fmt::format("\n| `{}` | {} | {} | {} |", method->name, params_text(method->params),
                           member_text(method->result), method->summary);
    }
    return out;
}

std::string channel_table(const rpc::Hub& hub) {
    std::string out = "| channel | params | data | |\n| --- | --- | --- | --- |";
    for (const Json& row : hub.describe()) {
        std::string data;
        for (const auto& [name, type] : row["data"]["properties"].items())
            data += fmt::format("{}`{}`", data.empty() ? "" : ", ", name);
        out += fmt::format("\n| `{}` | {} | {} | {} |", row["name"].get<std::string>(),
                           params_text(row["params"]), data, row["summary"].get<std::string>());
    }
    return out;
}

std::string event_rows() {
    std::string out = "| event | number | members |\n| --- | --- | --- |";
    for (const EventWords& row : event_table()) {
        std::string members;
        for (const std::string& member : row.members)
            members += fmt::format("{}`{}`", members.empty() ? "" : ", ", member);
        out += fmt::format("\n| `{}` | {} | {} |", row.name, row.number, members);
    }
    return out;
}

std::string metric_table() {
    std::string out = "| metric | type | label | |\n| --- | --- | --- | --- |";
    for (const MetricName& row : metric_names())
        out += fmt::format("\n| `{}` | {} | {} | {} |", row.name, row.type,
                           row.labels.empty() ? "" : "`" + row.labels + "`", row.help);
    return out;
}

// All metrics that a text names, without what Prometheus appends to histograms.
std::set<std::string> named_in(const std::string& text) {
    static const std::regex pattern("ballast_[a-z_]+");
    std::set<std::string> names;
    for (std::sregex_iterator found(text.begin(), text.end(), pattern), none; found != none;
         ++found) {
        std::string name = found->str();
        for (const char* end : {"_bucket", "_sum", "_count"})
            if (name.starts_with("ballast_block_seconds") && name.ends_with(end))
                name.resize(name.size() - std::string(end).size());
        names.insert(name);
    }
    return names;
}

TEST(reference, the_methods_are_those_of_the_document) {
    EXPECT_EQ(section(file("docs/methods/api.md"), "methods"), method_table(catalogue()));
}

TEST(reference, the_channels_are_those_of_the_document) {
    MemoryBackend backend(busy_machine());
    rpc::Hub hub;
    Api api(backend);
    api.add_to(hub);
    EXPECT_EQ(section(file("docs/methods/api.md"), "channels"), channel_table(hub));
}

TEST(reference, the_events_are_those_of_the_document) {
    EXPECT_EQ(section(file("docs/methods/api.md"), "events"), event_rows());
}

TEST(reference, the_metrics_are_those_of_the_document) {
    EXPECT_EQ(section(file("docs/operate/metrics.md"), "metrics"), metric_table());
}

TEST(reference, dashboard_and_alerts_ask_only_for_what_is_there) {
    std::set<std::string> known;
    for (const MetricName& row : metric_names()) known.insert(row.name);
    for (const char* path : {"operate/grafana.json", "operate/alerts.yml"}) {
        const auto names = named_in(file(path));
        EXPECT_GT(names.size(), 5u) << path;
        for (const std::string& name : names)
            EXPECT_TRUE(known.contains(name)) << path << " " << name;
    }
    EXPECT_TRUE(Json::parse(file("operate/grafana.json")).contains("panels"));
}

TEST(metrics, every_metric_of_the_table_is_on_the_page) {
    Node node;
    (void)node.backend.act(sample::user(0), vaults::OpenVault{sample::ether_vaults});
    const rpc::Page page = node.api.pages().at("/metrics")();
    EXPECT_EQ(page.status, 200u);
    for (const MetricName& row : metric_names())
        EXPECT_NE(page.body.find("# TYPE " + row.name + " " + row.type), std::string::npos)
            << row.name;
    EXPECT_NE(page.body.find("ballast_feed_status{feed=\"ETH/USD\"} 0"), std::string::npos);
    EXPECT_NE(page.body.find("ballast_feed_fresh_seconds{feed=\"ETH/USD\"} "), std::string::npos);
    EXPECT_NE(page.body.find("ballast_supply{asset=\"USDB\"}"), std::string::npos);
    EXPECT_NE(page.body.find("ballast_vaults 2"), std::string::npos);
}

TEST(pages, readiness_says_why_not) {
    Node node;
    const auto pages = node.api.pages();
    EXPECT_EQ(pages.at("/healthz")().status, 200u);
    EXPECT_EQ(pages.at("/readyz")().status, 200u);
    node.backend.ready = false;
    const rpc::Page page = pages.at("/readyz")();
    EXPECT_EQ(page.status, 503u);
    EXPECT_EQ(page.body, "not ready: catching up\n");
}

}  // namespace
}  // namespace ballast::api::test
