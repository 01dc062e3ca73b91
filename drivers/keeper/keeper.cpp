#include <ballast/keeper/keeper.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/keeper/crew.hpp>
#include <ballast/keeper/desk.hpp>
#include <ballast/keeper/drafts.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>
#include <set>

namespace ballast::keeper {

using files::Attempt;
using files::fault;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds nap{200};                // Longest between two looks at `stop`.
constexpr std::size_t accounts_looked_at = 16;  // Unhealthy margin accounts, per block.
constexpr Ratio part_least = Ratio::units(ratio_one / 256);  // Of a portfolio.

std::string told(Amount amount) {
    return files::decimal_text(amount.units(), files::money_decimals, files::money_decimals);
}
std::string told(Cash cash) {
    return files::decimal_text(cash.units(), files::money_decimals, 2);
}
std::string told(Ray ray) {
    return files::decimal_text(static_cast<i128>(ray.units()), 27, 8);
}

std::string_view name(Of of) {
    switch (of) {
        case Of::auction: return "auction";
        case Of::portfolio: return "portfolio";
        case Of::collateral: return "account";
    }
    std::unreachable();
}

std::string label(const Bid& bid) {
    return fmt::format("{} {:<6}", name(bid.of), bid.auction.value());
}
Json about(const Bid& bid) {
    return {{"auction", bid.auction.value()}, {"of", name(bid.of)}};
}
Json about(const Bid& bid, const std::string& reason) {
    Json json = about(bid);
    json["reason"] = reason;
    return json;
}

// " at 12.5": what a lot may cost per unit; other kinds are limited by their payment alone.
std::string limit_of(const Bid& bid) {
    return bid.of == Of::auction ? fmt::format(" at {}", told(bid.price_max)) : std::string();
}

std::string part_text(const Entry& entry) {
    return fmt::format(
        "{} of it", files::decimal_text(static_cast<i128>(entry.units), files::ratio_decimals, 4));
}

// Refusals that a smaller part may not meet.
bool wants_margin(const std::string& reason) {
    return reason == "account_keeper_margin" || reason == "margin_under_initial" ||
           reason == "account_layers_empty";
}

// A bid on its way from decision to node.
struct Draft {
    Entry entry;
    Signed bytes;
};

class Keeper {
public:
    Keeper(const Options& options, std::unique_ptr<Desk> desk, const std::atomic<bool>& stop,
           const std::function<void(const Notice&)>& tell)
        : options_(options),
          stop_(stop),
          tell_(tell),
          facts_(desk->facts()),
          desk_(std::move(desk)),
          crew_(std::clamp<std::size_t>(options.parallel, 1, parallel_max)) {}

    Attempt<void> begin();
    void work();
    Attempt<Summary> end();

private:
    Attempt<void> subscribe(const char* channel, const Json& params, Watch::Channel which);
    void heard(Watch::Channel which, const client::Message& message);
    [[nodiscard]] Attempt<std::vector<Draft>> draft();
    [[nodiscard]] Attempt<std::vector<Json>> unhealthy_accounts();
    Attempt<void> own_margin_account();
    void left_alone(const Refusal& refusal);
    void sign_and_try(std::vector<Draft> drafts);
    void skip(const Bid& bid, const std::string& reason);
    void hand_in(Draft draft);
    void finish(std::size_t number, const Outcome& outcome);
    void chase();
    void ended(const Entry& entry);
    void say(Notice::Kind kind, std::string words, Json json = Json::object());
    void fault_once(const std::string& sentence);

    const Options& options_;
    const std::atomic<bool>& stop_;
    const std::function<void(const Notice&)>& tell_;
    const Facts facts_;

    std::mutex mutex_;  // Of everything down to the desk.
    std::condition_variable changed_;
    Watch watch_;
    Book book_;
    std::set<std::size_t> lost_sight_;  // Bids in flight whose answer was lost.
    std::set<std::pair<Of, AuctionId>> auctions_;
    std::map<AuctionId, Ratio> parts_;  // Of portfolios, what there was margin for.
    std::map<std::string, u64> skips_;
    std::map<AssetId, Amount> start_;
    u64 skipped_ = 0;
    u64 interruptions_ = 0;
    std::set<Watch::Channel> away_;
    u64 decided_ = 0;  // Height of the last decisions.
    std::string last_fault_;
    std::mutex telling_;

