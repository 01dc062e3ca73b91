/// In which order counterparties are closed.  Not part of the door.
#pragma once

#include <ballast/deleverage/deleverage.hpp>

#include <vector>

namespace ballast::deleverage {

/// What a unit closed at the bankruptcy price loses against the mark; >= 0.
[[nodiscard]] constexpr Price haircut_of(const Bankrupt& bankrupt) {
    const Price loss = bankrupt.bankruptcy - bankrupt.mark;
    return bankrupt.size > 0 ? loss : -loss;
}

/// Positions in `candidates`, the first to be closed first; equals by account.  Not for pro_rata,
/// which has no order.
[[nodiscard]] std::vector<std::size_t> order_of(Ranking ranking, const Bankrupt& bankrupt,
                                                std::span<const Candidate> candidates);

}  // namespace ballast::deleverage
