// SPDX-License-Identifier: Apache-2.0
//
// task: work on a task; decide: answer a decision.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/task_group.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// "grace@example.com (legal)"; of a role for which nobody is named "legal".
std::string WhoFills(const std::string& role, const std::string& person) {
  return person.empty() || person == role ? role : absl::StrCat(person, " (", role, ")");
}

std::string Skipped(const ob::Task& task, const ob::Waiver& before) {
  if (before.has_request_time()) {
    return absl::StrCat("is to be left out already, as ", before.requester(), " said at ",
                        When(before.request_time()), " UTC ('", before.reason(),
                        "'); nothing changes");
  }
  if (task.state() == ob::Task::STATE_PENDING) return "will be left out when its turn comes";
  // An optional step whose decision that answers.
  if (task.state() == ob::Task::STATE_NOT_NEEDED) return "left out";
  if (!task.has_waiver()) return "skipped";
  return absl::StrCat("asked to leave it out; ",
                      WhoFills(task.waiver_approver(), task.waiver().approver()), " approves it");
}

// Who said before that it be left out when its turn comes; of what is to come alone.
ob::Waiver PlannedOut(Session& session, const TaskOptions& options) {
  const auto name = TaskName(session, options.task);
  if (!name.ok() || session.json()) return {};
  ob::GetTaskRequest request;
  request.set_name(*name);
  ob::GetTaskResponse response;
  if (!session.Call(kOnboarding, "GetTask", request, &response).ok() ||
      response.task().state() != ob::Task::STATE_PENDING)
    return {};
  return response.task().waiver();
}

absl::Status TaskStart(Session& session, const TaskOptions& options) {
  ob::StartTaskResponse response;
  return ChangeTask(session, options, "StartTask", Always("started"), ob::StartTaskRequest(),
                    &response);
}

absl::Status TaskDone(Session& session, const TaskOptions& options) {
  session.wording().Call({{"ticked", "--tick"},
                          {"tick_all", "--tick-all"},
                          {"defects", "--defect"},
                          {"outputs", "--output"}});
  ob::CompleteTaskRequest request;
  for (const std::string& item : options.ticked) request.add_ticked(item);
  for (const std::string& defect : options.defects) request.add_defects(defect);
  request.set_tick_all(options.tick_all);
  RETURN_IF_ERROR(
      ParsePairs("--output", "ATTRIBUTE=VALUE", options.outputs, request.mutable_outputs()));
  ob::CompleteTaskResponse response;
  const auto completed = [&](const ob::Task& task) {
    return CompletedText(task, response.onboarding());
  };
  RETURN_IF_ERROR(ChangeTask(session, options, "CompleteTask", completed, request, &response));
  if (!session.json()) PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskSkip(Session& session, const TaskOptions& options) {
  session.wording().Call({{"reason", "--reason"}});
  ob::SkipTaskRequest request;
  request.set_reason(options.reason);
  const ob::Waiver before = PlannedOut(session, options);
  const auto skipped = [&](const ob::Task& task) { return Skipped(task, before); };
  ob::SkipTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "SkipTask", skipped, request, &response));
  if (session.json()) return absl::OkStatus();
  if (response.task().state() == ob::Task::STATE_PENDING)
    session.out() << "  to take that back: plumbline task reopen " << TypedTask(response.task())
                  << " --reason TEXT\n";
  PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskBlock(Session& session, const TaskOptions& options) {
  session.wording().Call({{"impediment.category", "--category"},
                          {"impediment.utility", "--utility"},
                          {"impediment.description", "--description"},
                          {"impediment_id", "--impediment"}});
  ob::BlockTaskRequest request;
  ob::Impediment::Category category = ob::Impediment::CATEGORY_UNSPECIFIED;
  ob::Impediment::Category_Parse(
      absl::StrCat("CATEGORY_",
                   absl::StrReplaceAll(absl::AsciiStrToUpper(options.category), {{"-", "_"}})),
      &category);
  request.mutable_impediment()->set_category(category);
  request.mutable_impediment()->set_utility(options.utility);
  request.mutable_impediment()->set_description(options.description);
  request.set_impediment_id(options.impediment);
  ob::BlockTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "BlockTask", Always("blocked"), request, &response));
  WarnOfUnknownUtility(session, "--utility", options.utility);
  if (session.json()) return absl::OkStatus();
  const std::string& name = response.impediment().name();
  session.out() << "  impediment " << name.substr(name.rfind('/') + 1)
                << "; when it is resolved: plumbline task unblock " << TypedTask(response.task())
                << '\n';
  return absl::OkStatus();
}

