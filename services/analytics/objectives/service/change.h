// SPDX-License-Identifier: Apache-2.0
//
// What a mutation makes of an objective, as a function of what it was: nothing here writes, so that
// validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CHANGE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CHANGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/webhook/url_policy.h"
#include "services/analytics/objectives/service/store.h"

namespace plumbline::analytics {

inline constexpr int64_t kMostObjectives = 1'000;  // of a workspace

struct CreateObjective {
  ObjectiveKey key;
  v1::Objective content;
  std::string secret;  // "" = one is made
};
struct UpdateObjective {
  ObjectiveKey key;
  v1::Objective content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  std::string secret;               // "" = it stays
};
struct DeleteObjective {
  ObjectiveKey key;
  std::string etag;
};

// Who changes something, when, and with what chance.
struct ObjectiveChange {
  std::string subject;
  absl::Time time;
  std::string uid;         // for one that is created
  std::string new_secret;  // for one that needs it
};

// An objective as it is then; `made_secret` where one was made.
struct ChangedObjective {
  StoredObjective stored;
  std::string made_secret;
};

// Names of the fields of the content, in the order of the proto.
absl::Span<const absl::string_view> ObjectiveFields();

// The objective, or RESOURCE_NOT_FOUND.
absl::StatusOr<StoredObjective> Require(ObjectiveView& view, const ObjectiveKey& key);

// Errors: FIELD_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const CreateObjective& command,
                                       const webhook::UrlPolicy& urls,
                                       const ObjectiveChange& change);
// As it was where nothing differs. Errors: FIELD_INVALID, RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const UpdateObjective& command,
                                       const webhook::UrlPolicy& urls,
                                       const ObjectiveChange& change);
// As it was. Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const DeleteObjective& command,
                                       const webhook::UrlPolicy& urls,
                                       const ObjectiveChange& change);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CHANGE_H_
