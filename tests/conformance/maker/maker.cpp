/// Maker's price curves and its stability fee.
#include <ballast/conform_maker/maker_clip.hpp>
#include <ballast/conform_maker/maker_units.hpp>
#include <ballast/conformance/csv.hpp>
#include <ballast/conformance/json.hpp>
#include <ballast/conformance/runners.hpp>

#include <ballast/rates/rates.hpp>

#include <array>

namespace ballast::conformance {

namespace {

using namespace maker;
using auctions::Curve;
using math::U256;

constexpr std::string_view exact = "exact, in all 27 decimals";

Curve curve_of(const std::string& kind, u64 duration, u64 step, const U256& cut) {
    if (kind == "linear") return linear(duration);
    if (kind == "stairstep") return stepped(step, cut);
    if (kind == "exponential") return continuous(cut);
    throw Malformed("a curve of kind '" + kind + "'");
}

void abaci(const std::filesystem::path& file, Tally& tally) {
    tally.note = exact;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        const Curve curve = curve_of(row.text("kind"), row.small("tau_s"), row.small("step_s"),
                                     row.number("cut_ray"));
        Case test(tally, row.where());
        test.same("price_ray", row.text("price_ray"),
                  price_text(curve, row.number("top_ray"), row.small("dur_s")));
    }
}

// The same curves over longer times, computed apart from the contracts.
void price_curves(const std::filesystem::path& file, Tally& tally) {
    tally.note = exact;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        const bool line = row.text("curve") == "linear";
        const u64 seconds = row.small("step_or_tau_s");
        const Curve curve = curve_of(line ? "linear" : "stairstep", seconds, seconds,
                                     line ? U256() : row.number("per_step_factor_ray(=RAY-cut)"));
        Case test(tally, row.where());
        test.same("price_ray", row.text("price_ray"),
                  price_text(curve, row.number("top_ray"), row.small("elapsed_s")));
    }
}

void abaci_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact; where the peer's own test has a tolerance (0.001), within it";
    const Json document = read_json(file);
    std::size_t count = 0;
    for (const Json& row : array_of(document, "cases")) {
        const Curve curve = curve_of(text_of(row, "kind"), small_or(row, "tau_s", 0),
                                     small_or(row, "step_s", 0), number_or(row, "cut_ray", U256()));
        Case test(tally, "case " + std::to_string(++count));
        const auto price =
            auctions::price_after(curve, number_of(row, "top_ray"), small_or(row, "dur_s", 0));
        if (!price) {
            test.fail("price_ray", "a price", std::string(name(price.error())));
            continue;
        }
        test.near("price_ray", number_of(row, "price_ray"), *price,
                  number_or(row, "tol_abs_ray", U256()));
    }
}

void jug_drip(const std::filesystem::path& file, Tally& tally) {
    tally.note = exact;
    const Csv csv(file);
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where());
        const auto index = rates::compound_index(row.number("prev_rate_ray"),
                                                 row.number("duty_ray") + row.number("base_ray"),
                                                 row.small("elapsed_s"));
        test.same("new_rate_ray", row.text("new_rate_ray"),
                  index ? math::to_decimal(*index) : std::string(name(index.error())));
    }
}

// The fee on 100 of normalised debt, from an index of 1, in wad, rounded down; with its sign.
std::string fee_of(const Json& row) {
    const U256 base = number_or(row, "base", U256());
    const Json& duties = array_of(row, "duty");
    U256 index = ray;
    for (std::size_t i = 0; i < duties.size(); ++i) {
        u64 seconds = small_or(row, "seconds", 0);
        if (row.contains("days")) {
            const Json& days = array_of(row, "days");
            if (days.size() != duties.size()) throw Malformed("as many days as duties");
            seconds = small_of(days[i]) * 86'400;
        }
        const auto next = rates::compound_index(index, number_of(duties[i]) + base, seconds);
        if (!next) return std::string(name(next.error()));
        index = *next;
    }
    const U256 art = U256(100) * wad;
    if (index >= ray) return math::to_decimal(art * (index - ray) / ray);
    const U256 lost = (art * (ray - index) + ray - U256(1)) / ray;
    return std::string(1, '-').append(math::to_decimal(lost));
}

void jug_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in the decimals that the peer's test states";
    const Json document = read_json(file);
    for (const Json& row : array_of(document, "cases")) {
        Case test(tally, text_of(row, "name"));
        if (row.contains("fee_wad")) {
            test.same("fee_wad", text_of(row, "fee_wad"), fee_of(row));
        } else if (row.contains("result_div_1e17")) {
            // The index 10^27 makes the compounded index the power itself.
            const auto power = rates::compound_index(number_of(row, "base"), number_of(row, "x"),
                                                     small_or(row, "n", 0));
            test.same("result_div_1e17", text_of(row, "result_div_1e17"),
                      power ? math::to_decimal(*power / U256(u128{100'000'000} * 1'000'000'000))
                            : std::string(name(power.error())));
        } else {
            test.fail("the case", "fee_wad or result_div_1e17", "neither: not understood");
        }
    }
}

constexpr std::array<Runner, 7> runners{{
    {"maker", "maker_abaci*.csv", abaci},
    {"maker", "maker_jug_drip*.csv", jug_drip},
    {"maker", "maker_clip_exec*.csv", maker::clip_exec},
    {"maker", "abaci_literals*.json", abaci_literals},
    {"maker", "jug_literals*.json", jug_literals},
    {"maker", "clip_literals*.json", maker::clip_literals},
    {"quant", "dutch_auction_price_ray*.csv", price_curves},
}};

}  // namespace

std::span<const Runner> maker_runners() {
    return runners;
}

}  // namespace ballast::conformance
