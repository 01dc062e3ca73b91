/// What is watched while a replay runs.  docs/methods/derivatives_replay.md, section 6.
#pragma once

#include <ballast/derivatives/stage.hpp>
#include <ballast/derivatives/statistics.hpp>
#include <ballast/engine/machine.hpp>

#include <map>

namespace ballast::derivatives {

/// One row of the table, every `sample_seconds`.  Dollars.
struct Row {
    u64 time = 0;
    std::vector<double> spot;        ///< By UnderlyingId.
    std::vector<double> volatility;  ///< Likewise; of the first pillar.
    double initial = 0;  ///< Required of the paper accounts together (they never change).
    double maintenance = 0;
    double equity = 0;     ///< Of the real accounts of the book, makers aside.
    double required = 0;   ///< Initial, of the same.
    u64 auctions = 0;      ///< Open.
    double insurance = 0;  ///< What the layers could pay.
    double bad_debt = 0;
    double socialised = 0;
};

/// Sums over a group of accounts on one underlying.
struct GreeksRow {
    u64 time = 0;
    const char* group = "";
    u32 underlying = 0;
    double delta = 0;
    double gamma = 0;
    double vega = 0;
};

/// How the requirement of paper accounts covered their losses over one horizon.
struct CoverageCount {
    u64 seconds = 0;
    u64 observations = 0;
    u64 over_initial = 0;
    u64 over_maintenance = 0;
    double worst_multiple = 0;  ///< Largest loss over the initial requirement.
    Transitions transitions;    ///< Of exceedances of the initial requirement, account by account.
};

struct Layers {
    double keeper_gain = 0;  ///< What takers got beyond what they paid, at the marks of the block.
    double fees = 0;         ///< From accounts at the start of their auctions: to the reserve.
    double reserve = 0;
    double surplus = 0;
    double deleveraged = 0;  ///< Haircuts.
    double socialised = 0;
    double booked = 0;  ///< As bad debt when it arose.
};

struct Counts {
    u64 fills = 0;
    u64 refused = 0;  ///< Accounts whose opening trade was not allowed.
    std::map<std::string, u64> refusals;
    u64 unhealthy = 0;  ///< Accounts, once each.
    u64 auctions = 0;
    u64 takes = 0;
    u64 turned = 0;  ///< Auctions that became insolvent.
    u64 collateral_sales = 0;
    u64 backstopped = 0;
    u64 deleverages = 0;  ///< Positions closed against others.
    u64 hit = 0;          ///< Accounts that this happened to.
    u64 keeper_rejections = 0;
    std::map<std::string, u64> keeper_reasons;
    double keeper_costs = 0;
};

class Measure {
public:
    Measure(const Setup& setup, const Stage& stage, const engine::Machine& machine);

    /// Remembers the accounts as they stand: from now on they are also held on paper.
    void begin();
    /// Looks at a block that was executed.
    void look(const engine::Outcome& outcome, bool on_grid);

    Counts counts;
    Layers layers;
    std::vector<Row> rows;
    std::vector<GreeksRow> greeks;
    std::vector<CoverageCount> coverage;
    double equity_start = 0;
    double keeper_start = 0;
    double insurance_least = 0;

    [[nodiscard]] double insurance() const;
    [[nodiscard]] double keeper_equity() const;
    [[nodiscard]] double book_equity() const;
    [[nodiscard]] const std::vector<clearing::AccountRow>& paper() const { return paper_; }

private:
    struct Memory {
        double equity = 0;
        double initial = 0;
        double maintenance = 0;
        bool known = false;
        int before = -1;  ///< Whether the last observation was an exceedance; -1: none yet.
    };
    void count(const Events& events);
    void settle_paper(const Event& event);
    void sample();
    void observe(CoverageCount& horizon, std::vector<Memory>& memory);
    void sum_greeks();
    /// Of the book, no maker, and its opening trade was allowed.
    [[nodiscard]] bool is_trader(std::size_t margin) const;

    const Setup& setup_;
    const Stage& stage_;
    const engine::Machine& machine_;
    std::vector<clearing::AccountRow> paper_;    ///< By account of the book.
    std::vector<std::vector<Memory>> memories_;  ///< By horizon and account of the book.
    std::vector<bool> unhealthy_;                ///< By MarginAccountId.
    std::vector<bool> hit_;                      ///< Likewise.
    std::vector<bool> opened_;  ///< By account of the book: traders that hold something.
    u64 sampled_ = 0;
    bool begun_ = false;
};

/// Largest ratio of the requirement to what it was up to `seconds` before.
[[nodiscard]] double largest_rise(const std::vector<Row>& rows, u64 seconds);

inline constexpr u64 sample_seconds = 600;

}  // namespace ballast::derivatives
