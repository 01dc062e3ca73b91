#include "words.hpp"

#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/market/numbers.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <limits>

namespace ballast::scenarios {

std::vector<Word> split(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    std::vector<Word> words;
    std::size_t at = text.find_first_not_of(blanks);
    while (at != std::string_view::npos && text[at] != '#') {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        words.push_back({std::string(text.substr(at, end - at)), at});
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

bool Words::take(std::string_view word) {
    if (empty() || words_[at_].text != word) return false;
    ++at_;
    return true;
}

Attempt<std::string> Words::next(std::string_view what) {
    if (!empty()) return words_[at_++].text;
    if (at_ == 0) return fault("the line ends where {} was expected", what);
    return fault("the line ends after '{}', where {} was expected", words_[at_ - 1].text, what);
}

Attempt<void> Words::expect(std::string_view word) {
    BALLAST_TRY(const std::string found, next(fmt::format("the word '{}'", word)));
    if (found != word) return fault("expected the word '{}', found '{}'", word, found);
    return {};
}

Attempt<std::size_t> Words::choose(std::string_view what, const std::vector<std::string>& known) {
    BALLAST_TRY(const std::string found, next(what));
    const auto position = std::ranges::find(known, found);
    if (position != known.end()) return static_cast<std::size_t>(position - known.begin());
    return fault("expected {}, found '{}'{}", what, found, market::suggestion(found, known));
}

Attempt<i128> Words::scaled(std::string_view what, u32 decimals) {
    BALLAST_TRY(const std::string found, next(what));
    const auto value = market::read_scaled(found, decimals);
    if (!value) return fault("expected {}: '{}' {}", what, found, value.error().what);
    return *value;
}

Attempt<Amount> Words::amount() {
    BALLAST_TRY(const i128 units, scaled("an amount", files::money_decimals));
    return Amount::units(units);
}

Attempt<Price> Words::price() {
    BALLAST_TRY(const i128 units, scaled("a price", files::money_decimals));
    if (units < 0 || units > limits::price_max.units())
        return fault("expected a price from 0 to {}", text(limits::price_max));
    return Price::units(static_cast<i64>(units));
}

Attempt<Ratio> Words::ratio() {
    BALLAST_TRY(const std::string found, next("a ratio"));
    const auto units = market::read_fraction(found, files::ratio_decimals);
    if (!units) return fault("expected a ratio: '{}' {}", found, units.error().what);
    if (*units < 0 || *units > limits::ratio_max.units())
        return fault("expected a ratio from 0 to 100000%, found '{}'", found);
    return Ratio::units(static_cast<i64>(*units));
}

Attempt<Ray> Words::ray() {
    BALLAST_TRY(const i128 units, scaled("a price", market::ray_decimals));
    if (units < 0) return fault("expected a price of 0 or more");
    return Ray::units(static_cast<u128>(units));
}

Attempt<u32> Words::count() {
    BALLAST_TRY(const std::string found, next("a whole number"));
    const auto value = market::read_count(found, std::numeric_limits<u32>::max());
    if (!value) return fault("expected a whole number: '{}' {}", found, value.error().what);
    return static_cast<u32>(*value);
}

Attempt<u64> Words::seconds() {
    BALLAST_TRY(const std::string found, next("a time such as 30m"));
    const auto value = market::read_seconds(found);
    if (!value) return fault("expected a time: '{}' {}", found, value.error().what);
    return *value;
}

Attempt<void> Words::end() const {
    if (empty()) return {};
    return fault("'{}' is more than was expected here", words_[at_].text);
}

}  // namespace ballast::scenarios
