/// The methods that every server has by itself.
#pragma once

#include <ballast/rpc/methods.hpp>

#include <vector>

namespace ballast::rpc {

/// Their descriptions: rpc.discover, channel.subscribe, channel.unsubscribe.
[[nodiscard]] std::vector<Method> own_methods();

}  // namespace ballast::rpc
