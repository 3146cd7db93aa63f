// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

bool HasImpediment(const Run& run, absl::string_view id) {
  return std::any_of(run.impediments.begin(), run.impediments.end(),
                     [&](const Impediment& one) { return one.id == id; });
}

// The next free of "i1", "i2", ...
std::string NextId(const Run& run) {
  for (size_t number = run.impediments.size() + 1;; ++number) {
    std::string id = absl::StrCat("i", number);
    if (!HasImpediment(run, id)) return id;
  }
}

// The given id, or the next free one.
absl::StatusOr<std::string> ImpedimentId(const Run& run, const std::string& given) {
  if (given.empty()) return NextId(run);
  if (!HasImpediment(run, given)) return given;
  return base::AlreadyExists("Impediment", ImpedimentName(run.spec, given));
}

absl::Status NothingOpen(const Run& run, absl::string_view task, absl::string_view what) {
  return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                     absl::StrCat(what, "; there is nothing to resolve on task '", task, "'"))
      .With("state", "NOT_BLOCKED")
      .With("allowed", "BLOCKED")
      .Precondition("TASK_STATE", TaskName(run.spec, task), "must have an open impediment");
}

// Opens an impediment of a task that may have one.
void Open(Run& run, TaskRecord& task, std::string id, const NewImpediment& impediment,
          Recorder& recorder) {
  if (!task.blocked_since.has_value()) task.blocked_since = recorder.time();
  run.impediments.push_back({.id = std::move(id),
                             .task = TaskId(*run.plan, task.step, task.round),
                             .category = impediment.category,
                             .utility = impediment.utility,
                             .description = impediment.description,
                             .open_time = recorder.time(),
                             .record = impediment.record});
  recorder.AppendImpediment(EntryKind::kBlocked, task, run.impediments.back()).reason =
      impediment.description;
}

// The record of the task that an impediment is of. Tasks with impediments are never removed.
TaskRecord* TaskOf(Run& run, const Impediment& impediment) {
  const auto view = FindTask(run, impediment.task);
  if (!view.ok() || view->record == nullptr) return nullptr;
  return &run.tasks[view->record - run.tasks.data()];
}

// Resolves an impediment; when it was the last one of the task, its clock goes on.
void Close(Run& run, TaskRecord& task, Impediment& impediment, absl::string_view resolution,
           const calendar::Calendar& calendar, Recorder& recorder) {
  const absl::Time since = task.blocked_since.value_or(recorder.time());
  recorder.Resolve(task, impediment, resolution);
  if (!task.blocked_since.has_value()) EndBlock(run, task, since, calendar, recorder);
}

// A change of a run by what a record says: one command for all of its impediments of which the same
// is told, so that what that makes of the end of the run is looked at once.
class Follower {
 public:
  Follower(Run& run, const RecordNews& record, const Occurrence& when,
           const calendar::Calendar& calendar)
      : run_(run), record_(record), when_(when), calendar_(calendar) {}

  void Resolve() {
    CloseAll([&](const Impediment&) { return &record_.resolution; });
  }

  // Those of the tasks that it is to block no longer.
  void Release() {
    CloseAll([&](const Impediment& one) -> const std::string* {
      const auto it = record_.released.find(one.task);
      return it == record_.released.end() ? nullptr : &it->second;
    });
  }

  void Change() {
    Recorder recorder(run_, when_, calendar_);
    ForEachOpen([&](TaskRecord& task, Impediment& one) {
      if (one.category == record_.category && one.description == record_.description) return;
      const Impediment before = one;
      one.category = record_.category;
      one.description = record_.description;
      HistoryEntry& entry = recorder.AppendImpediment(EntryKind::kImpedimentChanged, task, one);
      entry.reason = one.description;
      Tell(entry, "category", ChangeText(before.category), ChangeText(one.category));
      Tell(entry, "description", before.description, one.description);
    });
    Keep(recorder);
  }

  void Acknowledge() {
    Recorder recorder(run_, when_, calendar_);
    ForEachOpen([&](TaskRecord& task, Impediment& one) {
      if (one.acknowledge_time.has_value()) return;
      one.acknowledge_time = when_.occur_time;
      recorder.AppendImpediment(EntryKind::kImpedimentAcknowledged, task, one);
    });
    Keep(recorder);
  }

  // The tasks that it names, and where it blocks all users of the utility, those.
  void Block() {
    Recorder recorder(run_, when_, calendar_);
    for (const std::string& task : record_.tasks) Block(task, recorder);
    if (record_.all_users) BlockUsers(recorder);
    Keep(recorder);
  }

  Entries Take() { return std::move(entries_); }

 private:
  // Blocks a task, unless it is blocked by the record or cannot be blocked.
  void Block(absl::string_view id, Recorder& recorder) {
    const auto task = WorkableTask(run_, id);
    if (!task.ok()) return;
    for (const Impediment& impediment : run_.impediments)
      if (impediment.task == id && IsOpenOne(impediment)) return;
    Block(**task, recorder);
  }

