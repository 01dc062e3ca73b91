#include <ballast/api/api.hpp>

#include <ballast/api/channels.hpp>
#include <ballast/api/metrics.hpp>

namespace ballast::api {
namespace {

void add_all(rpc::Methods& methods, Service& service) {
    add_node(methods, service);
    add_questions(methods, service);
    add_blocks(methods, service);
    add_transactions(methods, service);
    add_submissions(methods, service);
    add_dry_run(methods, service);
}

rpc::Page ready_page(const Status& status) {
    if (status.ready) return {200, "text/plain; charset=utf-8", "ready\n"};
    return {503, "text/plain; charset=utf-8", fmt::format("not ready: {}\n", status.why)};
}

// A node of which there is none.  Only its address is used.
class Nobody final : public Backend {
public:
    chain::Chain& chain() override { throw std::logic_error("there is no node"); }
    Status status() const override { return {}; }
    void submit(engine::Transaction, Told) override {}
    Result<void> report(const oracle::Report&) override { return {}; }
    std::vector<rpc::Method> admin_methods() override { return {}; }
};

struct Described {
    Nobody nobody;
    Service service{nobody};
};

}  // namespace

struct Api::Parts {
    explicit Parts(Backend& node)
        : backend(node), service(node), channels(service), metrics(service) {
        node.chain().read(
            [this](const engine::Machine& machine) { service.index.follow(machine.state()); });
        node.chain().listen(
            [inbox = inbox](const chain::CommittedPtr& block) { inbox->put(block); });
        teller = std::thread([this] { work(); });
    }

    void work() {
        for (;;) {
            const Inbox::Round round = inbox->take();
            if (round.last) return;
            if (round.gap) metrics.passed_over(round.gap->to - round.gap->from + 1);
            for (const chain::CommittedPtr& block : round.blocks) {
                service.recent.note(*block);
                metrics.note(*block);
            }
            channels.tell(round);
        }
    }

    void stop() {
        inbox->end();
        if (teller.joinable()) teller.join();
    }

    Backend& backend;
    Service service;
    Channels channels;
    Metrics metrics;
    std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
    std::thread teller;
};

Api::Api(Backend& backend) : parts_(std::make_unique<Parts>(backend)) {}

Api::~Api() {
    stop();
}

void Api::add_to(rpc::Methods& methods) {
    add_all(methods, parts_->service);
    for (rpc::Method& method : parts_->backend.admin_methods())
        methods.add(checked(std::move(method)));
}

void Api::add_to(rpc::Hub& hub) {
    parts_->channels.declare(hub);
}

rpc::Pages Api::pages() {
    Parts& parts = *parts_;
    const auto metrics = [&parts] {
        return rpc::Page{200, "text/plain; version=0.0.4; charset=utf-8", parts.metrics.page()};
    };
    const auto alive = [] { return rpc::Page{200, "text/plain; charset=utf-8", "alive\n"}; };
    const auto ready = [&parts] { return ready_page(parts.backend.status()); };
    return {
        {"/metrics", {metrics, false}}, {"/healthz", {alive, true}}, {"/readyz", {ready, true}}};
}

void Api::measure(Gauges gauges) {
    parts_->metrics.measure(std::move(gauges));
}

void Api::stop() {
    parts_->stop();
}

rpc::Methods catalogue() {
    static Described described;
    rpc::Methods all;
    add_all(all, described.service);
    return all;
}

}  // namespace ballast::api
