#include <ballast/wire/envelope.hpp>

#include <ballast/files/key_text.hpp>

namespace ballast::wire {

ChainId chain_id(std::string_view name, const crypto::Digest& digest) {
    constexpr std::size_t shown = 8;
    return {fmt::format("{}-{}", name, files::hex_of(ByteView(digest).first(shown)))};
}

Document document_of(const engine::Transaction& transaction) {
    Document document;
    document.sender = transaction.sender;
    document.nonce = transaction.nonce;
    document.expires = transaction.expires;
    document.authorisation = transaction.authorisation;
    if (const auto* batch = std::get_if<engine::Batch>(&transaction.body)) {
        document.actions = batch->actions;
        document.batch = true;
    } else {
        document.actions.push_back(std::get<engine::Action>(transaction.body));
    }
    return document;
}

files::Attempt<engine::Transaction> transaction_of(Document document) {
    if (!document.batch && document.actions.size() != 1)
        return files::fault("actions: has {} elements; without `batch` exactly 1",
                            document.actions.size());
    engine::Transaction transaction;
    transaction.sender = document.sender;
    transaction.nonce = document.nonce;
    transaction.expires = document.expires;
    transaction.authorisation = document.authorisation;
    if (document.batch)
        transaction.body = engine::Batch{std::move(document.actions)};
    else
        transaction.body = std::move(document.actions.front());
    return transaction;
}

}  // namespace ballast::wire
