#include <ballast/files/csv.hpp>
#include <ballast/base/assert.hpp>
#include <ballast/files/decimal.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

namespace ballast::files {

Attempt<std::string> read_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return fault("{}: is a directory, expected a file", path.string());
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file) return fault("{}: cannot be opened: {}", path.string(), std::strerror(errno));
    std::string text;
    const auto size = std::filesystem::file_size(path, error);
    if (!error) text.reserve(size);
    std::string chunk(1U << 20U, '\0');
    for (std::size_t count = 1; count != 0;) {
        count = std::fread(chunk.data(), 1, chunk.size(), file.get());
        text.append(chunk, 0, count);
    }
    if (std::ferror(file.get()) != 0) return fault("{}: reading failed", path.string());
    return text;
}

Attempt<CsvReader> CsvReader::open(const std::filesystem::path& path) {
    BALLAST_TRY(std::string text, read_file(path));
    return over(std::move(text), path.string());
}

Attempt<CsvReader> CsvReader::over(std::string text, std::string name) {
    CsvReader reader;
    reader.name_ = std::move(name);
    reader.text_ = std::move(text);
    BALLAST_CHECK(reader.read_header());
    return reader;
}

bool CsvReader::take_line(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    const std::size_t end = text_.find('\n', at_);
    const std::size_t stop = end == std::string::npos ? text_.size() : end;
    line = std::string_view(text_).substr(at_, stop - at_);
    at_ = stop + 1;
    ++line_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
}

namespace {

void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    std::size_t at = 0;
    for (;;) {
        const std::size_t comma = line.find(',', at);
        if (comma == std::string_view::npos) break;
        fields.push_back(line.substr(at, comma - at));
        at = comma + 1;
    }
    fields.push_back(line.substr(at));
}

}  // namespace

Attempt<void> CsvReader::read_header() {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (std::string_view(text_).starts_with(mark)) at_ = mark.size();
    std::string_view line;
    if (!take_line(line) || line.empty())
        return fault("{}: is empty, expected a header line with the names of the columns", name_);
    split(line, fields_);
    for (const std::string_view field : fields_) {
        if (field.empty()) return wrong_row("the header has a column without a name");
        if (field.find('"') != std::string_view::npos)
            return wrong_row("quoted fields are not supported");
        if (std::find(columns_.begin(), columns_.end(), field) != columns_.end())
            return wrong_row(fmt::format("the header names the column {} twice", field));
        columns_.emplace_back(field);
    }
    return {};
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

Attempt<std::size_t> CsvReader::require(std::string_view name) const {
    const auto found = column(name);
    if (!found)
        return fault("{}: has no column {}; it has {}", name_, name, fmt::join(columns_, ","));
    return *found;
}

Attempt<bool> CsvReader::next() {
    std::string_view line;
    if (!take_line(line)) return false;
    if (line.empty()) {
        if (text_.find_first_not_of("\r\n", at_ - 1) == std::string::npos) return false;
        return wrong_row("is an empty line");
    }
    split(line, fields_);
    if (line.find('"') != std::string_view::npos)
        return wrong_row("quoted fields are not supported");
    if (fields_.size() != columns_.size()) {
        const bool last = at_ >= text_.size();
        return wrong_row(fmt::format("has {} fields, expected {} as in the header{}",
                                     fields_.size(), columns_.size(),
                                     last ? " (it is the last row: truncated?)" : ""));
    }
    return true;
}

std::unexpected<Fault> CsvReader::wrong(std::size_t column, std::string_view what) const {
    return fault("{}:{}: column {}: '{}' {}", name_, line_, columns_[column], fields_[column],
                 what);
}

std::unexpected<Fault> CsvReader::wrong_row(std::string_view what) const {
    return fault("{}:{}: {}", name_, line_, what);
}

CsvWriter::CsvWriter(const std::vector<std::string_view>& columns) : columns_(columns.size()) {
    for (const std::string_view column : columns) add(column);
    end_row();
}

void CsvWriter::add(std::string_view text) {
    BALLAST_ASSERT(text.find_first_of(",\"\r\n") == std::string_view::npos);
    BALLAST_ASSERT(fields_ < columns_);
    if (fields_++ > 0) text_.push_back(',');
    text_.append(text);
}

void CsvWriter::add(u64 value) {
    add(std::string_view(fmt::format_int(value).c_str()));
}

void CsvWriter::add(i128 value, u32 decimals) {
    add(std::string_view(decimal_text(value, decimals, decimals)));
}

void CsvWriter::end_row() {
    BALLAST_ASSERT(fields_ == columns_);
    text_.push_back('\n');
    fields_ = 0;
}

}  // namespace ballast::files
