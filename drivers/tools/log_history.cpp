#include <ballast/tools/log_history.hpp>

#include <optional>
#include <vector>

namespace ballast::tools {
namespace {

ByteView view(const std::string& bytes) {
    return {reinterpret_cast<const u8*>(bytes.data()), bytes.size()};
}

class LogHistory : public History {
public:
    LogHistory(std::string bytes, std::string name)
        : bytes_(std::move(bytes)), name_(std::move(name)) {}

    files::Attempt<void> scan() {
        auto reader = engine::LogReader::open(view(bytes_));
        if (!reader) return files::fault("{}: is no log: {}", name_, sentence(reader.error()));
        genesis_ = reader->genesis();
        while (true) {
            const std::size_t at = reader->good();
            const auto record = reader->next();
            if (!record && record.error() == Reject::truncated)
                torn_ = fmt::format("{} bytes at the end are no whole record", bytes_.size() - at);
            else if (!record)
                return files::fault("{}: byte {}: {}", name_, at, sentence(record.error()));
            if (!record || !*record) return {};
            BALLAST_CHECK(keep(**record, at));
        }
    }

    const engine::Genesis& genesis() const override { return genesis_; }
    u64 first() const override { return 1; }
    u64 last() const override { return places_.size(); }
    u64 base() const override { return 0; }
    std::string torn() const override { return torn_; }

    files::Attempt<engine::Record> record(u64 height) const override {
        BALLAST_CHECK(within(height));
        Reader reader(view(bytes_).subspan(places_[height - 1].at));
        u32 length = 0;
        reader(length);
        auto record = decode<engine::Record>(reader.raw(length));
        BALLAST_ASSERT(record.has_value());  // The scan has read it.
        return std::move(*record);
    }
    files::Attempt<crypto::Digest> root(u64 height) const override {
        BALLAST_CHECK(within(height));
        return places_[height - 1].root;
    }
    files::Attempt<engine::Machine> start(u64) const override {
        auto machine = engine::Machine::create(genesis_);
        if (!machine)
            return files::fault("{}: its genesis is wrong: {} {}", name_, machine.error().key,
                                machine.error().what);
        return std::move(*machine);
    }

private:
    struct Place {
        std::size_t at;
        crypto::Digest root;
    };

    files::Attempt<void> keep(const engine::Record& record, std::size_t at) {
        if (record.block.height != places_.size() + 1)
            return files::fault("{}: byte {}: block {} where {} comes next", name_, at,
                                record.block.height, places_.size() + 1);
        places_.push_back({at, record.root});
        return {};
    }
    files::Attempt<void> within(u64 height) const {
        if (height >= 1 && height <= places_.size()) return {};
        return files::fault("{}: has blocks 1 to {}, and not {}", name_, places_.size(), height);
    }

    std::string bytes_;
    std::string name_;
    engine::Genesis genesis_;
    std::vector<Place> places_;
    std::string torn_;
};

}  // namespace

files::Attempt<std::unique_ptr<History>> log_history(std::string bytes, std::string name) {
    auto history = std::make_unique<LogHistory>(std::move(bytes), std::move(name));
    BALLAST_CHECK(history->scan());
    return history;
}

}  // namespace ballast::tools
