#include <ballast/conform_pricing/reals.hpp>
#include <ballast/conformance/json.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

namespace {

constexpr double wad = 1e18;
constexpr double year = 31'536'000;

// Lyra counts years in 10^-18, rounded down.
double years_of(u64 seconds) {
    const u128 units = u128{seconds} * 1'000'000'000'000'000'000 / 31'536'000;
    return static_cast<double>(units) / wad;
}

struct Prices {
    double call = 0;
    double put = 0;
    double call_delta = 0;  ///< In the forward, discounted.
};

Prices prices(double years, double sigma, double forward, double strike, double discount) {
    const double none = 0;
    const double root = std::sqrt(years);
    const kernel::EuropeanIn in{&forward, &forward,  &strike, &sigma,
                                &root,    &discount, &none,   &none};
    Result call;
    Result put;
    const kernel::Kernels& kernels = kernel::kernels();
    kernels.call.european_greeks(
        in, {&call.value, &call.delta, &call.gamma, &call.vega, &call.theta}, 1);
    kernels.put.european_greeks(in, {&put.value, &put.delta, &put.gamma, &put.vega, &put.theta}, 1);
    return {.call = call.value, .put = put.value, .call_delta = call.delta};
}

// Lyra reads its surface only so far from the forward, and no variance above 144.
double volatility(const kernel::SviSlice& slice, double k, double years) {
    const double reach = 4 * std::sqrt(slice.a + slice.b * slice.sigma);
    const double w = kernel::total_variance(slice, std::min(reach, std::max(-reach, k)));
    return std::sqrt(std::min(w, 144.0) / years);
}

double real_of(const Json& object, const char* key) {
    return std::strtod(text_of(object, key).c_str(), nullptr);
}

}  // namespace

void lyra_black76(const std::filesystem::path& file, Tally& tally) {
    tally.note = "call, put, delta within the size of 10^-18 in its moneyness and deviation";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double forward = cells.scaled("fwd_wad", wad);
        const double strike = cells.scaled("strike_wad", wad);
        const double discount = cells.scaled("discount_wad", wad);
        const double sigma = cells.scaled("vol_wad", wad);
        const double years = years_of(cells.small("t_s"));
        const Prices got = prices(years, sigma, forward, strike, discount);
        const double price = 4e-15 * discount * (forward + strike);
        near(row, "call", cells.scaled("call_wad", wad), got.call, {1e-12, price});
        near(row, "put", cells.scaled("put_wad", wad), got.put, {1e-12, price});
        near(row, "delta", cells.scaled("call_delta_wad", wad), got.call_delta, {1e-12, 1e-14});
    });
}

void lyra_svi(const std::filesystem::path& file, Tally& tally) {
    tally.note =
        "within 1e-12; with the reach 4 sqrt(a + b sigma) and the cap that Lyra adds to the "
        "formula";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const kernel::SviSlice slice{.a = cells.scaled("a_wad", wad),
                                     .b = cells.scaled("b_wad", wad),
                                     .rho = cells.scaled("rho_wad", wad),
                                     .m = cells.scaled("m_wad", wad),
                                     .sigma = cells.scaled("sigma_wad", wad)};
        const double k =
            kernel::log_ratio(cells.scaled("strike_wad", wad), cells.scaled("forward_wad", wad));
        near(row, "volatility", cells.scaled("vol_wad", wad),
             volatility(slice, k, cells.scaled("tau_wad", wad)), {1e-12, 0});
    });
}

void black76_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "prices and delta within 1e-12, as upstream asserts; years within their digits";
    const Json document = read_json(file);
    for (const Json& item : array_of(document, "cases")) {
        Case row(tally, "case " + std::to_string(tally.total));
        const double discount = real_of(item, "discount");
        const double years = years_of(small_of(item["t_seconds"]));
        const Prices got = prices(years, real_of(item, "vol"), real_of(item, "forward"),
                                  real_of(item, "strike"), discount);
        near(row, "call", real_of(item, "call"), got.call, {1e-15, 1e-12});
        near(row, "put", real_of(item, "put"), got.put, {1e-15, 1e-12});
        near(row, "delta", real_of(item, "call_delta_undiscounted") * discount, got.call_delta,
             {1e-15, 1e-12});
    }
    for (const Json& item : array_of(document, "annualise")) {
        Case row(tally, "annualise " + item[0].dump());
        near(row, "years", item[1].get<double>(), years_of(small_of(item[0])), {1e-15, 1e-18});
    }
}

void svi_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-14, as upstream asserts, or within the digits given";
    const Json document = read_json(file);
    for (const Json& item : array_of(document, "cases")) {
        Case row(tally, "case " + std::to_string(tally.total));
        const kernel::SviSlice slice{.a = real_of(item, "a"),
                                     .b = real_of(item, "b"),
                                     .rho = real_of(item, "rho"),
                                     .m = real_of(item, "m"),
                                     .sigma = real_of(item, "sigma")};
        const double years = real_of(item, "tau");
        const double k = kernel::log_ratio(real_of(item, "strike"), real_of(item, "forward"));
        const double bound =
            item.contains("digits") ? std::pow(10.0, -real_of(item, "digits")) : 1e-14;
        near(row, "volatility", real_of(item, "vol"), volatility(slice, k, years), {0, bound});
    }
}

namespace {

// The function of that name, in doubles; false if there is none.
bool apply(const std::string& name, const std::vector<double>& x, double& out) {
    if (name == "ln" || name == "lnPrecise")
        out = kernel::log_ratio(x[0], 1);
    else if (name == "exp" || name == "expPrecise")
        out = kernel::exponential(x[0]);
    else if (name == "sqrt")
        out = std::sqrt(x[0]);
    else if (name == "stdNormal")
        out = kernel::normal_density(x[0]);
    else if (name == "stdNormalCDF")
        out = kernel::normal(x[0]);
    else if (name == "decPow" && x.size() == 2)
        out = kernel::power(x[0], x[1]);
    else
        return false;
    return true;
}

}  // namespace

void fixed_point_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-14, or 2 of the last digit given";
    const Json document = read_json(file);
    for (const Json& item : array_of(document, "cases")) {
        const std::string name = text_of(item, "fn");
        Case row(tally, name + " " + item["args"].dump());
        const double unit = name.ends_with("Precise") ? 1e27 : wad;
        std::vector<double> x;
        for (const Json& argument : array_of(item, "args"))
            x.push_back(std::strtod(argument.get<std::string>().c_str(), nullptr) / unit);
        double got = 0;
        if (x.empty() || !apply(name, x, got)) {
            row.fail("function", name, "not known");
            continue;
        }
        const double divide = item["divide"].is_null() ? 1.0 : real_of(item, "divide");
        near(row, name, real_of(item, "expected") * divide / unit, got, {1e-14, 2 * divide / unit});
    }
}

}  // namespace ballast::conformance::pricing