  // Blocks the open tasks that depend on the utility, those once that somebody unblocked since.
  void BlockUsers(Recorder& recorder) {
    for (TaskRecord& task : run_.tasks) {
      const std::vector<std::string>& used = run_.plan->plan.node(task.step).step.utilities;
      const bool works = task.state == TaskState::kReady || task.state == TaskState::kInProgress;
      const bool uses = std::find(used.begin(), used.end(), record_.utility) != used.end();
      if (works && uses && !WasBlocked(task)) Block(task, recorder);
    }
  }

  bool IsOfRecord(const Impediment& impediment) const {
    return RecordId(run_.spec, impediment) == record_.id;
  }
  bool IsOpenOne(const Impediment& impediment) const {
    return !impediment.resolve_time.has_value() && IsOfRecord(impediment);
  }

  // Whether the record has blocked a task since its turn came.
  bool WasBlocked(const TaskRecord& task) const {
    const std::string id = TaskId(*run_.plan, task.step, task.round);
    return std::any_of(run_.impediments.begin(), run_.impediments.end(), [&](const auto& one) {
      return one.task == id && IsOfRecord(one) && one.open_time >= task.ready_time;
    });
  }

  template <typename Act>
  void ForEachOpen(Act act) {
    for (Impediment& impediment : run_.impediments) {
      if (!IsOpenOne(impediment)) continue;
      if (TaskRecord* task = TaskOf(run_, impediment); task != nullptr) act(*task, impediment);
    }
  }

  // `resolution_of` says how an impediment was resolved; nullptr: it was not.
  template <typename ResolutionOf>
  void CloseAll(ResolutionOf resolution_of) {
    Recorder recorder(run_, when_, calendar_);
    ForEachOpen([&](TaskRecord& task, Impediment& one) {
      const std::string* resolution = resolution_of(one);
      if (resolution != nullptr) Close(run_, task, one, *resolution, calendar_, recorder);
    });
    Keep(recorder);
  }

  void Block(TaskRecord& task, Recorder& recorder) {
    if (run_.impediments.size() >= kMaxImpediments) return;
    const bool free = base::IsValidId(record_.id) && !HasImpediment(run_, record_.id);
    const NewImpediment impediment{.category = record_.category,
                                   .utility = record_.utility,
                                   .description = record_.description,
                                   .record = record_.id};
    Open(run_, task, free ? record_.id : NextId(run_), impediment, recorder);
  }

  void Keep(Recorder& recorder) {
    if (recorder.empty()) return;
    Entries entries = recorder.Take();
    std::move(entries.begin(), entries.end(), std::back_inserter(entries_));
  }

  Run& run_;
  const RecordNews& record_;
  const Occurrence& when_;
  const calendar::Calendar& calendar_;
  Entries entries_;
};

}  // namespace

absl::StatusOr<Entries> BlockTask(Run& run, absl::string_view task, const NewImpediment& impediment,
                                  const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotCancelled(run));
  ASSIGN_OR_RETURN(TaskRecord * record, WorkableTask(run, task));
  ASSIGN_OR_RETURN(std::string id, ImpedimentId(run, impediment.id));
  if (run.impediments.size() >= kMaxImpediments) {
    return base::FieldError("impediment", absl::StrCat("the on-boarding has ", kMaxImpediments,
                                                       " impediments, the most"));
  }
  Recorder recorder(run, when, calendar);
  Open(run, *record, std::move(id), impediment, recorder);
  return recorder.Take();
}

absl::StatusOr<Entries> UnblockTask(Run& run, absl::string_view task, absl::string_view impediment,
                                    absl::string_view resolution, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotCancelled(run));
  ASSIGN_OR_RETURN(TaskView view, FindTask(run, task));
  std::vector<Impediment*> open;
  bool known = impediment.empty();
  for (Impediment& one : run.impediments) {
    if (one.task != task || (!impediment.empty() && one.id != impediment)) continue;
    known = true;
    if (!one.resolve_time.has_value()) open.push_back(&one);
  }
  if (!known) return base::NotFound("Impediment", ImpedimentName(run.spec, impediment));
  if (open.empty()) {
    return NothingOpen(run, task,
                       impediment.empty()
                           ? std::string("no impediment is open")
                           : absl::StrCat("impediment '", impediment, "' is resolved"));
  }
  TaskRecord& record = run.tasks[view.record - run.tasks.data()];
  Entries entries;
  for (Impediment* one : open) {
    Recorder recorder(run, when, calendar);
    Close(run, record, *one, resolution, calendar, recorder);
    Entries some = recorder.Take();
    std::move(some.begin(), some.end(), std::back_inserter(entries));
  }
  return entries;
}

absl::StatusOr<Entries> FollowRecord(Run& run, const RecordNews& record, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  if (run.cancel_time.has_value()) return Entries();
  Follower follower(run, record, when, calendar);
  if (record.resolved) {
    follower.Resolve();
    return follower.Take();
  }
  follower.Change();
  follower.Release();
  follower.Block();
  if (record.acknowledged) follower.Acknowledge();
  return follower.Take();
}

}  // namespace plumbline::onboarding
