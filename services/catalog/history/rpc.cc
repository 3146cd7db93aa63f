// SPDX-License-Identifier: Apache-2.0
//
// ResourceHistoryService.
#include "services/catalog/processes/rpc.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/catalog/history/convert.h"

namespace plumbline::catalog {

void RegisterResourceHistory(ResourceHistoryStore& store, rpc::MethodTable* table) {
  table->Unary<v1::ListResourceHistoryRequest, v1::ListResourceHistoryResponse>(
      "plumbline.catalog.v1.ResourceHistoryService", "ListResourceHistory", "catalog.read",
      rpc::WorkClass::kRead,
      [&store](const base::CallContext& context, const v1::ListResourceHistoryRequest& request,
               v1::ListResourceHistoryResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const ListResourceHistoryCommand command, ToCommand(request));
        ASSIGN_OR_RETURN(auto page, store.List(context, command));
        response->set_next_page_token(NextPageToken(request, page.next));
        for (v1::ResourceHistoryEntry& entry : page.rows)
          *response->add_entries() = std::move(entry);
        return absl::OkStatus();
      });
}

}  // namespace plumbline::catalog
