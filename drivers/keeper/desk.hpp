/// A keeper's dealings with a node: what he asks, tries and hands in.
#pragma once

#include <ballast/client/client.hpp>
#include <ballast/keeper/book.hpp>
#include <ballast/keeper/sight.hpp>
#include <ballast/keys/keys.hpp>

namespace ballast::keeper {

/// A bid as a transaction.
struct Signed {
    std::string bytes;  ///< Protobuf, hexadecimal.
    std::string id;     ///< SHA-256 of its encoding, hexadecimal.
};

/// What trying a bid gave.
struct Trial {
    bool accepted = false;
    std::string reason;  ///< Of the rejection.
};

/// Any thread.
class Desk {
public:
    /// Asks for the market.  A fault where the node cannot be reached or says what is none.
    static files::Attempt<std::unique_ptr<Desk>> open(const std::string& url, AccountId account,
                                                      const keys::Signer& signer);

    [[nodiscard]] const Facts& facts() const { return facts_; }
    [[nodiscard]] client::Client& client() { return *client_; }

    /// `keeper` is the margin account that portfolios go to; it is there where one is bid on.
    [[nodiscard]] files::Attempt<Signed> sign(const Entry& entry,
                                              std::optional<MarginAccountId> keeper) const;
    /// Tries all of them on the last block, one after another.
    [[nodiscard]] files::Attempt<std::vector<Trial>> try_all(std::span<const Signed> bids);
    /// Hands a bid in and waits for its end.  Pending: the answer was lost; ask `find` later.
    [[nodiscard]] Outcome submit(const Signed& bytes, const Bid& bid);
    /// What became of a bid whose answer was lost.  `over`: no block can hold it any more, so that
    /// what is not found has expired.
    [[nodiscard]] Outcome find(const std::string& id, const Bid& bid, bool over);
    /// The account as account.get tells it.
    [[nodiscard]] files::Attempt<Json> account();
    /// A margin account as margin.get tells it.
    [[nodiscard]] files::Attempt<Json> margin_account(u32 number);

private:
    Desk(std::unique_ptr<client::Client> client, AccountId account, const keys::Signer& signer)
        : client_(std::move(client)), account_(account), signer_(signer) {}
    files::Attempt<void> learn();
    [[nodiscard]] Outcome of_receipt(const Json& data, u64 time, const Bid& bid);
    files::Attempt<void> add_events(Outcome& outcome, const Bid& bid);

    std::unique_ptr<client::Client> client_;
    AccountId account_;
    const keys::Signer& signer_;
    Facts facts_;
    engine::Genesis names_;  // As far as a signature in words needs it.
    crypto::Digest chain_{};
};

}  // namespace ballast::keeper
