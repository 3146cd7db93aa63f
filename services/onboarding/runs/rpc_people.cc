// SPDX-License-Identifier: Apache-2.0
//
// The life of an on-boarding, who does its tasks, and what people say of them.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr int kHistoryAtOnce = 1000;
constexpr int kMaxAttempts = 5;

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

absl::StatusOr<Entries> WholeHistory(const Dependencies& on, const CallContext& context,
                                     const Target& target) {
  Entries history;
  while (true) {
    const int64_t after = history.empty() ? 0 : history.back().sequence;
    ASSIGN_OR_RETURN(Entries part, on.feed.ReadHistory(context, target.workspace, target.onboarding,
                                                       after, kHistoryAtOnce));
    const bool last = part.size() < static_cast<size_t>(kHistoryAtOnce);
    for (HistoryEntry& entry : part) history.push_back(std::move(entry));
    if (last) return history;
  }
}

void FillReopened(const After& after, v1::ReopenTaskResponse* answer) {
  kFillEnded(after, answer);
  after.AddTasks(EntryKind::kTaskWithdrawn, answer->mutable_withdrawn_tasks());
}

// The history is read before the run is changed, and must be all of it then.
absl::Status ReopenTask(const Dependencies& on, const CallContext& context,
                        const v1::ReopenTaskRequest& request, v1::ReopenTaskResponse* response) {
  ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(const Entries history, WholeHistory(on, context, command.target));
    bool behind = false;
    const auto rule = [&](Run& run, const Occurrence& when) -> absl::StatusOr<Entries> {
      behind = history.empty() || history.back().sequence != run.last_sequence;
      if (behind) {
        return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                           "the on-boarding is being changed by others; try again")
            .With("etag", absl::StrCat(run.last_sequence));
      }
      return ReopenTask(run, history, command.target.task, command.text, when);
    };
    const absl::Status status =
        CarryOut(on, context, "ReopenTask", request, command, rule, FillReopened, response);
    if (!behind || attempt == kMaxAttempts) return status;
  }
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
  AddChange<v1::AssignTaskRequest, v1::AssignTaskResponse>(
      on, "AssignTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return AssignTask(run, c.target.task, c.who, c.text, when);
      },
      kFillTask, table);
  AddChange<v1::DelegateTaskRequest, v1::DelegateTaskResponse>(
      on, "DelegateTask",
      [](Run& run, const ChangeCommand& c, const auto&, const Occurrence& when) {
        return DelegateTask(run, c.target.task, c.who, c.text, when);
      },
      kFillTask, table);
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
