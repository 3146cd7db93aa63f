// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec.h"

#include <vector>

#include "common/base/error.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

TEST(Codec, TimestampsKeepMicrosecondsBeforeAndAfter1970) {
  for (int64_t micros :
       {int64_t{0}, int64_t{-1}, int64_t{1'999'999}, int64_t{-62'135'596'800'000'000}}) {
    absl::Time time = absl::FromUnixMicros(micros);
    EXPECT_GE(ToTimestamp(time).nanos(), 0);
    EXPECT_EQ(FromTimestamp(ToTimestamp(time)), time) << micros;
  }
}

TEST(Codec, HistoryEntriesComeBackAsTheyWent) {
  HistoryEntry entry;
  entry.sequence = 7;
  entry.occur_time = At("2026-03-02T09:00:00Z");
  entry.record_time = At("2026-03-02T09:00:01Z");
  entry.actor = "clerk";
  entry.kind = EntryKind::kBlocked;
  entry.task = "exam~2";
  entry.category = Category::kPeople;
  entry.due_time = At("2026-03-03T09:00:00Z");
  entry.earliest_time = At("2026-03-02T08:00:00Z");
  entry.start_time = At("2026-03-02T07:00:00Z");
  entry.ticked = {"a", "b"};
  entry.by_condition = true;
  entry.attributes = {{"amount", "5 EUR"}};
  v1::HistoryEntry proto = ToProto(entry, "acme", "ada");
  EXPECT_EQ(proto.name(), "workspaces/acme/onboardings/ada/history/7");
  EXPECT_EQ(FromTimestamp(proto.earliest_time()), entry.earliest_time);
  EXPECT_EQ(FromTimestamp(proto.start_time()), entry.start_time);
  proto.clear_name();
  EXPECT_EQ(ToProto(FromProto(proto)).SerializeAsString(), proto.SerializeAsString());
}

TEST(Codec, ARunThatDoesNotFitItsPlanIsRefused) {
  onboarding::Run run = AdaRun();
  EXPECT_TRUE(absl::IsInternal(Parse("acme", "ada", PairPlan(), Serialize(run)).status()));
  EXPECT_TRUE(absl::IsInternal(Parse("acme", "ada", SalesRepPlan(), "x").status()));
}

TEST(Codec, WhatALaterReleaseWroteIsKept) {
  stored::v1::StoredOnboarding stored;
  ASSERT_TRUE(stored.ParseFromString(Serialize(AdaRun())));
  ASSERT_GT(stored.tasks_size(), 0);
  stored.GetReflection()->MutableUnknownFields(&stored)->AddLengthDelimited(2000, "news");
  google::protobuf::Message* task = stored.mutable_tasks(0);
  task->GetReflection()->MutableUnknownFields(task)->AddVarint(2001, 7);
  absl::StatusOr<onboarding::Run> run =
      Parse("acme", "ada", SalesRepPlan(), stored.SerializeAsString());
  ASSERT_TRUE(run.ok()) << run.status();
  MustChange(StartTask(*run, "paperwork", When(At("2026-03-02T10:00:00Z"))));
  stored::v1::StoredOnboarding again;
  ASSERT_TRUE(again.ParseFromString(Serialize(*run)));
  const auto& fields = again.GetReflection()->GetUnknownFields(again);
  ASSERT_EQ(fields.field_count(), 1);
  EXPECT_EQ(fields.field(0).length_delimited(), "news");
  const auto& of_task = again.GetReflection()->GetUnknownFields(again.tasks(0));
  ASSERT_EQ(of_task.field_count(), 1);
  EXPECT_EQ(of_task.field(0).varint(), 7u);
}

// Gives every message in a row a field that only a later release knows, those that are missing
// included, and returns how many there are. Messages of the API are values: what stands in them is
// not stored.
int AddNews(google::protobuf::Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  reflection.MutableUnknownFields(message)->AddVarint(2001, 7);
  if (message->GetDescriptor()->file()->package() != "plumbline.onboarding.stored.v1") return 1;
  int count = 1;
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->message_type() == nullptr || field->is_map()) continue;
    if (!field->is_repeated()) {
      count += AddNews(reflection.MutableMessage(message, field));
      continue;
    }
    if (reflection.FieldSize(*message, field) == 0) reflection.AddMessage(message, field);
    for (int at = 0; at < reflection.FieldSize(*message, field); ++at)
      count += AddNews(reflection.MutableRepeatedMessage(message, field, at));
  }
  return count;
}

