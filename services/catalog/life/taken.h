// SPDX-License-Identifier: Apache-2.0
//
// What publishing makes of a draft, and what the draft takes for it that others can change: steps
// of the library, and processes that it calls without saying which revision.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_TAKEN_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_TAKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

using TakenParts = google::protobuf::RepeatedPtrField<v1::TakenPart>;

struct ResolvedDraft {
  v1::Process content;  // the draft with its steps written out and its calls pinned
  TakenParts taken;     // by name, each once. Revisions never change: with the draft it tells all
};

// What the draft of `key`, whose content was checked, is if it is published now and effective `at`
// a time. Errors: RESOURCE_NOT_FOUND (a step of the library), FIELD_INVALID and PROCESS_INVALID
// (with what they take, steps grew too large), and those of PinCalls. O(nodes), one read per step
// and process named.
absl::StatusOr<ResolvedDraft> ResolveDraft(Snapshot& snapshot, const ProcessKey& key,
                                           const v1::Process& draft, absl::Time at);

// Which of the parts that are taken `now` were something else `then`, as a sentence without an end;
// "" if none. Both are of the same draft. O(parts).
std::string TakenDifference(const TakenParts& then, const TakenParts& now);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_TAKEN_H_
