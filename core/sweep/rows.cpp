#include <ballast/base/assert.hpp>
#include <ballast/sweep/sweep.hpp>

#include <bit>
#include <limits>

namespace ballast::sweep {
namespace {

constexpr u32 exponent_max = 8;  // A lot is at most one whole unit.

/// The largest power of ten, as its exponent, that divides every size.
u8 common_exponent(std::span<const Position> positions) {
    i64 lot = 1;
    u8 exponent = 0;
    while (exponent < exponent_max) {
        for (const Position& position : positions)
            if (position.size % (lot * 10) != 0) return exponent;
        lot *= 10;
        ++exponent;
    }
    return exponent;
}

constexpr i64 lot_of(u8 exponent) {
    i64 lot = 1;
    for (u8 i = 0; i < exponent; ++i) lot *= 10;
    return lot;
}

}  // namespace

Rows::Account Rows::append(std::span<const Position> positions) {
    BALLAST_ASSERT(positions.size() <= limits::positions_max);
    const u8 exponent = common_exponent(positions);
    const i64 lot = lot_of(exponent);
    u64 lots = 0;
    bool wide = false;
    Account account;
    account.count = static_cast<u16>(positions.size());
    account.exponent = exponent;
    for (const Position& position : positions) {
        BALLAST_ASSERT(-limits::size_max <= position.size && position.size <= limits::size_max);
        const i64 count = position.size / lot;
        wide = wide || count < std::numeric_limits<i32>::min() ||
               count > std::numeric_limits<i32>::max();
        lots += static_cast<u64>(count < 0 ? -count : count);
    }
    if (wide) {
        account.exponent = 0;
        account.bits = Account::many;
        account.begin = static_cast<u32>(wide_.size());
        wide_.insert(wide_.end(), positions.begin(), positions.end());
        return account;
    }
    account.bits = static_cast<u8>(std::bit_width(lots));
    account.begin = static_cast<u32>(narrow_.size());
    for (const Position& position : positions)
        narrow_.push_back({position.row, static_cast<i32>(position.size / lot)});
    return account;
}

u32 Rows::push(std::span<const Position> positions) {
    accounts_.push_back(append(positions));
    return size() - 1;
}

void Rows::set(u32 account, std::span<const Position> positions) {
    BALLAST_ASSERT(account < size());
    abandoned_ += accounts_[account].count;
    accounts_[account] = append(positions);
    if (abandoned_ > (narrow_.size() + wide_.size()) / 2) compact();
}

void Rows::compact() {
    Rows fresh;
    fresh.accounts_.reserve(accounts_.size());
    for (Account account : accounts_) {
        if (account.wide()) {
            const std::span<const Position> held = wide(account);
            account.begin = static_cast<u32>(fresh.wide_.size());
            fresh.wide_.insert(fresh.wide_.end(), held.begin(), held.end());
        } else {
            const std::span<const Lots> held = narrow(account);
            account.begin = static_cast<u32>(fresh.narrow_.size());
            fresh.narrow_.insert(fresh.narrow_.end(), held.begin(), held.end());
        }
        fresh.accounts_.push_back(account);
    }
    *this = std::move(fresh);
}

std::vector<Position> Rows::positions(u32 account) const {
    BALLAST_ASSERT(account < size());
    const Account& of = accounts_[account];
    if (of.wide()) return {wide(of).begin(), wide(of).end()};
    std::vector<Position> positions;
    const i64 lot = lot_of(of.exponent);
    for (const Lots& lots : narrow(of)) positions.push_back({lots.row, lots.count * lot});
    return positions;
}

}  // namespace ballast::sweep
