/// Tables of comma-separated values whose first line names the columns.  A cell may stand in double
/// quotes, inside which commas do not separate.
#pragma once

#include <ballast/math/u256.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::conformance {

class CsvRow {
public:
    CsvRow(const std::map<std::string, std::size_t, std::less<>>& columns, std::size_t line,
           std::vector<std::string> cells)
        : columns_(&columns), line_(line), cells_(std::move(cells)) {}

    /// Line of the file, the header being line 1.
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::string where() const { return "line " + std::to_string(line_); }
    /// Each throws Malformed where the column is not there, or holds something else.
    [[nodiscard]] const std::string& text(std::string_view column) const;
    [[nodiscard]] math::U256 number(std::string_view column) const;
    [[nodiscard]] u64 small(std::string_view column) const;
    [[nodiscard]] bool flag(std::string_view column) const;
    /// A decimal number, as the double nearest to it.
    [[nodiscard]] double real(std::string_view column) const;
    /// A whole number with a sign, over `unit`: what fixed-point files mean by a wad, where it is
    /// 10^18.
    [[nodiscard]] double scaled(std::string_view column, double unit) const;

private:
    const std::map<std::string, std::size_t, std::less<>>* columns_;
    std::size_t line_;
    std::vector<std::string> cells_;
};

class Csv {
public:
    /// Reads the whole file.  Throws Malformed where it cannot be opened, has no header, names a
    /// column twice, or has a row of another length.
    explicit Csv(const std::filesystem::path& file);
    Csv(const Csv&) = delete;
    Csv& operator=(const Csv&) = delete;

    [[nodiscard]] const std::vector<CsvRow>& rows() const { return rows_; }

private:
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<CsvRow> rows_;
};

}  // namespace ballast::conformance
