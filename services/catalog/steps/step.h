// SPDX-License-Identifier: Apache-2.0
//
// What a mutation of a step template would change, as a function of a snapshot: nothing here
// writes, so that validate_only runs the same rules. And what publishing takes from templates.
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_STEP_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_STEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/resource/change.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

// "workspaces/{w}/steps/{s}"
inline std::string StepNameOf(const StepKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/steps/", key.step);
}

// Which template, and which revision of it.
struct StepRef {
  StepKey key;
  int64_t revision = 0;  // 0 = as it is
};

struct CreateStepCommand {
  StepKey key;
  v1::StepTemplate content;
  std::string reason;
};

struct UpdateStepCommand {
  StepKey key;
  v1::StepTemplate content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  bool allow_missing = false;
  std::string reason;
};

struct DeleteStepCommand {
  StepKey key;
  std::string etag;  // "" = whatever it is
  bool force = false;
  std::string reason;
};

struct StepChange {
  enum class Kind { kNothing, kPut, kRemove };
  Kind kind = Kind::kPut;
  v1::StepTemplate step;  // as it is after the change, or was before it was removed
  v1::ResourceHistoryEntry entry = {};
};

// Names of the fields that people write, in the order of the proto.
absl::Span<const absl::string_view> StepFields();

// Errors: FIELD_INVALID, PROCESS_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<StepChange> Create(StepReads& reads, const CreateStepCommand& command,
                                  const Author& author);

// Errors: FIELD_INVALID, PROCESS_INVALID, RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<StepChange> Update(StepReads& reads, const UpdateStepCommand& command,
                                  const Author& author);

// Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH; STEP_IN_USE unless forced.
absl::StatusOr<StepChange> Delete(StepReads& reads, const DeleteStepCommand& command,
                                  const Author& author);

// The template, or its revision if `revision` is not 0; or RESOURCE_NOT_FOUND.
absl::StatusOr<v1::StepTemplate> RequireStep(StepReads& reads, const StepKey& key,
                                             int64_t revision = 0);

// What a step is to do when its template is not there.
enum class Missing { kRefuse, kLeave };

// Fills every step below `root` that uses a template with what it takes from it, and writes the
// number of the template's revision into `uses`. Errors: RESOURCE_NOT_FOUND naming the node, unless
// it is to be left as it is. O(nodes), one read per template.
absl::Status ResolveSteps(StepReads& reads, absl::string_view workspace, Missing missing,
                          v1::Node* root);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_STEP_H_
