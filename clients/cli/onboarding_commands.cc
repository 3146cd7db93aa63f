// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string process, id, person, display_name, day_one, zone, at, request_id;
  std::vector<std::string> assign, labels, ticked, defects;
  bool dry_run = false, tick_all = false;
  std::string task, reason, category, utility, description, impediment, resolution;
  std::string onboarding, decision, option, cursor;
};

absl::Status ParsePairs(const char* flag, const std::vector<std::string>& pairs,
                        google::protobuf::Map<std::string, std::string>* out) {
  for (const std::string& pair : pairs) {
    const std::vector<std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.size() != 2)
      return base::FieldError(flag, absl::StrCat("'", pair, "' is not KEY=VALUE"));
    (*out)[parts[0]] = parts[1];
  }
  return absl::OkStatus();
}

template <typename Request>
absl::Status Prepare(const Options& options, Request* request) {
  request->set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  return SetTime("--at", options.at, request, "occur_time");
}

std::string TaskId(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// Whether its turn came before the day on which it may begin by plan.
bool IsAhead(const ob::Task& task) {
  return task.has_earliest_time() && task.earliest_time().seconds() > task.ready_time().seconds();
}

// What an answer made possible, for people.
template <typename Response>
void PrintNext(Session& session, const Response& response) {
  for (const ob::Task& task : response.ready_tasks()) {
    session.out() << "  ready: " << TaskId(task.name()) << " (" << task.title() << "), "
                  << (task.assignee().empty() ? task.role() : task.assignee());
    if (IsAhead(task)) session.out() << ", not before " << When(task.earliest_time());
    session.out() << ", due " << When(task.due_time()) << '\n';
  }
  for (const ob::Decision& decision : response.onboarding().decisions()) {
    session.out() << "  decide: " << decision.id() << " (" << decision.title()
                  << "): " << absl::StrJoin(decision.options(), " | ") << '\n';
  }
  if (response.onboarding().state() == ob::Onboarding::STATE_COMPLETED)
    session.out() << "  the on-boarding is complete\n";
}

absl::Status Start(Session& session, const Options& options) {
  ob::StartOnboardingRequest request;
  request.set_parent(session.parent());
  request.set_onboarding_id(options.id);
  ob::Onboarding& o = *request.mutable_onboarding();
  o.set_process(session.FullName("processes", options.process));
  o.set_person(options.person);
  o.set_display_name(options.display_name);
  o.set_day_one(options.day_one);
  o.set_time_zone(options.zone);
  RETURN_IF_ERROR(ParsePairs("--assign", options.assign, o.mutable_assignees()));
  RETURN_IF_ERROR(ParsePairs("--label", options.labels, o.mutable_labels()));
  RETURN_IF_ERROR(Prepare(options, &request));
  request.set_validate_only(options.dry_run);
  ob::StartOnboardingResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "StartOnboarding", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << session.ShortName(response.onboarding().name())
                << (options.dry_run ? ": the plan, nothing started" : ": started") << " on "
                << session.ShortName(response.onboarding().process()) << ", target "
                << When(response.onboarding().target_time()) << " UTC\n";
  Table table({"TASK", "TITLE", "WHO", "STATE", "PLANNED START", "PLANNED END"});
  for (const ob::Task& task : response.tasks()) {
    table.Add({TaskId(task.name()), task.title(),
               task.assignee().empty() ? task.role() : task.assignee(),
               task.state() == ob::Task::STATE_READY ? "ready" : "pending",
               When(task.planned_start_time()), When(task.planned_end_time())});
  }
  table.Print(session.out());
  for (const ob::Decision& decision : response.onboarding().decisions()) {
    session.out() << "decide: " << decision.id() << ": " << absl::StrJoin(decision.options(), " | ")
                  << '\n';
  }
  return absl::OkStatus();
}

// Tasks are named "ONBOARDING/TASK" or by their full name.
absl::StatusOr<std::string> TaskName(Session& session, const std::string& name) {
  if (absl::StrContains(name, "/tasks/")) return session.FullName(name);
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2) {
    return base::FieldError(
        "TASK",
        absl::StrCat("'", name,
                     "' is no task; write ON-BOARDING/TASK, for example rep-0001/order-laptop"));
  }
  return absl::StrCat(session.parent(), "/onboardings/", parts[0], "/tasks/", parts[1]);
}

