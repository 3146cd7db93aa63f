// SPDX-License-Identifier: Apache-2.0
//
// Where a process or a utility is used (see CatalogService.ListCallers).
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/impact/graph.h"
#include "services/catalog/impact/impact.h"

namespace plumbline::catalog::impact {

// What is used.
struct Used {
  enum class Kind { kProcess, kUtility };
  Kind kind = Kind::kProcess;
  std::string id;
  int64_t revision = 0;  // of the process; 0 = any
};

// Fills in everything but the page token: `limit` callers after `after`, and the count of all.
// `workspace` and `name` are for the names within. Returns whether there are more. Calls that go
// round are followed once. O(parts that use it + calls of these), and log limit for each.
bool ListCallers(const Graph& graph, const Used& used, bool direct_only,
                 absl::string_view workspace, absl::string_view name, const PagePosition& after,
                 int limit, v1::ListCallersResponse* response);

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_
