// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/relay/events.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

struct MappingCase {
  EntryKind kind;
  const char* transition;
  const char* activity;
  std::vector<std::string> attributes;
};

TEST(RelayEvents, EveryKindIsOneEvent) {
  const std::vector<MappingCase> kCases = {
      {EntryKind::kStarted,
       "assign",
       "On-boarding",
       {"due_time", "earliest_time", "case_finished", "target", "process", "attribute.amount"}},
      {EntryKind::kTaskReady, "schedule", "Sign", {"task", "due_time", "earliest_time"}},
      {EntryKind::kTaskStarted, "start", "Sign", {"task"}},
      {EntryKind::kTaskCompleted, "complete", "Sign", {"task"}},
      {EntryKind::kTaskSkipped, "manualskip", "Sign", {"task"}},
      {EntryKind::kBlocked, "suspend", "Sign", {"task", "impediment", "category", "utility"}},
      {EntryKind::kUnblocked, "resume", "Sign", {"task", "impediment"}},
      {EntryKind::kDecided, "decide", "Sign", {}},
      {EntryKind::kFinished, "pi_complete", "On-boarding", {"case_finished"}},
      {EntryKind::kAttributesSet, "update", "On-boarding", {"attribute.amount"}},
  };
  for (const MappingCase& c : kCases) {
    SCOPED_TRACE(c.transition);
    FeedEntry from;
    from.workspace = "acme";
    from.onboarding = "ada";
    from.plan = SalesRepPlan();
    HistoryEntry& entry = from.entry;
    entry.kind = c.kind;
    entry.title = "Sign";
    entry.occur_time = At("2026-03-02T09:00:00Z");
    entry.resource = "hr";
    bool of_task = c.kind != EntryKind::kStarted && c.kind != EntryKind::kDecided &&
                   c.kind != EntryKind::kFinished && c.kind != EntryKind::kAttributesSet;
    if (c.kind == EntryKind::kStarted || c.kind == EntryKind::kAttributesSet)
      entry.attributes = {{"amount", "5 EUR"}, {"discount", ""}};
    if (of_task) entry.task = "paperwork";
    if (c.kind == EntryKind::kStarted || c.kind == EntryKind::kTaskReady) {
      entry.due_time = entry.occur_time;
    }
    if (c.kind == EntryKind::kStarted || c.kind == EntryKind::kTaskReady) {
      entry.earliest_time = At("2026-03-04T09:00:00Z");
    }
    if (c.kind == EntryKind::kTaskCompleted) entry.start_time = At("2026-03-01T10:00:00Z");
    if (c.kind == EntryKind::kBlocked || c.kind == EntryKind::kUnblocked) {
      entry.impediment = "i1";
      entry.category = Category::kUtilityDown;
      entry.utility = "crm";
    }
    analytics::v1::Event event = ToEvent(from);
    EXPECT_EQ(LogName(from), "workspaces/acme/eventLogs/sales-rep");
    EXPECT_EQ(event.case_id(), "ada");
    EXPECT_EQ(event.transition(), c.transition);
    EXPECT_EQ(event.activity(), c.activity);
    EXPECT_EQ(event.resource(), "hr");
    EXPECT_EQ(event.has_start_time(), c.kind == EntryKind::kTaskCompleted);
    if (event.has_start_time()) {
      EXPECT_EQ(FromTimestamp(event.start_time()), entry.start_time);
    }
    std::vector<std::string> keys;
    for (const auto& attribute : event.attributes()) {
      keys.push_back(attribute.key());
      if (attribute.key() == "category") {
        EXPECT_EQ(attribute.string_value(), "UTILITY_DOWN");
      }
      if (attribute.key() == "target") {
        EXPECT_EQ(attribute.string_value(), "60 business days from day one");
      }
      if (attribute.key() == "case_finished") {
        EXPECT_EQ(attribute.bool_value(), c.kind == EntryKind::kFinished);
      }
      if (attribute.key() == "earliest_time") {
        EXPECT_EQ(FromTimestamp(attribute.time_value()), entry.earliest_time);
      }
    }
    EXPECT_EQ(keys, c.attributes);
  }
}

// "defects=rejected,typo": the attributes of an event that are texts or truth values.
std::vector<std::string> Attributes(const analytics::v1::Event& event) {
  std::vector<std::string> all;
  for (const auto& one : event.attributes()) {
    if (one.has_string_value()) all.push_back(absl::StrCat(one.key(), "=", one.string_value()));
    if (one.has_bool_value()) all.push_back(absl::StrCat(one.key(), "=", one.bool_value()));
  }
  return all;
}

// So that analytics can tell by role, utility, region and manager.
TEST(RelayEvents, StepsHaveTheirRoleAndTheirUtilities) {
  FeedEntry from;
  catalog::v1::Process process = SalesRep();
  catalog::v1::Step* step = nullptr;
  for (auto& node : *process.mutable_root()->mutable_sequence()->mutable_nodes()) {
    if (node.id() == "paperwork") step = node.mutable_step();
  }
  ASSERT_NE(step, nullptr);
  step->clear_utilities();
  step->add_utilities("crm");
  step->add_utilities("mail");
  from.plan = *Freeze({process, DealDesk()});
  for (const EntryKind kind :
       {EntryKind::kTaskReady, EntryKind::kTaskStarted, EntryKind::kTaskCompleted}) {
    from.entry.kind = kind;
    from.entry.title = "Sign";
    from.entry.task = from.entry.step = "paperwork";
    EXPECT_THAT(
        Attributes(ToEvent(from)),
        ElementsAre("task=paperwork", absl::StrCat("role=", step->role()), "utilities=crm + mail"));
  }
  from.entry.step = "gone";
  EXPECT_THAT(Attributes(ToEvent(from)), ElementsAre("task=paperwork"));
}