absl::Status TaskUnblock(Session& session, const TaskOptions& options) {
  session.wording().Call({{"impediment_id", "--impediment"}, {"resolution", "--resolution"}});
  ob::UnblockTaskRequest request;
  request.set_impediment_id(options.impediment);
  request.set_resolution(options.resolution);
  ob::UnblockTaskResponse response;
  return ChangeTask(session, options, "UnblockTask", Always("unblocked"), request, &response);
}

// Decisions are typed as tasks are, too: ON-BOARDING/DECISION OPTION.
absl::StatusOr<TaskOptions> InThreeWords(const TaskOptions& typed) {
  if (!typed.option.empty()) return typed;
  TaskOptions options = typed;
  const size_t slash = typed.onboarding.find('/');
  if (slash == std::string::npos || absl::StartsWith(typed.onboarding, "workspaces/")) {
    return base::FieldError(
        "OPTION", absl::StrCat("is missing: say of which on-boarding, which decision and what is "
                               "chosen, as in plumbline decide ",
                               typed.onboarding, " ", typed.decision,
                               " OPTION; 'plumbline get "
                               "onboardings/",
                               typed.onboarding, "' shows what is open"));
  }
  options.onboarding = typed.onboarding.substr(0, slash);
  options.decision = typed.onboarding.substr(slash + 1);
  options.option = typed.decision;
  return options;
}

absl::Status Decide(Session& session, const TaskOptions& typed) {
  ASSIGN_OR_RETURN(const TaskOptions options, InThreeWords(typed));
  session.wording().Call({{"name", "ON-BOARDING"},
                          {"decision", "DECISION"},
                          {"option", "OPTION"},
                          {"reason", "--reason"}});
  ob::DecideRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  request.set_decision(options.decision);
  request.set_option(options.option);
  request.set_reason(options.reason);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  ob::DecideResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "Decide", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  NoteDryRun(session, options.change);
  session.out() << options.decision << ": " << options.option << '\n';
  PrintNext(session, response);
  return absl::OkStatus();
}

void AddEndings(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options) {
  args::Command* done = AddTaskCommand(task, action, options, "done", "Complete a task", TaskDone);
  Takes(done->add_option("--tick", options->ticked,
                         "Item of the checklist that is true, by its id (repeatable)"),
        "ITEM")
      ->allow_extra_args(false);
  done->add_flag("--tick-all", options->tick_all, "The whole checklist is true");
  Takes(done->add_option("--defect", options->defects,
                         "Defect that was found, of the step's defect kinds (repeatable)"),
        "KIND")
      ->allow_extra_args(false);
  Takes(done->add_option("--output", options->outputs,
                         "Value that the task yields, of an attribute of the process (repeatable)"),
        "ATTRIBUTE=VALUE")
      ->allow_extra_args(false);
  AddExamples(*done, {{"plumbline task done ada/sign-contract --tick-all", ""},
                      {"plumbline task done ada/sign-contract --tick contract --tick nda",
                       "'plumbline get onboardings/ada/tasks/sign-contract' shows the items"}});
  args::Command* skip =
      AddTaskCommand(task, action, options, "skip",
                     "Leave a task out, also before its turn; or ask for it where somebody is to "
                     "approve it",
                     TaskSkip);
  Takes(skip->add_option("--reason", options->reason, "Why"), "TEXT")->required();
}