template <typename Request, typename Response>
absl::Status ChangeTask(Session& session, const Options& options, const char* method,
                        const char* done, Request request, Response* response) {
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  RETURN_IF_ERROR(Prepare(options, &request));
  RETURN_IF_ERROR(session.Call(kOnboarding, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    session.out() << TaskId(name) << ": " << done << '\n';
  }
  return absl::OkStatus();
}

absl::Status TaskDone(Session& session, const Options& options) {
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
  ob::SkipTaskRequest request;
  request.set_reason(options.reason);
  ob::SkipTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "SkipTask", "skipped", request, &response));
  if (!session.json()) PrintNext(session, response);
  return absl::OkStatus();
}

absl::Status TaskBlock(Session& session, const Options& options) {
  ob::BlockTaskRequest request;
  ob::Impediment::Category category;
  const std::string word =
      absl::StrReplaceAll(absl::AsciiStrToUpper(options.category), {{"-", "_"}});
  if (!ob::Impediment::Category_Parse(absl::StrCat("CATEGORY_", word), &category)) {
    return base::FieldError("--category",
                            absl::StrCat("'", options.category,
                                         "' is none of utility-down, access, equipment, "
                                         "approval, people, information, other"));
  }
  request.mutable_impediment()->set_category(category);
  request.mutable_impediment()->set_utility(options.utility);
  request.mutable_impediment()->set_description(options.description);
  request.set_impediment_id(options.impediment);
  ob::BlockTaskResponse response;
  RETURN_IF_ERROR(ChangeTask(session, options, "BlockTask", "blocked", request, &response));
  if (!session.json())
    session.out() << "  impediment: " << TaskId(response.impediment().name()) << '\n';
  return absl::OkStatus();
}

absl::Status TaskUnblock(Session& session, const Options& options) {
  ob::UnblockTaskRequest request;
  request.set_impediment_id(options.impediment);
  request.set_resolution(options.resolution);
  ob::UnblockTaskResponse response;
  return ChangeTask(session, options, "UnblockTask", "unblocked", request, &response);
}

