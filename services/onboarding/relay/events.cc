// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/relay/events.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding {
namespace {

using analytics::v1::Event;

constexpr size_t kMaxName = 500;         // bytes of an activity or a resource
constexpr size_t kMaxAttribute = 2'000;  // bytes of an attribute
constexpr size_t kMaxKey = 100;          // bytes of its key
constexpr int kMaxAttributes = 32;       // of an event

std::string Cut(absl::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

void AddText(Event* event, absl::string_view key, absl::string_view value) {
  if (value.empty() || key.size() > kMaxKey || event->attributes_size() == kMaxAttributes) return;
  auto* attribute = event->add_attributes();
  attribute->set_key(std::string(key));
  attribute->set_string_value(Cut(value, kMaxAttribute));
}

void AddTime(Event* event, const char* key, const std::optional<absl::Time>& value) {
  if (!value.has_value()) return;
  auto* attribute = event->add_attributes();
  attribute->set_key(key);
  *attribute->mutable_time_value() = ToTimestamp(*value);
}

// "UTILITY_DOWN".
std::string CategoryName(Category category) {
  std::string name = v1::Impediment::Category_Name(static_cast<v1::Impediment::Category>(category));
  return std::string(absl::StripPrefix(name, "CATEGORY_"));
}

void AddImpediment(Event* event, const HistoryEntry& entry) {
  AddText(event, "impediment", entry.impediment);
  if (entry.kind != EntryKind::kBlocked && entry.kind != EntryKind::kImpedimentChanged) return;
  if (entry.category.has_value()) AddText(event, "category", CategoryName(*entry.category));
  AddText(event, "utility", entry.utility);
}

// The event stands where the milestone was reached, however late that was told, but not before the
// one that begins the case.
void AddMilestone(Event* event, const HistoryEntry& entry) {
  AddText(event, "milestone", entry.milestone);
  AddTime(event, "target_time", entry.due_time);
  if (entry.kind != EntryKind::kMilestoneReached || !entry.reach_time.has_value()) return;
  *event->mutable_time() =
      ToTimestamp(std::max(*entry.reach_time, entry.start_time.value_or(*entry.reach_time)));
}

// "60 business days from day one", "2 business days and 90 minutes from day one"; "" without a
// target.
std::string TargetWords(const FrozenPlan& plan) {
  if (!plan.target.has_value()) return "";
  const auto& [days, minutes] = *plan.target;
  std::string words;
  if (days > 0) absl::StrAppend(&words, days, days == 1 ? " business day" : " business days");
  if (days > 0 && minutes > 0) words += " and ";
  if (minutes > 0)
    absl::StrAppend(&words, minutes, minutes == 1 ? " minute" : " minutes",
                    days > 0 ? "" : " of business time");
  return words.empty() ? "" : absl::StrCat(words, " from day one");
}

const char* Transition(EntryKind kind) {
  switch (kind) {
    case EntryKind::kStarted:
      return "assign";
    case EntryKind::kTaskReady:
      return "schedule";
    case EntryKind::kTaskStarted:
      return "start";
    case EntryKind::kTaskCompleted:
      return "complete";
    case EntryKind::kTaskSkipped:
      return "manualskip";
    case EntryKind::kBlocked:
      return "suspend";
    case EntryKind::kUnblocked:
      return "resume";
    case EntryKind::kDecided:
      return "decide";
    case EntryKind::kFinished:
      return "pi_complete";
    case EntryKind::kAttributesSet:
    case EntryKind::kMigrated:
    case EntryKind::kTaskAdded:
    case EntryKind::kTaskMoved:
    case EntryKind::kTaskSkipPlanned:
      return "update";
    case EntryKind::kPaused:
      return "pi_suspend";
    case EntryKind::kResumed:
      return "pi_resume";
    case EntryKind::kCancelled:
      return "pi_abort";
    case EntryKind::kTaskRescheduled:
    case EntryKind::kReplanned:
      return "reschedule";
    case EntryKind::kTaskWithdrawn:
    case EntryKind::kTaskDropped:
      return "withdraw";
    case EntryKind::kTaskClaimed:
    case EntryKind::kTaskAssigned:
      return "assign";
    case EntryKind::kTaskDelegated:
    case EntryKind::kTaskReleased:
      return "reassign";
    case EntryKind::kTaskReopened:
      return "schedule";
    case EntryKind::kTaskCommented:
      return "comment";
    case EntryKind::kTaskSubmitted:
      return "submit";
    case EntryKind::kTaskVerified:
      return "verify";
    case EntryKind::kTaskRejected:
      return "complete";
    case EntryKind::kWaiverRequested:
    case EntryKind::kWaiverDelegated:
    case EntryKind::kWaiverApproved:
    case EntryKind::kWaiverRejected:
      return "waive";
    case EntryKind::kImpedimentAcknowledged:
    case EntryKind::kEscalationAcknowledged:
      return "acknowledge";
    case EntryKind::kEscalated:
      return "escalate";
    case EntryKind::kImpedimentChanged:
      return "change";
    case EntryKind::kMilestoneReached:
      return "milestone";
    case EntryKind::kMilestoneWithdrawn:
      return "milestone_withdrawn";
    case EntryKind::kAutomationCalled:
      return "call";
    case EntryKind::kAutomationAccepted:
    case EntryKind::kAutomationAnswered:
    case EntryKind::kAutomationFailed:
      return "answer";
  }
  return "unknown";
}

// Whether an entry is about the on-boarding, not about a task or a decision.
bool IsOfTheWhole(EntryKind kind) {
  switch (kind) {
    case EntryKind::kStarted:
    case EntryKind::kFinished:
    case EntryKind::kAttributesSet:
    case EntryKind::kPaused:
    case EntryKind::kResumed:
    case EntryKind::kCancelled:
    case EntryKind::kMigrated:
    case EntryKind::kReplanned:
      return true;
    default:
      return false;
  }
}

// The role and the utilities of the step that an entry is about, as its plan has them.
void AddStep(Event* event, const FeedEntry& from) {
  if (from.entry.step.empty()) return;
  const flow::NodeIndex node = from.plan->plan.Find(from.entry.step);
  if (node == flow::kNoNode) return;
  const flow::StepDetails& step = from.plan->plan.node(node).step;
  AddText(event, "role", step.role);
  AddText(event, "utilities", absl::StrJoin(step.utilities, " + "));
}

// What tells this on-boarding from others: its labels, and who has which role.
void AddSubject(Event* event, const FeedEntry& from) {
  if (from.subject != nullptr) {
    for (const auto& [key, value] : from.subject->labels)
      AddText(event, absl::StrCat("label.", key), value);
  }
  constexpr absl::string_view kAssignees = "assignees.";
  for (const FieldChange& change : from.entry.changes) {
    if (absl::StartsWith(change.field, kAssignees))
      AddText(event, absl::StrCat("assignee.", change.field.substr(kAssignees.size())),
              change.after);
  }
}

// Says whether the case has ended, where that changes.
void AddCaseEnd(Event* event, EntryKind kind) {
  const bool ends = kind == EntryKind::kFinished || kind == EntryKind::kCancelled;
  if (!ends && kind != EntryKind::kStarted) return;
  auto* attribute = event->add_attributes();
  attribute->set_key("case_finished");
  attribute->set_bool_value(ends);
}

}  // namespace

std::string LogName(const FeedEntry& entry) {
  return absl::StrCat("workspaces/", entry.workspace, "/eventLogs/", ProcessId(*entry.plan));
}

Event ToEvent(const FeedEntry& from) {
  const HistoryEntry& entry = from.entry;
  const bool whole = IsOfTheWhole(entry.kind);
  // What was submitted is told once it is known whether it is done: by then it has happened.
  const bool done =
      entry.kind == EntryKind::kTaskCompleted || entry.kind == EntryKind::kTaskRejected;
  Event event;
  event.set_case_id(from.onboarding);
  event.set_activity(whole ? kCaseActivity
                           : Cut(entry.title.empty() ? entry.decision : entry.title, kMaxName));
  *event.mutable_time() = ToTimestamp(entry.occur_time);
  if (done && entry.start_time.has_value() && *entry.start_time <= entry.occur_time)
    *event.mutable_start_time() = ToTimestamp(*entry.start_time);
  event.set_transition(Transition(entry.kind));
  event.set_resource(Cut(entry.resource, kMaxName));
  AddText(&event, "task", entry.task);
  AddStep(&event, from);
  if (entry.kind == EntryKind::kReplanned) {
    AddTime(&event, "expected_finish_time", entry.due_time);
    if (entry.day_one.has_value())
      AddText(&event, "day_one", absl::FormatCivilTime(*entry.day_one));
  } else if (entry.milestone.empty()) {
    AddTime(&event, "due_time", entry.due_time);
    AddTime(&event, "earliest_time", entry.earliest_time);
  } else {
    AddMilestone(&event, entry);
  }
  AddImpediment(&event, entry);
  AddCaseEnd(&event, entry.kind);
  if (entry.kind == EntryKind::kStarted) {
    if (entry.due_time.has_value()) AddText(&event, "target", TargetWords(*from.plan));
    // Which revision runs, so that cases of one and the next can be told apart.
    AddText(&event, "process", from.plan->process);
  }
  if (entry.plan_change.has_value()) {
    AddText(&event, "process", entry.plan_change->process);
    AddText(&event, "previous_process", entry.plan_change->previous_process);
  }
  if (done) AddText(&event, "defects", absl::StrJoin(entry.defects, ","));
  // Before its attributes, which may be as many as an event takes.
  if (entry.kind == EntryKind::kStarted) AddSubject(&event, from);
  if (done || whole) {
    for (const auto& [id, value] : entry.attributes)
      AddText(&event, absl::StrCat("attribute.", id), value);
  }
  return event;
}

}  // namespace plumbline::onboarding
