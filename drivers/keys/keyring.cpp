#include <ballast/files/csv.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/market/suggest.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ballast::keys {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr u32 file_version = 1;
constexpr std::size_t name_max = 64;
constexpr std::size_t passphrase_max = 1024;
constexpr std::uintmax_t file_bytes_max = 16 * 1024;
/// What a passphrase may cost who tries it, whatever a file says.
constexpr u64 rounds_max = 16;
constexpr u64 memory_max = u64{1} << 30;

constexpr std::string_view extension = ".json";

using Salt = std::array<u8, crypto_pwhash_SALTBYTES>;
using Nonce = std::array<u8, crypto_secretbox_NONCEBYTES>;
using Box = std::array<u8, crypto_secretbox_MACBYTES + 32>;

/// How a secret lies in a file.
struct Sealed {
    u64 rounds = 3;  ///< RFC 9106, section 4: three passes over 64 MiB.
    u64 memory = u64{64} << 20;
    Salt salt{};
    Nonce nonce{};
    Box box{};
};

/// The key that a passphrase makes; nothing where there is not so much memory.
std::optional<Secret> stretched(const Sealed& sealed, const std::string& passphrase) {
    std::array<u8, crypto_secretbox_KEYBYTES> key{};
    const int failed = crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(),
                                     sealed.salt.data(), sealed.rounds, sealed.memory,
                                     crypto_pwhash_ALG_ARGON2ID13);
    const Secret kept(key);
    sodium_memzero(key.data(), key.size());
    if (failed != 0) return std::nullopt;
    return kept;
}

files::Attempt<Sealed> seal(const Secret& secret, const std::string& passphrase) {
    Sealed sealed;
    randombytes_buf(sealed.salt.data(), sealed.salt.size());
    randombytes_buf(sealed.nonce.data(), sealed.nonce.size());
    const auto key = stretched(sealed, passphrase);
    if (!key) return files::fault("encrypting a key takes {} MiB of memory", sealed.memory >> 20);
    crypto_secretbox_easy(sealed.box.data(), secret.bytes().data(), secret.bytes().size(),
                          sealed.nonce.data(), key->bytes().data());
    return sealed;
}

files::Attempt<Secret> unseal(const Sealed& sealed, const std::string& passphrase) {
    const auto key = stretched(sealed, passphrase);
    if (!key) return files::fault("opening it takes {} MiB of memory", sealed.memory >> 20);
    std::array<u8, 32> opened{};
    const int failed =
        crypto_secretbox_open_easy(opened.data(), sealed.box.data(), sealed.box.size(),
                                   sealed.nonce.data(), key->bytes().data());
    const Secret secret(opened);
    sodium_memzero(opened.data(), opened.size());
    if (failed != 0) return files::fault("the passphrase is wrong");
    return secret;
}

Json json_of(const Sealed& sealed) {
    return {{"derivation", "argon2id"},        {"rounds", sealed.rounds},
            {"memory", sealed.memory},         {"salt", files::hex_of(sealed.salt)},
            {"cipher", "xsalsa20-poly1305"},   {"nonce", files::hex_of(sealed.nonce)},
            {"box", files::hex_of(sealed.box)}};
}

template <std::size_t N>
files::Attempt<void> read_hex(const Json& json, const char* name, std::array<u8, N>& bytes) {
    if (!json.contains(name) || !json[name].is_string())
        return files::fault("{}: is missing; expected hexadecimal digits", name);
    const auto read = files::bytes_of_hex(json[name].get_ref<const std::string&>(), N);
    if (!read) return files::fault("{}: {}", name, read.error().sentence);
    std::ranges::copy(*read, bytes.begin());
    return {};
}

files::Attempt<u64> read_cost(const Json& json, const char* name, u64 least, u64 most) {
    const bool whole = json.contains(name) && json[name].is_number_unsigned();
    const u64 value = whole ? json[name].get<u64>() : 0;
    if (!whole || value < least || value > most)
        return files::fault("{}: must be from {} to {}", name, least, most);
    return value;
}

