/// Keys that people hold: making them, keeping them in files, and signing with them.  A private key
/// is never printed, logged or part of a fault, and is wiped from memory when its owner goes.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/engine/transaction.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/oracle/report.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::keys {

/// The 32 secret bytes of a key: the seed of ed25519 (RFC 8032), the scalar of secp256k1.
class Secret {
public:
    Secret() = default;
    explicit Secret(const std::array<u8, 32>& bytes) : bytes_(bytes) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();
    [[nodiscard]] const std::array<u8, 32>& bytes() const { return bytes_; }

private:
    std::array<u8, 32> bytes_{};
};

/// A private key with its public half.
class Signer {
public:
    /// From the system's randomness.
    static Signer generate(crypto::Scheme scheme);
    /// For development and tests: the same name has the same key everywhere, and everybody knows
    /// it.  An account of a dev market is funded with `named(…, "alice")` and so on.
    static Signer named(crypto::Scheme scheme, std::string_view name);
    /// A fault where secp256k1 has no such scalar.
    static files::Attempt<Signer> from(crypto::Scheme scheme, const Secret& secret);

    [[nodiscard]] const crypto::Key& key() const { return key_; }
    [[nodiscard]] const Secret& secret() const { return secret_; }

    /// The authorisation that makes the transaction engine::authentic; what stands in its own
    /// authorisation does not matter.
    [[nodiscard]] access::Authorisation sign(const engine::Transaction& transaction,
                                             const engine::Genesis& genesis,
                                             const crypto::Digest& chain) const;
    /// Fills in the signature.  Only an ed25519 key can be a publisher's: a fault for others.
    files::Attempt<void> sign(oracle::Report& report, const crypto::Digest& chain) const;
    /// One side of a ticket; a fault likewise.
    [[nodiscard]] files::Attempt<crypto::Signature> sign(const clearing::Ticket& ticket,
                                                         const crypto::Digest& chain) const;

    /// Ed25519 over exactly these bytes; a fault for a key of another kind.
    [[nodiscard]] files::Attempt<crypto::Signature> sign_bytes(ByteView message) const;
    /// Ethereum's r ‖ s ‖ v over a digest; a fault for a key of another kind.
    [[nodiscard]] files::Attempt<crypto::KeySignature> sign_digest(
        const crypto::Digest& digest) const;

private:
    Signer(const Secret& secret, const crypto::Key& key) : secret_(secret), key_(key) {}
    Secret secret_;
    crypto::Key key_;
};

/// Name of a key file without passphrase and directory: letters, digits, '-' and '_', at most 64.
[[nodiscard]] files::Attempt<void> check_name(std::string_view name);

/// What can be said of a key file without its passphrase.
struct Entry {
    std::string name;
    crypto::Key key;
    bool encrypted = false;
};

/// The keys of one home, as DIRECTORY/NAME.json, readable by their owner alone.
class Keyring {
public:
    explicit Keyring(std::filesystem::path directory) : directory_(std::move(directory)) {}

    /// Writes a new file; an existing one is a fault.  With a passphrase the secret is encrypted
    /// (argon2id, then XSalsa20-Poly1305).
    files::Attempt<void> add(std::string_view name, const Signer& signer,
                             const std::optional<std::string>& passphrase) const;
    /// All key files, by name.  None where the directory is missing.
    [[nodiscard]] files::Attempt<std::vector<Entry>> list() const;
    [[nodiscard]] files::Attempt<Entry> find(std::string_view name) const;
    /// The private key.  Faults: no such key (with the nearest name), a file that others may read,
    /// a passphrase that is missing or wrong.
    [[nodiscard]] files::Attempt<Signer> open(std::string_view name,
                                              const std::optional<std::string>& passphrase) const;

private:
    std::filesystem::path directory_;
};

/// A private key as 64 hexadecimal digits in a file of its own: to bring keys from elsewhere, and
/// to take them there.  A file is read only if its owner alone may read it, and written only if it
/// is new.
[[nodiscard]] files::Attempt<Signer> import_secret(const std::filesystem::path& path,
                                                   crypto::Scheme scheme);
[[nodiscard]] files::Attempt<void> export_secret(const std::filesystem::path& path,
                                                 const Signer& signer);

/// The passphrase: the first line of `file` if it is named, else BALLAST_PASSPHRASE, else none.
[[nodiscard]] files::Attempt<std::optional<std::string>> passphrase(
    const std::optional<std::filesystem::path>& file);

}  // namespace ballast::keys
