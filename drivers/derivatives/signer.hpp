/// Keys of publishers and accounts, made from a seed.
#pragma once

#include <ballast/clearing/transactions.hpp>
#include <ballast/oracle/report.hpp>

#include <string_view>

namespace ballast::derivatives {

/// Somebody who signs (Ed25519).  The same name under the same seed has the same key.
class Signer {
public:
    Signer(std::string_view seed, std::string_view name);
    [[nodiscard]] const crypto::PublicKey& key() const { return public_; }
    [[nodiscard]] crypto::Signature sign(ByteView message) const;

private:
    crypto::PublicKey public_{};
    std::array<u8, 64> secret_{};
};

}  // namespace ballast::derivatives
