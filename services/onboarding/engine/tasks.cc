// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/tasks.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeState;

// Rounds of a step whose turn came, and whether the latest of them is under way.
struct Rounds {
  int count = 0;
  bool open = false;
  bool withdrawn = false;  // the run was cancelled over it
};

void Count(const TaskRecord& record, Rounds* rounds) {
  ++rounds->count;
  rounds->open = IsOpen(record);
  rounds->withdrawn = record.state == TaskState::kNotNeeded;
}

// The round of `step` whose turn did not come, if there may be one. An optional step that waits for
// its decision is PENDING.
std::optional<TaskView> NextRound(const Run& run, NodeIndex step, const Rounds& rounds) {
  NodeState state = run.progress.state(step);
  if (rounds.open || rounds.withdrawn || state == NodeState::kDone) return std::nullopt;
  const bool never = state == NodeState::kNotNeeded || run.cancel_time.has_value();
  return TaskView{step, rounds.count + 1, never ? TaskState::kNotNeeded : TaskState::kPending,
                  nullptr};
}

TaskView ViewOf(const TaskRecord& record) {
  return {record.step, record.round, record.state, &record};
}

// nullptr unless it counts.
const Proxy* ProxyOf(const Run& run, const std::string& role, const std::optional<Proxy>& proxy) {
  const bool counts = proxy.has_value() && proxy->owner == AssigneeOf(run.spec, role);
  return counts ? &*proxy : nullptr;
}

}  // namespace

const char* Name(TaskState state) {
  switch (state) {
    case TaskState::kPending:
      return "PENDING";
    case TaskState::kReady:
      return "READY";
    case TaskState::kInProgress:
      return "IN_PROGRESS";
    case TaskState::kDone:
      return "DONE";
    case TaskState::kSkipped:
      return "SKIPPED";
    case TaskState::kNotNeeded:
      return "NOT_NEEDED";
    case TaskState::kAwaitingVerification:
      return "AWAITING_VERIFICATION";
  }
  return "UNKNOWN";
}

std::string TaskId(const FrozenPlan& plan, NodeIndex step, int round) {
  const std::string& path = plan.plan.node(step).path;
  return round == 1 ? path : absl::StrCat(path, "~", round);
}

std::string OnboardingName(absl::string_view workspace, absl::string_view onboarding) {
  return absl::StrCat("workspaces/", workspace, "/onboardings/", onboarding);
}

std::string TaskName(const Spec& spec, absl::string_view task) {
  return absl::StrCat(OnboardingName(spec.workspace, spec.id), "/tasks/", task);
}

std::string ImpedimentName(const Spec& spec, absl::string_view impediment) {
  return absl::StrCat(OnboardingName(spec.workspace, spec.id), "/impediments/", impediment);
}

std::string RecordId(const Spec& spec, const Impediment& impediment) {
  return impediment.record.empty() ? absl::StrCat(spec.id, ".", impediment.id) : impediment.record;
}

std::string RecordName(absl::string_view workspace, absl::string_view record) {
  return absl::StrCat("workspaces/", workspace, "/impediments/", record);
}

std::vector<TaskView> Tasks(const Run& run) {
  std::vector<TaskView> views;
  views.reserve(run.plan->plan.size());
  std::vector<Rounds> rounds(run.plan->plan.size());
  for (const TaskRecord& record : run.tasks) {
    views.push_back(ViewOf(record));
    Count(record, &rounds[record.step]);
  }
  for (NodeIndex i = 0; i < run.plan->plan.size(); ++i) {
    if (run.plan->plan.node(i).kind != flow::NodeKind::kStep) continue;
    if (auto next = NextRound(run, i, rounds[i])) views.push_back(*next);
  }
  std::sort(views.begin(), views.end(), [](const TaskView& a, const TaskView& b) {
    return std::tie(a.step, a.round) < std::tie(b.step, b.round);
  });
  return views;
}

