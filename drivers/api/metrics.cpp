#include <ballast/api/metrics.hpp>

#include <ballast/api/event_words.hpp>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace ballast::api {
namespace {

struct Metric {
    std::string_view name;
    std::string_view type;
    std::string_view label;
    std::string_view help;
};

constexpr auto table = std::to_array<Metric>({
    {"ballast_height", "gauge", "", "Height of the last durable block."},
    {"ballast_block_time_seconds", "gauge", "", "Time of the last block, seconds since 1970."},
    {"ballast_block_seconds", "histogram", "", "Seconds from block to block, by their times."},
    {"ballast_blocks_total", "counter", "", "Blocks since the start of the node."},
    {"ballast_blocks_passed_over_total", "counter", "",
     "Blocks that came too fast to be counted and told of."},
    {"ballast_transactions_total", "counter", "outcome",
     "Transactions in blocks: done, or the name of the refusal."},
    {"ballast_events_total", "counter", "name", "Events by name."},
    {"ballast_reports_total", "counter", "", "Price reports in blocks."},
    {"ballast_ready", "gauge", "", "1 where the node takes transactions."},
    {"ballast_pending", "gauge", "", "Transactions that wait for a block."},
    {"ballast_peers", "gauge", "", "Other nodes that are connected."},
    {"ballast_accounts", "gauge", "", "Accounts, the machine's own among them."},
    {"ballast_vaults", "gauge", "", "Vaults ever opened."},
    {"ballast_unhealthy_vaults", "gauge", "", "Vaults under their liquidation ratio."},
    {"ballast_margin_accounts", "gauge", "", "Margin accounts ever opened."},
    {"ballast_unhealthy_margin_accounts", "gauge", "",
     "Margin accounts that are being auctioned or wait for buyers."},
    {"ballast_auctions_running", "gauge", "of", "Auctions that run, of vaults or of margin."},
    {"ballast_supply", "gauge", "asset", "Units in existence."},
    {"ballast_bad_debt", "gauge", "asset", "Bad debt that is booked and not paid."},
    {"ballast_surplus", "gauge", "asset", "Surplus of the treasury."},
    {"ballast_reserve", "gauge", "compartment", "Set aside for a compartment's own losses."},
    {"ballast_feed_mark", "gauge", "feed", "The mark; for charts, not for counting."},
    {"ballast_feed_age_seconds", "gauge", "feed",
     "Age of the mark at the last block; without one, since genesis."},
    {"ballast_feed_fresh_seconds", "gauge", "feed", "Oldest report that counts."},
    {"ballast_feed_status", "gauge", "feed", "0 live, 1 degraded, 2 halted."},
    {"ballast_store_bytes", "gauge", "", "Bytes of the store on disk."},
    {"ballast_signatures_checked_total", "counter", "", "Signatures that were checked."},
    {"ballast_signatures_known_total", "counter", "",
     "Signatures of transactions in blocks that had been checked before."},
    {"ballast_rpc_connections", "gauge", "", "Open connections."},
    {"ballast_rpc_websockets", "gauge", "", "Of them, WebSockets."},
    {"ballast_rpc_subscriptions", "gauge", "", "Subscriptions to channels."},
    {"ballast_rpc_requests_total", "counter", "", "Requests."},
    {"ballast_rpc_errors_total", "counter", "", "Requests that were answered with an error."},
    {"ballast_rpc_refused_total", "counter", "", "What a limit has refused."},
    {"ballast_rpc_resyncs_total", "counter", "", "Subscribers that were too slow."},
    {"ballast_rpc_messages_total", "counter", "", "Messages of channels."},
    {"ballast_rpc_bytes_out_total", "counter", "", "Bytes sent."},
});

const Metric& metric(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Metric::name);
    BALLAST_ASSERT(found != table.end());
    return *found;
}

// A figure for charts; no money is counted with it.
double shown(i128 units) {
    return static_cast<double>(units) / static_cast<double>(amount_one);
}

u64 called(const std::function<u64()>& source) {
    return source ? source() : 0;
}

const prometheus::Histogram::BucketBoundaries block_buckets{0.5, 1, 2, 5, 10, 30, 60, 300, 3600};

}  // namespace

