// transaction.prepare and .get, and report.submit.
#include <ballast/api/carrier.hpp>
#include <ballast/api/service.hpp>
#include <ballast/engine/describe.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>
#include <ballast/wire/typed_data.hpp>

#include <algorithm>

namespace ballast::api {
namespace {

constexpr u64 search_max = 1'000;  ///< Blocks that transaction.get looks through.

std::optional<u64> free_nonce(const View& view, const std::set<u64>& flying, AccountId sender) {
    const ledger::Ledger& ledger = view.state().ledger;
    const u64 first = ledger.nonce(sender);
    for (u64 nonce = first; nonce < first + access::nonce_window; ++nonce)
        if (ledger.nonce_free(sender, nonce) && !flying.contains(nonce)) return nonce;
    return std::nullopt;
}

Reply prepare(Service& service, const Json& params) {
    return service.look({}, [&](const View& view) -> Reply {
        const AccountId sender(params["sender"].get<u32>());
        if (!view.state().ledger.exists(sender))
            return std::unexpected(absent("account", params["sender"]));
        const auto nonce = free_nonce(view, service.flights.of(sender), sender);
        if (!nonce && !params.contains("nonce"))
            return std::unexpected(
                Error{rpc::error_code::busy,
                      fmt::format("all {} nonces of account {} are on their way",
                                  access::nonce_window, sender.value()),
                      Json{{"field", "nonce"}, {"limit", access::nonce_window}}});
        const auto transaction = request_of(params, nonce.value_or(0), view.machine);
        if (!transaction) return std::unexpected(transaction.error());
        const auto bytes =
            wire::encode(*transaction, wire::chain_id(view.genesis().name, view.machine.chain()));
        if (!bytes)
            return std::unexpected(Error{rpc::error_code::params, bytes.error().sentence, {}});
        return Json{{"chain_id", chain_id(view)},
                    {"nonce", transaction->nonce},
                    {"expires", transaction->expires},
                    {"signed_bytes", hex(engine::signed_bytes(*transaction, view.machine.chain()))},
                    {"typed_data",
                     wire::typed_data_json(*transaction, view.genesis(), view.machine.chain())},
                    {"description", engine::describe(*transaction, view.genesis())},
                    {"transaction", hex(*bytes)},
                    {"json", wire::to_json(*transaction, view.genesis())}};
    });
}

Json prepared_schema() {
    return schema::record(
        {{"chain_id", schema::text(), ""},
         {"nonce", schema::whole(), "The one that was chosen."},
         {"expires", schema::whole(), ""},
         {"signed_bytes", schema::hex(), "What an ed25519 key signs."},
         {"typed_data", schema::any_record(), "What an Ethereum wallet shows and signs, EIP-712."},
         {"description", schema::list_of(schema::text()), "Every action in words."},
         {"transaction", schema::hex(), "The protobuf message, not signed yet."},
         {"json", schema::any_record(), "The same as JSON."}});
}

// Newest first, for most ask for what they have just sent.
std::optional<Recent::Place> search(const chain::Chain& chain, const crypto::Digest& id,
                                    u64 newest) {
    for (u64 height = newest; height >= std::max<u64>(1, chain.oldest()); --height) {
        if (newest - height >= search_max) return std::nullopt;
        const chain::CommittedPtr block = chain.block(height);
        if (!block) return std::nullopt;
        const auto found = std::ranges::find(block->ids, id);
        if (found != block->ids.end())
            return Recent::Place{height, static_cast<u32>(found - block->ids.begin())};
    }
    return std::nullopt;
}

Reply transaction_get(Service& service, const Json& params) {
    const auto bytes = bytes_of(params["id"].get<std::string>());
    crypto::Digest id{};
    if (!bytes || bytes->size() != id.size())
        return std::unexpected(wrong("id", params["id"], "32 bytes in hexadecimal"));
    std::ranges::copy(*bytes, id.begin());
    const chain::Chain& chain = service.backend.chain();
    auto place = service.recent.find(id);
    const std::shared_ptr<void> share = place ? nullptr : service.behind.take();
    if (!place && !share) return std::unexpected(busy_behind());
    if (!place)
        place = search(chain, id, std::min(params.value("height", chain.height()), chain.height()));
    const chain::CommittedPtr block = place ? chain.block(place->height) : nullptr;
    if (!block)
        return std::unexpected(
            Error{rpc::error_code::absent,
                  fmt::format("no transaction of this name in {} blocks from height {} down; "
                              "`height` says where to begin",
                              search_max, params.value("height", chain.height())),
                  Json{{"field", "id"}, {"value", params["id"]}}});
    return service.look({}, [&](const View& view) -> Reply {
        return Json{{"id", params["id"]},
                    {"height", place->height},
                    {"position", place->position},
                    {"time", block->block.time},
                    {"transaction",
                     wire::to_json(block->block.transactions[place->position], view.genesis())},
                    {"receipt", receipt_json(block->receipts[place->position])}};
    });
}

Json found_schema() {
    return schema::record({{"id", schema::digest(), ""},
                           {"height", schema::whole(), "Of its block."},
                           {"position", schema::whole(), "In its block."},
                           {"time", schema::whole(), "Of its block."},
                           {"transaction", schema::any_record(), "As JSON."},
                           {"receipt", receipt_schema(), ""}});
}

Reply report_submit(Service& service, const Json& params) {
    Parsed<oracle::Report> report = std::unexpected(Error{});
    service.backend.chain().read([&](const engine::Machine& machine) {
        auto read = wire::report_from_json(params["report"], machine.genesis());
        if (read)
            report = *read;
        else
            report = std::unexpected(
                Error{rpc::error_code::params, fmt::format("report: {}", read.error().sentence),
                      Json{{"field", "report"}, {"expected", read.error().sentence}}});
    });
    if (!report) return std::unexpected(report.error());
    const Result<void> taken = service.backend.report(*report);
    if (!taken) return std::unexpected(rejected(taken.error()));
    return service.look({}, [](const View&) -> Reply { return Json{{"taken", true}}; });
}

}  // namespace

void add_transactions(rpc::Methods& methods, Service& service) {
    methods.add(direct("transaction.prepare",
                       "Makes a transaction of actions: chooses its nonce and says what is to be "
                       "signed, in bytes and in words.",
                       request_fields(), envelope_schema(prepared_schema()),
                       [&service](const Json& params) { return prepare(service, params); }));
    methods.add(direct("transaction.get", "What became of a transaction.",
                       {{"id", schema::digest(), "As submit answered it."},
                        schema::optional("height", schema::whole(),
                                         "Where to begin to look, downwards, if it is old.")},
                       envelope_schema(found_schema()), [&service](const Json& params) {
                           return transaction_get(service, params);
                       }));
    methods.add(
        direct("report.submit", "Hands a publisher's price in for the next block.",
               {{"report", wire::report_schema(), "Signed by the publisher's key."}},
               envelope_schema(schema::record({{"taken", schema::boolean(), "Always true."}})),
               [&service](const Json& params) { return report_submit(service, params); }));
}

}  // namespace ballast::api
