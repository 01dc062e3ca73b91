// L6 for margin accounts, at length: bands against the full sweep over random books of perps,
// options, binaries and everlasting options, on paths that drift, jump and let time pass.

#include <ballast/binaries/binaries.hpp>
#include <ballast/everlasting/everlasting.hpp>
#include <ballast/options/options.hpp>
#include <ballast/perps/perps.hpp>
#include <ballast/sweep/test_book.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

using namespace ballast;
using sweep::Curve;
using sweep::test::Player;

struct Wish {
    u64 account_ticks = 10'000'000;
    u64 seed = static_cast<u64>(std::chrono::system_clock::now().time_since_epoch().count());
};

bool read(int count, char** words, Wish& wish) {
    for (int i = 1; i < count; i += 2) {
        if (i + 1 == count) return false;
        const std::string_view word = words[i];
        u64* const value = word == "--account-ticks" ? &wish.account_ticks
                           : word == "--seed"        ? &wish.seed
                                                     : nullptr;
        const char* const end = words[i + 1] + std::strlen(words[i + 1]);
        if (value == nullptr || std::from_chars(words[i + 1], end, *value).ptr != end) return false;
    }
    return true;
}

// Strike and right, payout, expiry.
std::vector<Player> players() {
    return {{&options::kind(), Curve::convex, true, false, true},
            {&binaries::kind(), Curve::any, true, true, true},
            {&everlasting::premium_kind(), Curve::convex, true, false, false},
            {&everlasting::futures_kind(), Curve::convex, true, false, false},
            {&everlasting::futures_kind(), Curve::any, true, true, false},
            {&perps::kind(), Curve::convex, false, false, false}};
}

}  // namespace

/// account-bands [--account-ticks N] [--seed S]
int main(int count, char** words) {
    Wish wish;
    if (!read(count, words, wish))
        return std::fputs("account-bands [--account-ticks N] [--seed S]\n", stderr), 1;
    std::printf("seed %llu\n", static_cast<unsigned long long>(wish.seed));
    sweep::test::Random random(wish.seed);
    sweep::test::Tally all;
    u64 seed = wish.seed;
    while (all.account_ticks < wish.account_ticks && all.wrong == 0) {
        const sweep::test::Options options{
            .seed = ++seed,
            .underlyings = 1 + static_cast<u32>(random.below(4)),
            .accounts = 200 + static_cast<u32>(random.below(1'800)),
            .levels = 2 + static_cast<u32>(random.below(sweep::levels_max - 2)),
            .series_per_player = 1 + static_cast<u32>(random.below(4))};
        sweep::test::TestBook book(options, players());
        const auto tally = sweep::test::run(book, options, 300);
        all.account_ticks += tally.account_ticks;
        all.looked_at += tally.looked_at;
        all.fell_sick += tally.fell_sick;
        all.healed += tally.healed;
        all.wrong += tally.wrong;
        if (tally.wrong > 0)
            std::printf("WRONG: market seed %llu\n", static_cast<unsigned long long>(seed));
    }
    std::printf("%llu account-ticks, %llu looked at, %llu fell sick, %llu healed, %llu wrong\n",
                static_cast<unsigned long long>(all.account_ticks),
                static_cast<unsigned long long>(all.looked_at),
                static_cast<unsigned long long>(all.fell_sick),
                static_cast<unsigned long long>(all.healed),
                static_cast<unsigned long long>(all.wrong));
    return all.wrong == 0 ? 0 : 1;
}
