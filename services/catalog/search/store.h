// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::catalog {

struct SearchQuery {
  std::string workspace;
  std::vector<std::string> words;  // 1 to kMaxQueryWords, folded
  listing::Query list;             // of SearchSchema()
};

struct FoundProcess {
  v1::Process process;
  int rank = 0;  // see ProcessMatch.rank
};

// Thread-safe.
class SearchStore {
 public:
  virtual ~SearchStore() = default;

  // The heads of a workspace, whole and with what their steps take from the library, that hold
  // every word, or one that begins with it, and that the query selects; by rank and name if it does
  // not say otherwise. What a write put in is found once the write is answered; what a step of the
  // library became, once the background has come to the drafts that use it. Errors:
  // PAGE_TOKEN_INVALID (a position of no search), DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED,
  // INTERNAL.
  virtual absl::StatusOr<listing::Page<FoundProcess>> Search(const base::CallContext& context,
                                                             const SearchQuery& query) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_H_
