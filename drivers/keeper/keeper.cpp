#include <ballast/keeper/keeper.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/keeper/crew.hpp>
#include <ballast/keeper/desk.hpp>
#include <ballast/keeper/watch.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>
#include <set>

namespace ballast::keeper {

using files::Attempt;
using files::fault;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds nap{200};  // Longest between two looks at `stop`.

std::string told(Amount amount) {
    return files::decimal_text(amount.units(), files::money_decimals, files::money_decimals);
}
std::string told(Cash cash) {
    return files::decimal_text(cash.units(), files::money_decimals, 2);
}
std::string told(Ray ray) {
    return files::decimal_text(static_cast<i128>(ray.units()), 27, 8);
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
    [[nodiscard]] Market market_of(const std::map<std::string, Price>& marks, AssetId pay) const;
    [[nodiscard]] std::vector<Draft> draft_in(AssetId pay, const std::vector<Listing>& listings,
                                              const std::map<std::string, Price>& marks,
                                              Book::Nonces& nonces, std::size_t most);
    [[nodiscard]] Attempt<Book::Nonces> nonces() const;
    void sign_and_try(std::vector<Draft> drafts);
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
    std::set<AuctionId> auctions_;
    std::map<std::string, u64> skips_;
    std::map<AssetId, Amount> start_;
    u64 skipped_ = 0;
    u64 interruptions_ = 0;
    std::set<Watch::Channel> away_;
    u64 decided_ = 0;  // Height of the last decisions.
    std::string last_fault_;
    std::mutex telling_;

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
    if (sentence == last_fault_) return;
    last_fault_ = sentence;
    say(Notice::Kind::fault, sentence, {{"fault", sentence}});
}

Attempt<void> Keeper::subscribe(const char* channel, const Json& params, Watch::Channel which) {
    const auto subscribed = desk_->client().subscribe(
        channel, params, [this, which](const client::Message& message) { heard(which, message); });
    if (!subscribed) return fault("channel {}: {}", channel, subscribed.error().message);
    return {};
}

void Keeper::heard(Watch::Channel which, const client::Message& message) {
    {
        const std::lock_guard lock(mutex_);
        if (message.type == client::Message::Type::interrupted) {
            away_.insert(which);
            ++interruptions_;
            return;
        }
        away_.erase(which);
        if (message.type == client::Message::Type::heartbeat) return;
        const auto taken = watch_.take(which, message.height, message.body.value("time", u64{0}),
                                       message.body.value("data", Json()));
        if (!taken) last_fault_ = taken.error().sentence;
    }
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

Attempt<Book::Nonces> Keeper::nonces() const {
    try {
        const Json& nonce = watch_.account().at("nonce");
        Book::Nonces nonces;
        nonces.height = watch_.account_height();
        nonces.next = nonce.at("next");
        nonces.used = nonce.at("used").get<std::vector<u64>>();
        nonces.window = facts_.nonce_window;
        return nonces;
    } catch (const Json::exception& failure) {
        return fault("account: {}", failure.what());
    }
}

Market Keeper::market_of(const std::map<std::string, Price>& marks, AssetId pay) const {
    const auto outside = [&](AssetId asset) {
        const auto own = options_.prices.find(facts_.assets[asset.value()]);
        return own != options_.prices.end() ? own->second : price_of(facts_, marks, asset);
    };
    const u64 since = watch_.time() - std::min(watch_.time(), options_.refill_seconds);
    Market market;
    market.pay_price = outside(pay);
    for (u16 i = 0; i < facts_.assets.size(); ++i) {
        const AssetId asset(i);
        Outlet outlet{asset, outside(asset), {}, book_.coming(asset, since)};
        const auto depth = options_.depths.find(facts_.assets[i]);
        if (depth != options_.depths.end())
            outlet.depth = depth->second;
        else
            outlet.depth = {{limits::supply_max, options_.slippage}};
        market.outlets.push_back(std::move(outlet));
    }
    return market;
}

std::vector<Draft> Keeper::draft_in(AssetId pay, const std::vector<Listing>& listings,
                                    const std::map<std::string, Price>& marks, Book::Nonces& nonces,
                                    std::size_t most) {
    std::vector<Auction> auctions;
    std::map<AuctionId, bool> in_place;
    for (const Listing& listing : listings) {
        if (listing.pay_asset != pay || book_.bidding_on(listing.auction.id)) continue;
        auctions.push_back(listing.auction);
        in_place[listing.auction.id] = listing.kind == "in_place";
    }
    const Amount reserved = book_.reserved(pay, watch_.account_height());
    const auto balances = balances_of(facts_, watch_.account().value("balances", Json::object()));
    if (!balances || auctions.empty()) return {};
    const auto balance = balances->find(pay);
    Purse purse{(balance == balances->end() ? Amount() : balance->second) - reserved};
    if (options_.capital) purse.free = std::min(purse.free, *options_.capital - reserved);
    const Market market = market_of(marks, pay);
    Terms terms = options_.terms;
    terms.cost += math::worth(facts_.fee, price_of(facts_, marks, facts_.fee_asset), Round::up);
    std::vector<Draft> drafts;
    for (const Bid& bid : plan(auctions, market, purse, terms, most)) {
        const auto nonce = book_.free_nonce(nonces);
        if (!nonce) break;
        nonces.used.push_back(*nonce);
        const auto& auction = *std::ranges::find(auctions, bid.auction, &Auction::id);
        Draft draft;
        draft.entry.nonce = *nonce;
        draft.entry.bid = bid;
        draft.entry.pay_asset = pay;
        draft.entry.parts = auction.parts;
        draft.entry.lot = auction.units;
        draft.entry.in_place = in_place[bid.auction];
        draft.entry.submitted = watch_.time();
        draft.entry.expires = watch_.time() + options_.expiry_seconds;
        drafts.push_back(std::move(draft));
    }
    return drafts;
}

// What to bid on now.  Nothing where a channel is away, or nothing has happened since.
Attempt<std::vector<Draft>> Keeper::draft() {
    const std::lock_guard lock(mutex_);
    std::vector<Draft> drafts;
    if (!watch_.ready() || !away_.empty() || watch_.height() <= decided_) return drafts;
    decided_ = watch_.height();
    BALLAST_TRY(const auto marks, watch_.marks());
    BALLAST_TRY(const auto listings, watch_.listings(facts_, marks));
    std::set<AssetId> pays;
    for (const Listing& listing : listings) {
        pays.insert(listing.pay_asset);
        auctions_.insert(listing.auction.id);
    }
    BALLAST_TRY(Book::Nonces free, nonces());
    const std::size_t in_flight = book_.pending().size();
    for (const AssetId pay : pays) {
        const std::size_t begun = in_flight + drafts.size();
        if (begun >= options_.parallel) break;
        for (Draft& one : draft_in(pay, listings, marks, free, options_.parallel - begun))
            drafts.push_back(std::move(one));
    }
    return drafts;
}

void Keeper::sign_and_try(std::vector<Draft> drafts) {
    std::vector<Signed> bids;
    for (Draft& one : drafts) {
        auto bytes = desk_->sign(one.entry.bid, one.entry.nonce, one.entry.expires);
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
        const std::string& reason = (*trials)[i].reason;
        {
            const std::lock_guard lock(mutex_);
            ++skipped_;
            ++skips_[reason];
        }
        say(Notice::Kind::skipped,
            fmt::format("auction {:<6} {}", drafts[i].entry.bid.auction.value(), reason),
            {{"auction", drafts[i].entry.bid.auction.value()}, {"reason", reason}});
    }
}

void Keeper::hand_in(Draft draft) {
    const Bid bid = draft.entry.bid;
    const Signed bytes = draft.bytes;
    const std::string& pay = facts_.assets[draft.entry.pay_asset.value()];
    say(Notice::Kind::bid,
        fmt::format("auction {:<6} at most {} {} at {}, to gain {}", bid.auction.value(),
                    told(bid.pay_max), pay, told(bid.price_max), told(bid.profit)),
        {{"auction", bid.auction.value()},
         {"nonce", draft.entry.nonce},
         {"pay_max", told(bid.pay_max)},
         {"price_max", told(bid.price_max)},
         {"profit", told(bid.profit)},
         {"id", draft.entry.id}});
    std::size_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = book_.submit(std::move(draft.entry));
    }
    const bool added = crew_.add([this, number, bytes, auction = bid.auction] {
        finish(number, desk_->submit(bytes, auction));
    });
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
        entry = book_.entries()[number];
    }
    ended(entry);
    changed_.notify_all();
}

