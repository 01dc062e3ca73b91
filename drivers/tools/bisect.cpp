#include <ballast/tools/bisect.hpp>
#include <ballast/engine/describe.hpp>
#include <ballast/engine/tables.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/market/market.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace ballast::tools {
namespace {

using Digests = std::vector<crypto::Digest>;

/// The digest of every page of the tables that are wanted, by place in the header.
std::vector<Digests> pages_of(const engine::State& state, const std::vector<bool>& wanted) {
    std::vector<Digests> found;
    state.each([&](const auto& table) {
        Digests& pages = found.emplace_back();
        if constexpr (requires { table.tree().pages(); }) {
            const std::size_t place = found.size() - 1;
            if (place >= wanted.size() || !wanted[place]) return;
            for (u32 page = 0; page < table.tree().pages(); ++page)
                pages.push_back(crypto::hash_leaf(table.page_bytes(page)));
        }
    });
    return found;
}

std::vector<u32> differing(const Digests& a, const Digests& b) {
    std::vector<u32> pages;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) && pages.size() < pages_shown; ++i)
        if (i >= a.size() || i >= b.size() || a[i] != b[i]) pages.push_back(static_cast<u32>(i));
    return pages;
}

/// The first line in which two market files differ.
void compare_genesis(const engine::Genesis& a, const engine::Genesis& b, Difference& difference) {
    difference.found = true;
    const std::string left = market::market_text(a);
    const std::string right = market::market_text(b);
    const auto at = std::ranges::mismatch(left, right);
    const auto line = [](const std::string& text, std::string::const_iterator place) {
        const auto before = std::find(std::make_reverse_iterator(place), text.rend(), '\n').base();
        return std::string(before, std::find(place, text.end(), '\n'));
    };
    if (left == right)
        difference.content.push_back("genesis: the accounts or vaults at the start differ");
    else
        difference.content.push_back(fmt::format("genesis: the market has '{}' and '{}'",
                                                 line(left, at.in1), line(right, at.in2)));
}

/// Compares what both record and remembers how often it asked.
class Search {
public:
    Search(const History& a, const History& b, Difference& difference)
        : a_(a), b_(b), difference_(difference) {}

