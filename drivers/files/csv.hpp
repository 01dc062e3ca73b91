/// A strict reader of plain comma-separated tables: one header, the same number of fields in every
/// row, no quotes.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::files {

/// The whole content of a file, or why it cannot be read.
[[nodiscard]] Attempt<std::string> read_file(const std::filesystem::path& path);

/// Walks over the rows of one table that it keeps in memory.
///
/// Rejected with file and line: an empty file, a header with empty or repeated names, a row with
/// more or fewer fields than the header (a truncated last row is one), quotes, and an empty line
/// before the end.  CRLF line ends, a byte-order mark and empty lines at the very end are
/// tolerated.  A last line without a line end is accepted and remembered in `cut_short()`, because
/// its last value may have lost digits.
class CsvReader {
public:
    [[nodiscard]] static Attempt<CsvReader> open(const std::filesystem::path& path);
    /// The same over text that is already in memory; `name` stands for the file in sentences.
    [[nodiscard]] static Attempt<CsvReader> over(std::string text, std::string name);

    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
    /// Where the column `name` stands, if there is one.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
    /// Where the column `name` stands, or a fault that lists the columns there are.
    [[nodiscard]] Attempt<std::size_t> require(std::string_view name) const;

    /// Goes to the next row; false at the end.
    [[nodiscard]] Attempt<bool> next();
    /// The fields of the current row, valid until the reader is destroyed.
    [[nodiscard]] std::string_view field(std::size_t column) const { return fields_[column]; }
    [[nodiscard]] u64 line() const { return line_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool cut_short() const { return !text_.empty() && text_.back() != '\n'; }

    /// A fault at the field in `column` of the current row: "prices.csv:17: low: '-3' is not …".
    [[nodiscard]] std::unexpected<Fault> wrong(std::size_t column, std::string_view what) const;
    /// A fault about the current row as a whole.
    [[nodiscard]] std::unexpected<Fault> wrong_row(std::string_view what) const;

private:
    [[nodiscard]] Attempt<void> read_header();
    [[nodiscard]] bool take_line(std::string_view& line);

    std::string name_;
    std::string text_;
    std::size_t at_ = 0;
    u64 line_ = 0;
    std::vector<std::string> columns_;
    std::vector<std::string_view> fields_;
};

/// Builds a comma-separated table in memory.  Fields hold no commas, quotes or line ends; anything
/// else is asserted.
class CsvWriter {
public:
    explicit CsvWriter(const std::vector<std::string_view>& columns);
    void add(std::string_view text);
    void add(u64 value);
    void add(i128 value, u32 decimals);  ///< A scaled integer as an exact decimal number.
    void end_row();
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    std::size_t columns_;
    std::size_t fields_ = 0;
};

}  // namespace ballast::files
