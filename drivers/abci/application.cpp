#include <ballast/abci/application.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/admission.hpp>
#include <ballast/abci/proposal.hpp>
#include <ballast/abci/results.hpp>
#include <ballast/abci/sync.hpp>
#include <ballast/abci/votes.hpp>
#include <ballast/wire/transaction.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ballast::abci {
namespace {

ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

[[noreturn]] void fail(const std::string& why) {
    throw std::runtime_error("abci: " + why);
}

u64 seconds_of(const google::protobuf::Timestamp& time) {
    return static_cast<u64>(std::max<i64>(time.seconds(), 0));
}

constexpr u32 query_refused = 1;

}  // namespace

struct Application::Parts {
    Parts(chain::Chain& home, Validators set, Sources& own, Options chosen)
        : chain(&home),
          validators(std::move(set)),
          sources(&own),
          options(std::move(chosen)),
          sync(home, validators) {
        chain->read([this](const engine::Machine& machine) { genesis = machine.genesis(); });
        look();
    }

    /// Whether nothing may come after the last durable block.
    [[nodiscard]] bool halted() const {
        return options.halt_height != 0 && height >= options.halt_height;
    }

    void look() {
        height = chain->height();
        chain->read([this](const engine::Machine& machine) {
            root = machine.root();
            time = machine.time();
        });
    }

    void answer(const proto::InfoRequest&, proto::InfoResponse& response) const {
        response.set_data("ballast");
        response.set_app_version(wire::version);
        response.set_last_block_height(static_cast<i64>(height));
        response.set_last_block_app_hash(root.data(), root.size());
    }

    void answer(const proto::InitChainRequest& request, proto::InitChainResponse& response) const;
    void answer(const proto::CheckTxRequest& request, proto::CheckTxResponse& response);
    [[nodiscard]] engine::Receipt try_alone(const engine::Transaction& transaction);
    void answer(const proto::PrepareProposalRequest& request,
                proto::PrepareProposalResponse& response) const;
    void answer(const proto::ProcessProposalRequest& request,
                proto::ProcessProposalResponse& response) const;
    void answer(const proto::ExtendVoteRequest& request, proto::ExtendVoteResponse& response) const;
    void answer(const proto::VerifyVoteExtensionRequest& request,
                proto::VerifyVoteExtensionResponse& response) const;
    void answer(const proto::FinalizeBlockRequest& request, proto::FinalizeBlockResponse& response);
    void commit(proto::CommitResponse& response);
    void answer(const proto::QueryRequest&, proto::QueryResponse& response) const {
        response.set_code(query_refused);
        response.set_codespace(std::string(codespace));
        response.set_log("ask the API of the node, which answers with its height and root");
        response.set_height(static_cast<i64>(height));
    }
    void answer(const proto::ApplySnapshotChunkRequest& request,
                proto::ApplySnapshotChunkResponse& response);
    [[nodiscard]] std::string genesis_fault(const proto::InitChainRequest& request) const;
    bool consensus(const proto::Request& request, proto::Response& response);
    bool snapshots(const proto::Request& request, proto::Response& response);

    /// The machine's time of the next block, where the network says `seconds`.
    [[nodiscard]] u64 block_time(u64 seconds) const {
        return std::clamp(seconds, time, time + limits::step_seconds_max);
    }
    void say(const std::string& text) const {
        if (options.log) options.log(text);
    }

    /// A block that is executed and not durable yet.
    struct Pending {
        std::string hash;
        crypto::Digest root{};
        u64 time = 0;
        proto::FinalizeBlockResponse response;
    };

    chain::Chain* chain;
    Validators validators;
    Sources* sources;
    Options options;
    Sync sync;
    engine::Genesis genesis;
    u64 height = 0;  ///< Of the last durable block; with its root and its time.
    crypto::Digest root{};
    u64 time = 0;
    std::optional<Pending> pending;
    Admission admitted;  ///< By CheckTx since the last block.
};

