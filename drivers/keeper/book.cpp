#include <ballast/keeper/book.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>
#include <set>

namespace ballast::keeper {
namespace {

Amount share(Amount whole, u128 part, u128 of) {
    return Amount::units(math::saturating_mul_div(whole.units(), static_cast<i128>(part),
                                                  static_cast<i128>(std::max<u128>(of, 1)),
                                                  math::money_max, Round::down));
}

// What was bought of one asset.  A lot of one asset is counted in its own units.
Amount bought(const Entry& entry, const Part& part) {
    if (entry.parts.size() == 1 && !entry.in_place && !entry.in_margin())
        return Amount::units(static_cast<i128>(entry.units));
    return share(part.amount, entry.units, entry.lot);
}

}  // namespace

std::string_view name(End end) {
    switch (end) {
        case End::pending: return "pending";
        case End::won: return "won";
        case End::lost: return "lost";
        case End::expired: return "expired";
    }
    std::unreachable();
}

std::size_t Book::submit(Entry entry) {
    entry.end = End::pending;
    entries_.push_back(std::move(entry));
    return entries_.size() - 1;
}

bool Book::close(std::size_t number, const Outcome& outcome) {
    BALLAST_ASSERT(number < entries_.size() && outcome.end != End::pending);
    Entry& entry = entries_[number];
    if (entry.end != End::pending) return false;
    entry.end = outcome.end;
    entry.height = outcome.height;
    entry.ended = outcome.time;
    entry.reason = outcome.reason;
    entry.paid = outcome.paid;
    entry.reward = outcome.reward;
    entry.units = outcome.units;
    if (entry.in_place)
        entry.units = math::magnitude(share(Amount::units(static_cast<i128>(entry.bid.units)),
                                            math::magnitude(outcome.paid.units()),
                                            math::magnitude(entry.bid.pay_max.units()))
                                          .units());
    entry.fee = outcome.fee;
    return true;
}

void Book::named(std::size_t number, std::string id) {
    BALLAST_ASSERT(number < entries_.size());
    entries_[number].id = std::move(id);
}

std::vector<std::size_t> Book::pending() const {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].end == End::pending) numbers.push_back(i);
    return numbers;
}

bool Book::bidding_on(Of of, AuctionId auction) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return entry.end == End::pending && entry.bid.of == of && entry.bid.auction == auction;
    });
}

std::optional<u64> Book::free_nonce(const Nonces& nonces) const {
    for (u64 nonce = nonces.next; nonce < nonces.next + nonces.window; ++nonce) {
        if (std::ranges::find(nonces.used, nonce) != nonces.used.end()) continue;
        const bool taken = std::ranges::any_of(entries_, [&](const Entry& entry) {
            return entry.nonce == nonce &&
                   (entry.end == End::pending || entry.height > nonces.height);
        });
        if (!taken) return nonce;
    }
    return {};
}

Amount Book::reserved(AssetId pay_asset, u64 height) const {
    Amount sum;
    for (const Entry& entry : entries_) {
        if (entry.pay_asset != pay_asset || entry.in_margin()) continue;
        if (entry.end == End::pending) sum += entry.bid.pay_max;
        if (entry.end == End::won && entry.height > height) sum += entry.paid;
    }
    return sum;
}

Amount Book::coming(AssetId asset, u64 since) const {
    Amount sum;
    for (const Entry& entry : entries_)
        for (const Part& part : entry.parts) {
            if (part.asset != asset) continue;
            if (entry.end == End::pending) sum += share(part.amount, entry.bid.units, entry.lot);
            if (entry.end == End::won && entry.ended >= since) sum += bought(entry, part);
        }
    return sum;
}

Count Book::count() const {
    Count count;
    count.submitted = entries_.size();
    for (const Entry& entry : entries_) switch (entry.end) {
            case End::pending: ++count.pending; break;
            case End::won: ++count.won; break;
            case End::lost: ++count.lost; break;
            case End::expired: ++count.expired; break;
        }
    return count;
}

std::map<std::string, u64> Book::reasons() const {
    std::map<std::string, u64> reasons;
    for (const Entry& entry : entries_)
        if (entry.end == End::lost) ++reasons[entry.reason];
    return reasons;
}

Result Book::result(AssetId pay_asset) const {
    Result result;
    for (const Entry& entry : entries_) {
        if (entry.pay_asset != pay_asset) continue;
        result.fees += entry.fee;
        if (entry.end != End::won) continue;
        result.paid += entry.paid;
        result.reward += entry.reward;
        // What the bid expected for its units, by the units that came.
        result.proceeds += Cash::units(
            share(Amount::units(entry.bid.proceeds.units()), entry.units, entry.bid.units).units());
    }
    return result;
}

std::map<AssetId, Amount> Book::changes(AssetId fee_asset) const {
    std::map<AssetId, Amount> changes;
    for (const Entry& entry : entries_) {
        changes[fee_asset] -= entry.fee;
        if (entry.end != End::won || entry.in_margin()) continue;
        changes[entry.pay_asset] += entry.reward - entry.paid;
        for (const Part& part : entry.parts) changes[part.asset] += bought(entry, part);
    }
    return changes;
}

std::vector<AssetId> Book::estimated() const {
    std::set<AssetId> assets;
    for (const Entry& entry : entries_)
        if (entry.end == End::won && !entry.in_margin() &&
            (entry.parts.size() > 1 || entry.in_place))
            for (const Part& part : entry.parts) assets.insert(part.asset);
    return {assets.begin(), assets.end()};
}

std::vector<Difference> reconcile(const std::map<AssetId, Amount>& start,
                                  const std::map<AssetId, Amount>& now, const Book& book,
                                  AssetId fee_asset) {
    std::map<AssetId, Amount> expected = start;
    for (const auto& [asset, change] : book.changes(fee_asset)) expected[asset] += change;
    for (const auto& [asset, balance] : now) expected.try_emplace(asset);
    const std::vector<AssetId> left_out = book.estimated();
    std::vector<Difference> differences;
    for (const auto& [asset, amount] : expected) {
        if (std::ranges::find(left_out, asset) != left_out.end()) continue;
        const auto found = now.find(asset);
        const Amount balance = found == now.end() ? Amount() : found->second;
        if (balance != amount) differences.push_back({asset, amount, balance});
    }
    return differences;
}

}  // namespace ballast::keeper
