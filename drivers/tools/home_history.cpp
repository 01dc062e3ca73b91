#include <ballast/tools/home_history.hpp>
#include <ballast/chain/history.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/store/store.hpp>

#include <algorithm>

namespace ballast::tools {
namespace {

class HomeHistory : public History {
public:
    HomeHistory(engine::Genesis genesis, std::unique_ptr<const store::Store> store)
        : genesis_(std::move(genesis)), store_(std::move(store)) {
        if (store_->first() == 1) return;
        for (const store::Manifest& manifest : store_->snapshots()) {
            base_ = manifest.height;
            if (base_ + 1 >= store_->first()) return;
        }
    }

    const engine::Genesis& genesis() const override { return genesis_; }
    u64 first() const override { return store_->first() == 0 ? base_ + 1 : store_->first(); }
    u64 last() const override { return std::max(store_->last(), base_); }
    u64 base() const override { return base_; }
    std::string torn() const override { return {}; }

    files::Attempt<engine::Record> record(u64 height) const override {
        BALLAST_TRY(const Bytes bytes, store_->record(height));
        return chain::read_record(height, bytes);
    }
    files::Attempt<crypto::Digest> root(u64 height) const override {
        BALLAST_TRY(const engine::Record found, record(height));
        return found.root;
    }
    files::Attempt<engine::Machine> start(u64 height) const override {
        std::vector<std::string> remarks;
        return chain::nearest_machine(genesis_, *store_, height, remarks);
    }

private:
    engine::Genesis genesis_;
    std::unique_ptr<const store::Store> store_;
    u64 base_ = 0;
};

}  // namespace

files::Attempt<std::unique_ptr<History>> home_history(const std::filesystem::path& home) {
    BALLAST_TRY(engine::Genesis genesis, chain::read_genesis(home));
    const crypto::Digest name = engine::digest_of(genesis);
    BALLAST_TRY(auto store, store::Store::look(chain::data_path(home), name));
    return std::make_unique<HomeHistory>(std::move(genesis), std::move(store));
}

}  // namespace ballast::tools