/// Why the network's genesis is not one for this home; empty: it is.
std::string Application::Parts::genesis_fault(const proto::InitChainRequest& request) const {
    if (height != 0) return fmt::format("the home is at height {} already", height);
    if (request.chain_id() != validators.chain_id())
        return fmt::format("chain_id '{}': expected '{}'", request.chain_id(),
                           validators.chain_id());
    if (request.initial_height() > 1)
        return fmt::format("initial_height {}: expected 1", request.initial_height());
    const auto told = Validators::read(genesis, request.app_state_bytes());
    if (!told) return "app_state: " + told.error().sentence;
    if (told->text() != validators.text())
        return "app_state: its validators are not those of this home";
    u64 known = 0;
    for (const proto::ValidatorUpdate& update : request.validators())
        for (const Validator& validator : validators.list())
            if (std::ranges::equal(bytes_of(update.pub_key().ed25519()), validator.key) &&
                update.power() == static_cast<i64>(validator.power))
                ++known;
    if (known != validators.list().size() ||
        static_cast<std::size_t>(request.validators_size()) != known)
        return "validators: they are not those of app_state, with the same powers";
    const proto::ConsensusParams& params = request.consensus_params();
    const i64 block_bytes = params.block().max_bytes();
    if (block_bytes != -1 && block_bytes < block_bytes_min)
        return fmt::format("consensus_params.block.max_bytes {}: expected at least {}", block_bytes,
                           block_bytes_min);
    const i64 enabled = params.abci().vote_extensions_enable_height();
    if (enabled != first_votes_height - 1)
        return fmt::format(
            "consensus_params.abci.vote_extensions_enable_height {}: expected {}: prices travel "
            "with the votes",
            enabled, first_votes_height - 1);
    return {};
}

void Application::Parts::answer(const proto::InitChainRequest& request,
                                proto::InitChainResponse& response) const {
    if (const std::string why = genesis_fault(request); !why.empty())
        fail("genesis of the network: " + why);
    response.set_app_hash(root.data(), root.size());
}

void Application::Parts::answer(const proto::CheckTxRequest& request,
                                proto::CheckTxResponse& response) {
    const auto transaction =
        wire::decode(bytes_of(request.tx()), wire::ChainId{validators.chain_id()});
    if (!transaction) {
        response.set_code(std::to_underlying(Reject::bad_encoding));
        response.set_codespace(std::string(codespace));
        response.set_log(transaction.error().sentence);
        return;
    }
    write_receipt(*transaction, try_alone(*transaction), response);
}

/// What would become of it in the next block, asked in the order of what the questions cost.
/// Between a block and its commit only the signature: it is checked again behind the commit.
engine::Receipt Application::Parts::try_alone(const engine::Transaction& transaction) {
    const crypto::Digest id = chain::id_of(transaction);
    Result<void> may;
    if (!pending) {
        const u64 now = block_time(options.clock());
        chain->peek([&](const engine::Machine& machine) {
            may = admitted.check(machine, transaction, id, now);
        });
    }
    if (may && genesis.access.signed_transactions && !chain->vouch(transaction, id))
        may = no(transaction.authorisation ? Reject::signature_wrong : Reject::signature_missing);
    if (!may) return {std::to_underlying(may.error()), 0};
    if (pending) return {};
    const engine::Receipt receipt = chain->preview({&transaction, 1}, true).receipts.front();
    if (receipt.accepted()) admitted.admit(genesis, transaction, id);
    return receipt;
}

/// What would change nothing in the block would stand in it for free, so it is left out.  The
/// signatures were checked when CometBFT took the transactions in.
void Application::Parts::answer(const proto::PrepareProposalRequest& request,
                                proto::PrepareProposalResponse& response) const {
    std::vector<std::string> entries;
    const u64 now = block_time(seconds_of(request.time()));
    Admission proposed;
    chain->peek([&](const engine::Machine& machine) {
        entries = prepare_proposal(validators, request, [&](const engine::Transaction& next) {
            const crypto::Digest id = chain::id_of(next);
            const bool may = !proposed.holds(next, id) && proposed.check(machine, next, id, now);
            if (may) proposed.admit(genesis, next, id);
            return may;
        });
    });
    for (std::string& entry : entries) response.add_txs(std::move(entry));
}

void Application::Parts::answer(const proto::ProcessProposalRequest& request,
                                proto::ProcessProposalResponse& response) const {
    if (halted()) return response.set_status(proto::ProcessProposalResponse::REJECT);
    const auto good = check_proposal(validators, request);
    response.set_status(good ? proto::ProcessProposalResponse::ACCEPT
                             : proto::ProcessProposalResponse::REJECT);
    if (!good)
        say(fmt::format("abci: proposal at height {} rejected: {}", request.height(),
                        good.error().sentence));
}

void Application::Parts::answer(const proto::ExtendVoteRequest&,
                                proto::ExtendVoteResponse& response) const {
    Sources::Said said;
    chain->read(
        [&](const engine::Machine& machine) { said = sources->fresh(machine, options.clock()); });
    if (said.fault) say("abci: prices: " + said.fault->sentence);
    response.set_vote_extension(extension_of(said.reports));
}

void Application::Parts::answer(const proto::VerifyVoteExtensionRequest& request,
                                proto::VerifyVoteExtensionResponse& response) const {
    const Result<std::vector<oracle::Report>> reports = reports_of(request.vote_extension());
    response.set_status(reports ? proto::VerifyVoteExtensionResponse::ACCEPT
                                : proto::VerifyVoteExtensionResponse::REJECT);
    if (!reports)
        say(fmt::format("abci: vote extension at height {} rejected: {}", request.height(),
                        sentence(reports.error())));
}

