#include <ballast/risk/bands.hpp>

#include <ballast/base/assert.hpp>

#include <algorithm>

namespace ballast::risk {

void Bands::place(u32 position, Entry entry) {
    heap_[position] = entry;
    position_[entry.slot] = position;
}

void Bands::sift_up(u32 position, Entry entry) {
    while (position > 0) {
        const u32 parent = (position - 1) / 2;
        if (!(entry < heap_[parent])) break;
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, entry);
}

void Bands::sift_down(u32 position, Entry entry) {
    for (;;) {
        u32 child = 2 * position + 1;
        if (child >= size()) break;
        if (child + 1 < size() && heap_[child + 1] < heap_[child]) ++child;
        if (!(heap_[child] < entry)) break;
        place(position, heap_[child]);
        position = child;
    }
    place(position, entry);
}

void Bands::assign(std::span<const u64> keys) {
    heap_.clear();
    position_.assign(keys.size(), nowhere);
    for (u32 slot = 0; slot < keys.size(); ++slot) {
        if (keys[slot] == absent) continue;
        position_[slot] = size();
        heap_.push_back({keys[slot], slot});
    }
    for (u32 position = size() / 2; position-- > 0;) sift_down(position, heap_[position]);
}

void Bands::remove(u32 position) {
    position_[heap_[position].slot] = nowhere;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (position == size()) return;
    const bool rises = position > 0 && last < heap_[(position - 1) / 2];
    if (rises) {
        sift_up(position, last);
    } else {
        sift_down(position, last);
    }
}

void Bands::set(u32 slot, u64 key) {
    if (slot >= position_.size()) position_.resize(std::size_t{slot} + 1, nowhere);
    const u32 position = position_[slot];
    if (key == absent) {
        if (position != nowhere) remove(position);
        return;
    }
    const Entry entry{key, slot};
    if (position == nowhere) {
        heap_.push_back(entry);
        sift_up(size() - 1, entry);
    } else if (entry < heap_[position]) {
        sift_up(position, entry);
    } else {
        sift_down(position, entry);
    }
}

void Bands::below(u64 threshold, std::vector<u32>& out) const {
    const std::size_t first = out.size();
    const auto visit = [&](std::size_t position) {
        if (position < heap_.size() && heap_[position].key < threshold)
            out.push_back(static_cast<u32>(position));
    };
    visit(0);
    for (std::size_t next = first; next < out.size(); ++next) {
        const std::size_t child = 2 * std::size_t{out[next]} + 1;
        visit(child);
        visit(child + 1);
    }
    for (std::size_t i = first; i < out.size(); ++i) out[i] = heap_[out[i]].slot;
}

Ascending::Ascending(const Bands& bands) : bands_(&bands) {
    offer(0);
}

std::optional<Bands::Entry> Ascending::peek() const {
    if (frontier_.empty()) return std::nullopt;
    return bands_->heap_[frontier_.front()];
}

void Ascending::advance() {
    BALLAST_ASSERT(!frontier_.empty());
    const auto later = [this](u32 a, u32 b) { return bands_->heap_[b] < bands_->heap_[a]; };
    std::pop_heap(frontier_.begin(), frontier_.end(), later);
    const std::size_t child = 2 * std::size_t{frontier_.back()} + 1;
    frontier_.pop_back();
    offer(child);
    offer(child + 1);
}

void Ascending::offer(std::size_t position) {
    if (position >= bands_->heap_.size()) return;
    const auto later = [this](u32 a, u32 b) { return bands_->heap_[b] < bands_->heap_[a]; };
    frontier_.push_back(static_cast<u32>(position));
    std::push_heap(frontier_.begin(), frontier_.end(), later);
}

Shift worst_shift(std::span<const Price> reference, std::span<const Price> current,
                  std::span<const bool> used) {
    BALLAST_ASSERT(reference.size() == current.size());
    BALLAST_ASSERT(reference.size() == used.size());
    Shift worst;
    bool found = false;
    for (std::size_t k = 0; k < reference.size(); ++k) {
        if (!used[k] || reference[k].units() <= 0) continue;
        const Shift shift{static_cast<u64>(current[k].units()),
                          static_cast<u64>(reference[k].units())};
        const bool less =
            u128{shift.numerator} * worst.denominator < u128{worst.numerator} * shift.denominator;
        if (!found || less) worst = shift;
        found = true;
    }
    return worst;
}

std::optional<u64> threshold(u64 need, Shift shift) {
    if (shift.numerator == 0) return std::nullopt;
    const u128 key = (u128{need} * shift.denominator + (shift.numerator - 1)) / shift.numerator;
    if (key >= Bands::absent) return std::nullopt;
    return static_cast<u64>(key);
}

u64 certain_coverage(u64 key, Shift shift) {
    const u128 coverage = u128{key} * shift.numerator / shift.denominator;
    return static_cast<u64>(std::min(coverage, u128{~u64{0}}));
}

}  // namespace ballast::risk
