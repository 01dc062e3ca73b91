#include <ballast/node/log.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <nlohmann/json.hpp>

namespace ballast::node {
namespace {

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warn: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class SpdLog final : public Log {
public:
    SpdLog(std::vector<spdlog::sink_ptr> sinks, const Config& config)
        : logger_("ballast", sinks.begin(), sinks.end()), json_(config.log_format == "json") {
        logger_.set_level(spdlog::level::from_str(config.log_level));
        logger_.flush_on(spdlog::level::info);
        logger_.set_pattern(json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                  : "%Y-%m-%dT%H:%M:%S.%eZ %-5l %v",
                            spdlog::pattern_time_type::utc);
    }
    void say(Level level, std::string_view message, const Fields& fields) override {
        if (!logger_.should_log(level_of(level))) return;
        std::string line = json_ ? R"("message":)" + json_text(message) : std::string(message);
        for (const auto& [key, value] : fields)
            line += json_ ? fmt::format(",{}:{}", json_text(key), json_text(value))
                          : fmt::format(" {}={}", key, value);
        logger_.log(level_of(level), spdlog::string_view_t(line));
    }

private:
    spdlog::logger logger_;
    bool json_;
};

}  // namespace

files::Attempt<std::shared_ptr<Log>> Log::open(const Config& config,
                                               const std::filesystem::path* home) {
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    try {
        if (home != nullptr) {
            const auto path = *home / "log" / "ballast.log";
            std::filesystem::create_directories(path.parent_path());
            sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                path.string(), config.log_file_bytes, config.log_files));
        }
    } catch (const std::exception& wrong) {
        return files::fault("the log cannot be opened: {}", wrong.what());
    }
    return std::make_shared<SpdLog>(std::move(sinks), config);
}

}  // namespace ballast::node
