// SPDX-License-Identifier: Apache-2.0
//
// The history of utilities, steps of the library and calendars. Invariants, which the stores of
// these uphold:
//  1. Whoever writes or removes one of them gives the entry with it, and both are written in one
//     transaction: no change is without its entry.
//  2. The history of a resource counts 1, 2, 3, ... and is only ever appended to, also when the
//     resource is deleted and made anew.
#ifndef PLUMBLINE_SERVICES_CATALOG_HISTORY_RESOURCE_HISTORY_H_
#define PLUMBLINE_SERVICES_CATALOG_HISTORY_RESOURCE_HISTORY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

struct ResourceKey {
  std::string workspace;
  std::string collection;  // "utilities", "steps" or "calendars"
  std::string id;
};

// "workspaces/{w}/utilities/{u}"
inline std::string NameOf(const ResourceKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/", key.collection, "/", key.id);
}

// An entry but for what the store fills in: its name and its number. `etag`: the one that the
// resource gets, or had where it is deleted.
v1::ResourceHistoryEntry HistoryEntry(v1::ResourceHistoryEntry::Kind kind, const Author& author,
                                      absl::string_view reason, absl::string_view etag,
                                      const std::vector<std::string>& fields = {});

// The fields by which a history is filtered and ordered.
const expr::Schema& ResourceHistorySchema();

struct ListResourceHistoryCommand {
  ResourceKey key;
  listing::Query query;  // of ResourceHistorySchema()
};

// Thread-safe.
class ResourceHistoryStore {
 public:
  virtual ~ResourceHistoryStore() = default;

  // A page, newest first where the query does not say how. Errors: RESOURCE_NOT_FOUND (there never
  // was such a resource), PAGE_TOKEN_INVALID; DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL.
  virtual absl::StatusOr<listing::Page<v1::ResourceHistoryEntry>> List(
      const base::CallContext& context, const ListResourceHistoryCommand& command) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_HISTORY_RESOURCE_HISTORY_H_
