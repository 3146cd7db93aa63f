// SPDX-License-Identifier: Apache-2.0
//
// The methods that change the plan of an on-boarding that runs.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/onboarding/engine/deeds.h"
#include "services/onboarding/engine/plan_edit.h"
#include "services/onboarding/runs/plan_change.h"
#include "services/onboarding/runs/rpc_history.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

void FillFates(const MigrationReport& report, v1::MigrateOnboardingResponse* answer) {
  for (const TaskFate& fate : report.tasks) *answer->add_tasks() = ToProto(fate);
  for (const DecisionFate& fate : report.decisions) *answer->add_decisions() = ToProto(fate);
  answer->mutable_suggested_mappings()->insert(report.suggested.begin(), report.suggested.end());
}

absl::Status MigrateOnboarding(const Dependencies& on, const CallContext& context,
                               const v1::MigrateOnboardingRequest& request,
                               v1::MigrateOnboardingResponse* response) {
  ASSIGN_OR_RETURN(const PlanCommand command, Parse(request));
  // Without a plan, a request that was answered before is answered all the same.
  const absl::StatusOr<PlanPointer> plan =
      on.plans.Get(context, command.process, command.change.occur_time.value_or(on.clock.Now()));
  MigrationReport report;
  const auto rule = [&](Run& run, const Entries& history,
                        const Occurrence& when) -> absl::StatusOr<Entries> {
    RETURN_IF_ERROR(plan.status());
    Migration migration = command.migration;
    migration.plan = *plan;
    report = MigrationReport();
    return ChangePlan(run, history, migration, when, &report);
  };
  const auto fill = [&](const After& after, v1::MigrateOnboardingResponse* answer) {
    *answer->mutable_onboarding() = ToProto(after.run);
    FillFates(report, answer);
    after.AddReadyTasks(answer);
  };
  return CarryOutWithHistory(on, context, "MigrateOnboarding", request, command.change, rule, fill,
                             response);
}

// The change of a run to a plan of its own.
absl::StatusOr<Entries> ChangeTo(EditedPlan edited, const PlanCommand& command, Run& run,
                                 const Entries& history, const Occurrence& when) {
  Migration migration = command.migration;
  migration.plan = std::move(edited.plan);
  migration.task = std::move(edited.task);
  MigrationReport report;
  return ChangePlan(run, history, migration, when, &report);
}

// The answer to a change of one step, with the next task of it.
template <typename Response>
void FillEdited(const After& after, const std::string& step, Response* answer) {
  for (const TaskView& view : Tasks(after.run)) {
    if (after.run.plan->plan.node(view.step).path == step)
      *answer->mutable_task() = after.messages.Make(view);
  }
  after.AddReadyTasks(answer);
  after.AddTasks(EntryKind::kTaskWithdrawn, answer->mutable_withdrawn_tasks());
  *answer->mutable_onboarding() = ToProto(after.run);
}

// A plan that is edited before the transaction, and in it only if the run has another one by then.
template <typename Make>
class EarlyEdit {
 public:
  // `make` edits a plan. That there is no such on-boarding is said by who changes it.
  EarlyEdit(const Dependencies& on, const CallContext& context, const Target& target, Make make)
      : make_(std::move(make)) {
    const absl::StatusOr<Run> run = on.runs.Load(context, target.workspace, target.onboarding);
    if (!run.ok()) return;
    of_ = run->plan;
    edited_ = make_(*of_);
  }

  absl::StatusOr<EditedPlan> Of(const Run& run) const {
    return of_ != nullptr && of_->id == run.plan->id ? edited_ : make_(*run.plan);
  }

 private:
  const Make make_;
  PlanPointer of_;
  absl::StatusOr<EditedPlan> edited_ = base::Internal("not edited");
};

absl::Status AddTask(const Dependencies& on, const CallContext& context,
                     const v1::AddTaskRequest& request, v1::AddTaskResponse* response) {
  ASSIGN_OR_RETURN(const PlanCommand command, Parse(request));
  const EarlyEdit edit(on, context, command.change.target, [&](const FrozenPlan& plan) {
    return AddStep(plan, *command.migration.node, *command.migration.place);
  });
  std::string step;
  const auto rule = [&](Run& run, const Entries& history,
                        const Occurrence& when) -> absl::StatusOr<Entries> {
    ASSIGN_OR_RETURN(EditedPlan edited, edit.Of(run));
    step = edited.task;
    return ChangeTo(std::move(edited), command, run, history, when);
  };
  const auto fill = [&](const After& after, v1::AddTaskResponse* answer) {
    FillEdited(after, step, answer);
  };
  return CarryOutWithHistory(on, context, "AddTask", request, command.change, rule, fill, response);
}

// The path of a step of which nobody has done anything, in any round.
absl::StatusOr<std::string> UntouchedStep(const Run& run, const std::string& task) {
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  for (const TaskRecord& record : run.tasks) {
    const std::string id = TaskId(*run.plan, record.step, record.round);
    if (record.step != view.step || (IsOpen(record) && !HasBegun(run, record, id))) continue;
    return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                       absl::StrCat("task '", id, "' is ", Name(record.state),
                                    IsOpen(record) ? " and has begun" : "",
                                    "; only a task of which nothing was done can be moved"))
        .With("state", Name(record.state))
        .With("allowed", "PENDING or READY")
        .Precondition("TASK_STATE", TaskName(run.spec, id), "must not have begun");
  }
  return run.plan->plan.node(view.step).path;
}

absl::Status MoveTask(const Dependencies& on, const CallContext& context,
                      const v1::MoveTaskRequest& request, v1::MoveTaskResponse* response) {
  ASSIGN_OR_RETURN(const PlanCommand command, Parse(request));
  // Which step a task is of does not hang on the run.
  const std::string task =
      command.change.target.task.substr(0, command.change.target.task.rfind('~'));
  const EarlyEdit edit(on, context, command.change.target, [&](const FrozenPlan& plan) {
    return MoveStep(plan, task, *command.migration.place);
  });
  std::string step;
  const auto rule = [&](Run& run, const Entries& history,
                        const Occurrence& when) -> absl::StatusOr<Entries> {
    ASSIGN_OR_RETURN(step, UntouchedStep(run, command.change.target.task));
    ASSIGN_OR_RETURN(EditedPlan edited, edit.Of(run));
    return ChangeTo(std::move(edited), command, run, history, when);
  };
  const auto fill = [&](const After& after, v1::MoveTaskResponse* answer) {
    FillEdited(after, step, answer);
  };
  return CarryOutWithHistory(on, context, "MoveTask", request, command.change, rule, fill,
                             response);
}

}  // namespace

void RegisterPlanChanges(const Dependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::MigrateOnboardingRequest, v1::MigrateOnboardingResponse>(
      kServiceName, "MigrateOnboarding", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::MigrateOnboardingRequest& request,
           v1::MigrateOnboardingResponse* response) {
        return MigrateOnboarding(on, context, request, response);
      });
  table->Unary<v1::AddTaskRequest, v1::AddTaskResponse>(
      kServiceName, "AddTask", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::AddTaskRequest& request,
           v1::AddTaskResponse* response) { return AddTask(on, context, request, response); });
  table->Unary<v1::MoveTaskRequest, v1::MoveTaskResponse>(
      kServiceName, "MoveTask", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::MoveTaskRequest& request,
           v1::MoveTaskResponse* response) { return MoveTask(on, context, request, response); });
}

}  // namespace plumbline::onboarding
