#include <ballast/conform_derive/book.hpp>

#include <ballast/options/options.hpp>
#include <ballast/perps/perps.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace ballast::conformance {

namespace {

enum : u8 { perp_kind, option_kind };

i64 scaled(double value, double unit) {
    return std::llroundl(static_cast<long double>(value) * static_cast<long double>(unit));
}

std::string shown(double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.10f", value);
    return text.data();
}

}  // namespace

pricing::Fine fine(double value) {
    return pricing::Fine::units(scaled(value, 1e12));
}
Ratio ratio(double value) {
    return Ratio::units(scaled(value, 1e9));
}
Price price(double value) {
    return Price::units(scaled(value, 1e8));
}
Cash cash(double value) {
    return Cash::units(scaled(value, 1e8));
}
double figure(Cash value) {
    return static_cast<double>(static_cast<long double>(value.units()) / 1e8L);
}

double real(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) throw Malformed("'" + value.dump() + "' is no number");
    try {
        return std::stod(value.get<std::string>());
    } catch (const std::exception&) {
        throw Malformed("'" + value.get<std::string>() + "' is no number");
    }
}

double real(const Json& object, std::string_view key) {
    if (!object.contains(key)) throw Malformed("no key " + std::string(key));
    return real(object[std::string(key)]);
}

double real_or(const Json& object, std::string_view key, double otherwise) {
    return object.contains(key) ? real(object, key) : otherwise;
}

Book::Book(double spot, double spot_confidence) {
    underlying_.spot = price(spot);
    underlying_.confidence = ratio(spot_confidence);
}

void Book::add(const scenario::Instrument& instrument, double amount) {
    const auto id = InstrumentId(static_cast<u32>(instruments_.size()));
    instruments_.push_back(instrument);
    positions_.push_back({id, scaled(amount, 1e8)});
    notional_ += std::abs(amount) * std::max(figure(Cash::units(underlying_.spot.units())),
                                             figure(Cash::units(instrument.now.forward.units())));
}

void Book::add_perp(double amount, double mark, double confidence) {
    scenario::Instrument perp;
    perp.series.kind = perp_kind;
    perp.now.spot = underlying_.spot;
    perp.now.forward = price(mark);
    perp.confidence = ratio(confidence);
    add(perp, amount);
}

void Book::add_option(const Expiry& expiry, pricing::Right right, double strike, double volatility,
                      double amount) {
    scenario::Instrument option;
    option.series.kind = option_kind;
    option.series.right = right;
    option.series.strike = price(strike);
    option.series.expiry = expiry.seconds + 1;  // Of a clock that stands at 1.
    option.now.spot = underlying_.spot;
    option.now.forward = price(expiry.fixed + expiry.variable);
    option.now.volatility = fine(volatility);
    option.now.rate = fine(std::max(expiry.rate, 0.0));
    option.now.seconds = expiry.seconds;
    option.fixed = price(expiry.fixed);
    option.confidence = ratio(expiry.confidence);
    add(option, amount);
}

void Book::add_holding(double amount, double value, double confidence) {
    const auto id = AssetId(static_cast<u16>(assets_.size()));
    assets_.push_back({price(value), ratio(confidence)});
    holdings_.push_back({id, Amount::units(scaled(amount, 1e8))});
    notional_ += amount * value;
}

scenario::Table Book::table(const scenario::Terms& terms) const {
    const std::array kinds{perps::kind(), options::kind()};
    const scenario::Market market{.underlyings = {&underlying_, 1},
                                  .instruments = instruments_,
                                  .assets = assets_,
                                  .settlement_price = price(settlement_price)};
    return scenario::build(terms, market, kinds);
}

scenario::Portfolio Book::portfolio() const {
    return {.positions = positions_,
            .holdings = holdings_,
            .cash = conformance::cash(cash),
            .orders = {}};
}

scenario::Breakdown Book::explain(const scenario::Terms& terms) const {
    return scenario::explain(terms, table(terms), portfolio());
}

double Book::notional() const {
    return std::max(notional_, 1.0);
}

void compare(Case& test, std::string_view what, double expected, double got, double bound) {
    if (!(std::abs(expected - got) <= bound)) test.fail(what, shown(expected), shown(got));
}

}  // namespace ballast::conformance
