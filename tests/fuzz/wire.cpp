#include "house.hpp"

#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>
#include <ballast/wire/typed_data.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace ballast::fuzz {
namespace {

const wire::ChainId chain{"fuzz-0123456789abcdef"};

/// A few transactions of every block of the house.
std::vector<engine::Transaction> samples() {
    constexpr std::size_t of_a_block = 3;
    std::vector<engine::Transaction> all;
    for (const engine::Block& block : house().blocks)
        for (std::size_t i = 0; i < std::min(of_a_block, block.transactions.size()); ++i)
            all.push_back(block.transactions[i]);
    return all;
}

}  // namespace

/// What is read is written as the same bytes, and can be said in JSON and to a wallet.
void run_message(ByteView bytes) {
    const auto transaction = wire::decode(bytes, chain);
    if (!transaction) return demand(!transaction.error().sentence.empty());
    const auto again = wire::encode(*transaction, chain);
    demand(again && *again == Bytes(bytes.begin(), bytes.end()));
    const wire::Json json = wire::to_json(*transaction, house().genesis);
    // The largest figure of a kind is beyond what JSON may say.
    const auto read = wire::transaction_from_json(json, house().genesis);
    if (read) demand(wire::to_json(*read, house().genesis) == json);
    demand(!wire::typed_data_json(*transaction, house().genesis, {}).empty());
}

std::vector<Bytes> message_seeds() {
    std::vector<Bytes> seeds;
    for (const engine::Transaction& transaction : samples()) {
        // Some of the house are larger than the wire carries.
        if (auto bytes = wire::encode(transaction, chain)) seeds.push_back(std::move(*bytes));
    }
    demand(!seeds.empty());
    return seeds;
}

/// What is read is written as JSON that reads as the same transaction.
void run_json(ByteView bytes) {
    const std::string text(bytes.begin(), bytes.end());
    const auto json = wire::parse_json(text);
    if (!json) return demand(!json.error().sentence.empty());
    const auto transaction = wire::transaction_from_json(*json, house().genesis);
    if (!transaction) return demand(!transaction.error().sentence.empty());
    const auto again =
        wire::transaction_from_json(wire::to_json(*transaction, house().genesis), house().genesis);
    demand(again && encode(*again) == encode(*transaction));
    demand(wire::encode(*transaction, chain).has_value());
}

std::vector<Bytes> json_seeds() {
    std::vector<Bytes> seeds;
    for (const engine::Transaction& transaction : samples()) {
        const std::string text = wire::to_json(transaction, house().genesis).dump();
        seeds.emplace_back(text.begin(), text.end());
    }
    return seeds;
}

}  // namespace ballast::fuzz
