// SPDX-License-Identifier: Apache-2.0
//
// The life of an on-boarding, who does its tasks, and what people say of them.
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/plan/owners.h"
#include "services/onboarding/plan/risks.h"
#include "services/onboarding/runs/rpc_history.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

const auto kFillTask = [](const After& after, auto* answer) {
  *answer->mutable_task() = after.Task();
};
const auto kFillOnboarding = [](const After& after, auto* answer) {
  *answer->mutable_onboarding() = ToProto(after.run);
};
const auto kFillEnded = [](const After& after, auto* answer) {
  *answer->mutable_task() = after.Task();
  after.AddReadyTasks(answer);
  *answer->mutable_onboarding() = ToProto(after.run);
};

void FillReopened(const After& after, v1::ReopenTaskResponse* answer) {
  kFillEnded(after, answer);
  after.AddTasks(EntryKind::kTaskWithdrawn, answer->mutable_withdrawn_tasks());
}

void FillRescheduled(const After& after, absl::Time now, v1::RescheduleOnboardingResponse* answer) {
  kFillOnboarding(after, answer);
  for (const HistoryEntry& entry : after.entries) {
    if (entry.kind != EntryKind::kTaskRescheduled) continue;
    const auto view = FindTask(after.run, entry.task);
    if (!view.ok()) continue;
    v1::RescheduledTask* moved = answer->add_rescheduled_tasks();
    *moved->mutable_task() = after.messages.Make(*view);
    if (entry.previous_due_time.has_value())
      *moved->mutable_previous_due_time() = ToTimestamp(*entry.previous_due_time);
  }
  if (after.entries.empty()) return;
  const absl::StatusOr<calendar::Calendar> calendar = CalendarOf(after.run.spec);
  if (!calendar.ok()) return;  // the machine has lost the zone since
  auto risk = RiskOf(after.run, *calendar, now, std::numeric_limits<int>::max());
  if (risk.has_value()) *answer->mutable_risk() = *std::move(risk);
}

absl::Status ReopenTask(const Dependencies& on, const CallContext& context,
                        const v1::ReopenTaskRequest& request, v1::ReopenTaskResponse* response) {
  ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
  const auto rule = [&](Run& run, const Entries& history, const Occurrence& when) {
    return ReopenTask(run, history, command.target.task, command.text, when);
  };
  return CarryOutWithHistory(on, context, "ReopenTask", request, command, rule, FillReopened,
                             response);
}

// How far back day one may be moved is measured by the one that it was started with, which its
// first entry says and nothing changes.
absl::Status RescheduleOnboarding(const Dependencies& on, const CallContext& context,
                                  const v1::RescheduleOnboardingRequest& request,
                                  v1::RescheduleOnboardingResponse* response) {
  ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
  const Target& target = command.target;
  ASSIGN_OR_RETURN(const Entries start,
                   on.feed.ReadHistory(context, target.workspace, target.onboarding, 0, 1));
  const auto rule = [&](Run& run, const Occurrence& when) -> absl::StatusOr<Entries> {
    ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
    return Reschedule(run, command.day_one, command.text, when, FirstDayOne(start, calendar));
  };
  const auto fill = [now = on.clock.Now()](const After& after, auto* answer) {
    FillRescheduled(after, now, answer);
  };
  return CarryOut(on, context, "RescheduleOnboarding", request, command, rule, fill, response);
}

using GiveRule = absl::StatusOr<Entries> (*)(Run&, absl::string_view task, absl::string_view who,
                                             absl::string_view reason, const Occurrence&);

// The person whom `field` of a command names, or to whom its role leads from who is on-boarded.
absl::StatusOr<std::string> Receiver(const Dependencies& on, const CallContext& context,
                                     const char* field, const ChangeCommand& command) {
  const Target& target = command.target;
  std::string person;
  if (!command.who.empty() && command.who.front() == kRelativePrefix) {
    ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
    person = run.spec.person;
  }
  std::string who;
  RETURN_IF_ERROR(on.people.Use(context, target.workspace, [&](Directory& people) -> absl::Status {
    ASSIGN_OR_RETURN(who, WhoGets(people, field, command.who, person, on.clock.Now()));
    return absl::OkStatus();
  }));
  return who;
}

