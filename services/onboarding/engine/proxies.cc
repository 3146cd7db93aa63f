// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/proxies.h"

#include <optional>
#include <string>

#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// Sets who is asked in the stead of `owner`, whom `role` names. False where nothing changes.
bool SetProxy(const Run& run, const std::string& role, absl::string_view owner,
              absl::string_view person, std::optional<Proxy>* proxy) {
  if (owner.empty() || AssigneeOf(run.spec, role) != owner || person == owner) return false;
  const bool set = proxy->has_value() && (*proxy)->owner == owner;
  if (person.empty()) {
    if (set) proxy->reset();
    return set;
  }
  if (set && (*proxy)->person == person) return false;
  *proxy = Proxy{std::string(person), std::string(owner)};
  return true;
}

absl::StatusOr<TaskRecord*> RecordOf(Run& run, absl::string_view task) {
  RETURN_IF_ERROR(CheckNotCancelled(run));
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.record == nullptr) return nullptr;
  return &run.tasks[static_cast<size_t>(view.record - run.tasks.data())];
}

}  // namespace

bool AwaitsVerification(const Run& run, absl::string_view task) {
  const absl::StatusOr<TaskView> view = FindTask(run, task);
  return view.ok() && view->state == TaskState::kAwaitingVerification;
}

bool MayBeAsked(const Run& run, absl::string_view task, bool waiver, absl::string_view person) {
  const absl::StatusOr<TaskView> view = FindTask(run, task);
  if (!view.ok() || view->record == nullptr) return true;
  const TaskRecord& record = *view->record;
  if (waiver) return !record.waiver.has_value() || record.waiver->requester != person;
  return record.state != TaskState::kAwaitingVerification || record.completer != person;
}

bool IsStoodInFor(const Run& run, absl::string_view task, bool waiver, absl::string_view owner) {
  const absl::StatusOr<TaskView> view = FindTask(run, task);
  if (!view.ok() || view->record == nullptr) return false;
  const TaskRecord& record = *view->record;
  const bool verified = record.state == TaskState::kAwaitingVerification;
  if (!waiver && !verified)
    return record.gift.has_value() && record.gift->stands_in && record.owner == owner;
  const Proxy* const proxy = waiver ? ApproverProxyOf(run, record) : VerifierProxyOf(run, record);
  return proxy != nullptr && proxy->owner == owner;
}

absl::StatusOr<Entries> StandInToVerify(Run& run, absl::string_view task, absl::string_view owner,
                                        absl::string_view person, absl::string_view reason,
                                        const Occurrence& when) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * record, RecordOf(run, task));
  if (record == nullptr || record->state != TaskState::kAwaitingVerification) return Entries();
  // Who did the work does not verify it.
  if (person == record->completer) return Entries();
  const std::string& role = run.plan->plan.node(record->step).step.verifier;
  const TaskFacts before = FactsOf(run, *record);
  if (!SetProxy(run, role, owner, person, &record->verifier)) return Entries();
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.AppendTask(
      person.empty() ? EntryKind::kTaskReleased : EntryKind::kTaskDelegated, *record);
  entry.reason = std::string(reason);
  if (!person.empty()) entry.owner = std::string(owner);
  entry.stands_in = true;
  Tell(entry, before, FactsOf(run, *record));
  return recorder.Take();
}

absl::StatusOr<Entries> StandInToApprove(Run& run, absl::string_view task, absl::string_view owner,
                                         absl::string_view person, absl::string_view reason,
                                         const Occurrence& when) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * record, RecordOf(run, task));
  if (record == nullptr || !record->waiver.has_value()) return Entries();
  // Who asks does not approve.
  if (person == record->waiver->requester) return Entries();
  const std::string& role = run.plan->plan.node(record->step).step.waiver_approver;
  const TaskFacts before = FactsOf(run, *record);
  if (!SetProxy(run, role, owner, person, &record->waiver->approver)) return Entries();
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kWaiverDelegated, *record);
  entry.resource = ApproverOf(run, *record);
  entry.reason = std::string(reason);
  if (!person.empty()) entry.owner = std::string(owner);
  entry.stands_in = true;
  Tell(entry, before, FactsOf(run, *record));
  return recorder.Take();
}

}  // namespace plumbline::onboarding
