// SPDX-License-Identifier: Apache-2.0
//
// Event logs as resources over an in-process channel: create, list, write, delete.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;

TEST_F(Service, DescribesALog) {
  const auto log = analytics_.Get("sales");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->name(), LogName("sales"));
  EXPECT_EQ(log->event_count(), 6);
  EXPECT_EQ(log->case_count(), 2);
  EXPECT_EQ(log->first_time().seconds(), 1'600'000'000);
  EXPECT_EQ(log->last_time().seconds(), 1'600'000'000 + 3 * 3600);
  EXPECT_EQ(log->create_time().seconds(), absl::ToUnixSeconds(analytics_.clock().Now()));
}

TEST_F(Service, CreateIsIdempotentByRequestId) {
  const auto first = analytics_.Create("other", "r1");
  analytics_.clock().Advance(absl::Seconds(5));
  const auto again = analytics_.Create("other", "r1");
  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  EXPECT_EQ(ReasonText(analytics_.Create("another", "r1")), "REQUEST_ID_REUSED");
}

TEST_F(Service, ListsByPages) {
  for (const char* id : {"d", "b", "c", "a"}) ASSERT_TRUE(analytics_.Create(id).ok());
  v1::ListEventLogsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(2);
  std::vector<std::string> pages;
  do {
    const auto page = analytics_.Call<v1::ListEventLogsResponse>("ListEventLogs", request);
    ASSERT_TRUE(page.ok()) << page.status();
    std::string names;
    for (const v1::EventLog& log : page->event_logs()) {
      absl::StrAppend(&names, log.name().substr(LogName("").size()), ":", log.case_count(), " ");
    }
    pages.push_back(names);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(pages, ElementsAre("a:0 b:0 ", "c:0 d:0 ", "sales:2 "));
  v1::ListEventLogsRequest other;
  other.set_parent("workspaces/beta");
  EXPECT_EQ(analytics_.Call<v1::ListEventLogsResponse>("ListEventLogs", other)->event_logs_size(),
            0);
}

TEST_F(Service, SkipsWhatItHas) {
  auto response = analytics_.Write("sales", "crm", 1, SimpleEvents(0, 2));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->accepted_count(), 0);
  EXPECT_EQ(response->duplicate_count(), 6);
  EXPECT_EQ(response->next_sequence(), 7);
  // Half known, half new.
  response = analytics_.Write("sales", "crm", 4, SimpleEvents(1, 2));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->accepted_count(), 3);
  EXPECT_EQ(response->duplicate_count(), 3);
  EXPECT_EQ(response->next_sequence(), 10);
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 9);
  EXPECT_EQ(analytics_.Get("sales")->case_count(), 3);
  const auto gap = analytics_.Write("sales", "crm", 11, SimpleEvents(1, 1));
  EXPECT_EQ(base::MetadataOf(gap.status(), "expected"), "10");
  // Another producer counts for itself.
  EXPECT_EQ(analytics_.Write("sales", "erp", 1, SimpleEvents(7, 1))->accepted_count(), 3);
}

