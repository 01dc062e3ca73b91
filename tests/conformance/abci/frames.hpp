/// Messages of CometBFT's socket protocol, in words, in bytes and behind their length.
#pragma once

#include <ballast/conformance/runners.hpp>

namespace ballast::conformance::abci {

void socket_frames(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance::abci
