// transaction.submit and .submit_all: from signed transactions to receipts.
#include <ballast/api/carrier.hpp>
#include <ballast/api/service.hpp>

#include <unordered_map>

namespace ballast::api {
namespace {

constexpr u64 together_max = 1'000;  ///< Transactions of one request.

Json fate_json(const Fate& fate) {
    return {{"id", hex(fate.id)},
            {"height", fate.height == 0 ? Json() : Json(fate.height)},
            {"receipt", fate.height == 0 ? Json() : receipt_json(fate.receipt)}};
}

Json fate_schema() {
    return schema::record(
        {{"id", schema::digest(), "SHA-256 of its encoding."},
         {"height", schema::nullable(schema::whole()), "Of its block; null: none yet."},
         {"receipt", schema::nullable(receipt_schema()), "What became of it."}});
}

// A transaction that will never stand in a block, as an error.
Error never(const Fate& fate) {
    const int code = fate.code == 0 ? rpc::error_code::rejected : fate.code;
    Json data{{"id", hex(fate.id)}};
    if (!fate.receipt.accepted()) data.update(receipt_json(fate.receipt));
    const std::string sentence =
        fate.receipt.accepted()
            ? fate.why
            : fmt::format("{}: {}", ballast::name(fate.receipt.reason()),
                          fate.why.empty() ? ballast::sentence(fate.receipt.reason())
                                           : std::string_view(fate.why));
    return {code, sentence, std::move(data)};
}

void answer(Service& service, const Fate& fate, const rpc::Respond& respond) {
    if (fate.height == 0) return respond(std::unexpected(never(fate)));
    respond(service.look({}, [&](const View&) -> Reply { return fate_json(fate); }));
}

// Who was told first: the fate, or the caller that did not want to wait for it.
struct Waiting {
    std::mutex mutex;
    bool answered = false;
    std::optional<Fate> fate;
};

void submit(Service& service, const Json& params, const rpc::Respond& respond) {
    Parsed<engine::Transaction> transaction = std::unexpected(Error{});
    service.backend.chain().read([&](const engine::Machine& machine) {
        transaction = transaction_of(params["transaction"], "transaction", machine);
    });
    if (!transaction) return respond(std::unexpected(transaction.error()));
    const bool accept = params.value("wait", "commit") == "accept";
    const AccountId sender = transaction->sender;
    const u64 nonce = transaction->nonce;
    const crypto::Digest id = chain::id_of(*transaction);
    const auto waiting = std::make_shared<Waiting>();
    service.flights.begin(sender, nonce);
    service.backend.submit(std::move(*transaction),
                           [&service, waiting, respond, accept, sender, nonce](const Fate& fate) {
                               service.flights.end(sender, nonce);
                               {
                                   const std::lock_guard lock(waiting->mutex);
                                   if (accept && waiting->answered) return;
                                   waiting->answered = true;
                               }
                               answer(service, fate, respond);
                           });
    if (!accept) return;
    {
        const std::lock_guard lock(waiting->mutex);
        if (waiting->answered) return;
        waiting->answered = true;
    }
    Fate open;
    open.id = id;
    respond(service.look({}, [&](const View&) -> Reply { return fate_json(open); }));
}

// The answer to many, which is given when the last of them has its fate.
class Collected {
public:
    Collected(Service& service, rpc::Respond respond, std::vector<engine::Transaction>& all)
        : service_(service),
          respond_(std::move(respond)),
          fates_(all.size()),
          missing_(all.size()) {
        for (std::size_t i = 0; i < all.size(); ++i) places_[chain::id_of(all[i])].push_back(i);
    }
    void take(const Fate& fate) {
        {
            const std::lock_guard lock(mutex_);
            std::vector<std::size_t>& places = places_[fate.id];
            fates_[places.back()] = fate;
            places.pop_back();
            if (--missing_ != 0) return;
        }
        respond_(service_.look({}, [this](const View&) -> Reply {
            Json items = Json::array();
            for (const Fate& each : fates_) items.push_back(item_json(each));
            return Json{{"items", std::move(items)}};
        }));
    }

private:
    static Json item_json(const Fate& fate) {
        Json item = fate_json(fate);
        item["error"] = nullptr;
        if (fate.height != 0) return item;
        const Error error = never(fate);
        item["error"] = {{"code", error.code}, {"message", error.message}, {"data", error.data}};
        return item;
    }

    Service& service_;
    rpc::Respond respond_;
    std::mutex mutex_;
    std::vector<Fate> fates_;
    std::size_t missing_;
    std::unordered_map<crypto::Digest, std::vector<std::size_t>, chain::DigestHash> places_;
};

Parsed<std::vector<engine::Transaction>> all_of(Service& service, const Json& params) {
    std::vector<engine::Transaction> all;
    std::optional<Error> wrong;
    service.backend.chain().read([&](const engine::Machine& machine) {
        for (const Json& given : params["transactions"]) {
            auto one = transaction_of(given, fmt::format("transactions[{}]", all.size()), machine);
            if (!one) {
                wrong = std::move(one.error());
                return;
            }
            all.push_back(std::move(*one));
        }
    });
    if (wrong) return std::unexpected(std::move(*wrong));
    return all;
}

void submit_all(Service& service, const Json& params, const rpc::Respond& respond) {
    auto all = all_of(service, params);
    if (!all) return respond(std::unexpected(std::move(all.error())));
    const auto collected = std::make_shared<Collected>(service, respond, *all);
    std::unordered_map<crypto::Digest, std::pair<AccountId, u64>, chain::DigestHash> flights;
    for (const engine::Transaction& transaction : *all) {
        service.flights.begin(transaction.sender, transaction.nonce);
        flights[chain::id_of(transaction)] = {transaction.sender, transaction.nonce};
    }
    service.backend.submit_all(
        std::move(*all), [&service, collected, flights = std::move(flights)](const Fate& fate) {
            const auto& [sender, nonce] = flights.at(fate.id);
            service.flights.end(sender, nonce);
            collected->take(fate);
        });
}

Json all_schema() {
    Json item = fate_schema();
    item["properties"]["error"] = schema::nullable(
        schema::record({{"code", {{"type", "integer"}}, "As transaction.submit would answer."},
                        {"message", schema::text(), ""},
                        {"data", schema::any_record(), ""}}));
    item["required"].push_back("error");
    return schema::record({{"items", schema::list_of(item), "In the order of the transactions."}});
}

}  // namespace

void add_submissions(rpc::Methods& methods, Service& service) {
    Json wait = schema::word({"commit", "accept"});
    wait["default"] = "commit";
    methods.add(checked(
        {"transaction.submit",
         "Hands a signed transaction in and waits until its block is durable.",
         schema::record({{"transaction", transaction_schema(), "With its authorisation."},
                         schema::optional("wait", wait,
                                          "commit: for its block; accept: for the check alone.")}),
         envelope_schema(fate_schema()),
         [&service](const rpc::Caller&, const Json& params, const rpc::Respond& respond) {
             submit(service, params, respond);
         },
         false}));
    Json several = schema::list_of(transaction_schema());
    several["minItems"] = 1;
    several["maxItems"] = together_max;
    methods.add(
        checked({"transaction.submit_all",
                 "Hands up to 1000 signed transactions in, in this order, and waits until each is "
                 "durable or "
                 "refused; every one has its own fate.",
                 schema::record({{"transactions", several, "With their authorisations."}}),
                 envelope_schema(all_schema()),
                 [&service](const rpc::Caller&, const Json& params, const rpc::Respond& respond) {
                     submit_all(service, params, respond);
                 },
                 false}));
}

}  // namespace ballast::api
