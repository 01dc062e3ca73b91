#include "signers.hpp"

#include <ballast/crypto/keccak.hpp>

#include <sodium.h>

#include <secp256k1_recovery.h>

#include <algorithm>
#include <map>
#include <memory>

namespace ballast::simulation {
namespace {

constexpr u32 spare_pens = 16;
constexpr u32 wishes_most = 4;  ///< About accounts and keys, in a block.

const secp256k1_context* signing_context() {
    static const std::unique_ptr<secp256k1_context, void (*)(secp256k1_context*)> context(
        secp256k1_context_create(SECP256K1_CONTEXT_NONE), secp256k1_context_destroy);
    return context.get();
}

crypto::Key address_of(const Secret& secret) {
    secp256k1_pubkey point;
    std::array<u8, 65> raw{};
    std::size_t length = raw.size();
    const auto* context = signing_context();
    BALLAST_ASSERT(secp256k1_ec_pubkey_create(context, &point, secret.data()) == 1);
    secp256k1_ec_pubkey_serialize(context, raw.data(), &length, &point, SECP256K1_EC_UNCOMPRESSED);
    const crypto::Digest hash = crypto::keccak256(ByteView(raw).subspan(1));
    crypto::Key key{crypto::Scheme::ethereum, {}};
    std::copy(hash.begin() + 12, hash.end(), key.bytes.begin());
    return key;
}

}  // namespace

Signers::Signers(u64 seed) : random_(seed) {
    for (u32 number = 0; number < users + spare_pens; ++number) pens_.push_back(pen_of(number));
}

/// Every second key is a wallet's.
Signers::Pen Signers::pen_of(u32 number) {
    const crypto::Digest seed = crypto::sha256(encode(number));
    Pen pen;
    if (number % 2 == 0) {
        crypto_sign_seed_keypair(pen.key.bytes.data(), pen.secret.data(), seed.data());
        return pen;
    }
    std::copy(seed.begin(), seed.end(), pen.secret.begin());
    pen.key = address_of(pen.secret);
    return pen;
}

void Signers::equip(engine::Genesis& genesis) {
    genesis.access.signed_transactions = true;
    genesis.access.fee_asset = random_.chance(700) ? usdc : dollar;
    genesis.access.fee = Amount::units(random_.between(0, 3) * 100'000);
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i)
        genesis.accounts[i].key = pens_[i].key;
}

const Signers::Pen& Signers::some_pen() {
    return pens_[static_cast<std::size_t>(random_.below(pens_.size()))];
}

engine::Action Signers::wish(const Asking& asking) {
    crypto::Key key = some_pen().key;
    if (random_.chance(30)) key = {crypto::Scheme::ethereum, {}}, key.bytes[31] = 1;
    const u64 what = random_.below(10);
    if (what < 2) return access::OpenAccount{};
    if (what < 3) return access::OpenAccount{key};
    if (what < 5) return access::RevokeKey{key};
    u64 expires = 0;
    if (random_.chance(500))
        expires = asking.block.time + static_cast<u64>(random_.between(0, 600)) - 30;
    return access::GrantKey{key, static_cast<u8>(random_.below(9)), expires};
}

void Signers::ask(const Asking& asking, u64 most) {
    std::map<u32, u64> next;
    for (const engine::Transaction& transaction : asking.block.transactions) {
        u64& own = next[transaction.sender.value()];
        own = std::max(own, transaction.nonce + 1);
    }
    const ledger::Ledger& ledger = asking.machine.state().ledger;
    for (; most > 0; --most) {
        const u64 account = random_.chance(800)
                                ? random_.below(users)
                                : random_.below(ledger.accounts() - system_accounts);
        const AccountId sender{system_accounts + static_cast<u32>(account)};
        const auto found = next.find(sender.value());
        const u64 nonce = found == next.end() ? ledger.nonce(sender) : found->second;
        next[sender.value()] = nonce + 1;
        engine::Transaction transaction{sender, nonce, wish(asking)};
        if (random_.chance(200)) transaction.body = engine::Batch{{wish(asking), wish(asking)}};
        asking.block.transactions.push_back(std::move(transaction));
    }
}

/// Two transactions of one sender change places.
void Signers::swap_nonces(engine::Block& block) {
    auto& all = block.transactions;
    if (all.size() < 2) return;
    for (u32 tries = 0; tries < 8; ++tries) {
        engine::Transaction& a = all[static_cast<std::size_t>(random_.below(all.size()))];
        engine::Transaction& b = all[static_cast<std::size_t>(random_.below(all.size()))];
        if (a.sender == b.sender) std::swap(a.nonce, b.nonce);
    }
}

/// Mostly the user's own key, or one that he has granted.
const Signers::Pen& Signers::pen_for(const Asking& asking, AccountId sender) {
    const auto& holders = asking.machine.state().access.holders;
    const u32 row = sender.value() - system_accounts;
    if (sender.value() < system_accounts || row >= holders.size() || random_.chance(20))
        return some_pen();
    const bool own = !holders[row].grants.empty() && random_.chance(900);
    const u32 holder = own ? row : holders[row].parent.value() - system_accounts;
    const auto& grants = holders[holder].grants;
    const auto& grant = grants[random_.chance(700) ? 0 : random_.below(grants.size())];
    const auto found = std::find_if(pens_.begin(), pens_.end(),
                                    [&](const Pen& pen) { return pen.key == grant.key; });
    return found == pens_.end() ? some_pen() : *found;
}

crypto::KeySignature Signers::signature_of(const Pen& pen, const engine::Machine& machine,
                                           const engine::Transaction& transaction) {
    crypto::KeySignature signature{};
    if (pen.key.scheme == crypto::Scheme::ed25519) {
        const Bytes bytes = engine::signed_bytes(transaction, machine.chain());
        crypto_sign_detached(signature.data(), nullptr, bytes.data(), bytes.size(),
                             pen.secret.data());
        return signature;
    }
    const crypto::Digest digest =
        engine::typed_data_hash(transaction, machine.genesis(), machine.chain());
    secp256k1_ecdsa_recoverable_signature made;
    int recovery = 0;
    const auto* context = signing_context();
    BALLAST_ASSERT(secp256k1_ecdsa_sign_recoverable(context, &made, digest.data(),
                                                    pen.secret.data(), nullptr, nullptr) == 1);
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context, signature.data(), &recovery,
                                                            &made);
    signature.back() = static_cast<u8>(27 + recovery);
    return signature;
}

void Signers::sign_one(const Asking& asking, engine::Transaction& transaction) {
    if (random_.chance(100))
        transaction.expires = asking.block.time + static_cast<u64>(random_.between(0, 100)) - 10;
    if (random_.chance(10)) return;
    const Pen& pen = pen_for(asking, transaction.sender);
    transaction.authorisation = {pen.key, signature_of(pen, asking.machine, transaction)};
    if (!random_.chance(30)) return;
    auto& by = *transaction.authorisation;
    switch (random_.below(4)) {
        case 0: by.signature[static_cast<std::size_t>(random_.below(65))] ^= 1; break;
        case 1: by.key = some_pen().key; break;
        case 2: ++transaction.expires; break;
        default: transaction.body = wish(asking); break;
    }
}

void Signers::sign(const engine::Machine& machine, u64 most, engine::Block& block) {
    const Asking asking{machine, block};
    ask(asking, std::min<u64>(most, random_.below(wishes_most + 1)));
    if (random_.chance(500)) swap_nonces(block);
    for (engine::Transaction& transaction : block.transactions) sign_one(asking, transaction);
}

}  // namespace ballast::simulation
