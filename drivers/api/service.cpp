#include <ballast/api/service.hpp>

namespace ballast::api {

void Flights::begin(AccountId sender, u64 nonce) {
    const std::lock_guard lock(mutex_);
    nonces_[sender.value()].insert(nonce);
}

void Flights::end(AccountId sender, u64 nonce) {
    const std::lock_guard lock(mutex_);
    const auto found = nonces_.find(sender.value());
    if (found == nonces_.end()) return;
    const auto one = found->second.find(nonce);
    if (one != found->second.end()) found->second.erase(one);
    if (found->second.empty()) nonces_.erase(found);
}

std::set<u64> Flights::of(AccountId sender) const {
    const std::lock_guard lock(mutex_);
    const auto found = nonces_.find(sender.value());
    if (found == nonces_.end()) return {};
    return {found->second.begin(), found->second.end()};
}

void Recent::note(const chain::Committed& block) {
    if (block.ids.empty()) return;
    const std::lock_guard lock(mutex_);
    for (u32 i = 0; i < block.ids.size(); ++i) places_[block.ids[i]] = {block.block.height, i};
    heights_[block.block.height] = block.ids;
    while (places_.size() > kept_max && heights_.size() > 1) {
        for (const crypto::Digest& id : heights_.begin()->second) places_.erase(id);
        heights_.erase(heights_.begin());
    }
}

std::size_t Recent::blocks() const {
    const std::lock_guard lock(mutex_);
    return heights_.size();
}

std::shared_ptr<void> Share::take() {
    if (taken_.fetch_add(1) >= places()) {
        --taken_;
        return nullptr;
    }
    return {this, [](Share* share) { --share->taken_; }};
}

Error busy_behind() {
    return {rpc::error_code::busy,
            fmt::format("{} calls read what lies far back already; try again", Share::places()),
            Json{{"limit", "calls that read far back"}, {"value", Share::places()}}};
}

std::optional<Recent::Place> Recent::find(const crypto::Digest& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(id);
    if (found == places_.end()) return std::nullopt;
    return found->second;
}

Reply Service::look(std::optional<u64> height, const std::function<Reply(const View&)>& answer) {
    Reply reply = std::unexpected(Error{rpc::error_code::internal, "nothing was read", {}});
    u64 seen = 0;
    const auto read = [&](const engine::Machine& machine) {
        seen = machine.height();
        if (!height) index.follow(machine.state());
        Reply data = answer(View{machine, index});
        if (data)
            reply = envelope(machine, std::move(*data));
        else
            reply = std::unexpected(std::move(data.error()));
    };
    chain::Chain& chain = backend.chain();
    if (!height) {
        chain.read(read);
        if (durable(seen)) return reply;
        return std::unexpected(Error{
            rpc::error_code::busy,
            fmt::format("height {} cannot be kept, and {} is the last that is: the node's log "
                        "says why",
                        seen, chain.height()),
            Json{{"height", seen}, {"durable", chain.height()}}});
    }
    std::shared_ptr<void> place;
    if (*height < chain.height() && !(place = behind.take())) return std::unexpected(busy_behind());
    chain.read([this](const engine::Machine& machine) { index.follow(machine.state()); });
    const auto done = chain.read_at(*height, read);
    if (!done)
        return std::unexpected(
            Error{rpc::error_code::absent, done.error().sentence,
                  Json{{"field", "height"},
                       {"value", *height},
                       {"expected",
                        fmt::format("a height from {} to {}", chain.oldest(), chain.height())}}});
    return reply;
}

rpc::Method checked(rpc::Method method) {
    method.call = [type = method.params, call = std::move(method.call)](
                      const rpc::Caller& caller, const Json& params, rpc::Respond respond) {
        const Json given = params.is_null() ? Json::object() : params;
        if (const auto wrong = misfit(type, given))
            return respond(std::unexpected(error_of(*wrong)));
        call(caller, given, std::move(respond));
    };
    return method;
}

rpc::Method direct(std::string name, std::string summary, const std::vector<schema::Field>& params,
                   Json result, Direct call) {
    return checked({std::move(name), std::move(summary), schema::record(params), std::move(result),
                    [call = std::move(call)](const rpc::Caller&, const Json& given,
                                             const rpc::Respond& respond) { respond(call(given)); },
                    false});
}

void add_questions(rpc::Methods& methods, Service& service) {
    const auto add = [&](const Question& question) {
        auto params = question.params;
        params.push_back(schema::optional("height", schema::whole(),
                                          "As it was then; without it, at the last block."));
        methods.add(direct(question.name, question.summary, params, envelope_schema(question.data),
                           [&service, answer = question.answer](const Json& given) {
                               std::optional<u64> height;
                               if (given.contains("height")) height = given["height"].get<u64>();
                               return service.look(
                                   height, [&](const View& view) { return answer(view, given); });
                           }));
    };
    for (const auto& room :
         {chain_questions(), account_questions(), vault_questions(), feed_questions(),
          auction_questions(), fund_questions(), margin_questions()})
        for (const Question& question : room) add(question);
}

void add_node(rpc::Methods& methods, Service& service) {
    const Json data =
        schema::record({{"mode", schema::word({"embedded", "dev", "cometbft"}), ""},
                        {"ready", schema::boolean(), "Takes transactions and answers."},
                        {"why", schema::text(), "Not ready: why."},
                        {"height", schema::whole(), "Of the last durable block."},
                        {"oldest", schema::whole(), "First height whose block is kept."},
                        {"pending", schema::whole(), "Transactions that wait for a block."},
                        {"peers", schema::whole(), ""},
                        {"chain_id", schema::text(), ""}});
    methods.add(direct("node.info", "How the node is doing.", {}, envelope_schema(data),
                       [&service](const Json&) {
                           return service.look({}, [&](const View& view) -> Reply {
                               const Status status = service.backend.status();
                               return Json{{"mode", status.mode},
                                           {"ready", status.ready},
                                           {"why", status.why},
                                           {"height", view.machine.height()},
                                           {"oldest", service.backend.chain().oldest()},
                                           {"pending", status.pending},
                                           {"peers", status.peers},
                                           {"chain_id", chain_id(view)}};
                           });
                       }));
}

}  // namespace ballast::api
