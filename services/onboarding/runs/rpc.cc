// SPDX-License-Identifier: Apache-2.0
//
// The methods that change something.
#include "services/onboarding/runs/rpc.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/roles.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr char kWrite[] = "onboarding.write";
constexpr char kBackdate[] = "onboarding.backdate";

// The same request always gives the same bytes, maps included.
template <typename Request>
RequestKey KeyOf(absl::string_view method, const std::string& workspace, Request request) {
  RequestKey key{workspace, absl::StrCat(kServiceName, "/", method), request.request_id(), ""};
  if (key.request_id.empty()) return key;
  request.clear_request_id();
  google::protobuf::io::StringOutputStream stream(&key.body);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  request.SerializeToCodedStream(&output);
  return key;
}

// The run after a change, for the answer.
struct After {
  const Run& run;
  const ChangeCommand& command;
  const Entries& entries;
  const TaskMessages messages;

  v1::Task Task() const {
    // The task was found by the rule, and tasks are never removed.
    auto view = FindTask(run, command.target.task);
    return view.ok() ? messages.Make(*view) : v1::Task();
  }

  template <typename Response>
  void AddReadyTasks(Response* response) const {
    for (const HistoryEntry& entry : entries) {
      if (entry.kind != EntryKind::kTaskReady) continue;
      auto view = FindTask(run, entry.task);
      if (view.ok()) *response->add_ready_tasks() = messages.Make(*view);
    }
  }
};

// One method that changes a run by `rule` and answers what `fill` makes of it.
template <typename Request, typename Response, typename Rule, typename Fill>
void AddChange(const Dependencies& on, absl::string_view method, Rule rule, Fill fill,
               rpc::MethodTable* table) {
  auto handle = [on, name = std::string(method), rule, fill](const CallContext& context,
                                                             const Request& request,
                                                             Response* response) -> absl::Status {
    ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
    const Target& target = command.target;
    const absl::Time now = on.clock.Now();
    const bool may_backdate = context.identity.May(kBackdate, target.workspace);
    auto change = [&](Run& run, int64_t position) -> absl::StatusOr<Changed> {
      ASSIGN_OR_RETURN(absl::Time occur_time,
                       OccurTime(command.occur_time, now, run.last_time, may_backdate));
      Occurrence when{occur_time, now, context.identity.subject};
      ASSIGN_OR_RETURN(Entries entries, rule(run, command, request, when));
      Response answer;
      fill(After{run, command, entries, TaskMessages(run, now)}, &answer);
      answer.set_freshness_token(absl::StrCat(position));
      return Changed{std::move(entries), answer.SerializeAsString()};
    };
    ASSIGN_OR_RETURN(std::string answer,
                     on.runs.Update(context, KeyOf(name, target.workspace, request), now,
                                    target.onboarding, change));
    if (!response->ParseFromString(answer)) return base::Internal("a stored answer is damaged");
    return absl::OkStatus();
  };
  table->Unary<Request, Response>(kServiceName, method, kWrite, rpc::WorkClass::kWrite, handle);
}

void FillStarted(const Run& run, absl::Time now, v1::StartOnboardingResponse* response) {
  *response->mutable_onboarding() = ToProto(run);
  TaskMessages messages(run, now);
  for (const TaskView& view : Tasks(run)) *response->add_tasks() = messages.Make(view);
}

// The answer to a start that was answered before: starting is a pure function of what is stored, so
// the same again. The row of the request need not hold the whole plan.
absl::StatusOr<Started> StartAgain(const Dependencies& on, const CallContext& context,
                                   const Spec& spec) {
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, spec.workspace, spec.id));
  return Start(run.spec, run.plan, {run.start_time, run.start_time, ""});
}

absl::Status CheckAbsent(const Dependencies& on, const CallContext& context, const Spec& spec) {
  absl::Status status = on.runs.Load(context, spec.workspace, spec.id).status();
  if (absl::IsNotFound(status)) return absl::OkStatus();
  RETURN_IF_ERROR(status);
  return base::AlreadyExists("Onboarding", OnboardingName(spec.workspace, spec.id));
}

absl::StatusOr<Started> StartNow(const CallContext& context, StartCommand command,
                                 absl::StatusOr<PlanPointer> plan, absl::Time now) {
  RETURN_IF_ERROR(plan.status());
  RETURN_IF_ERROR(CheckAssignees((*plan)->plan, command.spec.assignees));
  const bool may_backdate = context.identity.May(kBackdate, command.spec.workspace);
  ASSIGN_OR_RETURN(absl::Time occur_time,
                   OccurTime(command.occur_time, now, std::nullopt, may_backdate));
  return Start(std::move(command.spec), *std::move(plan),
               {occur_time, now, context.identity.subject});
}

absl::Status StartOnboarding(const Dependencies& on, const CallContext& context,
                             const v1::StartOnboardingRequest& request,
                             v1::StartOnboardingResponse* response) {
  ASSIGN_OR_RETURN(StartCommand command, Parse(request));
  const Spec spec = command.spec;
  if (!calendar::Calendar::Create(spec.time_zone).ok()) {
    return base::FieldError("onboarding.time_zone",
                            absl::StrCat("'", spec.time_zone,
                                         "' is no zone of the tz database; "
                                         "give one like 'Europe/Berlin', or leave it out for UTC"));
  }
  const absl::Time now = on.clock.Now();
  // If there is no plan, that is the answer to a new request alone: what was started under this
  // request_id before is answered without the catalog.
  absl::StatusOr<PlanPointer> plan =
      on.plans.Get(context, command.process, command.occur_time.value_or(now));
  absl::StatusOr<Started> started = StartNow(context, std::move(command), std::move(plan), now);
  if (request.validate_only()) {
    RETURN_IF_ERROR(started.status());
    RETURN_IF_ERROR(CheckAbsent(on, context, spec));
    FillStarted(started->run, now, response);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(
      Receipt receipt,
      on.runs.Create(context, KeyOf("StartOnboarding", spec.workspace, request), now, started));
  if (receipt.replayed) {
    started = StartAgain(on, context, spec);
    RETURN_IF_ERROR(started.status());
  }
  FillStarted(started->run, now, response);
  response->set_freshness_token(absl::StrCat(receipt.position));
  return absl::OkStatus();
}

void RegisterTaskChanges(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::StartTaskRequest, v1::StartTaskResponse>(
      on, "StartTask",
      [](Run& run, const ChangeCommand& c, const v1::StartTaskRequest&, const Occurrence& when) {
        return StartTask(run, c.target.task, when);
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
  AddChange<v1::CompleteTaskRequest, v1::CompleteTaskResponse>(
      on, "CompleteTask",
      [](Run& run, const ChangeCommand& c, const v1::CompleteTaskRequest&, const Occurrence& when) {
        return CompleteTask(run, c.target.task, c.completion, when);
      },
      fill_ended, table);
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

void RegisterChanges(const Dependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::StartOnboardingRequest, v1::StartOnboardingResponse>(
      kServiceName, "StartOnboarding", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::StartOnboardingRequest& request,
           v1::StartOnboardingResponse* response) {
        return StartOnboarding(on, context, request, response);
      });
  RegisterTaskChanges(on, table);
  RegisterDecisions(on, table);
  RegisterImpedimentChanges(on, table);
}

void RegisterOnboardingService(const Dependencies& on, rpc::MethodTable* table) {
  RegisterReads(on, table);
  RegisterChanges(on, table);
}

}  // namespace plumbline::onboarding
