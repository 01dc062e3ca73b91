#include "measure.hpp"
#include "random.hpp"

#include <ballast/crypto/digest.hpp>

#include <sample_market.hpp>

#include <set>

namespace ballast::bench {

std::size_t bytes_to_hash(const ledger::Ledger& ledger, std::set<u32> pages) {
    std::size_t bytes = 0;
    for (const u32 page : pages) bytes += ledger.page_bytes(page).size() + 1;
    u32 level = ledger.tree().pages();
    for (; level > 1; level = (level + 1) / 2) {
        std::set<u32> parents;
        for (const u32 page : pages) parents.insert(page / 2);
        bytes += parents.size() * 65;
        pages = std::move(parents);
    }
    return bytes;
}

Rows roots() {
    constexpr u32 accounts = 1'000'000;
    constexpr u32 changed = accounts / 100;
    ledger::Ledger ledger(3);
    for (u32 i = 0; i < accounts; ++i)
        ledger.post({system_account::issuer, ledger.open(), AssetId{0}, Amount::units(1'000'000)});
    keep(ledger.digest());

    Random random(3);
    std::set<u32> pages;
    const auto change = [&] {
        pages.clear();
        for (u32 i = 0; i < changed; ++i) {
            const AccountId account{system_accounts + static_cast<u32>(random.below(accounts))};
            ledger.post({system_account::issuer, account, AssetId{1}, Amount::units(1)});
            pages.insert(account.value() / ledger::accounts_per_page);
        }
        pages.insert(0);  // The issuer's.
    };
    const double seconds = median_seconds(21, change, [&] { keep(ledger.digest()); });
    const Bytes bytes(bytes_to_hash(ledger, pages), 7);
    const double bound = median_seconds(21, [] {}, [&] { keep(crypto::sha256(bytes)); });
    return {{"root after 1 % of 1M accounts changed (" + std::to_string(pages.size()) + " pages)",
             time_of(seconds), time_of(bound) + " for SHA-256 of the bytes",
             figure(seconds / bound, "x"), "<= 3 x", seconds <= 3 * bound}};
}

}  // namespace ballast::bench
