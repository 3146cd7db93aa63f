// SPDX-License-Identifier: Apache-2.0
//
// How a task ends, whoever says so. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENDINGS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENDINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

// Done: what it yielded is set, and the run goes on. `task` may not be used afterwards: new tasks
// move the records.
absl::Status EndAsDone(Run& run, TaskRecord& task, Recorder& recorder);

// Left out, its impediments resolved. The same of `task`.
absl::Status EndAsSkipped(const Run& run, TaskRecord& task, absl::string_view reason,
                          Recorder& recorder);

// Which round of a step comes next.
int NextRound(const Run& run, flow::NodeIndex step);

// Says of a task whose turn did not come that it is to be left out then, or (flow::kDo) no longer;
// and what was to be done before.
void TellPlannedSkip(const TaskView& view, absl::string_view before, absl::string_view option,
                     absl::string_view reason, Recorder& recorder);

// Puts what was done on a task into an entry.
void DescribeWork(const TaskRecord& task, HistoryEntry& entry);

// FIELD_INVALID for a defect that the step does not have, or that is named twice.
absl::Status CheckDefects(const flow::StepDetails& step, const std::vector<std::string>& defects);

// Asks that a task be left out. WAIVER_STATE if somebody did already.
absl::Status AskForWaiver(const Run& run, TaskRecord& task, absl::string_view reason,
                          const Occurrence& when, Recorder& recorder);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENDINGS_H_