    std::string compartment_;                             // Of the margin account.
    std::map<AuctionId, std::set<std::string>> refused_;  // Portfolios, and why.
    std::unique_ptr<Desk> desk_;
    Crew crew_;
};

void Keeper::say(Notice::Kind kind, std::string words, Json json) {
    const std::lock_guard lock(telling_);
    Json out{{"kind", name(kind)}};
    out.update(json);
    tell_({kind, std::move(words), std::move(out)});
}

// The same sentence block after block is told once.
void Keeper::fault_once(const std::string& sentence) {
    {
        const std::lock_guard lock(mutex_);
        if (sentence == last_fault_) return;
        last_fault_ = sentence;
    }
    say(Notice::Kind::fault, sentence, {{"fault", sentence}});
}

Attempt<void> Keeper::subscribe(const char* channel, const Json& params, Watch::Channel which) {
    const auto subscribed = desk_->client().subscribe(
        channel, params, [this, which](const client::Message& message) { heard(which, message); });
    if (!subscribed) return fault("channel {}: {}", channel, subscribed.error().message);
    return {};
}

void Keeper::heard(Watch::Channel which, const client::Message& message) {
    Attempt<void> taken;
    {
        const std::lock_guard lock(mutex_);
        if (message.type == client::Message::Type::interrupted) {
            away_.insert(which);
            ++interruptions_;
            return;
        }
        away_.erase(which);
        if (message.type == client::Message::Type::heartbeat) return;
        taken = watch_.take(which, message.height, message.body.value("time", u64{0}),
                            message.body.value("data", Json()));
    }
    if (!taken) fault_once(taken.error().sentence);
    changed_.notify_all();
}

Attempt<void> Keeper::begin() {
    BALLAST_TRY(const Json account, desk_->account());
    BALLAST_TRY(start_, balances_of(facts_, account.value("balances", Json::object())));
    std::string purse;
    for (const auto& [asset, amount] : start_)
        purse += fmt::format(" {} {}", told(amount), facts_.assets[asset.value()]);
    say(Notice::Kind::start,
        fmt::format("account {} on {}:{}", options_.account.value(), facts_.chain, purse),
        {{"account", options_.account.value()},
         {"chain", facts_.chain},
         {"balances", account.value("balances", Json::object())}});
    BALLAST_CHECK(own_margin_account());
    BALLAST_CHECK(
        subscribe("account", {{"account", options_.account.value()}}, Watch::Channel::account));
    BALLAST_CHECK(subscribe("prices", Json::object(), Watch::Channel::prices));
    BALLAST_CHECK(
        subscribe("health",
                  {{"within", files::decimal_text(options_.health.units(), files::ratio_decimals,
                                                  files::ratio_decimals)}},
                  Watch::Channel::health));
    return subscribe("auctions", Json::object(), Watch::Channel::auctions);
}

Attempt<void> Keeper::own_margin_account() {
    if (!options_.margin_account) return {};
    const u32 number = options_.margin_account->value();
    BALLAST_TRY(const Json own, desk_->margin_account(number));
    if (own.value("owner", u32{0}) != options_.account.value())
        return fault("margin account {}: belongs to account {}, not to {}", number,
                     own.value("owner", u32{0}), options_.account.value());
    compartment_ = own.value("compartment", "");
    return {};
}

void Keeper::work() {
    while (!stop_) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, nap, [&] {
                return stop_ || (watch_.ready() && away_.empty() && watch_.height() > decided_);
            });
        }
        if (stop_) return;
        chase();
        auto drafts = draft();
        if (!drafts)
            fault_once(drafts.error().sentence);
        else if (!drafts->empty())
            sign_and_try(std::move(*drafts));
    }
}

// Margin accounts that are unhealthy, as the node tells of each.
Attempt<std::vector<Json>> Keeper::unhealthy_accounts() {
    std::vector<u32> numbers;
    {
        const std::lock_guard lock(mutex_);
        if (watch_.height() > decided_) numbers = watch_.unhealthy_accounts(accounts_looked_at);
    }
    std::vector<Json> accounts;
    for (const u32 number : numbers) {
        BALLAST_TRY(Json account, desk_->margin_account(number));
        accounts.push_back(std::move(account));
    }
    return accounts;
}

