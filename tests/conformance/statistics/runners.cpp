#include <ballast/conform_statistics/statistics.hpp>

#include <array>

namespace ballast::conformance {

std::span<const Runner> statistics_runners() {
    static constexpr std::array list{
        Runner{"quant", "kupiec_pof*.csv", statistics::proportion_of_failures},
        Runner{"quant", "kupiec_nonrejection*.csv", statistics::not_rejected},
        Runner{"quant", "christoffersen*.csv", statistics::independence},
        Runner{"quant", "volatility_estimators_expected*.json", statistics::estimators},
    };
    return list;
}

}  // namespace ballast::conformance
