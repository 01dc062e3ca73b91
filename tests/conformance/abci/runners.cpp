#include <ballast/conform_abci/frames.hpp>

#include <array>

namespace ballast::conformance {

std::span<const Runner> abci_runners() {
    static constexpr std::array list{
        Runner{"formats/abci", "socket_frames*.json", abci::socket_frames},
    };
    return list;
}

}  // namespace ballast::conformance
