#include <ballast/chain/history.hpp>

#include <ballast/files/run_directory.hpp>

#include <algorithm>

namespace ballast::chain {
namespace {

files::Attempt<Bytes> snapshot_bytes(const store::Store& store, const store::Manifest& manifest) {
    Bytes bytes;
    bytes.reserve(manifest.bytes);
    for (u32 i = 0; i < manifest.chunks.size(); ++i) {
        BALLAST_TRY(const Bytes chunk, store.chunk(manifest, i));
        bytes.insert(bytes.end(), chunk.begin(), chunk.end());
    }
    return bytes;
}

files::Attempt<engine::Machine> restore(const engine::Genesis& genesis, const store::Store& store,
                                        const store::Manifest& manifest) {
    crypto::Digest root = manifest.root;
    if (store.first() != 0 && store.first() <= manifest.height && manifest.height <= store.last()) {
        BALLAST_TRY(const Bytes bytes, store.record(manifest.height));
        BALLAST_TRY(const engine::Record record, read_record(manifest.height, bytes));
        root = record.root;
    }
    BALLAST_TRY(const Bytes bytes, snapshot_bytes(store, manifest));
    auto machine = engine::Machine::restore(genesis, bytes, root);
    if (!machine)
        return files::fault("the snapshot of height {} cannot be used: {}", manifest.height,
                            sentence(machine.error()));
    if (machine->height() != manifest.height)
        return files::fault("the snapshot of height {} is of height {}", manifest.height,
                            machine->height());
    return std::move(*machine);
}

}  // namespace

files::Attempt<engine::Machine> nearest_machine(const engine::Genesis& genesis,
                                                const store::Store& store, u64 height,
                                                std::vector<std::string>& remarks) {
    const std::size_t before = remarks.size();
    auto manifests = store.snapshots(&remarks);
    std::ranges::reverse(manifests);
    for (const store::Manifest& manifest : manifests) {
        if (manifest.height > height) continue;
        // The log must go on behind it.
        if (store.last() > manifest.height && store.first() > manifest.height + 1) continue;
        auto machine = restore(genesis, store, manifest);
        if (machine) return machine;
        remarks.push_back(machine.error().sentence);
    }
    if (store.first() > 1)
        return files::fault(
            "height {} cannot be reached: the blocks begin at {} and no good "
            "snapshot stands before them",
            height, store.first());
    // Blocks from the first on lead everywhere; without any, the snapshots were all there was.
    if (store.first() == 0 && remarks.size() > before)
        return files::fault(
            "height {} cannot be reached: there are no blocks, and no snapshot is good: {}", height,
            remarks[before]);
    auto machine = engine::Machine::create(genesis);
    if (!machine)
        return files::fault("the genesis has a fault: {} {}", machine.error().key,
                            machine.error().what);
    return std::move(*machine);
}

files::Attempt<engine::Record> replay_block(engine::Machine& machine, const store::Store& store) {
    const u64 height = machine.height() + 1;
    BALLAST_TRY(const Bytes bytes, store.record(height));
    BALLAST_TRY(engine::Record record, read_record(height, bytes));
    std::vector<engine::Verdict> verdicts;
    if (machine.genesis().access.signed_transactions) {
        BALLAST_TRY(const Bytes outcome, store.outcome(height));
        BALLAST_TRY(const Kept kept, read_kept(height, outcome));
        for (const engine::Receipt& receipt : kept.receipts)
            verdicts.push_back(receipt.code == static_cast<u16>(Reject::signature_wrong)
                                   ? engine::Verdict::bad
                                   : engine::Verdict::good);
    }
    const auto outcome = machine.execute(record.block, verdicts);
    if (!outcome)
        return files::fault("block {} cannot be executed again: {}", height,
                            sentence(outcome.error()));
    if (outcome->root != record.root)
        return files::fault("block {} gives the root {}; the log says {}", height,
                            files::hex_text(outcome->root), files::hex_text(record.root));
    return record;
}

files::Attempt<History::Place> History::starting_place(u64 height) {
    auto best = places_.end();
    for (auto it = places_.begin(); it != places_.end(); ++it)
        if ((*it)->height() <= height &&
            (best == places_.end() || (*it)->height() > (*best)->height()))
            best = it;
    u64 snapshot = 0;
    for (const store::Manifest& manifest : store_.snapshots())
        if (manifest.height <= height) snapshot = std::max(snapshot, manifest.height);
    if (best != places_.end() && (*best)->height() >= snapshot) {
        Place place = *best;
        if ((*best)->height() == height) return place;
        // Nobody else looks at it, or it stays as it is for him.
        if (place.use_count() > 2) return std::make_shared<engine::Machine>(*place);
        places_.erase(best);
        return place;
    }
    std::vector<std::string> remarks;
    BALLAST_TRY(engine::Machine machine, nearest_machine(genesis_, store_, height, remarks));
    return std::make_shared<engine::Machine>(std::move(machine));
}

files::Attempt<std::shared_ptr<const engine::Machine>> History::at(u64 height) {
    const std::scoped_lock held(mutex_);
    BALLAST_TRY(const Place place, starting_place(height));
    u64 transactions = 0;
    for (u64 blocks = 0; place->height() < height; ++blocks) {
        if (blocks >= blocks_max || transactions >= transactions_max)
            return files::fault(
                "height {} is more than {} blocks or {} transactions behind the "
                "snapshot before it; ask for one nearer to a snapshot",
                height, blocks_max, transactions_max);
        BALLAST_TRY(const engine::Record record, replay_block(*place, store_));
        transactions += record.block.transactions.size();
    }
    std::erase(places_, place);
    places_.push_back(place);
    if (places_.size() > machines_max) places_.erase(places_.begin());
    return std::shared_ptr<const engine::Machine>(place);
}

}  // namespace ballast::chain
