/// Figures for Prometheus.  Counters are kept as blocks come; gauges are read when somebody asks.
#pragma once

#include <ballast/api/api.hpp>
#include <ballast/api/topics.hpp>

namespace ballast::api {

class Metrics {
public:
    explicit Metrics(Service& service);
    ~Metrics();

    void note(const chain::Committed& block);  ///< In order.
    void passed_over(u64 blocks);              ///< Which `note` was not called for.
    void measure(Gauges gauges);
    /// The text exposition.
    [[nodiscard]] std::string page();

private:
    struct Registry;
    std::unique_ptr<Registry> registry_;
};

}  // namespace ballast::api
