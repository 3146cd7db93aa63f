// SPDX-License-Identifier: Apache-2.0
//
// The methods of CatalogService about the life of processes.
#include "services/catalog/processes/rpc.h"

#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/resource/rpc_mutation.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using rpc::CallContext;

absl::Status ListTags(Reader& reader, const CallContext& context,
                      const v1::ListTagsRequest& request, v1::ListTagsResponse* response) {
  ASSIGN_OR_RETURN(const ListTagsCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(auto page, reader.ListTags(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListTags", request.name(), request, page.next));
  for (v1::Tag& tag : page.rows) *response->add_tags() = std::move(tag);
  return absl::OkStatus();
}

absl::Status ListHistory(Reader& reader, const CallContext& context,
                         const v1::ListProcessHistoryRequest& request,
                         v1::ListProcessHistoryResponse* response) {
  ASSIGN_OR_RETURN(const ListHistoryCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(auto page, reader.ListHistory(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListProcessHistory", request.name(), request, page.next));
  for (v1::CatalogHistoryEntry& entry : page.rows) *response->add_entries() = std::move(entry);
  return absl::OkStatus();
}

absl::Status ListUsers(Reader& reader, const CallContext& context,
                       const v1::ListProcessUsersRequest& request,
                       v1::ListProcessUsersResponse* response) {
  ASSIGN_OR_RETURN(const ListUsersCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(auto page, reader.ListUsers(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListProcessUsers", request.name(), request, page.next));
  for (v1::ProcessUser& user : page.rows) *response->add_users() = std::move(user);
  return absl::OkStatus();
}

absl::Status ReportUse(Writer& writer, const CallContext& context,
                       const v1::ReportProcessUseRequest& request,
                       v1::ReportProcessUseResponse* response) {
  ASSIGN_OR_RETURN(const UseCommand command, ToCommand(request));
  if (request.validate_only()) {
    return writer.Look(context, [&](Snapshot&, const Author& author) {
      *response->mutable_expire_time() = ToTimestamp(author.time + command.ttl);
      return absl::OkStatus();
    });
  }
  const auto body = [&](Changes& changes, const Author& author) -> absl::StatusOr<std::string> {
    const absl::Time expire_time = author.time + command.ttl;
    RETURN_IF_ERROR(changes.life_changes().ReplaceUses(command.workspace, command.system,
                                                       command.uses, author.time, expire_time));
    v1::ReportProcessUseResponse answer;
    *answer.mutable_expire_time() = ToTimestamp(expire_time);
    return answer.SerializeAsString();
  };
  ASSIGN_OR_RETURN(
      const Answer answer,
      writer.WriteBeside(
          context, ToWriteRequest(kService, "ReportProcessUse", command.workspace, request), body));
  if (!response->ParseFromString(answer.bytes))
    return base::Internal("a remembered answer is not a message of its type");
  return absl::OkStatus();
}

template <typename Request, typename Response>
void AddRead(Reader& reader, absl::string_view name,
             absl::Status (*read)(Reader&, const CallContext&, const Request&, Response*),
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kRead, rpc::WorkClass::kRead,
      [&reader, read](const CallContext& context, const Request& request, Response* response) {
        return read(reader, context, request, response);
      });
}

void RegisterStates(Writer& writer, rpc::MethodTable* table) {
  AddMutation<v1::DeleteProcessRequest, v1::DeleteProcessResponse>(writer, "DeleteProcess", kWrite,
                                                                   &Delete, table);
  AddMutation<v1::RestoreRevisionRequest, v1::RestoreRevisionResponse>(writer, "RestoreRevision",
                                                                       kWrite, &Restore, table);
  AddMutation<v1::SetEffectivePeriodRequest, v1::SetEffectivePeriodResponse>(
      writer, "SetEffectivePeriod", kWrite, &SetPeriod, table);
  AddMutation<v1::DeprecateProcessRequest, v1::DeprecateProcessResponse>(writer, "DeprecateProcess",
                                                                         kWrite, &Deprecate, table);
  AddMutation<v1::ArchiveProcessRequest, v1::ArchiveProcessResponse>(writer, "ArchiveProcess",
                                                                     kWrite, &Archive, table);
  AddMutation<v1::ReinstateProcessRequest, v1::ReinstateProcessResponse>(writer, "ReinstateProcess",
                                                                         kWrite, &Reinstate, table);
  AddMutation<v1::SubmitForApprovalRequest, v1::SubmitForApprovalResponse>(
      writer, "SubmitForApproval", kWrite, &Submit, table);
  AddMutation<v1::ApproveDraftRequest, v1::ApproveDraftResponse>(writer, "ApproveDraft", kApprove,
                                                                 &Approve, table);
  AddMutation<v1::RejectDraftRequest, v1::RejectDraftResponse>(writer, "RejectDraft", kApprove,
                                                               &Reject, table);
}

}  // namespace

void RegisterLifeMethods(Reader& reader, Writer& writer, rpc::MethodTable* table) {
  RegisterStates(writer, table);
  AddMutation<v1::SetTagRequest, v1::SetTagResponse>(writer, "SetTag", kWrite, &SetTag, table);
  AddMutation<v1::DeleteTagRequest, v1::DeleteTagResponse>(writer, "DeleteTag", kWrite, &DeleteTag,
                                                           table);
  AddMutation<v1::LockTagRequest, v1::LockTagResponse>(writer, "LockTag", kWrite, &LockTag, table);
  AddRead<v1::ListTagsRequest, v1::ListTagsResponse>(reader, "ListTags", &ListTags, table);
  AddRead<v1::ListProcessHistoryRequest, v1::ListProcessHistoryResponse>(
      reader, "ListProcessHistory", &ListHistory, table);
  AddRead<v1::ListProcessUsersRequest, v1::ListProcessUsersResponse>(reader, "ListProcessUsers",
                                                                     &ListUsers, table);
  table->Unary<v1::ReportProcessUseRequest, v1::ReportProcessUseResponse>(
      kService, "ReportProcessUse", kUse, rpc::WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::ReportProcessUseRequest& request,
                v1::ReportProcessUseResponse* response) {
        return ReportUse(writer, context, request, response);
      });
}

}  // namespace plumbline::catalog
