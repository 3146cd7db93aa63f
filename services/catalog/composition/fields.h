// SPDX-License-Identifier: Apache-2.0
//
// The fields of utilities, callers and dependencies that lists filter and order by;
// utility_service.proto and process_dependencies.proto document them.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_FIELDS_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "common/expr/schema.h"
#include "common/listing/memory.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/impact/callers.h"

namespace plumbline::catalog {

const expr::Schema& UtilitySchema();
const expr::Schema& CallerSchema();
const expr::Schema& DependencySchema();

// Lists of these schemas, in the orders that they have by themselves.
const listing::MemoryList& CallerList();
const listing::MemoryList& DependencyList();

// The value of a field, by its index in the schema; nullopt if it is unset.
std::optional<expr::Value> CallerValue(const impact::Callers& callers, size_t row,
                                       absl::string_view workspace, int field);
std::optional<expr::Value> DependencyValue(const v1::Dependency& dependency, int field);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_FIELDS_H_
