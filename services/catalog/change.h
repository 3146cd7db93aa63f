// SPDX-License-Identifier: Apache-2.0
//
// What a mutation would change, as a function of a snapshot: nothing here writes, so that
// validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_CATALOG_CHANGE_H_
#define PLUMBLINE_SERVICES_CATALOG_CHANGE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/catalog/command.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

// Who changes something, and when.
struct Author {
  std::string subject;
  absl::Time time;
};

struct Change {
  bool writes = true;                   // false: it is already so
  Head head;                            // as it is after the change
  std::optional<v1::Process> revision;  // to be added
};

// Errors: FIELD_INVALID, PROCESS_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<Change> Create(Snapshot& snapshot, const CreateCommand& command,
                              const Author& author);

// Errors: FIELD_INVALID, PROCESS_INVALID, RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<Change> Update(Snapshot& snapshot, const UpdateCommand& command,
                              const Author& author);

// The new revision has its calls pinned to exact revisions. Errors: FIELD_INVALID,
// RESOURCE_NOT_FOUND (it, or what it calls), ETAG_MISMATCH, PROCESS_CYCLE, PROCESS_NOT_PUBLISHED,
// PROCESS_INVALID, NOTHING_TO_PUBLISH.
absl::StatusOr<Change> Publish(Snapshot& snapshot, const PublishCommand& command,
                               const Author& author);

// The head of `key`, or RESOURCE_NOT_FOUND.
absl::StatusOr<Head> RequireHead(Snapshot& snapshot, const ProcessKey& key);

// OK if `etag` is empty or the head's, else ETAG_MISMATCH with the present one.
absl::Status CheckEtag(const Head& head, absl::string_view etag);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CHANGE_H_
