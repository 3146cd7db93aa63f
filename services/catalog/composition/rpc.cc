// SPDX-License-Identifier: Apache-2.0
//
// AnalyzeImpact, ListCallers, ListDependencies.
#include "services/catalog/processes/rpc.h"

#include <utility>

#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/composition/convert.h"

namespace plumbline::catalog {
namespace {

using base::CallContext;

constexpr char kCatalog[] = "plumbline.catalog.v1.CatalogService";
constexpr char kUtilities[] = "plumbline.catalog.v1.UtilityService";
constexpr char kRead[] = "catalog.read";

// A question with an answer in pages.
template <typename Request, typename Response, typename Command>
void AddQuestion(Composition& composition, absl::string_view service, absl::string_view name,
                 absl::StatusOr<Composition::Page<Response>> (Composition::*ask)(const CallContext&,
                                                                                 const Command&),
                 rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      service, name, kRead, rpc::WorkClass::kRead,
      [&composition, ask](const CallContext& context, const Request& request,
                          Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const Command command, ToCommand(request));
        ASSIGN_OR_RETURN(Composition::Page<Response> page, (composition.*ask)(context, command));
        *response = std::move(page.response);
        response->set_next_page_token(NextPageToken(request, page.next));
        return absl::OkStatus();
      });
}

}  // namespace

void RegisterComposition(Composition& composition, rpc::MethodTable* table) {
  AddQuestion<v1::AnalyzeImpactRequest>(composition, kUtilities, "AnalyzeImpact",
                                        &Composition::AnalyzeImpact, table);
  AddQuestion<v1::ListCallersRequest>(composition, kCatalog, "ListCallers",
                                      &Composition::ListCallers, table);
  AddQuestion<v1::ListDependenciesRequest>(composition, kCatalog, "ListDependencies",
                                           &Composition::ListDependencies, table);
}

}  // namespace plumbline::catalog
