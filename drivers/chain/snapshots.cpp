#include <ballast/chain/lasting.hpp>

#include <algorithm>

namespace ballast::chain {

// A picture was taken when its block was executed; it is kept when the block is durable.
void Lasting::picture() {
    while (true) {
        Picture due;
        {
            std::unique_lock held(mutex_);
            changed_.wait(held, [this] {
                return stop_ || !fault_.empty() ||
                       (!pictures_.empty() && pictures_.front()->height() <= durable_);
            });
            if (stop_ || !fault_.empty()) return;
            due = std::move(pictures_.front());
            pictures_.pop_front();
        }
        if (const auto kept = keep(*due); !kept) {
            // The blocks are safe without it; the next write of the store says what is wrong.
            const std::scoped_lock held(mutex_);
            remarks_.push_back(kept.error().sentence);
        }
    }
}

files::Attempt<void> Lasting::keep(const engine::Machine& machine) {
    const Bytes bytes = machine.snapshot();
    const std::scoped_lock held(snapshots_);
    const auto there = store_->snapshots();
    if (std::ranges::find(there, machine.height(), &store::Manifest::height) != there.end())
        return {};
    BALLAST_CHECK(store_->keep_snapshot(
        store::make_manifest(machine.height(), machine.root(), bytes), bytes));
    return prune();
}

files::Attempt<void> Lasting::prune() {
    auto manifests = store_->snapshots();
    const std::size_t kept = std::max<u32>(options_.snapshots_kept, 1);
    while (manifests.size() > kept) {
        BALLAST_CHECK(store_->drop_snapshot(manifests.front().height));
        manifests.erase(manifests.begin());
    }
    if (options_.history_blocks == 0 || manifests.empty()) return {};
    const u64 oldest = manifests.front().height;
    if (oldest <= options_.history_blocks || store_->last() < oldest) return {};
    return store_->drop_blocks(oldest - options_.history_blocks + 1);
}

files::Attempt<u64> Lasting::snapshot() {
    Picture picture;
    {
        const auto held = gate_.read();
        picture = std::make_shared<const engine::Machine>(machine_);
    }
    if (!wait_durable(picture->height()))
        return files::fault("block {} cannot be made durable; there is no snapshot of it",
                            picture->height());
    BALLAST_CHECK(keep(*picture));
    return picture->height();
}

std::vector<Chain::SnapshotInfo> Lasting::snapshots() const {
    std::vector<SnapshotInfo> result;
    for (const store::Manifest& manifest : store_->snapshots())
        result.push_back({manifest.height, manifest.root, static_cast<u32>(manifest.chunks.size()),
                          manifest.bytes});
    return result;
}

files::Attempt<Bytes> Lasting::snapshot_chunk(u64 height, u32 chunk) const {
    for (const store::Manifest& manifest : store_->snapshots())
        if (manifest.height == height) return store_->chunk(manifest, chunk);
    return files::fault("there is no snapshot of height {}", height);
}

// The new one first, so that a crash leaves one of them.
files::Attempt<void> Lasting::put(const store::Manifest& manifest, ByteView bytes) {
    const std::scoped_lock held(snapshots_);
    BALLAST_CHECK(store_->keep_snapshot(manifest, bytes));
    for (const store::Manifest& other : store_->snapshots())
        if (other.height != manifest.height) BALLAST_CHECK(store_->drop_snapshot(other.height));
    return {};
}

files::Attempt<void> Lasting::restore(u64 height, const crypto::Digest& root, ByteView bytes) {
    auto machine = engine::Machine::restore(genesis_, bytes, root);
    if (!machine)
        return files::fault("the snapshot of height {} cannot be used: {}", height,
                            sentence(machine.error()));
    if (machine->height() != height)
        return files::fault("the snapshot of height {} is of height {}", height, machine->height());
    const auto held = gate_.write();
    const bool executed = [&] {
        const std::scoped_lock listed(mutex_);
        return !executed_.empty();
    }();
    if (executed || store_->first() != 0)
        return files::fault(
            "the home is at height {} and has blocks of its own; only one without can be restored",
            machine_.height());
    if (machine_.height() == height && machine_.root() == root) return {};
    BALLAST_CHECK(put(store::make_manifest(height, root, bytes), bytes));
    machine_ = std::move(*machine);
    const std::scoped_lock listed(mutex_);
    durable_ = height;
    return {};
}

}  // namespace ballast::chain
