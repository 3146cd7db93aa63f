// SPDX-License-Identifier: Apache-2.0
//
// The methods of CatalogPolicyService.
#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "services/catalog/life/policy.h"
#include "services/catalog/processes/rpc.h"
#include "services/catalog/resource/rpc_mutation.h"

namespace plumbline::catalog {
namespace {

using rpc::CallContext;

absl::Status Get(Writer& writer, const CallContext& context,
                 const v1::GetCatalogPolicyRequest& request,
                 v1::GetCatalogPolicyResponse* response) {
  ASSIGN_OR_RETURN(const std::string workspace, ToPolicyWorkspace("name", request.name()));
  return writer.Look(context, [&](Snapshot& snapshot, const Author&) -> absl::Status {
    ASSIGN_OR_RETURN(StoredPolicy stored, ReadPolicy(snapshot, workspace));
    *response->mutable_policy() = std::move(stored.policy);
    return absl::OkStatus();
  });
}

absl::Status Update(Writer& writer, const CallContext& context,
                    const v1::UpdateCatalogPolicyRequest& request,
                    v1::UpdateCatalogPolicyResponse* response) {
  ASSIGN_OR_RETURN(const PolicyCommand command, ToCommand(request));
  if (request.validate_only()) {
    return writer.Look(context, [&](Snapshot& snapshot, const Author& author) -> absl::Status {
      ASSIGN_OR_RETURN(PolicyChange change, UpdatePolicy(snapshot, command, author));
      *response->mutable_policy() = std::move(change.stored.policy);
      ASSIGN_OR_RETURN(const int64_t position, snapshot.Position());
      response->set_freshness_token(ToFreshnessToken(position));
      return absl::OkStatus();
    });
  }
  const auto body = [&](Changes& changes, const Author& author) -> absl::StatusOr<std::string> {
    v1::UpdateCatalogPolicyResponse answer;
    ASSIGN_OR_RETURN(const int64_t position, changes.Position());
    answer.set_freshness_token(ToFreshnessToken(position));
    ASSIGN_OR_RETURN(PolicyChange change, UpdatePolicy(changes, command, author));
    if (change.writes) {
      RETURN_IF_ERROR(changes.life_changes().PutPolicy(command.workspace, change.stored));
      RETURN_IF_ERROR(changes.life_changes().AppendHistory({command.workspace, ""}, change.entry));
    }
    *answer.mutable_policy() = std::move(change.stored.policy);
    return answer.SerializeAsString();
  };
  ASSIGN_OR_RETURN(
      const Answer answer,
      writer.WriteBeside(
          context,
          ToWriteRequest(kPolicyService, "UpdateCatalogPolicy", command.workspace, request), body));
  if (!response->ParseFromString(answer.bytes))
    return base::Internal("a remembered answer is not a message of its type");
  return absl::OkStatus();
}

absl::Status ListHistory(Reader& reader, const CallContext& context,
                         const v1::ListCatalogPolicyHistoryRequest& request,
                         v1::ListCatalogPolicyHistoryResponse* response) {
  ASSIGN_OR_RETURN(const ListHistoryCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(auto page, reader.ListHistory(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListCatalogPolicyHistory", request.name(), request, page.next));
  for (v1::CatalogHistoryEntry& entry : page.rows) *response->add_entries() = std::move(entry);
  return absl::OkStatus();
}

}  // namespace

void RegisterPolicyService(Reader& reader, Writer& writer, rpc::MethodTable* table) {
  table->Unary<v1::GetCatalogPolicyRequest, v1::GetCatalogPolicyResponse>(
      kPolicyService, "GetCatalogPolicy", kRead, rpc::WorkClass::kRead,
      [&writer](const CallContext& context, const v1::GetCatalogPolicyRequest& request,
                v1::GetCatalogPolicyResponse* response) {
        return Get(writer, context, request, response);
      });
  table->Unary<v1::UpdateCatalogPolicyRequest, v1::UpdateCatalogPolicyResponse>(
      kPolicyService, "UpdateCatalogPolicy", kAdmin, rpc::WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::UpdateCatalogPolicyRequest& request,
                v1::UpdateCatalogPolicyResponse* response) {
        return Update(writer, context, request, response);
      });
  table->Unary<v1::ListCatalogPolicyHistoryRequest, v1::ListCatalogPolicyHistoryResponse>(
      kPolicyService, "ListCatalogPolicyHistory", kRead, rpc::WorkClass::kRead,
      [&reader](const CallContext& context, const v1::ListCatalogPolicyHistoryRequest& request,
                v1::ListCatalogPolicyHistoryResponse* response) {
        return ListHistory(reader, context, request, response);
      });
}

}  // namespace plumbline::catalog
