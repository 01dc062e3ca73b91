/// How a room keeps what it must remember.  All state of a room is in Tables and Cells; both give,
/// for nothing more than `fields` of the row, the three things that every piece of state needs: a
/// digest that costs what has changed, bytes for the snapshot, and a way back for a batch that
/// fails half-way.
///
/// There is one way to write, `edit`, so a change cannot be missed.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/crypto/merkle.hpp>

#include <span>
#include <utility>
#include <vector>

namespace ballast::ledger {

/// Rows that share one leaf of the Merkle tree.  A page of small rows costs about as much to hash
/// as the path above it.
inline constexpr u32 rows_per_page = 16;

/// Rows with dense keys 0, 1, 2, ...; rows are never removed.
template <class Row>
class Table {
public:
    [[nodiscard]] u32 size() const { return static_cast<u32>(rows_.size()); }
    [[nodiscard]] const Row& operator[](u32 key) const {
        BALLAST_ASSERT(key < rows_.size());
        return rows_[key];
    }
    [[nodiscard]] std::span<const Row> rows() const { return rows_; }

    /// The row, to be written.  Valid until the next push.
    [[nodiscard]] Row& edit(u32 key) {
        BALLAST_ASSERT(key < rows_.size());
        if (open_ && key < size_at_begin_) journal_.emplace_back(key, rows_[key]);
        tree_.mark(key / rows_per_page);
        return rows_[key];
    }
    /// Appends a row and returns its key.
    u32 push(Row row) {
        const u32 key = size();
        rows_.push_back(std::move(row));
        tree_.resize(key / rows_per_page + 1);
        tree_.mark(key / rows_per_page);
        return key;
    }

    /// The Merkle root over all pages; hashes only pages that were written since the last call.
    [[nodiscard]] crypto::Digest digest() {
        return tree_.update([this](u32 page) { return page_digest(page); });
    }
    /// The encoded rows of one page, the preimage of its leaf.
    [[nodiscard]] Bytes page_bytes(u32 page) const {
        Bytes bytes;
        write_page(page, bytes);
        return bytes;
    }
    [[nodiscard]] const crypto::PageTree& tree() const { return tree_; }

    /// From here on every write can be taken back.  Checkpoints do not nest.
    void begin() {
        BALLAST_ASSERT(!open_);
        open_ = true;
        size_at_begin_ = size();
    }
    void commit() {
        BALLAST_ASSERT(open_);
        open_ = false;
        journal_.clear();
    }
    void rollback() {
        BALLAST_ASSERT(open_);
        open_ = false;
        rows_.resize(size_at_begin_);
        tree_.resize((size() + rows_per_page - 1) / rows_per_page);
        for (auto entry = journal_.rbegin(); entry != journal_.rend(); ++entry) {
            rows_[entry->first] = std::move(entry->second);
            tree_.mark(entry->first / rows_per_page);
        }
        journal_.clear();
        if (size() > 0) tree_.mark((size() - 1) / rows_per_page);
    }

    void encode(Writer& writer) const { writer(rows_); }
    void decode(Reader& reader) {
        reader(rows_);
        tree_ = crypto::PageTree();
        tree_.resize((size() + rows_per_page - 1) / rows_per_page);
        for (u32 key = 0; key < size(); key += rows_per_page) tree_.mark(key / rows_per_page);
    }

private:
    void write_page(u32 page, Bytes& bytes) const {
        Writer writer(bytes);
        const u32 first = page * rows_per_page;
        for (u32 key = first; key < size() && key < first + rows_per_page; ++key)
            writer(rows_[key]);
    }
    crypto::Digest page_digest(u32 page) {
        scratch_.clear();
        write_page(page, scratch_);
        return crypto::hash_leaf(scratch_);
    }

    std::vector<Row> rows_;
    crypto::PageTree tree_;
    Bytes scratch_;
    std::vector<std::pair<u32, Row>> journal_;
    u32 size_at_begin_ = 0;
    bool open_ = false;
};

/// One value that is hashed as a whole.  For what is small, or changes in almost every block
/// anyway.
template <class T>
class Cell {
public:
    Cell() = default;
    explicit Cell(T value) : value_(std::move(value)) {}

    [[nodiscard]] const T& get() const { return value_; }
    [[nodiscard]] T& edit() {
        if (open_ && !saved_) saved_ = value_;
        changed_ = true;
        return value_;
    }

    [[nodiscard]] crypto::Digest digest() {
        if (changed_) digest_ = crypto::hash_leaf(ballast::encode(value_));
        changed_ = false;
        return digest_;
    }

    void begin() {
        BALLAST_ASSERT(!open_);
        open_ = true;
    }
    void commit() {
        BALLAST_ASSERT(open_);
        open_ = false;
        saved_.reset();
    }
    void rollback() {
        BALLAST_ASSERT(open_);
        open_ = false;
        if (saved_) value_ = std::move(*saved_), changed_ = true;
        saved_.reset();
    }

    void encode(Writer& writer) const { writer(value_); }
    void decode(Reader& reader) {
        reader(value_);
        changed_ = true;
    }

private:
    T value_{};
    crypto::Digest digest_{};
    std::optional<T> saved_;
    bool changed_ = true;
    bool open_ = false;
};

}  // namespace ballast::ledger
