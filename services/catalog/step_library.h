// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_STEP_LIBRARY_H_
#define PLUMBLINE_SERVICES_CATALOG_STEP_LIBRARY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/catalog/step.h"
#include "services/catalog/step_store.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

// The answer to a mutation.
struct WrittenStep {
  v1::StepTemplate step;
  int64_t position = 0;  // of the write; of the snapshot, where nothing was written
};

// Reads and changes step templates. Thread-safe. Everything given must outlive it.
class StepLibrary {
 public:
  StepLibrary(StepStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // What the change is, as a function of the snapshot that it is carried out on.
  using Plan = absl::FunctionRef<absl::StatusOr<StepChange>(StepReads&, const Author&)>;

  // Carries out `plan` on the template `key`, once for all calls with the same request. Without a
  // request: what that would answer; nothing is written.
  absl::StatusOr<WrittenStep> Write(const base::CallContext& context, const StepKey& key,
                                    const std::optional<WriteRequest>& request, Plan plan);

  // Of a revision if it is not 0. Errors: RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::StepTemplate> Get(const base::CallContext& context, const StepKey& key,
                                       int64_t revision);

  // Up to `limit` after the id `after`.
  absl::StatusOr<std::vector<v1::StepTemplate>> List(const base::CallContext& context,
                                                     absl::string_view workspace,
                                                     absl::string_view after, int limit);

  // Up to `limit` with numbers below `before`, latest first. Errors: RESOURCE_NOT_FOUND (there
  // never was such a template).
  absl::StatusOr<std::vector<v1::StepTemplate>> ListRevisions(const base::CallContext& context,
                                                              const StepKey& key, int64_t before,
                                                              int limit);

 private:
  StepStore& store_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEP_LIBRARY_H_
