/// A market for development: ten funded accounts whose keys everybody knows, one publisher, and a
/// feed of prices that the node makes itself.
#pragma once

#include <ballast/keys/keys.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/embedded.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ballast::node {

inline constexpr std::size_t dev_accounts = 10;

/// The keys of the dev accounts, "alice", "bob" and so on, and the publisher's.
[[nodiscard]] const std::vector<std::string>& dev_names();
[[nodiscard]] keys::Signer dev_key(std::size_t account);
[[nodiscard]] keys::Signer dev_publisher();

/// The market of the file with the dev publisher on every feed, alone, and the dev accounts, each
/// with a million of every asset that is not a synthetic.  Its time is `time`.
[[nodiscard]] files::Attempt<engine::Genesis> dev_genesis(const std::filesystem::path& market,
                                                          u64 time);
/// What is printed at the start: accounts, private keys, and that they are public.
[[nodiscard]] std::string dev_banner();

/// Prices that go on by themselves.
class DevFeed {
public:
    /// `words` is "random-walk", "random-walk:SEED", or "scenario:NAME[@SPEED]", whose prices are
    /// taken from SCENARIOS/NAME.  A fault says what is wrong with it.
    static files::Attempt<std::unique_ptr<DevFeed>> start(const std::string& words,
                                                          const std::filesystem::path& scenarios,
                                                          Embedded& node, Log& log);
    virtual ~DevFeed() = default;  ///< Stops.
};

}  // namespace ballast::node
