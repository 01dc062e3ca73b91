/// The first thing that is wrong with an input, and where.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace ballast::wire {

/// Remembers one sentence and the path to it, which those who were on the way add from the inside
/// out: "actions[0].transfer.amount: is -1".
class Trouble {
public:
    [[nodiscard]] bool met() const { return met_; }
    /// Only the first counts.
    void fail(std::string what) {
        if (met_) return;
        met_ = true;
        what_ = std::move(what);
    }
    void within(std::string_view name) {
        const bool dotted = !path_.empty() && path_.front() != '[';
        path_ = fmt::format("{}{}{}", name, dotted ? "." : "", path_);
    }
    void within(std::size_t element) {
        const bool dotted = !path_.empty() && path_.front() != '[';
        path_ = fmt::format("[{}]{}{}", element, dotted ? "." : "", path_);
    }
    [[nodiscard]] std::string sentence() const {
        return path_.empty() ? what_ : path_ + ": " + what_;
    }

private:
    bool met_ = false;
    std::string what_;
    std::string path_;
};

}  // namespace ballast::wire
