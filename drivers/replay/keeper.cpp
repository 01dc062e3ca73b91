#include <ballast/replay/keeper.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::replay {

namespace {

constexpr i128 one = ratio_one;

// Worth of the parts at the outside prices.
Cash worth_of(const Offer& offer, const std::vector<Book>& books) {
    Cash worth;
    for (const OfferPart& part : offer.parts)
        worth += math::worth(part.amount, books[part.asset].price, Round::down);
    return worth;
}

// An offer with what it would bring.
struct Prospect {
    const Offer* offer = nullptr;
    Cash worth;
    Ratio gain;  // What the first dollar's worth earns, after the margin and the slippage there is
                 // already.
};

Amount share_of(Amount amount, Amount part, Amount whole) {
    return Amount::units(*math::mul_div(amount.units(), part.units(), whole.units(), Round::down));
}

// What paying `pay` must bring: the payment with the margin, less the reward.
Cash needed(const KeeperTerms& terms, const Offer& offer, Amount pay) {
    const Cash paid = math::worth(pay, offer.pay_price, Round::up);
    const Cash reward =
        math::worth(share_of(offer.reward, pay, offer.pay), offer.pay_price, Round::down);
    return math::portion(paid, Ratio::units(ratio_one + terms.margin.units()), Round::up) - reward;
}

Prospect look_at(const KeeperTerms& terms, const Offer& offer, const std::vector<Book>& books) {
    Prospect prospect{&offer, worth_of(offer, books), Ratio()};
    if (prospect.worth <= Cash()) return prospect;
    const Cash price = std::max(Cash(), needed(terms, offer, offer.pay));
    i128 gain = one - math::ratio_of(price.units(), prospect.worth.units(), Round::up).units();
    for (const OfferPart& part : offer.parts) {
        const Cash worth = math::worth(part.amount, books[part.asset].price, Round::down);
        const Ratio weight = math::ratio_of(worth.units(), prospect.worth.units(), Round::up);
        const Book& book = books[part.asset];
        gain -= i128{weight.units()} *
                math::ratio_of(book.sold.units(), book.depth.units() * 100, Round::up).units() /
                one;
    }
    prospect.gain = Ratio::units(static_cast<i64>(std::max<i128>(gain, 0)));
    return prospect;
}

// The worth at which the last dollar just earns its margin.  The books fall in straight lines, so
// with part i having the weight w_i and the depth d_i the slope of the whole is the sum of w_i^2 /
// (100 d_i).
Cash best_worth(const Prospect& prospect, const std::vector<Book>& books) {
    constexpr i128 fine = one * one;
    i128 slope = 0;  // Times 10^36.
    for (const OfferPart& part : prospect.offer->parts) {
        const Cash worth = math::worth(part.amount, books[part.asset].price, Round::down);
        const i128 weight =
            math::ratio_of(worth.units(), prospect.worth.units(), Round::up).units();
        slope += weight * weight * fine / (books[part.asset].depth.units() * 100) + 1;
    }
    const i128 room = i128{prospect.gain.units()} * (fine * one) / slope;
    return std::min(prospect.worth, Cash::units(room));
}

// What paying `pay` brings, after slippage.
Cash proceeds_of(const Offer& offer, Amount pay, const std::vector<Book>& books) {
    Cash sum;
    for (const OfferPart& part : offer.parts)
        sum += books[part.asset].proceeds(share_of(part.amount, pay, offer.pay));
    return sum;
}

Cash profit_of(const KeeperTerms& terms, const Sight& sight, const Offer& offer, Amount pay,
               const std::vector<Book>& books) {
    return proceeds_of(offer, pay, books) - needed(terms, offer, pay) - sight.cost;
}

// The payment for `worth` of the offer, within the purse, that leaves all or at least the
// remainder.
Amount payment(const Prospect& prospect, Cash worth, Amount purse) {
    const Offer& offer = *prospect.offer;
    const Amount wanted = Amount::units(
        *math::mul_div(offer.pay.units(), worth.units(), prospect.worth.units(), Round::down));
    const Amount pay = std::min({wanted, purse, offer.pay});
    if (pay == offer.pay || offer.pay - pay >= offer.remainder) return pay;
    return std::max(Amount(), offer.pay - offer.remainder);
}

// The highest price per unit at which the margin and the cost are still earned: the profit is
// spread over the payment.
Ray break_even(const Offer& offer, Amount pay, Cash profit) {
    const Cash paid = math::worth(pay, offer.pay_price, Round::up);
    const auto rise = math::mul_div(offer.price.units(), static_cast<u128>(profit.units()),
                                    static_cast<u128>(paid.units()), Round::down);
    return Ray::units(offer.price.units() + (rise ? *rise : 0));
}

// The better of the payment at the optimum and, where the purse allows it, of all.
std::optional<Order> weigh(const KeeperTerms& terms, const Sight& sight, const Prospect& prospect,
                           Amount purse, const std::vector<Book>& books) {
    const Offer& offer = *prospect.offer;
    Amount pay = payment(prospect, best_worth(prospect, books), purse);
    Cash profit = pay.zero() ? Cash::units(-1) : profit_of(terms, sight, offer, pay, books);
    if (purse >= offer.pay && pay < offer.pay) {
        const Cash all = profit_of(terms, sight, offer, offer.pay, books);
        if (all > profit) pay = offer.pay, profit = all;
    }
    if (pay.zero() || profit < terms.profit_min || profit <= Cash()) return std::nullopt;
    return Order{offer.auction, pay, break_even(offer, pay, profit), profit};
}

}  // namespace

u32 latency_of(const KeeperTerms& terms, u32 index) {
    if (terms.count < 2) return terms.latency_blocks;
    return terms.latency_blocks + terms.latency_spread * index / (terms.count - 1);
}

std::vector<Order> decide(const KeeperTerms& terms, Amount purse, const Sight& sight) {
    std::vector<Book> books = sight.books;
    for (Book& book : books) {  // His share of a book stands where the whole does.
        book.depth = std::max(Cash::units(1), Cash::units(book.depth.units() / terms.count));
        book.sold = Cash::units(book.sold.units() / terms.count);
    }
    std::vector<Prospect> prospects;
    for (const Offer& offer : sight.offers) {
        const Prospect prospect = look_at(terms, offer, books);
        if (prospect.gain > Ratio()) prospects.push_back(prospect);
    }
    std::sort(prospects.begin(), prospects.end(), [](const Prospect& a, const Prospect& b) {
        return a.gain != b.gain ? a.gain > b.gain : a.offer->auction < b.offer->auction;
    });
    std::vector<Order> orders;
    for (const Prospect& seen : prospects) {
        if (orders.size() == keeper_orders_max || purse.zero()) break;
        const Prospect prospect = look_at(terms, *seen.offer, books);  // After what he plans to
                                                                       // sell already.
        if (prospect.gain <= Ratio()) continue;
        const auto order = weigh(terms, sight, prospect, purse, books);
        if (!order) continue;
        for (const OfferPart& part : prospect.offer->parts) {
            Book& book = books[part.asset];
            book.sold += math::worth(share_of(part.amount, order->pay_max, prospect.offer->pay),
                                     book.price, Round::up);
        }
        purse -= order->pay_max;
        orders.push_back(*order);
    }
    return orders;
}

}  // namespace ballast::replay
