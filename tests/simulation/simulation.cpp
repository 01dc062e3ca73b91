#include "simulation.hpp"

#include <ballast/engine/log.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace ballast::simulation {
namespace {

class Run {
public:
    Run(u64 seed, const Options& options)
        : play_(seed, options.derivatives, options.signed_transactions),
          machine_(*engine::Machine::create(play_.genesis())),
          auditor_(machine_, {options.sample_blocks}),
          log_(engine::log_header(play_.genesis())) {}

    /// One block of at most `most` transactions; the number there were.
    u64 block(u64 most, Statistics& statistics) {
        engine::Block block = play_.next(machine_, most);
        if (block.height % 64 == 0) offer_bad_blocks(block);
        const auto outcome = machine_.execute(block);
        if (!outcome) {
            found_.push_back({audit::Law::l4, block.height, "a block executes", "yes", "no"});
            return most;
        }
        auditor_.look(block, *outcome, machine_);
        const Bytes record = engine::log_record(block, outcome->root);
        log_.insert(log_.end(), record.begin(), record.end());
        count(block, *outcome, statistics);
        return block.transactions.size();
    }

    /// L5: the whole log, through a machine of its own.
    void replay() {
        auto reader = engine::LogReader::open(log_);
        auto machine = engine::Machine::create(reader->genesis());
        while (true) {
            const auto record = reader->next();
            if (!record || !*record) break;
            const auto outcome = machine->execute((*record)->block);
            if (!outcome || outcome->root != (*record)->root) break;
        }
        if (machine->root() != machine_.root() || reader->good() != log_.size())
            found_.push_back({audit::Law::l5, machine->height(), "the log replays", "yes", "no"});
    }

    [[nodiscard]] std::vector<audit::Violation> violations() const {
        std::vector<audit::Violation> all = auditor_.findings().violations();
        all.insert(all.end(), found_.begin(), found_.end());
        return all;
    }
    [[nodiscard]] const audit::Findings& findings() const { return auditor_.findings(); }
    [[nodiscard]] u64 height() const { return machine_.height(); }

private:
    /// Blocks that are not next are refused, and change nothing.
    void offer_bad_blocks(const engine::Block& good) {
        const crypto::Digest root = machine_.root();
        engine::Block high{good.height + 1, good.time, {}, {}};
        engine::Block early{good.height, machine_.time() - 1, {}, {}};
        engine::Block late{good.height, machine_.time() + limits::step_seconds_max + 1, {}, {}};
        for (const engine::Block& block : {high, early, late})
            if (machine_.execute(block) || machine_.root() != root)
                found_.push_back(
                    {audit::Law::l4, good.height, "a bad block is refused", "yes", "no"});
    }

    void count(const engine::Block& block, const engine::Outcome& outcome, Statistics& statistics) {
        ++statistics.blocks;
        statistics.transactions += block.transactions.size();
        for (const engine::Receipt& receipt : outcome.receipts) {
            if (receipt.accepted())
                ++statistics.accepted;
            else
                ++statistics.rejects[receipt.reason()];
        }
        for (const Event& event : outcome.events) {
            ++statistics.events[event.kind];
            count(event, statistics);
        }
    }

    void count(const Event& event, Statistics& statistics) {
        const auto& rows = machine_.state().auctions.rows;
        switch (event.kind) {
            case EventKind::report_rejected:
                ++statistics.report_rejects[static_cast<Reject>(event.amount)];
                return;
            case EventKind::auction_started: ++statistics.started[rows[event.subject].kind]; return;
            case EventKind::auction_ended:
            case EventKind::auction_cancelled: ++statistics.ended[rows[event.subject].kind]; return;
            case EventKind::bad_debt_paid:
                ++statistics.layers[static_cast<treasury::Layer>(event.value)];
                return;
            case EventKind::auction_taken: {
                const auctions::Auction& row = rows[event.subject];
                if (row.kind == auctions::AuctionKind::collateral ||
                    row.kind == auctions::AuctionKind::in_place)
                    ++statistics.taken[play_.genesis().types[row.type.value()].auction.curve.kind];
                return;
            }
            default: return;
        }
    }

    Play play_;
    engine::Machine machine_;
    audit::Auditor auditor_;
    Bytes log_;
    std::vector<audit::Violation> found_;
};

Market market_of(Random& random, bool derivatives, std::optional<Signers>& signers) {
    Market market = random_market(random);
    if (derivatives) add_clearing(market, random);
    if (signers) signers->equip(market.genesis);
    return market;
}

crypto::Digest chain_of(const Market& market) {
    return engine::digest_of(market.genesis);
}

}  // namespace

Play::Play(u64 seed, bool derivatives, bool signed_transactions)
    : signers_(signed_transactions ? std::optional<Signers>(seed) : std::nullopt),
      random_(seed),
      market_(market_of(random_, derivatives, signers_)),
      world_(market_, chain_of(market_), random_.next()),
      crowd_(random_.next()),
      traders_(random_.next()) {
    if (const auto fault = engine::validate(market_.genesis)) {
        std::fprintf(stderr, "the market of seed %llu is not valid: %s %s\n",
                     static_cast<unsigned long long>(seed), fault->key.c_str(),
                     fault->what.c_str());
        std::abort();
    }
}

engine::Block Play::next(const engine::Machine& machine, u64 most) {
    engine::Block block;
    block.height = machine.height() + 1;
    block.time = machine.time() + world_.step();
    block.reports = world_.report(block.time);
    // Where derivatives are traded there is less of everything else.
    const bool derivatives = !machine.genesis().clearing.compartments.empty();
    block.transactions = crowd_.ask(machine, derivatives ? std::min<u64>(most, 4) : most);
    traders_.ask(machine, most - std::min<u64>(most, block.transactions.size()),
                 block.transactions);
    const u64 left = most - std::min<u64>(most, block.transactions.size());
    if (signers_) signers_->sign(machine, left, block);
    return block;
}

Result simulate(const Options& options, Place* place) {
    Result result;
    Random seeds(options.seed);
    u64 left = options.transactions;
    while (left > 0 && result.violations.empty()) {
        // The first market has the seed itself, so that a market that failed is easily seen again.
        result.seed = result.statistics.markets == 0 ? options.seed : seeds.next();
        ++result.statistics.markets;
        Run run(result.seed, options);
        u64 here = std::min(left, options.market_transactions);
        while (here > 0 && run.violations().empty()) {
            if (place != nullptr) *place = {result.seed, run.height() + 1};
            const u64 done = run.block(here, result.statistics);
            here -= done;
            left -= done;
        }
        run.replay();
        result.violations = run.violations();
        for (std::size_t law = 0; law < audit::laws; ++law)
            result.statistics.checks[static_cast<audit::Law>(law)] +=
                run.findings().checks(static_cast<audit::Law>(law));
    }
    return result;
}

}  // namespace ballast::simulation
