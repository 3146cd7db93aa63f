// SPDX-License-Identifier: Apache-2.0
//
// What all mutations of one process have in common.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_MUTATION_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_MUTATION_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/rpc/method_table.h"
#include "services/catalog/life/convert.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/writer.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/resource/rpc_request.h"
#include "services/catalog/resource/rpc_write.h"

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

// Adds a method of CatalogService that changes one process.
template <typename Request, typename Response, typename Command>
void AddMutation(Writer& writer, absl::string_view name, absl::string_view permission,
                 PlanFunction<Command> plan, rpc::MethodTable* table) {
  AddWrite<Request, Response, Command>(
      {kService, name, permission}, &ToCommand,
      [&writer, plan](const rpc::CallContext& context, Command& command,
                      const std::optional<WriteRequest>& remembered,
                      Response* response) -> absl::Status {
        if constexpr (requires { CheckAhead(&command); }) {
          command.ahead = CheckAhead(&command);
          if (!IsRemembered(remembered)) RETURN_IF_ERROR(command.ahead);
        }
        constexpr bool kWarns = requires { response->mutable_warnings(); };
        const auto bound = [&](Snapshot& snapshot, const Author& author) -> absl::StatusOr<Change> {
          if constexpr (requires { command.ahead; }) RETURN_IF_ERROR(command.ahead);
          return plan(snapshot, command, author);
        };
        absl::StatusOr<Written> written =
            remembered.has_value() ? writer.Write(context, command.key, *remembered, bound, kWarns)
                                   : writer.Validate(context, bound, kWarns);
        RETURN_IF_ERROR(written.status());
        *response->mutable_process() = std::move(written->process);
        response->set_freshness_token(ToFreshnessToken(written->position));
        if constexpr (kWarns)
          *response->mutable_warnings() = {written->warnings.begin(), written->warnings.end()};
        return absl::OkStatus();
      },
      table);
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_MUTATION_H_
