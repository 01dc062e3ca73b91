#include <ballast/abci/test_kit.hpp>

#include <sodium/crypto_core_ed25519.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_scalarmult_ed25519.h>
#include <sodium/crypto_sign.h>

namespace ballast::abci::test {
namespace {

const engine::Genesis& genesis() {
    static const engine::Genesis made = market();
    return made;
}
const Validators& four() {
    static const Validators made = validators(genesis());
    return made;
}
constexpr FeedId usdc{0};
constexpr FeedId eth{1};

std::string says(std::size_t validator, i64 price, u64 time = genesis_time + 1) {
    return extension_of(
        {report(validator, eth, Price::units(price * amount_one), time, genesis())});
}

std::string why(const proto::ExtendedCommitInfo& told, const proto::CommitInfo& commit,
                i64 height = 2) {
    const auto checked = check_votes(four(), votes_entry(told), height, commit);
    return checked ? "" : checked.error().sentence;
}

// length-delimited CanonicalVoteExtension by hand: field 1 bytes, 2 and 3 sfixed64, 4 string.
TEST(Votes, an_extension_is_signed_in_the_canonical_form) {
    const std::string expected =
        std::string("\x17\x0A\x02px\x11\x02\0\0\0\0\0\0\0\x22\x08", 16) + "chain-id";
    EXPECT_EQ(extension_sign_bytes("px", {2, 0}, "chain-id"), expected);
    const std::string round = extension_sign_bytes("", {1, 3}, "c");
    EXPECT_EQ(round, std::string("\x15\x11\x01\0\0\0\0\0\0\0\x19\x03\0\0\0\0\0\0\0\x22\x01"
                                 "c",
                                 22));
}

TEST(Votes, reports_travel_with_the_votes_in_the_order_of_publishers_and_feeds) {
    const std::string both =
        extension_of({report(1, eth, Price::units(7), genesis_time, genesis()),
                      report(1, usdc, Price::units(8), genesis_time, genesis())});
    const auto told = votes(genesis(), 2, {says(0, 200), both, says(2, 202), std::nullopt});
    const auto reports = check_votes(four(), votes_entry(told), 2, without_extensions(told));
    ASSERT_TRUE(reports) << reports.error().sentence;
    ASSERT_EQ(reports->size(), 4u);
    EXPECT_EQ((*reports)[0].publisher, PublisherId(0));
    EXPECT_EQ((*reports)[1].feed, usdc);
    EXPECT_EQ((*reports)[2].feed, eth);
    EXPECT_EQ((*reports)[3].price, Price::units(202 * amount_one));
}

TEST(Votes, a_validator_speaks_for_its_own_publisher_alone) {
    const auto told = votes(genesis(), 2, {says(1, 200), says(1, 201), says(2, 202), says(3, 203)});
    const auto reports = check_votes(four(), votes_entry(told), 2, without_extensions(told));
    ASSERT_TRUE(reports);
    EXPECT_EQ(reports->size(), 3u);
}

TEST(Votes, what_an_honest_proposer_would_not_tell_is_refused) {
    const auto good = votes(genesis(), 2, {says(0, 200), says(1, 201), says(2, 202), says(3, 203)});
    const proto::CommitInfo commit = without_extensions(good);
    EXPECT_EQ(why(good, commit), "");

    auto other = good;
    other.mutable_votes(1)->set_extension_signature(good.votes(2).extension_signature());
    EXPECT_EQ(why(other, commit), "votes: a signature that is wrong");
    EXPECT_EQ(why(good, commit, 3), "votes: a signature that is wrong") << "another height";
    other = good;
    other.mutable_votes(1)->set_vote_extension(says(1, 99));
    EXPECT_EQ(why(other, commit), "votes: a signature that is wrong") << "another price";
    other = good;
    other.mutable_votes(1)->set_extension_signature("short");
    EXPECT_EQ(why(other, commit), "votes: a signature of 5 bytes");
    other = good;
    other.mutable_votes(0)->mutable_validator()->set_power(11);
    EXPECT_EQ(why(other, commit), "votes: they are not those of the block's last commit");
    other = good;
    other.set_round(1);
    EXPECT_NE(why(other, commit).find("of round 1"), std::string::npos);
    other = good;
    other.mutable_votes()->RemoveLast();
    EXPECT_NE(why(other, commit).find("3 of round 0"), std::string::npos);
    other = good;
    other.mutable_votes(3)->set_block_id_flag(proto::NIL);
    EXPECT_EQ(why(other, without_extensions(other)),
              "votes: an extension of a vote that is not for the block");
    const auto stranger = check_votes(four(), std::string(votes_entry({})) + "\xFF", 2, commit);
    EXPECT_EQ(stranger.error().sentence, "votes: the entry is no message");
}

TEST(Votes, more_than_two_thirds_of_the_power_must_have_voted) {
    const auto three = votes(genesis(), 2, {"", "", "", std::nullopt});
    EXPECT_EQ(why(three, without_extensions(three)), "");
    const auto two = votes(genesis(), 2, {"", "", std::nullopt, std::nullopt});
    EXPECT_EQ(why(two, without_extensions(two)),
              "votes: of power 20, with 0 left out; expected more than two thirds of 40, with less "
              "than one third left out");
}

TEST(Votes, extensions_of_less_than_a_third_may_be_left_out) {
    auto told = votes(genesis(), 2, {says(0, 200), says(1, 201), says(2, 202), says(3, 203)});
    const auto leave_out = [&told](int which) {
        told.mutable_votes(which)->clear_vote_extension();
        told.mutable_votes(which)->clear_extension_signature();
    };
    leave_out(3);
    EXPECT_EQ(why(told, without_extensions(told)), "");
    leave_out(2);
    EXPECT_NE(why(told, without_extensions(told)), "");
}

TEST(Votes, an_extension_that_cannot_be_read_says_nothing) {
    const std::string future = "\x02whatever";
    const auto told = votes(genesis(), 2, {future, "\x01\xFF\xFF\xFF\xFF", says(2, 1), ""});
    const auto reports = check_votes(four(), votes_entry(told), 2, without_extensions(told));
    ASSERT_TRUE(reports);
    EXPECT_EQ(reports->size(), 1u);
    EXPECT_EQ(reports_of(future).error(), Reject::bad_version);
    EXPECT_EQ(reports_of(std::string(extension_bytes_max + 1, '\1')).error(),
              Reject::block_too_long);
    const std::vector<oracle::Report> many(limits::feeds_max + 1);
    EXPECT_FALSE(reports_of(extension_of(many)));
    EXPECT_EQ(reports_of(extension_of({}))->size(), 0u);
}

/// A signature whose R has a part of small order: right times eight, wrong as it stands.
std::string lax_signature(const keys::Signer& signer, const std::string& message) {
    // The point (0, -1) of order two.
    std::array<u8, 32> small{};
    small.fill(0xFF);
    small[0] = 0xEC;
    small[31] = 0x7F;
    std::array<u8, 64> expanded{};
    crypto_hash_sha512(expanded.data(), signer.secret().bytes().data(), 32);
    expanded[0] &= 248, expanded[31] &= 127, expanded[31] |= 64;
    std::array<u8, 64> wide{};
    wide[0] = 77;
    std::array<u8, 32> nonce{};
    crypto_core_ed25519_scalar_reduce(nonce.data(), wide.data());
    std::array<u8, 64> signature{};
    crypto_scalarmult_ed25519_base_noclamp(signature.data(), nonce.data());
    crypto_core_ed25519_add(signature.data(), signature.data(), small.data());
    crypto_hash_sha512_state hash;
    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, signature.data(), 32);
    crypto_hash_sha512_update(&hash, signer.key().bytes.data(), 32);
    crypto_hash_sha512_update(&hash, reinterpret_cast<const u8*>(message.data()), message.size());
    crypto_hash_sha512_final(&hash, wide.data());
    std::array<u8, 32> challenge{};
    crypto_core_ed25519_scalar_reduce(challenge.data(), wide.data());
    std::copy_n(expanded.begin(), 32, wide.begin());
    std::fill_n(wide.begin() + 32, 32, u8{0});
    std::array<u8, 32> secret{};
    crypto_core_ed25519_scalar_reduce(secret.data(), wide.data());
    crypto_core_ed25519_scalar_mul(secret.data(), secret.data(), challenge.data());
    crypto_core_ed25519_scalar_add(signature.data() + 32, secret.data(), nonce.data());
    return text_of(signature);
}

TEST(Votes, a_signature_that_only_comet_accepts_says_nothing_and_condemns_nobody) {
    auto told = votes(genesis(), 2, {says(0, 200), says(1, 201), says(2, 202), says(3, 203)});
    const std::string message =
        extension_sign_bytes(told.votes(1).vote_extension(), {1, 0}, four().chain_id());
    const std::string lax = lax_signature(votes_of(1), message);
    const crypto::PublicKey& key = four().list()[1].key;
    EXPECT_TRUE(verify_as_comet(key, message, lax));
    EXPECT_NE(crypto_sign_verify_detached(reinterpret_cast<const u8*>(lax.data()),
                                          reinterpret_cast<const u8*>(message.data()),
                                          message.size(), key.data()),
              0);
    told.mutable_votes(1)->set_extension_signature(lax);
    const auto reports = check_votes(four(), votes_entry(told), 2, without_extensions(told));
    ASSERT_TRUE(reports) << reports.error().sentence;
    EXPECT_EQ(reports->size(), 3u);
}

TEST(Votes, comets_rule_accepts_what_is_signed_and_nothing_else) {
    const keys::Signer signer = votes_of(0);
    for (int i = 0; i < 20; ++i) {
        const std::string message(static_cast<std::size_t>(i), 'm');
        std::string signature = text_of(
            *signer.sign_bytes({reinterpret_cast<const u8*>(message.data()), message.size()}));
        EXPECT_TRUE(verify_as_comet(signer.key().bytes, message, signature));
        EXPECT_FALSE(verify_as_comet(signer.key().bytes, message + "x", signature));
        EXPECT_FALSE(verify_as_comet(votes_of(1).key().bytes, message, signature));
        signature[static_cast<std::size_t>(3 * i)] ^= 1;
        EXPECT_FALSE(verify_as_comet(signer.key().bytes, message, signature));
    }
}

TEST(Validators, a_market_that_is_not_weighted_by_stake_is_refused) {
    const auto fault_of = [](const engine::Genesis& changed, std::vector<Validator> list) {
        const auto made = Validators::create(changed, std::move(list));
        return made ? "" : made.error().sentence;
    };
    engine::Genesis other = market();
    other.oracle.feeds[1].sources[2].weight = 11;
    EXPECT_EQ(fault_of(other, four().list()),
              "feed 'ETH/USD': source 'v2' has weight 11: expected its power, 10");
    other = market();
    other.oracle.feeds[0].sources.pop_back();
    EXPECT_EQ(fault_of(other, four().list()),
              "feed 'USDC/USD': 3 sources: expected the 4 validators");
    other = market();
    other.oracle.publishers[3].key.reset();
    EXPECT_NE(fault_of(other, four().list()).find("publisher 'v3' has no key"), std::string::npos);
    auto list = four().list();
    list[1].key = list[0].key;
    EXPECT_NE(fault_of(genesis(), list).find("twice"), std::string::npos);
    list = four().list();
    list[1].key = {};
    EXPECT_NE(fault_of(genesis(), list).find("no ed25519 key"), std::string::npos);
    list[1].power = 0;
    EXPECT_NE(fault_of(genesis(), list).find("power 0: expected 1 to 1000000"), std::string::npos);
}

TEST(Validators, their_text_reads_as_the_same_and_names_the_market) {
    const auto read = Validators::read(genesis(), four().text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), four().text());
    engine::Genesis other = market();
    other.time += 1;
    EXPECT_NE(
        Validators::read(other, four().text()).error().sentence.find("the network's market is"),
        std::string::npos);
    EXPECT_FALSE(Validators::read(genesis(), "{}"));
    EXPECT_FALSE(Validators::read(genesis(), "nonsense"));
}

}  // namespace
}  // namespace ballast::abci::test
