// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/plan_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/upstream.h"

namespace plumbline::onboarding {
namespace {

constexpr char kGetProcess[] = "/plumbline.catalog.v1.CatalogService/GetProcess";

// How new an answer must be: a revision never changes; what is latest, the memory of a catalog's
// replica may not know yet.
constexpr absl::string_view kAnyTime = "";
constexpr absl::string_view kNow = "now";
constexpr absl::string_view kLatest = "@latest";

// For how long it is believed that a revision may be started, and of how many.
constexpr absl::Duration kSeenFor = absl::Seconds(1);
constexpr size_t kMostSeen = 10'000;

using base::Reason;
using catalog::v1::Process;

absl::Status CatalogError(const absl::Status& status) {
  switch (base::ReasonOf(status)) {
    case Reason::ERROR_REASON_RESOURCE_NOT_FOUND:
    case Reason::ERROR_REASON_PROCESS_NOT_PUBLISHED:
    case Reason::ERROR_REASON_PROCESS_RETIRED:
    case Reason::ERROR_REASON_REVISION_NOT_EFFECTIVE:
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

absl::Status Retired(const std::string& name, absl::string_view state,
                     const catalog::v1::Retirement& retirement, absl::string_view remedy) {
  std::string message = absl::StrCat("'", name, "' is ", absl::AsciiStrToLower(state));
  if (!retirement.reason().empty()) absl::StrAppend(&message, " (", retirement.reason(), ")");
  absl::StrAppend(&message, ": ");
  if (!retirement.replacement().empty())
    absl::StrAppend(&message, "start '", retirement.replacement(), "', or ");
  return base::Error(Reason::ERROR_REASON_PROCESS_RETIRED, absl::StrCat(message, remedy))
      .With("state", state)
      .With("reason", retirement.reason())
      .With("replacement", retirement.replacement())
      .Resource("Process", name)
      .Precondition("PROCESS_RETIRED", name, absl::StrCat("is ", state));
}

// OK, or PROCESS_RETIRED. `chosen`: no revision was named.
absl::Status CheckStartable(const Process& revision, bool chosen) {
  if (revision.state() == Process::STATE_ARCHIVED) {
    return Retired(revision.name(), "ARCHIVED", revision.retirement(),
                   "have it reinstated in the catalog");
  }
  if (chosen && revision.state() == Process::STATE_DEPRECATED) {
    return Retired(revision.name(), "DEPRECATED", revision.retirement(),
                   "name this revision or a tag to start it all the same");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Process> PlanSource::Call(const base::CallContext& context,
                                         const catalog::v1::GetProcessRequest& request) {
  catalog::v1::GetProcessResponse response;
  absl::Status status = catalog_.Call(context, kGetProcess, request, &response);
  if (!status.ok()) return CatalogError(status);
  return std::move(*response.mutable_process());
}

absl::StatusOr<Process> PlanSource::Fetch(const base::CallContext& context, const std::string& name,
                                          absl::string_view min_freshness) {
  catalog::v1::GetProcessRequest request;
  request.set_name(name);
  request.set_min_freshness(std::string(min_freshness));
  return Call(context, request);
}

absl::StatusOr<Process> PlanSource::FetchLatest(const base::CallContext& context,
                                                const std::string& process, absl::Time at) {
  catalog::v1::GetProcessRequest request;
  request.set_name(absl::StrCat(process, kLatest));
  request.set_min_freshness(std::string(kNow));
  // The catalog knows no times before 1970; what was effective then was so before.
  request.mutable_effective_time()->set_seconds(std::max<int64_t>(0, absl::ToUnixSeconds(at)));
  absl::StatusOr<Process> latest = Call(context, request);
  if (!absl::IsNotFound(latest.status())) return latest;
  // Either there is no such process, or it was never published: its head tells.
  absl::StatusOr<Process> head = Fetch(context, process, kNow);
  if (head.ok()) return NotPublished(process);
  if (absl::IsNotFound(head.status())) return base::NotFound("Process", process);
  return head.status();
}

absl::StatusOr<PlanPointer> PlanSource::FreezeWithCalls(const base::CallContext& context,
                                                        const Process& process) {
  std::string workspace = process.name().substr(0, process.name().rfind("/processes/"));
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

bool PlanSource::SeenLately(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  auto it = seen_.find(name);
  if (it == seen_.end()) return false;
  // A clock that was set back makes the age negative: then nothing is known.
  const absl::Duration age = clock_.Now() - it->second;
  return age >= absl::ZeroDuration() && age <= kSeenFor;
}

void PlanSource::See(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  if (seen_.size() >= kMostSeen) seen_.clear();
  seen_[name] = clock_.Now();
}

absl::StatusOr<PlanPointer> PlanSource::GetRevision(const base::CallContext& context,
                                                    const std::string& name) {
  PlanPointer known = plans_.Get(name);
  if (known != nullptr && SeenLately(name)) return known;
  absl::StatusOr<Process> found = Fetch(context, name, kAnyTime);
  if (known != nullptr && absl::IsUnavailable(found.status())) return known;
  RETURN_IF_ERROR(found.status());
  RETURN_IF_ERROR(CheckStartable(*found, /*chosen=*/false));
  See(name);
  if (known != nullptr) return known;
  return FreezeWithCalls(context, *found);
}

absl::StatusOr<PlanPointer> PlanSource::Get(const base::CallContext& context,
                                            const std::string& process, absl::Time at) {
  const size_t mark = process.find('@');
  const bool chosen = mark == std::string::npos || process.substr(mark) == kLatest;
  if (!chosen && absl::ascii_isdigit(process[mark + 1])) return GetRevision(context, process);
  absl::StatusOr<Process> found =
      chosen ? FetchLatest(context, process.substr(0, mark), at) : Fetch(context, process, kNow);
  RETURN_IF_ERROR(found.status());
  RETURN_IF_ERROR(CheckStartable(*found, chosen));
  if (PlanPointer known = plans_.Get(found->name()); known != nullptr) return known;
  return FreezeWithCalls(context, *found);
}

}  // namespace plumbline::onboarding
