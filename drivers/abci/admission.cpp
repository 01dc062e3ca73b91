#include <ballast/abci/admission.hpp>

namespace ballast::abci {

Result<void> Admission::check(const engine::Machine& machine,
                              const engine::Transaction& transaction, const crypto::Digest& id,
                              u64 now) const {
    BALLAST_CHECK(machine.check_authority(transaction, engine::Verdict::good, now));
    const auto found = senders_.find(transaction.sender.value());
    if (found == senders_.end() || holds(transaction, id)) return {};
    const Sender& sender = found->second;
    if (sender.ids.contains(transaction.nonce)) return no(Reject::bad_nonce);
    const Amount fee = engine::fee_of(machine.genesis(), transaction);
    const AssetId asset = machine.genesis().access.fee_asset;
    if (!fee.zero() &&
        machine.state().ledger.balance(transaction.sender, asset) < sender.fees + fee)
        return no(Reject::fee_not_covered);
    return {};
}

bool Admission::holds(const engine::Transaction& transaction, const crypto::Digest& id) const {
    const auto found = senders_.find(transaction.sender.value());
    if (found == senders_.end()) return false;
    const auto same = found->second.ids.find(transaction.nonce);
    return same != found->second.ids.end() && same->second == id;
}

void Admission::admit(const engine::Genesis& genesis, const engine::Transaction& transaction,
                      const crypto::Digest& id) {
    Sender& sender = senders_[transaction.sender.value()];
    if (sender.ids.emplace(transaction.nonce, id).second)
        sender.fees += engine::fee_of(genesis, transaction);
}

}  // namespace ballast::abci
