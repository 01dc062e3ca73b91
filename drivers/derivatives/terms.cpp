#include <ballast/derivatives/terms.hpp>

#include <ballast/files/decimal.hpp>

namespace ballast::derivatives {

using files::Attempt;
using files::fault;

Attempt<bool> set_term(BookTerms& terms, std::string_view key, std::string_view value) {
    if (key == "book.seed") {
        terms.seed = value;
        return true;
    }
    bool found = false;
    files::Fault wrong;
    each_term(terms, [&](std::string_view name, double& number, double low, double high, auto) {
        if (name != key) return;
        found = true;
        constexpr u32 decimals = 6;
        constexpr i128 most = i128{1'000'000'000'000} * 1'000'000;
        const auto units = files::parse_decimal(value, decimals, Round::down, most);
        const double read = units ? static_cast<double>(*units) * 1e-6 : 0;
        if (!units)
            wrong.sentence = fmt::format("{}: '{}' {}", key, value, files::phrase(units.error()));
        else if (read < low || read > high)
            wrong.sentence =
                fmt::format("{}: '{}' must be from {:g} to {:g}", key, value, low, high);
        else
            number = read;
    });
    if (!wrong.sentence.empty()) return std::unexpected(wrong);
    return found;
}

std::vector<std::pair<std::string, std::string>> settings_of(const BookTerms& terms) {
    std::vector<std::pair<std::string, std::string>> list;
    each_term(terms, [&](std::string_view name, const double& number, double, double, auto) {
        list.emplace_back(name, fmt::format("{:g}", number));
    });
    list.emplace_back("book.seed", terms.seed);
    return list;
}

}  // namespace ballast::derivatives
