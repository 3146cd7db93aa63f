// SPDX-License-Identifier: Apache-2.0
//
// impediment: what blocks tasks, as things of their own.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/impediment_group.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

using Options = ImpedimentOptions;

template <typename Request>
void Prepare(const Options& options, Request* request) {
  request->set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  request->set_validate_only(options.dry_run);
}

// A request that changes the impediment that was named.
template <typename Request>
Request ChangeOf(Session& session, const Options& options) {
  session.wording().Call({{"name", "IMPEDIMENT"}, {"text", "TEXT"}, {"etag", "--etag"}});
  Request request;
  request.set_name(session.FullName("impediments", options.id));
  if constexpr (requires { request.set_etag(options.etag); }) request.set_etag(options.etag);
  Prepare(options, &request);
  return request;
}

// "crm-down: open, blocks 2 tasks of 2 on-boardings".
template <typename Response>
void PrintChanged(Session& session, const Options& options, const Response& response) {
  if (session.json()) {
    session.PrintJson(response);
    return;
  }
  NoteDryRun(session, {.dry_run = options.dry_run});
  PrintBlocks(session, response.impediment(), options.dry_run);
}

// Sends a change of an impediment and says how it is after it.
template <typename Response, typename Request>
absl::Status Change(Session& session, const Options& options, const char* method,
                    const Request& request) {
  Response response;
  const absl::Status done = session.Call(kImpediments, method, request, &response);
  if (!done.ok()) {
    // Of several tasks the sentence names one, and tasks of many on-boardings are called the same.
    ob::Task task;
    task.set_name(SubjectOf(done));
    if (options.tasks.size() > 1 && !task.name().empty())
      session.SetHint(absl::StrCat("it is ", TypedTask(task)));
    return done;
  }
  PrintChanged(session, options, response);
  return absl::OkStatus();
}

template <typename Request>
absl::Status AddTasks(Session& session, const Options& options, Request* request) {
  for (const std::string& task : options.tasks) {
    ASSIGN_OR_RETURN(*request->add_tasks(), TaskName(session, task));
  }
  return absl::OkStatus();
}

absl::Status Open(Session& session, const Options& options) {
  session.wording().Call({{"impediment_id", "IMPEDIMENT"},
                          {"impediment.category", "--category"},
                          {"impediment.utility", "--utility"},
                          {"impediment.all_users", "--all-users"},
                          {"impediment.description", "--description"},
                          {"impediment.owner", "--owner"},
                          {"impediment.cost_estimate", "--cost"},
                          {"tasks", "--task"}});
  ob::OpenImpedimentRequest request;
  request.set_parent(session.parent());
  request.set_impediment_id(options.id);
  ob::ImpedimentRecord* impediment = request.mutable_impediment();
  impediment->set_category(CategoryOf(options.category));
  impediment->set_utility(options.utility);
  impediment->set_description(options.description);
  impediment->set_owner(options.owner);
  impediment->set_cost_estimate(options.cost);
  impediment->set_all_users(options.all_users);
  RETURN_IF_ERROR(AddTasks(session, options, &request));
  Prepare(options, &request);
  RETURN_IF_ERROR(Change<ob::OpenImpedimentResponse>(session, options, "OpenImpediment", request));
  WarnOfUnknownUtility(session, "--utility", options.utility);
  return absl::OkStatus();
}

absl::Status Update(Session& session, const Options& options) {
  session.wording().Call({{"impediment.name", "IMPEDIMENT"},
                          {"impediment.category", "--category"},
                          {"impediment.description", "--description"},
                          {"impediment.owner", "--owner"},
                          {"impediment.cost_estimate", "--cost"},
                          {"etag", "--etag"}});
  ob::UpdateImpedimentRequest request;
  ob::ImpedimentRecord* impediment = request.mutable_impediment();
  impediment->set_name(session.FullName("impediments", options.id));
  impediment->set_category(CategoryOf(options.category));
  impediment->set_description(options.description);
  impediment->set_owner(options.owner);
  impediment->set_cost_estimate(options.cost);
  for (const auto& [flag, field] :
       std::vector<std::pair<std::string, std::string>>{{"--owner", "owner"},
                                                        {"--category", "category"},
                                                        {"--cost", "cost_estimate"},
                                                        {"--description", "description"}}) {
    if (options.update->count(flag) > 0) request.mutable_update_mask()->add_paths(field);
  }
  if (request.update_mask().paths().empty())
    return base::FieldError("--owner, --category, --cost or --description",
                            "none is given; say what is to change");
  request.set_etag(options.etag);
  Prepare(options, &request);
  return Change<ob::UpdateImpedimentResponse>(session, options, "UpdateImpediment", request);
}

