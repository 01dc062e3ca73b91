#include <ballast/conformance/runners.hpp>

#include <ballast/conform_pricing/reals.hpp>

namespace ballast::conformance {

std::span<const Runner> pricing_runners() {
    static constexpr Runner runners[] = {
        {"quant", "bs_hp_greeks*.csv", pricing::all_greeks},
        {"quant", "digital_hp_greeks*.csv", pricing::binaries},
        {"quant", "black76_hp*.csv", pricing::black76},
        {"quant", "haug_european*.csv", pricing::haug_european},
        {"quant", "haug_greeks*.csv", pricing::haug_greeks},
        {"quant", "haug_digital*.csv", pricing::haug_digital},
        {"quant", "everlasting_continuous*.csv", pricing::everlasting},
        {"quant", "everlasting_digital_continuous*.csv", pricing::everlasting_binary},
        {"quant", "everlasting_deri_published*.csv", pricing::everlasting_published},
        {"quant", "everlasting_discrete*.csv", pricing::everlasting_discrete},
        {"quant", "implied_vol_normalised*.csv", pricing::implied_normalised},
        {"quant", "implied_vol_roundtrip*.csv", pricing::implied_roundtrip},
        {"quant", "normal_cdf_hp*.csv", pricing::normal_cdf},
        {"quant", "normal_inv_hp*.csv", pricing::normal_inverse},
        {"quant", "bgk_discrete_down_out_call*.csv", pricing::down_and_out},
        {"quant", "discrete_barrier_hit*.csv", pricing::barrier_hit},
        {"deri", "deri_everlasting*.csv", pricing::deri_everlasting},
        {"deri", "deri_dpmm_option*.csv", pricing::deri_quote},
        {"derive", "lyra_black76*.csv", pricing::lyra_black76},
        {"derive", "lyra_svi*.csv", pricing::lyra_svi},
        {"derive", "black76*.json", pricing::black76_literals},
        {"derive", "svi*.json", pricing::svi_literals},
        {"derive", "fixedpoint_math*.json", pricing::fixed_point_literals}};
    return runners;
}

}  // namespace ballast::conformance
