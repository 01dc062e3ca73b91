#include <ballast/abci/results.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/application.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>

#include <string>

namespace ballast::abci {
namespace {

void add(proto::Event& event, std::string_view key, std::string value, bool indexed) {
    proto::EventAttribute& attribute = *event.add_attributes();
    attribute.set_key(key.data(), key.size());
    attribute.set_value(std::move(value));
    attribute.set_index(indexed);
}

void write_event(const Event& from, const engine::Genesis& genesis, proto::Event& event) {
    const std::string_view kind = name(from.kind);
    event.set_type(kind.data(), kind.size());
    add(event, "subject", std::to_string(from.subject), true);
    add(event, "account", std::to_string(from.account.value()), true);
    if (from.asset.value() < genesis.assets.size())
        add(event, "asset", genesis.assets[from.asset.value()].name, true);
    add(event, "amount", files::decimal_text(from.amount, 0, 0), false);
    add(event, "value", files::decimal_text(from.value, 0, 0), false);
}

template <class Result>
void write_code(const engine::Transaction& transaction, const engine::Receipt& receipt,
                Result& result) {
    const auto actions = static_cast<i64>(actions_of(transaction));
    result.set_gas_wanted(actions);
    result.set_gas_used(actions);
    result.set_code(receipt.code);
    if (receipt.accepted()) return;
    result.set_codespace(std::string(codespace));
    const std::string_view sentence = ballast::sentence(receipt.reason());
    result.set_log(sentence.data(), sentence.size());
    const std::array position{static_cast<char>(receipt.position & 0xFF),
                              static_cast<char>(receipt.position >> 8)};
    result.set_data(position.data(), position.size());
}

}  // namespace

void write_receipt(const engine::Transaction& transaction, const engine::Receipt& receipt,
                   proto::CheckTxResponse& response) {
    write_code(transaction, receipt, response);
}

void write_results(const Content& content, const chain::Committed& committed,
                   const engine::Genesis& genesis, proto::FinalizeBlockResponse& response) {
    for (const Content::Entry& entry : content.entries) {
        proto::ExecTxResult& result = *response.add_tx_results();
        if (entry.votes) continue;
        if (!entry.transaction) {
            result.set_code(std::to_underlying(Reject::bad_encoding));
            result.set_codespace(std::string(codespace));
            result.set_log(entry.why);
            continue;
        }
        const std::size_t place = *entry.transaction;
        const engine::Transaction& transaction = content.transactions[place];
        write_code(transaction, committed.receipts[place], result);
        proto::Event& event = *result.add_events();
        event.set_type("transaction");
        add(event, "id", files::hex_text(committed.ids[place]), true);
        add(event, "sender", std::to_string(transaction.sender.value()), true);
        add(event, "nonce", std::to_string(transaction.nonce), false);
    }
    for (const Event& event : committed.events) write_event(event, genesis, *response.add_events());
    response.set_app_hash(committed.root.data(), committed.root.size());
}

}  // namespace ballast::abci
