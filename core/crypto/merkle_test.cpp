#include <ballast/crypto/merkle.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ballast::crypto {
namespace {

Digest leaf_of(u64 content) {
    return hash_leaf(encode(content));
}

/// The root by the definition: the padded row of leaves, folded.
Digest slow_root(const std::vector<u64>& contents) {
    std::vector<Digest> row;
    for (const u64 content : contents) row.push_back(leaf_of(content));
    std::size_t length = 1;
    while (length < row.size()) length *= 2;
    row.resize(length);
    while (row.size() > 1) {
        std::vector<Digest> above;
        for (std::size_t i = 0; i < row.size(); i += 2) {
            const bool padding = row[i] == Digest{} && row[i + 1] == Digest{};
            above.push_back(padding ? Digest{} : hash_node(row[i], row[i + 1]));
        }
        row = above;
    }
    Bytes bytes{2};
    Writer writer(bytes);
    writer(static_cast<u32>(contents.size()));
    writer(row[0]);
    return sha256(bytes);
}

struct Book {
    std::vector<u64> contents;
    PageTree tree;

    explicit Book(u32 pages = 0) { resize(pages); }
    void resize(u32 pages) {
        tree.resize(pages);
        contents.resize(pages);
    }
    void write(u32 page, u64 content) {
        contents[page] = content;
        tree.mark(page);
    }
    Digest update() {
        return tree.update([this](u32 page) { return leaf_of(contents[page]); });
    }
};

TEST(page_tree, root_of_small_trees_is_the_definition) {
    EXPECT_EQ(PageTree().root(), slow_root({}));
    for (u32 pages = 0; pages < 40; ++pages) {
        Book book(pages);
        for (u32 page = 0; page < pages; ++page) book.write(page, page * 11);
        EXPECT_EQ(book.update(), slow_root(book.contents)) << pages;
        EXPECT_EQ(book.tree.root(), slow_root(book.contents)) << pages;
    }
}

TEST(page_tree, any_history_gives_the_root_of_its_contents) {
    std::mt19937_64 engine(1);
    for (u32 history = 0; history < 20; ++history) {
        Book book;
        const u32 most = u32{1} << (1 + engine() % 8);
        for (u32 step = 0; step < 60; ++step) {
            if (engine() % 3 == 0) book.resize(static_cast<u32>(engine() % (most + 1)));
            const u64 writes = engine() % 4 == 0 ? engine() % 300 : engine() % 4;
            for (u64 i = 0; i < writes && !book.contents.empty(); ++i)
                book.write(static_cast<u32>(engine() % book.contents.size()), engine());
            if (engine() % 2 == 0) {
                ASSERT_EQ(book.update(), slow_root(book.contents));
            }
        }
    }
}

TEST(page_tree, asks_only_for_marked_pages_once_and_in_order) {
    for (const u32 pages : {8U, 100U}) {  // Few changes are sorted, many are scanned.
        Book book(pages);
        std::vector<u32> asked;
        const auto content = [&](u32 page) {
            asked.push_back(page);
            return leaf_of(book.contents[page]);
        };
        book.tree.update(content);
        EXPECT_EQ(asked.size(), pages);
        asked.clear();
        for (const u32 page : {7U, 2U, 7U, 5U, 2U}) book.tree.mark(page);
        book.tree.update(content);
        EXPECT_EQ(asked, (std::vector<u32>{2, 5, 7}));
        asked.clear();
        const Digest before = book.tree.root();
        EXPECT_EQ(book.tree.update(content), before);
        EXPECT_TRUE(asked.empty());
    }
}

TEST(page_tree, root_changes_only_at_an_update) {
    Book book(5);
    const Digest first = book.update();
    book.write(3, 9);
    book.resize(9);
    EXPECT_EQ(book.tree.root(), first);
    EXPECT_NE(book.update(), first);
}

TEST(page_tree, equal_leaves_in_trees_of_different_length_differ) {
    std::map<Digest, u32> roots;
    for (u32 pages = 0; pages < 70; ++pages) roots[Book(pages).update()] = pages;
    EXPECT_EQ(roots.size(), 70U);
}

TEST(page_tree, every_path_verifies_and_nothing_else_does) {
    for (const u32 pages : {1U, 2U, 3U, 5U, 8U, 13U, 33U}) {
        Book book(pages);
        for (u32 page = 0; page < pages; ++page) book.write(page, 100 + page);
        const Digest root = book.update();
        for (u32 page = 0; page < pages; ++page) {
            const std::vector<Digest> path = book.tree.path(page);
            const Digest leaf = leaf_of(100 + page);
            ASSERT_TRUE(verify_path(root, pages, page, leaf, path));
            EXPECT_FALSE(verify_path(root, pages, page, leaf_of(99), path));
            EXPECT_FALSE(verify_path(leaf, pages, page, leaf, path));
            for (u32 other = 0; other < 2 * pages + 2; ++other) {
                if (other != page) {
                    EXPECT_FALSE(verify_path(root, pages, other, leaf, path));
                }
                if (other != pages) {
                    EXPECT_FALSE(verify_path(root, other, page, leaf, path));
                }
            }
            for (std::size_t i = 0; i < path.size(); ++i) {
                std::vector<Digest> wrong = path;
                wrong[i][i % 32] ^= 1;
                EXPECT_FALSE(verify_path(root, pages, page, leaf, wrong));
            }
            std::vector<Digest> longer = path;
            longer.emplace_back();
            EXPECT_FALSE(verify_path(root, pages, page, leaf, longer));
            if (path.empty()) continue;
            EXPECT_FALSE(
                verify_path(root, pages, page, leaf, std::span(path).first(path.size() - 1)));
            // A node cannot be shown as a leaf of a shorter tree.
            const Digest above =
                page % 2 == 0 ? hash_node(leaf, path[0]) : hash_node(path[0], leaf);
            EXPECT_FALSE(
                verify_path(root, (pages + 1) / 2, page / 2, above, std::span(path).subspan(1)));
        }
    }
}

TEST(page_tree, misuse_stops) {
    Book book(3);
    EXPECT_DEATH(book.tree.mark(3), "");
    EXPECT_DEATH(static_cast<void>(book.tree.path(0)), "");  // Not updated yet.
    book.update();
    EXPECT_DEATH(static_cast<void>(book.tree.path(3)), "");
    EXPECT_FALSE(verify_path(Digest{}, ~u32{0}, 0, Digest{}, {}));
    EXPECT_FALSE(verify_path(Digest{}, 0, 0, Digest{}, {}));
}

}  // namespace
}  // namespace ballast::crypto
