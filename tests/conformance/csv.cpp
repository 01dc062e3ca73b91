#include <ballast/conformance/csv.hpp>

#include <ballast/conformance/tally.hpp>

#include <cstdlib>
#include <fstream>

namespace ballast::conformance {

namespace {

std::vector<std::string> split(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

}  // namespace

const std::string& CsvRow::text(std::string_view column) const {
    const auto found = columns_->find(column);
    if (found == columns_->end()) throw Malformed("no column " + std::string(column));
    return cells_[found->second];
}

math::U256 CsvRow::number(std::string_view column) const {
    const auto value = math::from_decimal(text(column));
    if (!value) {
        throw Malformed(where() + ", " + std::string(column) + ": '" + text(column) +
                        "' is no number of 256 bits");
    }
    return *value;
}

u64 CsvRow::small(std::string_view column) const {
    const math::U256 value = number(column);
    if (value.bit_width() > 64) {
        throw Malformed(where() + ", " + std::string(column) + ": " + text(column) +
                        " is no number of 64 bits");
    }
    return static_cast<u64>(value.to_u128());
}

bool CsvRow::flag(std::string_view column) const {
    const std::string& value = text(column);
    if (value != "0" && value != "1") {
        throw Malformed(where() + ", " + std::string(column) + ": '" + value + "' is not 0 or 1");
    }
    return value == "1";
}

double CsvRow::real(std::string_view column) const {
    const std::string& value = text(column);
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end != '\0') {
        throw Malformed(where() + ", " + std::string(column) + ": '" + value + "' is no number");
    }
    return number;
}

double CsvRow::scaled(std::string_view column, double unit) const {
    return real(column) / unit;
}

Csv::Csv(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!in || !std::getline(in, line)) throw Malformed("cannot be read, or is empty");
    const std::vector<std::string> names = split(line);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!columns_.emplace(names[i], i).second) throw Malformed("column " + names[i] + " twice");
    }
    for (std::size_t number = 2; std::getline(in, line); ++number) {
        if (line.empty() || line == "\r") continue;
        std::vector<std::string> cells = split(line);
        if (cells.size() != names.size()) {
            throw Malformed("line " + std::to_string(number) + " has " +
                            std::to_string(cells.size()) + " cells, not " +
                            std::to_string(names.size()));
        }
        rows_.emplace_back(columns_, number, std::move(cells));
    }
}

}  // namespace ballast::conformance
