// SPDX-License-Identifier: Apache-2.0
//
// Imports through the service, and what of them is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/store_sql.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;

TEST(Import, MakesALog) {
  TestAnalytics analytics;
  const std::string file = SimpleCsv(0, 30'000) + ",nobody,2020-01-01\nx,y,soon\n";
  const auto response = analytics.Import("sales", file);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->format(), "csv");
  EXPECT_EQ(response->event_count(), 90'000);
  EXPECT_EQ(response->event_log().name(), LogName("sales"));
  EXPECT_EQ(response->event_log().event_count(), 90'000);
  EXPECT_EQ(response->event_log().case_count(), 30'000);
  EXPECT_EQ(response->csv().case_column(), "case_id");
  EXPECT_EQ(response->csv().time_zone(), "UTC");
  ASSERT_EQ(response->dropped_size(), 2);
  EXPECT_EQ(response->dropped(0).reason(), "the case is missing");
  EXPECT_THAT(response->dropped(1).samples(), ElementsAre("line 90003: 'soon'"));
  const auto map = analytics.Map("sales");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->case_count(), 30'000);
  EXPECT_EQ(map->edges(0).count(), 30'000);
}

TEST(Import, AppendsOnlyWhenAsked) {
  TestAnalytics analytics;
  ASSERT_TRUE(analytics.Import("sales", SimpleCsv(0, 10)).ok());
  EXPECT_EQ(ReasonText(analytics.Import("sales", SimpleCsv(5, 10))), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(analytics.Get("sales")->event_count(), 30);
  const auto response = analytics.Import("sales", SimpleCsv(5, 10), "", true);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->event_count(), 30);
  EXPECT_EQ(response->event_log().event_count(), 60);
  EXPECT_EQ(response->event_log().case_count(), 15);
  // Beside producers, in the order of arrival.
  ASSERT_TRUE(analytics.Write("sales", "crm", 1, SimpleEvents(20, 1)).ok());
  EXPECT_EQ(analytics.Map("sales")->case_count(), 16);
  // A log that is not there is made.
  EXPECT_EQ(analytics.Import("other", SimpleCsv(0, 1), "", true)->event_log().event_count(), 3);
}

TEST(Import, RepeatedRequestsImportOnce) {
  TestAnalytics analytics;
  const std::string file = SimpleCsv(0, 25'000);
  const auto first = analytics.Import("sales", file, "r1");
  ASSERT_TRUE(first.ok()) << first.status();
  // The same bytes in other pieces are the same request.
  const auto again = analytics.Import("sales", file, "r1", false, 1000);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again)) << again->DebugString();
  EXPECT_EQ(analytics.Get("sales")->event_count(), 75'000);
  EXPECT_EQ(ReasonText(analytics.Import("sales", file + "x,y,2020-01-01\n", "r1")),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonText(analytics.Import("sales", file, "r1", true)), "REQUEST_ID_REUSED");
  // What the repetitions staged is garbage, and goes.
  EXPECT_GE(*analytics.app().RunOnce(), 3);
  EXPECT_EQ(*analytics.app().RunOnce(), 0);
  EXPECT_EQ(analytics.Map("sales")->case_count(), 25'000);
}

TEST(Import, FailuresLeaveNothing) {
  TestAnalytics analytics;
  // Two blocks are on disk when the end of the file turns out to be broken.
  const std::string broken = SimpleCsv(0, 50'000) + "\"x,y,2020-01-01\n";
  EXPECT_EQ(ReasonText(analytics.Import("sales", broken)), "IMPORT_FORMAT");
  EXPECT_EQ(ReasonText(analytics.Get("sales")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(*analytics.app().RunOnce(), 3);  // the blocks, and the note about them
  EXPECT_EQ(*analytics.app().RunOnce(), 0);
  EXPECT_TRUE(analytics.Import("sales", SimpleCsv(0, 1)).ok());
}

TEST(Import, SweepsOnlyWhatShowedNoLifeForAnHour) {
  auto database = sql::Open("sqlite::memory:", {.schema = "analytics"});
  ASSERT_TRUE(database.ok()) << database.status();
  TestAnalytics analytics(**database);
  auto store = OpenStore(**database);
  ASSERT_TRUE(store.ok()) << store.status();
  const base::CallContext context;
  const absl::Time begin = analytics.clock().Now();
  ASSERT_TRUE((*store)->Stage(context, "acme", "import", {1, 1, 1, "block"}, begin).ok());
  analytics.clock().Advance(absl::Minutes(59));
  EXPECT_EQ(*analytics.app().RunOnce(), 0);
  ASSERT_TRUE(
      (*store)->Stage(context, "acme", "import", {2, 2, 1, "block"}, analytics.clock().Now()).ok());
  analytics.clock().Advance(absl::Minutes(59));
  EXPECT_EQ(*analytics.app().RunOnce(), 0);
  analytics.clock().Advance(absl::Minutes(2));
  EXPECT_EQ(*analytics.app().RunOnce(), 3);
  // Should its process still live after all, it is told.
  EXPECT_EQ((*store)
                ->Stage(context, "acme", "import", {3, 3, 1, "block"}, analytics.clock().Now())
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(Import, ALogTakesNoMoreThanCanBeLoaded) {
  TestAnalytics analytics({.log_memory_bytes = 100'000});
  ASSERT_TRUE(analytics.Import("sales", SimpleCsv(0, 600)).ok());
  const auto alone = analytics.Import("large", SimpleCsv(0, 10'000));
  EXPECT_EQ(ReasonText(alone), "FIELD_INVALID");
  EXPECT_THAT(std::string(alone.status().message()), testing::HasSubstr("log_memory_bytes"));
  EXPECT_EQ(ReasonText(analytics.Get("large")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(analytics.Import("sales", SimpleCsv(600, 1'100), "", true)),
            "FIELD_INVALID");
  EXPECT_EQ(ReasonText(analytics.Write("sales", "crm", 1, SimpleEvents(600, 1'000))),
            "FIELD_INVALID");
  EXPECT_EQ(analytics.Get("sales")->event_count(), 1'800);
  EXPECT_TRUE(analytics.Write("sales", "crm", 1, SimpleEvents(600, 1)).ok());
}

// Blocks are put away while the file is read on: what is wrong first is told first all the same.
TEST(Import, TheEarlierErrorIsTold) {
  const std::string long_file = SimpleCsv(0, 67'000), short_file = SimpleCsv(0, 40'000);
  TestAnalytics analytics({.log_memory_bytes = 6'000'000});
  for (const std::string& wrong : {std::string("\"x,y,2020-01-01\n"), std::string(20'000, ',')}) {
    EXPECT_EQ(ReasonText(analytics.Import("sales", short_file + wrong)), "IMPORT_FORMAT");
    EXPECT_EQ(ReasonText(analytics.Import("sales", long_file + wrong)), "FIELD_INVALID");
  }
  ASSERT_TRUE(analytics.Import("sales", short_file).ok());
  EXPECT_EQ(analytics.Get("sales")->event_count(), 120'000);
}

TEST(Import, UnnamedTracesOfTwoFilesStayApart) {
  TestAnalytics analytics;
  const std::string file =
      "<log><trace><event><string key='concept:name' value='a'/>"
      "<date key='time:timestamp' value='2020-01-01T00:00:00Z'/></event></trace></log>";
  ASSERT_TRUE(analytics.Import("sales", file).ok());
  ASSERT_TRUE(analytics.Import("sales", file, "", true).ok());
  const auto third = analytics.Import("sales", file, "", true);
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_EQ(third->event_log().case_count(), 3);
}

struct BadMapping {
  const char* name;
  void (*set)(v1::CsvMapping&);
};

class ImportMapping : public testing::TestWithParam<BadMapping> {};

TEST_P(ImportMapping, IsRefused) {
  TestAnalytics analytics;
  std::vector<v1::ImportEventLogRequest> messages(2);
  v1::ImportHeader* header = messages[0].mutable_header();
  header->set_parent("workspaces/acme");
  header->set_event_log_id("sales");
  GetParam().set(*header->mutable_csv());
  messages[1].set_chunk(SimpleCsv(0, 1));
  const auto response = analytics.Import(messages);
  EXPECT_EQ(ReasonText(response), "FIELD_INVALID");
  const auto violations = base::FieldViolationsOf(response.status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, absl::StrCat("csv.", GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ImportMapping,
    testing::Values(
        BadMapping{"case_column", [](auto& csv) { csv.set_case_column(std::string(257, 'x')); }},
        BadMapping{"transition_column",
                   [](auto& csv) { csv.set_transition_column(std::string(257, 'x')); }},
        BadMapping{"time_format",
                   [](auto& csv) { csv.set_time_format("%Y" + std::string(99, '-')); }},
        BadMapping{
            "date_order",
            [](auto& csv) { csv.set_date_order(static_cast<v1::CsvMapping::DateOrder>(7)); }},
        BadMapping{"time_zone", [](auto& csv) { csv.set_time_zone("/usr/share/zoneinfo/UTC"); }}),
    [](const auto& row) { return row.param.name; });

TEST(Import, TellsWhichTimesAreInDoubtUntilItIsSaid) {
  TestAnalytics analytics;
  std::vector<v1::ImportEventLogRequest> messages(2);
  v1::ImportHeader* header = messages[0].mutable_header();
  header->set_parent("workspaces/acme");
  header->set_event_log_id("sales");
  messages[1].set_chunk("case,activity,time\n1,a,03/04/2026\n");
  auto response = analytics.Import(messages);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->times_size(), 1);
  const v1::TimeReading& reading = response->times(0);
  EXPECT_EQ(reading.column(), "time");
  EXPECT_TRUE(reading.ambiguous());
  EXPECT_EQ(reading.format(), "%m/%d/%Y");
  EXPECT_EQ(reading.other_format(), "%d/%m/%Y");
  EXPECT_EQ(reading.sample(), "03/04/2026");
  EXPECT_EQ(reading.sample_time().seconds(), 1'772'582'400);  // March 4
  EXPECT_EQ(reading.other_time().seconds(), 1'775'174'400);   // April 3

  header->set_event_log_id("said");
  header->mutable_csv()->set_date_order(v1::CsvMapping::DATE_ORDER_DAY_FIRST);
  response = analytics.Import(messages);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->times_size(), 1);
  EXPECT_FALSE(response->times(0).ambiguous());
  EXPECT_EQ(response->times(0).format(), "%d/%m/%Y");
  EXPECT_EQ(response->csv().date_order(), v1::CsvMapping::DATE_ORDER_DAY_FIRST);
  EXPECT_EQ(response->event_log().first_time().seconds(), 1'775'174'400);
}

TEST(Import, ReadsXes) {
  TestAnalytics analytics;
  const auto response = analytics.Import(
      "sales",
      "<log><trace><string key='concept:name' value='1'/><event><string key='concept:name' "
      "value='a'/>"
      "<date key='time:timestamp' value='2020-01-01T00:00:00Z'/></event></trace></log>");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->format(), "xes");
  EXPECT_FALSE(response->has_csv());
  EXPECT_EQ(response->event_log().event_count(), 1);
}

TEST(Import, KeepsTitleAndTransitions) {
  TestAnalytics analytics;
  std::vector<v1::ImportEventLogRequest> messages(2);
  v1::ImportHeader* header = messages[0].mutable_header();
  header->set_parent("workspaces/acme");
  header->set_event_log_id("sales");
  header->mutable_event_log()->set_title("All sales");
  header->mutable_event_log()->add_map_transitions("complete");
  messages[1].set_chunk(
      "case,activity,time,lifecycle\n1,a,2020-01-01,start\n1,a,2020-01-02,COMPLETE\n");
  ASSERT_TRUE(analytics.Import(messages).ok());
  EXPECT_EQ(analytics.Get("sales")->title(), "All sales");
  EXPECT_EQ(analytics.Get("sales")->event_count(), 2);
  EXPECT_EQ(analytics.Map("sales")->event_count(), 1);
}

}  // namespace
}  // namespace plumbline::analytics
