/// Transactions as bytes on the wire: the protobuf message of transaction.proto.  It is only a
/// carrier; what is signed is engine::signed_bytes, or words that a wallet shows.
#pragma once

#include <ballast/engine/transaction.hpp>
#include <ballast/files/fault.hpp>

#include <string>
#include <string_view>

namespace ballast::wire {

inline constexpr u32 version = 1;  ///< Of the message Transaction; another is refused.
inline constexpr std::size_t transaction_bytes_max = 64 * 1024;  ///< Of one message.

/// The chain that a transaction is meant for, as users read it: the name of the genesis, '-', and
/// the first 8 bytes of its digest in hexadecimal ("main-0123456789abcdef").  At most 49 bytes.
struct ChainId {
    std::string text;
};
[[nodiscard]] ChainId chain_id(std::string_view name, const crypto::Digest& digest);

/// The message.  A fault where a figure does not fit the message: more than limits::batch_max
/// actions, an amount beyond 64 bits, more than transaction_bytes_max in all.  No machine accepts
/// such a transaction either.
[[nodiscard]] files::Attempt<Bytes> encode(const engine::Transaction& transaction,
                                           const ChainId& chain);

/// The transaction that exactly these bytes carry.  Strict: one transaction has one encoding.
/// Fields stand once and in the order of their numbers, a zero is left out, varints are as short as
/// they can be, and what is unknown is refused.  Faults name the field, the value and the limit, in
/// this order: too many bytes, another version, another chain, then whatever comes first.  Nothing
/// is allocated that the bytes do not pay for; the depth is that of the message, whatever the bytes
/// say.  Signatures are not looked at.
[[nodiscard]] files::Attempt<engine::Transaction> decode(ByteView bytes, const ChainId& chain);

}  // namespace ballast::wire
