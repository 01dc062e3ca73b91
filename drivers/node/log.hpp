/// What a node says about itself: one line per message, as text or as JSON, on the error stream
/// and in files that are turned over.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/node/config.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ballast::node {

enum class Level : u8 { debug, info, warn, error };

/// Any thread.
class Log {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;
    /// Writes to the error stream, and to HOME/log/ballast.log where `home` is given.
    static files::Attempt<std::shared_ptr<Log>> open(const Config& config,
                                                     const std::filesystem::path* home);
    virtual ~Log() = default;
    virtual void say(Level level, std::string_view message, const Fields& fields = {}) = 0;
};

}  // namespace ballast::node
