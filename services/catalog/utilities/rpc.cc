// SPDX-License-Identifier: Apache-2.0
//
// UtilityService but for AnalyzeImpact.
#include "services/catalog/processes/rpc.h"

#include <optional>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/composition/convert.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/resource/rpc_write.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.catalog.v1.UtilityService";
constexpr char kRead[] = "catalog.read";
constexpr char kWrite[] = "catalog.write";

// `write` carries the command out, or only looks where there is no request to remember.
template <typename Request, typename Response, typename Command>
void AddMutation(Utilities& utilities, absl::string_view name,
                 absl::StatusOr<WrittenUtility> (*write)(Utilities&, const CallContext&,
                                                         const std::optional<WriteRequest>&,
                                                         const Command&),
                 rpc::MethodTable* table) {
  AddWrite<Request, Response, Command>(
      {kService, name, kWrite}, &ToCommand,
      [&utilities, write](const CallContext& context, const Command& command,
                          const std::optional<WriteRequest>& remembered,
                          Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(WrittenUtility written, write(utilities, context, remembered, command));
        *response->mutable_utility() = std::move(written.utility);
        response->set_freshness_token(ToFreshnessToken(written.position));
        if constexpr (requires { response->mutable_warnings(); }) {
          *response->mutable_warnings() = {written.warnings.begin(), written.warnings.end()};
        }
        return absl::OkStatus();
      },
      table);
}

template <typename Command,
          absl::StatusOr<UtilityChange> (*plan)(UtilityReads&, const Command&, const Author&)>
absl::StatusOr<WrittenUtility> CarryOut(Utilities& utilities, const CallContext& context,
                                        const std::optional<WriteRequest>& request,
                                        const Command& command) {
  return utilities.Write(context, request, [&](UtilityReads& reads, const Author& author) {
    return plan(reads, command, author);
  });
}

absl::StatusOr<WrittenUtility> CarryOutDelete(Utilities& utilities, const CallContext& context,
                                              const std::optional<WriteRequest>& request,
                                              const DeleteUtilityCommand& command) {
  return utilities.Delete(context, request, command);
}

absl::Status Get(Utilities& utilities, const CallContext& context,
                 const v1::GetUtilityRequest& request, v1::GetUtilityResponse* response) {
  ASSIGN_OR_RETURN(const UtilityKey key, ToUtilityKey(request.name()));
  ASSIGN_OR_RETURN(*response->mutable_utility(), utilities.Get(context, key));
  return absl::OkStatus();
}

absl::Status List(Utilities& utilities, const CallContext& context,
                  const v1::ListUtilitiesRequest& request, v1::ListUtilitiesResponse* response) {
  ASSIGN_OR_RETURN(const ListUtilitiesCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(listing::Page<v1::Utility> page, utilities.List(context, command));
  response->set_next_page_token(NextPageToken(request, page.next));
  for (v1::Utility& utility : page.rows) *response->add_utilities() = std::move(utility);
  return absl::OkStatus();
}

}  // namespace

void RegisterUtilities(Utilities& utilities, rpc::MethodTable* table) {
  AddMutation<v1::CreateUtilityRequest, v1::CreateUtilityResponse>(
      utilities, "CreateUtility", &CarryOut<CreateUtilityCommand, &Create>, table);
  AddMutation<v1::UpdateUtilityRequest, v1::UpdateUtilityResponse>(
      utilities, "UpdateUtility", &CarryOut<UpdateUtilityCommand, &Update>, table);
  AddMutation<v1::DeleteUtilityRequest, v1::DeleteUtilityResponse>(utilities, "DeleteUtility",
                                                                   &CarryOutDelete, table);
  table->Unary<v1::GetUtilityRequest, v1::GetUtilityResponse>(
      kService, "GetUtility", kRead, WorkClass::kRead,
      [&utilities](const CallContext& context, const v1::GetUtilityRequest& request,
                   v1::GetUtilityResponse* response) {
        return Get(utilities, context, request, response);
      });
  table->Unary<v1::ListUtilitiesRequest, v1::ListUtilitiesResponse>(
      kService, "ListUtilities", kRead, WorkClass::kRead,
      [&utilities](const CallContext& context, const v1::ListUtilitiesRequest& request,
                   v1::ListUtilitiesResponse* response) {
        return List(utilities, context, request, response);
      });
}

}  // namespace plumbline::catalog
