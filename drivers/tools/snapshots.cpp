#include <ballast/tools/snapshots.hpp>
#include <ballast/chain/chain.hpp>
#include <ballast/chain/outcome.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/node/serve.hpp>
#include <ballast/store/lock.hpp>

#include <algorithm>

namespace ballast::tools {
namespace {

using StorePtr = std::unique_ptr<const store::Store>;

files::Attempt<StorePtr> look(const std::filesystem::path& home, const engine::Genesis& genesis) {
    return store::Store::look(chain::data_path(home), engine::digest_of(genesis));
}

Checked row_of(const store::Manifest& manifest) {
    return {manifest.height, manifest.root,
            manifest.bytes,  static_cast<u32>(manifest.chunks.size()),
            false,           {}};
}

files::Attempt<Bytes> bytes_of(const store::Store& store, const store::Manifest& manifest) {
    Bytes bytes;
    for (u32 i = 0; i < manifest.chunks.size(); ++i) {
        BALLAST_TRY(const Bytes chunk, store.chunk(manifest, i));
        bytes.insert(bytes.end(), chunk.begin(), chunk.end());
    }
    return bytes;
}

files::Attempt<store::Manifest> find(const store::Store& store, std::optional<u64> height) {
    const auto manifests = store.snapshots();
    if (manifests.empty()) return files::fault("there is no snapshot yet");
    if (!height) return manifests.back();
    std::string heights;
    for (const store::Manifest& manifest : manifests) {
        if (manifest.height == *height) return manifest;
        heights += fmt::format("{}{}", heights.empty() ? "" : ", ", manifest.height);
    }
    return files::fault("there is no snapshot of height {}; there are: {}", *height, heights);
}

/// Whether the block of this height is kept and which root it has.
files::Attempt<std::optional<crypto::Digest>> logged_root(const store::Store& store, u64 height) {
    using Root = std::optional<crypto::Digest>;
    if (store.first() == 0 || height < store.first() || height > store.last()) return Root();
    BALLAST_TRY(const Bytes bytes, store.record(height));
    BALLAST_TRY(const engine::Record record, chain::read_record(height, bytes));
    return Root(record.root);
}

/// Restores the state and compares; what is wrong is left in `row`.
void check_state(const engine::Genesis& genesis, ByteView bytes, Checked& row) {
    const auto machine = engine::Machine::restore(genesis, bytes, row.root);
    if (!machine)
        row.wrong = sentence(machine.error());
    else if (machine->height() != row.height)
        row.wrong = fmt::format("its state is of height {}", machine->height());
}

void check_root(const crypto::Digest& expected, const char* whose, Checked& row) {
    if (row.wrong.empty() && row.root != expected)
        row.wrong = fmt::format("its root is {}, and {} is {}", files::hex_text(row.root), whose,
                                files::hex_text(expected));
}

Checked verify(const engine::Genesis& genesis, const store::Store& store,
               const store::Manifest& manifest) {
    Checked row = row_of(manifest);
    const auto logged = logged_root(store, manifest.height);
    const auto bytes = bytes_of(store, manifest);
    if (!logged) row.wrong = logged.error().sentence;
    if (!bytes) row.wrong = bytes.error().sentence;
    if (!row.wrong.empty()) return row;
    check_state(genesis, *bytes, row);
    row.in_log = logged->has_value();
    if (row.in_log) check_root(**logged, "the log's", row);
    return row;
}

}  // namespace

files::Attempt<std::vector<Checked>> list_snapshots(const std::filesystem::path& home) {
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(home));
    BALLAST_TRY(const StorePtr store, look(home, genesis));
    std::vector<Checked> rows;
    for (const store::Manifest& manifest : store->snapshots()) rows.push_back(row_of(manifest));
    return rows;
}

files::Attempt<std::vector<Checked>> verify_snapshots(const std::filesystem::path& home,
                                                      std::optional<u64> height,
                                                      const std::optional<crypto::Digest>& root) {
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(home));
    BALLAST_TRY(const StorePtr store, look(home, genesis));
    std::vector<std::string> unreadable;
    std::vector<store::Manifest> manifests = store->snapshots(&unreadable);
    if (height || root) {
        BALLAST_TRY(const store::Manifest one, find(*store, height));
        manifests = {one};
    }
    std::vector<Checked> rows;
    for (const store::Manifest& manifest : manifests) {
        rows.push_back(verify(genesis, *store, manifest));
        if (root) check_root(*root, "the expected one", rows.back());
    }
    for (std::string& sentence : unreadable) rows.push_back({0, {}, 0, 0, false, sentence});
    return rows;
}

Checked verify_file(const chain::StateFile& file, const std::optional<crypto::Digest>& root) {
    Checked row{file.height, file.root, file.snapshot.size(), 0, false, {}};
    check_state(file.genesis, file.snapshot, row);
    if (root) check_root(*root, "the expected one", row);
    return row;
}

files::Attempt<u64> create_snapshot(const std::filesystem::path& home) {
    BALLAST_TRY(const node::Config config, node::load_config(home));
    BALLAST_TRY(const auto chain, chain::Chain::open(home, node::chain_options(config)));
    return chain->snapshot();
}

files::Attempt<chain::StateFile> take_out(const std::filesystem::path& home,
                                          std::optional<u64> height) {
    BALLAST_TRY(engine::Genesis genesis, chain::read_genesis(home));
    BALLAST_TRY(const StorePtr store, look(home, genesis));
    BALLAST_TRY(const store::Manifest manifest, find(*store, height));
    BALLAST_TRY(Bytes bytes, bytes_of(*store, manifest));
    return chain::StateFile{std::move(genesis), manifest.height, manifest.root, std::move(bytes)};
}

files::Attempt<void> restore_home(const std::filesystem::path& home, const chain::StateFile& file) {
    std::error_code error;
    if (std::filesystem::exists(chain::genesis_path(home), error)) {
        BALLAST_TRY(const engine::Genesis there, chain::read_genesis(home));
        if (engine::digest_of(there) != engine::digest_of(file.genesis))
            return files::fault("{} is the home of another chain", home.string());
    } else {
        BALLAST_CHECK(chain::Chain::create(home, file.genesis));
    }
    BALLAST_TRY(const auto chain, chain::Chain::open(home));
    if (chain->height() != 0)
        return files::fault("{} is at height {}; only an empty one can be restored", home.string(),
                            chain->height());
    return chain->restore(file.height, file.root, file.snapshot);
}

files::Attempt<void> put_in(const std::filesystem::path& home, const chain::StateFile& file) {
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(home));
    if (engine::digest_of(genesis) != engine::digest_of(file.genesis))
        return files::fault("{} is the home of another chain", home.string());
    if (const Checked row = verify_file(file, {}); !row.wrong.empty())
        return files::fault("the snapshot of height {} cannot be used: {}", row.height, row.wrong);
    BALLAST_TRY(const store::Lock lock, store::Lock::take(home));
    BALLAST_TRY(const auto store,
                store::Store::open(chain::data_path(home), engine::digest_of(genesis)));
    BALLAST_TRY(const auto logged, logged_root(*store, file.height));
    if (!logged)
        return files::fault(
            "{} has no block {} to compare with; an empty home takes it by "
            "'ballast snapshot restore'",
            home.string(), file.height);
    if (*logged != file.root)
        return files::fault("block {} of {} has the root {}, the snapshot has {}", file.height,
                            home.string(), files::hex_text(*logged), files::hex_text(file.root));
    return store->keep_snapshot(store::make_manifest(file.height, file.root, file.snapshot),
                                file.snapshot);
}

}  // namespace ballast::tools
