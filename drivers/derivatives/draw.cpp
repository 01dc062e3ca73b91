// Books that are drawn from a seed.
#include <ballast/derivatives/book.hpp>
#include <ballast/derivatives/units.hpp>

#include <ballast/replay/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

namespace {

double from_fixed(i64 value) {
    return static_cast<double>(value) / static_cast<double>(replay::fixed_one);
}

class Drawing {
public:
    Drawing(const Ground& ground, const BookTerms& terms, Book& book, double own_leverage)
        : ground_(ground),
          terms_(terms),
          book_(book),
          random_(terms.seed),
          leverage_(terms.leverage > 0 ? terms.leverage : own_leverage) {
        const auto count = static_cast<std::size_t>(terms.accounts);
        double total = 0;
        for (std::size_t i = 0; i < count; ++i) {
            shares_.push_back(std::exp(from_fixed(random_.normal())));  // Log-normal, sigma 1.
            total += shares_.back();
        }
        for (double& share : shares_) share *= terms.size / total;
    }

    [[nodiscard]] std::size_t count() const { return shares_.size(); }
    [[nodiscard]] double notional(std::size_t i) const { return shares_[i]; }
    [[nodiscard]] double uniform() {
        return static_cast<double>(random_.below(1'000'000)) / 1'000'000;
    }
    [[nodiscard]] double between(double low, double high) { return low + (high - low) * uniform(); }
    /// What the account has of its own.
    [[nodiscard]] double equity(double notional) {
        return notional / (leverage_ * between(terms_.spread, 1));
    }
    [[nodiscard]] std::size_t underlying() {
        return uniform() < 0.6 ? 0 : 1 % ground_.clearing.underlyings.size();
    }
    [[nodiscard]] double spot(std::size_t underlying) const {
        return static_cast<double>(ground_.spot[underlying].units()) * unit;
    }
    [[nodiscard]] const std::string& name(std::size_t underlying) const {
        return ground_.clearing.underlyings[underlying].name;
    }

    Account& open(const std::string& name, double cash) {
        book_.accounts.push_back(
            {name, false, Amount::units(static_cast<i128>(cash / unit)), {}, {}});
        return book_.accounts.back();
    }
    /// `units` of the underlying; instruments are named as in a table.
    Attempt<void> hold(Account& account, const std::string& instrument, double units) {
        BALLAST_TRY(const InstrumentId id, instrument_named(book_, ground_, instrument));
        // Hundredths, so that books can be read.
        const auto size = static_cast<i64>(std::llround(units * 100)) * 1'000'000;
        if (size != 0) account.holdings.push_back({id, size, std::nullopt});
        return {};
    }
    void lay_in(Account& account, std::size_t underlying, double worth) {
        const auto units = static_cast<i128>(worth / spot(underlying) / unit);
        account.deposits.push_back({name(underlying), Amount::units(units)});
    }
    [[nodiscard]] std::string option(std::size_t underlying, int days, double money,
                                     char right) const {
        return fmt::format("{}+{}D-{:.0f}%-{}", name(underlying), days, money * 100, right);
    }

private:
    const Ground& ground_;
    const BookTerms& terms_;
    Book& book_;
    replay::Random random_;
    double leverage_;
    std::vector<double> shares_;
};

// Long the perp; every second account has the underlying itself as collateral.
Attempt<void> levered_longs(Drawing& draw) {
    for (std::size_t i = 0; i < draw.count(); ++i) {
        const std::size_t at = draw.underlying();
        const double equity = draw.equity(draw.notional(i));
        const bool coins = i % 2 == 1;
        Account& account = draw.open(fmt::format("long {}", i + 1), coins ? 0 : equity);
        if (coins) draw.lay_in(account, at, equity);
        BALLAST_CHECK(
            draw.hold(account, draw.name(at) + "-PERP", draw.notional(i) / draw.spot(at)));
    }
    return {};
}

// Short a call and a put 15 to 30 % out of the money, for 14 or 30 days.
Attempt<void> short_strangles(Drawing& draw) {
    for (std::size_t i = 0; i < draw.count(); ++i) {
        const std::size_t at = draw.underlying();
        Account& account =
            draw.open(fmt::format("seller {}", i + 1), draw.equity(draw.notional(i)));
        const int days = draw.uniform() < 0.5 ? 14 : 30;
        const double width = 0.15 + 0.05 * std::floor(draw.uniform() * 4);
        const double units = draw.notional(i) / draw.spot(at);
        BALLAST_CHECK(draw.hold(account, draw.option(at, days, 1 + width, 'C'), -units));
        BALLAST_CHECK(draw.hold(account, draw.option(at, days, 1 - width, 'P'), -units));
    }
    return {};
}

// A third each: coins against a short perp; a short straddle with wings; a put spread on coins.
Attempt<void> hedged(Drawing& draw) {
    for (std::size_t i = 0; i < draw.count(); ++i) {
        const std::size_t at = draw.underlying();
        const double equity = draw.equity(draw.notional(i));
        const double units = draw.notional(i) / draw.spot(at);
        Account& account =
            draw.open(fmt::format("hedger {}", i + 1), i % 3 == 0 ? 0.1 * equity : equity);
        if (i % 3 == 0) {
            draw.lay_in(account, at, 0.9 * equity);
            BALLAST_CHECK(
                draw.hold(account, draw.name(at) + "-PERP", -0.9 * equity / draw.spot(at)));
        } else if (i % 3 == 1) {
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 1, 'C'), -units));
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 1, 'P'), -units));
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 1.2, 'C'), units));
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 0.8, 'P'), units));
        } else {
            BALLAST_CHECK(draw.hold(account, draw.name(at) + "-PERP", units));
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 0.9, 'P'), units));
            BALLAST_CHECK(draw.hold(account, draw.option(at, 30, 0.7, 'P'), -units));
        }
    }
    return {};
}

