// SPDX-License-Identifier: Apache-2.0
//
// What all mutations have in common: command, change, answer.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_WRITE_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_WRITE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/rpc/method_table.h"
#include "services/catalog/resource/rpc_request.h"
#include "services/catalog/resource/store.h"

namespace plumbline::catalog {

struct WriteMethod {
  absl::string_view service, name, permission;
};

// Whether there may be an answer to it already: else what is wrong with a request need not wait for
// its turn to write.
inline bool IsRemembered(const std::optional<WriteRequest>& request) {
  return request.has_value() && !request->request_id.empty();
}

// Adds a mutation. `carry_out` fills the response; it gets the context, the command, and the
// request under which the answer is remembered, or nullopt: then it only looks.
template <typename Request, typename Response, typename Command, typename CarryOut>
void AddWrite(const WriteMethod& method, absl::StatusOr<Command> (*to_command)(const Request&),
              CarryOut carry_out, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      method.service, method.name, method.permission, rpc::WorkClass::kWrite,
      [service = std::string(method.service), name = std::string(method.name), to_command,
       carry_out](const rpc::CallContext& context, const Request& request,
                  Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(Command command, to_command(request));
        std::optional<WriteRequest> remembered;
        if (!request.validate_only())
          remembered = ToWriteRequest(service, name, command.key.workspace, request);
        return carry_out(context, command, remembered, response);
      });
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_RPC_WRITE_H_
