#include <ballast/keeper/decide.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::keeper {
namespace {

constexpr u128 amount_top = static_cast<u128>(limits::supply_max.units());

// a * b / c, at most `amount_top`.
u128 bounded(u128 a, u128 b, u128 c, Round round) {
    const auto value = math::mul_div(a, b, c, round);
    return value && *value < amount_top ? *value : amount_top;
}

Amount amount_of(u128 units) {
    return Amount::units(static_cast<i128>(units));
}

u128 units_of(Amount amount) {
    return amount > Amount() ? static_cast<u128>(amount.units()) : 0;
}

// What a payment buys, rounded down as the machine does.
u128 bought(const Auction& auction, Amount pay) {
    return std::min(auction.units,
                    bounded(units_of(pay), ray_one, auction.price.units(), Round::down));
}

// What the units cost, rounded up as the machine does.  Who wants all that the tab buys pays the
// tab, although it may come to a fraction of a unit more.
Amount payment(const Auction& auction, u128 units) {
    if (units < auction.units && units == bought(auction, auction.tab)) return auction.tab;
    return std::min(auction.tab,
                    amount_of(bounded(units, auction.price.units(), ray_one, Round::up)));
}

Amount share(Amount whole, u128 part, u128 of) {
    return amount_of(bounded(units_of(whole), part, of, Round::down));
}

const Outlet* outlet_of(const Market& market, AssetId asset) {
    for (const Outlet& outlet : market.outlets)
        if (outlet.asset == asset && outlet.price > Price()) return &outlet;
    return nullptr;
}

Cash sale(const Auction& auction, const Market& market, u128 units) {
    Cash sum;
    for (const Part& part : auction.parts)
        if (const Outlet* outlet = outlet_of(market, part.asset))
            sum += proceeds_of(*outlet, share(part.amount, units, auction.units));
    return sum;
}

// The largest take within `units` that the machine would do as it stands; 0: none.
u128 allowed(const Auction& auction, u128 units) {
    if (units >= auction.units) return auction.units;
    const Amount pay = payment(auction, units);
    if (pay == auction.tab || auction.tab - pay >= auction.remainder) return units;
    if (auction.tab <= auction.remainder) return 0;
    return std::min(units, bought(auction, auction.tab - auction.remainder));
}

// The takes among which the best one is: where the purse ends, where the auction ends, and where
// some asset comes to its next rung.  Between them the gain is a straight line.
std::vector<u128> corners(const Auction& auction, const Market& market, const Purse& purse) {
    const Amount pay_most = std::min({purse.free, auction.pay_most, auction.tab});
    u128 most = bought(auction, pay_most);
    while (most > 0 && payment(auction, most) > pay_most) --most;
    std::vector<u128> found{allowed(auction, most)};
    for (const Part& part : auction.parts) {
        const Outlet* outlet = outlet_of(market, part.asset);
        if (outlet == nullptr || part.amount <= Amount()) continue;
        Amount end;
        for (const Rung& rung : outlet->depth) {
            end += rung.size;
            if (end <= outlet->sold) continue;
            const u128 units = bounded(units_of(end - outlet->sold), auction.units,
                                       units_of(part.amount), Round::down);
            if (units < most) found.push_back(allowed(auction, units));
        }
    }
    return found;
}

struct Figures {
    Amount pay;
    Cash paid;    // Worth of the payment.
    Cash sale;    // What the units bring.
    Cash reward;  // What the machine adds.
    Cash needed;  // What they must bring at least.
    [[nodiscard]] Cash gain() const { return sale + reward - needed; }
};

Figures weigh(const Auction& auction, const Market& market, const Terms& terms, u128 units) {
    Figures figures;
    figures.pay = payment(auction, units);
    figures.paid = math::worth(figures.pay, market.pay_price, Round::up);
    figures.sale = sale(auction, market, units);
    if (auction.tab > Amount())
        figures.reward =
            math::worth(share(auction.reward, units_of(figures.pay), units_of(auction.tab)),
                        market.pay_price, Round::down);
    figures.needed = figures.paid + math::portion(figures.paid, terms.margin, Round::up) +
                     terms.cost + terms.profit_min;
    return figures;
}

// The price at which the same payment still buys what is needed.  Fewer units sell for no less
// each, so the proceeds fall at most in proportion to the units.
Ray price_max(const Auction& auction, const Figures& figures) {
    const Cash least = std::max(Cash::units(1), figures.needed - figures.reward);
    const auto price = math::mul_div(auction.price.units(),
                                     math::magnitude(std::max(figures.sale, Cash()).units()),
                                     math::magnitude(least.units()), Round::down);
    return Ray::units(price ? std::max(*price, auction.price.units()) : math::u128_max);
}

void fill_outlets(Market& market, const Auction& auction, const Bid& bid) {
    for (const Part& part : auction.parts)
        for (Outlet& outlet : market.outlets)
            if (outlet.asset == part.asset)
                outlet.sold += share(part.amount, bid.units, auction.units);
}

}  // namespace

Cash proceeds_of(const Outlet& outlet, Amount amount) {
    Cash sum;
    Amount used = outlet.sold;
    for (const Rung& rung : outlet.depth) {
        const Amount gone = std::min(used, rung.size);
        used -= gone;
        const Amount here = std::min(amount, rung.size - gone);
        amount -= here;
        const Ratio kept = Ratio::units(ratio_one - rung.discount.units());
        sum += math::portion(math::worth(here, outlet.price, Round::down), kept, Round::down);
    }
    return sum;
}

std::optional<Bid> decide(const Auction& auction, const Market& market, const Purse& purse,
                          const Terms& terms) {
    if (auction.units == 0 || auction.price.zero() || auction.tab <= Amount()) return {};
    if (market.pay_price <= Price() || purse.free <= Amount()) return {};
    std::optional<Bid> best;
    Figures most;
    for (const u128 units : corners(auction, market, purse)) {
        if (units == 0) continue;
        const Figures figures = weigh(auction, market, terms, units);
        if (figures.pay > purse.free || figures.pay > auction.pay_most) continue;
        if (figures.pay <= Amount() || figures.gain() < Cash()) continue;
        const Cash profit = figures.sale + figures.reward - figures.paid - terms.cost;
        if (profit <= Cash()) continue;
        if (best && (figures.gain() < most.gain() ||
                     (figures.gain() == most.gain() && figures.pay >= most.pay)))
            continue;
        most = figures;
        best = Bid{auction.id, figures.pay, price_max(auction, figures), units, figures.sale,
                   profit,     auction.of};
    }
    return best;
}

std::vector<Bid> plan(std::span<const Auction> auctions, Market market, Purse purse,
                      const Terms& terms, std::size_t most) {
    struct Prospect {
        const Auction* auction;
        Cash profit;
    };
    std::vector<Prospect> prospects;
    for (const Auction& auction : auctions)
        if (const auto bid = decide(auction, market, purse, terms))
            prospects.push_back({&auction, bid->profit});
    std::sort(prospects.begin(), prospects.end(), [](const Prospect& a, const Prospect& b) {
        return a.profit != b.profit ? a.profit > b.profit : a.auction->id < b.auction->id;
    });
    std::vector<Bid> bids;
    for (const Prospect& prospect : prospects) {
        if (bids.size() == most) break;
        const auto bid = decide(*prospect.auction, market, purse, terms);
        if (!bid) continue;
        fill_outlets(market, *prospect.auction, *bid);
        purse.free -= bid->pay_max;
        bids.push_back(*bid);
    }
    return bids;
}

}  // namespace ballast::keeper
