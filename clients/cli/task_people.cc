// SPDX-License-Identifier: Apache-2.0
//
// task claim, assign, delegate, release: who does a task.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/task_group.h"
#include "clients/cli/unknown_names.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// "ada/exam: bob does it for grace".
std::string WhoDoes(const ob::Task& task) {
  if (task.assignee().empty()) return absl::StrCat("whoever is ", task.role(), " can claim it");
  if (task.owner().empty()) return absl::StrCat(task.assignee(), " does it");
  return absl::StrCat(task.assignee(), " does it for ", task.owner());
}

absl::Status TaskClaim(Session& session, const TaskOptions& options) {
  session.wording().Call({{"take_over", "--take-over"}});
  ob::ClaimTaskRequest request;
  request.set_take_over(options.take_over);
  ob::ClaimTaskResponse response;
  return ChangeTask(session, options, "ClaimTask", WhoDoes, request, &response);
}

absl::Status TaskAssign(Session& session, const TaskOptions& options) {
  session.wording().Call({{"assignee", "WHO"}, {"reason", "--reason"}});
  ob::AssignTaskRequest request;
  request.set_assignee(options.who);
  request.set_reason(options.reason);
  ob::AssignTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "AssignTask", WhoDoes, request, &response));
  WarnOfUnknownPeople(session, {options.who});
  return absl::OkStatus();
}

absl::Status TaskDelegate(Session& session, const TaskOptions& options) {
  session.wording().Call({{"delegate", "WHO"}, {"reason", "--reason"}});
  ob::DelegateTaskRequest request;
  request.set_delegate(options.who);
  request.set_reason(options.reason);
  ob::DelegateTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "DelegateTask", WhoDoes, request, &response));
  WarnOfUnknownPeople(session, {options.who});
  return absl::OkStatus();
}

absl::Status TaskRelease(Session& session, const TaskOptions& options) {
  session.wording().Call({{"reason", "--reason"}});
  ob::ReleaseTaskRequest request;
  request.set_reason(options.reason);
  ob::ReleaseTaskResponse response;
  return ChangeTask(session, options, "ReleaseTask", WhoDoes, request, &response);
}

}  // namespace

void AddTaskPeople(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options) {
  args::Command* claim = AddTaskCommand(task, action, options, "claim",
                                        "Take a task that belongs to your role", TaskClaim);
  claim->add_flag("--take-over", options->take_over, "Take it from who has it");
  AddExamples(*claim, {{"plumbline list tasks --assignee it", "what waits for the role 'it'"},
                       {"plumbline task claim ada/order-laptop", ""}});
  args::Command* assign =
      AddTaskCommand(task, action, options, "assign", "Give a task to a person", TaskAssign);
  assign
      ->add_option("WHO", options->who,
                   "Who does it from now on: a person, or @ and a role that depends on who is "
                   "on-boarded, as in @manager or @group:it-desk")
      ->required();
  AddExamples(*assign, {{"plumbline task assign ada/order-laptop bob@example.com", ""},
                        {"plumbline task assign ada/territory @manager --reason 'Knows the region'",
                         "whoever that is by records of people"}});
  Takes(assign->add_option("--reason", options->reason, "Why; required where somebody else has it"),
        "TEXT");
  args::Command* delegate =
      AddTaskCommand(task, action, options, "delegate",
                     "Have a task done by another, and keep answering for it", TaskDelegate);
  delegate
      ->add_option("WHO", options->who, "Who does it from now on, as in 'plumbline task assign'")
      ->required();
  Takes(delegate->add_option("--reason", options->reason, "Why"), "TEXT");
  args::Command* release = AddTaskCommand(task, action, options, "release",
                                          "Give a task back to its owner or its role", TaskRelease);
  Takes(release->add_option("--reason", options->reason, "Why"), "TEXT");
}

}  // namespace plumbline::cli
