/// The audit of a block log: replays it and checks every law at every block.
#pragma once

#include <ballast/audit/auditor.hpp>
#include <ballast/engine/log.hpp>

#include <expected>
#include <functional>
#include <optional>

namespace ballast::audit {

struct Report {
    std::string market;  ///< The genesis' own name.
    u64 blocks = 0;
    u64 transactions = 0;
    u64 accepted = 0;
    u64 events = 0;
    u64 bytes = 0;  ///< Of the log that were read and good.
    crypto::Digest root{};
    Findings findings;
    /// Why the audit stopped before the end of the log; empty if it did not.
    std::string stopped;

    [[nodiscard]] bool clean() const { return stopped.empty() && findings.violated() == 0; }
};

/// Called after every block with the blocks and the bytes done so far.
using Progress = std::function<void(u64 blocks, u64 bytes)>;

/// Where blocks come from: the next one, nothing at the end, or why there is no more.
using Next = std::function<std::expected<std::optional<engine::Record>, std::string>()>;

/// Audits the blocks that follow on the machine, which is left where the audit ended.  A root that
/// differs from the recorded one is a violation of L5.  Of bytes nothing is said.
[[nodiscard]] Report audit_blocks(engine::Machine& machine, const Next& next, Options options = {},
                                  const Progress& progress = {});

/// Audits a whole log.  A root that differs from the recorded one is a violation of L5.
[[nodiscard]] Report audit_log(ByteView log, Options options = {}, const Progress& progress = {});

}  // namespace ballast::audit