int CountNews(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  int count = reflection.GetUnknownFields(message).field_count();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr || field->is_map()) continue;
    if (!field->is_repeated()) count += CountNews(reflection.GetMessage(message, field));
    for (int at = 0; field->is_repeated() && at < reflection.FieldSize(message, field); ++at)
      count += CountNews(reflection.GetRepeatedMessage(message, field, at));
  }
  return count;
}

TEST(Codec, WhatALaterReleaseWroteIsKeptInEveryMessageOfARow) {
  stored::v1::StoredOnboarding stored;
  ASSERT_TRUE(stored.ParseFromString(Serialize(AdaRun())));
  const int news = AddNews(&stored);
  EXPECT_GT(news, 14);
  absl::StatusOr<onboarding::Run> run =
      Parse("acme", "ada", SalesRepPlan(), stored.SerializeAsString());
  ASSERT_TRUE(run.ok()) << run.status();
  const onboarding::Run copy = *run;
  stored::v1::StoredOnboarding again;
  ASSERT_TRUE(again.ParseFromString(Serialize(copy)));
  EXPECT_EQ(CountNews(again), news) << again.DebugString();
  EXPECT_EQ(CountNews(ToProto(copy)), 0) << "callers get what this release knows";
}

TEST(Codec, AFrozenPlanComesBackFromItsContentWithItsId) {
  PlanPointer plan = SalesRepPlan();
  absl::StatusOr<PlanPointer> thawed = Thaw(plan->content);
  ASSERT_TRUE(thawed.ok()) << thawed.status();
  EXPECT_EQ((*thawed)->id, plan->id);
  EXPECT_EQ((*thawed)->plan.size(), plan->plan.size());
  EXPECT_TRUE(absl::IsInternal(Thaw("x").status()));
  EXPECT_TRUE(absl::IsInternal(Freeze({SalesRep()}).status())) << "deal-desk@2 is missing";
}

TEST(Codec, TasksTellTheirEarliestTimeBeforeTheirTurn) {
  onboarding::Run run = AdaRun();
  TaskMessages messages(run, At("2026-03-02T09:00:00Z"));
  v1::Task accounts = messages.Make(*FindTask(run, "accounts"));
  EXPECT_EQ(accounts.state(), v1::Task::STATE_PENDING);
  EXPECT_EQ(FromTimestamp(accounts.earliest_time()), At("2026-03-02T09:00:00Z"));
  EXPECT_FALSE(messages.Make(*FindTask(run, "laptop")).has_earliest_time());
}

TEST(Codec, WhatAPauseMovesIsNotAtRisk) {
  onboarding::Run run = AdaRun();
  const absl::Time start = At("2026-03-02T09:00:00Z");
  MustChange(Pause(run, "leave", When(start)));
  const absl::Time later = start + absl::Hours(24 * 20);
  v1::Task task = TaskMessages(run, later).Make(*FindTask(run, "paperwork"));
  ASSERT_TRUE(task.has_due_time());
  EXPECT_LT(FromTimestamp(task.due_time()), later);
  EXPECT_FALSE(task.at_risk());
  MustChange(Resume(run, "back", When(start + absl::Hours(1))));
  task = TaskMessages(run, later).Make(*FindTask(run, "paperwork"));
  EXPECT_TRUE(task.at_risk());
}

TEST(Codec, OpenImpedimentsCountUpToNow) {
  onboarding::Run run = AdaRun();
  absl::Time start = At("2026-03-02T09:00:00Z");
  ASSERT_TRUE(BlockTask(run, "paperwork", {"", Category::kAccess, "", "x"}, When(start)).ok());
  auto blocked = [&](absl::Time now) {
    return TaskMessages(run, now).Make(*FindTask(run, "paperwork")).blocked_duration().seconds();
  };
  EXPECT_EQ(blocked(start + absl::Minutes(2)), 120);
  EXPECT_EQ(blocked(start - absl::Minutes(2)), 0);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