void AddImpediments(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options) {
  args::Command* block =
      AddTaskCommand(task, action, options, "block", "Say what blocks a task", TaskBlock);
  Takes(block->add_option("--category", options->category,
                          "utility-down, access, equipment, approval, people, information or "
                          "other"),
        "CATEGORY")
      ->required()
      ->check(args::IsMember(
          {"utility-down", "access", "equipment", "approval", "people", "information", "other"}));
  Takes(block->add_option("--description", options->description, "What is wrong"), "TEXT")
      ->required();
  Takes(block->add_option("--utility", options->utility, "Id of the utility that failed"), "ID");
  Takes(block->add_option("--impediment", options->impediment, "Its id (default: i1, i2, ...)"),
        "ID");
  AddExamples(*block, {{"plumbline task block ada/order-laptop --category equipment \\\n"
                        "      --description 'Out of stock until the 14th'",
                        ""}});
  args::Command* unblock =
      AddTaskCommand(task, action, options, "unblock", "Resolve what blocks a task", TaskUnblock);
  Takes(unblock->add_option("--impediment", options->impediment,
                            "Which (default: all that are open on the task)"),
        "ID");
  Takes(unblock->add_option("--resolution", options->resolution, "How it was resolved"), "TEXT");
}

}  // namespace

std::string CompletedText(const ob::Task& task, const ob::Onboarding& onboarding) {
  if (task.state() != ob::Task::STATE_AWAITING_VERIFICATION) return "done";
  const auto person = onboarding.assignees().find(task.verifier());
  return absl::StrCat(
      "done, to be verified by ",
      WhoFills(task.verifier(), person == onboarding.assignees().end() ? "" : person->second));
}

args::Command* AddTaskCommand(args::Command& task, Action* action,
                              std::shared_ptr<TaskOptions> options, const char* name,
                              const char* help, absl::Status (*run)(Session&, const TaskOptions&)) {
  args::Command* command = task.add_subcommand(name, help);
  command->add_option("TASK", options->task, "ON-BOARDING/TASK, for example rep-0001/order-laptop")
      ->required();
  AddChangeOptions(*command, options->change);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddTaskCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<TaskOptions>();
  args::Command* task =
      app.add_subcommand("task", "Work on a task: claim, start, done, skip, comment, ...");
  task->group("Run");
  task->require_subcommand(1);
  AddTaskCommand(*task, action, options, "start",
                 "Begin to work on a task that is ready; what nobody has becomes yours", TaskStart);
  AddEndings(*task, action, options);
  AddImpediments(*task, action, options);
  AddTaskPeople(*task, action, options);
  AddTaskPlaces(*task, action);
  AddTaskVerdicts(*task, action, options);
  AddTaskAnswer(*task, action);
  AddExamples(*task, {{"plumbline list tasks ada --state ready", "what can be worked on"},
                      {"plumbline task start ada/sign-contract", ""},
                      {"plumbline task done ada/sign-contract --tick-all", ""}});

  args::Command* decide = app.add_subcommand("decide", "Answer a decision that waits for a person");
  decide->group("Run");
  decide
      ->add_option("ON-BOARDING", options->onboarding,
                   "Its id; with the decision in one word, ON-BOARDING/DECISION, that is not given "
                   "again")
      ->required();
  decide
      ->add_option("DECISION", options->decision,
                   "Its id, as 'plumbline get onboardings/ID' shows it")
      ->required();
  decide->add_option("OPTION", options->option, "What is chosen, one of its options");
  Takes(decide->add_option("--reason", options->reason, "Why"), "TEXT");
  AddChangeOptions(*decide, options->change);
  AddExamples(*decide, {{"plumbline decide ada certification again --reason '71 of 100 points'",
                         "the certification is retaken"},
                        {"plumbline decide ada/certification again",
                         "the same: as tasks are named, in one word"}});
  decide->callback([=] { *action = [=](Session& s) { return Decide(s, *options); }; });
}

}  // namespace plumbline::cli
