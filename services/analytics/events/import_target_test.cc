// SPDX-License-Identifier: Apache-2.0
//
// Which log an import goes to, and what it must not do to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/error.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

// The messages of an import of `file` into the log "sales".
std::vector<v1::ImportEventLogRequest> ImportOf(const std::string& file) {
  std::vector<v1::ImportEventLogRequest> messages(2);
  v1::ImportHeader* header = messages[0].mutable_header();
  header->set_parent("workspaces/acme");
  header->set_event_log_id("sales");
  messages[1].set_chunk(file);
  return messages;
}

TEST(Import, ReplacesAtOnceOrNotAtAll) {
  TestAnalytics analytics;
  ASSERT_TRUE(analytics.Import("sales", SimpleCsv(0, 10)).ok());
  auto messages = ImportOf(SimpleCsv(0, 3));
  messages[0].mutable_header()->set_replace(true);
  for (const char* request_id : {"", "r1"}) {
    messages[0].mutable_header()->set_request_id(request_id);
    const auto replaced = analytics.Import(messages);
    ASSERT_TRUE(replaced.ok()) << replaced.status();
    EXPECT_EQ(replaced->event_log().event_count(), 9);
    EXPECT_EQ(analytics.Map("sales")->case_count(), 3);
  }
  messages[0].mutable_header()->set_request_id("");
  messages[1].set_chunk(SimpleCsv(0, 1) + "\"x,y,2020-01-01\n");
  EXPECT_EQ(ReasonText(analytics.Import(messages)), "IMPORT_FORMAT");
  EXPECT_EQ(analytics.Get("sales")->event_count(), 9) << "the old one stays";
  messages[0].mutable_header()->set_append(true);
  const auto both = analytics.Import(messages);
  ASSERT_EQ(base::FieldViolationsOf(both.status()).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(both.status())[0].field, "header.replace");
  // A log that is not there is made.
  messages = ImportOf(SimpleCsv(0, 2));
  messages[0].mutable_header()->set_replace(true);
  messages[0].mutable_header()->set_event_log_id("other");
  EXPECT_EQ(analytics.Import(messages)->event_log().event_count(), 6);
}

TEST(Import, ALogThatAProducerKeepsIsLetBe) {
  for (const char* request_id : {"", "r1"}) {
    TestAnalytics analytics;
    ASSERT_TRUE(analytics.Create("sales").ok());
    v1::WriteEventsRequest write;
    write.set_name(LogName("sales"));
    write.set_producer("relay");
    write.set_first_sequence(1);
    write.set_resends(true);
    *write.add_events() = SimpleEvents(0, 1)[0];
    ASSERT_TRUE(analytics.Call<v1::WriteEventsResponse>("WriteEvents", write).ok());
    auto messages = ImportOf(SimpleCsv(7, 1));
    v1::ImportHeader* header = messages[0].mutable_header();
    header->set_request_id(request_id);
    header->set_append(true);
    const auto refused = analytics.Import(messages);
    EXPECT_EQ(ReasonText(refused), "EVENT_LOG_KEPT");
    EXPECT_EQ(base::MetadataOf(refused.status(), "producer"), "relay");
    EXPECT_EQ(analytics.Get("sales")->event_count(), 1);
    header->set_append(false);
    header->set_replace(true);
    header->set_allow_kept(true);
    EXPECT_EQ(ReasonText(analytics.Import(messages)), "EVENT_LOG_KEPT");
    header->set_replace(false);
    header->set_append(true);
    const auto added = analytics.Import(messages);
    ASSERT_TRUE(added.ok()) << added.status();
    EXPECT_EQ(added->event_log().event_count(), 4);
  }
}

TEST(Import, TransitionsOfTheMapMustBeInTheFile) {
  TestAnalytics analytics;
  auto messages = ImportOf(
      "case,activity,time,lifecycle\n1,a,2020-01-01,start\n1,a,2020-01-02,COMPLETE\n"
      "1,b,2020-01-03,COMPLETE\n");
  v1::ImportHeader* header = messages[0].mutable_header();
  header->mutable_event_log()->add_map_transitions("complete");
  header->mutable_event_log()->add_map_transitions("finished");
  const auto refused = analytics.Import(messages);
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  const auto violations = base::FieldViolationsOf(refused.status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "header.event_log.map_transitions");
  EXPECT_EQ(violations[0].description,
            "'finished' is the life-cycle transition of no event of the file; they have "
            "'COMPLETE', 'start'");
  EXPECT_EQ(ReasonText(analytics.Get("sales")), "RESOURCE_NOT_FOUND");
  header->mutable_event_log()->mutable_map_transitions()->RemoveLast();
  const auto imported = analytics.Import(messages);
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->transitions_size(), 2);
  EXPECT_EQ(imported->transitions(0).transition(), "COMPLETE");
  EXPECT_EQ(imported->transitions(0).count(), 2);
  // What is added to may have what the file has not.
  auto more = ImportOf("case,activity,time\n1,a,2020-01-01\n");
  more[0].mutable_header()->mutable_event_log()->add_map_transitions("complete");
  EXPECT_THAT(base::FieldViolationsOf(analytics.Import(more).status()), testing::IsEmpty());
  more[0].mutable_header()->set_event_log_id("plain");
  const auto none = base::FieldViolationsOf(analytics.Import(more).status());
  ASSERT_EQ(none.size(), 1u);
  EXPECT_THAT(none[0].description, testing::HasSubstr("they have none, so leave it out"));
}

// Another replica, or this one after a restart: an import counted its cases for all.
TEST(Import, CasesStayCounted) {
  auto database = sql::Open("sqlite::memory:", {.schema = "analytics"});
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_TRUE(TestAnalytics(**database).Import("sales", SimpleCsv(0, 40'000)).ok());
  TestAnalytics again(**database);
  v1::ListEventLogsRequest request;
  request.set_parent("workspaces/acme");
  const auto response = again.Call<v1::ListEventLogsResponse>("ListEventLogs", request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->event_logs_size(), 1);
  EXPECT_EQ(response->event_logs(0).case_count(), 40'000);
}

}  // namespace
}  // namespace plumbline::analytics
