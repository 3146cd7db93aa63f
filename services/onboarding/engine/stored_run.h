// SPDX-License-Identifier: Apache-2.0
//
// A stored run of which tasks are read one by one. A page of a work queue shows a few of the tasks
// of each of many runs: reading them all would take most of its time.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_STORED_RUN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_STORED_RUN_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

class StoredRun {
 public:
  // `bytes` are those that Serialize made. INTERNAL if they are damaged or do not fit the plan.
  // O(bytes), but for the tasks without a look into what they say.
  static absl::StatusOr<StoredRun> Read(absl::string_view workspace, absl::string_view onboarding,
                                        PlanPointer plan, absl::string_view bytes,
                                        CalendarLookup calendars);

  // All that Parse gives, but for `tasks`, of which there are none.
  const Run& without_tasks() const { return run_; }
  // What is known of it, by its tasks.
  Course course() const;
  void set_calendar(CalendarPointer calendar) { run_.spec.calendar = std::move(calendar); }

  // The record of a task whose turn came; INTERNAL if there is none. O(tasks).
  absl::StatusOr<TaskRecord> ReadTask(flow::NodeIndex step, int round) const;

 private:
  // A task in `tasks_`.
  struct Place {
    flow::NodeIndex step = 0;
    int round = 0;
    bool skipped = false;
    size_t from = 0;
    size_t size = 0;
  };

  explicit StoredRun(Run run) : run_(std::move(run)) {}

  Run run_;
  std::string tasks_;  // their bytes, one after the other
  std::vector<Place> places_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_STORED_RUN_H_
