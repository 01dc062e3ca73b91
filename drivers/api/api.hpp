/// What can be asked of a node: methods, channels and pages, on top of whatever kind it is.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/rpc/hub.hpp>
#include <ballast/rpc/server.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ballast::api {

/// What only the node knows of itself; what is absent is shown as 0.
struct Gauges {
    std::function<rpc::Counters()> rpc;
    std::function<u64()> store_bytes;  ///< On disk.
};

/// Lives as long as the server that was given its methods.  Listens to the chain from construction
/// on; what it computes for channels it computes on a thread of its own.
class Api {
public:
    explicit Api(Backend& backend);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    void add_to(rpc::Methods& methods);  ///< All methods, the backend's admin methods too.
    void add_to(rpc::Hub& hub);          ///< All channels.  At most one hub.
    /// "/metrics", "/healthz", "/readyz".
    [[nodiscard]] rpc::Pages pages();
    /// Where the node's own figures come from.  Before the server starts.
    void measure(Gauges gauges);
    /// No more messages for channels; after it the hub may go.
    void stop();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The methods without a node behind them, for the OpenRPC document: calling one throws.
[[nodiscard]] rpc::Methods catalogue();

/// One metric as it is documented.
struct MetricName {
    std::string name;    ///< "ballast_height".
    std::string type;    ///< "counter", "gauge" or "histogram".
    std::string labels;  ///< "feed"; empty: none.
    std::string help;
};
[[nodiscard]] std::vector<MetricName> metric_names();

}  // namespace ballast::api
