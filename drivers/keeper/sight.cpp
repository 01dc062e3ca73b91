#include <ballast/keeper/sight.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::keeper {

using files::Attempt;
using files::fault;

namespace {

constexpr u32 ray_decimals = 27;

// Inside the doors what the node says wrongly is thrown, and told as a fault at the door.
struct Wrong {
    std::string what;
};

i128 number(const Json& object, const char* field, u32 decimals, i128 limit) {
    const Json& value = object.at(field);
    if (!value.is_string()) throw Wrong{fmt::format("{}: {} is no decimal", field, value.dump())};
    const auto text = value.get<std::string>();
    const auto parsed = files::parse_decimal(text, decimals, Round::down, limit);
    if (!parsed) throw Wrong{fmt::format("{}: '{}' {}", field, text, phrase(parsed.error()))};
    return *parsed;
}

Amount amount(const Json& object, const char* field) {
    return Amount::units(number(object, field, files::money_decimals, math::money_max));
}

Cash cash(const Json& object, const char* field) {
    return Cash::units(amount(object, field).units());
}

Ratio ratio(const Json& object, const char* field) {
    return Ratio::units(
        static_cast<i64>(number(object, field, files::ratio_decimals, limits::ratio_max.units())));
}

Ray ray(const Json& object, const char* field) {
    const i128 value = number(object, field, ray_decimals, math::i128_max);
    if (value < 0) throw Wrong{fmt::format("{}: is negative", field)};
    return Ray::units(static_cast<u128>(value));
}

std::string text_or_empty(const Json& object, const char* field) {
    const auto value = object.find(field);
    return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

AssetId asset_named(const Facts& facts, const std::string& name) {
    const auto asset = facts.asset(name);
    if (!asset) throw Wrong{fmt::format("'{}' is no asset of the market", name)};
    return *asset;
}

// Calls `read` and turns what it throws into a fault about `what`.
template <class Read>
auto guarded(const char* what, Read read) -> Attempt<decltype(read())> {
    try {
        return read();
    } catch (const Wrong& wrong) {
        return fault("{}: {}", what, wrong.what);
    } catch (const Json::exception& failure) {
        return fault("{}: {}", what, failure.what());
    }
}

TypeFacts type_facts(const Facts& facts, const Json& type) {
    const Json& auction = type.at("auction");
    TypeFacts out;
    out.name = type.at("name");
    out.debt = asset_named(facts, type.at("debt_asset"));
    out.debt_feed = text_or_empty(type, "debt_feed");
    out.minimum_debt = amount(type, "minimum_debt");
    out.remainder_min = amount(auction, "remainder_min");
    out.tip = amount(auction, "tip");
    out.chip = ratio(auction, "chip");
    out.curve = auction.at("curve");
    out.discount = ratio(auction, "discount");
    out.close_factor = ratio(auction, "close_factor");
    return out;
}

// Of a vault type or a compartment; the first that names a feed is believed.
void price_collateral(Facts& facts, const Json& type) {
    for (const Json& part : type.at("collateral")) {
        Pricing& pricing = facts.pricing[asset_named(facts, part.at("asset")).value()];
        if (!pricing.feed.empty()) continue;
        pricing.feed = part.at("feed");
        pricing.rate_feed = text_or_empty(part, "rate_feed");
    }
}

Facts read_facts(const Json& info) {
    Facts facts;
    facts.chain = info.at("chain_id");
    facts.digest = info.at("digest");
    for (const Json& asset : info.at("assets")) {
        facts.assets.push_back(asset.at("name"));
        facts.kinds.push_back(asset.at("kind"));
        facts.pricing.push_back({text_or_empty(asset, "feed"), ""});
    }
    for (const Json& type : info.at("vault_types")) {
        facts.types.push_back(type_facts(facts, type));
        price_collateral(facts, type);
        const TypeFacts& read = facts.types.back();
        if (!read.debt_feed.empty()) facts.pricing[read.debt.value()].feed = read.debt_feed;
    }
    for (const Json& compartment : info.at("compartments")) {
        price_collateral(facts, compartment);
        facts.cash[compartment.at("name")] = asset_named(facts, compartment.at("synthetic"));
    }
    const Json& access = info.at("access");
    if (access.at("fee_asset").is_string())
        facts.fee_asset = asset_named(facts, access.at("fee_asset"));
    facts.fee = amount(access, "fee");
    facts.nonce_window = info.at("limits").at("nonce_window");
    return facts;
}

std::vector<Part> parts_of(const Facts& facts, const Json& lot) {
    std::vector<Part> parts;
    for (const auto& [name, value] : lot.items()) {
        const Amount held = amount(lot, name.c_str());
        if (held > Amount()) parts.push_back({asset_named(facts, name), held});
    }
    return parts;
}

Cash worth_of(const Facts& facts, const std::map<std::string, Price>& marks,
              const std::vector<Part>& parts) {
    Cash sum;
    for (const Part& part : parts)
        sum += math::worth(part.amount, price_of(facts, marks, part.asset), Round::down);
    return sum;
}

// A vault that is repaid in place: docs/methods/auctions.md, section 5.  How far a bonus may worsen
// a vault, and below which health all may be repaid, is not told; what is assumed is the less.
std::optional<Listing> in_place(const Facts& facts, const std::map<std::string, Price>& marks,
                                const Json& item, Listing listing) {
    const TypeFacts* type = facts.type(item.at("type").get<std::string>());
    if (type == nullptr) throw Wrong{fmt::format("type {} is unknown", item.at("type").dump())};
    Auction& auction = listing.auction;
    const Cash collateral = worth_of(facts, marks, auction.parts);
    const Cash owed =
        math::worth(auction.tab, price_of(facts, marks, listing.pay_asset), Round::up);
    if (collateral <= Cash() || owed <= Cash()) return {};
    const i64 short_of = ratio_one - ratio(item, "health").units();
    i128 bonus = i128{ratio_one} + type->discount.units();
    if (type->curve == "health_discount")
        bonus = i128{ratio_one} * ratio_one /
                (ratio_one - std::clamp<i64>(short_of, 0, type->discount.units()));
    const i128 covered = math::ratio_of(collateral.units(), owed.units(), Round::down).units();
    const i128 markup = std::max<i128>(1, std::min(bonus, covered));
    auction.units = auction.parts.size() == 1
                        ? math::magnitude(auction.parts.front().amount.units())
                        : math::magnitude(collateral.units());
    // What all of the collateral costs at this markup, in the pay asset, over its units.
    const Cash whole = Cash::units(math::saturating_mul_div(collateral.units(), ratio_one, markup,
                                                            math::money_max, Round::up));
    const Amount pay =
        math::amount_worth(whole, price_of(facts, marks, listing.pay_asset), Round::up);
    const auto price =
        math::mul_div(math::magnitude(pay.units()), ray_one, auction.units, Round::up);
    if (!price) return {};
    auction.price = Ray::units(*price);
    auction.remainder = type->minimum_debt;
    auction.pay_most = math::portion(auction.tab, type->close_factor, Round::down);
    if (auction.tab - auction.pay_most < auction.remainder) auction.pay_most = auction.tab;
    return listing;
}

// What the treasury sells has no tab: all of it may be bought at the price, and no penny over.
std::optional<Listing> of_the_treasury(Listing listing) {
    Auction& auction = listing.auction;
    const auto pay = math::mul_div(auction.price.units(), auction.units, u128{ray_one}, Round::up);
    if (!pay || *pay > static_cast<u128>(limits::amount_max.units())) return {};
    auction.tab = auction.pay_most = Amount::units(static_cast<i128>(*pay));
    return listing;
}

// An auction with a clock.
std::optional<Listing> on_a_clock(const Facts& facts, const Json& item, Listing listing) {
    if (item.at("price").is_null() || item.value("needs_restart", false)) return {};
    Auction& auction = listing.auction;
    auction.units = math::magnitude(amount(item, "lot_units").units());
    auction.price = ray(item, "price");
    if (listing.kind == "surplus") return of_the_treasury(std::move(listing));
    auction.pay_most = auction.tab;
    const TypeFacts* type = facts.type(text_or_empty(item, "type"));
    if (listing.kind != "collateral" || type == nullptr) return listing;
    auction.remainder = type->remainder_min;
    auction.reward = math::portion(auction.tab, type->chip, Round::down);
    return listing;
}

std::optional<Listing> read_listing(const Facts& facts, const std::map<std::string, Price>& marks,
                                    const Json& item) {
    if (!item.at("open").get<bool>() || item.at("paused").get<bool>()) return {};
    if (item.at("of") != "vault") return {};
    Listing listing;
    listing.kind = item.at("kind");
    listing.auction.id = AuctionId(item.at("auction").get<u32>());
    listing.pay_asset = asset_named(facts, item.at("pay_asset"));
    listing.auction.parts = parts_of(facts, item.at("lot"));
    listing.auction.tab = amount(item, "tab");
    if (listing.kind == "in_place") return in_place(facts, marks, item, std::move(listing));
    return on_a_clock(facts, item, std::move(listing));
}

// The synthetic of the compartment; as the pay asset of what is sold of its accounts.
AssetId cash_of(const Facts& facts, const std::string& compartment) {
    const auto found = facts.cash.find(compartment);
    if (found == facts.cash.end()) throw Wrong{fmt::format("'{}' is no compartment", compartment)};
    return found->second;
}

std::optional<Listing> read_sale(const Facts& facts, const Json& account, const Json& sale) {
    Listing listing;
    listing.kind = "sale";
    listing.pay_asset = cash_of(facts, account.at("compartment"));
    const AssetId asset = asset_named(facts, sale.at("asset"));
    const Amount pay = amount(sale, "pay");
    const Amount handed = amount(sale, "amount");
    Auction& auction = listing.auction;
    auction.of = Of::collateral;
    auction.id = AuctionId(account.at("margin_account").get<u32>());
    auction.parts = {{asset, handed}};
    auction.units = math::magnitude(handed.units());
    auction.tab = auction.pay_most = pay;
    if (pay <= Amount() || handed <= Amount()) return {};
    const auto price =
        math::mul_div(math::magnitude(pay.units()), ray_one, auction.units, Round::up);
    if (!price) return {};
    auction.price = Ray::units(*price);
    return listing;
}

std::vector<Listing> read_sales(const Facts& facts, const Json& account) {
    std::vector<Listing> out;
    if (account.at("sales").is_null()) return out;
    for (const Json& sale : account.at("sales"))
        if (auto listing = read_sale(facts, account, sale)) out.push_back(std::move(*listing));
    return out;
}

std::optional<PortfolioListing> read_portfolio(const Facts& facts,
                                               const std::map<std::string, Price>& marks,
                                               const Json& item) {
    if (item.at("of") != "margin" || !item.at("open").get<bool>()) return {};
    PortfolioListing out;
    Portfolio& portfolio = out.portfolio;
    portfolio.id = AuctionId(item.at("auction").get<u32>());
    out.account = item.at("margin_account");
    out.compartment = item.at("type");
    out.pay_asset = asset_named(facts, item.at("pay_asset"));
    if (item.at("bid").is_null()) {
        out.refused = "something that it holds has no price";
        return out;
    }
    portfolio.collateral = parts_of(facts, item.at("lot"));
    for (const Part& part : portfolio.collateral)
        if (price_of(facts, marks, part.asset) <= Price())
            out.refused = fmt::format("its {} has no price", facts.assets[part.asset.value()]);
    portfolio.collateral_worth = worth_of(facts, marks, portfolio.collateral);
    portfolio.worth = cash(item, "mark") - cash(item, "reserved");
    portfolio.gross = cash(item, "gross");
    portfolio.bid = cash(item, "bid");
    portfolio.most = ratio(item, "fraction_max");
    return out;
}

}  // namespace

std::optional<AssetId> Facts::asset(std::string_view name) const {
    const auto found = std::ranges::find(assets, name);
    if (found == assets.end()) return {};
    return AssetId(static_cast<u16>(found - assets.begin()));
}

const TypeFacts* Facts::type(std::string_view name) const {
    const auto found = std::ranges::find(types, name, &TypeFacts::name);
    return found == types.end() ? nullptr : &*found;
}

Attempt<Facts> facts_of(const Json& info) {
    return guarded("chain.info", [&] { return read_facts(info); });
}

Attempt<std::map<std::string, Price>> marks_of(const Json& feeds) {
    return guarded("feed.list", [&] {
        std::map<std::string, Price> marks;
        for (const Json& feed : feeds.at("items")) {
            if (feed.at("status") == "halted") continue;
            const auto mark =
                number(feed, "mark", files::money_decimals, limits::price_max.units());
            if (mark > 0) marks[feed.at("feed")] = Price::units(static_cast<i64>(mark));
        }
        return marks;
    });
}

Attempt<std::optional<Listing>> listing_of(const Facts& facts,
                                           const std::map<std::string, Price>& marks,
                                           const Json& item) {
    return guarded("auction.list", [&] { return read_listing(facts, marks, item); });
}

Attempt<std::vector<Listing>> sales_of(const Facts& facts, const Json& account) {
    return guarded("margin.get", [&] { return read_sales(facts, account); });
}

Attempt<std::optional<PortfolioListing>> portfolio_of(const Facts& facts,
                                                      const std::map<std::string, Price>& marks,
                                                      const Json& item) {
    return guarded("auction.list", [&] { return read_portfolio(facts, marks, item); });
}

Price price_of(const Facts& facts, const std::map<std::string, Price>& marks, AssetId asset) {
    const Pricing& pricing = facts.pricing[asset.value()];
    if (pricing.feed.empty())
        return facts.kinds[asset.value()] == "synthetic" ? Price::units(amount_one) : Price();
    const auto mark = marks.find(pricing.feed);
    if (mark == marks.end()) return Price();
    if (pricing.rate_feed.empty()) return mark->second;
    const auto rate = marks.find(pricing.rate_feed);
    if (rate == marks.end()) return Price();
    return Price::units(static_cast<i64>(
        math::saturating_mul_div(mark->second.units(), rate->second.units(), amount_one,
                                 limits::price_max.units(), Round::down)));
}

Attempt<std::map<AssetId, Amount>> balances_of(const Facts& facts, const Json& balances) {
    return guarded("account.get", [&] {
        std::map<AssetId, Amount> out;
        for (const auto& [name, value] : balances.items())
            out[asset_named(facts, name)] = amount(balances, name.c_str());
        return out;
    });
}

}  // namespace ballast::keeper
