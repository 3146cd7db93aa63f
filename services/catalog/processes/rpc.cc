// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/rpc.h"

#include <optional>
#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/rpc_mutation.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

absl::Status Get(Reader& reader, const CallContext& context, const v1::GetProcessRequest& request,
                 v1::GetProcessResponse* response) {
  ASSIGN_OR_RETURN(const ProcessRef ref, ToRef(request));
  ASSIGN_OR_RETURN(const int64_t min_position, ToPosition(request.min_freshness()));
  ASSIGN_OR_RETURN(const Reader::Response bytes, reader.Get(context, ref, min_position));
  if (!response->ParseFromString(*bytes))
    return base::Internal("a kept answer is not a message of its type");
  return absl::OkStatus();
}

std::optional<absl::StatusOr<rpc::SharedBytes>> GetInline(const Reader& reader,
                                                          const rpc::Message& message) {
  const auto& request = static_cast<const v1::GetProcessRequest&>(message);
  const absl::StatusOr<int64_t> min_position = ToPosition(request.min_freshness());
  if (!min_position.ok()) return min_position.status();
  const absl::StatusOr<std::optional<absl::Time>> at =
      ToTime("effective_time", request.has_effective_time(), request.effective_time());
  if (!at.ok()) return at.status();
  Reader::Response response = reader.Peek(request.name(), *min_position, *at);
  if (response == nullptr) return std::nullopt;
  return absl::StatusOr<rpc::SharedBytes>(std::move(response));
}

absl::Status List(Reader& reader, const CallContext& context,
                  const v1::ListProcessesRequest& request, v1::ListProcessesResponse* response) {
  ASSIGN_OR_RETURN(const ListCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(Reader::Page page, reader.List(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListProcesses", request.parent(), request, page.next));
  for (v1::Process& process : page.rows) *response->add_processes() = std::move(process);
  return absl::OkStatus();
}

absl::Status ListRevisions(Reader& reader, const CallContext& context,
                           const v1::ListProcessRevisionsRequest& request,
                           v1::ListProcessRevisionsResponse* response) {
  ASSIGN_OR_RETURN(const ListRevisionsCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(Reader::Page page, reader.ListRevisions(context, command));
  response->set_next_page_token(
      listing::NextPageToken("ListProcessRevisions", request.name(), request, page.next));
  for (v1::Process& process : page.rows) *response->add_processes() = std::move(process);
  return absl::OkStatus();
}

}  // namespace

void RegisterCatalogService(Reader& reader, Writer& writer, rpc::MethodTable* table) {
  AddMutation<v1::CreateProcessRequest, v1::CreateProcessResponse>(writer, "CreateProcess", kWrite,
                                                                   &Create, table);
  AddMutation<v1::UpdateProcessRequest, v1::UpdateProcessResponse>(writer, "UpdateProcess", kWrite,
                                                                   &Update, table);
  AddMutation<v1::PublishProcessRequest, v1::PublishProcessResponse>(writer, "PublishProcess",
                                                                     kWrite, &Publish, table);

  rpc::Method& get = table->Unary<v1::GetProcessRequest, v1::GetProcessResponse>(
      kService, "GetProcess", kRead, WorkClass::kRead,
      [&reader](const CallContext& context, const v1::GetProcessRequest& request,
                v1::GetProcessResponse* response) {
        return Get(reader, context, request, response);
      });
  get.inline_unary = [&reader](const CallContext&, const rpc::Message& request) {
    return GetInline(reader, request);
  };
  table->Unary<v1::ListProcessesRequest, v1::ListProcessesResponse>(
      kService, "ListProcesses", kRead, WorkClass::kRead,
      [&reader](const CallContext& context, const v1::ListProcessesRequest& request,
                v1::ListProcessesResponse* response) {
        return List(reader, context, request, response);
      });
  table->Unary<v1::ListProcessRevisionsRequest, v1::ListProcessRevisionsResponse>(
      kService, "ListProcessRevisions", kRead, WorkClass::kRead,
      [&reader](const CallContext& context, const v1::ListProcessRevisionsRequest& request,
                v1::ListProcessRevisionsResponse* response) {
        return ListRevisions(reader, context, request, response);
      });
  RegisterBatchUpdate(writer, table);
  RegisterLifeMethods(reader, writer, table);
}

}  // namespace plumbline::catalog
