#include <ballast/conform_liquity/liquity_pool.hpp>

#include <ballast/conformance/tally.hpp>

#include <algorithm>
#include <array>

namespace ballast::conformance::liquity {

namespace {

constexpr const backstop::Rules& rules = backstop::liquity_v1_rules;

}  // namespace

U256 Pool::sum_of(u32 scale) const {
    const auto sum = sums_.find(scale);
    return sum == sums_.end() ? U256() : sum->second;
}

u128 Pool::deposit_of(const std::string& who) const {
    const auto found = deposits_.find(who);
    if (found == deposits_.end()) return 0;
    const Deposit& deposit = found->second;
    return backstop::compounded(rules, deposit.initial, deposit.product, product_,
                                scale_ - deposit.scale);
}

u128 Pool::gain_of(const std::string& who) const {
    const auto found = deposits_.find(who);
    if (found == deposits_.end()) return 0;
    const Deposit& deposit = found->second;
    const std::array<U256, 2> sums{sum_of(deposit.scale) - deposit.sum, sum_of(deposit.scale + 1)};
    return backstop::gained(rules, deposit.initial, deposit.product, backstop::grown(rules, sums));
}

void Pool::restart(const std::string& who, u128 initial) {
    deposits_.erase(who);
    if (initial > 0) deposits_[who] = {initial, product_, sum_of(scale_), scale_};
}

u128 Pool::deposit(const std::string& who, u128 amount) {
    const u128 gain = gain_of(who);
    restart(who, deposit_of(who) + amount);
    total_ += amount;
    collateral_ -= gain;
    return gain;
}

u128 Pool::withdraw(const std::string& who, u128 amount, u128& left) {
    left = 0;
    const u128 here = deposit_of(who);
    const u128 leaving = std::min(amount, here);
    if (!backstop::may_leave(total_, leaving, remainder_min)) return 0;
    const u128 gain = gain_of(who);
    restart(who, here - leaving);
    total_ -= leaving;
    collateral_ -= gain;
    left = leaving;
    return gain;
}

void Pool::offset(u128 debt, u128 collateral) {
    const u128 burnt = std::min(debt, backstop::absorbable(total_, remainder_min));
    if (burnt == 0) return;
    if (U256(burnt) * rules.precision < loss_error_) throw Malformed("a loss that V1 refuses");
    const U256 portion = U256(collateral) * U256(burnt) / U256(debt);
    const u128 gain = portion.to_u128();

    const auto added = backstop::share(rules, product_, gain, total_, gain_error_);
    sums_[scale_] += added.sum;
    gain_error_ = added.error;
    const auto shrunk = backstop::shrink(rules, product_, burnt, total_, loss_error_);
    product_ = shrunk.product;
    scale_ += shrunk.scale_changes;
    loss_error_ = shrunk.error;
    total_ -= burnt;
    collateral_ += gain;
}

}  // namespace ballast::conformance::liquity
