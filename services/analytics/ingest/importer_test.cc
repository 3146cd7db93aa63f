// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using base::Reason;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000;

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
      {"SalesforceHistory",
       "Id,OpportunityId,StageName,CreatedById,CreatedDate\n9,1,a,x,1970-01-01T00:00:01.000Z\n",
       one},
      {"HubSpotHistory", "dealid,dealstage,changed_at\n1,a,1970-01-01T00:00:01Z\n", one},
      {"StageDate", "Deal ID,Deal Stage,Stage Date\n1,a,1970-01-01 00:00:01\n", one},
      {"TimeByContents", "case,activity,moved,rank\n1,a,1970-01-01 00:00:01,1500000000\n", one},
      {"ExcelWhenSaid",
       "case;activity;time\n1;a;25569,0000115741\n",
       one,
       {.time_format = "excel"}},
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

TEST(Importer, AStartAfterTheEndIsToldAndLeftOut) {
  const auto imported = ImportAll(
      "case_id,activity,timestamp,start\n1,a,1970-01-01 00:00:02,1970-01-01 00:00:03\n"
      "1,b,1970-01-01 00:00:04,1970-01-01 00:00:04\n");
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(imported->events,
              ElementsAre(PlainEvent{"1", "a", "", "", 2 * kSecond, kNoTime},
                          PlainEvent{"1", "b", "", "", 4 * kSecond, 4 * kSecond}));
  ASSERT_EQ(imported->summary.dropped.size(), 1u);
  const Dropped& dropped = imported->summary.dropped[0];
  EXPECT_EQ(dropped.count, 1);
  EXPECT_THAT(dropped.reason, testing::HasSubstr("kept without a start"));
  EXPECT_THAT(dropped.samples,
              ElementsAre("line 2: '1970-01-01T00:00:03Z > 1970-01-01T00:00:02Z'"));
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

TEST(Importer, EndsWithTheErrorOfTheSink) {
  for (const std::string& file : {std::string("case,activity,time\n1,a,1970-01-01\n"),
                                  Xes("<trace>" + XesEvent("a", "1970-01-01") + "</trace>")}) {
    auto importer = NewImporter(CsvOptions{}, [](EventBatch) { return absl::AbortedError("no"); });
    ASSERT_TRUE(importer.ok());
    absl::Status status = (*importer)->Feed(file);
    if (status.ok()) status = (*importer)->Finish().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  }
}

}  // namespace
}  // namespace plumbline::analytics