void Application::Parts::answer(const proto::FinalizeBlockRequest& request,
                                proto::FinalizeBlockResponse& response) {
    const u64 next = height + 1;
    if (request.height() != static_cast<i64>(next))
        fail(fmt::format("block {}; expected {}", request.height(), next));
    if (halted()) fail(fmt::format("block {}; the node halts at {}", next, options.halt_height));
    if (pending && pending->hash != request.hash())
        fail(fmt::format("another block {} than the one that is executed", next));
    if (!pending) {
        Content content = read_block(validators, request);
        engine::Block block;
        block.height = next;
        block.time = block_time(seconds_of(request.time()));
        block.reports = content.reports;
        block.transactions = content.transactions;
        const u64 block_time = block.time;
        const Result<chain::CommittedPtr> committed = chain->execute(std::move(block));
        if (!committed) fail(fmt::format("block {}: {}", next, sentence(committed.error())));
        pending.emplace(Pending{request.hash(), (*committed)->root, block_time, {}});
        write_results(content, **committed, genesis, pending->response);
    }
    response = pending->response;
}

void Application::Parts::commit(proto::CommitResponse& response) {
    if (!pending) fail("commit without a block");
    if (auto durable = chain->persist(); !durable) fail(durable.error().sentence);
    height += 1;
    root = pending->root;
    time = pending->time;
    pending.reset();
    admitted.clear();
    if (options.drop_blocks) response.set_retain_height(static_cast<i64>(chain->oldest()));
    if (halted()) options.halt();
}

void Application::Parts::answer(const proto::ApplySnapshotChunkRequest& request,
                                proto::ApplySnapshotChunkResponse& response) {
    sync.apply(request, response);
    if (!sync.why().empty()) say("abci: snapshot: " + sync.why());
    look();
    if (halted()) options.halt();
}

bool Application::Parts::consensus(const proto::Request& request, proto::Response& response) {
    if (request.has_info())
        answer(request.info(), *response.mutable_info());
    else if (request.has_init_chain())
        answer(request.init_chain(), *response.mutable_init_chain());
    else if (request.has_prepare_proposal())
        answer(request.prepare_proposal(), *response.mutable_prepare_proposal());
    else if (request.has_process_proposal())
        answer(request.process_proposal(), *response.mutable_process_proposal());
    else if (request.has_extend_vote())
        answer(request.extend_vote(), *response.mutable_extend_vote());
    else if (request.has_verify_vote_extension())
        answer(request.verify_vote_extension(), *response.mutable_verify_vote_extension());
    else if (request.has_finalize_block())
        answer(request.finalize_block(), *response.mutable_finalize_block());
    else if (request.has_commit())
        commit(*response.mutable_commit());
    else
        return false;
    return true;
}

bool Application::Parts::snapshots(const proto::Request& request, proto::Response& response) {
    if (request.has_list_snapshots()) {
        sync.list(*response.mutable_list_snapshots());
    } else if (request.has_offer_snapshot()) {
        sync.offer(request.offer_snapshot(), *response.mutable_offer_snapshot());
        if (!sync.why().empty()) say("abci: snapshot: " + sync.why());
    } else if (request.has_load_snapshot_chunk()) {
        const proto::LoadSnapshotChunkRequest& asked = request.load_snapshot_chunk();
        response.mutable_load_snapshot_chunk()->set_chunk(
            sync.chunk(asked.height(), asked.format(), asked.chunk()));
    } else if (request.has_apply_snapshot_chunk()) {
        answer(request.apply_snapshot_chunk(), *response.mutable_apply_snapshot_chunk());
    } else {
        return false;
    }
    return true;
}

Application::Application(chain::Chain& chain, Validators validators, Sources& sources,
                         Options options)
    : parts_(std::make_unique<Parts>(chain, std::move(validators), sources, std::move(options))) {}

Application::~Application() = default;

void Application::answer(const proto::Request& request, proto::Response& response) {
    Parts& parts = *parts_;
    if (parts.consensus(request, response) || parts.snapshots(request, response)) return;
    if (request.has_check_tx())
        parts.answer(request.check_tx(), *response.mutable_check_tx());
    else if (request.has_query())
        parts.answer(request.query(), *response.mutable_query());
    else if (request.has_insert_tx())
        response.mutable_insert_tx();  // CometBFT keeps the mempool; this one keeps none.
    else if (request.has_reap_txs())
        response.mutable_reap_txs();
}

}  // namespace ballast::abci
