/// Which signatures were checked, by the names of their transactions; bounded, the oldest are
/// forgotten.  Not part of the door.
#pragma once

#include <ballast/chain/digest_hash.hpp>
#include <ballast/engine/block.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <mutex>

namespace ballast::chain {

class Vouched {
public:
    static constexpr std::size_t generation_max = std::size_t{1} << 18;

    [[nodiscard]] engine::Verdict find(const crypto::Digest& id) const {
        const std::scoped_lock held(mutex_);
        return look_up(id);
    }
    [[nodiscard]] std::vector<engine::Verdict> find_all(
        const std::vector<crypto::Digest>& ids) const {
        const std::scoped_lock held(mutex_);
        std::vector<engine::Verdict> verdicts;
        verdicts.reserve(ids.size());
        for (const crypto::Digest& id : ids) verdicts.push_back(look_up(id));
        return verdicts;
    }
    void remember(const crypto::Digest& id, bool good) {
        const std::scoped_lock held(mutex_);
        if (young_.size() >= generation_max) {
            std::swap(old_, young_);
            young_.clear();
        }
        young_[id] = good ? engine::Verdict::good : engine::Verdict::bad;
    }

private:
    engine::Verdict look_up(const crypto::Digest& id) const {
        if (const auto found = young_.find(id); found != young_.end()) return found->second;
        if (const auto found = old_.find(id); found != old_.end()) return found->second;
        return engine::Verdict::unknown;
    }

    mutable std::mutex mutex_;
    boost::unordered_flat_map<crypto::Digest, engine::Verdict, DigestHash> young_, old_;
};

}  // namespace ballast::chain
