// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/rpc.h"

#include <utility>

#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/automation_service.pb.h"
#include "services/onboarding/automation/answer.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/runs/checker.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding::automation {
namespace {

constexpr char kAutomationService[] = "plumbline.onboarding.v1.AutomationService";
constexpr char kAnswerTask[] = "AnswerTask";

struct AnswerCommand {
  ChangeCommand change;
  AutomationReply reply;
};

absl::StatusOr<AnswerCommand> Parse(const v1::AnswerTaskRequest& request) {
  Checker check;
  AnswerCommand command;
  command.change = TaskCommand(check, request);
  check.Length("call_id", request.call_id(), 1, 128);
  if (request.has_answer()) {
    command.reply = Take(check, ToReply(request.answer(), "answer"));
  } else {
    check.Wrong("answer", "is missing; say what the call came to");
  }
  RETURN_IF_ERROR(check.status());
  return command;
}

absl::Status AnswerTask(const Dependencies& on, const rpc::CallContext& context,
                        const v1::AnswerTaskRequest& request, v1::AnswerTaskResponse* response) {
  ASSIGN_OR_RETURN(const AnswerCommand command, Parse(request));
  const auto rule = [&](Run& run, const Occurrence& when) {
    return AnswerAutomation(run, command.change.target.task, request.call_id(), command.reply,
                            when);
  };
  const auto fill = [&](const After& after, v1::AnswerTaskResponse* answer) {
    const auto view =
        FindTask(after.run, CalledTask(after.run, command.change.target.task, request.call_id()));
    if (view.ok()) *answer->mutable_task() = after.messages.Make(*view);
    after.AddReadyTasks(answer);
    *answer->mutable_onboarding() = ToProto(after.run);
  };
  return CarryOut(on, context, kAnswerTask, request, command.change, rule, fill, response);
}

}  // namespace

void RegisterAutomationService(const Dependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::AnswerTaskRequest, v1::AnswerTaskResponse>(
      kAutomationService, kAnswerTask, kWrite, rpc::WorkClass::kWrite,
      [on](const rpc::CallContext& context, const v1::AnswerTaskRequest& request,
           v1::AnswerTaskResponse* response) {
        return AnswerTask(on, context, request, response);
      });
}

}  // namespace plumbline::onboarding::automation
