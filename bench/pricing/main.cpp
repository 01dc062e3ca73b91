#include "book.hpp"

#include <measure.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>

namespace {

using namespace ballast;
using bench::Column;
using bench::Figures;
using bench::Options;

constexpr std::size_t count = 1062;  // In cache; no two columns alike modulo 4096 bytes.
constexpr u32 passes = 10;           // Over all options, in one turn.
constexpr u32 times = 101;

Options options_of(u64 seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    Options options;
    for (std::size_t row = 0; row < count; ++row) {
        const double spot = 60'000 * std::exp(uniform(generator) - 0.5);
        const double years = 0.01 + 0.99 * uniform(generator);
        const double rate = 0.08 * uniform(generator);
        const double carry = 0.2 * (uniform(generator) - 0.3);
        options.spot.push_back(spot);
        options.forward.push_back(spot * std::exp(carry * years));
        options.strike.push_back(spot * std::exp(1.2 * (uniform(generator) - 0.5)));
        options.volatility.push_back(0.3 + uniform(generator));
        options.years.push_back(years);
        options.root.push_back(std::sqrt(years));
        options.discount.push_back(std::exp(-rate * years));
        options.rate.push_back(rate);
        options.carry.push_back(carry);
    }
    return options;
}

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line))
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

// As one writes it by hand: one option after the other, the normal distribution by erfc.
void scalar_greeks(const Options& o, Figures& figures) {
    const auto normal = [](double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); };
    for (std::size_t i = 0; i < count; ++i) {
        const double root = o.root[i];
        const double s = o.volatility[i] * root;
        const double d1 = std::log(o.forward[i] / o.strike[i]) / s + 0.5 * s;
        const double leg = o.discount[i] * o.forward[i] * normal(d1);
        const double density = o.discount[i] * o.forward[i] * std::exp(-0.5 * d1 * d1) *
                               (0.5 * M_2_SQRTPI * M_SQRT1_2);
        figures.value[i] = leg - o.discount[i] * o.strike[i] * normal(d1 - s);
        figures.delta[i] = leg / o.spot[i];
        figures.gamma[i] = density / (s * o.spot[i] * o.spot[i]);
        figures.vega[i] = density * root;
        figures.theta[i] = o.rate[i] * figures.value[i] - o.carry[i] * leg -
                           0.5 * o.volatility[i] * density / root;
    }
}

// The greatest difference, as a share of `scale`.
double distance(const Column& a, const Column& b, double scale) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]) / scale);
    return most;
}

// Median seconds for one option of each contender; they take turns, so that what disturbs the
// machine disturbs all of them.
std::vector<double> each(const std::vector<std::function<void()>>& contenders) {
    std::vector<std::vector<double>> seconds(contenders.size());
    for (u32 round = 0; round < times; ++round)
        for (std::size_t i = 0; i < contenders.size(); ++i)
            seconds[i].push_back(bench::median_seconds(1, contenders[i], [&] {
                for (u32 pass = 0; pass < passes; ++pass) contenders[i]();
            }));
    std::vector<double> medians;
    for (auto& of : seconds) {
        std::sort(of.begin(), of.end());
        medians.push_back(of[of.size() / 2] / static_cast<double>(passes * count));
    }
    return medians;
}

bench::Row compared(const char* what, double ours, const char* peer, double theirs, double goal) {
    return {.what = what,
            .measured = bench::time_of(ours),
            .bound = std::string(peer) + " " + bench::time_of(theirs),
            .ratio = bench::figure(theirs / ours, "times"),
            .goal = goal > 0 ? bench::figure(goal, "times") : "",
            .met = goal <= 0 || theirs / ours >= goal};
}

bench::Row implied_row(const pricing::kernel::Kernels& kernels, const Options& options,
                       const Figures& figures) {
    Column value(count);
    Column moneyness(count);
    Column deviation(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double forward = options.forward[i];
        const double strike = options.strike[i];
        const double gain = std::max(forward - strike, 0.0);
        value[i] = (figures.value[i] / options.discount[i] - gain) / std::min(forward, strike);
        moneyness[i] = std::abs(std::log(forward / strike));
    }
    const double seconds = each(
        {[&] { kernels.implied({value.data(), moneyness.data()}, deviation.data(), count); }})[0];
    double most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (value[i] < 1e-9) continue;  // What is left under the intrinsic value's rounding.
        const double exact = options.volatility[i] * options.root[i];
        most = std::max(most, std::abs(deviation[i] / exact - 1));
    }
    std::printf("implied volatility comes back within %.1e\n", most);
    return {.what = "implied volatility",
            .measured = bench::time_of(seconds),
            .bound = "150 ns",
            .ratio = bench::figure(150e-9 / seconds, "times"),
            .goal = "150 ns",
            .met = seconds <= 150e-9};
}

}  // namespace

int main() {
    std::printf("%s, one core; %s, %s\n", processor().c_str(), __VERSION__, BALLAST_BUILD_TYPE);
    const Options options = options_of(1);
    const pricing::kernel::Kernels& kernels = pricing::kernel::kernels();
    Figures ours(count);
    Figures theirs(count);
    Figures cash(count);
    Figures by_hand(count);

    Figures digital(count);
    const std::vector<double> seconds = each(
        {[&] { kernels.call.european(options.in(), ours.value.data(), count); },
         [&] { kernels.call.european_greeks(options.in(), ours.out(), count); },
         [&] { kernels.call.cash_value(options.in(), cash.value.data(), count); },
         [&] { scalar_greeks(options, by_hand); }, [&] { bench::quantlib_price(options, theirs); },
         [&] { bench::quantlib_greeks(options, theirs); },
         [&] { bench::quantlib_cash(options, digital); }});
    std::printf("to QuantLib: price %.1e of spot, delta %.1e, binary %.1e\n",
                distance(ours.value, theirs.value, 60'000), distance(ours.delta, theirs.delta, 1),
                distance(cash.value, digital.value, 1));

    const char* calculator = "BlackCalculator";
    bench::Rows rows{compared("price", seconds[0], calculator, seconds[4], 0),
                     compared("price + 4 Greeks", seconds[1], calculator, seconds[5], 25),
                     compared("price + 4 Greeks", seconds[1], calculator, seconds[5], 40),
                     compared("price + 4 Greeks", seconds[1], "scalar erfc", seconds[3], 0),
                     compared("cash binary", seconds[2], calculator, seconds[6], 25),
                     implied_row(kernels, options, ours)};
    const bool met = bench::print(rows);
    std::printf("%s\n", met ? "every goal is met" : "NOT every goal is met");
    return 0;
}
