/// Who decides blocks, and which publisher of the market each of them is.  The set is part of the
/// genesis of the network and does not change.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/files/fault.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::abci {

/// What CometBFT calls a validator by: the first 20 bytes of SHA-256 of its key.
using Address = std::array<u8, 20>;
[[nodiscard]] Address address_of(const crypto::PublicKey& key);

struct Validator {
    crypto::PublicKey key{};  ///< Signs votes, and what extends them.
    u64 power = 0;
    PublisherId publisher;  ///< Signs prices, with a key of its own.
};

class Validators {
public:
    /// What a network must be for the median of prices to be weighted by stake: every validator is
    /// a publisher with a key, no two the same; on every feed the sources are the validators, each
    /// with its power as weight.  And every key is a point that all checks of signatures judge
    /// alike.  A fault names the validator, the feed and what was expected.
    static files::Attempt<Validators> create(const engine::Genesis& genesis,
                                             std::vector<Validator> validators);
    /// From the text that `text` writes.
    static files::Attempt<Validators> read(const engine::Genesis& genesis, std::string_view json);

    /// {"market": digest, "validators": [{"publisher", "public_key", "power"}]}: the app_state of
    /// CometBFT's genesis, and HOME/validators.json.
    [[nodiscard]] const std::string& text() const { return text_; }

    [[nodiscard]] const std::vector<Validator>& list() const { return list_; }
    [[nodiscard]] const Validator* find(ByteView address) const;
    [[nodiscard]] u64 power() const { return power_; }                      ///< Of all together.
    [[nodiscard]] const crypto::Digest& market() const { return market_; }  ///< Its digest.
    /// The name of the network, wire::chain_id.
    [[nodiscard]] const std::string& chain_id() const { return chain_id_; }

private:
    std::vector<Validator> list_;
    std::vector<Address> addresses_;
    u64 power_ = 0;
    crypto::Digest market_{};
    std::string chain_id_;
    std::string text_;
};

}  // namespace ballast::abci
