// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITIES_H_
#define PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/listing/query.h"
#include "plumbline/common/v1/types.pb.h"
#include "services/catalog/composition/graph_memory.h"
#include "services/catalog/utilities/store.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {

// The answer to a mutation.
struct WrittenUtility {
  v1::Utility utility;
  int64_t position = 0;  // of the write; of the snapshot, where nothing was written
  std::vector<common::v1::Warning> warnings = {};
};

// Reads and changes utilities. Thread-safe. Everything given must outlive it.
class Utilities {
 public:
  Utilities(UtilityStore& store, GraphMemory& graphs, const base::Clock& clock)
      : store_(store), graphs_(graphs), clock_(clock) {}

  // What the change is, as a function of the snapshot that it is carried out on.
  using Plan = absl::FunctionRef<absl::StatusOr<UtilityChange>(UtilityReads&, const Author&)>;

  // Carries out `plan`, once for all calls with the same request. Without a request: what that
  // would answer; nothing is written.
  absl::StatusOr<WrittenUtility> Write(const base::CallContext& context,
                                       const std::optional<WriteRequest>& request, Plan plan);

  // The same for deleting, which also asks the graph who uses it. Errors: as Delete (utility.h);
  // UTILITY_IN_USE, WORKSPACE_TOO_LARGE unless forced; OVERLOADED where processes are written all
  // the time.
  absl::StatusOr<WrittenUtility> Delete(const base::CallContext& context,
                                        const std::optional<WriteRequest>& request,
                                        const DeleteUtilityCommand& command);

  // Errors: RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::Utility> Get(const base::CallContext& context, const UtilityKey& key);

  // nullopt if it is not kept.
  absl::StatusOr<std::optional<v1::Utility>> Find(const base::CallContext& context,
                                                  const UtilityKey& key);
  // The same of several ids in one snapshot, in their order.
  absl::StatusOr<std::vector<std::optional<v1::Utility>>> FindAll(
      const base::CallContext& context, absl::string_view workspace,
      const std::vector<std::string>& ids);

  // Who uses it by way of the library of steps.
  absl::StatusOr<LibraryUses> FindLibraryUses(const base::CallContext& context,
                                              const UtilityKey& key);

  // Errors: PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::Utility>> List(const base::CallContext& context,
                                                  const ListUtilitiesCommand& command);

 private:
  UtilityStore& store_;
  GraphMemory& graphs_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_UTILITIES_UTILITIES_H_
