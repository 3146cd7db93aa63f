// SPDX-License-Identifier: Apache-2.0
//
// What a process depends on (see CatalogService.ListDependencies).
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_DEPENDENCIES_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_DEPENDENCIES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// All that the process depends on, in no order, but for title and `missing` of utilities. Calls
// that go round are followed once. Errors: RESOURCE_NOT_FOUND (the process itself), PROCESS_INVALID
// (more than flow::kMaxNodes processes). Reads every process once.
absl::StatusOr<std::vector<v1::Dependency>> FindDependencies(Snapshot& snapshot,
                                                             const ProcessRef& ref, absl::Time now);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_DEPENDENCIES_H_