// What to bid on now.  Nothing where a channel is away, or nothing has happened since.
Attempt<std::vector<Draft>> Keeper::draft() {
    BALLAST_TRY(std::vector<Json> accounts, unhealthy_accounts());
    std::vector<Draft> drafts;
    std::vector<Refusal> refused;
    {
        const std::lock_guard lock(mutex_);
        if (!watch_.ready() || !away_.empty() || watch_.height() <= decided_) return drafts;
        decided_ = watch_.height();
        BALLAST_TRY(Drafts decided, keeper::draft({options_, facts_, watch_, book_, compartment_,
                                                   std::move(accounts), parts_}));
        for (Entry& entry : decided.entries) drafts.push_back({std::move(entry), {}});
        for (const auto& one : decided.seen) auctions_.insert(one);
        refused = std::move(decided.refused);
    }
    for (const Refusal& one : refused) left_alone(one);
    return drafts;
}

// Each reason is told once.
void Keeper::left_alone(const Refusal& refusal) {
    {
        const std::lock_guard lock(mutex_);
        if (!refused_[refusal.auction].insert(refusal.words).second) return;
    }
    say(Notice::Kind::skipped,
        fmt::format("portfolio {:<4} left alone: {}", refusal.auction.value(), refusal.words),
        {{"auction", refusal.auction.value()}, {"of", "portfolio"}, {"reason", refusal.words}});
}

void Keeper::sign_and_try(std::vector<Draft> drafts) {
    std::vector<Signed> bids;
    for (Draft& one : drafts) {
        auto bytes = desk_->sign(one.entry, options_.margin_account);
        if (!bytes) return fault_once(bytes.error().sentence);
        one.bytes = *bytes;
        one.entry.id = bytes->id;
        bids.push_back(std::move(*bytes));
    }
    const auto trials = desk_->try_all(bids);
    if (!trials) return fault_once(trials.error().sentence);
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if ((*trials)[i].accepted) {
            hand_in(std::move(drafts[i]));
            continue;
        }
        skip(drafts[i].entry.bid, (*trials)[i].reason);
    }
}

void Keeper::skip(const Bid& bid, const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        ++skipped_;
        ++skips_[reason];
        if (bid.of == Of::portfolio) {
            // Half as much next time; when there is too little left of that, all of it anew.
            const Ratio half = Ratio::units(static_cast<i64>(bid.units / 2));
            if (wants_margin(reason) && half > part_least)
                parts_[bid.auction] = half;
            else
                parts_.erase(bid.auction);
            if (!refused_[bid.auction].insert(reason).second) return;  // Told before.
        }
    }
    say(Notice::Kind::skipped, fmt::format("{} {}", label(bid), reason), about(bid, reason));
}

void Keeper::hand_in(Draft draft) {
    const Bid bid = draft.entry.bid;
    const Signed bytes = draft.bytes;
    const std::string& pay = facts_.assets[draft.entry.pay_asset.value()];
    Json json = about(bid);
    json.update({{"nonce", draft.entry.nonce},
                 {"pay_max", told(bid.pay_max)},
                 {"price_max", told(bid.price_max)},
                 {"profit", told(bid.profit)},
                 {"id", draft.entry.id}});
    say(Notice::Kind::bid,
        fmt::format("{} at most {} {}{}, to gain {}", label(bid), told(bid.pay_max), pay,
                    limit_of(bid), told(bid.profit)),
        std::move(json));
    std::size_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = book_.submit(std::move(draft.entry));
    }
    const bool added =
        crew_.add([this, number, bytes, bid] { finish(number, desk_->submit(bytes, bid)); });
    if (added) return;
    Outcome outcome;
    outcome.end = End::lost;
    outcome.reason = "not_handed_in";
    finish(number, outcome);
}

void Keeper::finish(std::size_t number, const Outcome& outcome) {
    Entry entry;
    {
        const std::lock_guard lock(mutex_);
        if (outcome.end == End::pending) {
            lost_sight_.insert(number);
            return;
        }
        lost_sight_.erase(number);
        if (!book_.close(number, outcome)) return;
        if (book_.entries()[number].in_margin()) parts_.erase(book_.entries()[number].bid.auction);
        entry = book_.entries()[number];
    }
    ended(entry);
    changed_.notify_all();
}

