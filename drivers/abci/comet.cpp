#include <ballast/abci/comet.hpp>
#include <ballast/abci/comet_rpc.hpp>
#include <ballast/abci/proposal.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/tree.hpp>

#include <fmt/ranges.h>
#include <sodium/crypto_sign.h>
#include <sodium/utils.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace ballast::abci {
namespace {

using Json = nlohmann::ordered_json;

constexpr i64 block_bytes = i64{4} << 20;
constexpr u32 secret_file_mode = 0600;
constexpr u32 public_file_mode = 0644;

std::string hex(ByteView bytes) {
    std::string text;
    for (const u8 byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

Json public_key(const crypto::PublicKey& key) {
    return {{"type", "tendermint/PubKeyEd25519"}, {"value", base64_of({key.begin(), key.end()})}};
}

Json private_key(const keys::Signer& signer) {
    Bytes both(signer.secret().bytes().begin(), signer.secret().bytes().end());
    both.insert(both.end(), signer.key().bytes.begin(), signer.key().bytes.end());
    Json json{{"type", "tendermint/PrivKeyEd25519"}, {"value", base64_of(both)}};
    sodium_memzero(both.data(), both.size());
    return json;
}

files::Attempt<void> write_new(const std::filesystem::path& path, const std::string& text,
                               u32 mode) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) return files::fault("cannot write {}: {}", path.string(), std::strerror(errno));
    const ssize_t written = ::write(fd, text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    const int why = errno;
    if (::close(fd) != 0 || !whole)
        return files::fault("cannot write {}: {}", path.string(), std::strerror(why));
    return {};
}

std::string quoted(const std::string& text) {
    return Json(text).dump();  // What JSON escapes, TOML escapes likewise.
}

std::string state_sync_text(const CometOptions& options) {
    if (!options.sync) return {};
    return fmt::format(
        "\n[statesync]\nenable = true\nrpc_servers = {}\ntrust_height = {}\n"
        "trust_hash = {}\ntrust_period = \"168h\"\ndiscovery_time = \"5s\"\n",
        quoted(fmt::format("{}", fmt::join(options.sync->servers, ","))), options.sync->height,
        quoted(options.sync->hash));
}

std::string config_text(const CometOptions& options) {
    return fmt::format(
        R"(# What is not said here is as CometBFT has it; cometbft init writes every key.
moniker = {}
abci = "socket"
db_backend = "goleveldb"
log_level = "info"

[rpc]
laddr = {}

[p2p]
laddr = {}
persistent_peers = {}
addr_book_strict = {}
allow_duplicate_ip = {}

[mempool]
type = "flood"
recheck = true

[consensus]
timeout_propose = "{}ms"
timeout_commit = "{}ms"

[tx_index]
indexer = "null"
{})",
        quoted(options.moniker), quoted(options.rpc), quoted(options.p2p),
        quoted(fmt::format("{}", fmt::join(options.peers, ","))), !options.one_machine,
        options.one_machine, options.propose_milliseconds, options.commit_milliseconds,
        state_sync_text(options));
}

std::string after_scheme(const std::string& address) {
    const std::size_t at = address.find("://");
    return at == std::string::npos ? address : address.substr(at + 3);
}

}  // namespace

std::string node_id(const keys::Signer& node) {
    return hex(address_of(node.key().bytes));
}

