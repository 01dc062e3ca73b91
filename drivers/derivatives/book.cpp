#include <ballast/derivatives/book.hpp>

#include <ballast/engine/registry.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

namespace {

constexpr u64 day = 86'400;
constexpr u8 perp_kind = 0;    // Positions in engine::registry.
constexpr u8 option_kind = 1;  //
constexpr u64 funding_period = 28'800;

std::optional<u64> whole_number(std::string_view text) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// 27MAR20, at 08:00.
std::optional<u64> date_of(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    if (text.size() != 6 && text.size() != 7) return std::nullopt;
    const std::size_t digits = text.size() - 5;
    const auto month = std::find(months.begin(), months.end(), text.substr(digits, 3));
    const auto number = whole_number(text.substr(0, digits));
    const auto year = whole_number(text.substr(digits + 3));
    if (month == months.end() || !number || !year) return std::nullopt;
    return files::parse_time(
        fmt::format("20{:02}-{:02}-{:02}T08:00", *year, month - months.begin() + 1, *number));
}

u64 round_up(u64 value, u64 step) {
    return step == 0 ? value : (value + step - 1) / step * step;
}

struct Parts {
    std::string underlying;
    std::string expiry;
    std::string strike;
    std::string right;
};

// ETH-27MAR20-150-C or ETH+14D-80%-C.
std::optional<Parts> parts_of(const std::string& name) {
    const auto first = name.find_first_of("-+");
    if (first == std::string::npos) return std::nullopt;
    const auto second = name.find('-', first + 1);
    const auto third = second == std::string::npos ? second : name.find('-', second + 1);
    if (third == std::string::npos) return std::nullopt;
    return Parts{name.substr(0, first), name.substr(first, second - first),
                 name.substr(second + 1, third - second - 1), name.substr(third + 1)};
}

std::optional<u64> expiry_of(const std::string& text, const Ground& ground,
                             const clearing::UnderlyingTerms& terms) {
    if (text[0] == '-') return date_of(std::string_view(text).substr(1));
    if (text.back() != 'D') return std::nullopt;
    const auto days = whole_number(std::string_view(text).substr(1, text.size() - 2));
    if (!days || *days > 10'000) return std::nullopt;
    return round_up(ground.start + *days * day, terms.expiry_step);
}

std::optional<Price> strike_of(const std::string& text, Price spot,
                               const clearing::UnderlyingTerms& terms) {
    const bool part = text.ends_with('%');
    const auto units = files::parse_decimal(part ? text.substr(0, text.size() - 1) : text, 8,
                                            Round::down, limits::price_max.units());
    if (!units || *units <= 0) return std::nullopt;
    if (!part) return Price::units(static_cast<i64>(*units));
    const double wanted = static_cast<double>(*units) * 1e-10 * static_cast<double>(spot.units());
    const auto step = static_cast<double>(std::max<i64>(1, terms.strike_step.units()));
    return Price::units(static_cast<i64>(std::ceil(wanted / step) * step));
}

std::optional<u16> underlying_named(const Ground& ground, const std::string& name) {
    for (std::size_t i = 0; i < ground.clearing.underlyings.size(); ++i)
        if (ground.clearing.underlyings[i].name == name) return static_cast<u16>(i);
    return std::nullopt;
}

std::string date_text(u64 time) {
    constexpr std::array<const char*, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    const std::string text = files::time_text(time);  // 2020-03-12T23:00:00Z
    const auto month = *whole_number(std::string_view(text).substr(5, 2));
    return fmt::format("{}{}{}", *whole_number(std::string_view(text).substr(8, 2)),
                       months[month - 1], text.substr(2, 2));
}

Attempt<Instrument> make_instrument(const Ground& ground, const std::string& name) {
    if (name.ends_with("-PERP")) {
        const auto at = underlying_named(ground, name.substr(0, name.size() - 5));
        if (!at) return fault("'{}' is a perp on no underlying of the market", name);
        Instrument perp{name, {}};
        perp.series.kind = perp_kind;
        perp.series.underlying = UnderlyingId{*at};
        perp.series.period = funding_period;
        return perp;
    }
    const auto parts = parts_of(name);
    const auto at = parts ? underlying_named(ground, parts->underlying) : std::nullopt;
    if (!at)
        return fault(
            "'{}' is neither an asset of the market nor an instrument, which are named "
            "ETH-PERP, ETH-27MAR20-150-C or ETH+14D-80%-P",
            name);
    const clearing::UnderlyingTerms& terms = ground.clearing.underlyings[*at];
    const auto expiry = expiry_of(parts->expiry, ground, terms);
    const auto strike = strike_of(parts->strike, ground.spot[*at], terms);
    if (!expiry || !strike || (parts->right != "C" && parts->right != "P"))
        return fault("'{}' is no option: write ETH-27MAR20-150-C or ETH+14D-80%-P", name);
    Instrument option;
    option.series.kind = option_kind;
    option.series.underlying = UnderlyingId{*at};
    option.series.right = parts->right == "C" ? pricing::Right::call : pricing::Right::put;
    option.series.strike = *strike;
    option.series.expiry = *expiry;
    option.name = fmt::format("{}-{}-{}-{}", parts->underlying, date_text(*expiry),
                              files::decimal_text(strike->units(), 8, 8), parts->right);
    return option;
}

Account& account_named(Book& book, const std::string& name) {
    for (Account& account : book.accounts)
        if (account.name == name) return account;
    book.accounts.push_back({name, name.starts_with("maker"), {}, {}, {}});
    return book.accounts.back();
}

struct Columns {
    std::size_t account, item, size;
    std::optional<std::size_t> entry;
};

Attempt<void> read_row(const files::CsvReader& reader, const Columns& columns, const Ground& ground,
                       Book& book) {
    const std::string name(reader.field(columns.account));
    const std::string item(reader.field(columns.item));
    if (name.empty()) return reader.wrong(columns.account, "is empty");
    const auto size =
        files::parse_decimal(reader.field(columns.size), 8, Round::down, limits::size_max);
    if (!size) return reader.wrong(columns.size, files::phrase(size.error()));
    if (*size == 0) return reader.wrong(columns.size, "must not be zero");
    Account& account = account_named(book, name);
    const bool asset =
        std::find(ground.assets.begin(), ground.assets.end(), item) != ground.assets.end();
    if (asset && *size < 0) return reader.wrong(columns.size, "must be positive: it is laid in");
    if (item == ground.synthetic) {
        account.cash += Amount::units(*size);
        return {};
    }
    if (asset) {
        account.deposits.push_back({item, Amount::units(*size)});
        return {};
    }
    if (account.maker)
        return reader.wrong(columns.item, "is held by a maker, who gets what others leave");
    const auto instrument = instrument_named(book, ground, item);
    if (!instrument) return reader.wrong(columns.item, instrument.error().sentence);
    Holding holding{*instrument, static_cast<i64>(*size), std::nullopt};
    const auto text = columns.entry ? reader.field(*columns.entry) : std::string_view();
    if (!text.empty()) {
        const auto entry = files::parse_decimal(text, 8, Round::down, limits::price_max.units());
        if (!entry || *entry <= 0) return reader.wrong(*columns.entry, "is no price");
        holding.entry = Price::units(static_cast<i64>(*entry));
    }
    account.holdings.push_back(holding);
    return {};
}

}  // namespace

Attempt<InstrumentId> instrument_named(Book& book, const Ground& ground, const std::string& name) {
    BALLAST_TRY(Instrument made, make_instrument(ground, name));
    for (u32 i = 0; i < book.instruments.size(); ++i)
        if (book.instruments[i].series == made.series) return InstrumentId{i};
    book.instruments.push_back(std::move(made));
    return InstrumentId{static_cast<u32>(book.instruments.size() - 1)};
}

Attempt<Book> read_book(const std::filesystem::path& path, const Ground& ground,
                        const BookTerms& terms) {
    BALLAST_TRY(files::CsvReader reader, files::CsvReader::open(path));
    Columns columns{};
    BALLAST_TRY(columns.account, reader.require("account"));
    BALLAST_TRY(columns.item, reader.require("item"));
    BALLAST_TRY(columns.size, reader.require("size"));
    columns.entry = reader.column("entry");
    Book book;
    book.name = path.stem().string();
    while (true) {
        BALLAST_TRY(const bool more, reader.next());
        if (!more) break;
        BALLAST_CHECK(read_row(reader, columns, ground, book));
    }
    if (book.instruments.empty()) return fault("{}: nobody holds an instrument", path.string());
    add_makers(book, terms);
    return book;
}

void add_makers(Book& book, const BookTerms& terms) {
    if (std::ranges::any_of(book.accounts, &Account::maker)) return;
    const auto count = static_cast<u32>(terms.makers);
    const double each = terms.maker_capital * terms.size / count;
    for (u32 i = 0; i < count; ++i)
        book.accounts.push_back({fmt::format("maker {}", i + 1),
                                 true,
                                 Amount::units(static_cast<i128>(each * 1e8)),
                                 {},
                                 {}});
}

}  // namespace ballast::derivatives
