#include <ballast/crypto/merkle.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace ballast::crypto {

namespace {

/// Levels above the leaves.
u32 height_of(u32 pages) {
    return static_cast<u32>(std::countr_zero(std::bit_ceil(pages)));
}

Digest parent_of(const Digest& left, const Digest& right) {
    constexpr Digest none{};
    if (right == none && left == none) return none;
    return hash_node(left, right);
}

Digest root_of(u32 pages, const Digest& top) {
    std::array<u8, 37> bytes;
    bytes[0] = 2;
    std::memcpy(bytes.data() + 1, &pages, sizeof(pages));
    std::memcpy(bytes.data() + 5, top.data(), top.size());
    return sha256(bytes);
}

}  // namespace

PageTree::PageTree() : levels_(1, std::vector<Digest>(1)), root_(root_of(0, Digest{})) {}

void PageTree::resize(u32 pages) {
    BALLAST_ASSERT(pages <= pages_max);
    const u32 before = this->pages();
    if (pages < before) forget(pages);

    // A node keeps its number when the tree grows: those that exist stay right, and every node that
    // is new lies above a page that is new, unless it is padding.
    const u32 height = height_of(pages);
    if (height + 1 != levels_.size()) {
        levels_.resize(height + 1);
        for (u32 level = 0; level <= height; ++level)
            levels_[level].resize(std::size_t{1} << (height - level));
    }
    marked_.resize(pages);
    for (u32 page = before; page < pages; ++page) mark(page);
}

// Clears what lies wholly beyond the last page; what lies partly beyond is above the last page,
// which is marked.
void PageTree::forget(u32 pages) {
    std::erase_if(changed_, [pages](u32 page) { return page >= pages; });
    u32 first = pages;
    for (std::vector<Digest>& level : levels_) {
        std::fill(level.begin() + first, level.end(), Digest{});
        first = first / 2 + first % 2;
    }
    if (pages > 0) mark(pages - 1);
}

// Where much has changed, the marks are read in order, which is cheaper than sorting.
void PageTree::sort_changed() {
    if (changed_.size() < marked_.size() / 16) {
        std::sort(changed_.begin(), changed_.end());
        return;
    }
    changed_.clear();
    for (u32 page = 0; page < pages(); ++page)
        if (marked_[page] != 0) changed_.push_back(page);
}

void PageTree::rehash() {
    for (std::size_t level = 1; level < levels_.size(); ++level) {
        const std::vector<Digest>& below = levels_[level - 1];
        std::size_t parents = 0;
        for (std::size_t i = 0; i < changed_.size(); ++i) {
            const u32 parent = changed_[i] / 2;
            if (parents > 0 && changed_[parents - 1] == parent) continue;
            changed_[parents++] = parent;
            levels_[level][parent] =
                parent_of(below[2 * std::size_t{parent}], below[2 * std::size_t{parent} + 1]);
        }
        changed_.resize(parents);
    }
    changed_.clear();
    root_ = root_of(pages(), levels_.back().front());
}

std::vector<Digest> PageTree::path(u32 page) const {
    BALLAST_ASSERT(page < pages());
    BALLAST_ASSERT(changed_.empty());
    std::vector<Digest> beside;
    for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
        beside.push_back(levels_[level][page ^ 1]);
        page /= 2;
    }
    return beside;
}

bool verify_path(const Digest& root, u32 pages, u32 page, const Digest& leaf,
                 std::span<const Digest> path) {
    if (pages > pages_max || page >= pages || path.size() != height_of(pages)) return false;
    Digest node = leaf;
    for (const Digest& beside : path) {
        node = page % 2 == 0 ? parent_of(node, beside) : parent_of(beside, node);
        page /= 2;
    }
    return root_of(pages, node) == root;
}

}  // namespace ballast::crypto
