// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan_source.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/onboarding/upstream.h"

namespace plumbline::onboarding {
namespace {

constexpr char kGetProcess[] = "/plumbline.catalog.v1.CatalogService/GetProcess";

// How new an answer must be: a revision never changes; what is latest, the memory of a catalog's
// replica may not know yet.
constexpr absl::string_view kAnyTime = "";
constexpr absl::string_view kNow = "now";

using base::Reason;
using catalog::v1::Process;

absl::Status CatalogError(const absl::Status& status) {
  switch (base::ReasonOf(status)) {
    case Reason::ERROR_REASON_RESOURCE_NOT_FOUND:
    case Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED:
      return status;
    default:
      return UpstreamError("catalog", status);
  }
}

absl::Status NotPublished(const std::string& process) {
  return base::Error(Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED,
                     absl::StrCat("'", process, "' is only a draft; publish it, then start"))
      .Resource("Process", process)
      .Precondition("PROCESS_NOT_PUBLISHED", process, "must have a published revision");
}

}  // namespace

absl::StatusOr<Process> PlanSource::Fetch(const base::CallContext& context, const std::string& name,
                                          absl::string_view min_freshness) {
  catalog::v1::GetProcessRequest request;
  request.set_name(name);
  request.set_min_freshness(std::string(min_freshness));
  catalog::v1::GetProcessResponse response;
  absl::Status status = catalog_.Call(context, kGetProcess, request, &response);
  if (!status.ok()) return CatalogError(status);
  return std::move(*response.mutable_process());
}

absl::StatusOr<Process> PlanSource::FetchLatest(const base::CallContext& context,
                                                const std::string& process) {
  absl::StatusOr<Process> latest = Fetch(context, absl::StrCat(process, "@latest"), kNow);
  if (!absl::IsNotFound(latest.status())) return latest;
  // Either there is no such process, or it was never published: its head tells.
  absl::StatusOr<Process> head = Fetch(context, process, kNow);
  if (head.ok()) return NotPublished(process);
  if (absl::IsNotFound(head.status())) return base::NotFound("Process", process);
  return head.status();
}

absl::StatusOr<PlanPointer> PlanSource::FreezeWithCalls(const base::CallContext& context,
                                                        const Process& process) {
  std::string workspace = process.name().substr(0, process.name().find("/processes/"));
  std::vector<Process> revisions = {process};
  for (const std::string& pinned : process.pinned_processes()) {
    std::string name =
        absl::StartsWith(pinned, "workspaces/") ? pinned : absl::StrCat(workspace, "/", pinned);
    ASSIGN_OR_RETURN(Process called, Fetch(context, name, kAnyTime));
    revisions.push_back(std::move(called));
  }
  ASSIGN_OR_RETURN(PlanPointer plan, Freeze(revisions));
  plans_.Put(process.name(), plan);
  return plan;
}

absl::StatusOr<PlanPointer> PlanSource::Get(const base::CallContext& context,
                                            const std::string& process) {
  bool pinned = absl::StrContains(process, '@');
  if (pinned) {
    if (PlanPointer known = plans_.Get(process); known != nullptr) return known;
  }
  absl::StatusOr<Process> found =
      pinned ? Fetch(context, process, kAnyTime) : FetchLatest(context, process);
  RETURN_IF_ERROR(found.status());
  if (PlanPointer known = plans_.Get(found->name()); known != nullptr) return known;
  return FreezeWithCalls(context, *found);
}

}  // namespace plumbline::onboarding
