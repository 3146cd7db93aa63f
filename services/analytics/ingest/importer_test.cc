// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using base::Reason;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000;

std::string Utf16(absl::string_view ascii, bool big_endian) {
  std::string result = big_endian ? "\xfe\xff" : "\xff\xfe";
  for (char c : ascii) {
    if (big_endian) result.push_back('\0');
    result.push_back(c);
    if (!big_endian) result.push_back('\0');
  }
  return result;
}

std::string Xes(absl::string_view body) {
  return absl::StrCat("<?xml version='1.0'?>\n<log>\n", body, "</log>\n");
}

std::string XesEvent(absl::string_view name, absl::string_view time) {
  return absl::StrCat("<event><string key='concept:name' value='", name,
                      "'/><date key='time:timestamp' value='", time, "'/></event>");
}

struct BadRow {
  std::string name, file;
  Reason reason;
  std::string message;  // part of it
  CsvOptions options = {};
};

class BadFile : public testing::TestWithParam<BadRow> {};

TEST_P(BadFile, GetsAnErrorThatSaysWhy) {
  const BadRow& row = GetParam();
  for (size_t piece : {size_t{1} << 20, size_t{1000}}) {
    const auto imported = ImportAll(row.file, row.options, piece);
    ASSERT_FALSE(imported.ok());
    EXPECT_EQ(base::ReasonOf(imported.status()), row.reason) << imported.status();
    EXPECT_THAT(std::string(imported.status().message()), HasSubstr(row.message));
  }
}

std::vector<BadRow> BadRows() {
  const std::string csv = "case_id,activity,timestamp\n1,a,2010-01-01\n";
  const std::string bomb =
      R"(<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<log><trace><event><string key="concept:name" value="&b;"/></event></trace></log>)";
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<string key='a' value='b'>";
  const Reason format = Reason::ERROR_REASON_IMPORT_FORMAT,
               empty = Reason::ERROR_REASON_IMPORT_EMPTY;
  const Reason missing = Reason::ERROR_REASON_IMPORT_COLUMN_MISSING,
               field = Reason::ERROR_REASON_FIELD_INVALID;
  return {
      {"EmptyFile", "", format, "empty: 0 bytes"},
      {"Spaces", " \n\r\n", format, "nothing but spaces"},
      {"EmptyGzip", Gzip(""), format, "empty: 0 bytes"},
      {"TruncatedGzip", Gzip(csv).substr(0, 40), format, "truncated: it ends after 40 bytes"},
      {"DamagedGzip", Gzip(csv).replace(20, 4, "junk"), format, "damaged near byte"},
      {"GzipTwice", Gzip(Gzip(csv)), format, "gzip within gzip"},
      {"Pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", format, "looks like a PDF"},
      {"Excel", std::string("PK\x03\x04\x14\0\x06\0", 8), format, "Excel workbook"},
      {"Json", "[{\"case\": 1}]", format, "looks like JSON"},
      {"WebPage", "<!DOCTYPE html><html></html>", format, "web page"},
      {"Binary", std::string("\x7f\x00\x01\x02", 4), format, "binary data"},
      {"Utf16WithoutMark", Utf16(csv, false).substr(2), format, "UTF-16 without a byte order mark"},
      {"HeaderOnly", "case_id,activity,timestamp\n", empty, "holds no events"},
      {"NoCase", "activity,timestamp\na,2010-01-01\n", missing, "no column looks like the case"},
      {"NoActivity", "case_id,timestamp\n1,2010-01-01\n", missing,
       "no column looks like the activity"},
      {"NoTime", "case_id,activity\n1,a\n", missing,
       "no column looks like the time; name it in csv.time_column"},
      {"WrongName",
       csv,
       missing,
       "csv.case_column: there is no column 'order'",
       {.case_column = "order"}},
      {"WrongResource",
       csv,
       missing,
       "csv.resource_column: there is no",
       {.resource_column = "who"}},
      {"WrongStart",
       csv,
       missing,
       "csv.start_time_column: there is no",
       {.start_time_column = "begun"}},
      {"WrongTransition",
       csv,
       missing,
       "csv.transition_column: there is no",
       {.transition_column = "state"}},
      {"Latin1Header",
       "Gesch\xe4"
       "ft,activity,timestamp\n1,a,2010-01-01\n",
       format, "'Gesch\\xe4ft' is not UTF-8"},
      {"NoTimeCanBeRead", "case_id,activity,timestamp\n1,a,soon\n2,b,later\n", empty,
       "2 dropped because the time cannot be read (line 2: 'soon')"},
      {"NotInTheFormat", csv, empty, "the time cannot be read", {.time_format = "%d.%m.%Y"}},
      {"AllNotUtf8", "case_id,activity,timestamp\n1,\xff\xfe,2010-01-01\n", empty,
       "the text is not UTF-8"},
      {"NeverClosedQuote", "case_id,activity,timestamp\n1,\"a,2010-01-01\n2,b,2010-01-01\n", format,
       "the quote that opens in line 2 is never closed"},
      {"LongFirstLine", std::string(40 << 20, 'x'), format, "line 1 is longer than 16 MiB"},
      {"LongLine", csv + std::string(40 << 20, 'x'), format, "line 3 is longer than 16 MiB"},
      {"LongLineGzipped", Gzip(csv + std::string(100 << 20, 'x')), format,
       "line 3 is longer than 16 MiB"},
      {"LongDelimiter", csv, field, "is none of", {.delimiter = ",,"}},
      {"UnknownZone", csv, field, "IANA", {.time_zone = "Mars/Olympus"}},
      {"BadTimeFormat", csv, field, "%Q", {.time_format = "%Y %Q"}},
      {"NoCaseColumnWanted", csv, field, "every event has one", {.case_column = "-"}},
      {"EntityBomb", bomb, format, "declares the XML entity 'a'"},
      {"DeepXml", Xes("<trace>" + deep), format, "nested deeper than 100"},
      {"OtherXml", "<rss><item/></rss>", format, "its first element is 'rss'"},
      {"TruncatedXes", "<log><trace><event>", format, "truncated"},
      {"TruncatedTag", "<log><trace><event><string key='con", format, "truncated"},
      {"TagMismatch", "<log>\n<trace></log>", format,
       "line 2: the XES file cannot be read: an end tag"},
      {"XesNotUtf8", Xes("<trace><string key='concept:name' value='\xff'/></trace>"), format,
       "not well-formed"},
      {"LongTag", Xes("<trace><string key='a' value='" + std::string(100 << 20, 'x')), format,
       "longer than 4 MiB"},
      {"EmptyXes", Xes(""), empty, "holds no events"},
      {"XesWithoutTimes",
       Xes("<trace><event><string key='concept:name' value='a'/></event></trace>"), empty,
       "1 dropped because the time is missing (line 3)"},
  };
}

