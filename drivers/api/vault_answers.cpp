#include <ballast/api/vault_answers.hpp>

#include <ballast/yield/yield.hpp>

namespace ballast::api {
namespace {

using vaults::VaultRow;

// A vault with everything that decides whether it is healthy.
struct Case {
    const View& view;
    const VaultRow& vault;
    const vaults::TypeRow& type;
    const vaults::VaultTypeTerms& terms;
    const vaults::TypePrices& prices;

    Case(const View& look, VaultId id)
        : view(look),
          vault(look.state().vaults.vaults[id.value()]),
          type(look.state().vaults.types[vault.type.value()]),
          terms(look.machine.types()[vault.type.value()]),
          prices(look.machine.prices()[vault.type.value()]) {}

    [[nodiscard]] const oracle::Quote& quote(FeedId feed) const {
        return oracle::quote(view.state().oracle, feed);
    }
    [[nodiscard]] bool healthy_at(const vaults::TypePrices& changed) const {
        return vaults::healthy(vault, type, terms, changed);
    }
    // Whether every price that the vault depends on has been there.
    [[nodiscard]] bool priced() const {
        if (prices.debt_firm.zero()) return false;
        for (u32 slot = 0; slot < terms.basket.size(); ++slot)
            if (!vault.amounts[slot].zero() && prices.low[slot].zero()) return false;
        return true;
    }
};

// The vault's prices if the firm low of `feed` were `price`, all else as it is; what is locked
// counts for the concentration charges as it does now.
vaults::TypePrices with_price(const Case& of, FeedId feed, Price price) {
    vaults::TypePrices changed = of.prices;
    for (u32 slot = 0; slot < of.terms.basket.size(); ++slot) {
        const basket::CollateralTerms& terms = of.terms.basket[slot];
        if (terms.feed != feed) continue;
        const Price through =
            terms.rate_feed
                ? yield::through_rate(price, of.quote(*terms.rate_feed).firm_low, Round::down)
                : price;
        changed.weight[slot] = basket::weight(terms, through, of.type.locked[slot]);
    }
    return changed;
}

// The least price from 0 to price_max at which `healthy` holds; it holds from there on.
template <class Healthy>
std::optional<Price> least_price(Healthy healthy) {
    i64 bad = 0;
    i64 good = limits::price_max.units();
    if (healthy(Price::units(bad))) return Price::units(0);
    if (!healthy(Price::units(good))) return std::nullopt;
    while (good - bad > 1) {
        const i64 middle = bad + (good - bad) / 2;
        (healthy(Price::units(middle)) ? good : bad) = middle;
    }
    return Price::units(good);
}

Json liquidation_row(const Case& of, FeedId feed, std::string_view side,
                     std::optional<Price> price) {
    const oracle::Quote& quote = of.quote(feed);
    const bool debt = side == "debt";
    const bool never = debt ? !price : price && price->zero();
    return {{"feed", name(of.view.genesis(), feed)},
            {"side", side},
            {"price", decimal(debt ? quote.firm_high : quote.firm_low)},
            {"liquidation_price", !price || never ? Json() : Json(decimal(*price))},
            {"never", never}};
}

// The greatest price of the debt at which the vault is healthy.
std::optional<Price> greatest_debt_price(const Case& of) {
    const auto healthy_below = [&of](Price less) {
        vaults::TypePrices changed = of.prices;
        changed.debt_firm = limits::price_max - less;
        return of.healthy_at(changed);
    };
    const auto less = least_price(healthy_below);
    if (!less) return Price::units(0);
    if (less->zero()) return std::nullopt;
    return limits::price_max - *less;
}

Json liquidation_json(const Case& of) {
    Json rows = Json::array();
    if (of.vault.debt.zero() || !of.priced()) return rows;
    std::vector<FeedId> feeds;
    for (u32 slot = 0; slot < of.terms.basket.size(); ++slot) {
        const FeedId feed = of.terms.basket[slot].feed;
        if (of.vault.amounts[slot].zero() || std::ranges::find(feeds, feed) != feeds.end())
            continue;
        feeds.push_back(feed);
        rows.push_back(liquidation_row(of, feed, "collateral", least_price([&](Price price) {
                                           return of.healthy_at(with_price(of, feed, price));
                                       })));
    }
    if (of.terms.debt_feed)
        rows.push_back(liquidation_row(of, *of.terms.debt_feed, "debt", greatest_debt_price(of)));
    return rows;
}

Json collateral_json(const Case& of) {
    Json rows = Json::array();
    for (u32 slot = 0; slot < of.terms.basket.size(); ++slot) {
        if (of.vault.amounts[slot].zero()) continue;
        rows.push_back({{"asset", name(of.view.genesis(), of.terms.basket[slot].asset)},
                        {"amount", decimal(Amount::units(of.vault.amounts[slot].units()))},
                        {"price", decimal(of.prices.low[slot])},
                        {"weight", decimal(of.prices.weight[slot])}});
    }
    return rows;
}

// The auction in which the vault stands, if it does.
Json auction_of(const View& view, VaultId vault) {
    for (const AuctionId id : view.state().auctions.open.get()) {
        const auctions::Auction& row = view.state().auctions.rows[id.value()];
        if (row.kind == auctions::AuctionKind::in_place && row.vault == vault) return id.value();
    }
    return nullptr;
}

Json ratio_or_null(const std::optional<Ratio>& ratio) {
    return ratio ? Json(decimal(*ratio)) : Json();
}

Reply vault_get(const View& view, const Json& params) {
    const u64 id = params["vault"].get<u64>();
    if (id >= view.state().vaults.vaults.size())
        return std::unexpected(absent("vault", params["vault"]));
    return vault_json(view, VaultId(static_cast<u32>(id)));
}

struct Filter {
    std::optional<VaultTypeId> type;
    std::optional<Ratio> health_max;
    bool closed = false;
};

Parsed<Filter> filter_of(const View& view, const Json& params) {
    Filter filter;
    if (params.contains("type")) {
        const auto type = type_named(view.genesis(), params["type"].get<std::string>());
        if (!type) return std::unexpected(type.error());
        filter.type = *type;
    }
    if (params.contains("within")) {
        const auto within = ratio_of(params["within"].get<std::string>());
        if (!within) return std::unexpected(wrong("within", params["within"], within_words));
        filter.health_max = Ratio::units(ratio_one) + *within;
    }
    filter.closed = params.value("closed", false);
    return filter;
}

bool passes(const View& view, const Filter& filter, u32 id) {
    const VaultRow& row = view.state().vaults.vaults[id];
    if (filter.type && row.type != *filter.type) return false;
    if (!filter.closed && row.status == vaults::VaultStatus::closed) return false;
    if (!filter.health_max) return true;
    const auto health = vault_health(view, VaultId(id));
    return health && *health < *filter.health_max;
}

Json owned_page(const View& view, const Json& params, const Filter& filter) {
    const Page page = page_of(params);
    const AccountId owner(params["owner"].get<u32>());
    const auto slice = view.index.owned(Index::Of::vaults, owner, static_cast<u32>(page.after),
                                        page.limit, view.state().vaults.vaults.size());
    Json items = Json::array();
    for (const u32 id : slice.rows)
        if (passes(view, filter, id)) items.push_back(vault_json(view, VaultId(id)));
    return {{"items", items}, {"next", slice.more ? Json(slice.rows.back() + 1) : Json()}};
}

Reply vault_list(const View& view, const Json& params) {
    const auto filter = filter_of(view, params);
    if (!filter) return std::unexpected(filter.error());
    if (params.contains("owner")) return owned_page(view, params, *filter);
    const Page page = page_of(params);
    const u64 size = view.state().vaults.vaults.size();
    const u64 end = std::min(size, page.after + scan_max);
    Json items = Json::array();
    u64 id = page.after;
    for (; id < end && items.size() < page.limit; ++id)
        if (passes(view, *filter, static_cast<u32>(id)))
            items.push_back(vault_json(view, VaultId(static_cast<u32>(id))));
    return Json{{"items", items}, {"next", id < size ? Json(id) : Json()}};
}

}  // namespace

std::optional<Ratio> vault_health(const View& view, VaultId id) {
    const Case of(view, id);
    if (of.vault.debt.zero() || !of.priced()) return std::nullopt;
    return vaults::health(of.vault, of.type, of.terms, of.prices);
}

Json vault_json(const View& view, VaultId id) {
    const Case of(view, id);
    const bool owes = !of.vault.debt.zero();
    const bool priced = of.priced();
    const auto health = vault_health(view, id);
    return {
        {"vault", id.value()},
        {"owner", of.vault.owner.value()},
        {"type", of.terms.name},
        {"status", of.vault.status == vaults::VaultStatus::open ? "open" : "closed"},
        {"collateral", collateral_json(of)},
        {"debt_asset", name(view.genesis(), of.terms.debt_asset)},
        {"debt", decimal(vaults::owed(of.vault, of.type))},
        {"collateral_value",
         decimal(vaults::cash(vaults::collateral_value(of.vault, of.terms, of.prices.weight),
                              Round::down))},
        {"ratio", owes && priced ? Json(decimal(vaults::collateral_ratio(of.vault, of.type,
                                                                         of.terms, of.prices)))
                                 : Json()},
        {"minimum_ratio", decimal(of.terms.minimum_ratio)},
        {"liquidation_ratio", decimal(of.terms.liquidation_ratio)},
        {"health", ratio_or_null(health)},
        {"healthy", !owes || !priced || of.healthy_at(of.prices)},
        {"price_status", word(of.prices.status)},
        {"auction", auction_of(view, id)},
        {"liquidation", liquidation_json(of)},
    };
}

Json vault_schema() {
    const Json collateral = schema::record(
        {{"asset", schema::text(), ""},
         {"amount", schema::decimal(), ""},
         {"price", schema::decimal(), "Low, through its rate."},
         {"weight", schema::decimal(), "What one unit counts for: firm low less all charges."}});
    const Json liquidation = schema::record(
        {{"feed", schema::text(), ""},
         {"side", schema::word({"collateral", "debt"}), ""},
         {"price", schema::decimal(),
          "The feed's price that counts now: of collateral the firm low, of debt the firm high."},
         {"liquidation_price", schema::nullable(schema::decimal()),
          "Of collateral the least, of debt the greatest price at which the vault is healthy, all "
          "else as it is; null: none is (under water at any price), or every one is."},
         {"never", schema::boolean(), "Healthy at every price of this feed."}});
    return schema::record(
        {{"vault", schema::whole(), ""},
         {"owner", schema::whole(), "An account."},
         {"type", schema::text(), ""},
         {"status", schema::word({"open", "closed"}), ""},
         {"collateral", schema::list_of(collateral), "What it holds."},
         {"debt_asset", schema::text(), ""},
         {"debt", schema::decimal(), "Owed now, fees included, rounded up."},
         {"collateral_value", schema::decimal(), "What the collateral counts for, dollars."},
         {"ratio", schema::nullable(schema::decimal()), "Value over debt; null without debt."},
         {"minimum_ratio", schema::decimal(), "After mint and withdraw."},
         {"liquidation_ratio", schema::decimal(), "Under it the vault is unhealthy."},
         {"health", schema::nullable(schema::decimal()),
          "Ratio over liquidation ratio: under 1 is unhealthy."},
         {"healthy", schema::boolean(), ""},
         {"price_status", schema::word(status_words()), "The worst of the feeds."},
         {"auction", schema::nullable(schema::whole()), "In which it is being repaid in place."},
         {"liquidation", schema::list_of(liquidation), "At which prices it would be liquidated."}});
}

Questions vault_questions() {
    return {
        {"vault.get",
         "One vault: what it holds and owes, how it stands, and when it would be liquidated.",
         {{"vault", schema::whole(0, limits::vaults_max), ""}},
         vault_schema(),
         vault_get},
        {"vault.list",
         "Vaults by number: all, or those of an owner, of a type, or near their threshold.",
         paged({schema::optional("owner", schema::whole(0, limits::accounts_max), "An account."),
                schema::optional("type", schema::text(limits::name_max), "A vault type."),
                schema::optional("within", schema::decimal(),
                                 "Only those whose health is under 1 and this."),
                schema::optional("closed", schema::boolean(), "Closed ones too.")}),
         page_schema(vault_schema()), vault_list}};
}

}  // namespace ballast::api
