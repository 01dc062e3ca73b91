#include <ballast/conform_notional/drift.hpp>

#include <ballast/conform_notional/topics.hpp>

namespace ballast::conformance {

namespace {

using drift::Figures;

std::vector<Whole> arguments_of(const Json& row) {
    std::vector<Whole> arguments;
    for (const Json& value : array_of(row, "args"))
        arguments.push_back(value == "None" ? drift::not_given : whole_of(value));
    return arguments;
}

void answer(const drift::Function& function, const Json& row, Case& test) {
    const std::vector<Whole> arguments = arguments_of(row);
    if (arguments.size() != function.parameters) {
        test.fail("arguments", std::to_string(function.parameters),
                  std::to_string(arguments.size()));
        return;
    }
    const Figures figures = function.answer(arguments);
    const bool first = !row.contains("out_index") || row["out_index"].is_null();
    const u64 index = first ? 0 : small_of(row["out_index"]);
    if (index >= figures.size()) throw Malformed("out_index " + std::to_string(index));
    test.same("expected", whole_of(row, "expected").text(), figures[index].text());
}

// How many rows ask what an earlier one asked and expect something else: of each such question at
// most one row can be answered.
std::size_t contradictions(const Json& rows) {
    std::map<std::string, std::string> answers;
    std::size_t count = 0;
    for (const Json& row : rows) {
        const std::string index = row.contains("out_index") ? row["out_index"].dump() : "";
        const std::string expected = text_of(row, "expected");
        const auto [first, fresh] = answers.emplace(array_of(row, "args").dump() + index, expected);
        if (!fresh && first->second != expected) ++count;
    }
    return count;
}

}  // namespace

void drift_functions(const std::filesystem::path& file, Tally& tally) {
    drift::Functions functions;
    drift::add_account_functions(functions);
    drift::add_maker_functions(functions);
    const Json document = read_exact(file);
    std::size_t contradicted = 0;
    for (const Json& entry : array_of(document, "functions")) {
        const std::string name = text_of(entry, "function");
        const auto found = functions.find(name);
        std::size_t count = 0;
        contradicted += contradictions(array_of(entry, "cases"));
        for (const Json& row : array_of(entry, "cases")) {
            Case test(tally, name + " " + std::to_string(++count));
            if (found == functions.end()) {
                test.fail("function", "one that is known", name);
                continue;
            }
            try {
                answer(found->second, row, test);
            } catch (const std::exception& fault) {
                test.fail("the case", "one that is understood", fault.what());
            }
        }
    }
    tally.note = "exact";
    if (contradicted > 0)
        tally.note += "; " + std::to_string(contradicted) +
                      " rows stand beside others with the same arguments and another answer";
}

}  // namespace ballast::conformance
