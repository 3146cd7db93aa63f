// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/time_format.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::analytics {
namespace {

int64_t Micros(absl::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error))
      << rfc3339 << ": " << error;
  return absl::ToUnixMicros(time);
}

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

struct IsoRow {
  const char* text;
  const char* expected;  // nullptr: cannot be read
};

TEST(ReadIsoTime, Table) {
  const IsoRow rows[] = {
      {"2010-03-09T08:05:00Z", "2010-03-09T08:05:00Z"},
      {"2010-03-09 08:05:00", "2010-03-09T08:05:00Z"},
      {"2010-03-09 08:05", "2010-03-09T08:05:00Z"},
      {"2010-03-09", "2010-03-09T00:00:00Z"},
      {"2010/03/09 08:05:00.000", "2010-03-09T08:05:00Z"},
      {"2010.3.9 8:05", "2010-03-09T08:05:00Z"},
      {"2010-12-30T14:32:00.000+01:00", "2010-12-30T13:32:00Z"},
      {"2010-12-30T14:32:00-0530", "2010-12-30T20:02:00Z"},
      {"2010-12-30T14:32:00+01", "2010-12-30T13:32:00Z"},
      {"2010-12-30 14:32:00 +01:00", "2010-12-30T13:32:00Z"},
      {"2010-12-30 14:32:00 UTC", "2010-12-30T14:32:00Z"},
      {"2010-12-30 14:32:00,5", "2010-12-30T14:32:00.5Z"},
      {"2010-12-30T14:32:00.123456789Z", "2010-12-30T14:32:00.123456Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"},
      {"2000-02-29", "2000-02-29T00:00:00Z"},
      {"2012-06-30T23:59:60Z", "2012-07-01T00:00:00Z"},
      {"1900-02-29", nullptr},
      {"2010-02-30", nullptr},
      {"2010-13-01", nullptr},
      {"2010-00-01", nullptr},
      {"2010-01-00", nullptr},
      {"2010-01-01T24:00:00", nullptr},
      {"2010-01-01T10:60", nullptr},
      {"2010-01-01T10", nullptr},
      {"2010-01/01", nullptr},
      {"2010-01-01T10:00:00.", nullptr},
      {"2010-01-01T10:00:00 PM", nullptr},
      {"2010-01-01T10:00:00+19:00", nullptr},
      {"2010-01-01T10:00:00Zx", nullptr},
      {"0000-01-01", nullptr},
      {"9999-12-31T23:59:59-01:00", nullptr},
      {"10-01-01", nullptr},
      {"20100101", nullptr},
      {"", nullptr},
  };
  for (const IsoRow& row : rows) {
    SCOPED_TRACE(row.text);
    int64_t micros = 0;
    const bool read = ReadIsoTime(row.text, absl::UTCTimeZone(), &micros);
    EXPECT_EQ(read, row.expected != nullptr);
    if (!read || row.expected == nullptr) continue;
    EXPECT_EQ(micros, Micros(row.expected));
  }
}

// What was read before makes no difference: texts that differ little, in any order.
TEST(ReadIsoTime, TheLastDayMakesNoDifference) {
  std::mt19937_64 random(11);
  const auto one_of = [&](std::initializer_list<const char*> texts) {
    return std::string(texts.begin()[random() % texts.size()]);
  };
  for (const char* name : {"UTC", "Europe/Rome"}) {
    const absl::TimeZone zone = Zone(name);
    LastDay last;
    for (int i = 0; i < 100'000; ++i) {
      std::string text = one_of({"2010-03-27", "2010-03-28", "2010/03/28", "2010-02-29",
                                 "0001-01-01", "9999-12-31", "2010-3-28", "----------"}) +
                         one_of({"T", " ", "t", "  ", ""}) +
                         one_of({"00:00:00", "02:30:00", "23:59:60", "24:00:00", "23:60:00", "8:05",
                                 "08;05:00", "12:34:56", "1::34:56", "12:34:5/"}) +
                         one_of({"", ".5", ",123456", ".1234567", ".12345", ".", ".12345a"}) +
                         one_of({"", "Z", " UTC", "+01:00", "-0530", "+19:00", "Zx", "UTC+02:00"});
      if (random() % 16 == 0) text[random() % text.size()] = static_cast<char>(random());
      SCOPED_TRACE(text);
      int64_t alone = 0, after = 0;
      const bool read = ReadIsoTime(text, zone, &alone);
      ASSERT_EQ(ReadIsoTime(text, zone, &after, &last), read);
      if (read) {
        ASSERT_EQ(after, alone);
      }
    }
  }
  LastDay none;
  int64_t micros = 0;
  EXPECT_FALSE(ReadIsoTime(absl::string_view("\0\0\0\0\0\0\0\0\0\0T08:05:00Z", 20),
                           absl::UTCTimeZone(), &micros, &none));
}

