// A store on a disk that fails: whatever happens, everything that was acknowledged is there when
// the store is opened again, and of what was not, whole writes or nothing.
#include <ballast/store/faulty_disk.hpp>
#include <ballast/store/store.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace ballast::store {
namespace {

namespace fs = std::filesystem;

fs::path scratch() {
    const fs::path fast = "/dev/shm";
    const fs::path base = fs::is_directory(fast) ? fast : fs::temp_directory_path();
    return base / fmt::format("ballast-faults-{}", ::getpid());
}

class Trial {
public:
    explicit Trial(u64 seed)
        : random_(seed),
          home_(scratch()),
          disk_(std::make_shared<FaultyDisk>(seed, home_ / "attic")) {
        fs::remove_all(home_);
        fs::create_directories(home_);
        options_ = {0, std::size_t{16} << 10, std::make_shared<FaultyWorld>(disk_)};
    }
    ~Trial() {
        store_.reset();
        fs::remove_all(home_);
    }

    void run() {
        create();
        if (testing::Test::HasFailure()) return;
        const u64 lives = 1 + random_() % 2;
        for (u64 life = 0; life < lives && !testing::Test::HasFailure(); ++life) {
            if (life != 0 && random_() % 4 == 0) disturb_opening();
            reopen();
            if (testing::Test::HasFailure()) return;
            arm();
            work();
            store_.reset();
            disk_->crash();
            disk_->come_back();
        }
        reopen();
    }

private:
    using Fault = FaultyDisk::Fault;
    struct Written {
        Bytes record, outcome;
    };

    Bytes some(std::size_t most) {
        Bytes bytes(random_() % most);
        for (std::size_t i = 0; i < bytes.size(); i += sizeof(u64)) {
            const u64 word = random_();
            std::memcpy(bytes.data() + i, &word, std::min(sizeof word, bytes.size() - i));
        }
        return bytes;
    }
    // What was created in part is no store, and does not stand in the way of one.
    void create() {
        const Meta meta{format_version, {}, "test"};
        if (random_() % 4 == 0) {
            disk_->arm(static_cast<Fault>(1 + random_() % 4), random_() % 30);
            const auto tried = Store::create(home_ / "data", meta, options_);
            disk_->crash();
            disk_->come_back();
            EXPECT_EQ(fs::exists(home_ / "data"), tried.has_value());
            if (tried) return;
        }
        const auto created = Store::create(home_ / "data", meta, options_);
        ASSERT_TRUE(created) << created.error().sentence;
    }
    void arm() {
        const auto fault = static_cast<Fault>(1 + random_() % 4);
        disk_->arm(fault, random_() % 60);
    }
    void disturb_opening() {
        disk_->arm(random_() % 2 == 0 ? Fault::crash : Fault::write_error, random_() % 20);
        [[maybe_unused]] const auto tried = Store::open(home_ / "data", {}, options_);
        disk_->crash();
    }
    void work() {
        for (u64 step = 0; step < 40; ++step) {
            if (random_() % 10 == 0) {
                if (!keep_snapshot()) break;
            } else if (!append()) {
                break;
            }
        }
    }
    bool append() {
        std::vector<Entry> entries;
        const u64 count = 1 + random_() % 4;
        const std::size_t most = random_() % 8 == 0 ? 60'000 : 600;
        for (u64 i = 0; i < count; ++i)
            entries.push_back({acknowledged_ + i + 1, some(most), some(100)});
        unsure_ = entries;
        if (!store_->append(entries)) {
            EXPECT_FALSE(store_->append(entries)) << "something was taken after a fault";
            return false;
        }
        for (const Entry& entry : entries) blocks_[entry.height] = {entry.record, entry.outcome};
        acknowledged_ += count;
        unsure_.clear();
        return true;
    }
    bool keep_snapshot() {
        const Bytes bytes = some(random_() % 8 == 0 ? 2'500'000 : 2'000);
        const Manifest manifest = make_manifest(acknowledged_, {}, bytes);
        if (snapshots_.contains(acknowledged_)) return true;
        if (!store_->keep_snapshot(manifest, bytes)) return false;
        snapshots_[acknowledged_] = manifest;
        return true;
    }
    void reopen() {
        disk_->come_back();
        auto opened = Store::open(home_ / "data", {}, options_);
        ASSERT_TRUE(opened) << opened.error().sentence;
        store_ = std::move(*opened);
        learn();
        for (const auto& [height, block] : blocks_) {
            EXPECT_EQ(store_->record(height).value_or(Bytes()), block.record) << height;
            EXPECT_EQ(store_->outcome(height).value_or(Bytes()), block.outcome) << height;
        }
        for (const auto& [height, manifest] : snapshots_)
            for (u32 i = 0; i < manifest.chunks.size(); ++i)
                EXPECT_TRUE(store_->chunk(manifest, i)) << height << " " << i;
        EXPECT_GE(store_->snapshots().size(), snapshots_.size());
    }
    // The write that was under way is there as a whole, or not at all.
    void learn() {
        const u64 last = store_->last();
        ASSERT_TRUE(last == acknowledged_ || last == acknowledged_ + unsure_.size())
            << "acknowledged " << acknowledged_ << ", there are " << last;
        if (last != acknowledged_)
            for (const Entry& entry : unsure_)
                blocks_[entry.height] = {entry.record, entry.outcome};
        acknowledged_ = last;
        unsure_.clear();
    }

    std::mt19937_64 random_;
    fs::path home_;
    std::shared_ptr<FaultyDisk> disk_;
    Options options_;
    std::unique_ptr<Store> store_;
    u64 acknowledged_ = 0;
    std::map<u64, Written> blocks_;
    std::vector<Entry> unsure_;
    std::map<u64, Manifest> snapshots_;
};

// BALLAST_SEEDS says how many, BALLAST_SEED which first.
u64 setting(const char* name, u64 otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(StoreFaults, NothingAcknowledgedIsLost) {
    const u64 first = setting("BALLAST_SEED", 1);
    const u64 count = setting("BALLAST_SEEDS", 500);
    for (u64 seed = first; seed < first + count; ++seed) {
        SCOPED_TRACE(fmt::format("BALLAST_SEED={} BALLAST_SEEDS=1", seed));
        Trial(seed).run();
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace ballast::store
