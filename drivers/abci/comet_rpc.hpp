/// Asks a CometBFT over its RPC.
#pragma once

#include <ballast/files/fault.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace ballast::abci {

inline constexpr std::size_t comet_answer_bytes_max = std::size_t{8} << 20;

class CometRpc {
public:
    /// Of "127.0.0.1:26657".
    explicit CometRpc(std::string place, std::chrono::milliseconds patience)
        : place_(std::move(place)), patience_(patience) {}

    [[nodiscard]] const std::string& place() const { return place_; }
    /// The result of a method.  A fault where nobody answers in time, or with an error.  Any
    /// thread; each call is a connection of its own.
    [[nodiscard]] files::Attempt<nlohmann::json> call(const std::string& method,
                                                      const nlohmann::json& params) const;

private:
    std::string place_;
    std::chrono::milliseconds patience_;
};

/// The bytes in base64, as CometBFT's RPC takes them.
[[nodiscard]] std::string base64_of(const std::vector<u8>& bytes);

}  // namespace ballast::abci
