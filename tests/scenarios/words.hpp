/// A line of a scenario as words, and a cursor that asks for them one by one.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::scenarios {

using files::Attempt;

struct Word {
    std::string text;
    std::size_t offset = 0;  ///< In the line.
};

struct Line {
    u32 number = 0;           ///< In the file, from 1.
    std::string text;         ///< As written.
    std::vector<Word> words;  ///< Without the comment.
};

/// Takes a line apart at blanks; `#` at the start or after a blank starts a comment.
[[nodiscard]] std::vector<Word> split(std::string_view text);

/// Hands out the words of a line in order.  A fault names the file, the line and what was expected.
class Words {
public:
    Words(std::string place, std::span<const Word> words)
        : place_(std::move(place)), words_(words) {}

    [[nodiscard]] const std::string& place() const { return place_; }
    [[nodiscard]] bool empty() const { return at_ == words_.size(); }
    /// The next word, without taking it; empty at the end.
    [[nodiscard]] std::string_view peek() const {
        return empty() ? std::string_view() : words_[at_].text;
    }
    /// Whether the next word is this one; takes it if so.
    [[nodiscard]] bool take(std::string_view word);
    /// How many words have been taken.
    [[nodiscard]] std::size_t taken() const { return at_; }

    /// The next word; `what` says what it must be: "an amount".
    [[nodiscard]] Attempt<std::string> next(std::string_view what);
    /// The next word, which must be `word`.
    [[nodiscard]] Attempt<void> expect(std::string_view word);
    /// The position of the next word in `known`.
    [[nodiscard]] Attempt<std::size_t> choose(std::string_view what,
                                              const std::vector<std::string>& known);
    [[nodiscard]] Attempt<Amount> amount();
    [[nodiscard]] Attempt<Price> price();
    [[nodiscard]] Attempt<Ratio> ratio();
    [[nodiscard]] Attempt<Ray> ray();
    [[nodiscard]] Attempt<u32> count();
    [[nodiscard]] Attempt<u64> seconds();
    /// Rejects what is left over.
    [[nodiscard]] Attempt<void> end() const;

    /// A fault at this line.
    template <class... Args>
    [[nodiscard]] std::unexpected<files::Fault> fault(fmt::format_string<Args...> format,
                                                      Args&&... args) const {
        return files::fault("{}: {}", place_, fmt::format(format, std::forward<Args>(args)...));
    }

private:
    [[nodiscard]] Attempt<i128> scaled(std::string_view what, u32 decimals);

    std::string place_;
    std::span<const Word> words_;
    std::size_t at_ = 0;
};

}  // namespace ballast::scenarios
