// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/rpc.h"

#include <optional>
#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/change.h"
#include "services/catalog/convert.h"
#include "services/catalog/rpc_request.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.catalog.v1.CatalogService";
constexpr char kRead[] = "catalog.read";
constexpr char kWrite[] = "catalog.write";

// Every mutation: command, change, answer. `method` names it among remembered requests.
template <typename Request, typename Response, typename Command>
absl::Status Mutate(Writer& writer, absl::string_view method, const CallContext& context,
                    const Request& request,
                    absl::StatusOr<Change> (*plan)(Snapshot&, const Command&, const Author&),
                    Response* response) {
  ASSIGN_OR_RETURN(const Command command, ToCommand(request));
  const auto bound = [&](Snapshot& snapshot, const Author& author) {
    return plan(snapshot, command, author);
  };
  absl::StatusOr<Written> written;
  if (request.validate_only()) {
    written = writer.Validate(context, bound);
  } else {
    written = writer.Write(context, command.key,
                           ToWriteRequest(kService, method, command.key.workspace, request), bound);
  }
  RETURN_IF_ERROR(written.status());
  *response->mutable_process() = std::move(written->process);
  response->set_freshness_token(ToFreshnessToken(written->position));
  return absl::OkStatus();
}

template <typename Request, typename Response, typename Command>
void AddMutation(Writer& writer, absl::string_view name,
                 absl::StatusOr<Change> (*plan)(Snapshot&, const Command&, const Author&),
                 rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kWrite, WorkClass::kWrite,
      [&writer, method = std::string(name), plan](const CallContext& context,
                                                  const Request& request, Response* response) {
        return Mutate(writer, method, context, request, plan, response);
      });
}

absl::Status Get(Reader& reader, const CallContext& context, const v1::GetProcessRequest& request,
                 v1::GetProcessResponse* response) {
  ASSIGN_OR_RETURN(const ProcessRef ref, ToRef("name", request.name()));
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
  Reader::Response response = reader.Peek(request.name(), *min_position);
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
  AddMutation<v1::CreateProcessRequest, v1::CreateProcessResponse>(writer, "CreateProcess", &Create,
                                                                   table);
  AddMutation<v1::UpdateProcessRequest, v1::UpdateProcessResponse>(writer, "UpdateProcess", &Update,
                                                                   table);
  AddMutation<v1::PublishProcessRequest, v1::PublishProcessResponse>(writer, "PublishProcess",
                                                                     &Publish, table);

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
}

}  // namespace plumbline::catalog
