// SPDX-License-Identifier: Apache-2.0
//
// task answer: what a program says of a task that it was called for.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/task_group.h"
#include "plumbline/onboarding/v1/automation_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr char kAutomation[] = "/plumbline.onboarding.v1.AutomationService/";

struct AnswerOptions {
  std::string task, call, state = "done", reason;
  std::vector<std::string> ticked, defects, outputs;
  ChangeOptions change;
};

// "failed: it is blocked ..."; of what is done as `task done` says it.
std::string Became(const ob::AnswerTaskResponse& response, const std::string& state) {
  if (state == "failed") return "failed: it is blocked until somebody unblocks it";
  if (state == "accepted") return "accepted, to be answered later";
  return CompletedText(response.task(), response.onboarding());
}

absl::Status Answer(Session& session, const AnswerOptions& options) {
  session.wording().Call({{"name", "TASK"},
                          {"call_id", "--call"},
                          {"answer.state", "--state"},
                          {"answer.reason", "--reason"},
                          {"answer.ticked", "--tick"},
                          {"answer.defects", "--defect"},
                          {"answer.outputs", "--output"},
                          {"ticked", "--tick"},
                          {"defects", "--defect"},
                          {"outputs", "--output"}});
  ob::AnswerTaskRequest request;
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  request.set_call_id(options.call);
  ob::AutomationAnswer& answer = *request.mutable_answer();
  answer.set_state(options.state);
  answer.set_reason(options.reason);
  for (const std::string& item : options.ticked) answer.add_ticked(item);
  for (const std::string& defect : options.defects) answer.add_defects(defect);
  RETURN_IF_ERROR(
      ParsePairs("--output", "ATTRIBUTE=VALUE", options.outputs, answer.mutable_outputs()));
  RETURN_IF_ERROR(Prepare(options.change, &request));
  ob::AnswerTaskResponse response;
  RETURN_IF_ERROR(session.Call(kAutomation, "AnswerTask", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  NoteDryRun(session, options.change);
  session.out() << TypedTask(response.task()) << ": " << Printable(Became(response, options.state))
                << '\n';
  PrintNext(session, response);
  return absl::OkStatus();
}

}  // namespace

void AddTaskAnswer(args::Command& task, Action* action) {
  auto options = std::make_shared<AnswerOptions>();
  args::Command* answer = task.add_subcommand(
      "answer", "Answer the call of an automated step, for the program that does it");
  answer->add_option("TASK", options->task, "ON-BOARDING/TASK, for example rep-0001/create-account")
      ->required();
  Takes(answer->add_option("--call", options->call, "The callId that the call had"), "ID")
      ->required();
  Takes(answer->add_option("--state", options->state, "done, failed or accepted (default: done)"),
        "STATE")
      ->check(args::IsMember({"done", "failed", "accepted"}));
  Takes(answer->add_option("--reason", options->reason, "Why it failed"), "TEXT");
  Takes(answer->add_option("--tick", options->ticked,
                           "Item of the checklist that is true, by its id (repeatable)"),
        "ITEM")
      ->allow_extra_args(false);
  Takes(answer->add_option("--defect", options->defects,
                           "Defect that was found, of the step's defect kinds (repeatable)"),
        "KIND")
      ->allow_extra_args(false);
  Takes(
      answer->add_option("--output", options->outputs,
                         "Value that the task yields, of an attribute of the process (repeatable)"),
      "ATTRIBUTE=VALUE")
      ->allow_extra_args(false);
  AddChangeOptions(*answer, options->change);
  AddExamples(*answer, {{"plumbline task answer ada/create-account --call 5f0c... --output "
                         "login=ada",
                         ""},
                        {"plumbline task answer ada/create-account --call 5f0c... --state failed "
                         "\\\n      --reason 'no seat is left'",
                         "people see to it"}});
  answer->callback([=] { *action = [=](Session& s) { return Answer(s, *options); }; });
}

}  // namespace plumbline::cli
