#include <ballast/abci/test_kit.hpp>

#include <gtest/gtest.h>

namespace ballast::abci::test {
namespace {

using Extensions = std::vector<std::optional<std::string>>;
const Extensions silent{"", "", "", ""};

constexpr FeedId eth{1};

std::string root_of(const proto::Response& response) {
    return response.finalize_block().app_hash();
}

/// Takes the next block through all calls as CometBFT makes them; the root.
std::string advance(Node& node, i64 height, const std::vector<std::string>& transactions,
                    const Extensions& extensions = silent) {
    const engine::Genesis genesis = market();
    const auto told = height < 2 ? proto::ExtendedCommitInfo() : votes(genesis, height, extensions);
    const proto::Response prepared = node.ask(prepare(height, told, transactions));
    EXPECT_TRUE(prepared.has_prepare_proposal());
    const proto::PrepareProposalResponse& proposal = prepared.prepare_proposal();
    const proto::CommitInfo last = without_extensions(told);
    EXPECT_EQ(node.ask(process(height, last, proposal.txs())).process_proposal().status(),
              proto::ProcessProposalResponse::ACCEPT)
        << node.said;
    const std::string root = root_of(node.ask(finalize(height, last, proposal.txs())));
    EXPECT_TRUE(node.ask(commit()).has_commit());
    return root;
}

proto::Response check(Node& node, const std::string& transaction) {
    proto::Request request;
    request.mutable_check_tx()->set_tx(transaction);
    return node.ask(request);
}

proto::InfoResponse info(Node& node) {
    proto::Request request;
    request.mutable_info();
    return node.ask(request).info();
}

TEST(Application, begins_at_the_genesis_and_says_where_it_is) {
    Disk disk{market(), {}};
    Node node(disk);
    EXPECT_EQ(info(node).last_block_height(), 0);
    const auto begun = node.ask(init_chain(disk.genesis)).init_chain();
    EXPECT_EQ(begun.app_hash(), info(node).last_block_app_hash());
    const std::string root = advance(node, 1, {});
    EXPECT_EQ(info(node).last_block_height(), 1);
    EXPECT_EQ(info(node).last_block_app_hash(), root);
}

TEST(Application, another_genesis_is_refused_with_words) {
    Disk disk{market(), {}};
    Node node(disk);
    const auto refused = [&](const auto& change, const std::string& says) {
        proto::Request request = init_chain(disk.genesis);
        change(*request.mutable_init_chain());
        try {
            node.ask(request);
            ADD_FAILURE() << "expected: " << says;
        } catch (const std::runtime_error& fault) {
            EXPECT_NE(std::string(fault.what()).find(says), std::string::npos) << fault.what();
        }
    };
    using Init = proto::InitChainRequest;
    refused([](Init& init) { init.set_chain_id("other"); }, "chain_id 'other': expected 'example-");
    refused([](Init& init) { init.set_initial_height(5); }, "initial_height 5: expected 1");
    refused([](Init& init) { init.set_app_state_bytes("{}"); }, "app_state: ");
    refused([](Init& init) { init.mutable_validators(2)->set_power(11); }, "validators: ");
    refused([](Init& init) { init.mutable_validators()->RemoveLast(); }, "validators: ");
    refused([](Init& init) { init.mutable_consensus_params()->mutable_abci()->Clear(); },
            "vote_extensions_enable_height 0: expected 1");
    refused(
        [](Init& init) { init.mutable_consensus_params()->mutable_block()->set_max_bytes(1000); },
        "max_bytes 1000: expected at least 1048576");
    advance(node, 1, {});
    refused([](Init&) {}, "at height 1 already");
}

TEST(Application, a_transaction_is_checked_proposed_and_done) {
    Disk disk{market(), {}};
    Node node(disk);
    const std::string good = transfer(disk.genesis, 0);
    EXPECT_EQ(check(node, good).check_tx().code(), 0u);
    EXPECT_EQ(check(node, good).check_tx().gas_used(), 1);
    EXPECT_EQ(check(node, "nonsense").check_tx().code(), std::to_underlying(Reject::bad_encoding));
    std::string forged = good;
    forged.back() = static_cast<char>(forged.back() ^ 1);
    EXPECT_NE(check(node, forged).check_tx().code(), 0u);
    const std::string rich = transfer(disk.genesis, 1, i64{2'000} * amount_one);
    EXPECT_EQ(check(node, rich).check_tx().code(),
              std::to_underlying(Reject::insufficient_balance));
    EXPECT_EQ(check(node, rich).check_tx().codespace(), "ballast");

    advance(node, 1, {good, "nonsense", rich});
    ASSERT_EQ(disk.blocks.size(), 1u);
    ASSERT_EQ(disk.blocks[0]->block.transactions.size(), 2u);
    EXPECT_EQ(disk.blocks[0]->receipts[0].code, 0);
    EXPECT_EQ(disk.blocks[0]->receipts[1].reason(), Reject::insufficient_balance);
    EXPECT_EQ(check(node, good).check_tx().code(), std::to_underlying(Reject::bad_nonce));
}

TEST(Application, check_stays_the_same_while_nothing_is_committed) {
    Disk disk{market(), {}};
    Node node(disk);
    const std::string transaction = transfer(disk.genesis, 0);
    const std::string first = check(node, transaction).SerializeAsString();
    for (int i = 0; i < 5; ++i) {
        node.ask(prepare(1, {}, {transaction}));
        EXPECT_EQ(check(node, transaction).SerializeAsString(), first);
    }
    node.ask(finalize(1, {}, std::vector<std::string>{transaction}));
    EXPECT_EQ(check(node, transfer(disk.genesis, 1)).check_tx().code(), 0u) << "between the two";
    node.ask(commit());
    EXPECT_EQ(check(node, transaction).check_tx().code(), std::to_underlying(Reject::bad_nonce));
}

TEST(Application, of_two_transactions_with_one_nonce_one_is_let_in) {
    Disk disk{market(), {}};
    Node node(disk);
    const std::string one = transfer(disk.genesis, 0), other = transfer(disk.genesis, 0, 2);
    EXPECT_EQ(check(node, one).check_tx().code(), 0u);
    EXPECT_EQ(check(node, other).check_tx().code(), std::to_underlying(Reject::bad_nonce));
    EXPECT_EQ(check(node, one).check_tx().code(), 0u) << "it does not stand in its own way";
    node.ask(finalize(1, {}, std::vector<std::string>{}));
    node.ask(commit());
    EXPECT_EQ(check(node, other).check_tx().code(), 0u) << "behind a block it begins anew";
    EXPECT_EQ(check(node, one).check_tx().code(), std::to_underlying(Reject::bad_nonce));
}

TEST(Application, one_balance_does_not_let_many_fees_in) {
    Disk disk{market(), {}};
    disk.genesis.access.fee = Amount::units(i64{400} * amount_one);
    Node node(disk);
    EXPECT_EQ(check(node, transfer(disk.genesis, 0)).check_tx().code(), 0u);
    EXPECT_EQ(check(node, transfer(disk.genesis, 1)).check_tx().code(), 0u);
    EXPECT_EQ(check(node, transfer(disk.genesis, 0)).check_tx().code(), 0u) << "counted once";
    const std::string third = transfer(disk.genesis, 2);
    EXPECT_EQ(check(node, third).check_tx().code(), std::to_underlying(Reject::fee_not_covered));
    const auto prepared =
        node.ask(prepare(1, {}, {transfer(disk.genesis, 0), transfer(disk.genesis, 1), third}));
    EXPECT_EQ(prepared.prepare_proposal().txs_size(), 2);
}

TEST(Application, what_is_over_before_the_next_block_is_not_let_in) {
    Disk disk{market(), {}};
    Node node(disk);
    node.now = genesis_time + 5;
    const auto code = [&](u64 expires) {
        return check(node, transfer(disk.genesis, 0, 1, expires)).check_tx().code();
    };
    EXPECT_EQ(code(genesis_time + 4), std::to_underlying(Reject::transaction_expired));
    EXPECT_EQ(code(genesis_time + 5), 0u);
}

TEST(Application, a_proposal_holds_nothing_that_would_change_nothing) {
    Disk disk{market(), {}};
    Node node(disk);
    const std::string first = transfer(disk.genesis, 0), second = transfer(disk.genesis, 1);
    const std::string same_nonce = transfer(disk.genesis, 0, 2);
    const std::string over = transfer(disk.genesis, 2, 1, genesis_time + 4);
    const std::string far = transfer(disk.genesis, 64);
    proto::Request request = prepare(1, {}, {first, first, same_nonce, over, far, second});
    request.mutable_prepare_proposal()->mutable_time()->set_seconds(genesis_time + 5);
    const proto::Response prepared = node.ask(request);
    const auto& entries = prepared.prepare_proposal().txs();
    EXPECT_EQ(std::vector(entries.begin(), entries.end()), (std::vector{first, second}));
}

TEST(Application, an_undecodable_entry_of_a_decided_block_gets_a_code_and_does_nothing) {
    Disk disk{market(), {}};
    Disk plain{market(), {}};
    Node node(disk);
    Node other(plain);
    const std::string good = transfer(disk.genesis, 0);
    const auto done = node.ask(finalize(1, {}, std::vector<std::string>{"rubbish", good}));
    const auto& results = done.finalize_block().tx_results();
    ASSERT_EQ(results.size(), 2);
    EXPECT_EQ(results[0].code(), std::to_underlying(Reject::bad_encoding));
    EXPECT_EQ(results[1].code(), 0u);
    EXPECT_EQ(results[1].events(0).type(), "transaction");
    EXPECT_EQ(root_of(done), root_of(other.ask(finalize(1, {}, std::vector<std::string>{good}))));
}

TEST(Application, prices_come_from_the_votes_and_a_liar_of_less_than_half_does_not_move_them) {
    Disk disk{market(), {}};
    Node node(disk);
    advance(node, 1, {});
    const auto says = [&](std::size_t validator, i64 price) {
        return extension_of({report(validator, eth, Price::units(price * amount_one),
                                    genesis_time + 1, disk.genesis)});
    };
    advance(node, 2, {}, {says(0, 2000), says(1, 2001), says(2, 2002), says(3, 9000)});
    node.chain.read([](const engine::Machine& machine) {
        const oracle::Quote& quote = oracle::quote(machine.state().oracle, eth);
        EXPECT_GE(quote.mark, Price::units(i64{2000} * amount_one));
        EXPECT_LE(quote.mark, Price::units(i64{2002} * amount_one));
    });
}

TEST(Application, a_validator_says_what_its_publisher_handed_in_while_it_is_news) {
    Disk disk{market(), {}};
    Node node(disk);
    advance(node, 1, {});
    proto::Request extend;
    extend.mutable_extend_vote()->set_height(1);
    EXPECT_EQ(node.ask(extend).extend_vote().vote_extension(), "");
    const auto good = report(0, eth, Price::units(5), genesis_time + 1, disk.genesis);
    auto forged = good;
    forged.price = Price::units(6);
    EXPECT_EQ(node.sources.offer(forged).error(), Reject::bad_signature);
    EXPECT_EQ(node.sources.offer(report(1, eth, Price::units(5), genesis_time, disk.genesis)),
              no(Reject::unknown_publisher));
    ASSERT_TRUE(node.sources.offer(good));
    EXPECT_EQ(node.sources.offer(good).error(), Reject::report_not_newer);
    const std::string extension = node.ask(extend).extend_vote().vote_extension();
    ASSERT_EQ(reports_of(extension)->size(), 1u);
    EXPECT_EQ(reports_of(extension)->front(), good);
    proto::Request verify;
    verify.mutable_verify_vote_extension()->set_vote_extension(extension);
    EXPECT_EQ(node.ask(verify).verify_vote_extension().status(),
              proto::VerifyVoteExtensionResponse::ACCEPT);
    verify.mutable_verify_vote_extension()->set_vote_extension(extension + "x");
    EXPECT_EQ(node.ask(verify).verify_vote_extension().status(),
              proto::VerifyVoteExtensionResponse::REJECT);
    advance(node, 2, {}, {extension, "", "", ""});
    EXPECT_EQ(node.ask(extend).extend_vote().vote_extension(), "") << "it is known";
    node.now += 10'000;
    ASSERT_TRUE(
        node.sources.offer(report(0, eth, Price::units(5), genesis_time + 2, disk.genesis)));
    EXPECT_EQ(node.ask(extend).extend_vote().vote_extension(), "") << "it is stale";
}

TEST(Proposal, fits_and_is_accepted_whatever_the_room_and_the_transactions) {
    const engine::Genesis genesis = market();
    const Validators four = validators(genesis);
    std::vector<std::string> transactions;
    for (u64 i = 0; i < 40; ++i) {
        transactions.push_back(transfer(genesis, i));
        if (i % 3 == 0) transactions.push_back(std::string(i * 7, static_cast<char>(i)));
        if (i % 7 == 0) transactions.push_back(votes_entry({}));
    }
    const std::string one = extension_of({report(0, eth, Price::units(1), genesis_time, genesis)});
    const std::string endless(extension_bytes_max + 1, 'x');
    for (const Extensions& extensions :
         {silent, Extensions{one, one, one, std::nullopt}, Extensions{one, endless, one, one}})
        for (i64 room = 2'000; room < 12'000; room += 377) {
            const auto told = votes(genesis, 2, extensions);
            proto::Request request = prepare(2, told, transactions, room);
            const auto entries = prepare_proposal(four, request.prepare_proposal(), anything);
            proto::PrepareProposalResponse block;  // Its bytes are those of the block's data.
            for (const std::string& entry : entries) block.add_txs(entry);
            EXPECT_LE(block.ByteSizeLong(), static_cast<std::size_t>(room));
            EXPECT_GT(entries.size(), 3u);
            const auto processed = process(2, without_extensions(told), entries);
            const auto good = check_proposal(four, processed.process_proposal());
            EXPECT_TRUE(good) << good.error().sentence;
        }
}

TEST(Proposal, what_no_honest_proposer_makes_is_rejected) {
    const engine::Genesis genesis = market();
    const Validators four = validators(genesis);
    const auto told = votes(genesis, 2, silent);
    const proto::CommitInfo last = without_extensions(told);
    const std::string entry = votes_entry(told);
    const std::string good = transfer(genesis, 0);
    const auto why = [&](i64 height, const std::vector<std::string>& entries) {
        const auto checked =
            check_proposal(four, process(height, last, entries).process_proposal());
        return checked ? "" : checked.error().sentence;
    };
    EXPECT_EQ(why(2, {entry, good}), "");
    EXPECT_EQ(why(2, {}), "the first entry does not carry the votes");
    EXPECT_EQ(why(2, {good, entry}), "the first entry does not carry the votes");
    EXPECT_NE(why(2, {entry, entry}), "");
    EXPECT_NE(why(1, {entry}), "") << "there are no votes for the genesis";
    EXPECT_NE(why(2, {entry, "rubbish"}).find("entry 1 is no transaction"), std::string::npos);
    engine::Genesis other = market();
    other.time += 1;
    EXPECT_NE(why(2, {entry, transfer(other, 0)}), "") << "of another chain";
}

TEST(Application, a_bad_proposal_is_rejected_and_said) {
    Disk disk{market(), {}};
    Node node(disk);
    const auto answer = node.ask(process(2, {}, std::vector<std::string>{"rubbish"}));
    EXPECT_EQ(answer.process_proposal().status(), proto::ProcessProposalResponse::REJECT);
    EXPECT_EQ(node.said,
              "abci: proposal at height 2 rejected: the first entry does not carry the votes\n");
}

TEST(Application, no_block_comes_after_the_halt_height) {
    Disk disk{market(), {}};
    Node node(disk, 0, 2);
    advance(node, 1, {});
    EXPECT_FALSE(node.halted);
    advance(node, 2, {});
    EXPECT_TRUE(node.halted);
    const auto told = votes(disk.genesis, 3, silent);
    const proto::CommitInfo last = without_extensions(told);
    const std::vector<std::string> entries{votes_entry(told)};
    EXPECT_EQ(node.ask(process(3, last, entries)).process_proposal().status(),
              proto::ProcessProposalResponse::REJECT);
    try {
        node.ask(finalize(3, last, entries));
        ADD_FAILURE() << "a block above the halt height is executed";
    } catch (const std::runtime_error& fault) {
        EXPECT_STREQ(fault.what(), "abci: block 3; the node halts at 2");
    }
    EXPECT_EQ(disk.blocks.size(), 2u);
    Node without(disk);
    advance(without, 3, {});
    EXPECT_EQ(disk.blocks.size(), 3u) << "it goes on where it is told no more to halt";
}

TEST(Application, comet_drops_what_the_chain_dropped) {
    Disk disk{market(), {}};
    Node node(disk);
    const auto retained = [&node](i64 height) {
        node.ask(finalize(height, {}, std::vector<std::string>{}));
        return node.ask(commit()).commit().retain_height();
    };
    EXPECT_EQ(retained(1), 1);
    node.chain.drop_before(2);
    EXPECT_EQ(retained(2), 2);
}

TEST(Application, the_machines_time_never_falls) {
    Disk disk{market(), {}};
    Node node(disk);
    proto::Request block = finalize(1, {}, std::vector<std::string>{});
    block.mutable_finalize_block()->mutable_time()->set_seconds(1);
    node.ask(block);
    node.ask(commit());
    EXPECT_EQ(disk.blocks[0]->block.time, genesis_time);
}

}  // namespace
}  // namespace ballast::abci::test
