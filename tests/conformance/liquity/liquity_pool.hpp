/// The stability pool of Liquity V1, put together from the functions of the backstop under
/// Liquity's rules.
#pragma once

#include <ballast/backstop/product_sum.hpp>

#include <map>
#include <string>

namespace ballast::conformance::liquity {

using math::U256;

/// Units in one LUSD and in one ether, and what V1 never lets out of the pool.
inline constexpr u128 one = u128{1'000'000'000'000'000'000};
inline constexpr u128 remainder_min = one;

class Pool {
public:
    /// Each pays the gain out and answers how much it was.
    u128 deposit(const std::string& who, u128 amount);
    /// Takes out at most what is there; nothing where the peer refuses (`left` says how much did
    /// leave).
    u128 withdraw(const std::string& who, u128 amount, u128& left);
    /// A loss larger than what the pool can absorb is absorbed as far as it can, for as much of the
    /// collateral.
    void offset(u128 debt, u128 collateral);

    [[nodiscard]] u128 total() const { return total_; }
    [[nodiscard]] u128 collateral() const { return collateral_; }
    [[nodiscard]] const U256& product() const { return product_; }
    [[nodiscard]] u32 scale() const { return scale_; }
    [[nodiscard]] u128 deposit_of(const std::string& who) const;
    [[nodiscard]] u128 gain_of(const std::string& who) const;

private:
    struct Deposit {
        u128 initial = 0;
        U256 product;
        U256 sum;
        u32 scale = 0;
    };

    [[nodiscard]] U256 sum_of(u32 scale) const;
    void restart(const std::string& who, u128 initial);

    u128 total_ = 0;
    u128 collateral_ = 0;
    U256 product_ = backstop::liquity_v1_rules.precision;
    U256 loss_error_;
    U256 gain_error_;
    u32 scale_ = 0;
    std::map<u32, U256> sums_;
    std::map<std::string, Deposit, std::less<>> deposits_;
};

}  // namespace ballast::conformance::liquity