absl::Status Acknowledge(Session& session, const Options& options) {
  auto request = ChangeOf<ob::AcknowledgeImpedimentRequest>(session, options);
  request.set_text(options.text);
  return Change<ob::AcknowledgeImpedimentResponse>(session, options, "AcknowledgeImpediment",
                                                   request);
}

absl::Status Comment(Session& session, const Options& options) {
  auto request = ChangeOf<ob::CommentImpedimentRequest>(session, options);
  request.set_text(options.text);
  ob::CommentImpedimentResponse response;
  RETURN_IF_ERROR(session.Call(kImpediments, "CommentImpediment", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  NoteDryRun(session, {.dry_run = options.dry_run});
  session.out() << options.id << ": commented\n";
  return absl::OkStatus();
}

absl::Status Add(Session& session, const Options& options) {
  auto request = ChangeOf<ob::AddImpedimentTasksRequest>(session, options);
  session.wording().Call({{"tasks", "TASK"}});
  RETURN_IF_ERROR(AddTasks(session, options, &request));
  return Change<ob::AddImpedimentTasksResponse>(session, options, "AddImpedimentTasks", request);
}

absl::Status Remove(Session& session, const Options& options) {
  auto request = ChangeOf<ob::RemoveImpedimentTaskRequest>(session, options);
  session.wording().Call({{"task", "TASK"}, {"reason", "--reason"}});
  ASSIGN_OR_RETURN(const std::string task, TaskName(session, options.tasks[0]));
  request.set_task(task);
  request.set_reason(options.reason);
  return Change<ob::RemoveImpedimentTaskResponse>(session, options, "RemoveImpedimentTask",
                                                  request);
}

args::Command* AddOne(args::Command& group, Action* action, std::shared_ptr<Options> options,
                      const char* name, const char* help,
                      absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

// What every change takes.
void AddChangeFlags(args::Command& command, Options& options, bool with_etag) {
  command.add_flag("--dry-run", options.dry_run, "Check everything and change nothing");
  Takes(command.add_option("--request-id", options.request_id,
                           "Takes effect once, however often it is sent (default: a new one)"),
        "ID");
  if (!with_etag) return;
  Takes(command.add_option("--etag", options.etag, "Only if this is still its etag"), "ETAG");
}

args::Command* AddChange(args::Command& group, Action* action, std::shared_ptr<Options> options,
                         const char* name, const char* help, bool with_etag,
                         absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = AddOne(group, action, options, name, help, run);
  command->add_option("IMPEDIMENT", options->id, "Its id, for example crm-down or ada.i1")
      ->required();
  AddChangeFlags(*command, *options, with_etag);
  return command;
}

args::Option* AddCategory(args::Command& command, Options& options) {
  return Takes(command.add_option("--category", options.category,
                                  "utility-down, access, equipment, approval, people, "
                                  "information or other"),
               "CATEGORY")
      ->check(args::IsMember(
          {"utility-down", "access", "equipment", "approval", "people", "information", "other"}));
}

args::Option* AddContent(args::Command& command, Options& options) {
  Takes(command.add_option("--owner", options.owner, "Who looks after it"), "WHO");
  Takes(command.add_option("--cost", options.cost, "What it costs, as far as known: '1500 EUR'"),
        "AMOUNT");
  return Takes(command.add_option("--description", options.description, "What is wrong"), "TEXT");
}

void AddOpen(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* open = AddOne(group, action, options, "open", "Report what blocks tasks", Open);
  open->add_option("IMPEDIMENT", options->id, "Its id (default: made up)");
  AddCategory(*open, *options)->required();
  AddContent(*open, *options)->required();
  Takes(open->add_option("--utility", options->utility, "Id of the utility that failed"), "ID");
  Takes(open->add_option("--task", options->tasks,
                         "Task that it blocks, ON-BOARDING/TASK (repeatable, up to 500)"),
        "TASK")
      ->allow_extra_args(false);
  open->add_flag("--all-users", options->all_users,
                 "It blocks every task that depends on --utility, also those to come");
  AddChangeFlags(*open, *options, false);
  AddExamples(*open,
              {{"plumbline impediment open crm-down --category utility-down --utility crm \\\n"
                "      --all-users --description 'No logins since 09:40'",
                ""},
               {"plumbline impediment open --category equipment --task ada/order-laptop \\\n"
                "      --task bob/order-laptop --description 'Out of stock'",
                ""}});
}

void AddTaskChanges(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* add =
      AddChange(group, action, options, "add", "Let it block more tasks", true, Add);
  add->add_option("TASK", options->tasks, "ON-BOARDING/TASK (repeatable)")->required();
  args::Command* remove = AddChange(group, action, options, "remove",
                                    "Let it block a task no longer; it stays open", true, Remove);
  remove->add_option("TASK", options->tasks, "ON-BOARDING/TASK")->required()->expected(1);
  Takes(remove->add_option("--reason", options->reason, "Why"), "TEXT");
}

void AddResolve(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* resolve = AddOne(group, action, options, "resolve",
                                  "It is over: all tasks that it blocks go on", ResolveImpediments);
  resolve->add_option("IMPEDIMENT", options->ids,
                      "Its id, for example crm-down or ada.i1 (repeatable)");
  Takes(resolve->add_option("--filter", options->filter,
                            "Instead of ids: all that are open and fit, as in impediment list"),
        "EXPRESSION");
  Takes(resolve->add_option("--resolution", options->resolution, "How it was resolved"), "TEXT")
      ->required();
  AddChangeFlags(*resolve, *options, true);
  AddExamples(*resolve,
              {{"plumbline impediment resolve crm-down --resolution 'Restarted at 11:05'", ""},
               {"plumbline impediment resolve --filter 'utility = provision-crm AND open_time >\n"
                "      2026-11-26' --resolution 'The webhook answers again' --dry-run",
                "what one cause has opened"}});
}

void AddCare(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* acknowledge =
      AddChange(group, action, options, "acknowledge", "Say that you are at it", true, Acknowledge);
  Takes(acknowledge->add_option("--text", options->text, "What is done about it"), "TEXT");
  options->update = AddChange(group, action, options, "update",
                              "Change its owner, category, cost or description", true, Update);
  AddCategory(*options->update, *options);
  AddContent(*options->update, *options);
  args::Command* comment =
      AddChange(group, action, options, "comment", "Write about it", false, Comment);
  comment->add_option("TEXT", options->text, "What to say")->required();
}

void AddViews(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* list =
      AddOne(group, action, options, "list", "Impediments, oldest first, with how much they block",
             ListImpedimentRecords);
  AddFilterOptions(*list, "category, utility, owner, state, open, all_users, impediment, open_time",
                   &options->filter, &options->order_by);
  list->add_flag("--open", options->open_only, "Only those that are open");
  Takes(list->add_option("--limit", options->limit, "At most so many (default: 1000)"), "N")
      ->check(args::Range(1, 1'000'000));
  args::Command* show =
      AddOne(group, action, options, "show",
             "One impediment, its history and the tasks that it blocks", ShowImpediment);
  show->add_option("IMPEDIMENT", options->id,
                   "Its id, for example crm-down or ada.i1; or ada/i1, as its on-boarding has it")
      ->required();
}

}  // namespace

void AddImpedimentCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group = app.add_subcommand(
      "impediment", "What blocks tasks: open, acknowledge, resolve it, for one task or for many");
  group->group("Run");
  group->require_subcommand(1);
  AddOpen(*group, action, options);
  AddViews(*group, action, options);
  AddCare(*group, action, options);
  AddTaskChanges(*group, action, options);
  AddResolve(*group, action, options);
  AddExamples(*group, {{"plumbline impediment list --open", ""},
                       {"plumbline impediment show crm-down", ""},
                       {"plumbline blockers --utility crm", "what it costs now"}});
}

}  // namespace plumbline::cli
