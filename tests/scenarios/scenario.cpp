#include "scenario.hpp"

#include <ballast/files/csv.hpp>

namespace ballast::scenarios {
namespace {

// Sections in their order; the three of the middle may come in any.
enum class Section : u8 { scenario, given, step, root };

Attempt<Section> section_of(const Words& place, const std::string& word) {
    if (word == "scenario") return Section::scenario;
    if (word == "given") return Section::given;
    if (word == "do" || word == "then" || word == "expect") return Section::step;
    if (word == "root") return Section::root;
    return place.fault("expected scenario, given, do, then, expect or root, found '{}'", word);
}

Attempt<void> add(Scenario& scenario, std::size_t position, Section& last) {
    const Line& line = scenario.lines[position];
    const Words place(scenario.place(line), line.words);
    BALLAST_TRY(const Section section, section_of(place, line.words[0].text));
    const bool first = scenario.title.empty();
    if (first && section != Section::scenario)
        return place.fault("expected the line 'scenario TITLE' first");
    if (!first && section == Section::scenario)
        return place.fault("a file holds one scenario, and this is another");
    if (section < last)
        return place.fault("'{}' may not stand after '{}'", line.words[0].text,
                           last == Section::root ? "root" : "do, then or expect");
    if (section == Section::root && last == Section::root)
        return place.fault("expected one root, and this is another");
    last = section;
    switch (section) {
        case Section::scenario:
            if (line.words.size() < 2) return place.fault("expected a title after 'scenario'");
            scenario.title = line.text.substr(line.words[1].offset);
            break;
        case Section::given: scenario.given.push_back(position); break;
        case Section::step: scenario.steps.push_back(position); break;
        case Section::root: scenario.root = position; break;
    }
    return {};
}

}  // namespace

std::string Scenario::place(const Line& line) const {
    return fmt::format("{}:{}", path.filename().string(), line.number);
}

Attempt<Scenario> parse(const std::filesystem::path& path, std::string_view text) {
    Scenario scenario{path, {}, {}, {}, {}, {}};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        const u32 number = static_cast<u32>(scenario.lines.size() + 1);
        scenario.lines.push_back({number, std::string(line), split(line)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    Section last = Section::scenario;
    for (std::size_t i = 0; i < scenario.lines.size(); ++i)
        if (!scenario.lines[i].words.empty()) BALLAST_CHECK(add(scenario, i, last));
    if (scenario.steps.empty())
        return files::fault("{}: the file ends before a line of do, then or expect",
                            path.filename().string());
    return scenario;
}

Attempt<Scenario> load(const std::filesystem::path& path) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    return parse(path, text);
}

}  // namespace ballast::scenarios
