#include <ballast/auctions/take.hpp>

#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::auctions {

using math::U256;

Result<TakeDecision> decide_take(const TakeInput& input) {
    if (input.price.zero()) return no(Reject::auction_needs_restart);
    const U256 slice = std::min(input.lot, input.wanted);
    BALLAST_TRY(const U256 owe, math::mul_div(slice, input.price, input.scale, Round::up));
    if (owe == input.tab) return TakeDecision{slice, owe};

    if (owe > input.tab) {
        BALLAST_TRY(const U256 paid_for,
                    math::mul_div(input.tab, input.scale, input.price, Round::down));
        return TakeDecision{paid_for, input.tab};
    }
    // Who takes the whole lot leaves nothing that could be too small to sell.
    if (slice == input.lot || input.tab - owe >= input.chost) return TakeDecision{slice, owe};

    if (input.tab <= input.chost) return no(Reject::auction_leaves_dust);
    const U256 cut_back = input.tab - input.chost;
    BALLAST_TRY(const U256 paid_for,
                math::mul_div(cut_back, input.scale, input.price, Round::down));
    return TakeDecision{paid_for, cut_back};
}

Result<U256> reward(const RewardInput& input) {
    if (input.tab < input.chost || input.lot_worth < input.chost) return U256();
    BALLAST_TRY(const U256 part,
                math::mul_div(input.tab, input.chip, input.chip_scale, Round::down));
    return math::add(input.tip, part);
}

}  // namespace ballast::auctions
