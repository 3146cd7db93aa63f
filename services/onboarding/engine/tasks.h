// SPDX-License-Identifier: Apache-2.0
//
// The tasks of a run as people see them: those whose turn came, and for every other step the next
// one that may come.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TASKS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TASKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// A task of a run. Lives as long as the run is not changed.
struct TaskView {
  flow::NodeIndex step = flow::kNoNode;
  int round = 1;
  TaskState state = TaskState::kPending;
  const TaskRecord* record = nullptr;  // nullptr: its turn did not come (PENDING, NOT_NEEDED)
};

// "exam" in round 1, "exam~2" in round 2.
std::string TaskId(const FrozenPlan& plan, flow::NodeIndex step, int round);

// "workspaces/{w}/onboardings/{o}" and what is below it.
std::string OnboardingName(absl::string_view workspace, absl::string_view onboarding);
std::string TaskName(const Spec& spec, absl::string_view task);
std::string ImpedimentName(const Spec& spec, absl::string_view impediment);
// The id of the record of an impediment: "crm-down"; its own is "ada.i1".
std::string RecordId(const Spec& spec, const Impediment& impediment);
// "workspaces/{w}/impediments/{i}".
std::string RecordName(absl::string_view workspace, absl::string_view record);

// In plan order, the rounds of a step in theirs. A step that a loop set back shows its next round
// as PENDING. O(nodes + tasks log tasks).
std::vector<TaskView> Tasks(const Run& run);

// RESOURCE_NOT_FOUND if the run has no such task. O(tasks).
absl::StatusOr<TaskView> FindTask(const Run& run, absl::string_view task);

// Whether a task is neither to come nor ended.
inline bool IsOpen(const TaskRecord& task) { return !task.end_time.has_value(); }

// The person who fills `role` in this run; "" if none is named.
std::string AssigneeOf(const Spec& spec, const std::string& role);
// The assignee, else the role.
std::string ResourceOf(const Spec& spec, const std::string& role);
// The person who has a task: who claimed it or got it, else who fills its role; "" = whoever has
// the role.
std::string AssigneeOf(const Run& run, const TaskRecord& task);

// Who is to act on a task: who does it; while it awaits verification who verifies it.
struct Actor {
  std::string role;
  std::string assignee;  // "" = whoever has the role
  const std::string& resource() const { return assignee.empty() ? role : assignee; }
};
Actor ActorOf(const Run& run, const TaskRecord& task);
// Who verifies it in the stead of who is away; who is asked so to approve that it is left out.
// nullptr: nobody.
const Proxy* VerifierProxyOf(const Run& run, const TaskRecord& task);
const Proxy* ApproverProxyOf(const Run& run, const TaskRecord& task);
// Who is to approve that it is left out, a person or a role; "" = nobody asked for that.
std::string ApproverOf(const Run& run, const TaskRecord& task);
// The same, or who would be if its turn came now.
Actor ActorOf(const Run& run, const TaskView& task);
inline std::string ResourceOf(const Run& run, const TaskView& task) {
  return ActorOf(run, task).resource();
}

// Steps that ended, and steps that ended or may still come.
struct StepCounts {
  int ended = 0;
  int total = 0;
};
StepCounts CountSteps(const Run& run);

// Impediments that are open; those of one task only if `task` is not "".
std::vector<const Impediment*> OpenImpediments(const Run& run, absl::string_view task = "");

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_TASKS_H_