TEST_F(Service, ADeletedLogIsGoneAndMakesWayForAnother) {
  ASSERT_TRUE(analytics_.Map("sales").ok());
  ASSERT_TRUE(analytics_.Delete("sales").ok());
  EXPECT_EQ(ReasonText(analytics_.Map("sales")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(analytics_.Write("sales", "crm", 7, SimpleEvents(0, 1))),
            "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(analytics_.Create("sales").ok());
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 0);
  EXPECT_EQ(analytics_.Map("sales")->edges_size(), 0);
  // Producers count anew; the same watermark as its predecessor had, other events.
  ASSERT_TRUE(
      analytics_.Write("sales", "crm", 1, {EventOf("x", "p", 1), EventOf("x", "q", 2)}).ok());
  const auto map = analytics_.Map("sales");
  ASSERT_EQ(map->edges_size(), 1);
  EXPECT_EQ(map->edges(0).from(), "p");
  EXPECT_GT(*analytics_.app().RunOnce(), 0);
  EXPECT_EQ(*analytics_.app().RunOnce(), 0);
  EXPECT_EQ(analytics_.Map("sales")->edges_size(), 1);
}

TEST_F(Service, ALogThatAProducerKeepsIsDeletedOnlyWhenItMayComeBack) {
  v1::WriteEventsRequest write;
  write.set_name(LogName("sales"));
  write.set_producer("relay");
  write.set_first_sequence(1);
  write.set_resends(true);
  *write.add_events() = EventOf("x", "a", 1);
  ASSERT_TRUE(analytics_.Call<v1::WriteEventsResponse>("WriteEvents", write).ok());
  const auto refused = analytics_.Delete("sales");
  EXPECT_EQ(ReasonText(refused), "EVENT_LOG_KEPT");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::MetadataOf(refused.status(), "producer"), "relay");
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("allow_refill"));
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 7);
  ASSERT_TRUE(analytics_.Delete("sales", true).ok());
  EXPECT_EQ(ReasonText(analytics_.Get("sales")), "RESOURCE_NOT_FOUND");
  // Its successor is nobody's yet.
  ASSERT_TRUE(analytics_.Create("sales").ok());
  EXPECT_TRUE(analytics_.Delete("sales").ok());
}

TEST_F(Service, ALogThatAProducerKeepsTakesNoOtherUnlessItIsToldTo) {
  const auto write = [&](const std::string& producer, int64_t first, bool resends, bool allow) {
    v1::WriteEventsRequest request;
    request.set_name(LogName("sales"));
    request.set_producer(producer);
    request.set_first_sequence(first);
    request.set_resends(resends);
    request.set_allow_kept(allow);
    *request.add_events() = EventOf(producer, "a", first);
    return analytics_.Call<v1::WriteEventsResponse>("WriteEvents", request);
  };
  ASSERT_TRUE(write("early", 1, false, false).ok());
  ASSERT_TRUE(write("relay", 1, true, false).ok());
  const auto refused = write("erp", 1, false, false);
  EXPECT_EQ(ReasonText(refused), "EVENT_LOG_KEPT");
  EXPECT_EQ(base::MetadataOf(refused.status(), "producer"), "relay");
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("`allow_kept`"));
  EXPECT_EQ(ReasonText(write("erp", 7, false, false)), "EVENT_LOG_KEPT") << "not SEQUENCE_GAP";
  EXPECT_EQ(base::MetadataOf(write("erp", 7, false, false).status(), "expected"), "1");
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 8);
  // Told once, it goes on; so does who wrote before anybody kept it, and another keeper.
  EXPECT_TRUE(write("erp", 1, false, true).ok());
  EXPECT_TRUE(write("erp", 2, false, false).ok());
  EXPECT_TRUE(write("early", 2, false, false).ok());
  EXPECT_TRUE(write("second relay", 1, true, false).ok());
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 12);
  // That is not said of what comes back after a deletion: who says it with every request finds out
  // by itself from where to send again.
  ASSERT_TRUE(analytics_.Delete("sales", true).ok());
  ASSERT_TRUE(analytics_.Create("sales").ok());
  ASSERT_TRUE(write("relay", 1, true, false).ok());
  const auto gone = write("erp", 3, false, false);
  EXPECT_EQ(ReasonText(gone), "EVENT_LOG_KEPT");
  EXPECT_EQ(base::MetadataOf(gone.status(), "expected"), "1");
  EXPECT_THAT(std::string(gone.status().message()), testing::HasSubstr("from number 1 with"));
  const auto gap = write("erp", 3, false, true);
  EXPECT_EQ(ReasonText(gap), "SEQUENCE_GAP");
  EXPECT_EQ(base::MetadataOf(gap.status(), "expected"), "1");
}

TEST_F(Service, WorkspacesAreApart) {
  v1::GetEventLogRequest request;
  request.set_name("workspaces/beta/eventLogs/sales");
  EXPECT_EQ(ReasonText(analytics_.Call<v1::GetEventLogResponse>("GetEventLog", request)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::analytics
