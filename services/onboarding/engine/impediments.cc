// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// The given id, or the next free of "i1", "i2", ...
absl::StatusOr<std::string> ImpedimentId(const Run& run, const std::string& given) {
  std::set<std::string> taken;
  for (const Impediment& impediment : run.impediments) taken.insert(impediment.id);
  if (!given.empty()) {
    if (!taken.contains(given)) return given;
    return base::AlreadyExists("Impediment", ImpedimentName(run.spec, given));
  }
  for (size_t number = run.impediments.size() + 1;; ++number) {
    std::string id = absl::StrCat("i", number);
    if (!taken.contains(id)) return id;
  }
}

absl::Status NothingOpen(const Run& run, absl::string_view task, absl::string_view what) {
  return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                     absl::StrCat(what, "; there is nothing to resolve on task '", task, "'"))
      .With("state", "NOT_BLOCKED")
      .With("allowed", "BLOCKED")
      .Precondition("TASK_STATE", TaskName(run.spec, task), "must have an open impediment");
}

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
  if (!record->blocked_since.has_value()) record->blocked_since = when.occur_time;
  run.impediments.push_back({.id = std::move(id),
                             .task = std::string(task),
                             .category = impediment.category,
                             .utility = impediment.utility,
                             .description = impediment.description,
                             .open_time = when.occur_time});
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kBlocked, *record);
  entry.impediment = run.impediments.back().id;
  entry.category = impediment.category;
  entry.utility = impediment.utility;
  entry.reason = impediment.description;
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
  Recorder recorder(run, when, calendar);
  for (Impediment* one : open) recorder.Resolve(record, *one, resolution);
  return recorder.Take();
}

}  // namespace plumbline::onboarding