void Keeper::ended(const Entry& entry) {
    const std::string what = label(entry.bid);
    Json json = about(entry.bid);
    json.update({{"nonce", entry.nonce}, {"id", entry.id}});
    if (entry.height > 0) json["height"] = entry.height;
    switch (entry.end) {
        case End::pending: return;
        case End::won: {
            const auto units = Amount::units(static_cast<i128>(entry.units));
            json.update({{"paid", told(entry.paid)},
                         {"units", told(units)},
                         {"reward", told(entry.reward)}});
            return say(
                Notice::Kind::won,
                fmt::format("{} paid {} for {}, reward {}", what, told(entry.paid),
                            entry.in_margin() ? part_text(entry) : told(units), told(entry.reward)),
                std::move(json));
        }
        case End::lost:
            json["reason"] = entry.reason;
            return say(Notice::Kind::lost, fmt::format("{} {}", what, entry.reason),
                       std::move(json));
        case End::expired: return say(Notice::Kind::expired, what, std::move(json));
    }
}

// Asks what became of bids whose answer was lost.
void Keeper::chase() {
    struct Question {
        std::size_t number;
        std::string id;
        Bid bid;
        bool over;
    };
    std::vector<Question> questions;
    {
        const std::lock_guard lock(mutex_);
        for (const std::size_t number : lost_sight_) {
            const Entry& entry = book_.entries()[number];
            questions.push_back({number, entry.id, entry.bid, watch_.time() > entry.expires});
        }
    }
    for (const Question& one : questions) {
        if (stop_) return;
        finish(one.number, desk_->find(one.id, one.bid, one.over));
    }
}

Attempt<Summary> Keeper::end() {
    const auto until = steady_clock::now() + options_.patience;
    {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until, [&] { return book_.pending().empty(); });
    }
    const auto account = desk_->account();
    const std::lock_guard lock(mutex_);
    Summary summary;
    summary.count = book_.count();
    summary.skipped = skipped_;
    summary.interruptions = interruptions_;
    summary.auctions = auctions_.size();
    summary.reasons = book_.reasons();
    summary.skips = skips_;
    summary.near_threshold = watch_.near_threshold();
    summary.height = watch_.height();
    summary.time = watch_.time();
    std::map<AssetId, Amount> now;
    if (account) {
        BALLAST_TRY(now, balances_of(facts_, account->value("balances", Json::object())));
        for (const Difference& one : reconcile(start_, now, book_, facts_.fee_asset))
            summary.differences.push_back(fmt::format("{}: {} is there, the bids explain {}",
                                                      facts_.assets[one.asset.value()],
                                                      told(one.found), told(one.expected)));
    } else {
        summary.differences.push_back(account.error().sentence);
    }
    const auto marks = watch_.marks();
    std::set<AssetId> pays;
    for (const Entry& entry : book_.entries()) pays.insert(entry.pay_asset);
    for (const AssetId pay : pays) {
        Standing standing;
        standing.asset = facts_.assets[pay.value()];
        standing.result = book_.result(pay);
        standing.start = start_[pay];
        standing.now = now[pay];
        const Price price = market_of({options_, facts_, watch_, book_, {}, {}, {}},
                                      marks ? *marks : std::map<std::string, Price>(), pay)
                                .pay_price;
        const Amount out = standing.result.paid + standing.result.fees - standing.result.reward;
        standing.profit = standing.result.proceeds - math::worth(out, price, Round::up);
        summary.standings.push_back(std::move(standing));
    }
    for (const auto& [asset, change] : book_.changes(facts_.fee_asset))
        if (change > Amount() && !pays.contains(asset))
            summary.gained[facts_.assets[asset.value()]] = change;
    return summary;
}

}  // namespace

std::string_view name(Notice::Kind kind) {
    switch (kind) {
        case Notice::Kind::start: return "start";
        case Notice::Kind::bid: return "bid";
        case Notice::Kind::won: return "won";
        case Notice::Kind::lost: return "lost";
        case Notice::Kind::expired: return "expired";
        case Notice::Kind::skipped: return "skipped";
        case Notice::Kind::fault: return "fault";
    }
    std::unreachable();
}

Attempt<Summary> keep(const Options& options, const keys::Signer& signer,
                      const std::atomic<bool>& stop,
                      const std::function<void(const Notice&)>& tell) {
    BALLAST_TRY(auto desk, Desk::open(options.node, options.account, signer));
    Keeper keeper(options, std::move(desk), stop, tell);
    BALLAST_CHECK(keeper.begin());
    keeper.work();
    return keeper.end();
}

}  // namespace ballast::keeper