struct Metrics::Registry {
    explicit Registry(Service& node) : service(node) {
        // Every name is there from the start, so that nobody takes silence for health.
        for (const Metric& row : table) {
            if (row.type == "gauge") (void)gauges(row.name);
            if (row.type == "counter") (void)counters(row.name);
            if (!row.label.empty() || row.type == "histogram") continue;
            if (row.type == "gauge") set(row.name, 0);
            if (row.type == "counter") count(row.name, 0);
        }
        count("ballast_transactions_total", 0, "done");
        for (const std::string& name : event_names()) count("ballast_events_total", 0, name);
        (void)block_seconds();
    }

    prometheus::Family<prometheus::Gauge>& gauges(std::string_view name) {
        return prometheus::BuildGauge()
            .Name(std::string(name))
            .Help(std::string(metric(name).help))
            .Register(registry);
    }
    prometheus::Family<prometheus::Counter>& counters(std::string_view name) {
        return prometheus::BuildCounter()
            .Name(std::string(name))
            .Help(std::string(metric(name).help))
            .Register(registry);
    }
    static prometheus::Labels labels(std::string_view name, const std::string& value) {
        if (metric(name).label.empty()) return {};
        return {{std::string(metric(name).label), value}};
    }
    void set(std::string_view name, double value, const std::string& label = "") {
        gauges(name).Add(labels(name, label)).Set(value);
    }
    void count(std::string_view name, double more, const std::string& label = "") {
        counters(name).Add(labels(name, label)).Increment(more);
    }
    // Brings a counter to what somebody else has counted.
    void reach(std::string_view name, u64 total) {
        prometheus::Counter& counter = counters(name).Add({});
        counter.Increment(std::max(0.0, static_cast<double>(total) - counter.Value()));
    }
    prometheus::Histogram& block_seconds() {
        return prometheus::BuildHistogram()
            .Name("ballast_block_seconds")
            .Help(std::string(metric("ballast_block_seconds").help))
            .Register(registry)
            .Add({}, block_buckets);
    }

    void read_chain(const View& view);
    void read_feeds(const View& view);
    void read_money(const View& view);
    void read_node();

    Service& service;
    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
    Gauges sources;
    std::mutex mutex;  ///< One page at a time; and the time of the last block.
    std::optional<u64> last_time;
    std::optional<u64> swept;  ///< The height at which unhealthy vaults were counted.
};

void Metrics::Registry::read_chain(const View& view) {
    const engine::State& state = view.state();
    set("ballast_height", static_cast<double>(view.machine.height()));
    set("ballast_block_time_seconds", static_cast<double>(view.machine.time()));
    set("ballast_accounts", state.ledger.accounts());
    set("ballast_vaults", state.vaults.vaults.size());
    set("ballast_margin_accounts", state.clearing.accounts.size());
    double unhealthy = 0;
    for (const clearing::AccountRow& row : state.clearing.accounts.rows())
        if (row.in_auction || row.unhealthy != 0) ++unhealthy;
    set("ballast_unhealthy_margin_accounts", unhealthy);
    double running = 0;
    for (const portfolio::Auction& row : state.clearing.auctions.rows())
        if (row.open) ++running;
    set("ballast_auctions_running", running, "margin");
    set("ballast_auctions_running", static_cast<double>(state.auctions.open.get().size()), "vault");
}

void Metrics::Registry::read_feeds(const View& view) {
    for (u16 i = 0; i < view.genesis().oracle.feeds.size(); ++i) {
        const oracle::Quote& quote = oracle::quote(view.state().oracle, FeedId(i));
        const std::string& feed = view.genesis().oracle.feeds[i].name;
        const u64 since = quote.time == 0 ? view.genesis().time : quote.time;
        const u64 age = view.machine.time() - since;
        const u64 fresh = view.genesis().oracle.feeds[i].fresh_seconds;
        set("ballast_feed_mark", shown(quote.mark.units()), feed);
        set("ballast_feed_age_seconds", static_cast<double>(age), feed);
        set("ballast_feed_fresh_seconds", static_cast<double>(fresh), feed);
        set("ballast_feed_status", static_cast<double>(quote.status), feed);
    }
}

