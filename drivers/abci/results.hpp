/// What a block did, in the words of ABCI.
#pragma once

#include <ballast/abci/proposal.hpp>
#include <ballast/chain/chain.hpp>

namespace ballast::abci {

namespace proto {
class CheckTxResponse;
class FinalizeBlockResponse;
}  // namespace proto

/// One result per entry of the block: code 0 or the number of the Reject; data, where it was
/// rejected in a batch, the position as u16 little-endian; gas: the actions.  Events with their
/// subject, account and asset to be found by.
void write_results(const Content& content, const chain::Committed& committed,
                   const engine::Genesis& genesis, proto::FinalizeBlockResponse& response);

/// The answer to a transaction that would have this receipt.
void write_receipt(const engine::Transaction& transaction, const engine::Receipt& receipt,
                   proto::CheckTxResponse& response);

}  // namespace ballast::abci
