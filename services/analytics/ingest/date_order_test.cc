// SPDX-License-Identifier: Apache-2.0
//
// "03/04/2026": which of day and month comes first is found out, or told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "services/analytics/ingest/csv_importer.h"
#include "services/analytics/ingest/import_testing.h"
#include "services/analytics/ingest/time_column.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kHeader[] = "case,activity,time\n";
constexpr char kTwoTimes[] = "case,activity,start,time\n";

// "2026-04-03" of microseconds.
std::string Day(int64_t micros) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

// "time %d/%m/%Y", and if it is in doubt " or %m/%d/%Y: 03/04/2026 is 2026-04-03 or 2026-03-04".
std::string Text(const TimeReading& reading) {
  std::string text = absl::StrCat(reading.column, " ", reading.format);
  if (reading.other_format.empty()) return text;
  return absl::StrCat(text, " or ", reading.other_format, ": ", reading.sample, " is ",
                      Day(reading.sample_micros), " or ", Day(reading.other_micros));
}

struct ReadingRow {
  std::string name, file;
  std::vector<std::string> readings;
  std::string first_day;  // of the first event
  size_t dropped = 0;
  CsvOptions options = {};
};

class DateOrderTest : public testing::TestWithParam<ReadingRow> {};

TEST_P(DateOrderTest, IsToldOrInDoubt) {
  const ReadingRow& row = GetParam();
  const auto imported = ImportAll(row.file, row.options);
  ASSERT_TRUE(imported.ok()) << imported.status();
  std::vector<std::string> readings;
  for (const TimeReading& reading : imported->summary.times) readings.push_back(Text(reading));
  EXPECT_EQ(readings, row.readings);
  EXPECT_EQ(imported->summary.csv.time_format, imported->summary.times[0].format);
  EXPECT_EQ(Day(imported->events[0].time), row.first_day);
  size_t dropped = 0;
  for (const Dropped& d : imported->summary.dropped) dropped += static_cast<size_t>(d.count);
  EXPECT_EQ(dropped, row.dropped);
}

