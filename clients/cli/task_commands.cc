// SPDX-License-Identifier: Apache-2.0
//
// task: work on a task; decide: answer a decision.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/onboarding.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string task, reason, category, utility, description, impediment, resolution;
  std::string onboarding, decision, option;
  std::vector<std::string> ticked, defects;
  bool tick_all = false;
  ChangeOptions change;
};

template <typename Request, typename Response>
absl::Status ChangeTask(Session& session, const Options& options, const char* method,
                        const char* done, Request request, Response* response) {
  session.wording().Call({{"name", "TASK"}});
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  RETURN_IF_ERROR(session.Call(kOnboarding, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    session.out() << TypedTask(response->task()) << ": " << done << '\n';
  }
  return absl::OkStatus();
}

absl::Status TaskStart(Session& session, const Options& options) {
  ob::StartTaskResponse response;
  return ChangeTask(session, options, "StartTask", "started", ob::StartTaskRequest(), &response);
}

absl::Status TaskDone(Session& session, const Options& options) {
  session.wording().Call(
      {{"ticked", "--tick"}, {"tick_all", "--tick-all"}, {"defects", "--defect"}});
  ob::CompleteTaskRequest request;
  for (const std::string& item : options.ticked) request.add_ticked(item);
  for (const std::string& defect : options.defects) request.add_defects(defect);
  request.set_tick_all(options.tick_all);
  ob::CompleteTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "CompleteTask", "done", request, &response));
  if (!session.json()) PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskSkip(Session& session, const Options& options) {
  session.wording().Call({{"reason", "--reason"}});
  ob::SkipTaskRequest request;
  request.set_reason(options.reason);
  ob::SkipTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "SkipTask", "skipped", request, &response));
  if (!session.json()) PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskBlock(Session& session, const Options& options) {
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
  RETURN_IF_ERROR(ChangeTask(session, options, "BlockTask", "blocked", request, &response));
  if (session.json()) return absl::OkStatus();
  const std::string& name = response.impediment().name();
  session.out() << "  impediment " << name.substr(name.rfind('/') + 1)
                << "; when it is resolved: plumbline task unblock " << TypedTask(response.task())
                << '\n';
  return absl::OkStatus();
}

absl::Status TaskUnblock(Session& session, const Options& options) {
  session.wording().Call({{"impediment_id", "--impediment"}, {"resolution", "--resolution"}});
  ob::UnblockTaskRequest request;
  request.set_impediment_id(options.impediment);
  request.set_resolution(options.resolution);
  ob::UnblockTaskResponse response;
  return ChangeTask(session, options, "UnblockTask", "unblocked", request, &response);
}

absl::Status Decide(Session& session, const Options& options) {
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
  session.out() << options.decision << ": " << options.option << '\n';
  PrintNext(session, response);
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

CLI::App* AddTask(CLI::App& task, Action* action, std::shared_ptr<Options> options,
                  const char* name, const char* help, Run run) {
  CLI::App* command = task.add_subcommand(name, help);
  command->add_option("TASK", options->task, "ON-BOARDING/TASK, for example rep-0001/order-laptop")
      ->required();
  AddChangeOptions(*command, options->change);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddEndings(CLI::App& task, Action* action, std::shared_ptr<Options> options) {
  CLI::App* done = AddTask(task, action, options, "done", "Complete a task", TaskDone);
  Takes(done->add_option("--tick", options->ticked,
                         "Item of the checklist that is true, by its id (repeatable)"),
        "ITEM")
      ->allow_extra_args(false);
  done->add_flag("--tick-all", options->tick_all, "The whole checklist is true");
  Takes(done->add_option("--defect", options->defects,
                         "Defect that was found, of the step's defect kinds (repeatable)"),
        "KIND")
      ->allow_extra_args(false);
  AddExamples(*done, {{"plumbline task done ada/sign-contract --tick-all", ""},
                      {"plumbline task done ada/sign-contract --tick contract --tick nda",
                       "'plumbline get onboardings/ada/tasks/sign-contract' shows the items"}});
  CLI::App* skip = AddTask(task, action, options, "skip", "Leave a task out", TaskSkip);
  Takes(skip->add_option("--reason", options->reason, "Why"), "TEXT")->required();
}

void AddImpediments(CLI::App& task, Action* action, std::shared_ptr<Options> options) {
  CLI::App* block = AddTask(task, action, options, "block", "Say what blocks a task", TaskBlock);
  Takes(block->add_option("--category", options->category,
                          "utility-down, access, equipment, approval, people, information or "
                          "other"),
        "CATEGORY")
      ->required()
      ->check(CLI::IsMember(
          {"utility-down", "access", "equipment", "approval", "people", "information", "other"}));
  Takes(block->add_option("--description", options->description, "What is wrong"), "TEXT")
      ->required();
  Takes(block->add_option("--utility", options->utility, "Id of the utility that failed"), "ID");
  Takes(block->add_option("--impediment", options->impediment, "Its id (default: i1, i2, ...)"),
        "ID");
  AddExamples(*block, {{"plumbline task block ada/order-laptop --category equipment \\\n"
                        "      --description 'Out of stock until the 14th'",
                        ""}});
  CLI::App* unblock =
      AddTask(task, action, options, "unblock", "Resolve what blocks a task", TaskUnblock);
  Takes(unblock->add_option("--impediment", options->impediment,
                            "Which (default: all that are open on the task)"),
        "ID");
  Takes(unblock->add_option("--resolution", options->resolution, "How it was resolved"), "TEXT");
}

}  // namespace

void AddTaskCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* task = app.add_subcommand("task", "Work on a task: start, done, skip, block, unblock");
  task->group("Run");
  task->require_subcommand(1);
  AddTask(*task, action, options, "start", "Begin to work on a task that is ready", TaskStart);
  AddEndings(*task, action, options);
  AddImpediments(*task, action, options);
  AddExamples(*task, {{"plumbline list tasks ada --state ready", "what can be worked on"},
                      {"plumbline task start ada/sign-contract", ""},
                      {"plumbline task done ada/sign-contract --tick-all", ""}});

  CLI::App* decide = app.add_subcommand("decide", "Answer a decision that waits for a person");
  decide->group("Run");
  decide->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  decide
      ->add_option("DECISION", options->decision,
                   "Its id, as 'plumbline get onboardings/ID' shows it")
      ->required();
  decide->add_option("OPTION", options->option, "What is chosen, one of its options")->required();
  Takes(decide->add_option("--reason", options->reason, "Why"), "TEXT");
  AddChangeOptions(*decide, options->change);
  AddExamples(*decide, {{"plumbline decide ada certification again --reason '71 of 100 points'",
                         "the certification is retaken"}});
  decide->callback([=] { *action = [=](Session& s) { return Decide(s, *options); }; });
}

}  // namespace plumbline::cli
