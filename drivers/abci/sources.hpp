/// What this validator itself says of prices: reports that its publisher handed in, and a file that
/// somebody keeps up to date.
#pragma once

#include <ballast/engine/machine.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/oracle/report.hpp>

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace ballast::abci {

inline constexpr std::size_t prices_file_bytes_max = std::size_t{64} << 10;

/// Any thread.
class Sources {
public:
    struct Options {
        std::optional<PublisherId> publisher;  ///< Whose reports these are; without: nobody's.
        std::optional<keys::Signer> signer;    ///< Its key; without, the file is not read.
        std::filesystem::path file;            ///< {"ETH/USD": "2000.5", …}; need not be there.
    };
    Sources(const engine::Genesis& genesis, Options options);

    /// Takes a report of this validator's publisher, instead of an older one.  Rejects:
    /// unknown_publisher for another's, unknown_feed, report_not_newer, bad_signature.
    Result<void> offer(const oracle::Report& report);

    /// What to say now: of each feed the newest report, if it is newer than the one that the
    /// machine has, and fresh at `now`.  A price of the file is dated by the file.  A fault where
    /// the file is there and cannot be read; what was handed in is said nevertheless.
    struct Said {
        std::vector<oracle::Report> reports;
        std::optional<files::Fault> fault;
    };
    [[nodiscard]] Said fresh(const engine::Machine& machine, u64 now);

private:
    files::Attempt<void> read_file();

    const engine::Genesis genesis_;
    const crypto::Digest chain_;
    const Options options_;
    std::mutex mutex_;
    std::map<FeedId, oracle::Report> newest_;
    std::filesystem::file_time_type seen_{};  ///< Of the file when it was read.
};

}  // namespace ballast::abci
