#include <ballast/market/model_book.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/market/model_book_keys.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::market {

using files::Attempt;
using files::fault;
using files::Fault;

namespace {

std::vector<std::string> names_of(std::span<const risk::Kind> kinds) {
    std::vector<std::string> names;
    for (const risk::Kind& kind : kinds) names.emplace_back(kind.name);
    return names;
}

/// Makes a book of a sheet, and says in the words of the file what is wrong.
class Binder {
public:
    Binder(const ModelReading& reading, const Node& root, std::span<const risk::Kind> kinds)
        : reading_(reading), root_(root), kinds_(kinds) {}

    Attempt<AccountBook> bind(const BookSheet& sheet);

private:
    Attempt<void> bind_market(const BookSheet& sheet);
    Attempt<void> bind_instrument(const BookInstrument& row, const std::string& place);
    Attempt<void> bind_account(const BookSheet& sheet);
    Attempt<void> bind_position(const BookPosition& row, const std::string& place);

    std::unexpected<Fault> wrong(const std::string& key, std::string what) const {
        return std::unexpected(model_fault(reading_, root_, {key, std::move(what)}));
    }
    Attempt<std::size_t> find(const std::vector<std::string>& names, const std::string& name,
                              const std::string& key, std::string_view noun) const {
        const auto found = std::ranges::find(names, name);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
        return wrong(key, fmt::format("is not the name of {}{}", noun, suggestion(name, names)));
    }
    Attempt<void> name(std::vector<std::string>& names, const std::string& added,
                       const std::string& key) const {
        if (added.empty()) return wrong(key, "must not be empty");
        if (std::ranges::find(names, added) != names.end()) return wrong(key, "stands here twice");
        names.push_back(added);
        return {};
    }
    Attempt<void> confident(Ratio confidence, const std::string& key) const {
        if (const auto bad = outside("", confidence, Ratio{}, Ratio::units(ratio_one)))
            return wrong(key, bad->what);
        return {};
    }

