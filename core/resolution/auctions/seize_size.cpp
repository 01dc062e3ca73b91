#include <ballast/auctions/seize_size.hpp>

#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::auctions {

namespace {

using math::U256;

// The most shares whose debt with the penalty fits into the room.  The two divisions round down one
// after the other, the rate first, as in dog.bark.
Result<U256> shares_that_fit(const SeizeInput& input) {
    BALLAST_TRY(const U256 scale, math::mul(input.chop_scale, input.rate_scale));
    BALLAST_TRY(const U256 normalised, math::mul_div(input.room, scale, input.rate, Round::down));
    return normalised / input.chop;
}

}  // namespace

Result<SeizeSize> seize_size(const SeizeInput& input) {
    if (input.room.zero()) return no(Reject::auction_no_room);
    BALLAST_TRY(const U256 fitting, shares_that_fit(input));
    SeizeSize size;
    size.shares = std::min(input.shares, fitting);
    if (size.shares < input.shares) {
        const U256 rest = input.shares - size.shares;
        BALLAST_TRY(const U256 rest_owes,
                    math::mul_div(rest, input.rate, input.rate_scale, Round::down));
        if (rest_owes < input.debt_min) size.shares = input.shares;
    }
    BALLAST_TRY(size.due, math::mul_div(size.shares, input.rate, input.rate_scale, Round::up));
    if (size.shares < input.shares && size.due < input.debt_min)
        return no(Reject::auction_part_too_small);
    BALLAST_TRY(size.collateral,
                math::mul_div(input.collateral, size.shares, input.shares, Round::down));
    if (size.collateral.zero()) return no(Reject::auction_lot_empty);
    BALLAST_TRY(size.tab, math::mul_div(size.due, input.chop, input.chop_scale, Round::down));
    return size;
}

Amount seized(Amount amount, const U256& part, const U256& whole) {
    const auto share =
        math::mul_div(U256(static_cast<u128>(amount.units())), part, whole, Round::down);
    BALLAST_ASSERT(share && *share <= U256(static_cast<u128>(amount.units())));
    return Amount::units(static_cast<i128>(share->to_u128()));
}

}  // namespace ballast::auctions
