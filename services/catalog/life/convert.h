// SPDX-License-Identifier: Apache-2.0
//
// Requests about the life of processes to commands; see convert.h.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/life/command.h"

namespace plumbline::catalog {

absl::StatusOr<DeleteCommand> ToCommand(const v1::DeleteProcessRequest& request);
absl::StatusOr<RestoreCommand> ToCommand(const v1::RestoreRevisionRequest& request);
absl::StatusOr<PeriodCommand> ToCommand(const v1::SetEffectivePeriodRequest& request);
absl::StatusOr<RetireCommand> ToCommand(const v1::DeprecateProcessRequest& request);
absl::StatusOr<RetireCommand> ToCommand(const v1::ArchiveProcessRequest& request);
absl::StatusOr<ReinstateCommand> ToCommand(const v1::ReinstateProcessRequest& request);
absl::StatusOr<ApprovalCommand> ToCommand(const v1::SubmitForApprovalRequest& request);
absl::StatusOr<ApprovalCommand> ToCommand(const v1::ApproveDraftRequest& request);
absl::StatusOr<ApprovalCommand> ToCommand(const v1::RejectDraftRequest& request);
absl::StatusOr<TagCommand> ToCommand(const v1::SetTagRequest& request);
absl::StatusOr<TagCommand> ToCommand(const v1::DeleteTagRequest& request);
absl::StatusOr<TagCommand> ToCommand(const v1::LockTagRequest& request);
absl::StatusOr<UseCommand> ToCommand(const v1::ReportProcessUseRequest& request);
absl::StatusOr<PolicyCommand> ToCommand(const v1::UpdateCatalogPolicyRequest& request);

absl::StatusOr<ListTagsCommand> ToCommand(const v1::ListTagsRequest& request);
absl::StatusOr<ListHistoryCommand> ToCommand(const v1::ListProcessHistoryRequest& request);
absl::StatusOr<ListHistoryCommand> ToCommand(const v1::ListCatalogPolicyHistoryRequest& request);
absl::StatusOr<ListUsersCommand> ToCommand(const v1::ListProcessUsersRequest& request);

// The workspace of "workspaces/{w}/catalogPolicy".
absl::StatusOr<std::string> ToPolicyWorkspace(absl::string_view field, absl::string_view name);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_CONVERT_H_
