#include <ballast/abci/network.hpp>
#include <ballast/abci/run.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/node/dev.hpp>

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>
#include <fstream>

namespace ballast::abci {
namespace {

namespace fs = std::filesystem;

/// A folder of this test alone, gone afterwards.
class Network : public testing::Test {
protected:
    Network() { fs::create_directories(folder_); }
    ~Network() override { fs::remove_all(folder_); }

    [[nodiscard]] NetworkOptions options(const std::string& market) const {
        NetworkOptions made;
        made.folder = folder_ / "net";
        made.market = fs::path(BALLAST_SOURCE_DIR) / "markets" / market;
        made.powers = {10, 10, 10, 10};
        made.time = 1'800'000'000;
        made.hosts = {"10.0.0.1", "10.0.0.2"};
        return made;
    }

    fs::path folder_ = fs::path(testing::TempDir()) / fmt::format("ballast-network-{}", ::getpid());
};

TEST_F(Network, a_market_keeps_its_accounts_where_it_gives_them_keys) {
    const auto nodes = make_network(options("node.toml"));
    ASSERT_TRUE(nodes) << nodes.error().sentence;
    const auto genesis = chain::read_genesis(nodes->front().home);
    ASSERT_TRUE(genesis);
    EXPECT_EQ(genesis->accounts.size(), 2u);
    for (const engine::GenesisAccount& account : genesis->accounts)
        for (std::size_t i = 0; i < node::dev_accounts; ++i)
            EXPECT_NE(account.key, node::dev_key(i).key());
    EXPECT_EQ(genesis->oracle.publishers.size(), 4u) << "the validators";
    EXPECT_EQ(genesis->time, 1'800'000'000u);
}

TEST_F(Network, a_market_that_lets_anybody_act_is_refused) {
    const auto nodes = make_network(options("example.toml"));
    ASSERT_FALSE(nodes);
    EXPECT_NE(nodes.error().sentence.find("access.signed_transactions is false; expected true"),
              std::string::npos)
        << nodes.error().sentence;
}

TEST_F(Network, its_folder_can_be_moved) {
    NetworkOptions chosen = options("dev.toml");
    chosen.dev_accounts = true;
    const auto made = make_network(chosen);
    ASSERT_TRUE(made) << made.error().sentence;
    EXPECT_EQ(made->at(1).api, "http://10.0.0.2:26612");
    EXPECT_EQ(made->at(1).rpc, "http://127.0.0.1:26611") << "it is not for others";
    fs::rename(folder_ / "net", folder_ / "moved");
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "moved")) {
        if (entry.path().extension() != ".toml" && entry.path().extension() != ".json") continue;
        EXPECT_EQ(files::read_file(entry.path())->find(folder_.string()), std::string::npos)
            << entry.path() << " names the folder in which it was made";
    }
    const auto read = read_network(folder_ / "moved");
    ASSERT_TRUE(read) << read.error().sentence;
    ASSERT_EQ(read->size(), made->size());
    for (std::size_t i = 0; i < read->size(); ++i) {
        EXPECT_EQ(read->at(i).home, folder_ / "moved" / fmt::format("node-{}", i));
        EXPECT_EQ(read->at(i).api, made->at(i).api);
        EXPECT_EQ(read->at(i).rpc, made->at(i).rpc);
        EXPECT_EQ(read->at(i).p2p, made->at(i).p2p);
    }
    EXPECT_EQ(abci_address(read->at(2).home),
              "unix://" + (folder_ / "moved" / "node-2" / "abci.sock").string());
}

TEST_F(Network, a_folder_without_one_is_no_network) {
    EXPECT_EQ(read_network(folder_).error().sentence,
              folder_.string() + " is there already, and holds no network (node-0/cometbft)");
}

TEST_F(Network, comet_is_the_one_named_or_the_one_of_the_tree) {
    const fs::path built = folder_ / "build" / "tools" / "bin" / "cometbft";
    fs::create_directories(built.parent_path());
    std::ofstream(built) << "x";
    std::ofstream(folder_ / "named") << "x";
    ::unsetenv("BALLAST_COMETBFT");
    EXPECT_EQ(find_comet({}, folder_), built);
    ::setenv("BALLAST_COMETBFT", (folder_ / "named").c_str(), 1);
    EXPECT_EQ(find_comet({}, folder_), folder_ / "named");
    EXPECT_EQ(find_comet(built, folder_), built);
    ::setenv("BALLAST_COMETBFT", "/nowhere", 1);
    EXPECT_EQ(find_comet({}, folder_).error().sentence,
              "BALLAST_COMETBFT /nowhere: there is no such file");
    ::unsetenv("BALLAST_COMETBFT");
}

}  // namespace
}  // namespace ballast::abci
