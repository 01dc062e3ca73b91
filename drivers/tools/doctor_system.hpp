/// What the doctor asks of the machine that the node stands on.  Not part of the door.
#pragma once

#include <ballast/node/config.hpp>
#include <ballast/tools/doctor.hpp>

namespace ballast::tools {

/// The clock, beside the time of the last block (0: there is none).
[[nodiscard]] Finding check_clock(u64 last_block);
/// How much is free on the disk of the home.
[[nodiscard]] Finding check_space(const std::filesystem::path& home, const node::Config& config);
/// How long a small write takes to be durable.
[[nodiscard]] Finding check_sync(const std::filesystem::path& home);
/// Whether as many files may be open as there may be connections.
[[nodiscard]] Finding check_files(const node::Config& config);
/// Whether the node that would be started could listen.
[[nodiscard]] Finding check_port(const node::Config& config, bool running);
/// Whether the program that orders blocks is there, and of the version that is tested.
[[nodiscard]] Finding check_consensus(const node::Config& config,
                                      const files::Attempt<std::filesystem::path>& comet);

}  // namespace ballast::tools