absl::StatusOr<TaskView> FindTask(const Run& run, absl::string_view task) {
  absl::string_view path = task;
  int round = 1;
  if (size_t tilde = task.rfind('~'); tilde != absl::string_view::npos) {
    path = task.substr(0, tilde);
    absl::string_view digits = task.substr(tilde + 1);
    // Only the one way of writing a round is a name: not "~1", "~02" or "~+2".
    bool canonical = absl::SimpleAtoi(digits, &round) && round > 1 && digits == absl::StrCat(round);
    if (!canonical) path = "";
  }
  NodeIndex step = run.plan->plan.Find(path);
  if (step != flow::kNoNode && run.plan->plan.node(step).kind == flow::NodeKind::kStep) {
    Rounds rounds;
    for (const TaskRecord& record : run.tasks) {
      if (record.step != step) continue;
      if (record.round == round) return ViewOf(record);
      Count(record, &rounds);
    }
    auto next = NextRound(run, step, rounds);
    if (next.has_value() && next->round == round) return *next;
  }
  return base::NotFound("Task", TaskName(run.spec, task));
}

std::string AssigneeOf(const Spec& spec, const std::string& role) {
  auto it = spec.assignees.find(role);
  return it == spec.assignees.end() ? "" : it->second;
}

std::string ResourceOf(const Spec& spec, const std::string& role) {
  std::string assignee = AssigneeOf(spec, role);
  return assignee.empty() ? role : assignee;
}

std::string AssigneeOf(const Run& run, const TaskRecord& task) {
  if (task.assignee.has_value()) return *task.assignee;
  return AssigneeOf(run.spec, run.plan->plan.node(task.step).step.role);
}

const Proxy* VerifierProxyOf(const Run& run, const TaskRecord& task) {
  if (task.state != TaskState::kAwaitingVerification) return nullptr;
  return ProxyOf(run, run.plan->plan.node(task.step).step.verifier, task.verifier);
}

const Proxy* ApproverProxyOf(const Run& run, const TaskRecord& task) {
  if (!task.waiver.has_value()) return nullptr;
  return ProxyOf(run, run.plan->plan.node(task.step).step.waiver_approver, task.waiver->approver);
}

std::string ApproverOf(const Run& run, const TaskRecord& task) {
  const std::string& role = run.plan->plan.node(task.step).step.waiver_approver;
  if (!task.waiver.has_value() || role.empty()) return "";
  if (const Proxy* proxy = ApproverProxyOf(run, task)) return proxy->person;
  return ResourceOf(run.spec, role);
}

Actor ActorOf(const Run& run, const TaskRecord& task) {
  const flow::StepDetails& step = run.plan->plan.node(task.step).step;
  if (task.state != TaskState::kAwaitingVerification) return {step.role, AssigneeOf(run, task)};
  if (const Proxy* proxy = VerifierProxyOf(run, task)) return {step.verifier, proxy->person};
  return {step.verifier, AssigneeOf(run.spec, step.verifier)};
}

Actor ActorOf(const Run& run, const TaskView& task) {
  if (task.record != nullptr) return ActorOf(run, *task.record);
  const std::string& role = run.plan->plan.node(task.step).step.role;
  return {role, AssigneeOf(run.spec, role)};
}

StepCounts CountSteps(const Run& run) {
  StepCounts counts;
  for (NodeIndex i = 0; i < run.plan->plan.size(); ++i) {
    if (run.plan->plan.node(i).kind != flow::NodeKind::kStep) continue;
    NodeState state = run.progress.state(i);
    counts.ended += state == NodeState::kDone;
    counts.total += state != NodeState::kNotNeeded;
  }
  return counts;
}

std::vector<const Impediment*> OpenImpediments(const Run& run, absl::string_view task) {
  std::vector<const Impediment*> open;
  for (const Impediment& impediment : run.impediments) {
    if (impediment.resolve_time.has_value()) continue;
    if (task.empty() || task == impediment.task) open.push_back(&impediment);
  }
  return open;
}

}  // namespace plumbline::onboarding
