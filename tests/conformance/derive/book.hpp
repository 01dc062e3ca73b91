/// One peer's case as a market and an account of ours.
#pragma once

#include <ballast/conformance/json.hpp>
#include <ballast/conformance/tally.hpp>
#include <ballast/scenario/scenario.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ballast::conformance {

/// Decimal figures as integers, to the nearest unit.
[[nodiscard]] pricing::Fine fine(double value);
[[nodiscard]] Ratio ratio(double value);
[[nodiscard]] Price price(double value);
[[nodiscard]] Cash cash(double value);
[[nodiscard]] double figure(Cash value);

/// A number of a case, whether it stands as a number or in a string.  Throws Malformed where it is
/// missing.
[[nodiscard]] double real(const Json& value);
[[nodiscard]] double real(const Json& object, std::string_view key);
[[nodiscard]] double real_or(const Json& object, std::string_view key, double otherwise);

/// What options of one expiry share.
struct Expiry {
    u64 seconds = 0;
    double fixed = 0;     ///< Part of the forward that has settled.
    double variable = 0;  ///< The rest.
    double rate = 0;
    double confidence = 1;
};

/// A market and an account over it.  One underlying.
class Book {
public:
    Book(double spot, double spot_confidence);

    void add_perp(double amount, double mark, double confidence);
    void add_option(const Expiry& expiry, pricing::Right right, double strike, double volatility,
                    double amount);
    void add_holding(double amount, double price, double confidence);

    /// Every scenario, charge and margin of the account.
    [[nodiscard]] scenario::Breakdown explain(const scenario::Terms& terms) const;
    [[nodiscard]] scenario::Table table(const scenario::Terms& terms) const;
    [[nodiscard]] scenario::Portfolio portfolio() const;

    /// Of positions and collateral, at spot; at least a dollar.
    [[nodiscard]] double notional() const;

    double cash = 0;  ///< With the gains that are not settled.
    double settlement_price = 1;

private:
    void add(const scenario::Instrument& instrument, double amount);

    scenario::Underlying underlying_;
    double notional_ = 0;
    std::vector<scenario::Instrument> instruments_;
    std::vector<scenario::Asset> assets_;
    std::vector<risk::Exposure> positions_;
    std::vector<scenario::Holding> holdings_;
};

/// |expected - got| <= bound, or a failure of the case.
void compare(Case& test, std::string_view what, double expected, double got, double bound);

}  // namespace ballast::conformance
