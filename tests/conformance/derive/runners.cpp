#include <ballast/conform_derive/derive.hpp>

#include <array>

namespace ballast::conformance {

std::span<const Runner> derive_runners() {
    static constexpr std::array runners{
        Runner{"derive", "pmrm2_portfolio_cases*.json", pmrm2_portfolios},
        Runner{"derive", "pmrm1_verify_scenarios*.json", pmrm1_verified},
        Runner{"derive", "pmrm1_scenarios_inputs_only*.json", pmrm1_inputs},
        Runner{"derive", "pmrm1_test_params*.json", pmrm1_parameters},
        Runner{"quant", "scan_matrix_portfolios*.json", scan_matrix},
        Runner{"quant", "span_16_scenarios*.csv", span_sixteen},
        Runner{"quant", "deribit_vol_shock*.csv", deribit_volatility},
        Runner{"derive", "pmrm1_named_portfolios*.json", pmrm1_named},
    };
    return runners;
}

}  // namespace ballast::conformance
