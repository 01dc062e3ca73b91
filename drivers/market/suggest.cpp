#include <ballast/market/suggest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace ballast::market {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Edits (insert, delete, replace) between two texts, whatever their case: Levenshtein's distance.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view text, const std::vector<std::string>& known) {
    std::string best;
    std::size_t fewest = 0;
    for (const std::string& candidate : known) {
        const std::size_t distance = edits(text, candidate);
        const std::size_t allowed =
            std::max<std::size_t>(1, std::max(text.size(), candidate.size()) / 3);
        if (distance > allowed || (!best.empty() && distance >= fewest)) continue;
        best = candidate;
        fewest = distance;
    }
    return best;
}

std::string suggestion(std::string_view text, const std::vector<std::string>& known) {
    const std::string near = nearest(text, known);
    const std::string all = known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "));
    if (near.empty()) return fmt::format("; there are: {}", all);
    return fmt::format("; did you mean '{}'? there are: {}", near, all);
}

}  // namespace ballast::market
