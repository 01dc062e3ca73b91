#include <ballast/base/codec.hpp>
#include <ballast/base/event.hpp>
#include <ballast/base/limits.hpp>

#include <gtest/gtest.h>

namespace ballast {
namespace {

struct Row {
    u32 id = 0;
    Amount amount;
    std::vector<u16> list;
    std::optional<i64> maybe;
    std::string name;
    bool flag = false;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.id), visit(row.amount), visit(row.list), visit(row.maybe), visit(row.name),
            visit(row.flag);
    }
    friend bool operator==(const Row&, const Row&) = default;
};

TEST(codec, what_is_written_is_read) {
    const Row row{7, Amount::units(-5), {1, 2, 3}, 9, "eth", true};
    const Bytes bytes = encode(row);
    const auto back = decode<Row>(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, row);
}

TEST(codec, every_truncation_is_refused_and_so_is_a_byte_too_many) {
    Bytes bytes = encode(Row{7, Amount::units(-5), {1, 2, 3}, 9, "eth", true});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(decode<Row>(ByteView(bytes).first(size)).error(), Reject::truncated) << size;
    bytes.push_back(0);
    EXPECT_EQ(decode<Row>(bytes).error(), Reject::trailing_bytes);
}

TEST(codec, a_count_beyond_the_bytes_does_not_allocate) {
    const Bytes bytes{0xff, 0xff, 0xff, 0xff};
    EXPECT_EQ(decode<std::vector<u16>>(bytes).error(), Reject::truncated);
}

TEST(codec, a_bool_is_zero_or_one) {
    EXPECT_EQ(decode<bool>(Bytes{2}).error(), Reject::bad_encoding);
}

TEST(limits, a_full_basket_at_the_largest_price_fits) {
    constexpr i128 worth = limits::amount_max.units() * limits::price_max.units();
    constexpr i128 most = static_cast<i128>(~u128{0} >> 1);
    static_assert(worth <= most / i128{limits::basket_max});
    EXPECT_GT(worth, 0);
}

TEST(reject, names_and_sentences_exist_for_all) {
    EXPECT_EQ(name(Reject::bad_nonce), "bad_nonce");
    EXPECT_EQ(sentence(Reject::bad_nonce),
              "the nonce is used, or not among the account's next ones");
    EXPECT_EQ(name(EventKind::loss_booked), "loss_booked");
}

}  // namespace
}  // namespace ballast
