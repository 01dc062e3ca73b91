#include <ballast/node/serve.hpp>

#include <ballast/api/api.hpp>
#include <ballast/version/version.hpp>

namespace ballast::node {
namespace {

constexpr std::chrono::milliseconds grace{1'000};

rpc::Options options_of(const Config& config, const std::filesystem::path& home) {
    rpc::Options options;
    options.host = config.host;
    options.port = static_cast<u16>(config.port);
    options.local_socket = home / "node.sock";
    if (!config.certificate.empty()) {
        options.certificate = config.certificate;
        options.key = config.key;
    }
    options.threads = static_cast<unsigned>(config.threads);
    options.version = version::number();
    options.limits.connections = config.connections;
    options.limits.connections_per_peer = config.connections_per_peer;
    options.limits.request_bytes = config.request_bytes;
    options.limits.requests_per_second = config.requests_per_second;
    options.limits.idle_timeout = std::chrono::seconds(config.idle_seconds);
    return options;
}

u64 bytes_under(const std::filesystem::path& directory) {
    u64 bytes = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
        if (entry.is_regular_file(error)) bytes += entry.file_size(error);
    return bytes;
}

class Serving final : public Service {
public:
    explicit Serving(api::Backend& backend) : api_(backend) {
        api_.add_to(methods_);
        api_.add_to(hub_);
    }
    ~Serving() override { stop(); }

    files::Attempt<void> open(const Config& config, const std::filesystem::path& home) {
        api::Gauges gauges;
        gauges.rpc = [this] { return server_ ? server_->counters() : rpc::Counters(); };
        gauges.store_bytes = [data = home / "data"] { return bytes_under(data); };
        api_.measure(std::move(gauges));
        BALLAST_TRY(server_,
                    rpc::Server::start(options_of(config, home), methods_, hub_, api_.pages()));
        return {};
    }
    u16 port() const override { return server_->port(); }
    void stop() override {
        if (!server_) return;
        server_->stop(grace);
        api_.stop();
        server_.reset();
    }

private:
    rpc::Methods methods_;
    rpc::Hub hub_;
    api::Api api_;
    std::unique_ptr<rpc::Server> server_;
};

}  // namespace

chain::Options chain_options(const Config& config) {
    chain::Options options;
    options.snapshot_blocks = config.snapshot_blocks;
    options.snapshots_kept = static_cast<u32>(config.snapshots_kept);
    options.history_blocks = config.history_blocks;
    options.threads = static_cast<u32>(config.threads);
    options.free_bytes_min = config.free_bytes;
    return options;
}

files::Attempt<std::unique_ptr<Service>> Service::start(api::Backend& backend, const Config& config,
                                                        const std::filesystem::path& home) {
    BALLAST_CHECK(check_pairs(config));
    auto serving = std::make_unique<Serving>(backend);
    BALLAST_CHECK(serving->open(config, home));
    return serving;
}

}  // namespace ballast::node