    const ModelReading& reading_;
    const Node& root_;
    std::span<const risk::Kind> kinds_;
    AccountBook book_;
};

Attempt<void> Binder::bind_instrument(const BookInstrument& row, const std::string& place) {
    BALLAST_CHECK(name(book_.instruments, row.name, place + ".name"));
    margin::Instrument& out = book_.listed.emplace_back(row.facts);
    book_.open_interest.push_back(row.open_interest);
    BALLAST_TRY(const auto kind, find(names_of(kinds_), row.kind, place + ".kind", "a kind"));
    BALLAST_TRY(const auto underlying, find(book_.names.underlyings, row.underlying,
                                            place + ".underlying", "an underlying"));
    out.series.kind = static_cast<u8>(kind);
    out.series.underlying = UnderlyingId(static_cast<u16>(underlying));
    out.now.spot = book_.underlyings[underlying].spot;
    if (out.now.forward.zero()) out.now.forward = out.now.spot;
    if (out.now.forward.units() < 0) return wrong(place + ".forward", "must not be negative");
    if (out.now.volatility.units() < 0) return wrong(place + ".volatility", "must not be negative");
    if (out.fixed.units() < 0 || out.fixed > out.now.forward)
        return wrong(place + ".fixed", "must be from 0 to the forward");
    if (out.series.expiry != 0) {
        if (out.series.expiry < book_.time) return wrong(place + ".expiry", "has passed");
        out.now.seconds = out.series.expiry - book_.time;
    }
    BALLAST_CHECK(confident(out.confidence, place + ".confidence"));
    if (const auto listed = kinds_[kind].check(out.series); !listed)
        return wrong(place, fmt::format("a listing that {} refuses: {}", row.kind,
                                        ballast::name(listed.error())));
    return {};
}

Attempt<void> Binder::bind_market(const BookSheet& sheet) {
    book_.name = sheet.name;
    book_.time = sheet.time;
    book_.settlement_price = sheet.settlement_price;
    if (sheet.settlement_price.units() <= 0) return wrong("settlement_price", "must be over 0");
    if (sheet.underlyings.size() > limits::underlyings_max)
        return wrong("underlying", "are too many: at most 32");
    if (sheet.assets.size() > limits::assets_max) return wrong("asset", "are too many: at most 32");
    for (std::size_t i = 0; i < sheet.underlyings.size(); ++i) {
        const std::string place = at("underlying", i);
        const BookUnderlying& row = sheet.underlyings[i];
        BALLAST_CHECK(name(book_.names.underlyings, row.name, place + ".name"));
        if (row.facts.spot.units() <= 0) return wrong(place + ".spot", "must be over 0");
        BALLAST_CHECK(confident(row.facts.confidence, place + ".confidence"));
        if (row.facts.volatility.units() < 0)
            return wrong(place + ".volatility", "must not be negative");
        book_.underlyings.push_back(row.facts);
    }
    for (std::size_t i = 0; i < sheet.assets.size(); ++i) {
        const std::string place = at("asset", i);
        BALLAST_CHECK(name(book_.names.assets, sheet.assets[i].name, place + ".name"));
        if (sheet.assets[i].facts.price.units() < 0)
            return wrong(place + ".price", "must not be negative");
        BALLAST_CHECK(confident(sheet.assets[i].facts.confidence, place + ".confidence"));
        book_.assets.push_back(sheet.assets[i].facts);
    }
    for (std::size_t i = 0; i < sheet.instruments.size(); ++i)
        BALLAST_CHECK(bind_instrument(sheet.instruments[i], at("instrument", i)));
    return {};
}

// What is not paid upfront owes its entry: what it gained or lost since is the account's.
Attempt<void> Binder::bind_position(const BookPosition& row, const std::string& place) {
    BALLAST_TRY(const auto id,
                find(book_.instruments, row.instrument, place + ".instrument", "an instrument"));
    const auto same = [&](const risk::Exposure& held) { return held.instrument.value() == id; };
    if (std::ranges::any_of(book_.positions, same))
        return wrong(place + ".instrument", "is held twice; add the sizes");
    const margin::Instrument& instrument = book_.listed[id];
    const risk::Kind& kind = kinds_[instrument.series.kind];
    book_.positions.push_back({InstrumentId(static_cast<u32>(id)), row.size});
    if (!row.entry) return {};
    if (kind.upfront)
        return wrong(place + ".entry", "is of no meaning: the instrument is paid when traded");
    Price mark;
    kind.value(instrument.series, {&instrument.now, 1}, {&mark, 1});
    book_.cash += math::worth(Amount::units(row.size), mark - *row.entry, Round::down);
    return {};
}

Attempt<void> Binder::bind_account(const BookSheet& sheet) {
    book_.cash = sheet.cash;
    for (std::size_t i = 0; i < sheet.holdings.size(); ++i) {
        const std::string place = at("collateral", i);
        const BookHolding& row = sheet.holdings[i];
        BALLAST_TRY(const auto id,
                    find(book_.names.assets, row.asset, place + ".asset", "an asset"));
        if (row.amount < Amount()) return wrong(place + ".amount", "must not be negative");
        const AssetId asset(static_cast<u16>(id));
        const auto same = [&](const margin::Holding& held) { return held.asset == asset; };
        if (std::ranges::any_of(book_.holdings, same))
            return wrong(place + ".asset", "is held twice; add the amounts");
        book_.holdings.push_back({asset, row.amount});
    }
    if (sheet.positions.size() > limits::positions_max)
        return wrong("position", "are too many: at most 256");
    for (std::size_t i = 0; i < sheet.positions.size(); ++i)
        BALLAST_CHECK(bind_position(sheet.positions[i], at("position", i)));
    for (std::size_t i = 0; i < sheet.orders.size(); ++i) {
        BALLAST_TRY(const auto id, find(book_.instruments, sheet.orders[i].instrument,
                                        at("order", i) + ".instrument", "an instrument"));
        book_.orders.push_back({InstrumentId(static_cast<u32>(id)), sheet.orders[i].size});
    }
    return {};
}

Attempt<AccountBook> Binder::bind(const BookSheet& sheet) {
    BALLAST_CHECK(bind_market(sheet));
    BALLAST_CHECK(bind_account(sheet));
    return std::move(book_);
}

}  // namespace

margin::Market AccountBook::market() const {
    return {.underlyings = underlyings,
            .instruments = listed,
            .assets = assets,
            .settlement_price = settlement_price};
}

margin::Portfolio AccountBook::portfolio() const {
    return {.positions = positions, .holdings = holdings, .cash = cash, .orders = orders};
}

Attempt<AccountBook> read_book(std::string_view text, const std::string& name,
                               std::span<const risk::Kind> kinds) {
    BALLAST_TRY(const Node root, parse_tree(text, name));
    ModelReading reading;
    BookSheet sheet;
    ModelReader reader(reading, root, "");
    model_keys(reader, sheet);
    reader.finish();
    if (reading.fault) return std::unexpected(*reading.fault);
    return Binder(reading, root, kinds).bind(sheet);
}

Attempt<AccountBook> load_book(const std::filesystem::path& path,
                               std::span<const risk::Kind> kinds) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    return read_book(text, path.filename().string(), kinds);
}

}  // namespace ballast::market