// A method that gives a task to the person whom `field` names, unless they left. Who that is, is
// asked before the run is locked, and an error told from within its rule: a request that took
// effect is answered as before, whoever left since.
template <typename Request, typename Response>
void AddGift(const Dependencies& on, absl::string_view method, const char* field, GiveRule give,
             rpc::MethodTable* table) {
  auto handle = [on, name = std::string(method), field, give](const CallContext& context,
                                                              const Request& request,
                                                              Response* response) -> absl::Status {
    ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
    const absl::StatusOr<std::string> who = Receiver(on, context, field, command);
    const auto rule = [&](Run& run, const Occurrence& when) -> absl::StatusOr<Entries> {
      RETURN_IF_ERROR(who.status());
      return give(run, command.target.task, *who, command.text, when);
    };
    return CarryOut(on, context, name, request, command, rule, kFillTask, response);
  };
  table->Unary<Request, Response>(kServiceName, method, kWrite, rpc::WorkClass::kWrite, handle);
}

}  // namespace

void RegisterLife(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::PauseOnboardingRequest, v1::PauseOnboardingResponse>(
      on, "PauseOnboarding",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return Pause(run, c.text, when);
      },
      kFillOnboarding, table);
  AddChange<v1::ResumeOnboardingRequest, v1::ResumeOnboardingResponse>(
      on, "ResumeOnboarding",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return Resume(run, c.text, when);
      },
      [](const After& after, v1::ResumeOnboardingResponse* answer) {
        kFillOnboarding(after, answer);
        after.AddTasks(EntryKind::kTaskRescheduled, answer->mutable_rescheduled_tasks());
      },
      table);
  table->Unary<v1::RescheduleOnboardingRequest, v1::RescheduleOnboardingResponse>(
      kServiceName, "RescheduleOnboarding", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::RescheduleOnboardingRequest& request,
           v1::RescheduleOnboardingResponse* response) {
        return RescheduleOnboarding(on, context, request, response);
      });
  AddChange<v1::CancelOnboardingRequest, v1::CancelOnboardingResponse>(
      on, "CancelOnboarding",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return Cancel(run, c.text, when);
      },
      kFillOnboarding, table);
}

void RegisterAssignments(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::ClaimTaskRequest, v1::ClaimTaskResponse>(
      on, "ClaimTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return ClaimTask(run, c.target.task, c.take_over, when);
      },
      kFillTask, table);
  AddGift<v1::AssignTaskRequest, v1::AssignTaskResponse>(on, "AssignTask", "assignee", AssignTask,
                                                         table);
  AddGift<v1::DelegateTaskRequest, v1::DelegateTaskResponse>(on, "DelegateTask", "delegate",
                                                             DelegateTask, table);
  AddChange<v1::ReleaseTaskRequest, v1::ReleaseTaskResponse>(
      on, "ReleaseTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return ReleaseTask(run, c.target.task, c.text, when);
      },
      kFillTask, table);
}

void RegisterSecondThoughts(const Dependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::ReopenTaskRequest, v1::ReopenTaskResponse>(
      kServiceName, "ReopenTask", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::ReopenTaskRequest& request,
           v1::ReopenTaskResponse* response) {
        return ReopenTask(on, context, request, response);
      });
  AddChange<v1::CommentTaskRequest, v1::CommentTaskResponse>(
      on, "CommentTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return CommentTask(run, c.target.task, c.text, c.links, when);
      },
      [](const After& after, v1::CommentTaskResponse* answer) {
        *answer->mutable_comment() = ToComment(after.entries[0]);
      },
      table);
}

void RegisterVerification(const Dependencies& on, rpc::MethodTable* table) {
  AddChange<v1::VerifyTaskRequest, v1::VerifyTaskResponse>(
      on, "VerifyTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return VerifyTask(run, c.target.task, c.verification, when);
      },
      kFillEnded, table);
  AddChange<v1::ApproveWaiverRequest, v1::ApproveWaiverResponse>(
      on, "ApproveWaiver",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return ApproveWaiver(run, c.target.task, c.text, when);
      },
      kFillEnded, table);
  AddChange<v1::RejectWaiverRequest, v1::RejectWaiverResponse>(
      on, "RejectWaiver",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return RejectWaiver(run, c.target.task, c.text, when);
      },
      kFillTask, table);
}

}  // namespace plumbline::onboarding
