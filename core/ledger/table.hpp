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

#include <optional>
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
        if (key < kept_) journal_.emplace_back(key, rows_[key]);
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

    /// From here on every write can be taken back.  Checkpoints nest: commit and rollback end the
    /// innermost.
    void begin() {
        checkpoints_.push_back({size(), journal_.size()});
        kept_ = size();
    }
    void commit() {
        (void)close();
        if (checkpoints_.empty()) journal_.clear();
    }
    void rollback() {
        const Checkpoint back = close();
        rows_.resize(back.size);
        tree_.resize((size() + rows_per_page - 1) / rows_per_page);
        for (; journal_.size() > back.written; journal_.pop_back()) {
            auto& [key, before] = journal_.back();
            // A row that a checkpoint within pushed is gone.
            if (key >= size()) continue;
            rows_[key] = std::move(before);
            tree_.mark(key / rows_per_page);
        }
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
    struct Checkpoint {
        u32 size = 0;
        std::size_t written = 0;  ///< Length of the journal.
    };

    Checkpoint close() {
        BALLAST_ASSERT(!checkpoints_.empty());
        const Checkpoint closed = checkpoints_.back();
        checkpoints_.pop_back();
        kept_ = checkpoints_.empty() ? 0 : checkpoints_.back().size;
        return closed;
    }
    void write_page(u32 page, Bytes& bytes) const {
        const u32 first = page * rows_per_page;
        for (u32 key = first; key < size() && key < first + rows_per_page; ++key)
            append(bytes, rows_[key]);
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
    std::vector<Checkpoint> checkpoints_;
    u32 kept_ = 0;  ///< Rows that the innermost checkpoint has to bring back.
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
        if (!saved_.empty() && !saved_.back()) saved_.back() = value_;
        changed_ = true;
        return value_;
    }

    [[nodiscard]] crypto::Digest digest() {
        if (changed_) digest_ = crypto::hash_leaf(ballast::encode(value_));
        changed_ = false;
        return digest_;
    }

    void begin() { saved_.emplace_back(); }
    void commit() {
        std::optional<T> before = close();
        if (before && !saved_.empty() && !saved_.back()) saved_.back() = std::move(before);
    }
    void rollback() {
        std::optional<T> before = close();
        if (before) value_ = std::move(*before), changed_ = true;
    }

    void encode(Writer& writer) const { writer(value_); }
    void decode(Reader& reader) {
        reader(value_);
        changed_ = true;
    }

private:
    std::optional<T> close() {
        BALLAST_ASSERT(!saved_.empty());
        std::optional<T> before = std::move(saved_.back());
        saved_.pop_back();
        return before;
    }

    T value_{};
    crypto::Digest digest_{};
    std::vector<std::optional<T>> saved_;  ///< By checkpoint; none where nothing was written.
    bool changed_ = true;
};

}  // namespace ballast::ledger
