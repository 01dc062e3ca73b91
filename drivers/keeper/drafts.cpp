#include <ballast/keeper/drafts.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::keeper {

using files::Attempt;
using files::fault;

namespace {

using Marks = std::map<std::string, Price>;

Attempt<Book::Nonces> nonces_of(const Scene& scene) {
    try {
        const Json& nonce = scene.watch.account().at("nonce");
        Book::Nonces nonces;
        nonces.height = scene.watch.account_height();
        nonces.next = nonce.at("next");
        nonces.used = nonce.at("used").get<std::vector<u64>>();
        nonces.window = scene.facts.nonce_window;
        return nonces;
    } catch (const Json::exception& failure) {
        return fault("account: {}", failure.what());
    }
}

// One round of decisions.
class Deciding {
public:
    Deciding(const Scene& scene, Marks marks, Book::Nonces nonces)
        : scene_(scene),
          marks_(std::move(marks)),
          nonces_(std::move(nonces)),
          left_(scene.options.parallel -
                std::min(scene.options.parallel, scene.book.pending().size())) {
        terms_ = scene.options.terms;
        terms_.cost += math::worth(scene.facts.fee,
                                   price_of(scene.facts, marks_, scene.facts.fee_asset), Round::up);
    }

    Attempt<void> lots(std::vector<Listing> listings);
    void portfolios(const std::vector<PortfolioListing>& listings);
    Drafts take() { return std::move(drafts_); }

private:
    Attempt<void> lots_paid_in(AssetId pay, const std::vector<Listing>& listings);
    [[nodiscard]] std::string refusal(const PortfolioListing& listing) const;
    bool add(const Bid& bid, Entry entry);

    const Scene& scene_;
    const Marks marks_;
    Book::Nonces nonces_;
    std::size_t left_;  // Bids that may still be added.
    Terms terms_;
    Drafts drafts_;
};

bool Deciding::add(const Bid& bid, Entry entry) {
    const auto nonce = scene_.book.free_nonce(nonces_);
    if (!nonce || left_ == 0) return false;
    --left_;
    nonces_.used.push_back(*nonce);
    entry.nonce = *nonce;
    entry.bid = bid;
    entry.submitted = scene_.watch.time();
    entry.expires = scene_.watch.time() + scene_.options.expiry_seconds;
    drafts_.entries.push_back(std::move(entry));
    return true;
}

Attempt<void> Deciding::lots(std::vector<Listing> listings) {
    for (const Json& account : scene_.accounts) {
        BALLAST_TRY(auto sales, sales_of(scene_.facts, account));
        // One of them at a time: each sale changes what the others may be.
        if (!sales.empty()) listings.push_back(std::move(sales.front()));
    }
    std::set<AssetId> pays;
    for (const Listing& listing : listings) {
        pays.insert(listing.pay_asset);
        drafts_.seen.insert({listing.auction.of, listing.auction.id});
    }
    for (const AssetId pay : pays) BALLAST_CHECK(lots_paid_in(pay, listings));
    return {};
}

Attempt<void> Deciding::lots_paid_in(AssetId pay, const std::vector<Listing>& listings) {
    std::vector<Auction> auctions;
    std::set<AuctionId> in_place;
    for (const Listing& listing : listings) {
        const Auction& auction = listing.auction;
        if (listing.pay_asset != pay || scene_.book.bidding_on(auction.of, auction.id)) continue;
        auctions.push_back(auction);
        if (listing.kind == "in_place") in_place.insert(auction.id);
    }
    if (auctions.empty() || left_ == 0) return {};
    const Amount reserved = scene_.book.reserved(pay, scene_.watch.account_height());
    BALLAST_TRY(const auto balances, balances_of(scene_.facts, scene_.watch.account().value(
                                                                   "balances", Json::object())));
    const auto balance = balances.find(pay);
    Purse purse{(balance == balances.end() ? Amount() : balance->second) - reserved};
    if (const auto capital = scene_.options.capital)
        purse.free = std::min(purse.free, *capital - reserved);
    for (const Bid& bid : plan(auctions, market_of(scene_, marks_, pay), purse, terms_, left_)) {
        const auto auction = std::ranges::find_if(auctions, [&](const Auction& one) {
            return one.of == bid.of && one.id == bid.auction;
        });
        Entry entry;
        entry.pay_asset = pay;
        entry.parts = auction->parts;
        entry.lot = auction->units;
        entry.in_place = bid.of == Of::auction && in_place.contains(bid.auction);
        if (!add(bid, std::move(entry))) break;
    }
    return {};
}

std::string Deciding::refusal(const PortfolioListing& listing) const {
    if (!listing.refused.empty()) return listing.refused;
    if (scene_.compartment.empty()) return "there is no margin account to take it into";
    if (scene_.compartment != listing.compartment)
        return fmt::format("it is of {}, the margin account of {}", listing.compartment,
                           scene_.compartment);
    return {};
}

void Deciding::portfolios(const std::vector<PortfolioListing>& listings) {
    for (const PortfolioListing& listing : listings) {
        const AuctionId id = listing.portfolio.id;
        drafts_.seen.insert({Of::portfolio, id});
        if (auto words = refusal(listing); !words.empty()) {
            drafts_.refused.push_back({id, std::move(words)});
            continue;
        }
        if (scene_.book.bidding_on(Of::portfolio, id)) continue;
        const auto part = scene_.parts.find(id);
        const Exit exit{scene_.options.slippage,
                        part == scene_.parts.end() ? Ratio::units(ratio_one) : part->second};
        const auto bid =
            decide(listing.portfolio, market_of(scene_, marks_, listing.pay_asset), exit, terms_);
        if (!bid) continue;
        Entry entry;
        entry.pay_asset = listing.pay_asset;
        entry.parts = listing.portfolio.collateral;
        entry.lot = static_cast<u128>(ratio_one);
        if (!add(*bid, std::move(entry))) return;
    }
}

}  // namespace

Market market_of(const Scene& scene, const Marks& marks, AssetId pay) {
    const Facts& facts = scene.facts;
    const Options& options = scene.options;
    const auto outside = [&](AssetId asset) {
        const auto own = options.prices.find(facts.assets[asset.value()]);
        return own != options.prices.end() ? own->second : price_of(facts, marks, asset);
    };
    const u64 now = scene.watch.time();
    const u64 since = now - std::min(now, options.refill_seconds);
    Market market;
    market.pay_price = outside(pay);
    for (u16 i = 0; i < facts.assets.size(); ++i) {
        const AssetId asset(i);
        Outlet outlet{asset, outside(asset), {}, scene.book.coming(asset, since)};
        const auto depth = options.depths.find(facts.assets[i]);
        if (depth != options.depths.end())
            outlet.depth = depth->second;
        else
            outlet.depth = {{limits::supply_max, options.slippage}};
        market.outlets.push_back(std::move(outlet));
    }
    return market;
}

Attempt<Drafts> draft(const Scene& scene) {
    BALLAST_TRY(auto marks, scene.watch.marks());
    BALLAST_TRY(auto nonces, nonces_of(scene));
    BALLAST_TRY(auto listings, scene.watch.listings(scene.facts, marks));
    BALLAST_TRY(const auto portfolios, scene.watch.portfolios(scene.facts, marks));
    Deciding round(scene, std::move(marks), std::move(nonces));
    BALLAST_CHECK(round.lots(std::move(listings)));
    round.portfolios(portfolios);
    return round.take();
}

}  // namespace ballast::keeper
