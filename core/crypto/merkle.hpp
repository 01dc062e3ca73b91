/// A Merkle tree over numbered pages, of which a few change between two roots.
///
/// The leaves are padded with `Digest{}` to a power of two; a node above is hash_node of its two
/// children, except that two zero digests make a zero digest, so padding costs nothing.  The root
/// is SHA-256 of 0x02, the count of pages as u32 little-endian, and the top node: trees of
/// different length have different roots.  docs/methods/math.md, section 6.
#pragma once

#include <ballast/crypto/digest.hpp>

#include <span>
#include <vector>

namespace ballast::crypto {

/// Most pages in a tree.
inline constexpr u32 pages_max = u32{1} << 31;

/// Keeps every level as one array.  Pages that are new or marked are hashed at the next update, and
/// each ancestor once.
class PageTree {
public:
    PageTree();

    /// Sets the count of pages, at most pages_max.  New pages are marked; pages beyond it are
    /// forgotten, which marks the last one left.
    void resize(u32 pages);

    /// Notes that `page`, which exists, has changed.  Marking twice is marking once.
    void mark(u32 page) {
        BALLAST_ASSERT(page < marked_.size());
        if (marked_[page] != 0) return;
        marked_[page] = 1;
        changed_.push_back(page);
    }

    /// Takes the digest of each marked page from `page_digest(u32)`, in order of the pages, and
    /// returns the root.
    template <class F>
    Digest update(F&& page_digest) {
        sort_changed();
        for (const u32 page : changed_) {
            levels_[0][page] = page_digest(page);
            marked_[page] = 0;
        }
        rehash();
        return root();
    }

    /// The root of the last update.  `resize` and `mark` do not change it.
    [[nodiscard]] const Digest& root() const { return root_; }
    [[nodiscard]] u32 pages() const { return static_cast<u32>(marked_.size()); }

    /// The digests beside the way from `page` to the top node, lowest first, as of the last update,
    /// after which nothing may have been marked or resized.
    [[nodiscard]] std::vector<Digest> path(u32 page) const;

private:
    void forget(u32 pages);
    void sort_changed();
    void rehash();

    std::vector<std::vector<Digest>> levels_;  // Leaves first, each half the one before, down to 1.
    std::vector<u8> marked_;                   // One byte per page: whether it is in changed_.
    std::vector<u32> changed_;
    Digest root_{};
};

/// Whether `leaf` is the digest of `page` in the tree of `pages` pages that has this root.
[[nodiscard]] bool verify_path(const Digest& root, u32 pages, u32 page, const Digest& leaf,
                               std::span<const Digest> path);

}  // namespace ballast::crypto
