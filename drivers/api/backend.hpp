/// What the API asks of a node, whichever kind it is.
#pragma once

#include <ballast/chain/chain.hpp>
#include <ballast/oracle/report.hpp>
#include <ballast/rpc/methods.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ballast::api {

/// What became of a transaction that was handed in: it stands in a durable block, or never will.
struct Fate {
    u64 height = 0;  ///< Of its block; 0: none.
    crypto::Digest id{};
    engine::Receipt receipt;  ///< Valid with a height, or where CheckTx said no.
    std::string why;          ///< Without a height: why.
    int code = 0;             ///< Without a height: of rpc::error_code.
};
using Told = std::function<void(const Fate&)>;

/// How a node is doing.
struct Status {
    bool ready = false;
    std::string why;   ///< Not ready: why.
    std::string mode;  ///< "embedded", "dev", "cometbft".
    u64 pending = 0;   ///< Transactions that wait for a block.
    u64 peers = 0;
};

class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual chain::Chain& chain() = 0;
    [[nodiscard]] virtual Status status() const = 0;

    /// Hands a transaction in: it is checked as CheckTx does, waits for a block, and `told` is
    /// called once, when its block is durable or when it is known that there will be none.
    virtual void submit(engine::Transaction transaction, Told told) = 0;
    /// Hands several in, in this order; `told` is called once for each, by its id.
    virtual void submit_all(std::vector<engine::Transaction> transactions, Told told) {
        for (engine::Transaction& transaction : transactions) submit(std::move(transaction), told);
    }
    /// Hands a price in for the next block.  Checked as the oracle does; the Reject if it says no.
    virtual Result<void> report(const oracle::Report& report) = 0;
    /// What the operator may do, by method, on the local socket: "admin.mine", "admin.warp", ...
    [[nodiscard]] virtual std::vector<rpc::Method> admin_methods() = 0;
};

}  // namespace ballast::api