void Metrics::Registry::read_money(const View& view) {
    const engine::Genesis& genesis = view.genesis();
    const engine::State& state = view.state();
    for (u16 i = 0; i < genesis.assets.size(); ++i) {
        const AssetId asset(i);
        set("ballast_supply", shown(state.ledger.supply(asset).units()), genesis.assets[i].name);
        if (genesis.assets[i].kind != engine::AssetKind::synthetic) continue;
        const Amount bad = treasury::bad_debt(genesis.treasury, state.treasury, asset);
        set("ballast_bad_debt", shown(bad.units()), genesis.assets[i].name);
        set("ballast_surplus", shown(state.ledger.balance(system_account::surplus, asset).units()),
            genesis.assets[i].name);
    }
    for (u32 i = 0; i < genesis.treasury.compartments.size(); ++i)
        set("ballast_reserve", shown(state.treasury.compartments[i].reserve.units()),
            treasury_name(genesis, i));
}

void Metrics::Registry::read_node() {
    const Status status = service.backend.status();
    set("ballast_ready", status.ready ? 1 : 0);
    set("ballast_pending", static_cast<double>(status.pending));
    set("ballast_peers", static_cast<double>(status.peers));
    set("ballast_store_bytes", static_cast<double>(called(sources.store_bytes)));
    const chain::Chain::Signatures signatures = service.backend.chain().signatures();
    reach("ballast_signatures_checked_total", signatures.checked);
    reach("ballast_signatures_known_total", signatures.known);
    const rpc::Counters rpc = sources.rpc ? sources.rpc() : rpc::Counters{};
    set("ballast_rpc_connections", static_cast<double>(rpc.connections));
    set("ballast_rpc_websockets", static_cast<double>(rpc.websockets));
    set("ballast_rpc_subscriptions", static_cast<double>(rpc.subscriptions));
    reach("ballast_rpc_requests_total", rpc.requests);
    reach("ballast_rpc_errors_total", rpc.errors);
    reach("ballast_rpc_refused_total", rpc.refused);
    reach("ballast_rpc_resyncs_total", rpc.resyncs);
    reach("ballast_rpc_messages_total", rpc.messages);
    reach("ballast_rpc_bytes_out_total", rpc.bytes_out);
}

Metrics::Metrics(Service& service) : registry_(std::make_unique<Registry>(service)) {}
Metrics::~Metrics() = default;

void Metrics::note(const chain::Committed& block) {
    Registry& registry = *registry_;
    const std::lock_guard lock(registry.mutex);
    if (registry.last_time && block.block.time >= *registry.last_time)
        registry.block_seconds().Observe(
            static_cast<double>(block.block.time - *registry.last_time));
    registry.last_time = block.block.time;
    registry.count("ballast_blocks_total", 1);
    registry.count("ballast_reports_total", static_cast<double>(block.block.reports.size()));
    std::map<std::string_view, u64> outcomes;
    for (const engine::Receipt& receipt : block.receipts)
        ++outcomes[receipt.accepted() ? "done" : ballast::name(receipt.reason())];
    for (const auto& [outcome, count] : outcomes)
        registry.count("ballast_transactions_total", static_cast<double>(count),
                       std::string(outcome));
    std::map<EventKind, u64> events;
    for (const Event& event : block.events) ++events[event.kind];
    for (const auto& [kind, count] : events)
        registry.count("ballast_events_total", static_cast<double>(count),
                       std::string(ballast::name(kind)));
}

void Metrics::passed_over(u64 blocks) {
    const std::lock_guard lock(registry_->mutex);
    registry_->count("ballast_blocks_passed_over_total", static_cast<double>(blocks));
}

void Metrics::measure(Gauges gauges) {
    const std::lock_guard lock(registry_->mutex);
    registry_->sources = std::move(gauges);
}

std::string Metrics::page() {
    Registry& registry = *registry_;
    const std::lock_guard lock(registry.mutex);
    u64 height = 0;
    registry.service.backend.chain().read([&](const engine::Machine& machine) {
        const View view{machine, registry.service.index};
        height = machine.height();
        registry.read_chain(view);
        registry.read_feeds(view);
        registry.read_money(view);
    });
    if (registry.swept != height) {
        registry.set("ballast_unhealthy_vaults",
                     static_cast<double>(unhealthy_vaults(registry.service)));
        registry.swept = height;
    }
    registry.read_node();
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, registry.registry.Collect());
    return out.str();
}

std::vector<MetricName> metric_names() {
    std::vector<MetricName> names;
    for (const Metric& row : table)
        names.push_back({std::string(row.name), std::string(row.type), std::string(row.label),
                         std::string(row.help)});
    return names;
}

}  // namespace ballast::api
