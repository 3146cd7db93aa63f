// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/testing/replay.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::testing {
namespace {

// What a record must have said for an entry about one of its impediments.
RecordNews NewsOf(const onboarding::Run& run, const HistoryEntry& entry) {
  RecordNews news{.utility = entry.utility};
  for (const Impediment& impediment : run.impediments) {
    if (impediment.id != entry.impediment) continue;
    news.id = RecordId(run.spec, impediment);
    news.description = impediment.description;
  }
  news.category = *entry.category;
  news.acknowledged = entry.kind == EntryKind::kImpedimentAcknowledged;
  if (!news.acknowledged) news.description = entry.reason;
  return news;
}

absl::StatusOr<Entries> ReleaseAgain(onboarding::Run& run, const HistoryEntry& first,
                                     const std::map<std::string, std::string>& released) {
  RecordNews news = NewsOf(run, first);
  for (const Impediment& impediment : run.impediments)
    if (impediment.id == first.impediment) news.description = impediment.description;
  news.released = released;
  return FollowRecord(run, news, {first.occur_time, first.record_time, first.actor});
}

using Plans = std::map<std::string, PlanPointer>;

absl::StatusOr<Entries> ChangeAgain(onboarding::Run& run, const Entries& before,
                                    const HistoryEntry& entry, const Plans& plans) {
  const PlanChange& change = *entry.plan_change;
  const auto plan = plans.find(change.plan);
  if (plan == plans.end()) return base::Internal(absl::StrCat("there is no plan ", change.plan));
  MigrationReport report;
  return ChangePlan(run, before,
                    {.plan = plan->second,
                     .mappings = change.mappings,
                     .dropped = change.dropped,
                     .reason = entry.reason,
                     .kind = entry.kind,
                     .task = entry.task,
                     .place = change.place,
                     .node = change.node},
                    {entry.occur_time, entry.record_time, entry.actor}, &report);
}

// What a program must have answered, by the entry that says so and the one behind it.
AutomationReply ReplyOf(const HistoryEntry& entry, const HistoryEntry* next) {
  using State = AutomationReply::State;
  if (entry.kind == EntryKind::kAutomationAccepted) return {.state = State::kAccepted};
  if (entry.kind == EntryKind::kAutomationAnswered)
    return {.completion = {next->ticked, false, next->defects, next->attributes}};
  AutomationReply failed{.state = State::kFailed, .reason = entry.reason};
  if (next != nullptr && next->category.has_value()) failed.category = *next->category;
  return failed;
}

// Does what an entry says; `next` is the one behind it, or nullptr. Entries that follow from others
// do nothing.
absl::StatusOr<Entries> Again(onboarding::Run& run, const Entries& before,
                              const HistoryEntry& entry, const HistoryEntry* next,
                              const Plans& plans) {
  Occurrence when{entry.occur_time, entry.record_time, entry.actor};
  switch (entry.kind) {
    case EntryKind::kAutomationCalled:
      return CallAutomation(run, entry.task, CallId(entry), when);
    case EntryKind::kAutomationAccepted:
    case EntryKind::kAutomationAnswered:
    case EntryKind::kAutomationFailed:
      return AnswerAutomation(run, entry.task, CallId(entry), ReplyOf(entry, next), when);
    case EntryKind::kTaskStarted:
      return StartTask(run, entry.task, when);
    case EntryKind::kTaskCompleted:
    case EntryKind::kTaskSubmitted:
      return CompleteTask(run, entry.task, {entry.ticked, false, entry.defects, entry.attributes},
                          when);
    case EntryKind::kTaskSkipped:
      return SkipTask(run, entry.task, entry.reason, when);
    case EntryKind::kTaskSkipPlanned:
      if (entry.option == flow::kDo) return ReopenTask(run, before, entry.task, entry.reason, when);
      return SkipTask(run, entry.task, entry.reason, when);
    case EntryKind::kBlocked:
      if (absl::StartsWith(entry.actor, ProgramActor("")))
        return AwaitWebhook(run, entry.task, entry.reason, when);
      return BlockTask(
          run, entry.task,
          {entry.impediment, *entry.category, entry.utility, entry.reason, entry.impediment_record},
          when);
    case EntryKind::kUnblocked:
      return UnblockTask(run, entry.task, entry.impediment, entry.reason, when);
    case EntryKind::kImpedimentAcknowledged:
    case EntryKind::kImpedimentChanged:
      return FollowRecord(run, NewsOf(run, entry), when);
    case EntryKind::kDecided:
      return Decide(run, entry.decision, entry.option, entry.reason, when);
    case EntryKind::kAttributesSet:
      return SetAttributes(run, entry.attributes, entry.reason, when);
    case EntryKind::kPaused:
      return Pause(run, entry.reason, when);
    case EntryKind::kResumed:
      return Resume(run, entry.reason, when);
    case EntryKind::kCancelled:
      return Cancel(run, entry.reason, when);
    case EntryKind::kReplanned:
      // Without a new day one it follows from the entry before it.
      if (!entry.day_one.has_value()) return Entries();
      return Reschedule(run, *entry.day_one, entry.reason, when);
    case EntryKind::kTaskClaimed:
      // Who begins what is their role's claims it by that.
      if (next != nullptr && next->kind == EntryKind::kTaskStarted && next->task == entry.task &&
          next->actor == entry.actor && next->record_time == entry.record_time)
        return StartTask(run, entry.task, when, /*claims=*/true);
      return ClaimTask(run, entry.task, true, when);
    case EntryKind::kTaskAssigned:
      return AssignTask(run, entry.task, entry.resource, entry.reason, when);
    case EntryKind::kTaskDelegated:
      if (entry.stands_in)
        return StandIn(run, entry.task, entry.owner, entry.resource, entry.reason, when);
      return DelegateTask(run, entry.task, entry.resource, entry.reason, when);
    case EntryKind::kTaskReleased:
      if (entry.stands_in) return EndStandIn(run, entry.task, entry.resource, entry.reason, when);
      return ReleaseTask(run, entry.task, entry.reason, when);
    case EntryKind::kEscalated:
      return Escalate(run, {entry.task, *entry.escalation, entry.reason}, when);
    case EntryKind::kEscalationAcknowledged:
      return AcknowledgeEscalation(
          run, {entry.task, entry.escalation->rule, entry.escalation->since}, entry.reason, when);
    case EntryKind::kTaskReopened:
      return ReopenTask(run, before, entry.task, entry.reason, when);
    case EntryKind::kTaskCommented:
      return CommentTask(run, entry.task, entry.reason, entry.links, when);
    case EntryKind::kTaskVerified:
      return VerifyTask(run, entry.task, {true, entry.reason, {}}, when);
    case EntryKind::kTaskRejected:
      return VerifyTask(run, entry.task,
                        {false, entry.reason, {entry.defects.begin() + 1, entry.defects.end()}},
                        when);
    case EntryKind::kWaiverRequested:
      return SkipTask(run, entry.task, entry.reason, when);
    case EntryKind::kWaiverDelegated:
      if (entry.owner.empty())
        return StandInToApprove(run, entry.task, entry.resource, "", entry.reason, when);
      return StandInToApprove(run, entry.task, entry.owner, entry.resource, entry.reason, when);
    case EntryKind::kWaiverApproved:
      return ApproveWaiver(run, entry.task, entry.reason, when);
    case EntryKind::kWaiverRejected:
      return RejectWaiver(run, entry.task, entry.reason, when);
    case EntryKind::kMilestoneReached:
      return ReportMilestone(run, {entry.milestone, entry.reach_time, entry.resource, entry.reason},
                             when);
    case EntryKind::kMilestoneWithdrawn:
      return WithdrawMilestone(run, entry.milestone, entry.reason, when);
    case EntryKind::kMigrated:
    case EntryKind::kTaskAdded:
    case EntryKind::kTaskMoved:
      return ChangeAgain(run, before, entry, plans);
    default:
      return Entries();
  }
}

// The tasks that a record released at once, with why: of the entry at `at` and those behind it.
// What that makes of the end of the run is told once, behind all of them.
std::map<std::string, std::string> ReleasedAtOnce(const Spec& spec, const Entries& history,
                                                  size_t at) {
  const auto record_of = [&](const HistoryEntry& entry) {
    return RecordId(spec, {.id = entry.impediment, .record = entry.impediment_record});
  };
  const HistoryEntry& first = history[at];
  std::map<std::string, std::string> released;
  for (size_t i = at; i < history.size(); ++i) {
    const HistoryEntry& next = history[i];
    const bool same = next.occur_time == first.occur_time && next.actor == first.actor &&
                      next.record_time == first.record_time;
    if (same && next.kind == EntryKind::kTaskRescheduled) continue;
    if (!same || next.kind != EntryKind::kUnblocked || record_of(next) != record_of(first) ||
        !released.emplace(next.task, next.reason).second) {
      break;
    }
  }
  return released;
}

// Whether an impediment was resolved because its task was left out: the same words at the same
// time.
bool ComesOfSkipping(const Entries& history, size_t at) {
  if (history[at].kind != EntryKind::kUnblocked) return false;
  for (size_t i = at + 1; i < history.size(); ++i) {
    const HistoryEntry& next = history[i];
    const bool same = next.task == history[at].task && next.reason == history[at].reason &&
                      next.occur_time == history[at].occur_time;
    if (same && next.kind == EntryKind::kTaskSkipped) return true;
    if (!same || next.kind != EntryKind::kUnblocked) return false;
  }
  return false;
}

// The entries that were made again are those of the history.
absl::Status ExpectThose(const Entries& made, const Entries& history) {
  for (const HistoryEntry& entry : made) {
    const auto at = static_cast<size_t>(entry.sequence - 1);
    if (at >= history.size()) return base::Internal("a command made more entries than it did");
    // What was read from the API has what its other fields imply among its changes.
    if (google::protobuf::util::MessageDifferencer::Equals(ToProto(entry, "", ""),
                                                           ToProto(history[at], "", "")))
      continue;
    return base::Internal(absl::StrCat("entry ", entry.sequence, " is made as ",
                                       ToProto(entry).ShortDebugString(), ", and was ",
                                       ToProto(history[at]).ShortDebugString()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string CallId(const HistoryEntry& entry) { return absl::StrCat(entry.task, "/", entry.call); }

absl::StatusOr<onboarding::Run> Replay(const Spec& spec, const PlanPointer& plan,
                                       const Entries& history, const Plans& plans) {
  if (history.empty()) return base::Internal("there is no history");
  const HistoryEntry& first = history.front();
  ASSIGN_OR_RETURN(Started started,
                   Start(spec, plan, {first.occur_time, first.record_time, first.actor}));
  RETURN_IF_ERROR(ExpectThose(started.entries, history));
  onboarding::Run& run = started.run;
  for (size_t i = 1; i < history.size(); ++i) {
    // An entry that a replayed command has already written follows from it.
    if (history[i].sequence <= run.last_sequence || ComesOfSkipping(history, i)) continue;
    const Entries before(history.begin(), history.begin() + static_cast<long>(i));
    const HistoryEntry* next = i + 1 < history.size() ? &history[i + 1] : nullptr;
    const auto released = ReleasedAtOnce(spec, history, i);
    absl::StatusOr<Entries> made = released.size() > 1
                                       ? ReleaseAgain(run, history[i], released)
                                       : Again(run, before, history[i], next, plans);
    if (!made.ok()) {
      return absl::Status(made.status().code(), absl::StrCat("entry ", history[i].sequence, ": ",
                                                             made.status().message()));
    }
    RETURN_IF_ERROR(ExpectThose(*made, history));
  }
  return std::move(run);
}

}  // namespace plumbline::onboarding::testing
