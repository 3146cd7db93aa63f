// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/batch.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/rpc.h"
#include "services/catalog/resource/rpc_mutation.h"

namespace plumbline::catalog {
namespace {

constexpr char kBatchUpdate[] = "BatchUpdateProcesses";

v1::BatchUpdateProcessesResponse ToResponse(std::vector<v1::UpdatedProcess> updated,
                                            int64_t position) {
  v1::BatchUpdateProcessesResponse response;
  response.mutable_results()->Reserve(static_cast<int>(updated.size()));
  for (v1::UpdatedProcess& one : updated) *response.add_results() = std::move(one);
  response.set_freshness_token(ToFreshnessToken(position));
  return response;
}

absl::Status Look(Writer& writer, const rpc::CallContext& context, const BatchCommand& command,
                  v1::BatchUpdateProcessesResponse* response) {
  return writer.Look(context, [&](Snapshot& snapshot, const Author& author) -> absl::Status {
    SupposedSnapshot supposed(snapshot);
    ASSIGN_OR_RETURN(const int64_t position, snapshot.Position());
    ASSIGN_OR_RETURN(
        std::vector<v1::UpdatedProcess> updated,
        UpdateAll(context, supposed, command, author, [&](const ProcessKey& key, Change change) {
          supposed.Suppose(key, std::move(change));
          return absl::OkStatus();
        }));
    *response = ToResponse(std::move(updated), position);
    return absl::OkStatus();
  });
}

absl::Status Write(Writer& writer, const rpc::CallContext& context, const BatchCommand& command,
                   const WriteRequest& request, v1::BatchUpdateProcessesResponse* response) {
  std::vector<ProcessKey> keys;
  for (const UpdateCommand& update : command.updates) keys.push_back(update.key);
  ASSIGN_OR_RETURN(const Answer answer,
                   writer.WriteSeveral(
                       context, keys, request,
                       [&](Changes& changes, const Author& author) -> absl::StatusOr<std::string> {
                         ASSIGN_OR_RETURN(const int64_t position, changes.Position());
                         ASSIGN_OR_RETURN(
                             std::vector<v1::UpdatedProcess> updated,
                             UpdateAll(context, changes, command, author,
                                       [&](const ProcessKey& key, const Change& change) {
                                         return CarryOut(changes, key, change);
                                       }));
                         return ToResponse(std::move(updated), position).SerializeAsString();
                       }));
  if (!response->ParseFromString(answer.bytes))
    return base::Internal("a remembered answer is not a message of its type");
  return absl::OkStatus();
}

}  // namespace

void RegisterBatchUpdate(Writer& writer, rpc::MethodTable* table) {
  AddWrite<v1::BatchUpdateProcessesRequest, v1::BatchUpdateProcessesResponse, BatchCommand>(
      {kService, kBatchUpdate, kWrite}, &ToCommand,
      [&writer](const rpc::CallContext& context, BatchCommand& command,
                const std::optional<WriteRequest>& remembered,
                v1::BatchUpdateProcessesResponse* response) -> absl::Status {
        CheckAhead(&command);
        if (!IsRemembered(remembered)) RETURN_IF_ERROR(FoundAhead(command));
        return remembered.has_value() ? Write(writer, context, command, *remembered, response)
                                      : Look(writer, context, command, response);
      },
      table);
}

}  // namespace plumbline::catalog
