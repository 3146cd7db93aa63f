// SPDX-License-Identifier: Apache-2.0
//
// The methods that read.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/ramp/readiness.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/runs/rpc_page.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr char kRead[] = "onboarding.read";
absl::Status GetOnboarding(const Dependencies& on, const CallContext& context,
                           const v1::GetOnboardingRequest& request,
                           v1::GetOnboardingResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOnboarding("name", request.name()));
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  *response->mutable_onboarding() = ToProto(run);
  SetStanding(run, on.clock.Now(), response->mutable_onboarding());
  return absl::OkStatus();
}

absl::Status GetTask(const Dependencies& on, const CallContext& context,
                     const v1::GetTaskRequest& request, v1::GetTaskResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseTask("name", request.name()));
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(TaskView view, FindTask(run, target.task));
  *response->mutable_task() = TaskMessages(run, on.clock.Now()).MakeWhole(view);
  return absl::OkStatus();
}

absl::Status GetTimeAccount(const Dependencies& on, const CallContext& context,
                            const v1::GetTimeAccountRequest& request,
                            v1::GetTimeAccountResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseOnboarding("name", request.name()));
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  const absl::Time now = on.clock.Now();
  TimeAccount tasks;
  for (const TaskView& view : Tasks(run)) {
    if (view.record == nullptr) continue;
    const TimeAccount account = AccountOf(run, *view.record, calendar, now);
    tasks += account;
    v1::Task* task = response->add_tasks();
    task->set_name(TaskName(run.spec, TaskId(*run.plan, view.step, view.round)));
    task->set_title(run.plan->plan.node(view.step).title);
    task->set_state(static_cast<v1::Task::State>(view.state));
    *task->mutable_time_account() = ToProto(account);
  }
  response->set_name(request.name());
  *response->mutable_account() = ToProto(AccountOf(run, calendar, now));
  *response->mutable_tasks_account() = ToProto(tasks);
  return absl::OkStatus();
}

absl::Status ListHistory(const Dependencies& on, const CallContext& context,
                         const v1::ListHistoryRequest& request, v1::ListHistoryResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOnboarding("parent", request.parent()));
  const listing::Fields fields{.method = "ListHistory",
                               .parent = request.parent(),
                               .order_by = request.order_by(),
                               .page_size = request.page_size(),
                               .page_token = request.page_token()};
  ASSIGN_OR_RETURN(const listing::Query query, listing::ToQuery(fields, HistorySchema()));
  ASSIGN_OR_RETURN(const listing::Page<HistoryEntry> page,
                   on.feed.ListHistory(context, target.workspace, target.onboarding, query));
  for (const HistoryEntry& entry : page.rows)
    *response->add_entries() = ToProto(entry, target.workspace, target.onboarding);
  response->set_next_page_token(listing::NextPageToken(fields, page.next));
  return absl::OkStatus();
}

absl::Status ListComments(const Dependencies& on, const CallContext& context,
                          const v1::ListCommentsRequest& request,
                          v1::ListCommentsResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseTask("parent", request.parent()));
  ASSIGN_OR_RETURN(Page page, PageOf("ListComments", request));
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  RETURN_IF_ERROR(FindTask(run, target.task).status());
  ASSIGN_OR_RETURN(std::vector<HistoryEntry> entries,
                   on.feed.ReadComments(context, target.workspace, target.onboarding, target.task,
                                        page.Number(0), page.size + 1));
  rpc::PageRoom room(page.size);
  for (const HistoryEntry& entry : entries) {
    if (room.Full()) {
      const int64_t last = response->comments().rbegin()->sequence();
      response->set_next_page_token(page.Token(absl::StrCat(last)));
      break;
    }
    *response->add_comments() = ToComment(entry);
    room.Took(response->comments().rbegin()->ByteSizeLong());
  }
  return absl::OkStatus();
}

absl::Status WatchHistory(const Dependencies& on, const CallContext& context,
                          const v1::WatchHistoryRequest& request,
                          std::shared_ptr<rpc::ServerStream> stream) {
  ASSIGN_OR_RETURN(Target target, ParseOnboardingOrWorkspace("parent", request.parent()));
  ASSIGN_OR_RETURN(EntryFilter filter, EntryFilter::Create("filter", request.filter()));
  if (!target.onboarding.empty()) {
    RETURN_IF_ERROR(on.runs.Load(context, target.workspace, target.onboarding).status());
  }
  return on.watch.Add(context, {target.workspace, target.onboarding}, request.cursor(),
                      std::move(filter), std::move(stream));
}

template <typename Request, typename Response, typename Handler>
void AddRead(const Dependencies& on, absl::string_view method, Handler handler,
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kServiceName, method, kRead, rpc::WorkClass::kRead,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterReads(const Dependencies& on, rpc::MethodTable* table) {
  AddRead<v1::GetOnboardingRequest, v1::GetOnboardingResponse>(on, "GetOnboarding", GetOnboarding,
                                                               table);
  AddRead<v1::ListOnboardingsRequest, v1::ListOnboardingsResponse>(on, "ListOnboardings",
                                                                   ListOnboardings, table);
  AddRead<v1::GetTaskRequest, v1::GetTaskResponse>(on, "GetTask", GetTask, table);
  AddRead<v1::ListTasksRequest, v1::ListTasksResponse>(on, "ListTasks", ListTasks, table);
  AddRead<v1::ListImpedimentsRequest, v1::ListImpedimentsResponse>(on, "ListImpediments",
                                                                   ListImpediments, table);
  AddRead<v1::GetTimeAccountRequest, v1::GetTimeAccountResponse>(on, "GetTimeAccount",
                                                                 GetTimeAccount, table);
  AddRead<v1::ListHistoryRequest, v1::ListHistoryResponse>(on, "ListHistory", ListHistory, table);
  AddRead<v1::ListCommentsRequest, v1::ListCommentsResponse>(on, "ListComments", ListComments,
                                                             table);
  AddRead<v1::ExportTaskCalendarRequest, v1::ExportTaskCalendarResponse>(on, "ExportTaskCalendar",
                                                                         ExportTaskCalendar, table);
  table->ServerStreaming<v1::WatchHistoryRequest, v1::WatchHistoryResponse>(
      kServiceName, "WatchHistory", kRead, rpc::WorkClass::kRead,
      [on](const CallContext& context, const v1::WatchHistoryRequest& request,
           std::shared_ptr<rpc::ServerStream> stream) {
        return WatchHistory(on, context, request, std::move(stream));
      });
}

}  // namespace plumbline::onboarding