INSTANTIATE_TEST_SUITE_P(All, BadFile, testing::ValuesIn(BadRows()),
                         [](const auto& row) { return row.param.name; });

TEST(Importer, ColumnMissingNamesTheColumns) {
  const auto imported = ImportAll("order,what,when\n1,a,2010-01-01\n", {.activity_column = "what"});
  EXPECT_EQ(base::MetadataOf(imported.status(), "column"), "case");
  EXPECT_EQ(base::MetadataOf(imported.status(), "columns"), "'order', 'what', 'when'");
}

struct GoodRow {
  std::string name, file;
  std::vector<PlainEvent> events;
  CsvOptions options = {};
};

class GoodFile : public testing::TestWithParam<GoodRow> {};

TEST_P(GoodFile, GivesItsEvents) {
  const GoodRow& row = GetParam();
  for (size_t piece : {1, 2, 3, 5, 1'000'000}) {
    const auto imported = ImportAll(row.file, row.options, piece);
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(imported->events, row.events);
    EXPECT_TRUE(imported->summary.dropped.empty());
  }
}

std::vector<GoodRow> GoodRows() {
  const std::string csv = "case_id,activity,timestamp\n1,a,1970-01-01T00:00:01Z\n";
  const std::vector<PlainEvent> one = {{"1", "a", "", "", kSecond}};
  return {
      {"Plain", csv, one},
      {"Gzipped", Gzip(csv), one},
      {"GzippedInMembers", Gzip(csv.substr(0, 30)) + Gzip(csv.substr(30)), one},
      {"Utf8Mark", "\xef\xbb\xbf" + csv, one},
      {"Utf16LittleEndian", Utf16(csv, false), one},
      {"Utf16BigEndian", Utf16(csv, true), one},
      {"Semicolons", "case_id;activity;timestamp\n1;a;1970-01-01T00:00:01Z\n", one},
      {"Tabs", "case_id\tactivity\ttimestamp\n1\ta\t1970-01-01T00:00:01Z\n", one},
      {"Bars", "case_id|activity|timestamp\n1|a|1970-01-01T00:00:01Z\n", one},
      {"ExcelSeparatorLine", "sep=;\r\ncase_id;activity;timestamp\r\n1;a;1970-01-01T00:00:01Z\r\n",
       one},
      {"CommasInSemicolons",
       "case_id;activity;timestamp\n1;a,b,c,d;1970-01-01T00:00:01Z\n",
       {{"1", "a,b,c,d", "", "", kSecond}}},
      {"GivenDelimiter",
       "a,b;case;c,d;activity;time\nx;1;y;a;1970-01-01T00:00:01Z\n",
       one,
       {.delimiter = ";"}},
      {"NamesWithoutCase", "Case-ID,ACTIVITY,TimeStamp\n1,a,1970-01-01T00:00:01Z\n", one},
      {"NamedColumns",
       "id,what,when,timestamp\n1,a,1970-01-01T00:00:01Z,x\n",
       one,
       {.case_column = "ID", .activity_column = "what", .time_column = "When"}},
      {"OnlyAStart", "case,activity,start time\n1,a,1970-01-01T00:00:01Z\n", one},
      {"StartAndEnd",
       "case,activity,start time,end time,agent\n1,a,1970-01-01 00:00:01,1970-01-01 00:00:02,Ada\n",
       {{"1", "a", "Ada", "", 2 * kSecond, kSecond}}},
      {"NoStartInRow",
       "case,activity,start,end\n1,a,,1970-01-01 00:00:01\n2,b,1970-01-01,1970-01-01 00:00:01\n",
       {{"1", "a", "", "", kSecond}, {"2", "b", "", "", kSecond, 0}}},
      {"UnwantedColumns",
       "case,activity,start,end,user,lifecycle\n1,a,x,1970-01-01 00:00:01,u,start\n",
       one,
       {.start_time_column = "-", .resource_column = "-", .transition_column = "-"}},
      {"XesNamesFirst",
       "Activity,concept:name,case:concept:name,case "
       "id,time:timestamp,lifecycle:transition,org:resource\n"
       "b,a,1,2,1970-01-01T00:00:01Z,complete,Ada\n",
       {{"1", "a", "Ada", "complete", kSecond}}},
      {"Zone", "case,activity,time\n1,a,1970-01-01 01:00:01\n", one, {.time_zone = "Europe/Rome"}},
      {"TimeFormat",
       "case,activity,time\n1,a,01|70|01 00:00:01\n",
       one,
       {.delimiter = ",", .time_format = "%d|%y|%m %H:%M:%S"}},
      {"DelimiterAtTheEndOfRows", "case,activity,time\n1,a,1970-01-01 00:00:01,\n", one},
      {"Quoted",
       "\"case\",\"activity\",\"time\"\n\"1\",\"say \"\"a\"\",\nplease\",\"1970-01-01 00:00:01\"\n",
       {{"1", "say \"a\",\nplease", "", "", kSecond}}},
      {"Xes",
       Xes("<trace><string key='concept:name' value='1'/>" +
           XesEvent("a", "1970-01-01T01:00:01+01:00") + "</trace>"),
       one},
      {"XesNameAfterEvents",
       Xes("<trace>" + XesEvent("a", "1970-01-01T00:00:01Z") +
           "<string key='concept:name' value='1'/></trace>"),
       one},
      {"XesWithoutNames",
       Xes("<trace/><trace>" + XesEvent("a", "1970-01-01T00:00:01Z") + "</trace>"),
       {{"trace 2", "a", "", "", kSecond}}},
      {"XesEverything",
       Xes("<extension name='Concept' prefix='concept' uri='u'/><global scope='event'><string "
           "key='concept:name' "
           "value='X'/></global><classifier name='c' keys='concept:name'/><string "
           "key='concept:name' value='log'/>"
           "<trace><string key='concept:name' value='Z&#252;rich &amp; &lt;1&gt;'><string "
           "key='concept:name' value='no'/>"
           "</string><event><string key='concept:name' value='a'><string key='concept:name' "
           "value='no'/></string>"
           "<string key='org:resource' value='Ada'/><string key='lifecycle:transition' "
           "value='start'/>"
           "<date key='time:timestamp' value='1970-01-01T00:00:02Z'/><date key='start_timestamp' "
           "value='1970-01-01T00:00:01Z'/><list key='l'><int key='org:resource' "
           "value='5'/></list></event></trace>"),
       {{"Zürich & <1>", "a", "Ada", "start", 2 * kSecond, kSecond}}},
  };
}

