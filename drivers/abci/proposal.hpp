/// What may stand in a block, and in which order: the votes with their prices, then transactions.
#pragma once

#include <ballast/abci/validators.hpp>
#include <ballast/engine/block.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ballast::abci {

namespace proto {
class CommitInfo;
class FinalizeBlockRequest;
class PrepareProposalRequest;
class ProcessProposalRequest;
}  // namespace proto

/// First block that carries votes: those of the block before it.
inline constexpr i64 first_votes_height = 2;

/// What a transaction costs a block's limit on actions, limits::block_transactions_max.
[[nodiscard]] std::size_t actions_of(const engine::Transaction& transaction);

/// Whether a transaction may stand in a proposal behind those for which the answer was yes.
using May = std::function<bool(const engine::Transaction&)>;
/// The entries of an honest proposal: the votes, then as many of the transactions as `may` stand in
/// it and fit into max_tx_bytes and the machine's limits, in their order.  What is no transaction
/// is left out.
[[nodiscard]] std::vector<std::string> prepare_proposal(
    const Validators& validators, const proto::PrepareProposalRequest& request, const May& may);

/// A fault where an honest proposer would not have made this proposal.  Depends on nothing but the
/// proposal.
[[nodiscard]] files::Attempt<void> check_proposal(const Validators& validators,
                                                  const proto::ProcessProposalRequest& request);

/// A decided block, read.
struct Content {
    struct Entry {
        std::optional<std::size_t> transaction;  ///< Position among the transactions.
        bool votes = false;
        std::string why;  ///< Neither: why.
    };
    std::vector<Entry> entries;  ///< One per entry of the block.
    std::vector<oracle::Report> reports;
    std::vector<engine::Transaction> transactions;
};
/// What cannot be read counts for nothing, on all nodes alike.
[[nodiscard]] Content read_block(const Validators& validators,
                                 const proto::FinalizeBlockRequest& request);

}  // namespace ballast::abci
