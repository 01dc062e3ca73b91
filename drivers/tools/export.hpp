/// The state as JSON that people and other programs read: rows in the order of their numbers,
/// amounts as decimal strings, names for assets, feeds, types and publishers.
#pragma once

#include <ballast/engine/machine.hpp>
#include <ballast/tools/history.hpp>

#include <functional>
#include <string_view>

namespace ballast::tools {

inline constexpr u32 export_version = 1;

/// Is given the text piece by piece.
using Sink = std::function<files::Attempt<void>(std::string_view)>;

/// Only what is state: the same state always gives the same text, however the machine came to it.
/// One row per line.
[[nodiscard]] files::Attempt<void> export_state(const engine::Machine& machine, const Sink& sink);

/// The blocks of a history as a log file.  A fault where its beginning is gone, because a log
/// starts at genesis.
[[nodiscard]] files::Attempt<void> export_log(const History& history, const Sink& sink,
                                              const std::function<void(u64)>& progress = {});

}  // namespace ballast::tools
