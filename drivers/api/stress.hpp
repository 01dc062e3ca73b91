/// At which price of an underlying a margin account would be liquidated, by the machine's own
/// functions on a copy of what they read.
#pragma once

#include <ballast/clearing/health.hpp>

#include <memory>
#include <optional>

namespace ballast::api {

/// A margin account in a market of its own, which can be moved.  All of the state that counts is
/// copied, so that the chain need not wait; the terms are the machine's, and must outlive it.
class Stress {
public:
    Stress(const clearing::Sight& sight, const clearing::AccountRow& account);
    ~Stress();

    /// How the account would stand if the spot feed of the underlying (and the feed of its perps
    /// with it) were at `numerator` / `denominator` of what it is, all other feeds where they are.
    [[nodiscard]] Result<clearing::Standing> at(UnderlyingId underlying, i64 numerator,
                                                i64 denominator);

    /// The nearest marks of the spot feed under and over today's at which the maintenance margin is
    /// missing.  Steps of 1/32 of the mark down to 1/32 and of 1/16 up to 4 times it are looked at,
    /// and between the last good and the first bad one it is narrowed down to a millionth of the
    /// mark; what lies between two good steps is not seen.  Both absent: no such step, or the
    /// account is unhealthy as it is.
    struct Prices {
        std::optional<Price> below;
        std::optional<Price> above;
    };
    [[nodiscard]] Prices liquidation_prices(UnderlyingId underlying);

private:
    struct World;
    std::unique_ptr<World> world_;
};

}  // namespace ballast::api
