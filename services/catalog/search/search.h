// SPDX-License-Identifier: Apache-2.0
//
// Search: which processes, and where in them.
#ifndef PLUMBLINE_SERVICES_CATALOG_SEARCH_SEARCH_H_
#define PLUMBLINE_SERVICES_CATALOG_SEARCH_SEARCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/search/store.h"

namespace plumbline::catalog {

// A page of matches. Errors: those of SearchStore::Search.
absl::StatusOr<listing::Page<v1::ProcessMatch>> Search(SearchStore& store,
                                                       const base::CallContext& context,
                                                       const SearchQuery& query);

// Where in `process`, which holds them, the words stand best. O(size of the process).
v1::ProcessMatch Explain(const v1::Process& process, const std::vector<std::string>& words);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_SEARCH_SEARCH_H_
