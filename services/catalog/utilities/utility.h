// SPDX-License-Identifier: Apache-2.0
//
// What a mutation of a utility would change, as a function of a snapshot: nothing here writes, so
// that validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITY_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/utility.pb.h"
#include "services/catalog/composition/graph_memory.h"
#include "services/catalog/impact/callers.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/utilities/store.h"

namespace plumbline::catalog {

// "workspaces/{w}/utilities/{u}"
inline std::string NameOf(const UtilityKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/utilities/", key.utility);
}

struct CreateUtilityCommand {
  UtilityKey key;
  v1::Utility content;
  std::string reason;
};

struct UpdateUtilityCommand {
  UtilityKey key;
  v1::Utility content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  bool allow_missing = false;
  std::string reason;
};

struct DeleteUtilityCommand {
  UtilityKey key;
  std::string etag;  // "" = whatever it is
  bool force = false;
  std::string reason;
};

struct ListUtilitiesCommand {
  std::string workspace;
  listing::Query query;  // of UtilitySchema()
};

struct UtilityChange {
  enum class Kind { kNothing, kPut, kRemove };
  Kind kind = Kind::kPut;
  StoredUtility utility;  // as it is after the change, or was before it was removed
  v1::ResourceHistoryEntry entry = {};
};

// Errors: FIELD_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<UtilityChange> Create(UtilityReads& reads, const CreateUtilityCommand& command,
                                     const Author& author);

// Errors: FIELD_INVALID, RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<UtilityChange> Update(UtilityReads& reads, const UpdateUtilityCommand& command,
                                     const Author& author);

// The rules of deleting, but for whether it is used. Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<UtilityChange> Delete(UtilityReads& reads, const DeleteUtilityCommand& command,
                                     const Author& author);

// Who names the utility by way of the library.
struct LibraryUses {
  std::vector<std::string> steps;         // ids of the templates that name it, as they are
  std::vector<impact::DirectUse> drafts;  // that use a revision of a template that names it
};
absl::StatusOr<LibraryUses> FindLibraryUses(StepReads& steps, const UtilityKey& key);

// OK if neither a process of the graph nor the library uses the utility, else UTILITY_IN_USE with
// their names.
absl::Status CheckUnused(const impact::Graph& graph, const LibraryUses& library,
                         const UtilityKey& key);

// Whether heads of the workspace were written that the graph does not hold.
absl::StatusOr<bool> IsOvertaken(GraphReads& processes, absl::string_view workspace,
                                 const GraphView& view);

// The utility, or RESOURCE_NOT_FOUND.
absl::StatusOr<StoredUtility> RequireUtility(UtilityReads& reads, const UtilityKey& key);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITY_H_
