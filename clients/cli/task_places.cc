// SPDX-License-Identifier: Apache-2.0
//
// task add, move: the plan of one on-boarding.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/task_group.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct PlaceOptions {
  std::string task, title, role, target, instructions, verifier, approver;
  std::string after, before, beside, reason, etag;
  std::vector<std::string> checklist, utilities;
  ChangeOptions change;
};

absl::Status SetPlace(const PlaceOptions& options, ob::TaskPlace* place) {
  const int given = !options.after.empty() + !options.before.empty() + !options.beside.empty();
  if (given > 1)
    return base::FieldError("--after",
                            "one of --after, --before and --beside says where; give one");
  if (!options.after.empty()) place->set_after(options.after);
  if (!options.before.empty()) place->set_before(options.before);
  if (!options.beside.empty()) place->set_beside(options.beside);
  return absl::OkStatus();
}

// "ada" of "ada/exam", or of the full name.
std::string OnboardingOf(const std::string& task) {
  const std::vector<std::string> parts = absl::StrSplit(task, '/');
  return parts.size() > 3 ? parts[3] : parts[0];
}

// "2d", "90m": business days, or minutes of business time.
absl::Status SetTarget(const std::string& text, catalog::v1::Step* step) {
  if (text.empty()) return absl::OkStatus();
  int32_t number = 0;
  const bool valid =
      text.size() > 1 &&
      absl::SimpleAtoi(absl::string_view(text).substr(0, text.size() - 1), &number) && number > 0 &&
      (text.back() == 'd' || text.back() == 'm');
  if (!valid) {
    return base::FieldError("--target",
                            absl::StrCat("'", text,
                                         "' is no business time; write 2d for days, 90m for "
                                         "minutes"));
  }
  if (text.back() == 'd') step->mutable_target()->set_days(number);
  if (text.back() == 'm') step->mutable_target()->set_minutes(number);
  return absl::OkStatus();
}

// "ID=TITLE", or a title, which gets the ids item-1, item-2, ...
void AddItems(const std::vector<std::string>& items, catalog::v1::Step* step) {
  for (const std::string& item : items) {
    const std::vector<std::string> parts = absl::StrSplit(item, absl::MaxSplits('=', 1));
    catalog::v1::ChecklistItem* line = step->add_checklist();
    line->set_id(parts.size() == 2 ? parts[0] : absl::StrCat("item-", step->checklist_size()));
    line->set_title(parts.back());
  }
}

using google::protobuf::Timestamp;

// When the on-boarding of a task should end, as of now; nothing (0) where that is not known, which
// is no reason to fail.
Timestamp ExpectedNow(Session& session, const std::string& task) {
  if (session.json()) return {};
  ob::GetOnboardingRequest request;
  request.set_name(session.FullName("onboardings", OnboardingOf(task)));
  ob::GetOnboardingResponse response;
  if (!session.Call(kOnboarding, "GetOnboarding", request, &response).ok()) return {};
  return response.onboarding().expected_finish_time();
}

// Says when the on-boarding should end, and when it should have before the change. An answer is as
// of when the change was made: with --at that is another time than that of what was asked before,
// so that it is asked again. Of a dry run with --at there is nothing to compare with.
void TellExpected(Session& session, const PlaceOptions& options, const Timestamp& before,
                  const Timestamp& answered) {
  const bool earlier = !options.change.at.empty();
  const bool compares = before.seconds() > 0 && !(earlier && options.change.dry_run);
  const Timestamp after = earlier && compares ? ExpectedNow(session, options.task) : answered;
  if (after.seconds() == 0) return;
  // What is late moves the end by the moment that lies between both.
  constexpr int64_t kSame = 60;
  const bool same = std::abs(after.seconds() - before.seconds()) < kSame;
  session.out() << "  the on-boarding should end on " << When(after) << " UTC"
                << (!compares ? ""
                    : same    ? ", as before"
                              : absl::StrCat(" (was ", When(before), ")"))
                << '\n';
}

// Says what became of the task, and what else by it.
template <typename Response>
void Tell(Session& session, const PlaceOptions& options, const char* done, const Timestamp& before,
          const Response& response) {
  if (session.json()) return session.PrintJson(response);
  NoteDryRun(session, options.change);
  session.out() << TypedTask(response.task()) << ": " << done << ", "
                << StateWord(ob::Task::State_Name(response.task().state())) << '\n';
  for (const ob::Task& task : response.withdrawn_tasks())
    session.out() << "  waits again: " << TypedTask(task) << '\n';
  TellExpected(session, options, before, response.onboarding().expected_finish_time());
  PrintNext(session, response);
}

