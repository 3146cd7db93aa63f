// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/units.h"

#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {
namespace {

TEST(Units, OpenTimeHasOneUnit) {
  struct Row {
    int64_t seconds;
    const char* text;
  };
  for (const Row& row :
       {Row{0, "none"}, Row{100, "none"}, Row{45 * 60, "0.8 h"}, Row{480 * 60, "8 h"},
        Row{-480 * 60, "-8 h"}, Row{-27 * 60, "-0.5 h"}, Row{72 * 3600, "72 h"}}) {
    google::protobuf::Duration duration;
    duration.set_seconds(row.seconds);
    EXPECT_EQ(OpenHours(duration), row.text) << row.seconds;
  }
}

TEST(Units, TheFirstMomentOf1970IsATime) {
  catalog::v1::Process none, first;
  first.mutable_create_time();
  EXPECT_EQ(When(none.create_time()), "");
  EXPECT_EQ(When(first.create_time()), "1970-01-01 00:00");
}

TEST(Units, TimesBelowEachOtherHaveOneUnit) {
  struct Row {
    std::vector<double> seconds;
    std::vector<std::string> texts;
    double working_day;
  };
  constexpr double kHour = 3600, kDay = 24 * kHour;
  for (const Row& row : std::vector<Row>{
           {{92'299, 43'200, 92'984}, {"1.07 d", "0.50 d", "1.08 d"}, 0},
           {{3 * kHour, 10 * kHour, 40 * kHour}, {"3 h", "10 h", "40 h"}, 0},
           {{48, 1.1 * kHour, 17 * kHour}, {"48 s", "1.10 h", "17.0 h"}, 0},
           {{7 * kDay, 14 * kDay, 0}, {"7 d", "14 d", "0 d"}, 0},
           {{-2.5 * kDay, 3 * kDay}, {"-2.5 d", "3.0 d"}, 0},
           {{20 * 60, 4 * kHour, 3 * kDay}, {"0.33 h", "4.00 h", "72.00 h"}, 0},
           // No unit shows them all: each has its own.
           {{0, 0.25, 13, 40 * kHour, 400 * kDay}, {"0 s", "250 ms", "13 s", "1.67 d", "400 d"}, 0},
           {{8 * kHour, 12 * kHour}, {"1.0 wd", "1.5 wd"}, 8 * kHour},
           {{}, {}, 0}}) {
    const TimeScale words(row.seconds, row.working_day);
    for (size_t i = 0; i < row.seconds.size(); ++i)
      EXPECT_EQ(words(row.seconds[i]), row.texts[i]) << row.seconds[i];
  }
}

TEST(Units, NumbersAreNeverPowersOfTen) {
  EXPECT_EQ(Digits(1.87e-05, 3), "< 0.001");
  EXPECT_EQ(Digits(-1.87e-05, 3), "> -0.001");
  EXPECT_EQ(Digits(1.2e6, 3), "1,200,000");
  EXPECT_EQ(Digits(67.333, 4), "67.33");
  EXPECT_EQ(Digits(0.0042, 3), "0.0042");
  EXPECT_EQ(Digits(12, 3), "12");
  EXPECT_EQ(Digits(0, 3), "0");
}

TEST(Units, ARangeSaysItsUnitOnceWhereItIsOne) {
  EXPECT_EQ(SpanRange(17.1 * 86'400, 22.3 * 86'400), "17.1 to 22.3 d");
  EXPECT_EQ(SpanRange(2400, 2.1 * 3600), "40 min to 2.1 h");
  EXPECT_EQ(SpanRange(-3600, 3600), "-1.0 to 1.0 h");
  EXPECT_EQ(SpanRange(0, 0), "0 to 0 s");
}

TEST(Units, OpenTimeIsInWorkingDaysOfItsCalendar) {
  std::ostringstream out;
  const SpanWords wall(Paper{out}), open(Paper{out, 0, 8 * 3600});
  EXPECT_EQ(wall(36 * 3600), "1.5 d");
  EXPECT_EQ(wall.Legend(), "");
  EXPECT_EQ(open(36 * 3600), "4.5 wd");
  EXPECT_EQ(open(8 * 3600), "1.0 wd");
  EXPECT_EQ(open(7.5 * 3600), "7.5 h");
  EXPECT_EQ(open(12 * 60), "12 min");
  EXPECT_EQ(open(-16 * 3600), "-2.0 wd");
  EXPECT_EQ(open(4000 * 3600), "500 wd");
  EXPECT_EQ(open.Range(16 * 3600, 20 * 3600), "2.0 to 2.5 wd");
  EXPECT_EQ(open.Legend(), "Times are open hours; a working day (wd) has 8 h.");
}

using catalog::v1::CatalogHistoryEntry;

TEST(Units, KindsAreWordsAlsoThoseOfANewerService) {
  struct Row {
    const char* name;
    std::string kind;
    const char* words;
  };
  for (const Row& row :
       {Row{"one word", "KIND_ROLE", "role"},
        Row{"two", CatalogHistoryEntry::Kind_Name(CatalogHistoryEntry::KIND_TAG_SET), "tag set"},
        Row{"without the prefix", "ROLE", "role"},
        Row{"a newer one",
            CatalogHistoryEntry::Kind_Name(static_cast<CatalogHistoryEntry::Kind>(9999)),
            "unknown"}}) {
    EXPECT_EQ(KindWords(row.kind), row.words) << row.name;
  }
}

}  // namespace
}  // namespace plumbline::cli
