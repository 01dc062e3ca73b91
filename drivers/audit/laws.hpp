/// The laws of the machine, recomputed the slow way: loops over everything, exact rationals,
/// nothing remembered between blocks except where a law is about time.
#pragma once

#include <ballast/audit/findings.hpp>
#include <ballast/audit/view.hpp>

namespace ballast::audit {

/// L1 and custody (balances.cpp): every asset sums to zero over all accounts, nobody but the issuer
/// is below zero, and the machine's own accounts hold exactly what vaults, auctions and reserves
/// say, and at least what the backstop pools owe.
void check_balances(const Scene& scene, Findings& findings);

/// L2 (balances.cpp): each synthetic's supply is what its vaults owe, what is at auction and what
/// is booked as bad debt; the sums that the machine keeps are the sums of the rows.
void check_debts(const Scene& scene, Findings& findings);

/// L8 and L10 (losses.cpp): each loss is the sum of its layers, each compartment's change is what
/// was reported, and no compartment lets out more than its limit.
void check_losses(const Scene& scene, Findings& findings);

/// L3 and L9 (shadow.cpp): the block's events are followed vault by vault with exact rationals.
/// Nobody gains by rounding, new risk is covered, and where a feed is not live there is none.
void check_vaults(const Scene& scene, Findings& findings);

/// L3 (takes.cpp): what is taken from an auction is paid for at the price of its curve or above.
void check_takes(const Scene& scene, Findings& findings);

/// L6 (health.cpp): the prices that vaults are judged by, the unhealthy vaults found by bands, and
/// that each vault which was unhealthy when the block began to resolve was dealt with, and no
/// other.
void check_health(const Scene& scene, Findings& findings);

/// L1, L2, L3 and L7 of margin accounts (accounts.cpp), from the rows alone: the sums that the
/// clearing house keeps are the sums of its accounts, what it holds covers every claim and grows by
/// roundings only, and every open interest nets to zero.
void check_accounts(const Scene& scene, Findings& findings);

/// L8, L9, L10 and L7 of margin accounts (floor.cpp): the block's events are followed position by
/// position.  Risk grows on live feeds alone, what no event names does not change, the cash that a
/// compartment holds moves as the events say.
void check_floor(const Scene& scene, Findings& findings);

/// L8 and L10 (closures.cpp): what an account lacked when it was closed out is what the layers,
/// deleveraging, socialisation and the books say, and nobody of another compartment is asked.
void check_closures(const Scene& scene, Findings& findings);

/// L6 of margin accounts (standings.cpp): what each is worth and lacks, from tables of its own; and
/// each that was unhealthy when the block began to resolve, and no other, was dealt with.
void check_standings(const Scene& scene, Findings& findings);

}  // namespace ballast::audit
