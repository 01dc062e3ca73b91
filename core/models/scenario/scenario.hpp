/// Margin by scenarios: every instrument is priced once in every scenario, and an account's loss is
/// the worst of the sums.  One engine; Derive's portfolio margin, Deribit's, Paradex's, SPAN and
/// our own are tables of terms.  Exact integers after the table; every rounding goes against the
/// account: what is long is valued down, what is short one unit higher.
/// docs/methods/margin.md.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/scenario/market.hpp>
#include <ballast/scenario/terms.hpp>

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace ballast::scenario {

/// `instrument` as it stands in a scenario: spot, forward and volatility moved.  Sections 1 to 3.
[[nodiscard]] pricing::Point shocked(const Terms& terms, const Scenario& scenario,
                                     const Instrument& instrument);

/// A market priced under terms.  It owns what it holds; the market may go.
struct Table {
    /// Positions of one underlying and one expiry are valued together.
    struct Group {
        UnderlyingId underlying;
        u64 expiry = 0;
        bool linear = false;
        Fine long_discount = fine_one;
        Fine short_discount = fine_one;
        Fine basis;  ///< Part of the loss by basis; 0: none.
    };
    struct Row {
        u32 rank = 0;    ///< In the order of underlying, group, strike, right; dense.
        u32 group = 0;   ///< Position in `groups`.
        u32 strike = 0;  ///< Rows of one group and strike share it.
        Fine delta;
        Ratio confidence = one;  ///< Of its feeds and of spot.
        risk::Shape shape = risk::Shape::linear;
        bool upfront = false;
        pricing::Right right = pricing::Right::call;
        bool listed = false;
    };
    struct Spot {
        Price price;
        Ratio confidence = one;
        Ratio delay;  ///< Part of |net delta| that the delay term takes.
    };

    u32 scenarios = 0;
    u32 columns = 0;  ///< In `prices`, of one instrument: today, each scenario, basis up and down.
    std::vector<i64> prices;  ///< Price units, rounded down; instrument by instrument.
    std::vector<Row> rows;    ///< By InstrumentId.
    std::vector<Group> groups;
    std::vector<Spot> spots;    ///< By UnderlyingId.
    std::vector<Asset> assets;  ///< By AssetId.
    Price settlement_price = Price::units(amount_one);

    [[nodiscard]] std::span<const i64> row(InstrumentId instrument) const {
        return std::span(prices).subspan(std::size_t{instrument.value()} * columns, columns);
    }
};

/// Prices every instrument in every scenario.  `terms` is valid; `kinds` is the registry that
/// Series.kind points into.  Costs instruments * scenarios prices.
[[nodiscard]] Table build(const Terms& terms, const Market& market,
                          std::span<const risk::Kind> kinds);

/// Room to compute in; contents mean nothing.  About 10 KiB: one per thread, used again and again.
struct Workspace {
    std::array<u32, limits::positions_max> order;
    std::array<i128, limits::scenarios_max + 3> group;
    std::array<i128, limits::scenarios_max + 1> own;
    std::array<i128, limits::scenarios_max + 1> common;
    std::array<i128, limits::scenarios_max + 1> total;
};

/// The margin of one account.  Every id that it names is in the table, and no instrument twice.
/// Allocates nothing.
[[nodiscard]] Margin evaluate(const Terms& terms, const Table& table, const Portfolio& portfolio,
                              Workspace& workspace);

/// The same over the scenarios of terms.quick alone: never less than `evaluate` gives, so that what
/// fails here fails there.  Section 14.
[[nodiscard]] Margin quick(const Terms& terms, const Table& table, const Portfolio& portfolio,
                           Workspace& workspace);

/// Each charge beside the worst loss, by name, as `explain` lists them.
enum class Charge : u8 {
    linear,
    naked,
    collateral,
    confidence,
    delay,
    concentration,
    orders,
};
inline constexpr std::size_t charge_count = 7;
[[nodiscard]] std::string_view name(Charge charge);

/// Why a margin is what it is.
struct Breakdown {
    struct Level {
        Cash loss;  ///< The worst loss, before its factor; <= 0.
        Ratio factor;
        std::array<Cash, charge_count> charges{};  ///< >= 0, by Charge; taken off as they stand.
    };
    struct Group {
        UnderlyingId underlying;
        u64 expiry = 0;
        bool linear = false;
        Cash now;                  ///< Worth today.
        std::vector<Cash> profit;  ///< By scenario, discounted, before the weight.
    };

    Margin margin;
    Cash collateral;           ///< Worth in full.
    Cash positions;            ///< Worth of what was paid upfront.
    Cash basis;                ///< Loss by basis; <= 0.
    Cash floor;                ///< Least requirement, as a loss; <= 0.
    std::vector<Cash> profit;  ///< By scenario, weighted, of the whole account.
    std::vector<Group> groups;
    Level initial;
    Level maintenance;
};

/// `evaluate` with everything that it is made of.  Its margin is the same to the unit.
[[nodiscard]] Breakdown explain(const Terms& terms, const Table& table, const Portfolio& portfolio);

}  // namespace ballast::scenario