    files::Attempt<bool> same_root(u64 height) {
        ++difference_.roots_asked;
        BALLAST_TRY(const crypto::Digest left, a_.root(height));
        BALLAST_TRY(const crypto::Digest right, b_.root(height));
        return left == right;
    }
    files::Attempt<bool> same_record(u64 height) const {
        BALLAST_TRY(const engine::Record left, a_.record(height));
        BALLAST_TRY(const engine::Record right, b_.record(height));
        return encode(left) == encode(right);
    }
    /// The lowest height in [low, high] whose root differs, if they differ from there on; high + 1
    /// where even the last is the same.
    files::Attempt<u64> parting(u64 low, u64 high) {
        BALLAST_TRY(const bool same, same_root(high));
        if (same) return high + 1;
        while (low < high) {
            const u64 middle = low + (high - low) / 2;
            BALLAST_TRY(const bool agree, same_root(middle));
            if (agree)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

private:
    const History& a_;
    const History& b_;
    Difference& difference_;
};

/// What this build makes of the block of one side, and whether that is what the side recorded.
engine::Machine execute(const engine::Machine& before, const engine::Record& record,
                        const char* side, Difference& difference) {
    engine::Machine machine = before;
    if (const auto outcome = machine.execute(record.block); !outcome)
        difference.notes.push_back(fmt::format("{}: this build does not accept the block: {}", side,
                                               sentence(outcome.error())));
    else if (machine.root() != record.root)
        difference.notes.push_back(
            fmt::format("{}: this build gives root {} for the block, not the recorded one: it was "
                        "written by another build, or altered",
                        side, files::hex_text(machine.root())));
    return machine;
}

/// The lowest state at or above `height` of which a side has a snapshot.
std::optional<engine::Machine> kept_from(const History& side, u64 height) {
    std::optional<engine::Machine> found;
    for (u64 top = side.last(); top >= height;) {
        auto machine = side.start(top);
        if (!machine || machine->height() < height) break;
        found = std::move(*machine);
        top = found->height() - 1;
    }
    return found;
}

/// The tables where both sides have the same block: what a side made of it is seen only in its
/// snapshots, because this build makes one state of both.
void compare_kept(const History& a, const History& b, Difference& difference,
                  const std::function<void(u64)>& progress) {
    for (const bool of_a : {true, false}) {
        const auto kept = kept_from(of_a ? a : b, difference.height);
        if (!kept) continue;
        const auto other = machine_at(of_a ? b : a, kept->height(), progress);
        if (!other) continue;
        difference.tables = of_a ? compare(*kept, *other) : compare(*other, *kept);
        difference.notes.push_back(
            fmt::format("the rooms are those that differ at height {}, of which {} has a snapshot",
                        kept->height(), of_a ? "A" : "B"));
        return;
    }
    difference.notes.push_back(
        fmt::format("neither side has a snapshot from height {} on that tells of the state which "
                    "it recorded: the room cannot be named",
                    difference.height));
}

files::Attempt<void> describe(const History& a, const History& b, Difference& difference,
                              const std::function<void(u64)>& progress) {
    const u64 height = difference.height;
    BALLAST_TRY(const engine::Record left, a.record(height));
    BALLAST_TRY(const engine::Record right, b.record(height));
    difference.recorded_a = left.root;
    difference.recorded_b = right.root;
    difference.content = compare(a.genesis(), left.block, right.block);
    auto before = machine_at(a, height - 1, progress);
    if (!before) before = machine_at(b, height - 1, progress);
    if (!before) {
        difference.notes.push_back("the state before it cannot be replayed: " +
                                   before.error().sentence);
        return {};
    }
    const engine::Machine after_a = execute(*before, left, "A", difference);
    const engine::Machine after_b = execute(*before, right, "B", difference);
    difference.tables = compare(after_a, after_b);
    if (difference.content.empty() && difference.tables.empty())
        compare_kept(a, b, difference, progress);
    return {};
}

}  // namespace

std::vector<TableDifference> compare(const engine::Machine& a, const engine::Machine& b) {
    const Digests& left = a.header().tables;
    const Digests& right = b.header().tables;
    BALLAST_ASSERT(left.size() == right.size());
    std::vector<bool> wanted;
    for (std::size_t i = 0; i < left.size(); ++i) wanted.push_back(left[i] != right[i]);
    const auto pages_a = pages_of(a.state(), wanted);
    const auto pages_b = pages_of(b.state(), wanted);
    std::vector<TableDifference> differences;
    for (std::size_t i = 0; i < left.size(); ++i)
        if (wanted[i])
            differences.push_back({std::string(engine::table_name(i)), left[i], right[i],
                                   differing(pages_a[i], pages_b[i])});
    return differences;
}

std::vector<std::string> compare(const engine::Genesis& genesis, const engine::Block& a,
                                 const engine::Block& b) {
    std::vector<std::string> lines;
    const auto say = [&lines](std::string line) {
        if (lines.size() < lines_shown) lines.push_back(std::move(line));
    };
    const auto counted = [&say](const char* what, u64 left, u64 right) {
        if (left != right) say(fmt::format("{}: {} and {}", what, left, right));
    };
    const auto each = [&say](const char* what, const auto& left, const auto& right, auto words) {
        for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
            if (encode(left[i]) != encode(right[i]))
                say(fmt::format("{} {}: {}, and {}", what, i, words(left[i]), words(right[i])));
    };
    counted("height", a.height, b.height);
    counted("time", a.time, b.time);
    counted("reports", a.reports.size(), b.reports.size());
    each("report", a.reports, b.reports, [](const oracle::Report& report) {
        return fmt::format("publisher {}, feed {}, price {}", report.publisher.value(),
                           report.feed.value(), text(report.price));
    });
    counted("transactions", a.transactions.size(), b.transactions.size());
    each("transaction", a.transactions, b.transactions,
         [&genesis](const engine::Transaction& transaction) {
             return fmt::format("of account {} with nonce {}: {}", transaction.sender.value(),
                                transaction.nonce,
                                fmt::join(engine::describe(transaction, genesis), "; "));
         });
    return lines;
}

files::Attempt<Difference> bisect(const History& a, const History& b,
                                  const std::function<void(u64)>& progress) {
    Difference difference;
    if (engine::digest_of(a.genesis()) != engine::digest_of(b.genesis())) {
        compare_genesis(a.genesis(), b.genesis(), difference);
        return difference;
    }
    const u64 low = std::max(a.first(), b.first());
    const u64 high = std::min(a.last(), b.last());
    if (low > high)
        return files::fault("no height is in both: A has {} to {}, B has {} to {}", a.first(),
                            a.last(), b.first(), b.last());
    difference.compared_from = low;
    difference.compared_to = high;
    if (a.last() != b.last())
        difference.notes.push_back(
            fmt::format("{} ends at height {}, {} goes on to {}", a.last() < b.last() ? "A" : "B",
                        high, a.last() < b.last() ? "B" : "A", std::max(a.last(), b.last())));
    Search search(a, b, difference);
    BALLAST_TRY(const u64 parting, search.parting(low, high));
    for (u64 height = low; height <= std::min(parting, high) && !difference.found; ++height) {
        BALLAST_TRY(const bool same, search.same_record(height));
        if (same) continue;
        difference.found = true;
        difference.height = height;
    }
    if (difference.found) BALLAST_CHECK(describe(a, b, difference, progress));
    return difference;
}

}  // namespace ballast::tools
