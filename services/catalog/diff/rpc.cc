// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/rpc.h"

#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/diff/convert.h"
#include "services/catalog/diff/diff.h"

namespace plumbline::catalog {

void RegisterComparison(Store& store, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::DiffRevisionsRequest, v1::DiffRevisionsResponse>(
      "plumbline.catalog.v1.CatalogService", "DiffRevisions", "catalog.read", rpc::WorkClass::kRead,
      [&store, &clock](const base::CallContext& context, const v1::DiffRevisionsRequest& request,
                       v1::DiffRevisionsResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const DiffCommand command, ToCommand(request));
        return store.Read(context, [&](Snapshot& snapshot) -> absl::Status {
          ASSIGN_OR_RETURN(const Compared compared, Compare(snapshot, command, clock.Now()));
          *response = ToResponse(compared);
          return absl::OkStatus();
        });
      });
}

}  // namespace plumbline::catalog
