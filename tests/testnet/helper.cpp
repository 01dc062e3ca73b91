// What the tests of a network need beside the program itself:
//
//   testnet-helper faulty HOME COMETBFT       a validator whose proposals are bad
//   testnet-helper transfers HOME FIRST COUNT signed transfers of the first dev account, as base64
//   testnet-helper replay HOME                the roots that an embedded chain gives for the blocks
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/comet_rpc.hpp>
#include <ballast/abci/run.hpp>
#include <ballast/abci/votes.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/wire/transaction.hpp>

#include <unistd.h>
#include <cstdio>
#include <filesystem>

namespace ballast {
namespace {

namespace fs = std::filesystem;

/// Makes a proposal bad, each in another way than the one before.
class Spoiler {
public:
    void spoil(abci::proto::PrepareProposalResponse& proposal) {
        auto& entries = *proposal.mutable_txs();
        switch (turn_++ % 3) {
            case 0: entries.Add("rubbish"); break;
            case 1: entries.Clear(); break;
            default:
                if (!entries.empty()) forge(entries[0]);
        }
    }

private:
    /// Claims a price that no validator signed.
    static void forge(std::string& entry) {
        const std::string tag = abci::votes_entry({});
        abci::proto::ExtendedCommitInfo votes;
        votes.ParseFromString(entry.substr(tag.size()));
        for (auto& vote : *votes.mutable_votes())
            if (vote.block_id_flag() == abci::proto::COMMIT) vote.set_vote_extension("\x01");
        entry = abci::votes_entry(votes);
    }
    u64 turn_ = 0;
};

files::Attempt<void> faulty(const fs::path& home, const fs::path& comet) {
    abci::RunOptions options;
    options.home = home;
    BALLAST_TRY(options.config, node::load_config(home));
    options.cometbft = comet;
    options.print = [](std::string_view text) { fmt::print("{}", text); };
    const auto spoiler = std::make_shared<Spoiler>();
    options.between = [spoiler](abci::Handler honest) {
        return [spoiler, honest = std::move(honest)](const abci::proto::Request& request,
                                                     abci::proto::Response& response) {
            honest(request, response);
            if (request.has_prepare_proposal() && request.prepare_proposal().height() > 1)
                spoiler->spoil(*response.mutable_prepare_proposal());
            if (request.has_process_proposal())
                response.mutable_process_proposal()->set_status(
                    abci::proto::ProcessProposalResponse::ACCEPT);
        };
    };
    return abci::run(options);
}

files::Attempt<void> transfers(const fs::path& home, u64 first, u64 count) {
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(home));
    const crypto::Digest name = engine::digest_of(genesis);
    const keys::Signer alice = node::dev_key(0);
    for (u64 nonce = first; nonce < first + count; ++nonce) {
        engine::Transaction transaction;
        transaction.sender = AccountId(system_accounts);
        transaction.nonce = nonce;
        transaction.body = engine::Action(
            engine::Transfer{AccountId(system_accounts + 1), AssetId(0), Amount::units(1)});
        transaction.authorisation = alice.sign(transaction, genesis, name);
        BALLAST_TRY(const Bytes bytes,
                    wire::encode(transaction, wire::chain_id(genesis.name, name)));
        fmt::print("{}\n", abci::base64_of(bytes));
    }
    return {};
}

files::Attempt<void> replay(const fs::path& home) {
    BALLAST_TRY(const auto recorded, chain::Chain::open(home, {.snapshot_blocks = 0}));
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(home));
    const fs::path fresh = home / "replayed";
    BALLAST_CHECK(chain::Chain::create(fresh, genesis));
    BALLAST_TRY(const auto embedded, chain::Chain::open(fresh, {.snapshot_blocks = 0}));
    const auto root = [&embedded] {
        std::string text;
        embedded->read(
            [&text](const engine::Machine& machine) { text = files::hex_text(machine.root()); });
        return text;
    };
    fmt::print("0 {}\n", root());
    for (u64 height = 1; height <= recorded->height(); ++height) {
        const chain::CommittedPtr block = recorded->block(height);
        if (!block) return files::fault("{}: block {} is not kept", home.string(), height);
        const auto done = embedded->execute(block->block);
        if (!done) return files::fault("block {}: {}", height, sentence(done.error()));
        BALLAST_CHECK(embedded->persist());
        fmt::print("{} {}\n", height, root());
    }
    return {};
}

files::Attempt<void> run(const std::vector<std::string>& words) {
    if (words.size() == 3 && words[0] == "faulty") return faulty(words[1], words[2]);
    if (words.size() == 4 && words[0] == "transfers")
        return transfers(words[1], std::stoull(words[2]), std::stoull(words[3]));
    if (words.size() == 2 && words[0] == "replay") return replay(words[1]);
    return files::fault("faulty HOME COMETBFT | transfers HOME FIRST COUNT | replay HOME");
}

}  // namespace
}  // namespace ballast

int main(int argc, char** argv) {
    const auto done = ballast::run({argv + 1, argv + argc});
    if (done) return 0;
    fmt::print(stderr, "testnet-helper: {}\n", done.error().sentence);
    return 1;
}