absl::Status Decide(Session& session, const Options& options) {
  ob::DecideRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  request.set_decision(options.decision);
  request.set_option(options.option);
  request.set_reason(options.reason);
  RETURN_IF_ERROR(Prepare(options, &request));
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

absl::Status Watch(Session& session, const Options& options) {
  ob::WatchHistoryRequest request;
  request.set_parent(options.onboarding.empty()
                         ? session.parent()
                         : session.FullName("onboardings", options.onboarding));
  request.set_cursor(options.cursor);
  ASSIGN_OR_RETURN(rpc::Channel * channel, session.channel());
  const auto show = [&](const google::protobuf::Message& message) {
    const auto& response = static_cast<const ob::WatchHistoryResponse&>(message);
    if (session.json()) {
      session.PrintJsonLine(response);
      return true;
    }
    for (const ob::HistoryEntry& h : response.entries()) {
      const std::vector<std::string> parts = absl::StrSplit(h.name(), '/');
      session.out() << When(h.occur_time()) << "  " << parts[3] << "  "
                    << absl::StrReplaceAll(
                           absl::AsciiStrToLower(ob::HistoryEntry::Kind_Name(h.kind()).substr(5)),
                           {{"_", " "}})
                    << "  " << (h.title().empty() ? h.task() : h.title())
                    << (h.option().empty() ? "" : " -> ") << h.option()
                    << (h.reason().empty() ? "" : "  (") << h.reason()
                    << (h.reason().empty() ? "" : ")") << '\n';
    }
    if (!response.entries().empty()) session.err() << "cursor " << response.cursor() << '\n';
    session.out().flush();
    return true;
  };
  return channel->ReadStream(rpc::CallContext(), absl::StrCat(kOnboarding, "WatchHistory"), request,
                             ob::WatchHistoryResponse::default_instance(), show);
}

void AddTaskCommands(CLI::App& app, Action* action, std::shared_ptr<Options> options) {
  CLI::App* task = app.add_subcommand("task", "Work on a task: start, done, skip, block, unblock");
  task->require_subcommand(1);
  const auto add = [&](const char* name, const char* help,
                       absl::Status (*run)(Session&, const Options&)) {
    CLI::App* command = task->add_subcommand(name, help);
    command
        ->add_option("TASK", options->task, "ON-BOARDING/TASK, for example rep-0001/order-laptop")
        ->required();
    command->add_option("--at", options->at, "When it happened (default: now)");
    command->add_option("--request-id", options->request_id,
                        "Makes a repeated call take effect once (default: a new one)");
    command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
    return command;
  };
  add("start", "Begin", [](Session& s, const Options& o) {
    ob::StartTaskResponse response;
    return ChangeTask(s, o, "StartTask", "started", ob::StartTaskRequest(), &response);
  });
  CLI::App* done = add("done", "Complete", TaskDone);
  done->add_option("--tick", options->ticked, "Checklist item that is true (repeatable)");
  done->add_flag("--tick-all", options->tick_all, "The whole checklist is true");
  done->add_option("--defect", options->defects, "Defect that was found (repeatable)");
  CLI::App* skip = add("skip", "Leave it out", TaskSkip);
  skip->add_option("--reason", options->reason, "Why")->required();
  CLI::App* block = add("block", "Open an impediment", TaskBlock);
  block
      ->add_option("--category", options->category,
                   "utility-down, access, equipment, approval, people, information or other")
      ->required();
  block->add_option("--description", options->description, "What is wrong")->required();
  block->add_option("--utility", options->utility, "The utility that failed");
  block->add_option("--impediment", options->impediment, "Its id (default: i1, i2, ...)");
  CLI::App* unblock = add("unblock", "Resolve an impediment", TaskUnblock);
  unblock->add_option("--impediment", options->impediment, "Which (default: all that are open)");
  unblock->add_option("--resolution", options->resolution, "How");
}

}  // namespace

void AddOnboardingCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* start = app.add_subcommand("start", "Start an on-boarding");
  start
      ->add_option("PROCESS", options->process, "Id, or ID@REVISION (default: the latest revision)")
      ->required();
  start->add_option("--id", options->id, "Id of the on-boarding")->required();
  start->add_option("--person", options->person, "Who is on-boarded, for example an e-mail address")
      ->required();
  start->add_option("--name", options->display_name, "Their name");
  start->add_option("--day-one", options->day_one, "First working day, YYYY-MM-DD")->required();
  start->add_option("--zone", options->zone, "IANA time zone (default: UTC)");
  start->add_option("--assign", options->assign, "ROLE=PERSON: who fills a role (repeatable)");
  start->add_option("--label", options->labels, "KEY=VALUE (repeatable)");
  start->add_option("--at", options->at, "When it was started (default: now)");
  start->add_option("--request-id", options->request_id,
                    "Makes a repeated call take effect once (default: a new one)");
  start->add_flag("--dry-run", options->dry_run, "Show the plan, start nothing");
  start->callback([=] { *action = [=](Session& s) { return Start(s, *options); }; });

  AddTaskCommands(app, action, options);

  CLI::App* decide = app.add_subcommand("decide", "Answer a decision that waits for a person");
  decide->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  decide->add_option("DECISION", options->decision, "Its id, as 'get onboardings/ID' shows it")
      ->required();
  decide->add_option("OPTION", options->option, "What is chosen")->required();
  decide->add_option("--reason", options->reason, "Why");
  decide->add_option("--at", options->at, "When (default: now)");
  decide->callback([=] { *action = [=](Session& s) { return Decide(s, *options); }; });

  CLI::App* watch =
      app.add_subcommand("watch", "Follow the history as it happens (end with Ctrl-C)");
  watch->add_option("ON-BOARDING", options->onboarding,
                    "Only this one (default: the whole workspace)");
  watch->add_option("--cursor", options->cursor,
                    "Resume after this cursor; 'now' = only what comes");
  watch->callback([=] { *action = [=](Session& s) { return Watch(s, *options); }; });
}

}  // namespace plumbline::cli
