// SPDX-License-Identifier: Apache-2.0
//
// The methods that read.
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

// On-boardings that are held at a time: a page is bounded in bytes, which are known when they are
// read.
constexpr int kReadAtOnce = 100;

using rpc::CallContext;

constexpr char kRead[] = "onboarding.read";
absl::Status GetOnboarding(const Dependencies& on, const CallContext& context,
                           const v1::GetOnboardingRequest& request,
                           v1::GetOnboardingResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOnboarding("name", request.name()));
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  *response->mutable_onboarding() = ToProto(run);
  return absl::OkStatus();
}

absl::Status ListOnboardings(const Dependencies& on, const CallContext& context,
                             const v1::ListOnboardingsRequest& request,
                             v1::ListOnboardingsResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseWorkspace("parent", request.parent()));
  if (!v1::Onboarding::State_IsValid(request.state())) {
    return base::FieldError("state", "is unknown; choose one of Onboarding.State");
  }
  ASSIGN_OR_RETURN(Page page, PageOf("ListOnboardings", request, absl::StrCat(request.state())));
  RunQuery query{target.workspace, page.from.empty() ? "" : page.from[0], std::nullopt,
                 kReadAtOnce};
  if (request.state() != v1::Onboarding::STATE_UNSPECIFIED) {
    query.finished = request.state() == v1::Onboarding::STATE_COMPLETED;
  }
  rpc::PageRoom room(page.size);
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Run> runs, on.runs.List(context, query));
    for (const Run& run : runs) {
      if (room.Full()) {
        response->set_next_page_token(page.Token(query.after));
        return absl::OkStatus();
      }
      v1::Onboarding* onboarding = response->add_onboardings();
      *onboarding = ToProto(run);
      room.Took(onboarding->ByteSizeLong());
      query.after = run.spec.id;
    }
    if (runs.size() < static_cast<size_t>(kReadAtOnce)) return absl::OkStatus();
  }
}

absl::Status GetTask(const Dependencies& on, const CallContext& context,
                     const v1::GetTaskRequest& request, v1::GetTaskResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseTask("name", request.name()));
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(TaskView view, FindTask(run, target.task));
  *response->mutable_task() = TaskMessages(run, on.clock.Now()).Make(view);
  return absl::OkStatus();
}

absl::Status ListImpedimentsOfOne(const Dependencies& on, const CallContext& context,
                                  const Target& target, const Page& page, bool open_only,
                                  v1::ListImpedimentsResponse* response) {
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
  rpc::PageRoom room(page.size);
  // Impediments are only ever added, so that an index is a place.
  for (size_t i = page.Number(0); i < run.impediments.size(); ++i) {
    if (open_only && run.impediments[i].resolve_time.has_value()) continue;
    if (room.Full()) {
      response->set_next_page_token(page.Token(absl::StrCat(i)));
      break;
    }
    *response->add_impediments() = ToProto(run.impediments[i], run.spec);
    room.Took(response->impediments().rbegin()->ByteSizeLong());
  }
  return absl::OkStatus();
}

absl::Status ListAllImpediments(const Dependencies& on, const CallContext& context,
                                const Target& target, const Page& page, bool open_only,
                                v1::ListImpedimentsResponse* response) {
  ImpedimentQuery query{target.workspace, open_only, {}, page.size + 1};
  if (page.from.size() == 3) query.after = {page.Number(0), page.from[1], page.from[2]};
  ASSIGN_OR_RETURN(std::vector<FoundImpediment> found, on.runs.ListImpediments(context, query));
  std::string last;
  rpc::PageRoom room(page.size);
  for (const FoundImpediment& one : found) {
    if (room.Full()) {
      response->set_next_page_token(page.Token(last));
      break;
    }
    for (const Impediment& impediment : one.run->impediments) {
      if (impediment.id != one.id) continue;
      *response->add_impediments() = ToProto(impediment, one.run->spec);
      room.Took(response->impediments().rbegin()->ByteSizeLong());
      last = absl::StrCat(absl::ToUnixMicros(impediment.open_time), "/", one.run->spec.id, "/",
                          impediment.id);
    }
  }
  return absl::OkStatus();
}

absl::Status ListImpediments(const Dependencies& on, const CallContext& context,
                             const v1::ListImpedimentsRequest& request,
                             v1::ListImpedimentsResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOneOrAll("parent", request.parent()));
  ASSIGN_OR_RETURN(Page page,
                   PageOf("ListImpediments", request, request.open_only() ? "open" : ""));
  auto list = target.onboarding == "-" ? ListAllImpediments : ListImpedimentsOfOne;
  return list(on, context, target, page, request.open_only(), response);
}

absl::Status ListHistory(const Dependencies& on, const CallContext& context,
                         const v1::ListHistoryRequest& request, v1::ListHistoryResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOnboarding("parent", request.parent()));
  ASSIGN_OR_RETURN(Page page, PageOf("ListHistory", request));
  ASSIGN_OR_RETURN(std::vector<HistoryEntry> entries,
                   on.feed.ReadHistory(context, target.workspace, target.onboarding, page.Number(0),
                                       page.size + 1));
  rpc::PageRoom room(page.size);
  for (const HistoryEntry& entry : entries) {
    if (room.Full()) {
      const int last = response->entries_size() - 1;
      response->set_next_page_token(page.Token(absl::StrCat(entries[last].sequence)));
      break;
    }
    *response->add_entries() = ToProto(entry, target.workspace, target.onboarding);
    room.Took(response->entries().rbegin()->ByteSizeLong());
  }
  return absl::OkStatus();
}

absl::Status WatchHistory(const Dependencies& on, const CallContext& context,
                          const v1::WatchHistoryRequest& request,
                          std::shared_ptr<rpc::ServerStream> stream) {
  ASSIGN_OR_RETURN(Target target, ParseOnboardingOrWorkspace("parent", request.parent()));
  if (!target.onboarding.empty()) {
    RETURN_IF_ERROR(on.runs.Load(context, target.workspace, target.onboarding).status());
  }
  return on.watch.Add(context, {target.workspace, target.onboarding}, request.cursor(),
                      std::move(stream));
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
  AddRead<v1::ListHistoryRequest, v1::ListHistoryResponse>(on, "ListHistory", ListHistory, table);
  table->ServerStreaming<v1::WatchHistoryRequest, v1::WatchHistoryResponse>(
      kServiceName, "WatchHistory", kRead, rpc::WorkClass::kRead,
      [on](const CallContext& context, const v1::WatchHistoryRequest& request,
           std::shared_ptr<rpc::ServerStream> stream) {
        return WatchHistory(on, context, request, std::move(stream));
      });
}

}  // namespace plumbline::onboarding
