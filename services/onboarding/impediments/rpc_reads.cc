// SPDX-License-Identifier: Apache-2.0
//
// The methods that read records of impediments, and what blocks on-boardings.
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "services/onboarding/impediments/blockers.h"
#include "services/onboarding/impediments/convert.h"
#include "services/onboarding/impediments/rpc.h"
#include "services/onboarding/runs/checker.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc_page.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;
using rpc::WorkClass;

constexpr char kRead[] = "onboarding.read";
constexpr int kMostBlockers = 100;
constexpr int kBlockers = 20;
constexpr int kRunsAtOnce = 200;

absl::Status GetImpediment(const ImpedimentDependencies& on, const CallContext& context,
                           const v1::GetImpedimentRequest& request,
                           v1::GetImpedimentResponse* response) {
  ASSIGN_OR_RETURN(const ImpedimentKey key, ToImpedimentKey("name", request.name()));
  ASSIGN_OR_RETURN(*response->mutable_impediment(), on.store.Show(context, key));
  return absl::OkStatus();
}

absl::Status ListImpedimentRecords(const ImpedimentDependencies& on, const CallContext& context,
                                   const v1::ListImpedimentRecordsRequest& request,
                                   v1::ListImpedimentRecordsResponse* response) {
  constexpr char kMethod[] = "ListImpedimentRecords";
  ASSIGN_OR_RETURN(const Target target, ParseWorkspace("parent", request.parent()));
  ASSIGN_OR_RETURN(const listing::Query query,
                   listing::ToQuery(kMethod, request.parent(), request, RecordSchema()));
  ASSIGN_OR_RETURN(listing::Page<v1::ImpedimentRecord> page,
                   on.store.List(context, target.workspace, query));
  for (v1::ImpedimentRecord& record : page.rows) *response->add_impediments() = std::move(record);
  response->set_next_page_token(
      listing::NextPageToken(kMethod, request.parent(), request, page.next));
  return absl::OkStatus();
}

absl::Status ListImpedimentHistory(const ImpedimentDependencies& on, const CallContext& context,
                                   const v1::ListImpedimentHistoryRequest& request,
                                   v1::ListImpedimentHistoryResponse* response) {
  ASSIGN_OR_RETURN(const ImpedimentKey key, ToImpedimentKey("parent", request.parent()));
  ASSIGN_OR_RETURN(const Page page, PageOf("ListImpedimentHistory", request));
  ASSIGN_OR_RETURN(const std::vector<v1::ImpedimentEntry> entries,
                   on.store.ReadHistory(context, key, page.Number(0), page.size + 1));
  rpc::PageRoom room(page.size);
  for (const v1::ImpedimentEntry& entry : entries) {
    if (room.Full()) {
      response->set_next_page_token(
          page.Token(absl::StrCat(response->entries().rbegin()->sequence())));
      break;
    }
    *response->add_entries() = entry;
    room.Took(entry.ByteSizeLong());
  }
  return absl::OkStatus();
}

using Look = absl::FunctionRef<absl::Status(const Run&)>;

// All on-boardings that a filter takes and that something blocks, page by page.
absl::Status LookAtFiltered(const ImpedimentDependencies& on, const CallContext& context,
                            const std::string& workspace, const listing::Query& filter, Look look) {
  OnboardingQuery query{
      .workspace = workspace, .list = filter, .now = on.clock.Now(), .blocked = true};
  query.list.limit = kRunsAtOnce;
  do {
    ASSIGN_OR_RETURN(const listing::Page<Run> page, on.runs.ListRuns(context, query));
    for (const Run& run : page.rows) RETURN_IF_ERROR(look(run));
    query.list.after = page.next;
  } while (!query.list.after.empty());
  return absl::OkStatus();
}

// What a request of ListBlockers is about.
struct Asked {
  std::string workspace;
  int limit = kBlockers;
  listing::Query filter;
};

