#include <ballast/conform_pricing/reals.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

namespace {

// A one-touch contract: `distance` is ln(barrier / spot), reached already if it lies the other way.
struct Touch {
    kernel::Contract contract;
    double distance;
    double deviation;
    bool down;
    bool reached;

    explicit Touch(const CsvRow& cells)
        : contract(contract_of(cells)),
          distance(kernel::log_ratio(contract.strike, contract.spot)),
          deviation(contract.volatility * std::sqrt(contract.years)),
          down(contract.right == Right::put),
          reached(down ? distance >= 0 : distance <= 0) {}
};

// How likely the barrier is reached before the end when the logarithm drifts by `drift` a year.
double probability(const Touch& touch, double drift) {
    if (touch.reached) return 1;
    const double side = touch.down ? 1.0 : -1.0;
    const double moved = drift * touch.contract.years;
    const double variance = touch.contract.volatility * touch.contract.volatility;
    return kernel::normal(side * (touch.distance - moved) / touch.deviation) +
           kernel::exponential(2.0 * drift * touch.distance / variance) *
               kernel::normal(side * (touch.distance + moved) / touch.deviation);
}

// Pays cash, or the underlying, at the end if the barrier was reached (or was not).
double at_expiry(const Touch& touch, bool cash, double size, bool in) {
    const kernel::Contract& c = touch.contract;
    const double half = 0.5 * c.volatility * c.volatility;
    const double carry = c.rate - c.yield;
    const double chance = probability(touch, cash ? carry - half : carry + half);
    const double whole = cash ? size * kernel::exponential(-c.rate * c.years)
                              : c.spot * kernel::exponential(-c.yield * c.years);
    return whole * (in ? chance : 1.0 - chance);
}

// Pays `size` when the barrier is reached: Haug 1998, after Reiner and Rubinstein.
double at_hit(const Touch& touch, double size) {
    const kernel::Contract& c = touch.contract;
    const double variance = c.volatility * c.volatility;
    const double mu = (c.rate - c.yield - 0.5 * variance) / variance;
    const double lambda = std::sqrt(mu * mu + 2.0 * c.rate / variance);
    const double z = touch.distance / touch.deviation + lambda * touch.deviation;
    const double side = touch.down ? 1.0 : -1.0;
    const double first =
        kernel::exponential((mu + lambda) * touch.distance) * kernel::normal(side * z);
    const double second = kernel::exponential((mu - lambda) * touch.distance) *
                          kernel::normal(side * (z - 2.0 * lambda * touch.deviation));
    return size * (first + second);
}

double european(const CsvRow& cells, const std::string& kind) {
    const kernel::Contract contract = contract_of(cells);
    const kernel::Columns& columns = kernel::kernels().of(contract.right);
    const double cash = one(columns.cash, contract).value;
    const double asset = one(columns.asset, contract).value;
    if (kind == "asset") return asset;
    if (kind == "cash") return cells.real("cash") * cash;
    if (kind != "gap") throw Malformed(cells.where() + ": kind " + kind);
    const double gap = asset - cells.real("cash") * cash;
    return contract.right == Right::call ? gap : -gap;
}

double american(const CsvRow& cells, bool cash) {
    const Touch touch(cells);
    const double size = cash ? cells.real("cash") : 0;
    if (cells.text("pay_at") == "expiry")
        return at_expiry(touch, cash, size, cells.text("knock") == "in");
    if (touch.reached) return cash ? size : touch.contract.spot;
    return at_hit(touch, cash ? size : touch.contract.strike);
}

}  // namespace

void haug_digital(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-12 or 4e-16 of spot; one-touch rows by closed forms over our normal";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const std::string& kind = cells.text("kind");
        const double price = cells.text("style") == "european" ? european(cells, kind)
                                                               : american(cells, kind == "cash");
        near(row, cells, "expected_hp", price, {.absolute = 4e-16 * cells.real("S")});
        near(row, cells, "expected_book", price, {0, cells.real("tol_book")});
    });
}

}  // namespace ballast::conformance::pricing