void Keeper::ended(const Entry& entry) {
    const auto auction = entry.bid.auction.value();
    Json json{{"auction", auction}, {"nonce", entry.nonce}, {"id", entry.id}};
    if (entry.height > 0) json["height"] = entry.height;
    switch (entry.end) {
        case End::pending: return;
        case End::won: {
            const auto units = Amount::units(static_cast<i128>(entry.units));
            json.update({{"paid", told(entry.paid)},
                         {"units", told(units)},
                         {"reward", told(entry.reward)}});
            return say(Notice::Kind::won,
                       fmt::format("auction {:<6} paid {} for {}, reward {}", auction,
                                   told(entry.paid), told(units), told(entry.reward)),
                       std::move(json));
        }
        case End::lost:
            json["reason"] = entry.reason;
            return say(Notice::Kind::lost, fmt::format("auction {:<6} {}", auction, entry.reason),
                       std::move(json));
        case End::expired:
            return say(Notice::Kind::expired, fmt::format("auction {:<6}", auction),
                       std::move(json));
    }
}

// Asks what became of bids whose answer was lost.
void Keeper::chase() {
    struct Question {
        std::size_t number;
        std::string id;
        AuctionId auction;
        bool over;
    };
    std::vector<Question> questions;
    {
        const std::lock_guard lock(mutex_);
        for (const std::size_t number : lost_sight_) {
            const Entry& entry = book_.entries()[number];
            questions.push_back(
                {number, entry.id, entry.bid.auction, watch_.time() > entry.expires});
        }
    }
    for (const Question& one : questions) {
        if (stop_) return;
        finish(one.number, desk_->find(one.id, one.auction, one.over));
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
        const Price price =
            market_of(marks ? *marks : std::map<std::string, Price>(), pay).pay_price;
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
