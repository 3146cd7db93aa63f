// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps of steps that processes share. Invariants, which the domain upholds and
// the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. Revisions of a template are numbered from 1, never change once added, and outlive it.
//  3. A template that is there is one of its revisions: that with the greatest number.
#ifndef PLUMBLINE_SERVICES_CATALOG_STEP_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_STEP_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/step.pb.h"

namespace plumbline::catalog {

struct Answer;
struct WriteRequest;

struct StepKey {
  std::string workspace;
  std::string step;
  bool operator==(const StepKey&) const = default;
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
};

// A snapshot that can be changed. Reads see the writes before them.
class StepChanges : public StepReads {
 public:
  // Adds a revision, which is what the template is from now on.
  virtual absl::Status PutStep(const StepKey& key, const v1::StepTemplate& step) = 0;
  // Its revisions stay.
  virtual absl::Status RemoveStep(const StepKey& key) = 0;
};

// Thread-safe.
class StepStore {
 public:
  virtual ~StepStore() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(StepReads&)> body) = 0;

  // As Store::Write; writes of steps and processes of one workspace run one after the other.
  virtual absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(StepChanges&)> body) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEP_STORE_H_