files::Attempt<Sealed> read_sealed(const Json& json) {
    Sealed sealed;
    if (!json.is_object() || json.value("derivation", Json()) != "argon2id" ||
        json.value("cipher", Json()) != "xsalsa20-poly1305")
        return files::fault("encrypted: expected argon2id and xsalsa20-poly1305");
    BALLAST_TRY(sealed.rounds, read_cost(json, "rounds", crypto_pwhash_OPSLIMIT_MIN, rounds_max));
    BALLAST_TRY(sealed.memory, read_cost(json, "memory", crypto_pwhash_MEMLIMIT_MIN, memory_max));
    BALLAST_CHECK(read_hex(json, "salt", sealed.salt));
    BALLAST_CHECK(read_hex(json, "nonce", sealed.nonce));
    BALLAST_CHECK(read_hex(json, "box", sealed.box));
    return sealed;
}

/// A key file that has been read.
struct Content {
    crypto::Key key;
    std::optional<Secret> secret;
    std::optional<Sealed> sealed;
};

files::Attempt<Content> read_content(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return files::fault("is no JSON object");
    if (json.value("version", Json()) != file_version)
        return files::fault("version: expected {}", file_version);
    Content content;
    const Json key = json.value("key", Json());
    if (!key.is_string()) return files::fault("key: is missing");
    const auto parsed = files::parse_key(key.get_ref<const std::string&>());
    if (!parsed) return files::fault("key: {}", parsed.error().sentence);
    content.key = *parsed;
    if (json.contains("private") == json.contains("encrypted"))
        return files::fault("expected either `private` or `encrypted`");
    if (json.contains("encrypted")) {
        BALLAST_TRY(content.sealed, read_sealed(json["encrypted"]));
        return content;
    }
    std::array<u8, 32> bytes{};
    BALLAST_CHECK(read_hex(json, "private", bytes));
    content.secret = Secret(bytes);
    sodium_memzero(bytes.data(), bytes.size());
    return content;
}

/// The text of a small file that its owner alone may read.
files::Attempt<std::string> read_private(const fs::path& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0)
        return files::fault("{}: {}", path.string(), std::strerror(errno));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return files::fault("{}: others may read it; chmod 600 it first", path.string());
    if (static_cast<std::uintmax_t>(status.st_size) > file_bytes_max)
        return files::fault("{}: has {} bytes; at most {}", path.string(), status.st_size,
                            file_bytes_max);
    return files::read_file(path);
}

files::Attempt<Content> read_file(const fs::path& path) {
    BALLAST_TRY(std::string text, read_private(path));
    auto content = read_content(text);
    sodium_memzero(text.data(), text.size());
    if (!content) return files::fault("{}: {}", path.string(), content.error().sentence);
    return content;
}

std::unexpected<files::Fault> failed(const fs::path& path) {
    return files::fault("{}: {}", path.string(), std::strerror(errno));
}

/// A file that did not exist and that only its owner may read, on the disk when this returns.
files::Attempt<void> write_new(const fs::path& path, const std::string& text) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return failed(path);
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::write(file, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) break;
        done += static_cast<std::size_t>(count);
    }
    const bool written = done == text.size() && ::fsync(file) == 0;
    const auto fault = failed(path);
    ::close(file);
    if (written) return {};
    ::unlink(path.c_str());
    return fault;
}

bool named_well(std::string_view name) {
    return !name.empty() && name.size() <= name_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

}  // namespace

files::Attempt<void> check_name(std::string_view name) {
    if (named_well(name)) return {};
    return files::fault("'{}' is no name for a key: 1 to {} letters, digits, '-' and '_'",
                        name.substr(0, name_max), name_max);
}

files::Attempt<void> Keyring::add(std::string_view name, const Signer& signer,
                                  const std::optional<std::string>& passphrase) const {
    BALLAST_CHECK(check_name(name));
    std::error_code wrong;
    fs::create_directories(directory_, wrong);
    if (wrong) return files::fault("{}: {}", directory_.string(), wrong.message());
    fs::permissions(directory_, fs::perms::owner_all, wrong);
    Json json{{"version", file_version}, {"key", files::key_text(signer.key())}};
    if (passphrase) {
        BALLAST_TRY(const Sealed sealed, seal(signer.secret(), *passphrase));
        json["encrypted"] = json_of(sealed);
    } else {
        json["private"] = files::hex_of(signer.secret().bytes());
    }
    std::string text = json.dump(2) + "\n";
    const auto written = write_new(directory_ / fmt::format("{}{}", name, extension), text);
    sodium_memzero(text.data(), text.size());
    return written;
}