std::vector<ReadingRow> ReadingRows() {
  std::string many;
  for (int i = 0; i < 30'000; ++i)
    absl::StrAppend(&many, i, ",a,0", 1 + i % 9, "/0", 1 + i % 7, "/2026\n");
  const auto file = [](absl::string_view rows) { return absl::StrCat(kHeader, rows); };
  const auto two = [](absl::string_view rows) { return absl::StrCat(kTwoTimes, rows); };
  return {
      {"InDoubt",
       file("1,a,03/03/2026\n1,b,03/04/2026\n"),
       {"time %m/%d/%Y or %d/%m/%Y: 03/04/2026 is 2026-03-04 or 2026-04-03"},
       "2026-03-03"},
      {"InDoubtWithDots",
       file("1,a,3.4.26 10:00\n"),
       {"time %d.%m.%y %H:%M%z or %m.%d.%y %H:%M%z: 3.4.26 10:00 is 2026-04-03 or 2026-03-04"},
       "2026-04-03"},
      {"SameDayAndMonthDoNoHarm",
       file("1,a,03/03/2026\n1,b,04/04/2026\n"),
       {"time %m/%d/%Y"},
       "2026-03-03"},
      {"DayTellsItself", file("1,a,03/04/2026\n1,b,13/04/2026\n"), {"time %d/%m/%Y"}, "2026-04-03"},
      {"MonthTellsItself",
       file("1,a,03/04/2026\n1,b,04/13/2026\n"),
       {"time %m/%d/%Y"},
       "2026-03-04"},
      {"ToldFarBehind", file(many + "1,b,13/04/2026\n"), {"time %d/%m/%Y"}, "2026-01-01"},
      {"MostDecide",
       file("1,a,03/04/2026\n1,b,13/04/2026\n1,c,14/04/2026\n1,d,04/15/2026\n"),
       {"time %d/%m/%Y"},
       "2026-04-03",
       1},
      {"OneColumnSpeaksForTheOther",
       two("1,a,13/03/2026,03/04/2026 10:00\n1,b,,05/04/2026 11:00\n"),
       {"time %d/%m/%Y %H:%M%z", "start %d/%m/%Y"},
       "2026-04-03"},
      {"BothInDoubt",
       two("1,a,01/02/2026,03/02/2026\n"),
       {"time %m/%d/%Y or %d/%m/%Y: 03/02/2026 is 2026-03-02 or 2026-02-03",
        "start %m/%d/%Y or %d/%m/%Y: 01/02/2026 is 2026-01-02 or 2026-02-01"},
       "2026-03-02"},
      {"SaidDayFirst",
       file("1,a,03/04/2026\n"),
       {"time %d/%m/%Y"},
       "2026-04-03",
       0,
       {.date_order = DateOrder::kDayFirst}},
      {"SaidMonthFirst",
       file("1,a,03.04.2026\n1,b,13.04.2026\n"),
       {"time %m.%d.%Y"},
       "2026-03-04",
       1,
       {.date_order = DateOrder::kMonthFirst}},
      {"SaidFormat",
       file("1,a,03/04/2026\n"),
       {"time %d/%m/%Y"},
       "2026-04-03",
       0,
       {.time_format = "%d/%m/%Y"}},
      {"YearFirstIsInNoDoubt",
       file("1,a,2026/03/04\n"),
       {"time %Y-%m-%dT%H:%M:%S%z"},
       "2026-03-04"},
      {"MonthNamesAreInNoDoubt", file("1,a,03-Apr-2026\n"), {"time %d-%b-%Y"}, "2026-04-03"},
      {"OrderOfWhatHasNone",
       file("1,a,2026-03-04\n"),
       {"time %Y-%m-%dT%H:%M:%S%z"},
       "2026-03-04",
       0,
       {.date_order = DateOrder::kDayFirst}},
  };
}

INSTANTIATE_TEST_SUITE_P(Rows, DateOrderTest, testing::ValuesIn(ReadingRows()),
                         [](const auto& row) { return row.param.name; });

// Rows that tell nothing, then `end`; gathered is up to `patience`.
absl::StatusOr<Imported> ImportLong(const std::string& end, const CsvPatience& patience) {
  std::string file = kHeader;
  for (int i = 0; i < 2'000; ++i) absl::StrAppend(&file, i, ",a,03/04/2026\n");
  file += end;
  Imported result;
  CsvImporter importer(
      {}, absl::UTCTimeZone(),
      [&](EventBatch batch) {
        AppendEvents(batch, &result.events);
        return absl::OkStatus();
      },
      patience);
  for (size_t at = 0; at < file.size(); at += 100)
    RETURN_IF_ERROR(importer.Feed(file.substr(at, 100)));
  ASSIGN_OR_RETURN(result.summary, importer.Finish());
  return result;
}

TEST(DateOrder, IsWaitedForAWhile) {
  for (const size_t doubt : {size_t{1'000}, size_t{8'000}, size_t{1} << 20}) {
    const auto imported = ImportLong("1,b,04/13/2026\n", {.bytes = 1'000, .doubt_bytes = doubt});
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(Text(imported->summary.times[0]), "time %m/%d/%Y") << "as it was read";
  }
  const auto told = ImportLong("1,b,13/04/2026\n", {.bytes = 1'000, .doubt_bytes = 1 << 20});
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(Text(told->summary.times[0]), "time %d/%m/%Y");
  EXPECT_EQ(Day(told->events[0].time), "2026-04-03");
  EXPECT_EQ(told->events.size(), 2'001u);
}

TEST(DateOrder, WhatComesTooLateEndsTheImport) {
  const auto refused = ImportLong("1,b,13/04/2026\n", {.bytes = 1'000, .doubt_bytes = 8'000});
  EXPECT_EQ(base::ReasonOf(refused.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(refused.status(), "line"), "2002");
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr("line 2002: '13/04/2026' shows that the day comes first, but the times "
                "before it, which can be read both ways, were read as %m/%d/%Y; import the "
                "file again with `csv.date_order` day first, or `csv.time_format` '%d/%m/%Y'"));
  // What nobody can read is dropped, as ever.
  const auto junk = ImportLong("1,b,soon\n", {.bytes = 1'000, .doubt_bytes = 8'000});
  ASSERT_TRUE(junk.ok()) << junk.status();
  EXPECT_EQ(junk->summary.dropped[0].samples, std::vector<std::string>{"line 2002: 'soon'"});
  EXPECT_EQ(Text(junk->summary.times[0]),
            "time %m/%d/%Y or %d/%m/%Y: 03/04/2026 is 2026-03-04 or 2026-04-03");
}

TEST(TimeFormat, Rivals) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {"%d/%m/%Y", "%m/%d/%Y"},
      {"%m.%d.%y %I:%M %p", "%d.%m.%y %I:%M %p"},
      {"%e. %m. %Y", "%m. %d. %Y"},
      {"%%d %d %m %Y", "%%d %m %d %Y"},
      {"%Y-%m-%d", ""},
      {"%Y%d%m", ""},
      {"%F", ""},
      {"%d %b %Y", ""},
      {"epoch_seconds", ""},
      {"iso", ""}};
  for (const auto& [name, rival] : kRows) {
    const auto format = TimeFormat::Parse(name, absl::UTCTimeZone());
    ASSERT_TRUE(format.ok()) << format.status();
    const auto got = format->Rival();
    EXPECT_EQ(got.has_value() ? got->name() : "", rival) << name;
    if (!got.has_value()) continue;
    // Its name gives the same format.
    const auto parsed = TimeFormat::Parse(rival, absl::UTCTimeZone());
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->order(), got->order());
    EXPECT_NE(format->order(), got->order());
  }
}

}  // namespace
}  // namespace plumbline::analytics
