// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/event.h"

#include <memory>
#include <set>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::webhooks {
namespace {

FeedEntry Completed() {
  FeedEntry entry;
  entry.cursor = {7, 9};
  entry.workspace = "acme";
  entry.onboarding = "ada";
  entry.plan = onboarding::testing::SalesRepPlan();
  entry.entry.sequence = 3;
  entry.entry.kind = EntryKind::kTaskCompleted;
  entry.entry.occur_time = onboarding::testing::At("2031-03-03T09:00:00Z");
  entry.entry.record_time = onboarding::testing::At("2031-03-03T09:00:01Z");
  entry.entry.actor = "crm";
  entry.entry.task = "paperwork";
  entry.entry.title = "Sign \"it\"";
  entry.subject = std::make_shared<const Subject>(Subject{"ada@example.com", {}});
  return entry;
}

TEST(Event, IsACloudEvent) {
  const FeedEntry entry = Completed();
  const v1::WebhookEvent event = EventOf(entry);
  EXPECT_EQ(ToJson(event),
            "{\"specversion\":\"1.0\",\"id\":\"" + event.id() +
                "\",\"source\":\"workspaces/acme\","
                "\"type\":\"plumbline.onboarding.v1.task.completed\","
                "\"subject\":\"onboardings/ada/tasks/paperwork\","
                "\"time\":\"2031-03-03T09:00:00Z\",\"datacontenttype\":\"application/json\","
                "\"dataschema\":\"urn:plumbline:proto:plumbline.onboarding.v1.HistoryEntry\","
                "\"process\":\"" +
                entry.plan->process +
                "\",\"person\":\"ada@example.com\",\"data\":{"
                "\"name\":\"workspaces/acme/onboardings/ada/history/3\",\"sequence\":\"3\","
                "\"occurTime\":\"2031-03-03T09:00:00Z\",\"recordTime\":\"2031-03-03T09:00:01Z\","
                "\"actor\":\"crm\",\"kind\":\"KIND_TASK_COMPLETED\",\"task\":\"paperwork\","
                "\"title\":\"Sign \\\"it\\\"\"}}");
}

TEST(Event, TheIdIsThatOfTheEntry) {
  const std::string id = EventOf(Completed()).id();
  EXPECT_EQ(id.substr(0, 4), "evt_");
  EXPECT_EQ(id.size(), 36u);
  FeedEntry other = Completed();
  other.cursor = {8, 10};  // where it is in the feed does not matter
  other.subject = nullptr;
  EXPECT_EQ(EventOf(other).id(), id);
  other.entry.sequence = 4;
  EXPECT_NE(EventOf(other).id(), id);
  other = Completed();
  other.entry.record_time += absl::Hours(1);  // made again under the same id
  EXPECT_NE(EventOf(other).id(), id);
}

struct Row {
  v1::HistoryEntry::Kind kind;
  const char* type;
};

TEST(Event, TypesSayWhatHappenedToWhat) {
  for (const Row& row :
       {Row{v1::HistoryEntry::KIND_STARTED, "onboarding.started"},
        Row{v1::HistoryEntry::KIND_TASK_READY, "task.ready"},
        Row{v1::HistoryEntry::KIND_BLOCKED, "task.blocked"},
        Row{v1::HistoryEntry::KIND_UNBLOCKED, "task.unblocked"},
        Row{v1::HistoryEntry::KIND_ESCALATED, "task.escalated"},
        Row{v1::HistoryEntry::KIND_MILESTONE_REACHED, "milestone.reached"},
        Row{v1::HistoryEntry::KIND_MILESTONE_WITHDRAWN, "milestone.withdrawn"},
        Row{v1::HistoryEntry::KIND_AUTOMATION_CALLED, "automation.called"},
        Row{v1::HistoryEntry::KIND_IMPEDIMENT_ACKNOWLEDGED, "impediment.acknowledged"},
        Row{v1::HistoryEntry::KIND_DECIDED, "onboarding.decided"},
        Row{v1::HistoryEntry::KIND_FINISHED, "onboarding.finished"},
        Row{v1::HistoryEntry::KIND_ATTRIBUTES_SET, "onboarding.attributes_set"}}) {
    EXPECT_EQ(EventType(row.kind), std::string("plumbline.onboarding.v1.") + row.type);
  }
}

TEST(Event, EveryKindHasATypeOfItsOwn) {
  std::set<std::string> types;
  const auto* kinds = v1::HistoryEntry::Kind_descriptor();
  for (int i = 0; i < kinds->value_count(); ++i) {
    types.insert(EventType(static_cast<v1::HistoryEntry::Kind>(kinds->value(i)->number())));
  }
  EXPECT_EQ(types.size(), static_cast<size_t>(kinds->value_count()));
}

TEST(Event, APingHasEmptyData) {
  const v1::WebhookEvent ping =
      PingOf("acme", "crm", "ping_1", onboarding::testing::At("2031-03-03T09:00:00Z"));
  EXPECT_EQ(ping.type(), "plumbline.onboarding.v1.webhook.ping");
  EXPECT_EQ(ping.subject(), "webhooks/crm");
  EXPECT_NE(ToJson(ping).find("\"data\":{}"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks
