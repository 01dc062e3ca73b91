/// A value of the machine beside the word that stands for it in a scenario.
#pragma once

#include "words.hpp"

#include <variant>

namespace ballast::scenarios {

/// What a column holds: a word, or a number of 10^-decimals.
struct Figure {
    static Figure word(std::string_view text) { return {std::string(text), 0, 0}; }
    static Figure of(Amount amount) { return {"", amount.units(), 8}; }
    static Figure of(Cash cash) { return {"", cash.units(), 8}; }
    static Figure of(Price price) { return {"", price.units(), 8}; }
    static Figure of(Ratio ratio) { return {"", ratio.units(), 9}; }
    static Figure of(Ray ray) { return {"", static_cast<i128>(ray.units()), 27}; }
    static Figure of(u32 count) { return {"", count, 0}; }

    std::string text;  ///< Of a word; empty for a number.
    i128 value = 0;
    u32 decimals = 0;
};

/// The figure in the manner of `expected`: as a percentage if that is one, cut to as many digits
/// if that ends in "..".  Where the two agree the answer is `expected` itself.  A fault says why
/// `expected` is no number.
[[nodiscard]] Attempt<std::string> spelled_like(const Words& place, const std::string& expected,
                                                const Figure& figure);

}  // namespace ballast::scenarios