files::Attempt<std::vector<Entry>> Keyring::list() const {
    std::vector<Entry> entries;
    std::error_code wrong;
    if (!fs::exists(directory_, wrong)) return entries;
    for (const auto& file : fs::directory_iterator(directory_, wrong)) {
        const std::string name = file.path().stem().string();
        if (file.path().extension() != extension || !named_well(name)) continue;
        BALLAST_TRY(const Content content, read_file(file.path()));
        entries.push_back({name, content.key, content.sealed.has_value()});
    }
    if (wrong) return files::fault("{}: {}", directory_.string(), wrong.message());
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
}

files::Attempt<Entry> Keyring::find(std::string_view name) const {
    BALLAST_TRY(const std::vector<Entry> entries, list());
    std::vector<std::string> known;
    for (const Entry& entry : entries) {
        if (entry.name == name) return entry;
        known.push_back(entry.name);
    }
    if (known.empty())
        return files::fault("'{}' is no key; there are none in {}", name, directory_.string());
    return files::fault("'{}' is no key{}", name, market::suggestion(name, known));
}

files::Attempt<Signer> Keyring::open(std::string_view name,
                                     const std::optional<std::string>& passphrase) const {
    BALLAST_TRY(const Entry entry, find(name));
    const fs::path path = directory_ / (entry.name + std::string(extension));
    BALLAST_TRY(Content content, read_file(path));
    if (content.sealed && !passphrase)
        return files::fault(
            "{}: is encrypted; say the passphrase by --passphrase-file or "
            "BALLAST_PASSPHRASE",
            path.string());
    if (content.sealed) {
        const auto opened = unseal(*content.sealed, *passphrase);
        if (!opened) return files::fault("{}: {}", path.string(), opened.error().sentence);
        content.secret = *opened;
    }
    auto signer = Signer::from(content.key.scheme, *content.secret);
    if (!signer) return files::fault("{}: {}", path.string(), signer.error().sentence);
    if (signer->key() != content.key)
        return files::fault("{}: the private key is not that of {}", path.string(),
                            files::key_text(content.key));
    return signer;
}

files::Attempt<Signer> import_secret(const fs::path& path, crypto::Scheme scheme) {
    BALLAST_TRY(std::string text, read_private(path));
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::array<u8, 32> bytes{};
    const auto read = files::bytes_of_hex(std::string_view(text).substr(0, end), bytes.size());
    if (read) std::ranges::copy(*read, bytes.begin());
    const Secret secret(bytes);
    sodium_memzero(text.data(), text.size());
    sodium_memzero(bytes.data(), bytes.size());
    if (!read) return files::fault("{}: {}", path.string(), read.error().sentence);
    auto signer = Signer::from(scheme, secret);
    if (!signer) return files::fault("{}: {}", path.string(), signer.error().sentence);
    return signer;
}

files::Attempt<void> export_secret(const fs::path& path, const Signer& signer) {
    std::string text = files::hex_of(signer.secret().bytes()) + "\n";
    const auto written = write_new(path, text);
    sodium_memzero(text.data(), text.size());
    return written;
}

files::Attempt<std::optional<std::string>> passphrase(const std::optional<fs::path>& file) {
    if (!file) {
        const char* said = std::getenv("BALLAST_PASSPHRASE");
        if (said == nullptr || *said == '\0') return std::nullopt;
        return std::string(said);
    }
    BALLAST_TRY(std::string text, files::read_file(*file));
    std::string line = text.substr(0, text.find('\n'));
    sodium_memzero(text.data(), text.size());
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.size() > passphrase_max)
        return files::fault("{}: its first line must be a passphrase of 1 to {} bytes",
                            file->string(), passphrase_max);
    return line;
}

}  // namespace ballast::keys