INSTANTIATE_TEST_SUITE_P(All, GoodFile, testing::ValuesIn(GoodRows()),
                         [](const auto& row) { return row.param.name; });

TEST(Importer, CountsWhatItDrops) {
  const std::string text = absl::StrCat(
      "case_id,activity,timestamp,resource,start\n", "1,a,1970-01-01 00:00:01,,\n",
      ",a,1970-01-01,,\n", "  ,a,1970-01-01,,\n", "1,,1970-01-01,,\n", "1,a,,,\n",
      "1,a,31.02.2010,,\n", "1,a,1970-01-01,\xff,\n", "1,a,1970-01-01,,soon\n", "1,a\n",
      "1,a,1970-01-01,,,,x\n", "1,\"a\"b,1970-01-01,,\n", "1,", std::string(501, 'x'),
      ",1970-01-01,,\n", "2,b,1970-01-01 00:00:02,Ada,1970-01-01 00:00:01\n");
  const auto imported = ImportAll(text);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(imported->events, ElementsAre(PlainEvent{"1", "a", "", "", kSecond},
                                            PlainEvent{"2", "b", "Ada", "", 2 * kSecond, kSecond}));
  std::vector<std::string> dropped;
  for (const Dropped& row : imported->summary.dropped) {
    dropped.push_back(
        absl::StrCat(row.count, " ", row.reason.substr(0, 20), " ", row.samples[0].substr(0, 22)));
  }
  EXPECT_THAT(
      dropped,
      ElementsAre("2 the case is missing line 3", "1 the activity is miss line 5: '1'",
                  "1 the time is missing line 6", "1 the time cannot be r line 7: '31.02.2010'",
                  "1 the start time canno line 9: 'soon'", "1 the text is not UTF- line 8: '\\xff'",
                  "1 a text is too long:  line 13: 'xxxxxxxxxxxx",
                  "2 the number of column line 10: '2 instead of",
                  "1 a quoted field goes  line 12"));
}

