#include <ballast/tools/export.hpp>
#include <ballast/engine/tables.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/tools/export_rows.hpp>

namespace ballast::tools {
namespace {

std::string head(const engine::Machine& machine) {
    Json json{{"format", "ballast-state"},
              {"version", export_version},
              {"market", machine.genesis().name},
              {"chain", files::hex_text(machine.chain())},
              {"height", machine.height()},
              {"time", machine.time()},
              {"root", files::hex_text(machine.root())},
              {"tables", Json::object()}};
    const auto& tables = machine.header().tables;
    for (std::size_t i = 0; i < tables.size(); ++i)
        json["tables"][std::string(engine::table_name(i))] = files::hex_text(tables[i]);
    std::string text = json.dump(1);
    text.erase(text.rfind('}'));
    text.pop_back();  // The sections go on in the same object.
    return text;
}

std::string_view characters(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

files::Attempt<void> export_state(const engine::Machine& machine, const Sink& sink) {
    BALLAST_CHECK(sink(head(machine)));
    for (const Section& section : sections()) {
        BALLAST_CHECK(sink(fmt::format(",\n \"{}\": [", section.name)));
        const u32 size = section.size(machine);
        for (u32 row = 0; row < size; ++row)
            BALLAST_CHECK(sink((row == 0 ? "\n  " : ",\n  ") + section.row(machine, row).dump()));
        BALLAST_CHECK(sink(size == 0 ? "]" : "\n ]"));
    }
    return sink("\n}\n");
}

files::Attempt<void> export_log(const History& history, const Sink& sink,
                                const std::function<void(u64)>& progress) {
    if (history.first() > 1)
        return files::fault("blocks below {} are gone, and a log starts at genesis",
                            history.first());
    BALLAST_CHECK(sink(characters(engine::log_header(history.genesis()))));
    for (u64 height = 1; height <= history.last(); ++height) {
        BALLAST_TRY(const engine::Record record, history.record(height));
        BALLAST_CHECK(sink(characters(engine::log_record(record.block, record.root))));
        if (progress) progress(height);
    }
    return {};
}

}  // namespace ballast::tools