absl::StatusOr<ob::AddTaskRequest> AddRequest(const Session& session, const PlaceOptions& options) {
  const std::vector<std::string> parts = absl::StrSplit(options.task, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return base::FieldError("TASK", absl::StrCat("'", options.task,
                                                 "' is no task; write ON-BOARDING/TASK with a new "
                                                 "id, for example ada/visit-customer"));
  }
  ob::AddTaskRequest request;
  request.set_parent(session.FullName("onboardings", parts[0]));
  request.set_task_id(parts[1]);
  request.set_title(options.title);
  catalog::v1::Step& step = *request.mutable_step();
  step.set_role(options.role);
  step.set_instructions(options.instructions);
  step.set_verifier(options.verifier);
  step.set_waiver_approver(options.approver);
  step.mutable_utilities()->Assign(options.utilities.begin(), options.utilities.end());
  AddItems(options.checklist, &step);
  RETURN_IF_ERROR(SetTarget(options.target, &step));
  RETURN_IF_ERROR(SetPlace(options, request.mutable_place()));
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  return request;
}

void CallPlaces(Session& session) {
  session.wording().Call({{"parent", "TASK"},
                          {"name", "TASK"},
                          {"task_id", "TASK"},
                          {"title", "--title"},
                          {"step.role", "--role"},
                          {"step.target", "--target"},
                          {"step.checklist", "--checklist"},
                          {"step.utilities", "--utility"},
                          {"step.verifier", "--verifier"},
                          {"step.waiver_approver", "--waiver-approver"},
                          {"step.instructions", "--instructions"},
                          {"place.after", "--after"},
                          {"place.before", "--before"},
                          {"place.beside", "--beside"},
                          {"reason", "--reason"},
                          {"etag", "--etag"}});
}

absl::Status TaskAdd(Session& session, const PlaceOptions& options) {
  CallPlaces(session);
  ASSIGN_OR_RETURN(const ob::AddTaskRequest request, AddRequest(session, options));
  const Timestamp before = ExpectedNow(session, options.task);
  ob::AddTaskResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "AddTask", request, &response));
  for (const std::string& utility :
       std::set<std::string>(options.utilities.begin(), options.utilities.end()))
    WarnOfUnknownUtility(session, "--utility", utility);
  Tell(session, options, "added", before, response);
  return absl::OkStatus();
}

absl::Status TaskMove(Session& session, const PlaceOptions& options) {
  CallPlaces(session);
  ob::MoveTaskRequest request;
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  RETURN_IF_ERROR(SetPlace(options, request.mutable_place()));
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  const Timestamp before = ExpectedNow(session, options.task);
  ob::MoveTaskResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "MoveTask", request, &response));
  Tell(session, options, "moved", before, response);
  return absl::OkStatus();
}

args::Command* AddPlaceCommand(args::Command& task, Action* action,
                               std::shared_ptr<PlaceOptions> options, const char* name,
                               const char* help, const char* which,
                               absl::Status (*run)(Session&, const PlaceOptions&)) {
  args::Command* command = task.add_subcommand(name, help);
  command->add_option("TASK", options->task, which)->required();
  Takes(command->add_option("--after", options->after, "It waits for this step or part"), "PATH");
  Takes(command->add_option("--before", options->before, "This step or part waits for it"), "PATH");
  Takes(command->add_option("--beside", options->beside, "At the same time as this step or part"),
        "PATH");
  Takes(command->add_option("--reason", options->reason, "Why"), "TEXT")->required();
  Takes(command->add_option("--etag", options->etag, "Refuse if the on-boarding changed since"),
        "ETAG");
  AddChangeOptions(*command, options->change);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

}  // namespace

void AddTaskPlaces(args::Command& task, Action* action) {
  auto options = std::make_shared<PlaceOptions>();
  args::Command* add =
      AddPlaceCommand(task, action, options, "add",
                      "Add a task to the plan of one on-boarding (default: at its end)",
                      "ON-BOARDING/TASK with a new id", TaskAdd);
  Takes(add->add_option("--title", options->title, "What people call it"), "TEXT")->required();
  Takes(add->add_option("--role", options->role, "Who does it"), "ROLE")->required();
  Takes(add->add_option("--target", options->target,
                        "How long it may take, in business time: 2d, 90m"),
        "TIME");
  Takes(add->add_option("--checklist", options->checklist,
                        "What is to be true at its end (repeatable)"),
        "[ID=]TITLE")
      ->allow_extra_args(false);
  Takes(add->add_option("--utility", options->utilities, "What it depends on (repeatable)"), "ID")
      ->allow_extra_args(false);
  Takes(add->add_option("--verifier", options->verifier, "The role that verifies it"), "ROLE");
  Takes(add->add_option("--waiver-approver", options->approver,
                        "The role that approves leaving it out"),
        "ROLE");
  Takes(add->add_option("--instructions", options->instructions, "How to do it"), "TEXT");
  AddExamples(*add, {{"plumbline task add ada/visit-customer --title 'Visit a customer' \\\n"
                      "      --role rep --after product-training --reason 'Sells to hospitals'",
                      ""}});
  args::Command* move =
      AddPlaceCommand(task, action, options, "move",
                      "Move a task that nobody began to another place (default: to the end)",
                      "ON-BOARDING/TASK, for example rep-0001/order-laptop", TaskMove);
  AddExamples(*move, {{"plumbline task move ada/team-lunch --before sign-contract \\\n"
                       "      --reason 'The team is there this week only'",
                       ""}});
}

}  // namespace plumbline::cli