TEST(Importer, ShowsAtMostFiveSamples) {
  std::string text = "case_id,activity,timestamp\n1,a,1970-01-01\n";
  for (int i = 0; i < 20; ++i) absl::StrAppend(&text, "1,a,soon", i, "\n");
  const auto imported = ImportAll(text);
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->summary.dropped.size(), 1u);
  EXPECT_EQ(imported->summary.dropped[0].count, 20);
  EXPECT_THAT(imported->summary.dropped[0].samples,
              ElementsAre("line 3: 'soon0'", "line 4: 'soon1'", "line 5: 'soon2'",
                          "line 6: 'soon3'", "line 7: 'soon4'"));
}

TEST(Importer, CountsXesEventsOutsideOfTraces) {
  const std::string event = XesEvent("a", "1970-01-01T00:00:01Z");
  const auto imported = ImportAll(Xes(event + "<trace>" + event + XesEvent("", "1970-01-01") +
                                      XesEvent("a", "x") + "</trace>"));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->summary.format, "xes");
  EXPECT_EQ(imported->summary.events, 1);
  std::vector<std::string> reasons;
  for (const Dropped& row : imported->summary.dropped) reasons.push_back(row.reason);
  EXPECT_THAT(reasons, ElementsAre("the activity is missing", "the time cannot be read",
                                   "the event stands outside of a trace"));
}

