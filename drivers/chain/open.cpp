#include <ballast/chain/home.hpp>
#include <ballast/chain/lasting.hpp>

namespace ballast::chain {
namespace {

// What stands in the way of a store.  One that holds anything belongs to a genesis that is gone.
files::Attempt<void> remove_unfinished(const std::filesystem::path& data) {
    std::error_code error;
    if (!std::filesystem::exists(data, error)) return {};
    BALLAST_TRY(const bool blank, store::Store::blank(data));
    if (!blank)
        return files::fault(
            "{} holds blocks or snapshots and its genesis is gone: restore the home from a copy",
            data.string());
    std::filesystem::remove_all(data, error);
    if (error) return files::fault("{} cannot be removed: {}", data.string(), error.message());
    return {};
}

}  // namespace

files::Attempt<void> Chain::create(const std::filesystem::path& home,
                                   const engine::Genesis& genesis, const std::string& program) {
    std::error_code error;
    if (const auto fault = engine::validate(genesis))
        return files::fault("the genesis has a fault: {} {}", fault->key, fault->what);
    std::filesystem::create_directories(home, error);
    if (error) return files::fault("{} cannot be created: {}", home.string(), error.message());
    BALLAST_TRY(const store::Lock lock, store::Lock::take(home));
    if (std::filesystem::exists(genesis_path(home), error))
        return files::fault("{} holds a chain already", home.string());
    // The genesis comes last: a home without one was never finished.
    BALLAST_CHECK(remove_unfinished(data_path(home)));
    BALLAST_CHECK(store::Store::create(
        data_path(home), {store::format_version, engine::digest_of(genesis), program}));
    return write_file(genesis_path(home), engine::log_header(genesis));
}

files::Attempt<std::unique_ptr<Chain>> Chain::open(const std::filesystem::path& home,
                                                   Options options) {
    std::error_code error;
    if (!std::filesystem::exists(genesis_path(home), error))
        return files::fault("{} holds no chain; 'ballast init' makes one", home.string());
    BALLAST_TRY(store::Lock lock, store::Lock::take(home));
    BALLAST_TRY(engine::Genesis genesis, read_genesis(home));
    store::Options how;
    how.free_bytes_min = options.free_bytes_min;
    BALLAST_TRY(auto store, store::Store::open(data_path(home), engine::digest_of(genesis), how));
    std::vector<std::string> remarks;
    if (!store->repaired().empty()) remarks.push_back(store->repaired());
    constexpr u64 any = ~u64{0};
    BALLAST_TRY(engine::Machine machine, nearest_machine(genesis, *store, any, remarks));
    while (machine.height() < store->last()) BALLAST_CHECK(replay_block(machine, *store));
    return std::make_unique<Lasting>(
        Lasting::Parts{std::move(lock), std::move(genesis), std::move(store), std::move(machine),
                       std::move(remarks)},
        options);
}

}  // namespace ballast::chain
