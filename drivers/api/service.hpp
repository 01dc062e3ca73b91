/// What the parts of the API share.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/api/question.hpp>
#include <ballast/chain/digest_hash.hpp>
#include <ballast/rpc/server.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace ballast::api {

/// Nonces of transactions that were handed in here and have no fate yet.
class Flights {
public:
    void begin(AccountId sender, u64 nonce);
    void end(AccountId sender, u64 nonce);
    [[nodiscard]] std::set<u64> of(AccountId sender) const;

private:
    mutable std::mutex mutex_;
    std::map<u32, std::multiset<u64>> nonces_;
};

/// Where transactions of recent blocks stand.
class Recent {
public:
    static constexpr std::size_t kept_max = 1'000'000;  ///< Transactions.
    struct Place {
        u64 height = 0;
        u32 position = 0;
    };
    void note(const chain::Committed& block);
    [[nodiscard]] std::size_t blocks() const;  ///< That are remembered; empty ones never are.
    [[nodiscard]] std::optional<Place> find(const crypto::Digest& id) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<crypto::Digest, Place, chain::DigestHash> places_;
    std::map<u64, std::vector<crypto::Digest>> heights_;
};

/// How many calls at one time may read what lies far back, which keeps a worker for seconds: half
/// of the workers that a server has, so that the others go on answering.
class Share {
public:
    /// A place until it is let go; nothing where none is free.
    [[nodiscard]] std::shared_ptr<void> take();
    [[nodiscard]] static unsigned places() { return rpc::Options().workers / 2; }

private:
    std::atomic<unsigned> taken_ = 0;
};
[[nodiscard]] Error busy_behind();  ///< For whom there is no place.

/// Blocks below the last one that are at hand; what is older comes from the disk.
inline constexpr u64 blocks_at_hand = 256;

struct Service {
    explicit Service(Backend& node) : backend(node) {}
    Backend& backend;
    Index index;
    Flights flights;
    Recent recent;
    Share behind;

    /// Whether what was seen of this height can no longer be lost.
    [[nodiscard]] bool durable(u64 height) const { return height <= backend.chain().height(); }
    /// The state now, or at `height`; the error says why there is none.
    [[nodiscard]] Reply look(std::optional<u64> height,
                             const std::function<Reply(const View&)>& answer);
};

/// Methods of each kind, filled with what they call.
void add_questions(rpc::Methods& methods, Service& service);
void add_blocks(rpc::Methods& methods, Service& service);
void add_transactions(rpc::Methods& methods, Service& service);
void add_submissions(rpc::Methods& methods, Service& service);
void add_dry_run(rpc::Methods& methods, Service& service);
void add_node(rpc::Methods& methods, Service& service);

/// A method whose params are checked against their schema before `call` sees them.
[[nodiscard]] rpc::Method checked(rpc::Method method);
/// A method that answers at once.
using Direct = std::function<Reply(const Json& params)>;
[[nodiscard]] rpc::Method direct(std::string name, std::string summary,
                                 const std::vector<schema::Field>& params, Json result,
                                 Direct call);

/// A block without its transactions, as channels and lists tell it.
[[nodiscard]] Json block_line(const chain::Committed& block);
[[nodiscard]] Json block_line_schema();

}  // namespace ballast::api
