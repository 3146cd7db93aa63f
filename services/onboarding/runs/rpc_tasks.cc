// SPDX-License-Identifier: Apache-2.0
//
// ListTasks: the tasks of one on-boarding, or of all.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/expr/check.h"
#include "common/listing/memory.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/runs/rpc_page.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

// On-boardings that one call looks at where no index knows which have an answer. The page may then
// be short, or empty, and still have a next one.
constexpr int kScanAtOnce = 100;
constexpr int kFirstBatch = 2;

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
      if (!Asked(request_, run, view)) continue;
      if (room_.Full()) return false;
      *response_->add_tasks() = messages.Make(view);
      room_.Took(response_->tasks().rbegin()->ByteSizeLong());
      last_ = absl::StrCat(run.spec.id, "/", view.step, "/", view.round);
    }
    return true;
  }

  // There is more after the last task.
  void SetNext() { response_->set_next_page_token(page_.Token(last_)); }

  // Whether the fields of the request other than `filter` ask for it.
  static bool Asked(const v1::ListTasksRequest& request, const Run& run, const TaskView& view) {
    const bool state = request.state() == v1::Task::STATE_UNSPECIFIED ||
                       static_cast<int>(request.state()) == static_cast<int>(view.state);
    if (!state || request.assignee().empty()) return state;
    return ResourceOf(run, view) == request.assignee();
  }

 private:
  const Page& page_;
  const v1::ListTasksRequest& request_;
  const absl::Time now_;
  v1::ListTasksResponse* const response_;
  rpc::PageRoom room_;
  std::string last_;
};

// What a page token belongs to beside filter and order.
std::string ScopeOf(const v1::ListTasksRequest& request) {
  return absl::StrCat(request.parent(), "\n", request.state(), "\n", request.assignee());
}

absl::Status ListTasksOfOne(const Dependencies& on, const CallContext& context,
                            const v1::ListTasksRequest& request, const Target& target,
                            v1::ListTasksResponse* response) {
  static const auto& list = *new listing::MemoryList(TaskSchema(), {"place", "round"});
  ASSIGN_OR_RETURN(const listing::Query query,
                   listing::ToQuery("ListTasks", ScopeOf(request), request, TaskSchema()));
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  std::vector<TaskView> views;
  for (const TaskView& view : Tasks(run))
    if (TaskPage::Asked(request, run, view)) views.push_back(view);
  const TaskMessages messages(run, on.clock.Now());
  ASSIGN_OR_RETURN(
      const std::string next,
      list.Read(
          views.size(), [&](size_t row, int field) { return TaskValue(run, views[row], field); },
          [&](size_t row) {
            *response->add_tasks() = messages.MakeWhole(views[row]);
            return response->tasks().rbegin()->ByteSizeLong();
          },
          query));
  response->set_next_page_token(
      listing::NextPageToken("ListTasks", ScopeOf(request), request, next));
  return absl::OkStatus();
}

bool IsOpen(v1::Task::State state) {
  return state == v1::Task::STATE_READY || state == v1::Task::STATE_IN_PROGRESS ||
         state == v1::Task::STATE_AWAITING_VERIFICATION;
}

// The state that is not open and that a filter asks for: "STATE_DONE" of `state = DONE`; "" = none.
// What it leaves out, as in `state != DONE`, is not asked for.
std::string ClosedState(const expr::Condition& filter, bool negated = false) {
  using Kind = expr::Condition::Kind;
  if (filter.kind == Kind::kTest) {
    static const int field = TaskSchema().Find("state").value();
    v1::Task::State state = v1::Task::STATE_UNSPECIFIED;
    const bool names = !negated && filter.test.field == field &&
                       v1::Task::State_Parse(filter.test.value.text, &state);
    return names && !IsOpen(state) ? filter.test.value.text : "";
  }
  for (const expr::Condition& child : filter.children) {
    std::string closed = ClosedState(child, negated != (filter.kind == Kind::kNot));
    if (!closed.empty()) return closed;
  }
  return "";
}

