/// A replicated node behind the API: transactions go to CometBFT, fates come from the chain.
#pragma once

#include <ballast/abci/comet_rpc.hpp>
#include <ballast/abci/sources.hpp>
#include <ballast/abci/validators.hpp>
#include <ballast/api/backend.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace ballast::abci {

inline constexpr std::size_t waiting_max = 50'000;  ///< Transactions whose fate is not known yet.
inline constexpr u64 waiting_blocks_max = 1'000;    ///< A transaction is given up after so many.
inline constexpr unsigned senders = 4;              ///< Threads that hand transactions on.

class CometBackend final : public api::Backend {
public:
    CometBackend(chain::Chain& chain, Sources& sources, const std::string& chain_id,
                 const std::string& comet, std::function<void()> stop_node);
    ~CometBackend() override;
    CometBackend(const CometBackend&) = delete;
    CometBackend& operator=(const CometBackend&) = delete;

    [[nodiscard]] chain::Chain& chain() override { return *chain_; }
    [[nodiscard]] api::Status status() const override;
    void submit(engine::Transaction transaction, api::Told told) override;
    Result<void> report(const oracle::Report& report) override { return sources_->offer(report); }
    [[nodiscard]] std::vector<rpc::Method> admin_methods() override;

    /// No transaction is sent any more; those that wait are told so.
    void stop();

private:
    struct Waiting {
        api::Told told;
        u64 expires = 0;
        u64 since = 0;  ///< Height when it came.
    };
    struct Errand {
        crypto::Digest id{};
        Bytes bytes;
    };
    void send_all();
    void send(const Errand& errand);
    void committed(const chain::Committed& block);
    void tell(const api::Fate& fate);
    void give_up(const crypto::Digest& id, int code, std::string why);

    chain::Chain* chain_;
    Sources* sources_;
    std::string chain_id_;
    CometRpc comet_;
    std::function<void()> stop_node_;  ///< For the operator; called by any thread.
    mutable std::mutex mutex_;
    std::condition_variable work_;
    std::deque<Errand> errands_;
    std::map<crypto::Digest, Waiting> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace ballast::abci
