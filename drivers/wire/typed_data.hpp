/// What a wallet shows and signs: EIP-712 typed data.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/engine/transaction.hpp>

#include <nlohmann/json.hpp>

namespace ballast::wire {

/// The second parameter of eth_signTypedData_v4.  Its hash is engine::typed_data_hash of the same
/// transaction, so that the wallet's signature is the authorisation.
[[nodiscard]] nlohmann::ordered_json typed_data_json(const engine::Transaction& transaction,
                                                     const engine::Genesis& genesis,
                                                     const crypto::Digest& chain);

}  // namespace ballast::wire
