#include <ballast/wire/drawn.hpp>

#include <gtest/gtest.h>

namespace ballast::wire {
namespace {

const ChainId chain{"test-0123456789abcdef"};

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}
Bytes bytes(std::initializer_list<int> values) {
    Bytes made;
    for (const int value : values) made.push_back(static_cast<u8>(value));
    return made;
}
/// A field of bytes: number, length, content.
Bytes field(u32 number, const Bytes& content) {
    EXPECT_LT(content.size(), 128u);
    return bytes({static_cast<int>(number << 3 | 2), static_cast<int>(content.size())}) + content;
}
Bytes text(u32 number, std::string_view content) {
    return field(number, Bytes(content.begin(), content.end()));
}

const Bytes head = bytes({0x08, 1}) + text(2, chain.text);
const Bytes sender = bytes({0x18, 17});
/// to 18, asset 1, amount 5.
const Bytes transfer = field(1, bytes({0x08, 18, 0x10, 1, 0x18, 10}));
const Bytes action = field(6, transfer);
const Bytes good = head + sender + action;

struct Bad {
    std::string_view what;
    Bytes bytes;
    std::string_view says;
};

class Malicious : public testing::TestWithParam<Bad> {};

TEST_P(Malicious, IsRefusedWithAReason) {
    const auto read = decode(GetParam().bytes, chain);
    ASSERT_FALSE(read) << GetParam().what;
    EXPECT_EQ(read.error().sentence, GetParam().says) << GetParam().what;
}

Bytes nested(u32 levels) {
    Bytes deep;
    for (u32 i = 0; i < levels; ++i) deep = field(1, deep);
    return deep;
}
Bytes many(u32 count) {
    Bytes all = head + sender;
    for (u32 i = 0; i < count; ++i) all = all + action;
    return all + bytes({0x38, 1});
}
Bytes legs(u32 count) {
    // Empty legs in a ticket in a fill.
    Bytes ticket;
    for (u32 i = 0; i < count; ++i) ticket = ticket + bytes({0x1a, 0});
    return head + sender +
           field(6, bytes({0x8a, 0x01, static_cast<int>(ticket.size() + 2)}) + field(1, ticket));
}

const Bad cases[] = {
    {"nothing", {}, "version: is 0; this node reads 1"},
    {"too long", Bytes(transaction_bytes_max + 1),
     "the transaction has 65537 bytes; at most 65536"},
    {"another version", bytes({0x08, 2}), "version: is 2; this node reads 1"},
    {"no chain", bytes({0x08, 1}), "chain: is ''; this chain is 'test-0123456789abcdef'"},
    {"another chain", bytes({0x08, 1}) + text(2, "te\x1bst") + action,
     "chain: is 'te?st'; this chain is 'test-0123456789abcdef'"},
    {"no action", head + sender, "actions: has 0 elements; without `batch` exactly 1"},
    {"two actions", good + action, "actions: has 2 elements; without `batch` exactly 1"},
    {"65 actions", many(65), "actions: has more than 64 elements"},
    {"17 legs", legs(17), "actions[0].fill.ticket.legs: has more than 16 elements"},
    {"an empty action", head + field(6, {}), "actions[0]: says nothing"},
    {"an action that does not exist", head + field(6, bytes({0x8a, 0x02, 0})),
     "actions[0]: is action 33, which is unknown; the last is 32"},
    {"two actions in one", head + field(6, transfer + transfer),
     "actions[0]: says more than one thing"},
    {"an action as a number", head + field(6, bytes({0x08, 1})),
     "actions[0]: has the wire type 0, not 2"},
    {"an unknown field", good + bytes({0x48, 1}), "field 9 is unknown; the last is 8"},
    {"an unknown field within", head + field(6, field(1, bytes({0x20, 1}))),
     "actions[0].transfer: field 4 is unknown; the last is 3"},
    {"a field twice", head + sender + sender + action,
     "sender: stands twice, or after a field of a higher number"},
    {"fields out of order", head + bytes({0x20, 1}) + sender + action,
     "sender: stands twice, or after a field of a higher number"},
    {"a zero that is written", head + bytes({0x18, 0}) + action,
     "sender: is written though it is 0; it must be left out"},
    {"a varint with a byte too many", head + bytes({0x18, 0x91, 0}) + action,
     "sender: a number is written with more bytes than it needs"},
    {"a tag with a byte too many", head + bytes({0x98, 0, 17}) + action,
     "chain: a number is written with more bytes than it needs"},
    {"a varint of 65 bits",
     head + bytes({0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2}),
     "nonce: a number has more than 64 bits"},
    {"a varint without end",
     head + bytes({0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}),
     "nonce: a number has more than 64 bits"},
    {"a sender of 33 bits", head + bytes({0x18, 0x80, 0x80, 0x80, 0x80, 0x10}) + action,
     "sender: is 4294967296; at most 4294967295"},
    {"an asset of 17 bits", head + field(6, field(1, bytes({0x10, 0x80, 0x80, 4}))),
     "actions[0].transfer.asset: is 65536; at most 65535"},
    {"a batch that is 2", head + action + bytes({0x38, 2}), "batch: is 2; at most 1"},
    {"the wrong wire type", head + bytes({0x1d, 1, 0, 0, 0}), "sender: has the wire type 5, not 0"},
    {"a group", head + bytes({0x1b, 0x1c}), "sender: has the wire type 3, not 0"},
    {"field 0", head + bytes({0x02, 0}), "chain: a field has the number 0, which none may have"},
    {"a length beyond the end", head + bytes({0x32, 0x7f, 1}),
     "actions[0]: has 127 bytes, but only 1 are left"},
    {"a length beyond everything",
     head + bytes({0x32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}),
     "actions[0]: has 18446744073709551615 bytes, but only 0 are left"},
    {"a length beyond the message it stands in", head + field(6, bytes({0x0a, 5, 0x08, 18})),
     "actions[0].transfer: has 5 bytes, but only 2 are left"},
    {"deep nesting", head + field(6, nested(50)),
     "actions[0].transfer.to: has the wire type 2, not 0"},
    {"an end within a number", head + bytes({0x18, 0x91}), "sender: the bytes end within a number"},
    {"bytes behind the end", good + bytes({0}),
     "actions: a field has the number 0, which none may have"},
    {"a side that does not exist", head + field(6, bytes({0xd2, 0x01, 2, 0x10, 2})),
     "actions[0].swap_exact_in.given: is 2, which means nothing"},
    {"a key that is too short", head + action + field(8, field(1, field(2, bytes({1, 2, 3})))),
     "authorisation.key.bytes: has 3 bytes, not 32"},
    {"an authorisation without a key", head + action + field(8, {}),
     "authorisation.key: is missing"},
    {"a figure of 17 bytes", head + field(6, field(9, field(3, Bytes(17, 1)))),
     "actions[0].take.price_max: has 17 bytes; from 1 to 16"},
    {"a figure of no bytes", head + field(6, field(9, field(3, {}))),
     "actions[0].take.price_max: has 0 bytes; from 1 to 16"},
    {"a figure with a zero too many", head + field(6, field(9, field(3, bytes({1, 0})))),
     "actions[0].take.price_max: is written with more bytes than it needs"},
};

INSTANTIATE_TEST_SUITE_P(All, Malicious, testing::ValuesIn(cases), [](const auto& one) {
    std::string name(one.param.what);
    for (char& c : name)
        if (c == ' ') c = '_';
    return name;
});

TEST(Malicious, TheGoodOneIsRead) {
    const auto read = decode(good, chain);
    ASSERT_TRUE(read) << read.error().sentence;
    const auto& asked = std::get<engine::Transfer>(std::get<engine::Action>(read->body));
    EXPECT_EQ(asked.to, AccountId(18));
    EXPECT_EQ(asked.amount, Amount::units(5));
    EXPECT_TRUE(decode(many(64), chain));
    EXPECT_EQ(decode(legs(16), chain).error().sentence,
              "actions[0].fill.by_first: has 0 bytes, not 64");
}

TEST(Malicious, EveryBeginningOfAGoodOneIsRefused) {
    for (u64 seed = 0; seed < 200; ++seed) {
        const Bytes whole = *encode(Draw(seed).transaction(), chain);
        for (std::size_t end = 0; end < whole.size(); ++end) {
            const auto read = decode(ByteView(whole).first(end), chain);
            if (!read) continue;
            // What is left out at a border between fields is another transaction.
            ASSERT_EQ(encode(*read, chain)->size(), end) << seed;
        }
    }
}

}  // namespace
}  // namespace ballast::wire