files::Attempt<std::string> read_node_id(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "config" / "node_key.json";
    BALLAST_TRY(const std::string text, files::read_file(file));
    const Json json = Json::parse(text, nullptr, false);
    const Json* key = json.is_object() && json.contains("priv_key") ? &json["priv_key"] : nullptr;
    const bool said =
        key != nullptr && key->is_object() && key->contains("value") && (*key)["value"].is_string();
    const std::string value = said ? (*key)["value"].get<std::string>() : std::string();
    std::array<u8, crypto_sign_SECRETKEYBYTES> both{};  // The secret, then the public key.
    std::size_t length = 0;
    if (sodium_base642bin(both.data(), both.size(), value.data(), value.size(), nullptr, &length,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length != both.size())
        return files::fault("{}: priv_key.value is no ed25519 key of 64 bytes", file.string());
    crypto::PublicKey key_of_node{};
    std::copy_n(both.end() - key_of_node.size(), key_of_node.size(), key_of_node.begin());
    sodium_memzero(both.data(), both.size());
    return hex(address_of(key_of_node));
}

std::filesystem::path comet_home(const std::filesystem::path& home) {
    return home / "cometbft";
}

std::string abci_address(const std::filesystem::path& home) {
    std::error_code none;
    return "unix://" +
           (std::filesystem::absolute(home, none).lexically_normal() / "abci.sock").string();
}

std::string comet_genesis(const Validators& validators, u64 time) {
    Json list = Json::array();
    for (const Validator& validator : validators.list())
        list.push_back({{"address", upper(hex(address_of(validator.key)))},
                        {"pub_key", public_key(validator.key)},
                        {"power", std::to_string(validator.power)},
                        {"name", ""}});
    const Json params{
        {"block", {{"max_bytes", std::to_string(block_bytes)}, {"max_gas", "-1"}}},
        {"evidence",
         {{"max_age_num_blocks", "100000"},
          {"max_age_duration", "172800000000000"},
          {"max_bytes", "1048576"}}},
        {"validator", {{"pub_key_types", {"ed25519"}}}},
        {"version", {{"app", "1"}}},
        {"abci", {{"vote_extensions_enable_height", std::to_string(first_votes_height - 1)}}}};
    const Json genesis{{"genesis_time", files::time_text(time)},
                       {"chain_id", validators.chain_id()},
                       {"initial_height", "1"},
                       {"consensus_params", params},
                       {"validators", list},
                       {"app_hash", ""},
                       {"app_state", Json::parse(validators.text())}};
    return genesis.dump(2) + "\n";
}

files::Attempt<void> write_comet(const std::filesystem::path& folder, const CometOptions& options,
                                 const std::string& genesis, const keys::Signer& validator,
                                 const keys::Signer& node) {
    std::error_code failed;
    std::filesystem::create_directories(folder / "config", failed);
    if (!failed) std::filesystem::create_directories(folder / "data", failed);
    if (failed) return files::fault("cannot make {}: {}", folder.string(), failed.message());
    const crypto::PublicKey& key = validator.key().bytes;
    const Json validator_key{{"address", upper(hex(address_of(key)))},
                             {"pub_key", public_key(key)},
                             {"priv_key", private_key(validator)}};
    const Json node_key{{"priv_key", private_key(node)}};
    BALLAST_CHECK(write_new(folder / "config" / "priv_validator_key.json", validator_key.dump(2),
                            secret_file_mode));
    BALLAST_CHECK(write_new(folder / "data" / "priv_validator_state.json",
                            R"({"height":"0","round":0,"step":0})", secret_file_mode));
    BALLAST_CHECK(
        write_new(folder / "config" / "node_key.json", node_key.dump(2), secret_file_mode));
    BALLAST_CHECK(write_new(folder / "config" / "genesis.json", genesis, public_file_mode));
    return write_new(folder / "config" / "config.toml", config_text(options), public_file_mode);
}

files::Attempt<CometPlaces> read_comet(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "config" / "config.toml";
    BALLAST_TRY(const std::string text, files::read_file(file));
    BALLAST_TRY(const market::Node root, market::parse_tree(text, file.string()));
    const market::Node* abci = root.find("proxy_app");
    CometPlaces places;
    if (abci != nullptr) places.abci = abci->text;
    for (const auto& [name, place] : {std::pair{"rpc", &places.rpc}, {"p2p", &places.p2p}}) {
        const market::Node* part = root.find(name);
        const market::Node* address = part == nullptr ? nullptr : part->find("laddr");
        if (address == nullptr) return files::fault("{}: {}.laddr is missing", file.string(), name);
        *place = after_scheme(address->text);
    }
    return places;
}

}  // namespace ballast::abci
