#include <ballast/tools/history.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/home_history.hpp>
#include <ballast/tools/log_history.hpp>

#include <algorithm>
#include <array>

namespace ballast::tools {

files::Attempt<std::unique_ptr<History>> History::open(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return home_history(path);
    BALLAST_TRY(std::string bytes, files::read_file(path));
    return log_history(std::move(bytes), path.string());
}

files::Attempt<void> walk(const History& history, engine::Machine& machine, u64 last,
                          const Visit& visit) {
    while (machine.height() < last) {
        BALLAST_TRY(const engine::Record record, history.record(machine.height() + 1));
        if (const auto outcome = machine.execute(record.block); !outcome)
            return files::fault("block {} cannot be executed again: {}", record.block.height,
                                sentence(outcome.error()));
        BALLAST_CHECK(visit(machine, record));
    }
    return {};
}

files::Attempt<void> same_root(const engine::Machine& machine, const engine::Record& record) {
    if (machine.root() == record.root) return {};
    return files::fault(
        "block {} gives the root {}, and {} is recorded: it was written by another "
        "build, or altered",
        record.block.height, files::hex_text(machine.root()), files::hex_text(record.root));
}

files::Attempt<engine::Machine> machine_at(const History& history, u64 height,
                                           const std::function<void(u64)>& progress) {
    BALLAST_TRY(engine::Machine machine, history.start(height));
    BALLAST_CHECK(walk(history, machine, height,
                       [&progress](const engine::Machine& now, const engine::Record& record) {
                           if (progress) progress(now.height());
                           return same_root(now, record);
                       }));
    return machine;
}

bool tells_of_another_past(const files::Fault& fault) {
    constexpr std::array<std::string_view, 5> words{
        " gives the root ", " has the root ", " has another root than the log says: ",
        " cannot be executed again: ", "a block is not one that the machine accepts"};
    return std::ranges::any_of(
        words, [&fault](std::string_view part) { return fault.sentence.contains(part); });
}

}  // namespace ballast::tools
