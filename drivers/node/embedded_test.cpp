#include <ballast/chain/home.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/node/embedded.hpp>
#include <ballast/node/run.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <future>

namespace ballast::node {
namespace {

namespace fs = std::filesystem;
using api::Fate;

struct Silent final : Log {
    void say(Level, std::string_view, const Fields&) override {}
};

class EmbeddedTest : public testing::Test {
protected:
    void SetUp() override {
        home_ = fs::temp_directory_path() / fmt::format("ballast-node-{}", ::getpid());
        fs::remove_all(home_);
        genesis_ = dev_genesis(BALLAST_SOURCE_DIR "/markets/dev.toml", now_).value();
        name_ = engine::digest_of(genesis_);
        ASSERT_TRUE(chain::Chain::create(home_, genesis_));
        chain_ = chain::Chain::open(home_).value();
    }
    void TearDown() override {
        node_.reset();
        chain_.reset();
        fs::remove_all(home_);
    }
    Embedded& start(Embedded::Options options = {}) {
        options.interval = std::chrono::milliseconds(0);
        options.development = true;
        options.publisher = dev_publisher();
        node_ = std::make_unique<Embedded>(*chain_, clock_, log_, std::move(options));
        return *node_;
    }
    engine::Transaction transfer(u64 nonce, i64 amount = 1, u32 from = 0) {
        engine::Transaction transaction;
        transaction.sender = AccountId{system_accounts + from};
        transaction.nonce = nonce;
        transaction.body = engine::Action(engine::Transfer{
            AccountId{system_accounts + 5}, AssetId{0}, Amount::units(i128{amount} * amount_one)});
        return signed_by(from, transaction);
    }
    static Amount whole(i64 amount) { return Amount::units(i128{amount} * amount_one); }
    /// All that account 0 holds of what fees are paid in, but for so much.
    engine::Transaction all_but(u64 nonce, Amount rest) {
        const AssetId asset = genesis_.access.fee_asset;
        engine::Transaction transaction = transfer(nonce);
        transaction.body =
            engine::Action(engine::Transfer{AccountId{system_accounts + 5}, asset,
                                            genesis_.accounts[0].balances[asset.value()] - rest});
        return signed_by(0, transaction);
    }
    engine::Transaction account_opening(u64 nonce) {
        engine::Transaction transaction = transfer(nonce);
        transaction.body = engine::Action(access::OpenAccount{});
        return signed_by(0, transaction);
    }
    engine::Transaction signed_by(u32 account, engine::Transaction transaction) {
        transaction.authorisation = dev_key(account).sign(transaction, genesis_, name_);
        return transaction;
    }
    std::future<Fate> submit(const engine::Transaction& transaction) {
        auto told = std::make_shared<std::promise<Fate>>();
        node_->submit(transaction, [told](const Fate& fate) { told->set_value(fate); });
        return told->get_future();
    }
    static Fate get(std::future<Fate> fate) {
        EXPECT_EQ(fate.wait_for(std::chrono::seconds(20)), std::future_status::ready);
        return fate.get();
    }
    u64 time() const {
        u64 time = 0;
        chain_->read([&](const engine::Machine& machine) { time = machine.time(); });
        return time;
    }