absl::StatusOr<Asked> ReadAsked(const v1::ListBlockersRequest& request) {
  Checker check;
  Asked asked;
  asked.workspace = Take(check, ParseWorkspace("parent", request.parent())).workspace;
  if (request.page_size() < 0 || request.page_size() > kMostBlockers) {
    check.Wrong("page_size", absl::StrCat("is ", request.page_size(), "; give 1 to ", kMostBlockers,
                                          ", or nothing for ", kBlockers));
  } else if (request.page_size() > 0) {
    asked.limit = request.page_size();
  }
  const int given =
      !request.onboarding().empty() + !request.filter().empty() + !request.utility().empty();
  if (given > 1)
    check.Wrong("onboarding", "is given beside a filter or a utility; give one of the three");
  if (!request.onboarding().empty()) check.Id("onboarding", request.onboarding());
  if (!request.utility().empty()) check.Id("utility", request.utility());
  const listing::Fields fields{.method = "ListBlockers", .filter = request.filter()};
  absl::StatusOr<listing::Query> filter = listing::ToQuery(fields, OnboardingSchema());
  if (filter.ok()) {
    asked.filter = *std::move(filter);
  } else {
    check.Add(filter.status());
  }
  RETURN_IF_ERROR(check.status());
  return asked;
}

absl::Status ListBlockers(const ImpedimentDependencies& on, const CallContext& context,
                          const v1::ListBlockersRequest& request,
                          v1::ListBlockersResponse* response) {
  ASSIGN_OR_RETURN(const Asked asked, ReadAsked(request));
  Blockers blockers(on.clock.Now());
  const auto look = [&](const Run& run) { return blockers.Add(run, request.utility()); };
  if (!request.filter().empty()) {
    RETURN_IF_ERROR(LookAtFiltered(on, context, asked.workspace, asked.filter, look));
  } else {
    std::vector<std::string> runs = {request.onboarding()};
    if (request.onboarding().empty()) {
      ASSIGN_OR_RETURN(runs, on.store.BlockedRuns(context, asked.workspace));
    }
    for (const std::string& onboarding : runs) {
      ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, asked.workspace, onboarding));
      RETURN_IF_ERROR(look(run));
    }
  }
  std::vector<Blockers::Found> found = blockers.InOrder();
  response->set_total_count(static_cast<int>(found.size()));
  response->set_blocked_task_count(blockers.task_count());
  response->set_blocked_onboarding_count(blockers.onboarding_count());
  if (found.size() > static_cast<size_t>(asked.limit))
    found.resize(static_cast<size_t>(asked.limit));
  for (Blockers::Found& one : found) {
    v1::Blocker* blocker = response->add_blockers();
    *blocker = std::move(one.blocker);
    absl::StatusOr<v1::ImpedimentRecord> record =
        on.store.Show(context, {asked.workspace, one.record});
    // A replica of an older release blocked a task just now: there is no record of it yet.
    if (absl::IsNotFound(record.status())) continue;
    ASSIGN_OR_RETURN(*blocker->mutable_impediment(), std::move(record));
  }
  return absl::OkStatus();
}

template <typename Request, typename Response, typename Handler>
void AddRead(const ImpedimentDependencies& on, const char* method, WorkClass work, Handler handler,
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kImpedimentService, method, kRead, work,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterImpedimentReads(const ImpedimentDependencies& on, rpc::MethodTable* table) {
  AddRead<v1::GetImpedimentRequest, v1::GetImpedimentResponse>(
      on, "GetImpediment", WorkClass::kRead, GetImpediment, table);
  AddRead<v1::ListImpedimentRecordsRequest, v1::ListImpedimentRecordsResponse>(
      on, "ListImpedimentRecords", WorkClass::kRead, ListImpedimentRecords, table);
  AddRead<v1::ListImpedimentHistoryRequest, v1::ListImpedimentHistoryResponse>(
      on, "ListImpedimentHistory", WorkClass::kRead, ListImpedimentHistory, table);
  // It looks at every on-boarding that is blocked.
  AddRead<v1::ListBlockersRequest, v1::ListBlockersResponse>(on, "ListBlockers", WorkClass::kBulk,
                                                             ListBlockers, table);
}

}  // namespace plumbline::onboarding
