// SPDX-License-Identifier: Apache-2.0
//
// What all mutations of one process have in common: command, change, answer.
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_MUTATION_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_MUTATION_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/rpc/method_table.h"
#include "services/catalog/change.h"
#include "services/catalog/convert.h"
#include "services/catalog/convert_life.h"
#include "services/catalog/rpc_request.h"
#include "services/catalog/writer.h"

namespace plumbline::catalog {

inline constexpr char kService[] = "plumbline.catalog.v1.CatalogService";
inline constexpr char kPolicyService[] = "plumbline.catalog.v1.CatalogPolicyService";
inline constexpr char kRead[] = "catalog.read";
inline constexpr char kWrite[] = "catalog.write";
inline constexpr char kApprove[] = "catalog.approve";
inline constexpr char kAdmin[] = "catalog.admin";
inline constexpr char kUse[] = "catalog.use";

template <typename Command>
using PlanFunction = absl::StatusOr<Change> (*)(Snapshot&, const Command&, const Author&);

template <typename Request, typename Response, typename Command>
absl::Status Mutate(Writer& writer, absl::string_view method, const rpc::CallContext& context,
                    const Request& request, PlanFunction<Command> plan, Response* response) {
  ASSIGN_OR_RETURN(const Command command, ToCommand(request));
  const auto bound = [&](Snapshot& snapshot, const Author& author) {
    return plan(snapshot, command, author);
  };
  absl::StatusOr<Written> written =
      request.validate_only()
          ? writer.Validate(context, bound)
          : writer.Write(context, command.key,
                         ToWriteRequest(kService, method, command.key.workspace, request), bound);
  RETURN_IF_ERROR(written.status());
  *response->mutable_process() = std::move(written->process);
  response->set_freshness_token(ToFreshnessToken(written->position));
  if constexpr (requires { response->mutable_warnings(); }) {
    *response->mutable_warnings() = {written->warnings.begin(), written->warnings.end()};
  }
  return absl::OkStatus();
}

// Adds a method of CatalogService that changes one process.
template <typename Request, typename Response, typename Command>
void AddMutation(Writer& writer, absl::string_view name, absl::string_view permission,
                 PlanFunction<Command> plan, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, permission, rpc::WorkClass::kWrite,
      [&writer, method = std::string(name), plan](const rpc::CallContext& context,
                                                  const Request& request, Response* response) {
        return Mutate(writer, method, context, request, plan, response);
      });
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_MUTATION_H_