TEST(RelayEvents, StartsSayWhoIsOnBoarded) {
  FeedEntry from;
  from.plan = PairPlan();
  from.entry.kind = EntryKind::kStarted;
  from.entry.changes = {{"day_one", "", "2026-03-02"}, {"assignees.manager", "", "cem"}};
  from.subject =
      std::make_shared<Subject>(Subject{"ada", {{"cohort", "2026-q1"}, {"region", "north"}}});
  EXPECT_THAT(Attributes(ToEvent(from)),
              ElementsAre("case_finished=0", StartsWith("process="), "label.cohort=2026-q1",
                          "label.region=north", "assignee.manager=cem"));
  // No more than an event may have; what is understood comes first.
  Subject many{"ada", {}};
  for (int i = 0; i < 50; ++i) many.labels[absl::StrCat("key", i)] = "x";
  many.labels[std::string(120, 'k')] = "too long a key";
  from.subject = std::make_shared<Subject>(std::move(many));
  const analytics::v1::Event event = ToEvent(from);
  EXPECT_EQ(event.attributes_size(), 32);
  EXPECT_EQ(event.attributes(0).key(), "case_finished");
  // Attributes of the process, which may be as many, come after them.
  from.subject = std::make_shared<Subject>(Subject{"ada", {{"region", "north"}}});
  for (int i = 0; i < 50; ++i) from.entry.attributes.emplace(absl::StrCat("a", i), "x");
  const std::vector<std::string> all = Attributes(ToEvent(from));
  ASSERT_EQ(all.size(), 32u);
  EXPECT_THAT(std::vector<std::string>(all.begin() + 2, all.begin() + 5),
              ElementsAre("label.region=north", "assignee.manager=cem", StartsWith("attribute.")));
}

TEST(RelayEvents, LongTitlesAreCutAtACharacter) {
  FeedEntry from;
  from.plan = SalesRepPlan();
  from.entry.kind = EntryKind::kTaskReady;
  for (int i = 0; i < 200; ++i) from.entry.title += "\xE6\x97\xA5";  // three bytes each
  EXPECT_EQ(ToEvent(from).activity().size(), 498u);
}

TEST(RelayEvents, SayWhatBecameOfWorkAndOfTheWhole) {
  struct Row {
    EntryKind kind;
    const char* transition;
    std::vector<std::string> attributes;
  };
  const std::vector<std::string> task = {"task=exam"};
  for (const Row& row : std::vector<Row>{
           {EntryKind::kPaused, "pi_suspend", {"attribute.sum=5"}},
           {EntryKind::kResumed, "pi_resume", {"attribute.sum=5"}},
           {EntryKind::kCancelled, "pi_abort", {"case_finished=1", "attribute.sum=5"}},
           {EntryKind::kTaskRescheduled, "reschedule", task},
           {EntryKind::kTaskWithdrawn, "withdraw", task},
           {EntryKind::kTaskClaimed, "assign", task},
           {EntryKind::kTaskDelegated, "reassign", task},
           {EntryKind::kTaskReopened, "schedule", task},
           {EntryKind::kTaskDropped, "withdraw", task},
           {EntryKind::kTaskMoved, "update", task},
           {EntryKind::kTaskSkipPlanned, "update", task},
           {EntryKind::kMigrated, "update", {"attribute.sum=5"}},
           {EntryKind::kTaskCommented, "comment", task},
           {EntryKind::kTaskSubmitted, "submit", task},
           {EntryKind::kTaskVerified, "verify", task},
           {EntryKind::kTaskRejected,
            "complete",
            {"task=exam", "defects=rejected,typo", "attribute.sum=5"}},
           {EntryKind::kTaskCompleted,
            "complete",
            {"task=exam", "defects=rejected,typo", "attribute.sum=5"}},
           {EntryKind::kWaiverRequested, "waive", task},
           {EntryKind::kAutomationCalled, "call", task},
           {EntryKind::kAutomationFailed, "answer", task},
       }) {
    FeedEntry from;
    from.plan = PairPlan();
    from.entry.kind = row.kind;
    from.entry.title = "Take the exam";
    from.entry.defects = {"rejected", "typo"};
    from.entry.attributes = {{"sum", "5"}};
    from.entry.occur_time = At("2026-03-02T10:00:00Z");
    from.entry.start_time = At("2026-03-02T09:00:00Z");
    const bool whole = row.attributes[0] != "task=exam";
    if (!whole) from.entry.task = "exam";
    const analytics::v1::Event event = ToEvent(from);
    EXPECT_EQ(event.transition(), row.transition);
    EXPECT_EQ(event.activity(), whole ? "On-boarding" : "Take the exam");
    EXPECT_EQ(Attributes(event), row.attributes) << row.transition;
    EXPECT_EQ(event.has_start_time(), event.transition() == "complete") << row.transition;
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
