#include <ballast/derivatives/statistics.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace ballast::derivatives {

namespace {

double square(double x) {
    return x * x;
}

// n ln(q), and nothing for nothing.
double term(double n, double q) {
    return n == 0 ? 0 : n * std::log(q);
}

// Log-likelihood of `ones` among `ones + zeros` at probability q.
double likelihood(double zeros, double ones, double q) {
    return term(zeros, 1 - q) + term(ones, q);
}

double unbiased_variance(const std::vector<double>& values) {
    double mean = 0;
    for (const double value : values) mean += value;
    mean /= static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) sum += square(value - mean);
    return sum / static_cast<double>(values.size() - 1);
}

}  // namespace

double parkinson(const Bar& bar) {
    return square(std::log(bar.high / bar.low)) / (4 * std::numbers::ln2);
}

double garman_klass(const Bar& bar) {
    return 0.5 * square(std::log(bar.high / bar.low)) -
           (2 * std::numbers::ln2 - 1) * square(std::log(bar.close / bar.open));
}

double rogers_satchell(const Bar& bar) {
    const double up = std::log(bar.high / bar.open);
    const double down = std::log(bar.low / bar.open);
    const double close = std::log(bar.close / bar.open);
    return up * (up - close) + down * (down - close);
}

double range_variance(const Bar& bar) {
    return std::max(0.0, (garman_klass(bar) + rogers_satchell(bar)) / 2);
}

double yang_zhang(std::span<const Bar> bars) {
    std::vector<double> overnight;
    std::vector<double> inside;
    double satchell = 0;
    for (std::size_t i = 1; i < bars.size(); ++i) {
        overnight.push_back(std::log(bars[i].open / bars[i - 1].close));
        inside.push_back(std::log(bars[i].close / bars[i].open));
        satchell += rogers_satchell(bars[i]);
    }
    const auto n = static_cast<double>(inside.size());
    const double k = 0.34 / (1.34 + (n + 1) / (n - 1));
    return unbiased_variance(overnight) + k * unbiased_variance(inside) + (1 - k) * satchell / n;
}

double ewma(double state, double value, double lambda) {
    return lambda * state + (1 - lambda) * value;
}

namespace {
constexpr std::array<double, 3> decays{0.5, 0.85, 0.97};
constexpr std::array<double, 3> weights{0.4, 0.35, 0.25};
}  // namespace

void HExp::add(double variance, double days) {
    for (std::size_t i = 0; i < decays.size(); ++i)
        states_[i] = ewma(states_[i], variance, std::pow(decays[i], days));
}

double HExp::forecast() const {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * states_[i];
    return sum;
}

double qlike(std::span<const double> realised, std::span<const double> forecast) {
    double sum = 0;
    for (std::size_t i = 0; i < realised.size(); ++i) {
        const double ratio = realised[i] / forecast[i];
        sum += ratio - std::log(ratio) - 1;
    }
    return sum / static_cast<double>(realised.size());
}

double chi_square_tail(double statistic, int degrees) {
    if (statistic <= 0) return 1;
    if (degrees == 2) return std::exp(-statistic / 2);
    return std::erfc(std::sqrt(statistic / 2));
}

Test kupiec(u64 count, u64 exceptions, double p) {
    if (count == 0) return {};
    const auto n = static_cast<double>(count);
    const auto x = static_cast<double>(exceptions);
    const double ratio = std::max(0.0, 2 * (likelihood(n - x, x, x / n) - likelihood(n - x, x, p)));
    return {ratio, chi_square_tail(ratio, 1)};
}

Accepted kupiec_accepted(u64 count, double p) {
    constexpr double rejected_from = 3.841458820694124;  // 95 % of chi-square, one degree.
    const auto expected = static_cast<u64>(static_cast<double>(count) * p);
    Accepted accepted{expected, expected};
    while (accepted.least > 0 && kupiec(count, accepted.least - 1, p).ratio < rejected_from)
        --accepted.least;
    while (accepted.most < count && kupiec(count, accepted.most + 1, p).ratio < rejected_from)
        ++accepted.most;
    return accepted;
}

Coverage christoffersen(const Transitions& counts, double p) {
    const auto n00 = static_cast<double>(counts.n00);
    const auto n01 = static_cast<double>(counts.n01);
    const auto n10 = static_cast<double>(counts.n10);
    const auto n11 = static_cast<double>(counts.n11);
    const auto share = [](double part, double whole) { return whole == 0 ? 0 : part / whole; };
    const double both = share(n01 + n11, n00 + n01 + n10 + n11);
    const double after_none = share(n01, n00 + n01);
    const double after_one = share(n11, n10 + n11);
    Coverage result;
    result.unconditional =
        kupiec(counts.n00 + counts.n01 + counts.n10 + counts.n11, counts.n01 + counts.n11, p);
    const double ratio =
        std::max(0.0, 2 * (likelihood(n00, n01, after_none) + likelihood(n10, n11, after_one) -
                           likelihood(n00 + n10, n01 + n11, both)));
    result.independence = {ratio, chi_square_tail(ratio, 1)};
    const double sum = result.unconditional.ratio + ratio;
    result.conditional = {sum, chi_square_tail(sum, 2)};
    return result;
}

}  // namespace ballast::derivatives