    fs::path home_;
    engine::Genesis genesis_;
    crypto::Digest name_{};
    std::atomic<u64> now_ = 1'900'000'000;
    Clock clock_{[this] { return now_.load(); }};
    Silent log_;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<Embedded> node_;
};

TEST_F(EmbeddedTest, WhatIsToldIsDurable) {
    start();
    std::vector<std::future<Fate>> fates;
    for (u64 nonce = 0; nonce < 40; ++nonce) fates.push_back(submit(transfer(nonce)));
    for (auto& future : fates) {
        const Fate fate = get(std::move(future));
        ASSERT_NE(fate.height, 0u) << fate.why;
        EXPECT_TRUE(fate.receipt.accepted());
        EXPECT_LE(fate.height, chain_->height());
    }
}

TEST_F(EmbeddedTest, RefusesBeforeABlockWhatCannotStandInOne) {
    start();
    engine::Transaction unsigned_one = transfer(0);
    unsigned_one.authorisation.reset();
    engine::Transaction forged = transfer(0);
    forged.authorisation->signature[3] ^= 1;
    engine::Transaction stranger = transfer(0);
    stranger = signed_by(1, stranger);
    engine::Transaction late = transfer(0);
    late.expires = now_ - 1;
    const std::pair<engine::Transaction, Reject> cases[] = {
        {unsigned_one, Reject::signature_missing},
        {forged, Reject::signature_wrong},
        {stranger, Reject::key_not_granted},
        {transfer(64), Reject::bad_nonce},
        {signed_by(0, late), Reject::transaction_expired},
        {transfer(0, 2'000'000), Reject::insufficient_balance},
    };
    for (const auto& [transaction, reason] : cases) {
        const Fate fate = get(submit(transaction));
        EXPECT_EQ(fate.height, 0u);
        EXPECT_EQ(fate.receipt.reason(), reason) << fate.why;
        EXPECT_EQ(fate.code, rpc::error_code::rejected);
    }
    EXPECT_EQ(chain_->height(), 0u);
}

TEST_F(EmbeddedTest, AKeyWithoutTheRightDoesNotReachABlock) {
    start();
    engine::Transaction grant = transfer(0);
    grant.body = engine::Action(access::GrantKey{dev_key(7).key(), access::right::trade, 0});
    EXPECT_TRUE(get(submit(signed_by(0, grant))).receipt.accepted());
    for (u64 nonce = 1; nonce < 4; ++nonce) {
        engine::Transaction theft = transfer(nonce);
        theft = signed_by(7, theft);
        const Fate fate = get(submit(theft));
        EXPECT_EQ(fate.height, 0u);
        EXPECT_EQ(fate.receipt.reason(), Reject::right_missing) << fate.why;
    }
    EXPECT_EQ(chain_->height(), 1u);
}

TEST_F(EmbeddedTest, TheFeeIsCountedBeforeABlock) {
    start();
    const Fate fate = get(submit(all_but(0, Amount())));
    EXPECT_EQ(fate.height, 0u);
    EXPECT_EQ(fate.receipt.reason(), Reject::insufficient_balance) << fate.why;
    EXPECT_EQ(get(submit(all_but(0, genesis_.access.fee))).height, 1u);
}

TEST_F(EmbeddedTest, OneFeeDoesNotLetManyIn) {
    Embedded::Options options;
    options.pause = std::chrono::hours(1);
    start(options);
    auto last = submit(all_but(0, genesis_.access.fee + genesis_.access.fee));
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(get(std::move(last)).height, 1u);
    auto waits = submit(account_opening(1));
    const Fate over = get(submit(account_opening(2)));
    EXPECT_EQ(over.height, 0u);
    EXPECT_EQ(over.code, rpc::error_code::rejected);
    EXPECT_EQ(over.receipt.reason(), Reject::fee_not_covered) << over.why;
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(get(std::move(waits)).height, 2u);
}

TEST_F(EmbeddedTest, WhatUsedNoNonceIsTriedAgain) {
    Embedded::Options options;
    options.pause = std::chrono::hours(1);
    start(options);
    auto everything = submit(all_but(0, genesis_.access.fee));
    const engine::Transaction poor = transfer(1);
    auto refused = submit(poor);
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(get(std::move(everything)).height, 1u);
    const Fate first = get(std::move(refused));
    EXPECT_EQ(first.height, 1u);
    EXPECT_EQ(first.receipt.reason(), Reject::fee_not_covered);
    engine::Transaction gift = transfer(0, 1, 1);
    gift.body = engine::Action(
        engine::Transfer{AccountId{system_accounts}, genesis_.access.fee_asset, whole(5)});
    auto given = submit(signed_by(1, gift));
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_TRUE(get(std::move(given)).receipt.accepted());
    auto again = submit(poor);
    ASSERT_TRUE(node_->mine(1, 0));
    const Fate second = get(std::move(again));
    EXPECT_EQ(second.height, 3u);
    EXPECT_NE(second.receipt.reason(), Reject::fee_not_covered);
    // What used its nonce stays as it was.
    EXPECT_EQ(get(submit(poor)).height, 3u);
}

TEST_F(EmbeddedTest, WrongSignaturesDoNotSpendTheTrials) {
    start();
    std::vector<engine::Transaction> forged(600, transfer(0));
    for (std::size_t i = 0; i < forged.size(); ++i) {
        forged[i].expires = now_ + 1 + i;
        forged[i].authorisation->signature[3] ^= 1;
    }
    std::atomic<std::size_t> told = 0;
    node_->submit_all(forged, [&](const Fate& fate) {
        EXPECT_EQ(fate.receipt.reason(), Reject::signature_wrong);
        ++told;
    });
    EXPECT_EQ(told, forged.size());
    EXPECT_EQ(get(submit(transfer(0, 2'000'000))).height, 0u) << "it was not tried";
}

TEST_F(EmbeddedTest, AnswersTheSameAgainAndReplacesNothing) {
    Embedded::Options options;
    options.pause = std::chrono::milliseconds(300);
    start(options);
    auto first = submit(transfer(7));
    auto again = submit(transfer(7));
    const Fate other = get(submit(transfer(7, 2)));
    EXPECT_EQ(other.height, 0u);
    EXPECT_NE(other.why.find("is not replaced"), std::string::npos);
    const Fate fate = get(std::move(first));
    EXPECT_EQ(get(std::move(again)).height, fate.height);
    EXPECT_EQ(get(submit(transfer(7))).height, fate.height);
    EXPECT_EQ(get(submit(transfer(7, 2))).receipt.reason(), Reject::bad_nonce);
}

TEST_F(EmbeddedTest, MempoolIsBoundedAndExpires) {
    Embedded::Options options;
    options.pause = std::chrono::hours(1);
    options.pending.transactions = 5;
    options.pending.per_account = 3;
    start(options);
    std::vector<std::future<Fate>> waiting;
    for (u64 nonce = 0; nonce < 3; ++nonce) waiting.push_back(submit(transfer(nonce)));
    EXPECT_NE(get(submit(transfer(3))).why.find("of account 16 wait"), std::string::npos);
    engine::Transaction soon = transfer(0, 1, 1);
    soon.expires = now_ + 5;
    waiting.push_back(submit(signed_by(1, soon)));
    waiting.push_back(submit(transfer(1, 1, 1)));
    const Fate full = get(submit(transfer(2, 1, 2)));
    EXPECT_EQ(full.code, rpc::error_code::busy);
    EXPECT_NE(full.why.find("the most is 5"), std::string::npos);
    ASSERT_TRUE(node_->mine(1, 10));
    EXPECT_EQ(get(std::move(waiting[3])).code, rpc::error_code::expired);
    EXPECT_EQ(get(std::move(waiting[4])).height, 1u);
}

TEST_F(EmbeddedTest, TimeNeverGoesBackAndNotTooFarAhead) {
    start();
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(time(), 1'900'000'000u);
    now_ = 1'000;
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(time(), 1'900'000'000u);
    now_ = limits::time_max;
    ASSERT_TRUE(node_->mine(1, 0));
    EXPECT_EQ(time(), 1'900'000'000u + limits::step_seconds_max);
    EXPECT_EQ(get(submit(transfer(0))).height, 4u);
}

TEST_F(EmbeddedTest, ManyTogetherEachHaveTheirOwnFate) {
    start();
    std::vector<engine::Transaction> all;
    for (u32 from = 1; from < 5; ++from)
        for (u64 nonce = 0; nonce < 60; ++nonce) all.push_back(transfer(nonce, 1, from));
    all.push_back(transfer(3, 1, 2));  // Once more.
    auto forged = transfer(60, 1, 1);
    forged.nonce = 61;
    all.push_back(forged);
    std::mutex mutex;
    std::map<crypto::Digest, std::vector<Fate>> fates;
    std::atomic<std::size_t> told = 0;
    node_->submit_all(all, [&](const Fate& fate) {
        const std::scoped_lock held(mutex);
        fates[fate.id].push_back(fate);
        ++told;
    });
    for (int i = 0; told < all.size() && i < 10'000; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    node_->stop();
    ASSERT_EQ(told, all.size());
    for (const auto& transaction : all) {
        const bool bad = transaction.nonce == 61;
        const auto& found = fates[chain::id_of(transaction)];
        ASSERT_EQ(
            found.size(),
            transaction.nonce == 3 && transaction.sender.value() == system_accounts + 2 ? 2u : 1u);
        for (const Fate& fate : found) {
            EXPECT_EQ(fate.height != 0, !bad);
            EXPECT_EQ(fate.receipt.reason(), bad ? Reject::signature_wrong : Reject{});
        }
    }
}

TEST_F(EmbeddedTest, PricesComeInAndAnOldOneDoesNot) {
    start();
    ASSERT_TRUE(node_->price(FeedId{1}, Price::units(2'000 * amount_one)));
    EXPECT_FALSE(node_->price(FeedId{1}, Price::units(2'001 * amount_one)));
    ASSERT_TRUE(node_->mine(1, 0));
    chain_->read([](const engine::Machine& machine) {
        EXPECT_EQ(oracle::quote(machine.state().oracle, FeedId{1}).mark,
                  Price::units(2'000 * amount_one));
    });
}

TEST_F(EmbeddedTest, HaltsAndStopsInOrder) {
    std::atomic<bool> stop = false;
    Embedded::Options options;
    options.halt_height = 2;
    options.stop = [&] { stop = true; };
    start(options);
    EXPECT_EQ(get(submit(transfer(0))).height, 1u);
    EXPECT_EQ(get(submit(transfer(1))).height, 2u);
    auto never = submit(transfer(2));
    while (!stop) std::this_thread::yield();
    node_->stop();
    EXPECT_EQ(get(std::move(never)).height, 0u);
    EXPECT_EQ(chain_->height(), 2u);
    EXPECT_EQ(get(submit(transfer(3))).code, rpc::error_code::busy);
}

TEST_F(EmbeddedTest, MiningEndsAtTheHeightAtWhichToHalt) {
    Embedded::Options options;
    options.halt_height = 2;
    start(options);
    const auto beyond = node_->mine(3, 1);
    ASSERT_FALSE(beyond);
    EXPECT_NE(beyond.error().sentence.find("halts at height 2"), std::string::npos);
    EXPECT_EQ(node_->mine(2, 1).value_or(0), 2u);
    EXPECT_FALSE(node_->mine(1, 1));
    node_->stop();
    EXPECT_EQ(chain_->height(), 2u);
    EXPECT_EQ(node_->fault(), "");
}

TEST(InitHome, WhatWasInterruptedCanBeDoneAgain) {
    const fs::path home = fs::temp_directory_path() / fmt::format("ballast-init-{}", ::getpid());
    fs::remove_all(home);
    const auto genesis = dev_genesis(BALLAST_SOURCE_DIR "/markets/dev.toml", 1'900'000'000).value();
    ASSERT_TRUE(init_home(home, genesis, {}, "operator"));
    EXPECT_FALSE(init_home(home, genesis, {}, "operator"));
    // The genesis is what comes last.
    fs::remove(chain::genesis_path(home));
    const auto again = init_home(home, genesis, {}, "operator");
    EXPECT_TRUE(again) << again.error().sentence;
    EXPECT_TRUE(chain::Chain::open(home));
    fs::remove_all(home);
}

class ConfigTest : public testing::Test {
protected:
    void SetUp() override {
        home_ = fs::temp_directory_path() / fmt::format("ballast-config-{}", ::getpid());
        fs::create_directories(home_);
    }
    void TearDown() override { fs::remove_all(home_); }
    std::string fault(const std::string& text) {
        std::ofstream(home_ / "config.toml") << text;
        const auto config = load_config(home_);
        return config ? "" : config.error().sentence;
    }
    fs::path home_;
};

TEST_F(ConfigTest, DefaultFileReadsAsTheDefaults) {
    EXPECT_EQ(fault(config_text(Config())), "");
    const Config config = load_config(home_).value();
    EXPECT_EQ(config_text(config), config_text(Config()));
}

TEST_F(ConfigTest, FaultsNameKeyValueAndLimit) {
    const std::pair<const char*, const char*> cases[] = {
        {"[api]\nport = 65536\n", "config.toml:2: api.port is '65536', must be 0 to 65535"},
        {"[api]\nport = -1\n", "api.port is '-1', must be 0 to 65535"},
        {"[api]\nport = 1.5\n", "api.port must be a whole number"},
        {"[api]\nprot = 1\n", "api.prot is no setting"},
        {"[apis]\nport = 1\n", "apis.port is no setting"},
        {"port = 1\n", "port is no setting"},
        {"[log]\nlevel = \"loud\"\n",
         "log.level is 'loud', must be debug or info or warn or error"},
        {"[api\n", "is not TOML"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_NE(fault(text).find(expected), std::string::npos) << fault(text);
}

TEST_F(ConfigTest, ACertificateAndItsKeyGoTogether) {
    Config config = load_config(home_).value();
    EXPECT_TRUE(check_pairs(config));
    ASSERT_TRUE(set(config, "--set", "api.key", "k.pem"));
    EXPECT_FALSE(check_pairs(config));
    ASSERT_TRUE(set(config, "--set", "api.certificate", "c.pem"));
    EXPECT_TRUE(check_pairs(config));
}

TEST_F(ConfigTest, EnvironmentWinsOverTheFile) {
    ::setenv("BALLAST_API_PORT", "1234", 1);
    EXPECT_EQ(fault("[api]\nport = 99\n"), "");
    EXPECT_EQ(load_config(home_).value().port, 1234u);
    ::setenv("BALLAST_API_PORT", "x", 1);
    EXPECT_NE(fault("").find("BALLAST_API_PORT: api.port is 'x'"), std::string::npos);
    ::unsetenv("BALLAST_API_PORT");
}

}  // namespace
}  // namespace ballast::node
