/// The chain that Chain::open gives.  Not part of the door.
#pragma once

#include <ballast/chain/crew.hpp>
#include <ballast/chain/gate.hpp>
#include <ballast/chain/history.hpp>
#include <ballast/chain/vouched.hpp>
#include <ballast/store/lock.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

namespace ballast::chain {

class Lasting final : public Chain {
public:
    /// What opening found.
    struct Parts {
        store::Lock lock;
        engine::Genesis genesis;
        std::unique_ptr<store::Store> store;
        engine::Machine machine;
        std::vector<std::string> remarks;
    };
    Lasting(Parts parts, Options options);
    ~Lasting() override;

    std::vector<std::string> remarks() const override;
    void peek(const std::function<void(const engine::Machine&)>& look) const override;
    void read(const std::function<void(const engine::Machine&)>& look) const override;
    files::Attempt<void> read_at(
        u64 height, const std::function<void(const engine::Machine&)>& look) const override;
    engine::Machine::Preview preview(
        std::span<const engine::Transaction> transactions, bool authorised,
        const std::function<void(const engine::Machine&)>& look) override;
    u64 height() const override;
    u64 oldest() const override;
    CommittedPtr block(u64 height) const override;
    Result<CommittedPtr> execute(engine::Block block, std::vector<crypto::Digest> ids) override;
    bool vouch(const engine::Transaction& transaction, const crypto::Digest& id) override;
    Signatures signatures() const override { return {checked_, known_}; }
    files::Attempt<void> persist() override;
    void give_up(const std::string& why) override;
    void listen(std::function<void(const CommittedPtr&)> listener) override;
    files::Attempt<u64> snapshot() override;
    std::vector<SnapshotInfo> snapshots() const override;
    files::Attempt<Bytes> snapshot_chunk(u64 height, u32 chunk) const override;
    files::Attempt<void> restore(u64 height, const crypto::Digest& root, ByteView bytes) override;

private:
    using Verdicts = std::vector<engine::Verdict>;
    /// A machine at the height of a snapshot that is to be kept.
    using Picture = std::shared_ptr<const engine::Machine>;

    void name_all(const engine::Block& block, std::vector<crypto::Digest>& ids);
    Verdicts verify(const engine::Block& block, const std::vector<crypto::Digest>& ids);
    files::Attempt<void> write(std::span<const CommittedPtr> blocks);
    void remember(const CommittedPtr& block);
    bool wait_durable(u64 height) const;
    void tell();
    void picture();
    files::Attempt<void> keep(const engine::Machine& machine);
    files::Attempt<void> prune();
    files::Attempt<void> put(const store::Manifest& manifest, ByteView bytes);

    store::Lock lock_;
    const engine::Genesis genesis_;
    const crypto::Digest name_;
    const Options options_;
    std::vector<std::string> remarks_;
    std::unique_ptr<store::Store> store_;

    mutable Gate gate_;  ///< Of the machine.
    engine::Machine machine_;
    Crew crew_;
    Vouched vouched_;
    std::atomic<u64> checked_ = 0, known_ = 0;  ///< Signatures.
    mutable History history_;

    mutable std::mutex mutex_;  ///< Of all that follows.
    mutable std::condition_variable changed_;
    std::deque<CommittedPtr> executed_;  ///< Not durable yet.
    u64 durable_;
    std::string fault_;  ///< Why nothing more is executed.
    std::map<u64, CommittedPtr> recent_;
    std::size_t recent_transactions_ = 0;
    std::deque<CommittedPtr> untold_;
    mutable bool teller_waits_ = false;
    std::vector<std::function<void(const CommittedPtr&)>> listeners_;
    std::deque<Picture> pictures_;
    bool stop_ = false;

    std::mutex persisting_;         ///< One at a time writes.
    mutable std::mutex snapshots_;  ///< One at a time keeps or drops snapshots.
    std::jthread teller_, keeper_;
};

}  // namespace ballast::chain
