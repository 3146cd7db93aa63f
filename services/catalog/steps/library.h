// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_LIBRARY_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_LIBRARY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/listing/query.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

// The answer to a mutation.
struct WrittenStep {
  v1::StepTemplate step;
  int64_t position = 0;  // of the write; of the snapshot, where nothing was written
};

// Reads and changes step templates. Thread-safe. Everything given must outlive it.
class StepLibrary {
 public:
  // `on_change` is called after every write, by any thread: what drafts take of templates is to be
  // indexed anew (Store::IndexOld). It must not block.
  StepLibrary(StepStore& store, const base::Clock& clock, std::function<void()> on_change)
      : store_(store), clock_(clock), on_change_(std::move(on_change)) {}

  using Page = listing::Page<v1::StepTemplate>;

  // What the change is, as a function of the snapshot that it is carried out on.
  using Plan = absl::FunctionRef<absl::StatusOr<StepChange>(StepReads&, const Author&)>;

  // Carries out `plan` on the template `key`, once for all calls with the same request. Without a
  // request: what that would answer; nothing is written.
  absl::StatusOr<WrittenStep> Write(const base::CallContext& context, const StepKey& key,
                                    const std::optional<WriteRequest>& request, Plan plan);

  // Of a revision if it is not 0. Errors: RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::StepTemplate> Get(const base::CallContext& context, const StepKey& key,
                                       int64_t revision);

  // A page of the templates. Errors: PAGE_TOKEN_INVALID.
  absl::StatusOr<Page> List(const base::CallContext& context, absl::string_view workspace,
                            const listing::Query& query);

  // A page of the revisions of one, latest first unless `query` orders them. Errors:
  // RESOURCE_NOT_FOUND (there never was such a template), PAGE_TOKEN_INVALID.
  absl::StatusOr<Page> ListRevisions(const base::CallContext& context, const StepKey& key,
                                     const listing::Query& query);

 private:
  StepStore& store_;
  const base::Clock& clock_;
  const std::function<void()> on_change_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_LIBRARY_H_