TEST(ReadIsoTime, EveryDayOfFourCenturies) {
  for (absl::CivilDay day(1900, 1, 1); day < absl::CivilDay(2300, 1, 1); ++day) {
    const std::string text = absl::StrCat(absl::FormatCivilTime(day), "T12:00:00");
    int64_t micros = 0;
    ASSERT_TRUE(ReadIsoTime(text, absl::UTCTimeZone(), &micros)) << text;
    ASSERT_EQ(micros, (day - absl::CivilDay(1970, 1, 1)) * 86'400'000'000 + 43'200'000'000) << text;
  }
}

TEST(ReadIsoTime, UsesTheZoneOnlyWithoutAnOffset) {
  int64_t micros = 0;
  ASSERT_TRUE(ReadIsoTime("2010-07-01 12:00", Zone("Europe/Rome"), &micros));
  EXPECT_EQ(micros, Micros("2010-07-01T10:00:00Z"));
  ASSERT_TRUE(ReadIsoTime("2010-01-01 12:00", Zone("Europe/Rome"), &micros));
  EXPECT_EQ(micros, Micros("2010-01-01T11:00:00Z"));
  ASSERT_TRUE(ReadIsoTime("2010-07-01T12:00Z", Zone("Europe/Rome"), &micros));
  EXPECT_EQ(micros, Micros("2010-07-01T12:00:00Z"));
}

struct GuessRow {
  const char* name;
  std::vector<absl::string_view> samples;
  const char* format;
  const char* first;  // the first sample
};

TEST(TimeFormat, Guess) {
  const GuessRow rows[] = {
      {"Iso", {"2010-03-09T08:05:00Z"}, "%Y-%m-%dT%H:%M:%S%z", "2010-03-09T08:05:00Z"},
      {"GermanShortYear",
       {"9.3.10 8:05", "29.3.10 10:33"},
       "%d.%m.%y %H:%M%z",
       "2010-03-09T08:05:00Z"},
      {"GermanLongYear", {"09.03.2010 08:05:01"}, "%d.%m.%Y %H:%M:%S%z", "2010-03-09T08:05:01Z"},
      {"DotsAmbiguous", {"1.2.2010"}, "%d.%m.%Y", "2010-02-01T00:00:00Z"},
      {"SlashesAmbiguous", {"1/2/2010"}, "%m/%d/%Y", "2010-01-02T00:00:00Z"},
      {"SlashesDayFirst", {"1/2/2010", "13/2/2010"}, "%d/%m/%Y", "2010-02-01T00:00:00Z"},
      {"SlashesMonthFirst",
       {"1/2/2010 1:00 PM", "1/13/2010 1:00 PM"},
       "%m/%d/%Y %I:%M %p",
       "2010-01-02T13:00:00Z"},
      {"Midnight", {"1/2/2010 12:30:05 am"}, "%m/%d/%Y %I:%M:%S %p", "2010-01-02T00:30:05Z"},
      {"MonthName", {"09-MAR-2010 08:05:00"}, "%d-%b-%Y %H:%M:%S%z", "2010-03-09T08:05:00Z"},
      {"American", {"March 9, 2010"}, "%b %d, %Y", "2010-03-09T00:00:00Z"},
      {"Mail",
       {"Tue, 09 Mar 2010 08:05:00 +0100"},
       "%a, %d %b %Y %H:%M:%S%z",
       "2010-03-09T07:05:00Z"},
      {"Seconds", {"1268121900"}, "epoch_seconds", "2010-03-09T08:05:00Z"},
      {"SecondsWithFraction", {"1268121900.5"}, "epoch_seconds", "2010-03-09T08:05:00.5Z"},
      {"Millis", {"1268121900000"}, "epoch_millis", "2010-03-09T08:05:00Z"},
      {"Micros", {"1268121900000000"}, "epoch_micros", "2010-03-09T08:05:00Z"},
      {"Nanos", {"1268121900000000000"}, "epoch_nanos", "2010-03-09T08:05:00Z"},
      {"CompactDate", {"20100309", "20101231"}, "%Y%m%d", "2010-03-09T00:00:00Z"},
      {"Compact", {"20100309080500"}, "%Y%m%d%H%M%S", "2010-03-09T08:05:00Z"},
      {"BasicIso", {"20100309T080500Z"}, "%Y%m%dT%H%M%S%z", "2010-03-09T08:05:00Z"},
      {"MostWin", {"junk", "9.3.2010", "8.3.2010"}, "%d.%m.%Y", nullptr},
      {"Junk", {"junk"}, "%Y-%m-%dT%H:%M:%S%z", nullptr},
      {"None", {}, "%Y-%m-%dT%H:%M:%S%z", nullptr},
  };
  for (const GuessRow& row : rows) {
    SCOPED_TRACE(row.name);
    const TimeFormat format = TimeFormat::Guess(row.samples, absl::UTCTimeZone());
    EXPECT_EQ(format.name(), row.format);
    EXPECT_TRUE(TimeFormat::Parse(format.name(), absl::UTCTimeZone()).ok());
    int64_t micros = 0;
    if (row.first == nullptr) continue;
    ASSERT_TRUE(format.Read(row.samples[0], &micros));
    EXPECT_EQ(micros, Micros(row.first));
  }
}

