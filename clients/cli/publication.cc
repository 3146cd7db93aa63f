// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/publication.h"

#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/policy.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Approval;
using catalog::v1::Process;
using Write = PlannedChange::Write;

const Process& ProcessOf(const Message& message) { return static_cast<const Process&>(message); }

// Whether the draft is as it was when the revision was published.
bool IsUntouchedSince(const Process& head, const Process& revision) {
  const auto time = [](const Process& process) {
    return std::make_tuple(process.update_time().seconds(), process.update_time().nanos());
  };
  return time(head) <= time(revision);
}

// What a process calls and uses: "calls processes/x@3", "uses steps/s@2".
std::vector<std::string> NamedIn(const Process& process) {
  std::vector<std::string> named;
  flow::ForEachNode(process.root(), [&](const catalog::v1::Node& node) {
    if (node.has_call()) named.push_back(absl::StrCat("calls ", node.call().process()));
    if (!node.step().uses().empty()) named.push_back(absl::StrCat("uses ", node.step().uses()));
  });
  return named;
}

// What `now` names and `before` did not.
std::string NewlyNamed(const Process& before, const Process& now) {
  const std::vector<std::string> had = NamedIn(before);
  std::set<std::string> old(had.begin(), had.end());
  std::vector<std::string> fresh;
  for (const std::string& one : NamedIn(now)) {
    if (old.insert(one).second) fresh.push_back(one);
  }
  return absl::StrJoin(fresh, ", ");
}

// Whether what a process names was taken out of use, as opposed to what could not be read.
bool IsGone(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kFailedPrecondition;
}

// A process that stays as it is though it could not be published again.
common::v1::Warning StaysPublished(const Process& process, const absl::Status& status) {
  common::v1::Warning warning;
  const auto fields = base::FieldViolationsOf(status);
  // A warning names the field within the resource, an error that of the request.
  if (!fields.empty())
    warning.set_field(std::string(absl::StripPrefix(fields[0].field, "process.")));
  warning.set_reason(base::ReasonOf(status));
  warning.set_subject(process.name());
  warning.set_description(
      absl::StrCat("stays published as it is, and could not be published again: ",
                   fields.empty() ? std::string(status.message()) : fields[0].description));
  return warning;
}

}  // namespace

