/// Who signs in a market where transactions are signed: users with keys of both kinds, keys that
/// were granted, revoked, or have run out, and signatures that do not fit.
#pragma once

#include "market.hpp"

#include <ballast/engine/machine.hpp>

#include <optional>

namespace ballast::simulation {

class Signers {
public:
    explicit Signers(u64 seed);

    /// Gives every account a key and every action a fee.
    void equip(engine::Genesis& genesis);

    /// Adds what people ask about accounts and keys, up to `most` transactions, shuffles nonces
    /// within their window, and signs everything, mostly well.
    void sign(const engine::Machine& machine, u64 most, engine::Block& block);

private:
    /// A key of either kind.
    struct Pen {
        crypto::Key key;
        Secret secret{};
    };
    struct Asking {
        const engine::Machine& machine;
        engine::Block& block;
    };

    [[nodiscard]] static Pen pen_of(u32 number);
    [[nodiscard]] engine::Action wish(const Asking& asking);
    [[nodiscard]] const Pen& some_pen();
    [[nodiscard]] const Pen& pen_for(const Asking& asking, AccountId sender);
    void ask(const Asking& asking, u64 most);
    void swap_nonces(engine::Block& block);
    void sign_one(const Asking& asking, engine::Transaction& transaction);
    [[nodiscard]] static crypto::KeySignature signature_of(const Pen& pen,
                                                           const engine::Machine& machine,
                                                           const engine::Transaction& transaction);

    Random random_;
    std::vector<Pen> pens_;  ///< The first belong to the users.
};

}  // namespace ballast::simulation
