// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps of steps that processes share. Invariants, which the domain upholds and
// the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. Revisions of a template are numbered from 1, never change once added, and outlive it.
//  3. A template that is there is one of its revisions: that with the greatest number.
//  4. Who uses a template follows from what Changes::PutHead and AddRevision store; which utilities
//     a revision of it names, from PutStep.
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "plumbline/catalog/v1/step.pb.h"
#include "services/catalog/resource/store.h"

namespace plumbline::catalog {

struct StepKey {
  std::string workspace;
  std::string step;
  bool operator==(const StepKey&) const = default;
};

// A use of a template, from the side of the template.
struct StepUse {
  std::string process;
  int64_t revision = 0;            // of the process; 0 = its draft
  std::string step;                // the template
  int64_t step_revision = 0;       // of the template; 0 = none is named: the present one
  std::vector<std::string> nodes;  // ids of the nodes that use it, in the order of the tree
  bool archived = false;           // the process; of drafts only
};

// A revision of a template that names a utility.
struct StepNaming {
  std::string step;
  int64_t revision = 0;
  bool present = false;  // it is what the template is now
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class StepReads {
 public:
  virtual ~StepReads() = default;
  virtual absl::StatusOr<std::optional<v1::StepTemplate>> FindStep(const StepKey& key) = 0;
  // Also of a template that was deleted.
  virtual absl::StatusOr<std::optional<v1::StepTemplate>> FindStepRevision(const StepKey& key,
                                                                           int64_t revision) = 0;
  // Those that `query`, over StepSchema(), asks for; by name, where it does not say how. Also
  // PAGE_TOKEN_INVALID.
  virtual absl::StatusOr<listing::Page<v1::StepTemplate>> ListSteps(
      absl::string_view workspace, const listing::Query& query) = 0;
  // The same over StepRevisionSchema(); latest first. Also of a template that was deleted.
  virtual absl::StatusOr<listing::Page<v1::StepTemplate>> ListStepRevisions(
      const StepKey& key, const listing::Query& query) = 0;
  // As Snapshot::Position.
  virtual absl::StatusOr<int64_t> StepPosition() = 0;
  // Uses of any revision of these templates, by process, revision and template. O(answer), and
  // O(trees) of those that an earlier release wrote and Store::IndexCalls has not come to yet.
  virtual absl::StatusOr<std::vector<StepUse>> ListStepUses(
      absl::string_view workspace, absl::Span<const std::string> steps) = 0;
  // By template and revision, also of templates that were deleted.
  virtual absl::StatusOr<std::vector<StepNaming>> ListStepsNaming(absl::string_view workspace,
                                                                  absl::string_view utility) = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class StepChanges : public StepReads {
 public:
  // Adds a revision, which is what the template is from now on. `entry`: for the history.
  virtual absl::Status PutStep(const StepKey& key, const v1::StepTemplate& step,
                               const v1::ResourceHistoryEntry& entry) = 0;
  // Its revisions stay.
  virtual absl::Status RemoveStep(const StepKey& key, const v1::ResourceHistoryEntry& entry) = 0;
};

using StepStore = ResourceStore<StepReads, StepChanges>;

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_H_