absl::Status PublicationPlanner::Plan(const Document& document, const Message* latest,
                                      PlannedChange* change) {
  const Process& process = ProcessOf(*document.resource);
  const Process& head =
      change->present == nullptr ? Process::default_instance() : ProcessOf(*change->present);
  const bool edited = change->write != Write::kNothing;
  change->revision = head.latest_revision();
  // Nothing new begins with it, so there is nothing to publish; editing it was refused before.
  if (head.state() == Process::STATE_ARCHIVED) return absl::OkStatus();
  const absl::StatusOr<Composed> composed = Compose(planned_, process);
  const bool untouched = !edited && latest != nullptr && IsUntouchedSince(head, ProcessOf(*latest));
  if (untouched && IsGone(composed.status())) {
    change->warnings.push_back(StaysPublished(process, composed.status()));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(composed.status());
  // What takes nothing from others was looked at as a draft.
  if (composed->takes) {
    RETURN_IF_ERROR(CheckComposed(planned_, session_.ShortName(process.name()), composed->process));
  }
  if (latest != nullptr && SameContent(*latest, composed->process)) return absl::OkStatus();
  if (latest != nullptr) change->why = NewlyNamed(ProcessOf(*latest), composed->process);
  return PlanNews(document, *composed, change);
}

absl::Status PublicationPlanner::PlanNews(const Document& document, const Composed& composed,
                                          PlannedChange* change) {
  RETURN_IF_ERROR(PlanApproval(composed, change));
  const bool service_knows = change->write == Write::kNothing && !composed.planned;
  if (change->publication == Publication::kPublish && service_knows)
    RETURN_IF_ERROR(AskToPublish(change));
  if (change->publication == Publication::kNone) return absl::OkStatus();
  change->revision += 1;
  const bool deprecated = change->present != nullptr &&
                          ProcessOf(*change->present).state() == Process::STATE_DEPRECATED;
  planned_.AddProcess(session_.ShortName(document.name()), composed.process,
                      {change->revision, change->publication != Publication::kPublish, deprecated});
  return absl::OkStatus();
}

absl::Status PublicationPlanner::AskToPublish(PlannedChange* change) {
  absl::StatusOr<Applied> possible =
      Publish(session_, *change->present, "", /*validate_only=*/true);
  if (possible.ok()) {
    for (common::v1::Warning& warning : possible->warnings) {
      if (!planned_.IsToCome(session_.ShortName(warning.subject())))
        change->warnings.push_back(std::move(warning));
    }
  }
  switch (base::ReasonOf(possible.status())) {
    case base::Reason::ERROR_REASON_NOTHING_TO_PUBLISH:
      change->publication = Publication::kNone;
      change->why.clear();
      return absl::OkStatus();
    // It was approved, and what it takes has changed since.
    case base::Reason::ERROR_REASON_APPROVAL_REQUIRED:
      change->publication = Publication::kSubmit;
      return absl::OkStatus();
    default:
      return possible.status();
  }
}

absl::Status PublicationPlanner::PlanApproval(const Composed& composed, PlannedChange* change) {
  change->publication = Publication::kPublish;
  ASSIGN_OR_RETURN(const bool needed, NeedsApproval());
  if (!needed) return absl::OkStatus();
  // Approval is about a draft and about what it takes, which must be there.
  if (!composed.waits_for.empty()) {
    change->publication = Publication::kWait;
    change->why = absl::StrCat("waits until ", composed.waits_for, " is approved");
    return absl::OkStatus();
  }
  change->publication = Publication::kSubmit;
  if (change->write != Write::kNothing || composed.planned) return absl::OkStatus();
  const Process& head = ProcessOf(*change->present);
  const Approval& approval = head.approval();
  if (approval.etag() != head.etag()) return absl::OkStatus();
  if (approval.state() == Approval::STATE_APPROVED) change->publication = Publication::kPublish;
  if (approval.state() == Approval::STATE_REJECTED) {
    change->publication = Publication::kWait;
    change->why = absl::StrCat("was rejected (", approval.reason(),
                               "): change it, or submit it again with: plumbline submit");
  }
  if (approval.state() == Approval::STATE_SUBMITTED) return AskToSubmit(change);
  return absl::OkStatus();
}

absl::Status PublicationPlanner::AskToSubmit(PlannedChange* change) {
  const absl::Status possible =
      Submit(session_, *change->present, "", /*validate_only=*/true).status();
  if (base::ReasonOf(possible) != base::Reason::ERROR_REASON_APPROVAL_STATE) return possible;
  change->publication = Publication::kWait;
  change->why = "waits for approval";
  return absl::OkStatus();
}

absl::StatusOr<bool> PublicationPlanner::NeedsApproval() {
  if (!needs_approval_.has_value()) {
    ASSIGN_OR_RETURN(const catalog::v1::CatalogPolicy policy,
                     GetPolicy(session_, PolicyName(session_)));
    needs_approval_ = policy.approval_required();
  }
  return *needs_approval_;
}

namespace {

// A request about the draft as it was saved.
template <typename Request>
Request RequestFor(const Message& saved, const std::string& reason, bool validate_only) {
  Request request;
  request.set_name(TextOf(saved, "name"));
  request.set_etag(TextOf(saved, "etag"));
  request.set_reason(reason);
  request.set_validate_only(validate_only);
  request.set_request_id(base::NewUuid());
  return request;
}

}  // namespace

absl::StatusOr<Applied> Publish(Session& session, const Message& saved, const std::string& reason,
                                bool validate_only) {
  const auto request = RequestFor<catalog::v1::PublishProcessRequest>(saved, reason, validate_only);
  catalog::v1::PublishProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "PublishProcess", request, &response));
  return Applied{std::make_unique<Process>(std::move(*response.mutable_process())),
                 !validate_only,
                 {response.warnings().begin(), response.warnings().end()}};
}

absl::StatusOr<Applied> Submit(Session& session, const Message& saved, const std::string& reason,
                               bool validate_only) {
  const auto request =
      RequestFor<catalog::v1::SubmitForApprovalRequest>(saved, reason, validate_only);
  catalog::v1::SubmitForApprovalResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "SubmitForApproval", request, &response));
  return Applied{std::make_unique<Process>(std::move(*response.mutable_process())), false, {}};
}

}  // namespace plumbline::cli
