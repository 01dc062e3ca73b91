/// Prices and those who report them: quiet days, crashes, depegs, outages, and publishers who are
/// late, wrong or lie.
#pragma once

#include "market.hpp"

#include <ballast/engine/block.hpp>

namespace ballast::simulation {

class World {
public:
    explicit World(const Market& market, const crypto::Digest& chain, u64 seed);

    /// Seconds until the next block: mostly twelve, sometimes none, sometimes days.
    [[nodiscard]] u64 step();
    /// Moves the prices on and returns what is reported of them at `now`.
    [[nodiscard]] std::vector<oracle::Report> report(u64 now);
    [[nodiscard]] i64 price(FeedId feed) const { return prices_[feed.value()]; }

private:
    void move();
    void move_one(FeedId feed, i64 base, i64 wild_per_mille);
    void move_volatility(FeedId feed);
    void add(std::vector<oracle::Report>& reports, oracle::Report report);
    void spoil(oracle::Report& report);
    void sign(oracle::Report& report) const;

    const Market& market_;
    crypto::Digest chain_;
    Random random_;
    std::array<i64, feeds_most> prices_{};
    std::array<i64, feeds_most> targets_{};  ///< Where a crash is heading; 0: nowhere.
    u32 silent_blocks_ = 0;                  ///< An outage of everybody...
    u32 thin_blocks_ = 0;                    ///< ...or of all but two.
};

}  // namespace ballast::simulation
