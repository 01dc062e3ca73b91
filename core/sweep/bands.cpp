#include <ballast/sweep/bands.hpp>

#include <ballast/base/assert.hpp>

namespace ballast::sweep {
namespace {

constexpr u16 never = 0;  // The band that holds no market.

Region nowhere_at_all() {
    Region region;
    region.low[0] = 1;
    return region;
}

}  // namespace

Bands::Bands(u32 underlyings) : shelves_(underlyings) {
    for (Shelf& shelf : shelves_) {
        shelf.bands.reserve(bands_max);
        shelf.bands.push_back({nowhere_at_all(), {}, 0, true, false});
    }
}

bool Bands::stands(BandId band) const {
    const Shelf& shelf = shelves_[band.underlying.value()];
    return band.number < shelf.bands.size() && shelf.bands[band.number].stands &&
           shelf.bands[band.number].edition == band.edition;
}

u32 Bands::accounts_in(BandId band) const {
    if (!stands(band)) return 0;
    return static_cast<u32>(shelves_[band.underlying.value()].bands[band.number].members.size());
}

void Bands::end(BandId id) {
    Band& band = at(id);
    BALLAST_ASSERT(id.number != never && band.members.empty());
    band.stands = false;
    ++band.edition;
    shelves_[id.underlying.value()].free.push_back(id.number);
}

void Bands::give_way(UnderlyingId underlying) {
    Shelf& shelf = shelves_[underlying.value()];
    u16 fewest = 1;
    for (u16 i = 2; i < shelf.bands.size(); ++i)
        if (shelf.bands[i].members.size() < shelf.bands[fewest].members.size()) fewest = i;
    Band& band = shelf.bands[fewest];
    for (const u32 member : band.members) {
        members_[member].band = never;
        members_[member].position = static_cast<u32>(shelf.bands[never].members.size());
        shelf.bands[never].members.push_back(member);
    }
    band.members.clear();
    end({underlying, fewest, band.edition});
}

BandId Bands::open(UnderlyingId underlying, const Region& region) {
    Shelf& shelf = shelves_[underlying.value()];
    if (shelf.free.empty() && shelf.bands.size() == bands_max) give_way(underlying);
    u16 number = static_cast<u16>(shelf.bands.size());
    if (shelf.free.empty()) {
        shelf.bands.emplace_back();
    } else {
        number = shelf.free.back();
        shelf.free.pop_back();
    }
    Band& band = shelf.bands[number];
    band.region = region;
    band.stands = true;
    band.closed = false;
    return {underlying, number, band.edition};
}

void Bands::close(BandId id) {
    if (!stands(id) || id.number == never) return;
    Band& band = at(id);
    band.closed = true;
    if (band.members.empty()) end(id);
}

void Bands::enter(u32 account, BandId id) {
    const u16 number = stands(id) ? id.number : never;
    std::vector<u32>& list = shelves_[id.underlying.value()].bands[number].members;
    const Member member{account, first_[account], static_cast<u32>(list.size()),
                        id.underlying.value(), number};
    u32 slot = static_cast<u32>(members_.size());
    if (free_.empty()) {
        members_.push_back(member);
    } else {
        slot = free_.back();
        free_.pop_back();
        members_[slot] = member;
    }
    list.push_back(slot);
    first_[account] = slot;
}

/// Takes the member out of its band's list; the last of the list takes its place.
void Bands::remove(u32 slot) {
    const Member member = members_[slot];
    Band& band = shelves_[member.underlying].bands[member.band];
    const u32 last = band.members.back();
    band.members[member.position] = last;
    members_[last].position = member.position;
    band.members.pop_back();
    free_.push_back(slot);
    if (band.closed && band.members.empty())
        end({UnderlyingId{member.underlying}, member.band, band.edition});
}

void Bands::drop(u32 account) {
    if (account >= first_.size()) return;
    u32 slot = first_[account];
    first_[account] = nowhere;
    while (slot != nowhere) {  // As often as the account has underlyings.
        const u32 next = members_[slot].next;
        remove(slot);
        slot = next;
    }
}

void Bands::place(u32 account, std::span<const BandId> bands) {
    if (account >= first_.size()) first_.resize(std::size_t{account} + 1, nowhere);
    drop(account);
    for (const BandId band : bands) enter(account, band);
}

void Bands::leave(UnderlyingId underlying, const Coordinates& now, std::vector<u32>& out) {
    Shelf& shelf = shelves_[underlying.value()];
    for (Band& band : shelf.bands) {
        if (!band.stands || band.members.empty()) continue;
        if (band.region.holds(now)) continue;
        while (!band.members.empty()) {  // Dropping an account removes one of these.
            const u32 account = members_[band.members.back()].account;
            out.push_back(account);
            drop(account);
        }
    }
}

}  // namespace ballast::sweep