struct PatternRow {
  const char *pattern, *text, *expected;
};

TEST(TimeFormat, Patterns) {
  const PatternRow rows[] = {
      {"%d.%m.%y %H:%M", "9.3.10 08:05", "2010-03-09T08:05:00Z"},
      {"%d.%m.%y %H:%M", "  9.3.70   08:05 ", "1970-03-09T08:05:00Z"},
      {"%Y-%m-%d %H:%M:%S.%f", "2010-03-09 08:05:00.25", "2010-03-09T08:05:00.25Z"},
      {"%Y-%m-%dT%H:%M:%E*S%Ez", "2010-03-09T08:05:00.25+01:00", "2010-03-09T07:05:00.25Z"},
      {"%F %T", "2010-03-09 08:05:00", "2010-03-09T08:05:00Z"},
      {"at %R on %A, %B %e %Y (100%%)", "at 08:05 on Tuesday, March 9 2010 (100%)",
       "2010-03-09T08:05:00Z"},
      {"%d/%m/%Y %I:%M %p", "9/3/2010 12:05 PM", "2010-03-09T12:05:00Z"},
      {"%d/%m/%Y %I:%M %p", "9/3/2010 13:05 PM", nullptr},
      {"%d.%m.%Y", "31.2.2010", nullptr},
      {"%d.%m.%Y", "9.3.2010 x", nullptr},
      {"%d.%m.%Y %H:%M", "9.3.2010 8:5", nullptr},
      {"%d.%m.%Y %H:%M%z", "9.3.2010 8:05 CEST", nullptr},
      {"%d %b %Y", "9 Foo 2010", nullptr},
      {"epoch_millis", "99999999999999999", nullptr},
      {"epoch_seconds", "9e99", nullptr},
      {"epoch_seconds", "nan", nullptr},
      {"epoch_seconds", "", nullptr},
  };
  for (const PatternRow& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.pattern, " of ", row.text));
    const auto format = TimeFormat::Parse(row.pattern, absl::UTCTimeZone());
    ASSERT_TRUE(format.ok()) << format.status();
    int64_t micros = 0;
    EXPECT_EQ(format->Read(row.text, &micros), row.expected != nullptr);
    if (row.expected == nullptr) continue;
    EXPECT_EQ(micros, Micros(row.expected));
  }
}

TEST(TimeFormat, RefusesPatternsThatMakeNoSense) {
  for (const char* pattern : {"%d.%m", "%Y-%Q", "%Y%", "yesterday"}) {
    const auto format = TimeFormat::Parse(pattern, absl::UTCTimeZone());
    EXPECT_EQ(base::ReasonOf(format.status()), base::Reason::ERROR_REASON_FIELD_INVALID) << pattern;
    ASSERT_EQ(base::FieldViolationsOf(format.status()).size(), 1u) << pattern;
    EXPECT_EQ(base::FieldViolationsOf(format.status())[0].field, "csv.time_format");
  }
}

}  // namespace
}  // namespace plumbline::analytics
