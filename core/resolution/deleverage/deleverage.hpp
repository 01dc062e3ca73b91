/// The door of auto-deleveraging: whose positions close the position of a bankrupt account when
/// nobody else takes it, and who bears what is left of a loss.  Pure rules over numbers; who keeps
/// the accounts asks for a plan and does it.  docs/methods/account_resolution.md, sections 6 to 9.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/result.hpp>

#include <span>
#include <vector>

namespace ballast::deleverage {

/// Largest magnitude of any cash that the room is asked about; more is rejected with overflow.
inline constexpr Cash cash_max = Cash::units(i128{1} << 95);

/// The declared order in which counterparties are closed.
enum class Ranking : u8 {
    least_overshoot,  ///< Takes least from principal, then ends least profit beyond the deficit.
    queue,            ///< Profit times leverage, the highest first, as venues do.
    pro_rata,         ///< Everybody in proportion to what he can bear.
};
[[nodiscard]] constexpr bool valid(Ranking ranking) {
    return ranking <= Ranking::pro_rata;
}

/// The position to be closed.
struct Bankrupt {
    i64 size = 0;      ///< 10^-8 units, not 0; negative is short.
    Price mark;        ///< >= 0.
    Price bankruptcy;  ///< At which its account is left with nothing: not better than the mark, for
                       ///< a long not below, for a short not above.
};

/// An account on the other side.
struct Candidate {
    MarginAccountId account;
    i64 size = 0;   ///< Of its position, of the other sign than the bankrupt's.
    Cash profit;    ///< Unrealised, of this position at the mark; may be negative.
    Cash equity;    ///< Of the whole account at the marks.
    Cash notional;  ///< Worth of all its positions without their signs; over equity: leverage.
};

/// What one account gives.
struct Closure {
    MarginAccountId account;
    i64 at_bankruptcy = 0;  ///< Units closed at the bankruptcy price, without sign.
    i64 at_mark = 0;        ///< Units closed at the mark, for the account can bear no more.
    Cash haircut;           ///< What it loses against the mark; never more than its equity.
    friend bool operator==(const Closure&, const Closure&) = default;
};

struct Plan {
    std::vector<Closure> closures;  ///< By ascending account, without empty ones.
    Cash deficit;                   ///< Of the position against the mark, rounded up.
    Cash covered;                   ///< By the haircuts: exactly their sum.
    Cash uncovered;                 ///< deficit - covered: for insurance, then to be socialised.
    i64 left = 0;  ///< Units without sign for which there is no counterparty at all.
};

/// Closes `bankrupt` against `candidates`, which come in any order.  Sizes add up to the bankrupt's
/// exactly, as far as there is size; at_bankruptcy never costs more than the account's equity.
/// Rejects, in this order: deleverage_nothing (size 0), deleverage_not_bankrupt (the bankruptcy
/// price is better than the mark), deleverage_wrong_side (a candidate is on the bankrupt's side or
/// flat), deleverage_twice (an account stands there twice), overflow.
[[nodiscard]] Result<Plan> plan(Ranking ranking, const Bankrupt& bankrupt,
                                std::span<const Candidate> candidates);

/// How the burden of a plan lies.
struct Fairness {
    Cash overshoot;         ///< Profit ended beyond what the deficit needed of each account.
    Cash principal;         ///< Haircuts beyond the profit of the units closed.
    Ratio gini;             ///< Of the units closed, over all candidates: 0 all alike.
    Ratio concentration;    ///< Herfindahl–Hirschman index of the units closed: 1 one account.
    Ratio leverage_median;  ///< Of the accounts hit; the lower one of two.
    Ratio partial_share;    ///< Of the accounts hit, those that keep a part of the position.
    u32 hit = 0;            ///< Accounts.
};
/// `plan` is one for exactly these candidates, in any order.
[[nodiscard]] Fairness fairness(std::span<const Candidate> candidates, const Plan& plan);

/// The position of a bankrupt account among others, with the account's margin.
struct Carried {
    Cash value;           ///< The change of net notional value by closing: minus what it is worth.
    Cash maintenance;     ///< How much maintenance requirement that closes, without sign.
    Cash account_equity;  ///< Total net collateral of the account.
    Cash account_requirement;  ///< Its total maintenance requirement; > 0.
};
/// What the account must be paid (negative: pays) for the position so that each of its positions
/// bears its share of the equity by maintenance requirement: -value - equity * maintenance /
/// requirement.  Rounded up, towards the account's counterparties' loss being booked in full.
/// dYdX v4, GetBankruptcyPriceInQuoteQuantums.
[[nodiscard]] Result<Cash> bankruptcy_value(const Carried& carried);

/// The price per unit at which closing `size` brings `value`, between 0 and price_max: what a
/// bankrupt position is closed at.  Rounded so that the account gets no less: up for a long, down
/// for a short.  `size` is not 0.
[[nodiscard]] Price bankruptcy_price(i64 size, Cash value);

/// A holder who shares a loss.
struct Holder {
    MarginAccountId account;
    Cash equity;
};
struct Share {
    MarginAccountId account;
    Cash cash;  ///< > 0; at most the holder's equity.
    friend bool operator==(const Share&, const Share&) = default;
};
struct Socialised {
    std::vector<Share> shares;  ///< By ascending account; without zeros.
    Cash booked;                ///< What nobody's equity covers: bad debt (L8).
};
/// Shares `loss` >= 0 in proportion to positive equity; shares and `booked` are exactly the loss.
/// Rejects: deleverage_twice, overflow.
[[nodiscard]] Result<Socialised> socialise(Cash loss, std::span<const Holder> holders);

}  // namespace ballast::deleverage
