#include <ballast/abci/proposal.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/votes.hpp>
#include <ballast/wire/transaction.hpp>

namespace ballast::abci {
namespace {

ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

/// What an entry takes of max_tx_bytes: itself, its length and the tag of its field.
std::size_t bytes_in_block(const std::string& entry) {
    std::size_t bytes = 1 + 1 + entry.size();
    for (std::size_t left = entry.size(); left >= 0x80; left >>= 7) ++bytes;
    return bytes;
}

/// The votes as an honest proposer tells them: extensions that are too long, which CometBFT lets
/// pass where a vote comes late, are left out.
std::string told_votes(const proto::ExtendedCommitInfo& commit) {
    proto::ExtendedCommitInfo told = commit;
    for (proto::ExtendedVoteInfo& vote : *told.mutable_votes()) {
        if (vote.vote_extension().size() <= extension_bytes_max) continue;
        vote.clear_vote_extension();
        vote.clear_extension_signature();
    }
    return votes_entry(told);
}

}  // namespace

std::size_t actions_of(const engine::Transaction& transaction) {
    const auto* batch = std::get_if<engine::Batch>(&transaction.body);
    return batch == nullptr ? 1 : batch->actions.size();
}

std::vector<std::string> prepare_proposal(const Validators& validators,
                                          const proto::PrepareProposalRequest& request,
                                          const May& may) {
    const wire::ChainId chain{validators.chain_id()};
    std::vector<std::string> entries;
    std::size_t left =
        request.max_tx_bytes() > 0 ? static_cast<std::size_t>(request.max_tx_bytes()) : 0;
    if (request.height() >= first_votes_height) {
        std::string votes = told_votes(request.local_last_commit());
        if (bytes_in_block(votes) > left) return entries;
        left -= bytes_in_block(votes);
        entries.push_back(std::move(votes));
    }
    std::size_t actions = limits::block_transactions_max;
    for (const std::string& entry : request.txs()) {
        if (bytes_in_block(entry) > left) continue;
        const auto transaction = wire::decode(bytes_of(entry), chain);
        if (!transaction || actions_of(*transaction) > actions || !may(*transaction)) continue;
        actions -= actions_of(*transaction);
        left -= bytes_in_block(entry);
        entries.push_back(entry);
    }
    return entries;
}

files::Attempt<void> check_proposal(const Validators& validators,
                                    const proto::ProcessProposalRequest& request) {
    const wire::ChainId chain{validators.chain_id()};
    const bool voted = request.height() >= first_votes_height;
    if (voted && (request.txs_size() == 0 || !is_votes_entry(request.txs(0))))
        return files::fault("the first entry does not carry the votes");
    if (voted) {
        const auto reports = check_votes(validators, request.txs(0), request.height(),
                                         request.proposed_last_commit());
        if (!reports) return std::unexpected(reports.error());
    }
    std::size_t actions = 0;
    for (int i = voted ? 1 : 0; i < request.txs_size(); ++i) {
        const auto transaction = wire::decode(bytes_of(request.txs(i)), chain);
        if (!transaction)
            return files::fault("entry {} is no transaction: {}", i, transaction.error().sentence);
        actions += actions_of(*transaction);
    }
    if (actions > limits::block_transactions_max)
        return files::fault("{} actions; at most {} are allowed", actions,
                            limits::block_transactions_max);
    return {};
}

Content read_block(const Validators& validators, const proto::FinalizeBlockRequest& request) {
    const wire::ChainId chain{validators.chain_id()};
    Content content;
    for (int i = 0; i < request.txs_size(); ++i) {
        const std::string& bytes = request.txs(i);
        Content::Entry& entry = content.entries.emplace_back();
        if (i == 0 && request.height() >= first_votes_height && is_votes_entry(bytes)) {
            auto reports =
                check_votes(validators, bytes, request.height(), request.decided_last_commit());
            entry.votes = reports.has_value();
            if (reports)
                content.reports = std::move(*reports);
            else
                entry.why = reports.error().sentence;
            continue;
        }
        auto transaction = wire::decode(bytes_of(bytes), chain);
        if (!transaction) {
            entry.why = transaction.error().sentence;
            continue;
        }
        entry.transaction = content.transactions.size();
        content.transactions.push_back(std::move(*transaction));
    }
    return content;
}

}  // namespace ballast::abci
