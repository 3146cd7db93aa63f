// SPDX-License-Identifier: Apache-2.0
//
// What the commands `task ...` share.
#ifndef PLUMBLINE_CLIENTS_CLI_TASK_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_TASK_GROUP_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/args.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {

struct TaskOptions {
  std::string task, reason, category, utility, description, impediment, resolution;
  std::string onboarding, decision, option;
  std::string who, text;
  std::vector<std::string> ticked, defects, outputs, links;
  bool tick_all = false, take_over = false, accept = false;
  ChangeOptions change;
};

// What to say of a task once it was changed.
inline auto Always(const char* done) {
  return [done](const onboarding::v1::Task&) { return std::string(done); };
}

// "done"; "done, to be verified by grace@example.com (legal)".
std::string CompletedText(const onboarding::v1::Task& task,
                          const onboarding::v1::Onboarding& onboarding);

// Changes the task that was named and says so: "ada/exam: done".
template <typename Request, typename Response, typename Done>
absl::Status ChangeTask(Session& session, const TaskOptions& options, const char* method,
                        const Done& done, Request request, Response* response) {
  session.wording().Call({{"name", "TASK"}});
  ASSIGN_OR_RETURN(const std::string name, TaskName(session, options.task));
  request.set_name(name);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  RETURN_IF_ERROR(session.Call(kOnboarding, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    NoteDryRun(session, options.change);
    const std::string line =
        absl::StrCat(TypedTask(response->task()), ": ", done(response->task()));
    session.out() << Folded(session.paper(), Printable(line), 2) << '\n';
  }
  return absl::OkStatus();
}

// A command of the group with its TASK and what every change takes.
args::Command* AddTaskCommand(args::Command& task, Action* action,
                              std::shared_ptr<TaskOptions> options, const char* name,
                              const char* help, absl::Status (*run)(Session&, const TaskOptions&));

// claim, assign, delegate, release
void AddTaskPeople(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options);
// answer
void AddTaskAnswer(args::Command& task, Action* action);
// add, move
void AddTaskPlaces(args::Command& task, Action* action);
// reopen, comment, comments, verify, approve-waiver, reject-waiver
void AddTaskVerdicts(args::Command& task, Action* action, std::shared_ptr<TaskOptions> options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_TASK_GROUP_H_
