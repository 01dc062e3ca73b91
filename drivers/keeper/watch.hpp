/// What the channels of a node have told: auctions, prices, the keeper's account and the vaults
/// near their threshold, as they stand.
#pragma once

#include <ballast/keeper/sight.hpp>

#include <map>
#include <string>

namespace ballast::keeper {

/// The rows of one channel that tells what changed.
class Rows {
public:
    /// `names` are the members by which a row is known.
    explicit Rows(std::vector<std::string> names) : names_(std::move(names)) {}

    /// Takes in the data of a message: {"whole", "changed", "removed"}.  A fault where it is not
    /// that; then nothing is changed.
    files::Attempt<void> apply(const Json& data);
    [[nodiscard]] const std::map<std::string, Json>& rows() const { return rows_; }

private:
    [[nodiscard]] std::string key_of(const Json& row) const;
    std::vector<std::string> names_;
    std::map<std::string, Json> rows_;
};

/// Everything that a decision is made on.  Not for several threads at once.
class Watch {
public:
    enum class Channel : u8 { auctions, prices, account, health };

    /// Takes in one message of a channel: its height, the time of that block, and its data.
    files::Attempt<void> take(Channel channel, u64 height, u64 time, const Json& data);

    /// Auctions, prices and the account are known.
    [[nodiscard]] bool ready() const { return auctions_seen_ && prices_seen_ && account_seen_; }
    [[nodiscard]] u64 height() const { return height_; }  ///< Of the newest message.
    [[nodiscard]] u64 time() const { return time_; }
    /// Of the account's newest message, so that a purse is never thought newer than it is.
    [[nodiscard]] u64 account_height() const { return account_height_; }
    [[nodiscard]] u64 auctions_height() const { return auctions_height_; }
    [[nodiscard]] std::size_t near_threshold() const { return health_.rows().size(); }

    [[nodiscard]] files::Attempt<std::map<std::string, Price>> marks() const;
    [[nodiscard]] files::Attempt<std::vector<Listing>> listings(
        const Facts& facts, const std::map<std::string, Price>& marks) const;
    [[nodiscard]] files::Attempt<std::vector<PortfolioListing>> portfolios(
        const Facts& facts, const std::map<std::string, Price>& marks) const;
    /// Margin accounts that are unhealthy, by number; at most `most`.
    [[nodiscard]] std::vector<u32> unhealthy_accounts(std::size_t most) const;
    [[nodiscard]] const Json& account() const { return account_; }  ///< As account.get.

private:
    Rows auctions_{{"of", "auction"}};
    Rows prices_{{"feed"}};
    Rows health_{{"of", "number"}};
    Json account_;
    bool auctions_seen_ = false;
    bool prices_seen_ = false;
    bool account_seen_ = false;
    u64 height_ = 0;
    u64 time_ = 0;
    u64 account_height_ = 0;
    u64 auctions_height_ = 0;
};

}  // namespace ballast::keeper
