/// The real machine under a whole invented market, with the auditor behind it.
#pragma once

#include "crowd.hpp"
#include "signers.hpp"
#include "traders.hpp"
#include "world.hpp"

#include <ballast/audit/auditor.hpp>
#include <ballast/treasury/treasury.hpp>

#include <map>
#include <optional>

namespace ballast::simulation {

/// One market: everything that will be asked of it follows from the seed.
class Play {
public:
    explicit Play(u64 seed, bool derivatives = false, bool signed_transactions = false);

    /// The next block: reports, and at most `most` transactions.
    [[nodiscard]] engine::Block next(const engine::Machine& machine, u64 most);
    [[nodiscard]] const engine::Genesis& genesis() const { return market_.genesis; }

private:
    std::optional<Signers> signers_;  ///< Where transactions are signed.
    Random random_;
    Market market_;
    World world_;
    Crowd crowd_;
    Traders traders_;
};

/// What was reached; a simulation that never gets somewhere proves nothing about it.
struct Statistics {
    u64 markets = 0;
    u64 blocks = 0;
    u64 transactions = 0;
    u64 accepted = 0;
    std::map<EventKind, u64> events;
    std::map<Reject, u64> rejects;  ///< Of transactions.
    std::map<Reject, u64> report_rejects;
    std::map<auctions::AuctionKind, u64> started;
    std::map<auctions::AuctionKind, u64> ended;
    std::map<auctions::CurveKind, u64> taken;  ///< Takes from auctions of vaults, by curve.
    std::map<treasury::Layer, u64> layers;     ///< Of bad debt paid.
    std::map<audit::Law, u64> checks;
};

struct Options {
    u64 seed = 1;
    u64 transactions = 10'000;
    u64 market_transactions = 20'000;  ///< After so many a new market begins, with a seed of its
                                       ///< own.
    u32 sample_blocks = 50;
    bool derivatives = false;  ///< Whether the markets have a clearing house.
    bool signed_transactions = false;
};

struct Result {
    Statistics statistics;
    std::vector<audit::Violation> violations;
    u64 seed = 0;  ///< Of the market in which they were found.
};

/// Where a run is, for a message of last resort: an assertion of the machine stops the process.
struct Place {
    u64 seed = 0;
    u64 height = 0;
};

/// Runs until the transactions are through or a law does not hold.
[[nodiscard]] Result simulate(const Options& options, Place* place = nullptr);

/// What should have been reached and was not, in words: of vaults and the treasury, or of the
/// clearing house, or of keys and fees.
[[nodiscard]] std::vector<std::string> not_reached(const Statistics& statistics);
[[nodiscard]] std::vector<std::string> not_reached_of_clearing(const Statistics& statistics);
[[nodiscard]] std::vector<std::string> not_reached_of_access(const Statistics& statistics);

/// Tables of what was reached.
[[nodiscard]] std::string table_of(const Statistics& statistics);

}  // namespace ballast::simulation