absl::Status ListOpenTasks(const Dependencies& on, const CallContext& context,
                           const v1::ListTasksRequest& request, const Target& target,
                           v1::ListTasksResponse* response) {
  if (request.state() != v1::Task::STATE_UNSPECIFIED && !IsOpen(request.state())) {
    return base::FieldError("state",
                            absl::StrCat("is ", v1::Task::State_Name(request.state()),
                                         "; with `filter` or `order_by`, tasks of all on-boardings "
                                         "are READY, IN_PROGRESS or AWAITING_VERIFICATION: leave "
                                         "it out, or list the tasks of one on-boarding"));
  }
  OpenTaskQuery query{
      .workspace = target.workspace, .resource = request.assignee(), .now = on.clock.Now()};
  if (request.state() != v1::Task::STATE_UNSPECIFIED)
    query.state = static_cast<TaskState>(request.state());
  ASSIGN_OR_RETURN(query.list,
                   listing::ToQuery("ListTasks", ScopeOf(request), request, TaskSchema()));
  if (const std::string closed = ClosedState(query.list.filter); !closed.empty()) {
    return base::FieldError(
        "filter", absl::StrCat("asks for ", closed,
                               ", and with `filter` or `order_by`, tasks of all on-boardings are "
                               "READY, IN_PROGRESS or AWAITING_VERIFICATION: give it as `state` "
                               "alone, or filter the tasks of one on-boarding"));
  }
  ASSIGN_OR_RETURN(listing::Page<v1::Task> page, on.runs.ListOpenTasks(context, query));
  for (v1::Task& task : page.rows) *response->add_tasks() = std::move(task);
  response->set_next_page_token(
      listing::NextPageToken("ListTasks", ScopeOf(request), request, page.next));
  return absl::OkStatus();
}

// Tasks of all on-boardings in states that no index knows.
absl::Status ScanTasks(const Dependencies& on, const CallContext& context,
                       const v1::ListTasksRequest& request, const Target& target,
                       v1::ListTasksResponse* response) {
  ASSIGN_OR_RETURN(
      const Page page,
      PageOf("ListTasks", request, absl::StrCat(request.state(), "\n", request.assignee())));
  TaskPage tasks(page, request, on.clock.Now(), response);
  std::string after;
  if (!page.from.empty()) {
    after = page.from[0];
    ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, after));
    if (!tasks.Add(run, page.Number(1), page.Number(2))) {
      tasks.SetNext();
      return absl::OkStatus();
    }
  }
  // A page is mostly full after a few.
  for (int left = kScanAtOnce, batch = kFirstBatch; left > 0; batch *= 2) {
    batch = std::min(batch, left);
    ASSIGN_OR_RETURN(const std::vector<Run> runs,
                     on.runs.List(context, {target.workspace, after, batch}));
    for (const Run& run : runs) {
      if (!tasks.Add(run, -1, 0)) {
        tasks.SetNext();
        return absl::OkStatus();
      }
    }
    if (runs.size() < static_cast<size_t>(batch)) return absl::OkStatus();
    after = runs.back().spec.id;
    left -= batch;
  }
  response->set_next_page_token(page.Token(absl::StrCat(after, "/", INT32_MAX, "/0")));
  return absl::OkStatus();
}

}  // namespace

absl::Status ListTasks(const Dependencies& on, const CallContext& context,
                       const v1::ListTasksRequest& request, v1::ListTasksResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOneOrAll("parent", request.parent()));
  if (!v1::Task::State_IsValid(request.state())) {
    return base::FieldError("state", "is unknown; choose one of Task.State");
  }
  if (target.onboarding != "-") return ListTasksOfOne(on, context, request, target, response);
  // What somebody has is what they are to do; what they did is asked for by its state.
  const bool of_somebody =
      !request.assignee().empty() && request.state() == v1::Task::STATE_UNSPECIFIED;
  const bool queue = of_somebody || IsOpen(request.state()) || !request.filter().empty() ||
                     !request.order_by().empty();
  if (queue) return ListOpenTasks(on, context, request, target, response);
  return ScanTasks(on, context, request, target, response);
}

}  // namespace plumbline::onboarding
