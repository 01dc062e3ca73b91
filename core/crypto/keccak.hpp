/// Keccak-256 as Ethereum uses it: the sponge of the Keccak team's submission with rate 1088 and
/// its first padding (a single 1), not that of FIPS 202.
#pragma once

#include <ballast/crypto/digest.hpp>

namespace ballast::crypto {

[[nodiscard]] Digest keccak256(ByteView bytes);

}  // namespace ballast::crypto
