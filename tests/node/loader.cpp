// Loads a dev node with signed transfers over HTTP and writes down what was acknowledged; and looks
// for that in a home, whose every root is compared when it is opened.
//
//     loader load PORT HOME ACKNOWLEDGED THREADS
//     loader check HOME ACKNOWLEDGED
#include <ballast/chain/home.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/wire/transaction.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

using namespace ballast;
using Json = nlohmann::json;
constexpr u64 batch = 16;

std::string hex(ByteView bytes) {
    std::string text;
    for (const u8 byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

// One connection; what goes wrong with it ends it.
class Connection {
public:
    explicit Connection(u16 port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The answer, or nothing when the node is gone.
    std::optional<Json> post(const Json& request) {
        const std::string body = request.dump();
        const std::string text = fmt::format(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: {}\r\n\r\n{}",
            body.size(), body);
        if (!open_ || ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) !=
                          static_cast<ssize_t>(text.size()))
            return std::nullopt;
        std::size_t head = std::string::npos;
        while ((head = buffer_.find("\r\n\r\n")) == std::string::npos)
            if (!fill()) return std::nullopt;
        std::string lower = buffer_.substr(0, head);
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto at = lower.find("content-length:");
        if (at == std::string::npos) return std::nullopt;
        const std::size_t length = std::strtoull(lower.c_str() + at + 15, nullptr, 10);
        while (buffer_.size() < head + 4 + length)
            if (!fill()) return std::nullopt;
        const Json answer = Json::parse(buffer_.substr(head + 4, length), nullptr, false);
        buffer_.erase(0, head + 4 + length);
        return answer;
    }

private:
    bool fill() {
        char part[16'384];
        const ssize_t count = ::recv(socket_, part, sizeof part, 0);
        if (count <= 0) return false;
        buffer_.append(part, static_cast<std::size_t>(count));
        return true;
    }
    int socket_;
    bool open_ = false;
    std::string buffer_;
};

struct Load {
    u16 port = 0;
    engine::Genesis genesis;
    crypto::Digest chain{};
    std::FILE* acknowledged = nullptr;
    std::mutex mutex;
};

Json call(u64 id, const char* method, Json params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

Json submission(const Load& load, const keys::Signer& signer, u32 account, u64 nonce) {
    engine::Transaction transaction;
    transaction.sender = AccountId{system_accounts + account};
    transaction.nonce = nonce;
    const AccountId to{system_accounts + (account + 1) % static_cast<u32>(node::dev_accounts)};
    transaction.body = engine::Action(engine::Transfer{to, AssetId{0}, Amount::units(1)});
    transaction.authorisation = signer.sign(transaction, load.genesis, load.chain);
    const auto bytes = wire::encode(transaction, wire::chain_id(load.genesis.name, load.chain));
    return call(nonce, "transaction.submit", {{"transaction", hex(*bytes)}});
}

// A file may hold what the node said before it was killed, and nothing else.
void note(Load& load, const Json& answers) {
    std::string lines;
    for (const Json& answer : answers) {
        if (!answer.contains("result")) {
            std::fprintf(stderr, "%s\n", answer.dump().c_str());
            continue;
        }
        const Json& data = answer["result"]["data"];
        if (data["height"].is_number())
            lines +=
                fmt::format("{} {}\n", data["height"].get<u64>(), data["id"].get<std::string>());
    }
    const std::scoped_lock held(load.mutex);
    std::fwrite(lines.data(), 1, lines.size(), load.acknowledged);
    std::fflush(load.acknowledged);
}

void run(Load& load, u32 account) {
    const keys::Signer signer = node::dev_key(account);
    Connection connection(load.port);
    const auto state =
        connection.post(call(0, "account.get", {{"account", system_accounts + account}}));
    if (!state || !state->contains("result")) {
        std::fprintf(stderr, "no account: %s\n", state ? state->dump().c_str() : "no answer");
        return;
    }
    u64 nonce = (*state)["result"]["data"]["nonce"]["next"].get<u64>();
    while (true) {
        Json requests = Json::array();
        for (u64 i = 0; i < batch; ++i)
            requests.push_back(submission(load, signer, account, nonce++));
        const auto answers = connection.post(requests);
        if (!answers || !answers->is_array()) return;
        note(load, *answers);
    }
}

int load(char** words) {
    Load load;
    load.port = static_cast<u16>(std::atoi(words[2]));
    auto genesis = chain::read_genesis(words[3]);
    if (!genesis) return std::fprintf(stderr, "%s\n", genesis.error().sentence.c_str()), 1;
    load.genesis = std::move(*genesis);
    load.chain = engine::digest_of(load.genesis);
    load.acknowledged = std::fopen(words[4], "a");
    std::vector<std::jthread> threads;
    const u32 count = static_cast<u32>(std::atoi(words[5]));
    for (u32 i = 0; i < count; ++i) threads.emplace_back([&load, i] { run(load, i); });
    return 0;
}

int check(char** words) {
    const auto chain = chain::Chain::open(words[2]);
    if (!chain) return std::fprintf(stderr, "%s\n", chain.error().sentence.c_str()), 1;
    for (const std::string& remark : (*chain)->remarks())
        std::fprintf(stderr, "remark: %s\n", remark.c_str());
    std::istringstream lines(files::read_file(words[3]).value_or(""));
    std::map<u64, std::map<std::string, bool>> blocks;
    u64 height = 0, count = 0;
    for (std::string id; lines >> height >> id; ++count) {
        if (!blocks.contains(height)) {
            const auto block = (*chain)->block(height);
            for (std::size_t i = 0; block && i < block->ids.size(); ++i)
                blocks[height][files::hex_text(block->ids[i])] = block->receipts[i].accepted();
        }
        const auto found = blocks[height].find(id);
        if (found == blocks[height].end() || !found->second)
            return std::fprintf(stderr, "%s is lost: it was acknowledged in block %llu\n",
                                id.c_str(), static_cast<unsigned long long>(height)),
                   1;
    }
    std::printf("%llu %llu\n", static_cast<unsigned long long>((*chain)->height()),
                static_cast<unsigned long long>(count));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "load" && argc == 6) return load(argv);
    if (mode == "check" && argc == 4) return check(argv);
    std::fprintf(stderr, "loader load PORT HOME FILE THREADS | loader check HOME FILE\n");
    return 2;
}
