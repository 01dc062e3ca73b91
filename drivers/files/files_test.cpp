#include <ballast/base/limits.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/files/time.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

namespace ballast::files {
namespace {

constexpr i128 huge = i128{1} << 100;

i64 units(std::string_view text, Round round = Round::down) {
    const auto value = parse_decimal(text, money_decimals, round, huge);
    EXPECT_TRUE(value) << text;
    return value ? static_cast<i64>(*value) : -1;
}

TEST(decimal, digits_are_read_exactly) {
    EXPECT_EQ(units("0"), 0);
    EXPECT_EQ(units("194.61"), 19'461'000'000);
    EXPECT_EQ(units("+.5"), 50'000'000);
    EXPECT_EQ(units("5."), 500'000'000);
    EXPECT_EQ(units("0.1"), 10'000'000);
    EXPECT_EQ(units("0.00000001"), 1);
    EXPECT_EQ(units("00012"), 1'200'000'000);
    EXPECT_EQ(units("5e-05"), 5'000);
    EXPECT_EQ(units("1.5E3"), 150'000'000'000);
    EXPECT_EQ(units("-2.5"), -250'000'000);
    // As a double this is 0.30000000000000004 or 0.29999999999999998, depending on the road taken.
    EXPECT_EQ(units("0.3"), 30'000'000);
}

TEST(decimal, digits_beyond_the_last_are_rounded_as_told) {
    EXPECT_EQ(units("1.000000019", Round::down), 100'000'001);
    EXPECT_EQ(units("1.000000019", Round::up), 100'000'002);
    EXPECT_EQ(units("-1.000000019", Round::down), -100'000'002);
    EXPECT_EQ(units("-1.000000019", Round::up), -100'000'001);
    EXPECT_EQ(units("1e-9", Round::down), 0);
    EXPECT_EQ(units("1e-9", Round::up), 1);
    EXPECT_EQ(units("1e-99999999", Round::up), 1);
    EXPECT_EQ(units("0.000000010", Round::up), 1);
    const std::string long_tail = "1." + std::string(60, '0') + "1";
    EXPECT_EQ(units(long_tail, Round::down), 100'000'000);
    EXPECT_EQ(units(long_tail, Round::up), 100'000'001);
}

TEST(decimal, what_is_no_number_is_refused_by_kind) {
    const auto why = [](std::string_view text) {
        const auto value = parse_decimal(text, money_decimals, Round::down, 1000 * amount_one);
        return value ? "accepted" : std::string(phrase(value.error()));
    };
    EXPECT_EQ(why(""), "is empty");
    for (const auto* text : {"nan", "NaN", "-nan", "inf", "-Infinity", "+INF"})
        EXPECT_EQ(why(text), "is not a finite number") << text;
    for (const auto* text :
         {"abc", "1,0", " 1", "1 ", "1.2.3", "-", ".", "1e", "e5", "1e+", "0x10", "1_0"})
        EXPECT_EQ(why(text), "is not a decimal number") << text;
    EXPECT_EQ(why("1000"), "accepted");
    for (const auto* text :
         {"1000.00000001", "1e300", "-1001", "99999999999999999999999999999999999999999"})
        EXPECT_EQ(why(text), "is too large") << text;
}

TEST(decimal, what_is_printed_is_read_back) {
    for (i128 value : {i128{0}, i128{1}, i128{-1}, i128{100'000'000}, i128{-123'456'789'012}, huge})
        EXPECT_EQ(parse_decimal(decimal_text(value, 8, 8), 8, Round::down, huge), value);
    EXPECT_EQ(decimal_text(19'461'000'000, 8, 8), "194.61");
    EXPECT_EQ(decimal_text(-5, 8, 2), "0");
    EXPECT_EQ(grouped_text(i128{123'456'789'050'000'000}, 8, 2), "1,234,567,890.50");
    EXPECT_EQ(grouped_text(-99'900'000'000, 8, 0), "-999");
    EXPECT_EQ(grouped_text(100'000'000'000, 8, 0), "1,000");
}

TEST(time, iso_and_unix_seconds_name_the_same_second) {
    struct Case {
        const char* text;
        u64 time;
    };
    // Values by `date -u -d TEXT +%s`.
    for (const Case& c :
         {Case{"1970-01-01", 0}, Case{"2020-03-12T23:00Z", 1'584'054'000},
          Case{"2020-02-29T12:34:56Z", 1'582'979'696}, Case{"2000-02-29", 951'782'400},
          Case{"2100-03-01T00:00:00", 4'107'542'400}, Case{"9999-12-31T23:59:59Z", 253'402'300'799},
          Case{"1584054000", 1'584'054'000}})
        EXPECT_EQ(parse_time(c.text), c.time) << c.text;
    for (const auto* text : {"", "Z", "2020-13-01", "2021-02-29", "2100-02-29", "2020-03-12T24:00",
                             "2020-03-12T23:60", "2020-03-12T23:00:60", "2020-3-12", "1969-12-31",
                             "1584054000000", "-5", "12 March", "2020-03-12T23"})
        EXPECT_FALSE(parse_time(text)) << text;
}

TEST(time, every_day_is_printed_and_read_back) {
    for (u64 time = 86'399; time < limits::time_max; time += 86'400 * 17 + 3'607)
        ASSERT_EQ(parse_time(time_text(time)), time);
    EXPECT_EQ(time_text(1'584'054'000), "2020-03-12T23:00:00Z");
}

TEST(time, durations) {
    EXPECT_EQ(duration_text(0), "0 s");
    EXPECT_EQ(duration_text(300), "5 min");
    EXPECT_EQ(duration_text(3'900), "1 h 5 min");
    EXPECT_EQ(duration_text(86'400 * 3), "3 d");
    EXPECT_EQ(parse_duration("12"), 12U);
    EXPECT_EQ(parse_duration("5m"), 300U);
    EXPECT_EQ(parse_duration("2d"), 172'800U);
    for (const auto* text : {"", "0", "0h", "m", "-1s", "1.5h", "5 m", "1w"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

std::string complaint(std::string text) {
    auto reader = CsvReader::over(std::move(text), "t.csv");
    if (!reader) return reader.error().sentence;
    for (;;) {
        const auto more = reader->next();
        if (!more) return more.error().sentence;
        if (!*more) return "";
    }
}

TEST(csv, rows_are_read_by_column_name) {
    auto reader = CsvReader::over("\xEF\xBB\xBFts,price\r\n1,2.5\r\n2,\r\n\r\n", "t.csv");
    ASSERT_TRUE(reader);
    const std::size_t price = *reader->column("price");
    EXPECT_FALSE(reader->column("volume"));
    ASSERT_TRUE(*reader->next());
    EXPECT_EQ(reader->field(price), "2.5");
    EXPECT_EQ(reader->line(), 2U);
    ASSERT_TRUE(*reader->next());
    EXPECT_EQ(reader->field(price), "");
    EXPECT_FALSE(*reader->next());
    EXPECT_FALSE(reader->cut_short());
    EXPECT_EQ(reader->require("volume").error().sentence,
              "t.csv: has no column volume; it has ts,price");
}

TEST(csv, what_is_broken_is_named_by_line) {
    EXPECT_EQ(complaint(""),
              "t.csv: is empty, expected a header line with the names of the columns");
    EXPECT_EQ(complaint("\n1,2\n"),
              "t.csv: is empty, expected a header line with the names of the columns");
    EXPECT_EQ(complaint("a,,b\n"), "t.csv:1: the header has a column without a name");
    EXPECT_EQ(complaint("a,b,a\n"), "t.csv:1: the header names the column a twice");
    EXPECT_EQ(complaint("a,b\n1,2\n1\n1,2\n"),
              "t.csv:3: has 1 fields, expected 2 as in the header");
    EXPECT_EQ(
        complaint("a,b\n1,2\n1"),
        "t.csv:3: has 1 fields, expected 2 as in the header (it is the last row: truncated?)");
    EXPECT_EQ(complaint("a,b\n1,2,3\n1,2\n"), "t.csv:2: has 3 fields, expected 2 as in the header");
    EXPECT_EQ(complaint("a,b\n\n1,2\n"), "t.csv:2: is an empty line");
    EXPECT_EQ(complaint("a,b\n\"1\",2\n"), "t.csv:2: quoted fields are not supported");
    EXPECT_EQ(complaint("a,b\n1,2\n\n\n"), "");
    EXPECT_EQ(complaint("a,b\n1,2"), "");
}

TEST(csv, a_writer_and_a_reader_agree) {
    CsvWriter writer({"name", "count", "price"});
    writer.add("eth");
    writer.add(u64{7});
    writer.add(i128{19'461'000'000}, 8);
    writer.end_row();
    EXPECT_EQ(writer.text(), "name,count,price\neth,7,194.61\n");
}

class Scratch : public testing::Test {
protected:
    std::filesystem::path dir =
        std::filesystem::temp_directory_path() /
        fmt::format("ballast_files_{}",
                    testing::UnitTest::GetInstance()->random_seed() + ::getpid());
    void SetUp() override { std::filesystem::create_directories(dir); }
    void TearDown() override { std::filesystem::remove_all(dir); }
    std::size_t entries() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir)) ++count;
        return count;
    }
};

TEST_F(Scratch, a_run_directory_appears_whole) {
    auto run = RunDirectory::begin(dir / "run");
    ASSERT_TRUE(run);
    ASSERT_TRUE(run->write("a.csv", "x\n"));
    EXPECT_FALSE(std::filesystem::exists(dir / "run"));
    ASSERT_TRUE(run->finish());
    EXPECT_EQ(*read_file(dir / "run" / "a.csv"), "x\n");
    EXPECT_EQ(entries(), 1U);
    EXPECT_FALSE(RunDirectory::begin(dir / "run"));
}

TEST_F(Scratch, an_unfinished_run_leaves_nothing) {
    {
        auto run = RunDirectory::begin(dir / "run");
        ASSERT_TRUE(run);
        ASSERT_TRUE(run->write("a.csv", "x\n"));
    }
    EXPECT_EQ(entries(), 0U);
}

TEST_F(Scratch, files_that_cannot_be_read_are_named) {
    EXPECT_NE(read_file(dir / "none.csv").error().sentence.find("none.csv: cannot be opened"),
              std::string::npos);
    EXPECT_NE(read_file(dir).error().sentence.find("is a directory"), std::string::npos);
}

TEST(digest, sha256_of_abc) {
    // FIPS 180-2, appendix B.1.
    EXPECT_EQ(sha256_text("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace ballast::files
