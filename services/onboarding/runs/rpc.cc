// SPDX-License-Identifier: Apache-2.0
//
// The methods that move work on.
#include "services/onboarding/runs/rpc.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/runs/rpc_change.h"
#include "services/onboarding/runs/rpc_history.h"

namespace plumbline::onboarding {
namespace {

// What blocks a task because its program failed is no hindrance for people: which of its
// impediments are such the history knows, which is read where it may be needed only.
template <typename Fill>
absl::Status Complete(const Dependencies& on, const rpc::CallContext& context,
                      const v1::CompleteTaskRequest& request, Fill fill,
                      v1::CompleteTaskResponse* response) {
  ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
  bool of_program = false;
  const auto rule = [&](Run& run, const Occurrence& when) {
    of_program = IsBlockedWithProgram(run, command.target.task);
    return CompleteTask(run, command.target.task, command.completion, when);
  };
  const absl::Status status =
      CarryOut(on, context, "CompleteTask", request, command, rule, fill, response);
  if (!of_program || base::ReasonOf(status) != base::Reason::ERROR_REASON_TASK_BLOCKED)
    return status;
  const auto instead = [&](Run& run, const Entries& history, const Occurrence& when) {
    return CompleteInstead(run, history, command.target.task, command.completion, when);
  };
  return CarryOutWithHistory(on, context, "CompleteTask", request, command, instead, fill,
                             response);
}

void RegisterTaskChanges(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::StartTaskRequest, v1::StartTaskResponse>(
      on, "StartTask",
      [](Run& run, const ChangeCommand& c, const v1::StartTaskRequest&, const Occurrence& when) {
        // Without tokens nobody is known: the task would be everybody's and no role's.
        return StartTask(run, c.target.task, when,
                         /*claims=*/when.actor != base::Identity().subject);
      },
      [](const After& after, v1::StartTaskResponse* answer) {
        *answer->mutable_task() = after.Task();
      },
      table);
  auto fill_ended = [](const After& after, auto* answer) {
    *answer->mutable_task() = after.Task();
    after.AddReadyTasks(answer);
    *answer->mutable_onboarding() = ToProto(after.run);
  };
  table->Unary<v1::CompleteTaskRequest, v1::CompleteTaskResponse>(
      kServiceName, "CompleteTask", kWrite, rpc::WorkClass::kWrite,
      [on, fill_ended](const rpc::CallContext& context, const v1::CompleteTaskRequest& request,
                       v1::CompleteTaskResponse* response) {
        return Complete(on, context, request, fill_ended, response);
      });
  AddChange<v1::SkipTaskRequest, v1::SkipTaskResponse>(
      on, "SkipTask",
      [](Run& run, const ChangeCommand& c, const v1::SkipTaskRequest&, const Occurrence& when) {
        return SkipTask(run, c.target.task, c.text, when);
      },
      fill_ended, table);
}

void RegisterDecisions(const Dependencies& on, rpc::MethodTable* table) {
  auto fill_decided = [](const After& after, auto* answer) {
    *answer->mutable_onboarding() = ToProto(after.run);
    after.AddReadyTasks(answer);
  };
  AddChange<v1::DecideRequest, v1::DecideResponse>(
      on, "Decide",
      [](Run& run, const ChangeCommand& c, const v1::DecideRequest& request,
         const Occurrence& when) {
        return Decide(run, request.decision(), request.option(), c.text, when);
      },
      fill_decided, table);
  AddChange<v1::SetAttributesRequest, v1::SetAttributesResponse>(
      on, "SetAttributes",
      [](Run& run, const ChangeCommand& c, const v1::SetAttributesRequest&,
         const Occurrence& when) { return SetAttributes(run, c.attributes, c.text, when); },
      fill_decided, table);
}

void RegisterImpedimentChanges(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::BlockTaskRequest, v1::BlockTaskResponse>(
      on, "BlockTask",
      [](Run& run, const ChangeCommand& c, const v1::BlockTaskRequest&, const Occurrence& when) {
        return BlockTask(run, c.target.task, c.impediment, when);
      },
      [](const After& after, v1::BlockTaskResponse* answer) {
        *answer->mutable_task() = after.Task();
        *answer->mutable_impediment() = ToProto(after.run.impediments.back(), after.run.spec);
      },
      table);
  AddChange<v1::UnblockTaskRequest, v1::UnblockTaskResponse>(
      on, "UnblockTask",
      [](Run& run, const ChangeCommand& c, const v1::UnblockTaskRequest&, const Occurrence& when) {
        return UnblockTask(run, c.target.task, c.impediment.id, c.text, when);
      },
      [](const After& after, v1::UnblockTaskResponse* answer) {
        *answer->mutable_task() = after.Task();
      },
      table);
}

}  // namespace

absl::Status CheckEtag(const Run& run, absl::string_view etag) {
  const std::string present = absl::StrCat(run.last_sequence);
  if (etag.empty() || etag == present) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("on-boarding '", run.spec.id,
                                  "' changed since it was read; read "
                                  "it again and decide anew"))
      .With("etag", present)
      .Resource("Onboarding", OnboardingName(run.spec.workspace, run.spec.id));
}

void RegisterChanges(const Dependencies& on, rpc::MethodTable* table) {
  RegisterStarts(on, table);
  RegisterLife(on, table);
  RegisterAssignments(on, table);
  RegisterSecondThoughts(on, table);
  RegisterVerification(on, table);
  RegisterPlanChanges(on, table);
  RegisterTaskChanges(on, table);
  RegisterDecisions(on, table);
  RegisterImpedimentChanges(on, table);
}

void RegisterOnboardingService(const Dependencies& on, rpc::MethodTable* table) {
  RegisterReads(on, table);
  RegisterChanges(on, table);
}

}  // namespace plumbline::onboarding
