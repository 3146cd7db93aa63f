// SPDX-License-Identifier: Apache-2.0
//
// ListTasks: the tasks of one on-boarding, or of all.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/runs/rpc_page.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

// On-boardings that one call looks at where no index knows which have an answer. The page may then
// be short, or empty, and still have a next one.
constexpr int kScanAtOnce = 100;

// The tasks of a request, added run by run until the page is full.
class TaskPage {
 public:
  TaskPage(const Page& page, const v1::ListTasksRequest& request, absl::Time now,
           v1::ListTasksResponse* response)
      : page_(page), request_(request), now_(now), response_(response), room_(page.size) {}

  // Adds the tasks of `run` that are asked for, after (step, round). False when the page is full.
  bool Add(const Run& run, int64_t step, int64_t round) {
    TaskMessages messages(run, now_);
    for (const TaskView& view : Tasks(run)) {
      if (std::pair<int64_t, int64_t>(view.step, view.round) <= std::pair(step, round)) continue;
      if (!Asked(run, view)) continue;
      if (Full()) return false;
      Add(run, messages, view);
    }
    return true;
  }

  void Add(const Run& run, const TaskMessages& messages, const TaskView& view) {
    *response_->add_tasks() = messages.Make(view);
    room_.Took(response_->tasks().rbegin()->ByteSizeLong());
    last_ = absl::StrCat(run.spec.id, "/", view.step, "/", view.round);
  }

  bool Full() const { return room_.Full(); }
  // There is more after the last task.
  void SetNext() { response_->set_next_page_token(page_.Token(last_)); }

 private:
  bool Asked(const Run& run, const TaskView& view) const {
    bool state = request_.state() == v1::Task::STATE_UNSPECIFIED ||
                 static_cast<int>(request_.state()) == static_cast<int>(view.state);
    if (!state || request_.assignee().empty()) return state;
    return ResourceOf(run.spec, run.plan->plan.node(view.step).step.role) == request_.assignee();
  }

  const Page& page_;
  const v1::ListTasksRequest& request_;
  const absl::Time now_;
  v1::ListTasksResponse* const response_;
  rpc::PageRoom room_;
  std::string last_;
};

absl::Status ListTasksOfOne(const Dependencies& on, const CallContext& context,
                            const Target& target, const Page& page, TaskPage* tasks) {
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  if (!tasks->Add(run, page.from.empty() ? -1 : page.Number(1), page.Number(2))) tasks->SetNext();
  return absl::OkStatus();
}

absl::Status ListOpenTasks(const Dependencies& on, const CallContext& context,
                           const v1::ListTasksRequest& request, const Target& target,
                           const Page& page, TaskPage* tasks) {
  OpenTaskQuery query{target.workspace,
                      static_cast<TaskState>(request.state()),
                      request.assignee(),
                      {},
                      page.size + 1};
  if (!page.from.empty()) query.after = {page.from[0], page.Number(1), page.Number(2)};
  ASSIGN_OR_RETURN(std::vector<FoundTask> found, on.runs.ListOpenTasks(context, query));
  for (const FoundTask& one : found) {
    if (tasks->Full()) {
      tasks->SetNext();
      break;
    }
    ASSIGN_OR_RETURN(TaskView view,
                     FindTask(*one.run, TaskId(*one.run->plan, one.step, one.round)));
    tasks->Add(*one.run, TaskMessages(*one.run, on.clock.Now()), view);
  }
  return absl::OkStatus();
}

// Tasks of all on-boardings in states that no index knows.
absl::Status ScanTasks(const Dependencies& on, const CallContext& context, const Target& target,
                       const Page& page, TaskPage* tasks, v1::ListTasksResponse* response) {
  std::string after;
  if (!page.from.empty()) {
    after = page.from[0];
    ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, after));
    if (!tasks->Add(run, page.Number(1), page.Number(2))) {
      tasks->SetNext();
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(std::vector<Run> runs,
                   on.runs.List(context, {target.workspace, after, std::nullopt, kScanAtOnce}));
  for (const Run& run : runs) {
    if (!tasks->Add(run, -1, 0)) {
      tasks->SetNext();
      return absl::OkStatus();
    }
  }
  if (runs.size() == static_cast<size_t>(kScanAtOnce)) {
    response->set_next_page_token(
        page.Token(absl::StrCat(runs.back().spec.id, "/", INT32_MAX, "/0")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ListTasks(const Dependencies& on, const CallContext& context,
                       const v1::ListTasksRequest& request, v1::ListTasksResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOneOrAll("parent", request.parent()));
  if (!v1::Task::State_IsValid(request.state())) {
    return base::FieldError("state", "is unknown; choose one of Task.State");
  }
  ASSIGN_OR_RETURN(Page page, PageOf("ListTasks", request,
                                     absl::StrCat(request.state(), "\n", request.assignee())));
  TaskPage tasks(page, request, on.clock.Now(), response);
  if (target.onboarding != "-") return ListTasksOfOne(on, context, target, page, &tasks);
  bool open =
      request.state() == v1::Task::STATE_READY || request.state() == v1::Task::STATE_IN_PROGRESS;
  if (open) return ListOpenTasks(on, context, request, target, page, &tasks);
  return ScanTasks(on, context, target, page, &tasks, response);
}

}  // namespace plumbline::onboarding
