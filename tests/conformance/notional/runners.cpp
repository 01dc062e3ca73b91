#include <ballast/conform_notional/dydx.hpp>
#include <ballast/conform_notional/topics.hpp>

namespace ballast::conformance {

std::span<const Runner> notional_runners() {
    static const std::vector<Runner> runners = [] {
        std::vector<Runner> all;
        dydx::margin_tables(all);
        dydx::liquidation_tables(all);
        all.push_back({"drift", "pure_function_tests*.json", drift_functions});
        all.push_back({"derive", "srm_cases*.json", standard_cases});
        all.push_back({"derive", "cash_asset_sequence*.json", cash_sequence});
        all.push_back({"derive", "cash_asset_high_util*.json", cash_high_utilisation});
        all.push_back({"derive", "srm_named_portfolios*.json", standard_portfolios});
        return all;
    }();
    return runners;
}

}  // namespace ballast::conformance