// Every account holds a strip of options of both signs and the perp that flattens its delta.
Attempt<void> market_makers(Drawing& draw) {
    constexpr std::array<double, 5> strikes{0.8, 0.9, 1, 1.1, 1.2};
    for (std::size_t i = 0; i < draw.count(); ++i) {
        const std::size_t at = draw.underlying();
        Account& account =
            draw.open(fmt::format("quoter {}", i + 1), draw.equity(draw.notional(i)));
        const double units = draw.notional(i) / draw.spot(at) / strikes.size();
        double delta = 0;
        for (const double strike : strikes) {
            const double size = draw.between(-1, 1) * units;
            const bool call = strike >= 1;
            const int days = draw.uniform() < 0.5 ? 14 : 30;
            BALLAST_CHECK(
                draw.hold(account, draw.option(at, days, strike, call ? 'C' : 'P'), size));
            // About: half at the money, less by distance.
            const double each = 0.5 - 1.5 * std::abs(strike - 1);
            delta += size * (call ? each : -each);
        }
        BALLAST_CHECK(draw.hold(account, draw.name(at) + "-PERP", -delta));
    }
    return {};
}

struct Drawn {
    const char* name;
    double leverage;
    Attempt<void> (*draw)(Drawing&);
};
constexpr std::array<Drawn, 4> drawn{{{"levered-longs", 3, levered_longs},
                                      {"short-strangles", 3, short_strangles},
                                      {"hedged", 5, hedged},
                                      {"market-makers", 5, market_makers}}};

}  // namespace

std::vector<std::string> drawn_books() {
    std::vector<std::string> names;
    for (const Drawn& book : drawn) names.emplace_back(book.name);
    return names;
}

Attempt<Book> draw_book(const std::string& name, const Ground& ground, const BookTerms& terms) {
    const auto found = std::ranges::find(drawn, name, &Drawn::name);
    if (found == drawn.end()) {
        std::string names;
        for (const Drawn& book : drawn) names += fmt::format(" {}", book.name);
        return fault("'{}' is neither a file nor a book; there are:{}", name, names);
    }
    Book book;
    book.name = name;
    Drawing drawing(ground, terms, book, found->leverage);
    BALLAST_CHECK(found->draw(drawing));
    add_makers(book, terms);
    return book;
}

}  // namespace ballast::derivatives