TEST(Importer, SaysWhatItUsed) {
  const auto imported = ImportAll(
      "Service ID;Operation;Start Date;End Date;Agent\r1;a;9.3.10 8:05;9.3.10 8:10;Ada\r");
  ASSERT_TRUE(imported.ok()) << imported.status();
  const CsvOptions& used = imported->summary.csv;
  EXPECT_EQ(imported->summary.format, "csv");
  EXPECT_EQ(used.case_column, "Service ID");
  EXPECT_EQ(used.activity_column, "Operation");
  EXPECT_EQ(used.time_column, "End Date");
  EXPECT_EQ(used.start_time_column, "Start Date");
  EXPECT_EQ(used.resource_column, "Agent");
  EXPECT_EQ(used.transition_column, "-");
  EXPECT_EQ(used.delimiter, ";");
  EXPECT_EQ(used.time_zone, "UTC");
  EXPECT_EQ(used.time_format, "%d.%m.%y %H:%M%z");
  // What was used, given back, reads the same.
  const auto again = ImportAll(
      "Service ID;Operation;Start Date;End Date;Agent\r1;a;9.3.10 8:05;9.3.10 8:10;Ada\r", used);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->events, imported->events);
}

TEST(Importer, CutsBatchesAndKeepsTheOrder) {
  std::string text = "case_id,activity,timestamp\n";
  const size_t rows = 2 * kBlockRows + 5;
  for (size_t i = 0; i < rows; ++i)
    absl::StrAppend(&text, "c", i / 3, ",a", i % 7, ",1970-01-01 00:00:01\n");
  const auto imported = ImportAll(text);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->batches, 3u);
  ASSERT_EQ(imported->events.size(), rows);
  for (size_t i = 0; i < rows; ++i) {
    ASSERT_EQ(imported->events[i],
              (PlainEvent{absl::StrCat("c", i / 3), absl::StrCat("a", i % 7), "", "", kSecond}));
  }
}

TEST(Importer, TraceWithoutANameIsBounded) {
  std::string events;
  for (size_t i = 0; i < kBlockRows + 10; ++i) events += XesEvent("a", "1970-01-01T00:00:01Z");
  const auto imported = ImportAll(Xes("<trace>" + events + "</trace>"));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->events.size(), kBlockRows + 10);
  EXPECT_EQ(imported->events.front().case_id, "trace 1");
  EXPECT_EQ(imported->events.back().case_id, "trace 1");
}

// Whatever the bytes are: events, or an error with a reason.
TEST(Importer, MutatedFilesAreErrorsOrEvents) {
  std::mt19937_64 random(5);
  const std::string csv =
      "case_id;activity;timestamp;start;resource\r\n1;\"a\"\"\n;b\";9.3.10 "
      "8:05;;Ada\r\n2;b;10.3.10 9:05;9.3.10 1:00;\xc3\xa9\r\n";
  const std::string xes = Xes("<!-- c --><trace><string key='concept:name' value='1&amp;'/>" +
                              XesEvent("a", "1970-01-01T01:00:01+01:00") + "</trace>");
  int imports = 0, errors = 0;
  for (const std::string& file :
       {csv, xes, Gzip(csv), Utf16("case,activity,time\n1,a,2020-01-01\n", true)}) {
    for (int i = 0; i < 2'000; ++i) {
      std::string mutated = file;
      for (uint64_t n = 1 + random() % 3; n > 0 && !mutated.empty(); --n) {
        const size_t at = random() % mutated.size();
        if (random() % 3 == 0)
          mutated.erase(at, 1 + random() % 5);
        else if (random() % 2 == 0)
          mutated.insert(at, 1 + random() % 5, "\"\n\r;<>&\0\xff,"[random() % 10]);
        else
          mutated[at] = static_cast<char>(random());
      }
      const auto imported = ImportAll(mutated, {}, 1 + random() % 40);
      imported.ok() ? ++imports : ++errors;
      if (imported.ok()) continue;
      EXPECT_NE(base::ReasonOf(imported.status()), Reason::ERROR_REASON_UNSPECIFIED)
          << imported.status();
      EXPECT_NE(base::ReasonOf(imported.status()), Reason::ERROR_REASON_INTERNAL)
          << imported.status();
    }
  }
  EXPECT_GT(imports, 500);
  EXPECT_GT(errors, 500);
}

TEST(Importer, EndsWithTheErrorOfTheSink) {
  for (const std::string& file : {std::string("case,activity,time\n1,a,1970-01-01\n"),
                                  Xes("<trace>" + XesEvent("a", "1970-01-01") + "</trace>")}) {
    auto importer = NewImporter({}, [](EventBatch) { return absl::AbortedError("no"); });
    ASSERT_TRUE(importer.ok());
    absl::Status status = (*importer)->Feed(file);
    if (status.ok()) status = (*importer)->Finish().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  }
}

}  // namespace
}  // namespace plumbline::analytics
